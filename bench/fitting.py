"""Fitting logistic models: those that weigh a few features (checkers/logistic.py), and those over marks (models/language/linear.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from models.language.linear import Linear, Matrix

_LEAST = 4  # times that a mark must stand in the examples to be learned
LOOSE = 1.4  # how loosely a model over marks may fit: the inverse of the penalty on the square of each weight, against one example
_STEPS = 400
_NEVER = -12.0  # log odds of what never comes out in the examples
_SIDES = np.array([-0.5, 0.5])


def fitted(seen: Any, own: Sequence[str], outcomes: Sequence[str], loose: float, counts: Any = None) -> tuple[Matrix, Matrix]:
    """Return weights (a row a feature, a column an outcome) and bias of the logistic model that tells the outcomes of these examples.

    `seen` has a row an example; `own` is what each truly is, and `counts` how much each counts (None: all alike).
    """
    two = len(set(own)) == len(_SIDES)  # scikit-learn has one column of weights then, and a penalty on it that is twice as high
    model = LogisticRegression(C=loose * (1 + two), max_iter=_STEPS).fit(seen, own, counts)
    rows, offsets = (np.outer(_SIDES, model.coef_), _SIDES * model.intercept_) if two else (model.coef_, model.intercept_)
    weights = np.zeros((seen.shape[1], len(outcomes)), dtype="f")
    bias = np.full(len(outcomes), _NEVER, dtype="f")
    columns = [outcomes.index(one) for one in model.classes_]
    weights[:, columns], bias[columns] = rows.T, offsets
    return weights, bias


def linear_model(
    examples: Sequence[tuple[Sequence[str], str]],
    labels: Sequence[str],
    counts: Sequence[float] | None = None,
    loose: float = LOOSE,
) -> Linear:
    """Return the model that tells the labels of these examples by their marks. The same examples give the same model.

    `counts` is how much each example counts (None: all alike), `loose` how loosely the model may fit.
    """
    standing = Counter(mark for marks, _ in examples for mark in set(marks))
    known = {mark: row for row, mark in enumerate(sorted(m for m, n in standing.items() if n >= _LEAST))}
    kept = [sorted({known[mark] for mark in marks if mark in known}) for marks, _ in examples]
    ends = np.cumsum([0, *map(len, kept)])
    marked = np.concatenate([np.array(row, dtype=np.int32) for row in kept])
    seen = csr_array((np.ones(len(marked), dtype="f"), marked, ends), shape=(len(examples), len(known)))
    weights, bias = fitted(seen, [own for _, own in examples], labels, loose, counts)
    return Linear(tuple(labels), bias, known, weights)
