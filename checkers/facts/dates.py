"""Dates in a letter."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from checkers.reading import Reading, Sentence
from models.letter import Part

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WORDED = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: day of| of)? {_MONTH}(?:(?:,| of)? (?P<year>(?:19|20)\d\d))?(?!\w)")
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>20\d\d)\b")
_FIGURES = re.compile(r"\b(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>(?:20)?\d\d)\b(?![/.-]?\d)")
_ISO = re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
_DAY_ONLY = re.compile(r"\bthe (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:of|floor|day|time|%))")
_DATE_LINE = re.compile(r"^(?:date|dated|sent|our date|date of letter)?\s*+:?\s*+(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+)?\S*\d.{0,24}$")
_DIGIT = re.compile(r"\d")
_PAPER = r"(?:letter|slip|card|form|sheet|document|review|decision|response|reply|answer|record|notice|determination)"
_ISSUED = re.compile(
    rf"(?:^(?:\d+\.? |\W )?(?:date|today(?:'s date)?|answered|completed|closed)|\bdate of (?:this|the) {_PAPER}|\bthis {_PAPER}"
    rf"|\b{_PAPER} (?:is |was )?(?:sent|dated|given|closed)"
    r"|(?<!be )\bissued(?: to you)?)(?: on)?[\s:|]*(?:\w+day,? )?$"
)
_BEFORE = 80  # characters before a date that may say what it is the date of
_CLOSE = 8  # sentences at the end in which a letter may bear its date


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date that the letter names. `full` tells whether its year was written or inferred from the letter's own date."""

    date: dt.date
    start: int
    end: int
    full: bool


def letter_date(reading: Reading) -> dt.date | None:
    """Return the date that the letter bears, None where it names no full date.

    It is the one in a line of its own near the top, else the last on which something is said to have been issued (as forms do), else one
    in a line of its own at the end, else the first.
    """
    head, end = max(24, len(reading.sentences) // 3), len(reading.sentences) - _CLOSE
    borne = chain(
        (m for s, m in _full(reading) if s.index < head and _is_own(s) and _DATE_LINE.match(s.low)),
        _issued(reading),
        (m for s, m in _full(reading) if s.index >= end and _is_own(s) and _DATE_LINE.match(s.low)),
        (m for _, m in _full(reading)),
    )
    first = next(borne, None)
    return first.date if first else None


def _issued(reading: Reading) -> Iterator[DateMention]:
    """Yield the days on which something is said to have been issued, the last first."""
    days = (m for s, m in _full(reading) if _is_own(s) and not s.has("earlier") and _is_issued(s, m))
    yield from sorted(days, key=lambda m: m.date, reverse=True)


def _full(reading: Reading) -> Iterator[tuple[Sentence, DateMention]]:
    """Yield the dates that are written with their year, each with its sentence."""
    return ((s, m) for s in reading.sentences for m in _mentions(s, None) if m.full)


def _is_own(sentence: Sentence) -> bool:
    """Tell whether the letter itself speaks here, and not the resident or the small print."""
    return not sentence.has("resident") and sentence.passage.part not in (Part.FOOTER, Part.DISCLAIMER)


def _is_issued(sentence: Sentence, mention: DateMention) -> bool:
    """Tell whether the words before a date say that the letter was issued then."""
    at = mention.start - sentence.start
    return _ISSUED.search(sentence.low, max(0, at - _BEFORE), at) is not None


def dates_in(sentence: Sentence, letter: dt.date | None) -> list[DateMention]:
    """Return the dates of a sentence in order; a date without a year gets the one that brings it nearest to the letter's date."""
    named = sorted(_mentions(sentence, letter), key=lambda m: m.start)
    return sorted([*named, *_days_only(sentence, named)], key=lambda m: m.start)


def _days_only(sentence: Sentence, named: list[DateMention]) -> Iterator[DateMention]:
    """Yield days given without a month ("acknowledged it on the 14th"), in the month of the date named before them."""
    for m in _DAY_ONLY.finditer(sentence.low):
        at = bisect_left(named, sentence.start + m.start(), key=lambda d: d.start)
        date = _safe(named[at - 1].date.year, named[at - 1].date.month, int(m["day"])) if at else None
        if date is not None:
            yield DateMention(date, sentence.start + m.start(), sentence.start + m.end(), False)


def _mentions(sentence: Sentence, letter: dt.date | None) -> Iterator[DateMention]:
    if not _DIGIT.search(sentence.low):
        return
    for pattern in (_WORDED, _MONTH_FIRST, _FIGURES, _ISO):
        for m in pattern.finditer(sentence.low):
            date = _date(m, letter)
            if date is not None:
                yield DateMention(date, sentence.start + m.start(), sentence.start + m.end(), m["year"] is not None)


def _date(match: re.Match[str], letter: dt.date | None) -> dt.date | None:
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    day = int(match["day"])
    if match["year"] is None:
        return _nearest(day, number, letter) if letter else None
    year = int(match["year"])
    return _safe(year + 2000 if year < 100 else year, number, day)


def _nearest(day: int, month: int, letter: dt.date) -> dt.date | None:
    candidates = [d for y in (-1, 0, 1) if (d := _safe(letter.year + y, month, day))]
    return min(candidates, key=lambda d: abs((d - letter).days)) if candidates else None


def _safe(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
