"""How likely it is that a sentence carries an element, wholly or weakly, by the trained network in models/language.

The network sees a sentence's words, the heading that it stands under (in a table the head of its column, too), its context labels and the
rules that fire in it, and the sentences around it. Where it finds what carries an element better than rules do it decides (the complaint's
definition, the outcomes sought, the remedy); elsewhere rules decide, and it can take back what it thinks unlikely. checkers/weighing.py
weighs both together. docs/accuracy.md has its figures; `make train` trains it anew (bench/train.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from checkers.clauses import clauses
from checkers.reading import Reading, Sentence
from checkers.stagenumbers import stage_numbers
from checkers.tables import cells
from models.finding import Element, FlagName
from models.language import labelling
from models.language.labelling import Scores, Seen

ELEMENTS = tuple(e for e in Element if e is not Element.OMBUDSMAN_DETAILS)  # those are told by data
WEAKLY = "weakly "  # a label that starts so means words that carry the element incompletely
WHOLE = (Element.STAGE, Element.DECISION)  # incomplete only as a whole: two stages claimed, a point without a decision
OWN_STAGES = ("own stage 1", "own stage 2", "own stage 3")  # claims this stage for this letter
POINT = "point"  # sets out, or first brings up, a point of the complaint
LEFT_OPEN = "left open"  # leaves a point undecided
REFUSES = "refuses"  # turns down the complaint, or a request to take it further: a decision, too
RAISING = (FlagName.ACTION_WITHOUT_DATE, FlagName.REASON_DEMANDED, FlagName.WRONG_NEXT_STEP)  # flags whose words are learned
LABELS = (*ELEMENTS, *(WEAKLY + e for e in ELEMENTS if e not in WHOLE), *OWN_STAGES, POINT, LEFT_OPEN, *RAISING, REFUSES)
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
_IN_ORDER = re.compile(r"\w+|[^\w\s]")
_HEADING = 8
_COLUMNS = 4  # those further on are one


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence, by its place there: all of it, a cell of a table's row, or a clause of one that runs on."""

    sentence: Sentence
    start: int
    end: int


def parts(reading: Reading) -> list[Clause]:
    """Return what the network tells apart: the body's sentences, rows under heads cell by cell, and what is long clause by clause."""
    return [
        Clause(s, start + begin, start + end)
        for s in reading.body
        for start, stop in _cells(reading, s)
        for begin, end in clauses(s.low[start:stop])
    ]


def _cells(reading: Reading, sentence: Sentence) -> Iterator[tuple[int, int]]:
    if sentence.passage.start in reading.headed_rows:
        yield from cells(sentence.low)
    else:
        yield 0, len(sentence.low)


def seen(reading: Reading, every: Sequence[Clause]) -> Seen:
    """Return the parts of the body, as `parts` tells them apart, as the network is given them."""
    return Seen([_marks(reading, one) for one in every], [_IN_ORDER.findall(one.sentence.low[one.start : one.end]) for one in every])


def _marks(reading: Reading, part: Clause) -> list[str]:
    """Return a part's words (numbers as 0), and what is known of it, each as a mark."""
    sentence, low = part.sentence, part.sentence.low[part.start : part.end]
    words = ["0" if w.isdigit() else w for w in _WORD.findall(low)]
    heading = [f"h_{m[0]}" for m in islice(_WORD.finditer(sentence.heading), _HEADING)]
    context = [f"c_{label}" for label in sorted(sentence.labels)]
    fired = ((name, rule, m) for name in _RULE_SETS for rule, m in reading.marks(name, sentence))
    rules = sorted({f"m_{name.rsplit('/', 1)[-1]}:{rule.label}" for name, rule, m in fired if part.start <= m.start() < part.end})
    numbers = [f"n_{number}" for number in sorted(stage_numbers(low))]
    return [*words, *heading, *context, f"st_{sentence.passage.style}", *rules, *numbers, *_of_column(reading, part)]


def _of_column(reading: Reading, part: Clause) -> list[str]:
    """Return the words of the head that a part of a table's row stands under, and the column's number."""
    passage = part.sentence.passage
    row = reading.headed_rows.get(passage.start)
    if row is None:
        return []
    number = row.column(part.sentence.start + part.start - passage.start)
    return [*(f"t_{word}" for word in _WORD.findall(row.heads[number])), f"col_{min(number, _COLUMNS)}"]


def of_sentences(every: Sequence[Clause], likely: Scores) -> Scores:
    """Return a row a sentence of what has a row a part: a sentence does what one of its parts does."""
    if not len(likely):
        return likely
    starts = [row for row, one in enumerate(every) if one.start == 0]
    found: Scores = np.maximum.reduceat(likely, starts, axis=0)
    return found


def likely(reading: Reading, element: Element, share: float = 1.0) -> list[Sentence]:
    """Return the body's sentences that the network takes to carry `element`, the likeliest first.

    A `share` under 1 lowers the likelihood that is asked for, where a rule speaks for the element too. Raises KeyError for an element that
    the network does not know.
    """
    threshold = labelling.load(labelling.SENTENCES).thresholds[element] * share
    return [s for score, s in _ranked(reading, LABELS.index(element)) if score >= threshold]


def likeliest_first(reading: Reading, element: Element, found: Iterable[Sentence]) -> list[Sentence]:
    """Return sentences, each once, those first that the network thinks likeliest to carry `element`."""
    order = {s.index: place for place, (_, s) in enumerate(_ranked(reading, LABELS.index(element)))} if element in ELEMENTS else {}
    return sorted(dict.fromkeys(found), key=lambda s: order.get(s.index, len(order)))


def likeliest(reading: Reading, element: Element, *, weakly: bool = False, most: int = 2) -> list[Sentence]:
    """Return the few sentences that most likely carry `element` (or carry it weakly), whatever the likelihood."""
    weak = weakly and element not in WHOLE
    return [s for _, s in _ranked(reading, LABELS.index(WEAKLY + element if weak else element))[:most]]


def scores(reading: Reading) -> Scores:
    """Return how likely each of LABELS is of each sentence of the body, a row a sentence; worked out once a letter."""
    if reading.scores is None:
        every = parts(reading)
        reading.scores = of_sentences(every, labelling.load(labelling.SENTENCES).likelihoods(seen(reading, every)))
    return reading.scores


def _ranked(reading: Reading, label: int) -> list[tuple[float, Sentence]]:
    found = scores(reading)[:, label]
    return sorted(zip(map(float, found), reading.body, strict=True), key=lambda pair: -pair[0])
