"""Learn how much each cue counts for each kind of letter: `python -m bench.kind_weights samples/corpus`.

Softmax regression over the cues of checkers/facts/kind.py, on the letters of the training voices (samples/corpus/voices.toml). Prints the
share of kinds that are right when each voice is left out in turn, and writes checkers/facts/kind_weights.json.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from checkers.facts import kind
from checkers.reading import read
from models.corpus import Annotated, load_all
from models.finding import Kind

KINDS = list(Kind)
PENALTY = 0.02  # keeps weights of rare cues small
STEPS = 3000
RATE = 0.3

Matrix = NDArray[np.float64]


def features(letters: list[Annotated]) -> tuple[list[str], Matrix]:
    """Return the cues' names and, a row a letter, how often each cue was given (logarithm of one more)."""
    counts = [kind.cues(read(a.letter)) for a in letters]
    names = sorted({cue for c in counts for cue in c})
    return names, np.log1p(np.array([[c[name] for name in names] for c in counts], dtype=float))


def fit(x: Matrix, y: NDArray[np.int64]) -> Matrix:
    """Return the weights (cues and a last row for the bias, by kinds) that minimise the penalised log loss."""
    with_bias = np.hstack([x, np.ones((len(x), 1))])
    target = np.eye(len(KINDS))[y]
    weights = np.zeros((with_bias.shape[1], len(KINDS)))
    for _ in range(STEPS):
        scores = with_bias @ weights
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        weights -= RATE * (with_bias.T @ (likely - target) / len(x) + PENALTY * np.vstack([weights[:-1], np.zeros((1, len(KINDS)))]))
    return weights


def left_out(x: Matrix, y: NDArray[np.int64], voices: list[str]) -> float:
    """Return the share of kinds that are right, each voice judged by weights learned from the others."""
    right = 0
    for voice in set(voices):
        out = np.array([v == voice for v in voices])
        weights = fit(x[~out], y[~out])
        right += int((np.argmax(np.hstack([x[out], np.ones((out.sum(), 1))]) @ weights, axis=1) == y[out]).sum())
    return right / len(y)


def main() -> None:
    """Learn, report and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus
    test = set(tomllib.loads((corpus / "voices.toml").read_text(encoding="utf-8"))["test"])
    letters = [a for a in load_all(corpus) if a.labels.voice not in test]
    names, x = features(letters)
    y = np.array([KINDS.index(a.labels.kind) for a in letters])
    print(f"{len(letters)} letters; right with each voice left out in turn: {left_out(x, y, [a.labels.voice for a in letters]):.3f}")
    weights = np.round(fit(x, y), 3)
    learned = {k.value: {"bias": weights[-1, i], **{n: weights[j, i] for j, n in enumerate(names)}} for i, k in enumerate(KINDS)}
    Path(kind.__file__).with_name("kind_weights.json").write_text(json.dumps(learned, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
