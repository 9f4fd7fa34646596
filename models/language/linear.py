"""Linear models over marks: what each mark says for each label is one number, so that a decision can be traced to its marks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parent / "marks"
_LEAST = 4  # times that a mark must stand in the examples to be learned
_STEPS, _RATE = 400, 0.08
_PENALTY = 0.7  # on the square of each weight, against the likelihood of one example
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
        scores = self.weights[rows].sum(axis=0) + self.bias
        odds = np.exp(scores - scores.max())
        return dict(zip(self.labels, map(float, odds / odds.sum()), strict=True))

    def keep(self, name: str) -> None:
        """Write the model to where `load` finds it, without weights that hardly count."""
        counting = {mark: row for mark, row in self.known.items() if np.abs(self.weights[row]).max() >= _NEGLIGIBLE}
        weights = {mark: [round(float(w), 2) for w in self.weights[row]] for mark, row in counting.items()}
        kept = {"labels": self.labels, "bias": [round(float(b), 3) for b in self.bias], "weights": weights}
        FOLDER.mkdir(exist_ok=True)
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).replace("],", "],\n")
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


@cache
def load(name: str) -> Linear:
    """Return the model of this name as trained."""
    kept = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    known = {mark: row for row, mark in enumerate(kept["weights"])}
    return Linear(tuple(kept["labels"]), np.array(kept["bias"], dtype="f"), known, np.array([*kept["weights"].values()], dtype="f"))


def train(examples: Sequence[tuple[Sequence[str], str]], labels: Sequence[str]) -> Linear:
    """Return the model that tells the labels of these examples by their marks. The same examples give the same model."""
    counts = Counter(mark for marks, _ in examples for mark in set(marks))
    known = {mark: row for row, mark in enumerate(sorted(m for m, n in counts.items() if n >= _LEAST))}
    kept = [sorted({known[mark] for mark in marks if mark in known}) for marks, _ in examples]
    rows = np.concatenate([np.array(row, dtype=np.int64) for row in kept])
    owner = np.repeat(np.arange(len(kept)), [len(row) for row in kept])
    wanted = np.array([[label == own for label in labels] for _, own in examples], dtype="f")
    weights, bias = _fitted(rows, owner, wanted, len(known))
    return Linear(tuple(labels), bias, known, weights)


def _fitted(rows: npt.NDArray[np.int64], owner: npt.NDArray[Any], wanted: Matrix, known: int) -> tuple[Matrix, Matrix]:
    """Fit by Adam over all examples at once: `rows` are the marks that stand in the examples `owner`."""
    size, labels = wanted.shape
    weights, bias = np.zeros((known, labels), dtype="f"), np.zeros(labels, dtype="f")
    means, squares = np.zeros_like(weights), np.zeros_like(weights)
    gradient: npt.NDArray[Any]
    for step in range(1, _STEPS + 1):
        scores = np.stack([np.bincount(owner, weights=weights[rows, n], minlength=size) for n in range(labels)], axis=1) + bias
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = odds / odds.sum(axis=1, keepdims=True) - wanted
        gradient = np.stack([np.bincount(rows, weights=error[owner, n], minlength=known) for n in range(labels)], axis=1)
        gradient = gradient + _PENALTY * weights
        means, squares = 0.9 * means + 0.1 * gradient, 0.99 * squares + 0.01 * gradient**2
        rate = _RATE * (1 - 0.9 * step / _STEPS)
        weights = weights - rate * (means / (1 - 0.9**step)) / (np.sqrt(squares / (1 - 0.99**step)) + 1e-8)
        bias = bias - rate * error.mean(axis=0) * 10
    return weights, bias
