"""How likely it is that a sentence carries an element, by the trained pipeline in models/language/sentences.

The pipeline (spaCy's bag-of-words text categoriser) sees a sentence's words, the heading that it stands under, its context labels and the
rules that fire in it. It is asked only about the elements for which it finds gaps better than rules alone do; docs/accuracy.md has the
comparison. `make train` trains it anew (bench/train.py).
"""

from __future__ import annotations

import re

from spacy.tokens import Doc

from checkers.reading import Reading, Sentence
from models.finding import Element
from models.language import categoriser, pipeline

ELEMENTS = (Element.DEFINITION, Element.OUTCOMES_SOUGHT, Element.REMEDY)
_MARKED = (
    "stage",
    "definition",
    "outcomes_sought",
    "decision",
    "reasons",
    "remedy",
    "outstanding_actions",
    "escalation_route",
    "timescale",
)
_RULE_SETS = (*(f"elements/{name}" for name in _MARKED), "facts/kind", "flags/stages")
_WORD = re.compile(r"[a-z0-9']+|[£%?!:;,.]")
_LONGEST = 120  # words of a sentence that are looked at
_HEADING = 8


def tokens(reading: Reading, sentence: Sentence) -> list[str]:
    """Return what the pipeline sees of a sentence: its words (numbers as 0), and what is known of it, each as a token."""
    words = ["0" if w.isdigit() else w for w in _WORD.findall(sentence.low)][:_LONGEST]
    heading = [f"h_{w}" for w in _WORD.findall(sentence.heading)[:_HEADING]]
    context = [f"c_{label}" for label in sorted(sentence.labels)]
    rules = sorted({f"m_{name.rsplit('/', 1)[-1]}:{rule.label}" for name in _RULE_SETS for rule, _ in reading.marks(name, sentence)})
    return [*words, *heading, *context, f"st_{sentence.passage.style}", *rules] or ["-"]


def likely(reading: Reading, element: Element) -> list[Sentence]:
    """Return the body's sentences that the pipeline takes to carry `element`, the likeliest first. Raises KeyError for an element that it does not know."""
    threshold = categoriser()[1][element]
    scored = [(scores[element], s) for s, scores in _scores(reading)]
    return [s for score, s in sorted(scored, key=lambda pair: -pair[0]) if score >= threshold]


def _scores(reading: Reading) -> list[tuple[Sentence, dict[Element, float]]]:
    if reading.scores is None:
        trained, _ = categoriser()
        labels = [Element(label) for label in trained.labels]
        predicted = trained.predict([Doc(pipeline().vocab, words=tokens(reading, s)) for s in reading.body]) if reading.body else []
        reading.scores = [(s, dict(zip(labels, map(float, row), strict=True))) for s, row in zip(reading.body, predicted, strict=True)]
    return reading.scores
