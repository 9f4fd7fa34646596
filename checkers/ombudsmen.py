"""Ombudsmen as a letter names them: which, with which means of reaching it, and whether those are out of date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from checkers.reading import Reading
from models.codes import Detail, Ombudsman, Standing, ombudsmen


@dataclass(frozen=True, slots=True)
class Naming:
    """An ombudsman's name or contact detail that stands in the letter. `means` tells a way to reach it from a name."""

    body: Ombudsman
    detail: Detail
    means: bool
    start: int
    end: int

    def standing(self, date: dt.date) -> Standing:
        """Tell whether it is right in a letter of that date."""
        return self.detail.standing(date)


def namings(reading: Reading) -> list[Naming]:
    """Return every name and contact detail of an ombudsman in the letter, in order."""
    known = ombudsmen()
    found = [n for body in (known.housing, known.lgsco, *known.others) for n in _of(body, reading.letter.text)]
    return sorted(_widest(found), key=lambda n: n.start)


def _of(body: Ombudsman, text: str) -> Iterator[Naming]:
    for detail in body.names:
        yield from _found(body, detail, means=False, text=text)
    for detail in (*body.phones, *body.emails, *body.webs, *body.postcodes):
        yield from _found(body, detail, means=True, text=text)


def _found(body: Ombudsman, detail: Detail, *, means: bool, text: str) -> Iterator[Naming]:
    for m in _pattern(detail.value).finditer(text):
        yield Naming(body, detail, means, m.start(), m.end())


@cache
def _pattern(value: str) -> re.Pattern[str]:
    """Match a detail however it is spaced; abbreviations in capitals only."""
    pieces = [re.escape(c) for c in re.sub(r"\s+", " ", value)]
    if re.fullmatch(r"[\d ]+", value):
        spaced = r"[\s()-]*".join(c for c in value if c != " ")
        return re.compile(rf"(?<!\d){spaced}(?!\d)")
    spaced = "".join(pieces).replace(re.escape(" "), r"\s+")
    if re.fullmatch(r"[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}", value):
        spaced = spaced.replace(r"\s+", r"\s*")
    case = 0 if value.isupper() and " " not in value and value.isalpha() else re.IGNORECASE
    return re.compile(rf"(?<![\w@]){spaced}(?:'s|’s)?(?!\w)", case)


def _widest(found: list[Naming]) -> list[Naming]:
    """Drop a name that is part of a longer one (the "Housing Ombudsman" in the "Independent Housing Ombudsman")."""
    return [n for n in found if not any(o.start <= n.start and n.end <= o.end and (o.end - o.start) > (n.end - n.start) for o in found)]
