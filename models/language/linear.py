"""Linear models over marks: what each mark says for each label is one number, so that a decision can be traced to its marks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parent / "marks"
_NEGLIGIBLE = 0.06  # a weight that is left out when the model is kept

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Linear:
    """A multinomial logistic model: for each label a bias; for each mark that it knows a row of `weights`, a column a label."""

    labels: tuple[str, ...]
    bias: Matrix
    known: dict[str, int]
    weights: Matrix

    def likelihoods(self, marks: Iterable[str]) -> dict[str, float]:
        """Return how likely (0 to 1, together 1) each label is of something with these marks."""
        rows = [row for mark in marks if (row := self.known.get(mark)) is not None]
        return dict(zip(self.labels, map(float, shares(self.weights[rows].sum(axis=0) + self.bias)), strict=True))

    def keep(self, name: str) -> None:
        """Write the model to where `load` finds it, without weights that hardly count."""
        counting = {mark: row for mark, row in self.known.items() if np.abs(self.weights[row]).max() >= _NEGLIGIBLE}
        weights = {mark: [round(float(w), 2) for w in self.weights[row]] for mark, row in counting.items()}
        kept = {"labels": self.labels, "bias": [round(float(b), 3) for b in self.bias], "weights": weights}
        FOLDER.mkdir(exist_ok=True)
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).replace("],", "],\n")
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def shares(scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return scores as likelihoods that add up to 1."""
    odds = np.exp(scores - scores.max())
    likely: npt.NDArray[Any] = odds / odds.sum()
    return likely


@cache
def load(name: str) -> Linear:
    """Return the model of this name as trained."""
    kept = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    known = {mark: row for row, mark in enumerate(kept["weights"])}
    return Linear(tuple(kept["labels"]), np.array(kept["bias"], dtype="f"), known, np.array([*kept["weights"].values()], dtype="f"))
