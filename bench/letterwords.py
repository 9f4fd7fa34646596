"""Learning what a letter's words say of it as a whole (checkers/letterwords.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from bench.examples import Prepared
from bench.fitting import fitted
from bench.weigh import stage_label
from checkers import letterwords
from checkers.facts.kind import KINDS
from checkers.facts.stage import STAGES
from checkers.flags import is_ruled
from checkers.flags.weighing import RAISED
from checkers.letterwords import GAP, LOOKED_AT
from checkers.weighing import is_open
from models.corpus import Labels
from models.finding import GAPS, Element, FlagName, Kind
from models.language.questions import Questions

_LOOSE = 0.05  # how loosely the models may fit: the inverse of their penalty
_LEAST = 12  # letters that a mark must stand in to be learned

Rows = npt.NDArray[np.int32]


def outcomes(question: str) -> tuple[str, ...]:
    """Return the outcomes of a question."""
    if question in (letterwords.KIND, letterwords.STAGE):
        return KINDS if question == letterwords.KIND else STAGES
    return GAP if question in list(Element) else RAISED


def answer(x: Prepared, question: str) -> str | None:
    """Return what a letter's labels answer to a question; None where nothing is to be learned of it."""
    labels = x.annotated.labels
    if question == letterwords.KIND:
        told: str | None = labels.kind
    elif question == letterwords.STAGE:
        told = stage_label(labels.stage)
    elif labels.kind is Kind.OTHER:
        told = None
    else:
        told = _raised(labels, FlagName(question)) if question in list(FlagName) else _gap(labels, Element(question))
    return told if x.teaches(question) else None


def _raised(labels: Labels, flag: FlagName) -> str | None:
    return RAISED[flag in labels.flags] if is_ruled(flag, labels.edition) else None


def _gap(labels: Labels, element: Element) -> str | None:
    is_told = element not in labels.ambiguous and is_open(labels.kind, element)
    return GAP[labels.elements[element] in GAPS] if is_told else None


@dataclass(frozen=True)
class Marked:
    """Letters by their marks: a row a letter, and for each mark that stands in enough of them a column."""

    letters: Sequence[Prepared]
    known: Mapping[str, int]
    rows: Sequence[Rows]

    def model(self, without: Iterable[str] = ()) -> Questions:
        """Return the models learned from the letters, those of some voices left out."""
        kept = [x.voice not in without for x in self.letters]
        letters, rows = list(compress(self.letters, kept)), list(compress(self.rows, kept))
        ends = np.cumsum([0, *map(len, rows)])
        seen = csr_array((np.ones(ends[-1], dtype="f"), np.concatenate(rows), ends), shape=(len(rows), len(self.known)))
        learned = [self._fitted(question, letters, seen) for question in LOOKED_AT]
        weights, bias = (np.concatenate(each, axis=-1) for each in zip(*learned, strict=True))
        return Questions({question: outcomes(question) for question in LOOKED_AT}, bias, self.known, weights)

    def _fitted(
        self, question: str, letters: Sequence[Prepared], seen: csr_array
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return weights (a row a mark) and bias of a question's model."""
        told = [answer(x, question) for x in letters]
        known = [row for row, one in enumerate(told) if one is not None]
        columns = [column for mark, column in self.known.items() if letterwords.is_seen(question, mark)]
        own, bias = fitted(seen[known][:, columns], [one for one in told if one is not None], outcomes(question), _LOOSE)
        weights = np.zeros((len(self.known), len(bias)), dtype="f")
        weights[columns] = own
        return weights, bias


def marked(letters: Sequence[Prepared]) -> Marked:
    """Return letters by their marks, which are worked out from what is said unseen of their sentences."""
    numbers: dict[str, int] = {}
    every = [np.array([numbers.setdefault(mark, len(numbers)) for mark in sorted(letterwords.marks(x.reading))]) for x in letters]
    standing = Counter(number for x, own in zip(letters, every, strict=True) if x.about is None for number in own.tolist())
    kept = sorted(mark for mark, number in numbers.items() if standing[number] >= _LEAST)
    known = {mark: column for column, mark in enumerate(kept)}
    columns = np.full(len(numbers), -1, dtype=np.int32)
    columns[[numbers[mark] for mark in kept]] = range(len(kept))
    return Marked(letters, known, [np.sort(own[own >= 0]) for own in (columns[numbered] for numbered in every)])


def answer_unseen(letters: Sequence[Prepared], parts: Sequence[set[str]]) -> Marked:
    """Give every letter the answers of models that never saw its voice; the parts are of voices. Returns the letters by their marks."""
    every = marked(letters)
    for part in parts:
        model = every.model(without=part)
        for x, rows in zip(letters, every.rows, strict=True):
            if x.voice in part:
                x.reading.answers = model.of(rows)
    return every
