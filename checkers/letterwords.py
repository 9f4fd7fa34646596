"""What a letter's words say of it as a whole: its kind and stage, the gaps that it has, and some flags.

checkers/carried.py tells sentence by sentence what is there. What is not there is in no sentence, and a stage that nothing names is in all
of them. So logistic models (models/language/questions.py) look at a whole letter's words and pairs of words, at those of its opening, and
at the words of the few sentences likeliest to do what is asked about. `make train` trains them anew (bench/letterwords.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from checkers import carried
from checkers.logistic import Features, log_odds
from checkers.reading import Reading
from models.finding import Element, FlagName
from models.language import questions

KIND, STAGE = "letter kind", "letter stage"  # questions; the others go by an element (has it a gap?) or a flag (is it raised?)
GAP = ("no gap", "gap")  # the outcomes of an element's question
LOOKED_AT: Mapping[str, tuple[str, ...]] = {  # the labels whose likeliest sentences a question looks at
    KIND: (),
    STAGE: (Element.ESCALATION_ROUTE,),
    **{element: (element, carried.WEAKLY + element) for element in carried.ELEMENTS if element not in carried.WHOLE},
    Element.STAGE: (Element.STAGE,),
    Element.DECISION: (Element.DECISION, carried.LEFT_OPEN),
    **{flag: (flag,) for flag in carried.RAISING},
    FlagName.PLAIN_LANGUAGE: (),
}
_LABELS = sorted({label for labels in LOOKED_AT.values() for label in labels})
_WORD = re.compile(r"[a-z0-9']+|[£%?!:;,.]")
_OPENING = 8  # sentences of the body in which a letter says what it is
_MOST, _LEAST = 3, 0.08  # likeliest sentences that are looked at, where they are at least so likely


def marks(reading: Reading) -> set[str]:
    """Return the marks of a letter: words (numbers as 0) and pairs of words; with a label, of the sentences likeliest to bear it."""
    words = [["0" if word.isdigit() else word for word in _WORD.findall(s.low)] for s in reading.body]
    found: set[str] = set()
    for place, own in enumerate(words):
        told = [*own, *map(" ".join, pairwise(own))]
        found.update(told)
        if place < _OPENING:
            found.update(f"^{one}" for one in told)
    for label, place in _likeliest(reading):
        found.update(f"{label}={word}" for word in words[place])
    return found


def _likeliest(reading: Reading) -> Iterator[tuple[str, int]]:
    """Yield each label that is looked at with the places of its likeliest sentences."""
    scores = carried.scores(reading)
    for label in _LABELS:
        likely = scores[:, carried.LABELS.index(label)]
        yield from ((label, int(place)) for place in np.argsort(-likely)[:_MOST] if likely[place] >= _LEAST)


def is_seen(question: str, mark: str) -> bool:
    """Tell whether a question looks at a mark: at all but those of other labels' sentences."""
    label, of_label, _ = mark.partition("=")
    return not of_label or label in LOOKED_AT[question]


def answers(reading: Reading) -> questions.Answers:
    """Return how likely each outcome of each question is; worked out once a letter."""
    if reading.answers is None:
        reading.answers = questions.load().answers(marks(reading))
    return reading.answers


def odds(reading: Reading, question: str) -> Features:
    """Return the log odds of a question's outcomes, in their order; where it has two, of the second alone."""
    likely = [*answers(reading)[question].values()]
    return log_odds(likely if len(likely) > len(GAP) else likely[1:])
