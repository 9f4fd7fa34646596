"""Flag `action_without_date`: an action or remedy is promised without saying by when (2022: 6.5; 2024: 7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checkers import rules
from checkers.elements.outstanding_actions import actions
from checkers.facts import Facts
from checkers.flags.raised import Raised, raised_in
from checkers.reading import Reading, Sentence
from models.finding import Kind, Name

_WHEN = rules.compiled("%when%")
_DONE_BY_POINTER = re.compile(
    r"\b(?:on the dates? (?:above|below)|above|below|as follows|listed|in the table|from now on|in future|from today|already|no action|enclosed|attached|a copy)\b"
)
_NOT_ACTION = re.compile(
    r"\b(?:will (?:not|never|also be (?:glad|happy)|remain|be (?:able|happy|glad|closed|kept|treated|taken|considered|used|recorded)|look at|consider|depend|help|give you (?:advice|free)|advise|tell you)|set off|against your (?:rent|arrears)|learn|hers? to pay|fresh look|take a (?:fresh|second)|cannot promise|can't promise|had to pay|these are the dates|each has a date|dealt with by somebody else)\b"
)
_ROUTE = ("elements/escalation_route", "ask")


def without_date(reading: Reading, facts: Facts, names: tuple[Name, ...]) -> Iterator[Raised]:
    """Yield the first promise in each letter that has no date or time limit beside it."""
    for sentence in _promises(reading, facts):
        if not _dated(reading, sentence):
            yield raised_in(reading, sentence, "This is promised without saying by when.", "Add a date, or a number of working days.")
            return


def _promises(reading: Reading, facts: Facts) -> list[Sentence]:
    vague = [
        s
        for s in reading.prose
        if _is_vague(reading, s) and not _NOT_ACTION.search(s.low) and not s.has("resident", "conditional", "question", "ombudsman")
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
        named = [s for s in actions(reading) if not _NOT_ACTION.search(s.low) and not reading.says(*_ROUTE[:1], s, _ROUTE[1])]
    return sorted({*vague, *named}, key=lambda s: s.start)


def _is_vague(reading: Reading, sentence: Sentence) -> bool:
    return reading.says("elements/remedy", sentence, "promised") or reading.says("elements/outstanding_actions", sentence, "vague")


def _dated(reading: Reading, sentence: Sentence) -> bool:
    """Tell whether a date stands in the sentence, or for a list in the heading or line that leads into it."""
    if _WHEN.search(sentence.low) or _DONE_BY_POINTER.search(sentence.low) or _WHEN.search(sentence.heading):
        return True
    return any(n.passage is sentence.passage and _WHEN.search(n.low) for n in reading.near(sentence, 1, 1) if n is not sentence)
