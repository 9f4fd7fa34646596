"""Logistic models over what rules and the network say of a letter: they tell its kind, its stage, and the status of each element.

bench/train.py learns their weights, which are in models/language/weighing.json.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from checkers import carried
from checkers.reading import Reading
from models import language
from models.language.labelling import Scores
from models.language.linear import shares

WEIGHTS = Path(language.__file__).parent / "weighing.json"
LEAST = 70  # words: with fewer, it is a snippet, and what was learned of letters does not hold
SCALE = 3.0  # log odds are brought to about the size of the other features
_MOST = 5.0  # log odds beyond this say no more

Features = npt.NDArray[np.float64]


def is_letter(reading: Reading) -> bool:
    """Tell whether there is enough text for what was learned of letters to hold."""
    return sum(len(s.text.split()) for s in reading.body) >= LEAST


def likelihoods(name: str, seen: Features) -> Features:
    """Return how likely each outcome of a model is, from its features."""
    weights, bias = _weights()[name]
    return shares(seen @ weights + bias)


def log_odds(likely: npt.ArrayLike) -> Features:
    """Return likelihoods as log odds, cut and scaled to serve as features."""
    found = np.asarray(likely, dtype=float)
    return np.clip(np.log((found + 1e-6) / (1 - found + 1e-6)), -_MOST, _MOST) / SCALE


def tops(reading: Reading) -> Features:
    """Return the log odds of each label's likeliest sentence (first row) and of its second (second row)."""
    return log_odds(top_two(carried.scores(reading)))


def top_two(likely: Scores) -> Scores:
    """Return the highest row and the second, column by column; the highest twice where there is but one."""
    ranked: Scores = np.sort(likely, axis=0)[::-1]
    return ranked[[0, min(1, len(ranked) - 1)]]


@cache
def _weights() -> dict[str, tuple[Features, Features]]:
    kept: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {name: (np.array(one["weights"]), np.array(one["bias"])) for name, one in kept.items()}
