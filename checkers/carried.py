"""How likely it is that a sentence carries an element, by the trained component in models/language/sentences.

The component (spaCy's bag of words) sees a sentence's words, the heading that it stands under, its context labels and the rules that fire
in it. Where it finds gaps better than rules do it decides (the complaint's definition, the outcomes sought, the remedy); elsewhere rules
decide, and it can take back what it thinks unlikely. docs/accuracy.md has its figures; `make train` trains it anew (bench/train.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from checkers.reading import Reading, Sentence
from models.finding import Element
from models.language import Trained, component, likelihoods

ELEMENTS = tuple(e for e in Element if e is not Element.OMBUDSMAN_DETAILS)  # those are told by data
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
    return [*words, *heading, *context, f"st_{sentence.passage.style}", *rules]


def likely(reading: Reading, element: Element, share: float = 1.0) -> list[Sentence]:
    """Return the body's sentences that the component takes to carry `element`, the likeliest first.

    A `share` under 1 lowers the likelihood that is asked for, where a rule speaks for the element too. Raises KeyError for an element that
    the component does not know.
    """
    threshold = component(Trained.SENTENCES)[1][element] * share
    scored = [(scores[element], s) for s, scores in _scores(reading)]
    return [s for score, s in sorted(scored, key=lambda pair: -pair[0]) if score >= threshold]


def likeliest_first(reading: Reading, element: Element, sentences: Iterable[Sentence]) -> list[Sentence]:
    """Return sentences, each once, those first that the component thinks likeliest to carry `element`."""
    scores = {s.index: found[element] for s, found in _scores(reading)}
    return sorted(dict.fromkeys(sentences), key=lambda s: -scores.get(s.index, 0.0))


def _scores(reading: Reading) -> list[tuple[Sentence, dict[str, float]]]:
    if reading.scores is None:
        found = likelihoods(Trained.SENTENCES, [tokens(reading, s) for s in reading.body])
        reading.scores = list(zip(reading.body, found, strict=True))
    return reading.scores
