"""Flag `action_without_date`: an action or remedy is promised without saying by when (2022: 6.5; 2024: 7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checkers import rules
from checkers.elements.outstanding_actions import actions
from checkers.facts import Facts
from checkers.flags.raised import Raised, raised_in
from checkers.people import People
from checkers.reading import Reading, Sentence
from models.finding import Kind

_WHEN = rules.compiled("%when%")
_SUM = re.compile(r"£\d[\d,]*(?:\.\d\d)?")
RULES = "flags/actions"
UNDATED = ("This is promised without saying by when.", "Add a date, or a number of working days.")


def without_date(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield the first promise in each letter that has no date or time limit beside it."""
    for sentence in _promises(reading, facts):
        if not is_dated(reading, sentence):
            yield raised_in(reading, sentence, *UNDATED)
            return


def _promises(reading: Reading, facts: Facts) -> list[Sentence]:
    vague = [
        s
        for s in reading.prose
        if _is_vague(reading, s)
        and not reading.says(RULES, s, "no_action")
        and not s.has("resident", "conditional", "question", "ombudsman")
    ]
    if facts.kind is not Kind.RESPONSE:
        vague += [
            s
            for s in reading.prose
            if reading.says("elements/timescale", s, "answer")
            and reading.says("elements/timescale", s, "vague")
            and not s.has("conditional", "question", "resident")
        ]
        named = []
    else:
        named = [
            s
            for s in actions(reading)
            if not reading.says(RULES, s, "no_action") and not reading.says("elements/escalation_route", s, "ask")
        ]
    return sorted({*vague, *named}, key=lambda s: s.start)


def _is_vague(reading: Reading, sentence: Sentence) -> bool:
    return reading.says("elements/remedy", sentence, "promised") or reading.says("elements/outstanding_actions", sentence, "vague")


def is_dated(reading: Reading, sentence: Sentence) -> bool:
    """Tell whether a date stands in the sentence, beside it, in the heading that leads into it, or where the same sum is named again."""
    if _WHEN.search(sentence.low) or reading.says(RULES, sentence, "dated_elsewhere") or _WHEN.search(sentence.heading):
        return True
    if any(n.passage is sentence.passage and _WHEN.search(n.low) for n in reading.near(sentence, 1, 2) if n is not sentence):
        return True
    sums = set(_SUM.findall(sentence.low))
    named = (s for s in reading.prose if s.passage is not sentence.passage and sums & set(_SUM.findall(s.low)))
    return any(_WHEN.search(n.low) for s in named for n in reading.near(s, 0, 1) if n.passage is s.passage)
