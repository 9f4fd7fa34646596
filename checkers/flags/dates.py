"""Flag `late`: the dates in the letter show that a time limit was passed (2022: 4.1, 5.1, 5.13; 2024: 6.2, 6.3, 6.11, 6.14)."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from checkers.facts import Facts
from checkers.flags.raised import Raised, raised_in
from checkers.people import People
from checkers.reading import Reading, Sentence
from models.codes import Clock, Limit
from models.codes.working_days import working_days
from models.finding import Kind

RULES = "flags/dates"
_NEAR = 45  # characters between an event's words and its date
_BEFORE = 90  # characters before a day that say whose doing it is
_DUE = 90  # characters between the words for the end of the time and its day
_EARLY = 15  # sentences in which a letter says what it answers; other matters were logged, sent or reported further on
_OUR_LETTER = re.compile(r"\b(?:letter|reply|answer|response|decision|finding)s? (?:of|dated|on|from)(?: the)? $")  # what was not accepted
_WE_SAID = re.compile(
    r"\b(?:(?:wrote|written|sent|given|replied|answered|gave) (?:out )?to you|you (?:were (?:told|given)|had from us)"
    r"|we (?:told you|wrote|answered|replied|said))(?: \w+){0,2} on(?: the)? $"
)
# What follows is what the complaint is about: its days are not those of the complaint itself.
_COMPLAINED_OF = re.compile(
    r"\bcomplain\w*\b[^.;]{0,40}?\bthat\b|\byou (?:wrote|told us|tell us|say|said)(?: to us)? that\b"
    r"|^\W*(?:one|two|three|first|second|third|firstly|secondly|thirdly|\(?[a-e1-5]\)?)[,.:)]? that\b"
)
_THEIRS = ("reached", "sent", "escalated")  # events of the resident's own doing
_SPAN = dt.timedelta(days=200)


def late(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield the words which show that this letter, or the answer that it announces, is later than the edition allows.

    A letter that gives a day, still to come, on which its time would have ended is not late.
    """
    early = [s for s in reading.prose if s.index < _EARLY]
    ends = [end for s in early if (end := _time_ended(reading, facts, s, "due")) is not None]
    if facts.date is not None and any(end >= facts.date for end in ends):
        return
    shown = _by_dates(reading, facts) or _due_passed(reading, facts)
    if shown is not None:
        yield raised_in(reading, shown[0], shown[1], "Say sorry for the delay, give the reason, and record it.")


def _by_dates(reading: Reading, facts: Facts) -> tuple[Sentence, str] | None:
    """Count working days from the clock's day, where the letter gives it, to the letter's date."""
    kind = Kind.RESPONSE if facts.kind is Kind.EXTENSION else facts.kind  # more time must be asked for before the time is up
    limit = facts.code.limit(kind, facts.stage)
    if facts.date is None or limit is None or kind not in (Kind.ACKNOWLEDGEMENT, Kind.RESPONSE):
        return None
    for clock, days in _clocks(limit, reading, facts.kind):
        start = _clock_day(reading, facts, clock)
        if start is None:
            continue
        taken = working_days(start[1], facts.date)
        if taken > days:
            return start[0], f"This letter is dated {taken} working days after; the limit is {days}."
        return None
    return None


def _clocks(limit: Limit, reading: Reading, kind: Kind) -> list[tuple[Clock, int]]:
    """Return the days from which the limit can be counted, the edition's own first, with the working days that it then allows."""
    extended = kind is not Kind.EXTENSION and any(reading.says(RULES, s, "extended") for s in reading.prose)
    extra = (limit.extension_days or 0) if extended else 0
    before = 5  # the acknowledgement, or the logging, that comes between receipt and the clock's own day
    allowed = limit.days + extra
    if limit.kind is Kind.ACKNOWLEDGEMENT:
        return [(limit.clock, limit.days)]
    first = Clock.REQUEST if limit.stage > 1 else Clock.RECEIPT
    return [(limit.clock, allowed), (first, allowed + before)] if limit.clock is not first else [(limit.clock, allowed)]


def _clock_day(reading: Reading, facts: Facts, clock: Clock) -> tuple[Sentence, dt.date] | None:
    """Return the day that the letter gives for the clock's event, with its sentence; the surest words for the event count first."""
    early = (s for s in reading.prose if s.index < _EARLY and not s.has("conditional", "question"))
    told = [s for s in early if not s.low.startswith(">")]  # what the resident wrote has other days
    for event in _events(clock, facts.kind):
        found = [(day, s) for s in told for day in _days(reading, event, s, facts)]
        if found and clock is Clock.ACKNOWLEDGED:
            found = _acknowledging(found, reading, facts)
        if found and clock is Clock.LOGGED:
            found = _logging(found, reading, facts)
        if found:
            latest = clock in (Clock.ACKNOWLEDGED, Clock.REQUEST, Clock.ESCALATED)
            day, sentence = (max if latest else min)(found, key=lambda f: f[0])
            return sentence, day
    return None


def _acknowledging(found: list[tuple[dt.date, Sentence]], reading: Reading, facts: Facts) -> list[tuple[dt.date, Sentence]]:
    """Return the days that come after the complaint's own, and none before a later stage was asked for."""
    received = _clock_day(reading, facts, Clock.RECEIPT)
    asked = _clock_day(reading, facts, Clock.REQUEST) if (facts.stage or 1) > 1 else None
    return [f for f in found if (received is None or f[0] > received[1]) and (asked is None or f[0] >= asked[1])]


def _logging(found: list[tuple[dt.date, Sentence]], reading: Reading, facts: Facts) -> list[tuple[dt.date, Sentence]]:
    """Return the days that do not come before the complaint's own: what was recorded before is what it is about."""
    received = _clock_day(reading, facts, Clock.RECEIPT)
    return [f for f in found if received is None or f[0] >= received[1]]


def _events(clock: Clock, kind: Kind) -> list[str]:
    """Return the labels of the words for an event, the surest first. What a stage 2 acknowledgement received is the request."""
    if clock is Clock.REQUEST and kind is Kind.ACKNOWLEDGEMENT:
        return ["reached", "escalated", "sent"]
    return {
        Clock.RECEIPT: ["reached", "sent"],
        Clock.LOGGED: ["logged"],
        Clock.ACKNOWLEDGED: ["acknowledged"],
        Clock.ESCALATED: ["escalated"],
        Clock.REQUEST: ["escalated"],
    }[clock]


def _days(reading: Reading, event: str, sentence: Sentence, facts: Facts) -> Iterator[dt.date]:
    """Yield the day that stands in each match, else nearest after it, else before it; only days shortly before the letter's own."""
    if event in ("reached", "sent") and not reading.says(RULES, sentence, "complaint"):
        return
    known = [d for d in facts.dates_in(sentence) if facts.date is not None and dt.timedelta(0) <= facts.date - d.date <= _SPAN]
    if event in _THEIRS:
        ends = ((d, d.start - sentence.start) for d in known)
        known = [d for d, end in ends if not _is_ours(event, sentence.low[max(0, end - _BEFORE) : end])]
    starts = [d.start for d in known]
    told = _COMPLAINED_OF.search(sentence.low)
    content = sentence.start + told.end() if told else sentence.end
    for m in (m for rule, _ in reading.marks(RULES, sentence) if rule.label == event for m in rule.pattern.finditer(sentence.low)):
        start, end = sentence.start + m.start(), sentence.start + m.end()
        if start >= content and event in _THEIRS:
            return
        last = min(end + _NEAR, content) if start < content else end + _NEAR
        around = known[bisect_left(starts, start - _NEAR) : bisect_right(starts, last)]
        within = [d for d in around if start <= d.start < end]
        near = within or [d for d in around if d.start >= end] or [d for d in around if d.start < start]
        if near:
            yield min(near, key=lambda d: abs(d.start - end)).date


def _is_ours(event: str, before: str) -> bool:
    """Tell whether the words before a day are of what the landlord sent or said."""
    return bool(_WE_SAID.search(before) or (event == "escalated" and _OUR_LETTER.search(before)))


def _due_passed(reading: Reading, facts: Facts) -> tuple[Sentence, str] | None:
    """Find words that own up to lateness, or a due date that had passed when the letter was written."""
    for s in reading.body:
        if s.has("conditional", "resident"):
            continue
        if reading.says(RULES, s, "owned_up") or (s.index < _EARLY and _ran_out(reading, facts, s)):
            return s, "The letter itself shows that it is later than it was due."
    return None


def _ran_out(reading: Reading, facts: Facts, sentence: Sentence) -> bool:
    """Tell whether a sentence says that the time for the answer ended on a day before the letter's own."""
    end = _time_ended(reading, facts, sentence, "due", "due_on")
    return end is not None and facts.date is not None and end < facts.date


def _time_ended(reading: Reading, facts: Facts, sentence: Sentence, *labels: str) -> dt.date | None:
    """Return the day on which, by words of these labels in a sentence, the time for the answer ended; None where it gives none.

    It is the last that follows the words ("told you on 3 May that you would have it by the 17th"), but for the day of writing
    ("and today is the 20th").
    """
    told = [(rule.label, m.start()) for rule, m in reading.marks(RULES, sentence)]
    answers = [at for label, at in told if label == "answer"]
    due = next((d for label, d in told if label in labels and any(abs(d - a) < _DUE for a in answers)), None)
    if due is None:
        return None
    after = (day.date for day in facts.dates_in(sentence) if 0 < day.start - sentence.start - due < _DUE)
    return max((day for day in after if day != facts.date), default=None)
