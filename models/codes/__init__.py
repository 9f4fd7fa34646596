"""The Complaint Handling Codes as data: one TOML file an edition, and the ombudsmen that letters name.

An edition's file holds rows `[[rule]]` and `[[limit]]`. Each row lists its letters with the paragraph that the row rests on there:
`letters = {"response 1" = "6.9c", "response 2" = "6.19c"}`. A letter is called by its kind and stage; plain `refusal` is the refusal to
accept a complaint, `refusal 2` the refusal to escalate it to stage 2. An empty paragraph means that the number is not known.
What no row names, the edition does not ask for. `[flags]` gives the paragraph that a flag rests on, for any letter or letter by letter.
In a suggestion, `{stage}` and `{ombudsman}` are filled in here; [square brackets] are for the officer.

A new edition needs its file here and its member in `Edition`.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from models.finding import Edition, Element, FlagName, Kind, Requirement

_ANY = "any"
# England's bank holidays of twenty years, as the package holidays has them (tests/models/test_codes.py holds them to it).
BANK_HOLIDAYS = Path(__file__).parent / "bank_holidays.txt"


class CodeError(ValueError):
    """An edition's file that is at fault. The message says where, and what to do."""


class Clock(StrEnum):
    """The day from which a time limit runs."""

    RECEIPT = "receipt"
    LOGGED = "logged"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"
    REQUEST = "request"


class Standing(StrEnum):
    """Whether a name or contact detail is right on a given day; `check` where the day of its change is not known."""

    CURRENT = "current"
    OUTDATED = "outdated"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an edition asks of one element in one letter.

    `words` is the requirement in plain words for an officer; `suggestion` is wording to paste, None where nothing is asked.
    """

    requirement: Requirement
    paragraph: str | None
    words: str
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class Limit:
    """By when a letter must be sent: `days` working days from the clock's day, which is day 0.

    `extension_days` is how many working days later than that the response may come at most, None where the edition gives no number.
    """

    kind: Kind
    stage: int
    days: int
    clock: Clock
    paragraph: str | None
    extension_days: int | None


@dataclass(frozen=True)
class Code:
    """One edition. `until` is its last day (by when the complaint was made), None while it is in force."""

    edition: Edition
    title: str
    since: dt.date
    until: dt.date | None
    ombudsman: str
    max_stages: int
    limits: tuple[Limit, ...]
    rules: Mapping[tuple[str, Element], Rule]
    flags: Mapping[FlagName, Mapping[str, str]]

    def rule(self, kind: Kind, stage: int | None, element: Element) -> Rule:
        """Return what is asked of `element`; for an unknown stage what stage 1 asks, for a stage too many what the last stage asks."""
        return self.rules.get((self._letter(kind, stage), element), _NOT_ASKED)

    def limit(self, kind: Kind, stage: int | None) -> Limit | None:
        """Return the time limit for sending this letter, or None where the edition has none."""
        letter = self._letter(kind, stage)
        return next((limit for limit in self.limits if self._letter(limit.kind, limit.stage) == letter), None)

    def flag_paragraph(self, flag: FlagName, kind: Kind, stage: int | None) -> str | None:
        """Return the paragraph that a flag rests on in this letter, or None where the edition has none."""
        if flag is FlagName.LATE:
            limit = self.limit(kind, stage)
            return limit.paragraph if limit else None
        paragraphs = self.flags.get(flag, {})
        return paragraphs.get(self._letter(kind, stage), paragraphs.get(_ANY))

    def _letter(self, kind: Kind, stage: int | None) -> str:
        return _letter(kind, min(stage or 1, self.max_stages))


@dataclass(frozen=True, slots=True)
class Detail:
    """A name or contact detail as letters print it. `until` is the last day when it was right, `check_from` the first day of doubt."""

    value: str
    check_from: dt.date | None = None
    until: dt.date | None = None
    outdated: bool = False

    def standing(self, date: dt.date) -> Standing:
        """Return whether the detail is right in a letter of that date."""
        if self.outdated or (self.until is not None and date > self.until):
            return Standing.OUTDATED
        if self.check_from is not None and date >= self.check_from:
            return Standing.CHECK
        return Standing.CURRENT


@dataclass(frozen=True, slots=True)
class Ombudsman:
    """An ombudsman, or a body that a letter may name in an ombudsman's place.

    `details` is the current way to reach it as a letter would print it, empty for bodies to which no letter here should send anyone.
    A body with `beside` may be named beside the right ombudsman, but not instead of it.
    """

    id: str
    title: str
    names: tuple[Detail, ...]
    phones: tuple[Detail, ...] = ()
    emails: tuple[Detail, ...] = ()
    webs: tuple[Detail, ...] = ()
    postcodes: tuple[Detail, ...] = ()
    details: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Ombudsmen:
    """The two ombudsmen for England's landlords and councils, and the bodies that are neither.

    From `designated_person_abolished` on, no letter may make a designated person or eight weeks' wait a step before the Ombudsman.
    """

    housing: Ombudsman
    lgsco: Ombudsman
    others: tuple[Ombudsman, ...]
    designated_person_abolished: dt.date


@cache
def code(edition: Edition) -> Code:
    """Return an edition of the Code."""
    return parse(edition, _read(edition))


def parse(edition: Edition, source: dict[str, Any]) -> Code:
    """Return an edition from its parsed TOML. Raises CodeError where rows contradict each other or speak of a letter that there is not."""
    return Code(
        edition=edition,
        title=source["title"],
        since=source["in_force"]["from"],
        until=source["in_force"].get("until"),
        ombudsman=source["ombudsman"],
        max_stages=source["max_stages"],
        limits=tuple(_limits(source)),
        rules=_rules(source),
        flags={FlagName(flag): {_ANY: value} if isinstance(value, str) else value for flag, value in source["flags"].items()},
    )


def edition_for(date: dt.date) -> Edition:
    """Return the Housing Ombudsman's edition for a complaint made on `date`; the earliest one for older complaints."""
    housing = sorted((code(edition) for edition in Edition if code(edition).ombudsman == "housing"), key=lambda each: each.since)
    begun = [each.edition for each in housing if each.since <= date]
    return begun[-1] if begun else housing[0].edition


@cache
def ombudsmen() -> Ombudsmen:
    """Return the ombudsmen, with the names and contact details that letters print."""
    source = _read("ombudsmen")
    others = tuple(_body(name) for name in source["body"] if name not in {"housing", "lgsco"})
    return Ombudsmen(_body("housing"), _body("lgsco"), others, source["designated_person"]["abolished"])


_NOT_ASKED = Rule(Requirement.NONE, None, "The Code does not ask for this in a letter of this kind.", None)


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def _letter(kind: Kind, stage: int) -> str:
    return str(kind) if kind is Kind.REFUSAL and stage == 1 else f"{kind} {stage}"


def _letters(row: dict[str, Any], max_stages: int) -> Iterator[tuple[str, Kind, int, str | None]]:
    known = {_letter(kind, stage): (kind, stage) for kind in Kind if kind is not Kind.OTHER for stage in range(1, max_stages + 1)}
    for letter, paragraph in row["letters"].items():
        if letter not in known:
            raise CodeError(f"A row speaks of {letter!r}, which this edition does not have. Use one of: {', '.join(known)}.")
        yield letter, *known[letter], paragraph or None


def _limits(source: dict[str, Any]) -> Iterator[Limit]:
    for row in source["limit"]:
        for _, kind, stage, paragraph in _letters(row, source["max_stages"]):
            yield Limit(kind, stage, row["days"], Clock(row["clock"]), paragraph, row.get("extension_days"))


def _rules(source: dict[str, Any]) -> dict[tuple[str, Element], Rule]:
    details = _body(source["ombudsman"]).details
    rules: dict[tuple[str, Element], Rule] = {}
    for row in source["rule"]:
        element = Element(row["element"])
        for letter, _, stage, paragraph in _letters(row, source["max_stages"]):
            if (letter, element) in rules:
                raise CodeError(f"Two rows speak of {element} in {letter!r}. Leave one of them out.")
            suggestion = row["suggestion"].format(stage=stage, ombudsman=details)
            rules[letter, element] = Rule(Requirement(row["requirement"]), paragraph, row["words"], suggestion)
    return rules


def _body(name: str) -> Ombudsman:
    source = _read("ombudsmen")["body"][name]
    fields: dict[str, Any] = {key: _details(value) if isinstance(value, list) else value for key, value in source.items()}
    return Ombudsman(id=name, **fields)


def _details(values: list[str | dict[str, Any]]) -> tuple[Detail, ...]:
    return tuple(Detail(value) if isinstance(value, str) else Detail(**value) for value in values)
