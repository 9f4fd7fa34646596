"""Questions about a letter as a whole, each answered by a logistic model; all see the letter as the same marks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.language.linear import Matrix, shares

FOLDER = Path(__file__).parent / "questions"
_WEIGHTS, _KNOWN = "weights.npz", "known.json"

Answers = Mapping[str, Mapping[str, float]]  # how likely (0 to 1, together 1) each outcome of each question is


@dataclass(frozen=True, slots=True)
class Questions:
    """The outcomes of each question, and for each mark that is known a row of `weights`: a column an outcome, question after question."""

    outcomes: Mapping[str, tuple[str, ...]]
    bias: Matrix
    known: Mapping[str, int]
    weights: Matrix

    def answers(self, marks: Iterable[str]) -> Answers:
        """Return how likely each outcome of each question is of a letter with these marks."""
        return self.of([row for mark in marks if (row := self.known.get(mark)) is not None])

    def of(self, rows: Sequence[int] | npt.NDArray[np.int32]) -> Answers:
        """Return how likely each outcome of each question is of a letter with the marks of these rows."""
        scores = self.weights[rows].sum(axis=0, dtype="f") + self.bias
        ends = np.cumsum([len(outcomes) for outcomes in self.outcomes.values()])
        likely = (shares(part) for part in np.split(scores, ends[:-1]))
        return {
            question: dict(zip(outcomes, map(float, one), strict=True))
            for (question, outcomes), one in zip(self.outcomes.items(), likely, strict=True)
        }

    def keep(self) -> None:
        """Write the models to where `load` finds them."""
        FOLDER.mkdir(exist_ok=True)
        np.savez_compressed(FOLDER / _WEIGHTS, weights=self.weights.astype(np.float16), bias=self.bias)
        kept = {"outcomes": self.outcomes, "marks": sorted(self.known, key=self.known.__getitem__)}
        (FOLDER / _KNOWN).write_text(json.dumps(kept, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


@cache
def load() -> Questions:
    """Return the models as trained."""
    kept = json.loads((FOLDER / _KNOWN).read_text(encoding="utf-8"))
    known = {mark: row for row, mark in enumerate(kept["marks"])}
    with np.load(FOLDER / _WEIGHTS) as learned:
        return Questions({name: tuple(one) for name, one in kept["outcomes"].items()}, learned["bias"], known, learned["weights"])
