"""Annotated letters as what is trained on them sees them: which sentences carry what their labels quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from checkers import carried
from checkers.facts import kind
from checkers.reading import Reading, read
from models.corpus import Annotated
from models.finding import Element, Kind, Status
from models.language.labelling import Example, Scores, Seen

OVERLAP = 12  # characters that a sentence must share with a quotation to carry it
CLAIMS = {
    1: re.compile(r"\b(?:1|one|i|first|1st|initial)\b"),
    2: re.compile(r"\b(?:2|two|ii|second|2nd|final|last)\b"),
    3: re.compile(r"\b(?:3|three|iii|third|3rd)\b"),
}


@dataclass
class Prepared:
    """An annotated letter as components are trained on it: its words, and what the networks see of it.

    `learned_of` are the parts of it that the networks learn from, with what is to be learned: all of it, but of a twin what is changed.
    `weight` is how much it counts where it is learned how far to trust rules; `about` what alone it teaches (None: all that is labelled).
    What those say that never saw its voice: its `kind` and `stage`, how likely each is by the bag of words alone (`kinds`, `stages`), and
    the network's `scores`.
    """

    annotated: Annotated
    reading: Reading
    whole: list[str]
    seen: Seen
    learned_of: tuple[Example, ...]
    weight: float = 1.0
    about: frozenset[str] | None = None
    kind: Kind = Kind.OTHER
    stage: int | None = None
    kinds: dict[str, float] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    scores: Scores | None = None

    @property
    def voice(self) -> str:
        """Who wrote it."""
        return self.annotated.labels.voice

    @property
    def is_twin(self) -> bool:
        """Tell whether it is another letter with a few words changed (bench/twins.py)."""
        return self.about is not None

    def teaches(self, what: str) -> bool:
        """Tell whether something is to be learned from this letter: an element, a flag, or what a model of checkers/logistic.py weighs."""
        return self.about is None or what in self.about


def prepared(annotated: Annotated) -> Prepared:
    """Match the words that the letter's labels quote to its sentences."""
    reading = read(annotated.letter)
    parts = carried.parts(reading)
    wanted = np.zeros((len(parts), len(carried.LABELS)), dtype="f")
    counts = np.ones_like(wanted)
    marks = _Marks(annotated, parts, wanted, counts)
    for element in carried.ELEMENTS:
        marks.element(element)
    marks.own_stage()
    marks.points()
    marks.refusal()
    marks.flags()
    seen = carried.seen(reading, parts)
    return Prepared(annotated, reading, kind.tokens(reading), seen, (Example(seen, wanted, counts),))


@dataclass(frozen=True)
class _Marks:
    """What a letter's labels say of its parts, written into `wanted` and `counts` (a row a part, a column a label)."""

    annotated: Annotated
    parts: Sequence[carried.Clause]
    wanted: Scores
    counts: Scores

    def element(self, element: Element) -> None:
        """Mark what carries an element. Where it is ambiguous, nothing is learned of it."""
        labels = self.annotated.labels
        mark(self.wanted, self.counts, self._rows(labels.spans.get(element, ())), element, labels.elements[element])
        if element in labels.ambiguous:
            self.counts[:, columns(element)] = 0

    def own_stage(self) -> None:
        """Mark which stage is claimed for the letter; where two are, each claim's own words tell."""
        labels = self.annotated.labels
        columns = [carried.LABELS.index(label) for label in carried.OWN_STAGES]
        if Element.STAGE in labels.ambiguous:
            self.counts[:, columns] = 0
        for span in labels.spans.get(Element.STAGE, ()):
            rows = self._rows((span,))
            number = labels.stage if labels.elements[Element.STAGE] is Status.PRESENT else _claimed(span)
            if number is None:
                self.counts[np.ix_(rows, columns)] = 0
            else:
                self.wanted[rows, columns[number - 1]] = 1

    def points(self) -> None:
        """Mark the points of the complaint, and what leaves one undecided."""
        labels = self.annotated.labels
        points = None if labels.points is None else [one.point for one in labels.points]
        for label, quotes in ((carried.POINT, points), (carried.LEFT_OPEN, labels.left_open)):
            column = carried.LABELS.index(label)
            if quotes is None or labels.kind is not Kind.RESPONSE:
                self.counts[:, column] = 0
            else:
                self.wanted[self._rows(quotes), column] = 1

    def refusal(self) -> None:
        """Mark the words of a refusal: its decision is to look no further."""
        labels, column = self.annotated.labels, carried.LABELS.index(carried.REFUSES)
        if labels.kind is Kind.REFUSAL:
            self.wanted[self._rows(labels.spans.get(Element.DECISION, ())), column] = 1
            self.counts[:, column] = Element.DECISION not in labels.ambiguous

    def flags(self) -> None:
        """Mark the words that raise a flag."""
        labels = self.annotated.labels
        for flag in carried.RAISING:
            column, quotes = carried.LABELS.index(flag), (labels.flag_words or {}).get(flag, ())
            self.wanted[self._rows(quotes), column] = 1
            if flag in labels.flags and not quotes:
                self.counts[:, column] = 0

    def _rows(self, quotes: Sequence[str]) -> list[int]:
        return rows_of(self.parts, self.annotated.letter.text, quotes)


def columns(element: Element) -> list[int]:
    """Return the columns of an element: of its label, and of words that carry it weakly where there are such."""
    labels = [element] if element in carried.WHOLE else [element, carried.WEAKLY + element]
    return [carried.LABELS.index(label) for label in labels]


def mark(wanted: Scores, counts: Scores, rows: list[int], element: Element, status: Status) -> None:
    """Mark the parts that carry an element, wholly or weakly."""
    own, *weakly = columns(element)
    if not weakly or status is Status.PRESENT:
        wanted[rows, own] = 1
    else:
        counts[rows, own] = 0  # weak words are no example against the whole element
    for weak in weakly:
        wanted[rows, weak] = status is not Status.PRESENT


def rows_of(parts: Sequence[carried.Clause], text: str, quotes: Sequence[str]) -> list[int]:
    """Return the numbers of the parts of a letter's text that share enough with one of these quotations."""
    places = [(text.find(quote), text.find(quote) + len(quote)) for quote in quotes if quote in text]
    return [
        row for row, part in enumerate(parts) if any(_shared(part, *place) > min(OVERLAP, (place[1] - place[0]) / 2) for place in places)
    ]


def _shared(part: carried.Clause, start: int, end: int) -> int:
    """Return how many characters a part shares with a place in the letter."""
    return min(part.sentence.start + part.end, end) - max(part.sentence.start + part.start, start)


def _claimed(words: str) -> int | None:
    """Return the one stage that a claim's words name."""
    named = {number for number, pattern in CLAIMS.items() if pattern.search(words.lower())}
    return named.pop() if len(named) == 1 else None
