"""Ombudsmen as a letter names them: which, with which means of reaching it, and whether those are out of date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from checkers.rules import in_lower_case
from models.codes import Detail, Ombudsman, Standing, ombudsmen

_SPACING = re.compile(r"[\s()-]+")  # within a telephone number


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


def namings(text: str) -> tuple[Naming, ...]:
    """Return every name and contact detail of an ombudsman in a letter's text, in order."""
    known, low = ombudsmen(), in_lower_case(text)
    told = f"{low}\n{_SPACING.sub('', text)}"
    return tuple(_widest(n for body in (known.housing, known.lgsco, *known.others) for n in _of(body, text, low, told)))


def _of(body: Ombudsman, text: str, low: str, told: str) -> Iterator[Naming]:
    """Yield what of the body stands in the text, `low` in lower case; in `told` stands what tells that a detail may."""
    names = [(detail, False) for detail in body.names]
    means = [(detail, True) for detail in (*body.phones, *body.emails, *body.webs, *body.postcodes)]
    for detail, is_means in (*names, *means):
        if _telling(detail.value) in told:  # most are in no letter, and this is quicker than their patterns
            for m in _pattern(detail.value).finditer(text if _is_abbreviation(detail.value) else low):
                yield Naming(body, detail, is_means, m.start(), m.end())


def _is_abbreviation(value: str) -> bool:
    return value.isupper() and value.isalpha()


@cache
def _telling(value: str) -> str:
    """Return the piece of a detail that stands in few letters: its longest word, lowered, or a number without its spaces."""
    return _SPACING.sub("", value) if value[0].isdigit() else max(value.lower().split(), key=len)


@cache
def _pattern(value: str) -> re.Pattern[str]:
    """Match a detail however it is spaced; abbreviations in capitals only, others in a text in lower case."""
    cased = value if _is_abbreviation(value) else value.lower()
    first, *pieces = [re.escape(c) for c in re.sub(r"\s+", " ", cased)]
    if re.fullmatch(r"[\d ]+", value):
        spaced = r"[\s()-]*".join(c for c in value if c != " ")
        return re.compile(rf"(?<!\d){spaced}(?!\d)")
    spaced = "".join(pieces).replace(re.escape(" "), r"\s+")
    if re.fullmatch(r"[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}", value):
        spaced = spaced.replace(r"\s+", r"\s*")
    # What is before it is looked at last, so that the search goes from one first letter to the next.
    return re.compile(rf"{first}(?<![\w@]{first}){spaced}(?:'s|’s)?(?!\w)")


def _widest(found: Iterable[Naming]) -> Iterator[Naming]:
    """Put names in order, without those that are part of a longer one (the "Housing Ombudsman" in the "Independent Housing Ombudsman")."""
    wide = None
    for naming in sorted(found, key=lambda n: (n.start, -n.end)):
        if wide is None or naming.end > wide.end or (naming.start, naming.end) == (wide.start, wide.end):
            yield naming
            wide = naming
