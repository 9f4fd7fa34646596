"""What each part of a letter is, its sentences or the people that it names: trained networks, with the marks that they know.

The networks of a labeller are of one build and differ in where their training began and, where shorter texts are given apart, in what they
saw: only every other one saw those. They err in different places, so that their mean is right more often than any of them
(docs/experiments.md).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from thinc.api import Adam, Model, fix_random_seed

from models.language.network import Signs, network, signs

FOLDER = Path(__file__).parent
SENTENCES, ROLES = "sentences", "roles"  # the labellers, by name
_WEIGHTS, _KNOWN = "weights.npz", "known.json"
_LEAST = 5  # parts of letters that a mark must stand in to be learned
_EPOCHS, _BATCH, _RATE, _DECAY = 12, 8, 0.002, 0.02
_KEPT = 0.85  # of a sentence's marks in training: so that no single one decides
_FEW = 3

Scores = npt.NDArray[np.float32]
Weights = list[Any]  # what a network has learned, layer after layer: arrays of thinc's


@dataclass(frozen=True, slots=True)
class Seen:
    """A letter as the network is given it: the marks and the lower-case words of each part, in the order of the letter."""

    marks: Sequence[Sequence[str]]
    words: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Example:
    """A letter to learn from: `wanted` (0 or 1) and `counts` (0 where nothing is to be learned) have a row a part, a column a label."""

    seen: Seen
    wanted: Scores
    counts: Scores


@dataclass(frozen=True, slots=True)
class Labeller:
    """Networks, their labels, the rows of the marks that they know, and the likelihood from which each label counts, where one does."""

    nets: tuple[Model[Signs, Any], ...]
    labels: tuple[str, ...]
    known: dict[str, int]
    thresholds: dict[str, float]

    def likelihoods(self, seen: Seen) -> Scores:
        """Return how likely (0 to 1) each label is of each part, a row a part."""
        if not seen.marks:
            return np.zeros((0, len(self.labels)), dtype="f")
        letter = signs(seen.marks, seen.words, self.known)
        likely: Scores = np.mean([_likelihoods(net.predict(letter)) for net in self.nets], axis=0)
        return likely

    def keep(self, name: str) -> None:
        """Write the networks and what goes with them to where `load` finds them."""
        folder = FOLDER / name
        folder.mkdir(exist_ok=True)
        each = [(f"{number}.{place}", one) for number, net in enumerate(self.nets) for place, one in enumerate(_weights(net))]
        np.savez(folder / _WEIGHTS, **{key: one.astype(np.float16) for key, one in each})
        marks = sorted(self.known, key=self.known.__getitem__)
        kept = {"networks": len(self.nets), "labels": self.labels, "thresholds": self.thresholds, "marks": marks}
        (folder / _KNOWN).write_text(json.dumps(kept, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


@cache
def load(name: str) -> Labeller:
    """Return the labeller of this name as trained."""
    kept = json.loads((FOLDER / name / _KNOWN).read_text(encoding="utf-8"))
    known = {mark: row for row, mark in enumerate(kept["marks"], 1)}
    with np.load(FOLDER / name / _WEIGHTS) as weights:
        number = len(weights) // kept["networks"]
        each = [[weights[f"{net}.{place}"] for place in range(number)] for net in range(kept["networks"])]
    return _labeller(each, kept["labels"], known, kept["thresholds"])


def train(
    letters: Sequence[Example],
    short: Sequence[Example],
    labels: Sequence[str],
    thresholds: dict[str, float],
    networks: int = 3,
    over: Callable[..., Iterable[Weights]] = map,
) -> Labeller:
    """Return a labeller of so many networks, trained on these letters and shorter texts. The same examples give the same labeller.

    `over` calls a function for each network, as `map` does; it may share them out to processors.
    """
    standing = Counter(mark for one in (*letters, *short) for marks in one.seen.marks for mark in set(marks))
    known = {mark: row for row, mark in enumerate(sorted(m for m, n in standing.items() if n >= _LEAST), 1)}
    trained = partial(_trained, letters, short, labels, known)
    return _labeller(over(trained, range(networks)), labels, known, thresholds)


def _labeller(each: Iterable[Weights], labels: Sequence[str], known: dict[str, int], thresholds: dict[str, float]) -> Labeller:
    """Put a labeller together from what each of its networks has learned."""
    nets = []
    for weights in each:
        net = network(len(labels), len(known))
        for (layer, name), one in zip(_learned(net), weights, strict=True):
            layer.set_param(name, one.astype(np.float32))
        nets.append(net)
    return Labeller(tuple(nets), tuple(labels), known, thresholds)


def _trained(long: Sequence[Example], short: Sequence[Example], labels: Sequence[str], known: dict[str, int], seed: int) -> Weights:
    fix_random_seed(seed)
    chance = np.random.default_rng(seed)
    examples = [one for one in (*long, *(short if seed % 2 else ())) if one.seen.marks]  # a letter may name nobody
    letters = [signs(one.seen.marks, one.seen.words, known) for one in examples]
    net = network(len(labels), len(known))
    net.initialize(X=letters[0], Y=examples[0].wanted)
    optimiser = Adam(_RATE, L2=_DECAY, grad_clip=0.0)
    for epoch in range(_EPOCHS):
        optimiser.learn_rate = _RATE * (1 - 0.9 * epoch / _EPOCHS)
        for batch in np.array_split(chance.permutation(len(letters)), max(1, len(letters) // _BATCH)):
            for number in batch:
                _learn(net, _thinned(letters[number], chance), examples[number])
            net.finish_update(optimiser)
    return _weights(net)


def _learn(net: Model[Signs, Any], letter: Signs, example: Example) -> None:
    scores, backward = net.begin_update(letter)
    weight = example.counts * np.where(example.wanted > 0, 2, 1) / 100  # parts that a label is true of are few
    backward(((_likelihoods(scores) - example.wanted) * weight).astype("f"))


def _thinned(letter: Signs, chance: np.random.Generator) -> Signs:
    ends = np.cumsum([len(row) for row in letter.marks])
    kept = np.split(chance.random(ends[-1]) < _KEPT, ends[:-1])
    return Signs([row[keep] if len(row) > _FEW else row for row, keep in zip(letter.marks, kept, strict=True)], letter.pieces)


def _likelihoods(scores: Any) -> Scores:
    found: Scores = (1 / (1 + np.exp(-np.clip(scores, -30, 30)))).astype("f")
    return found


def _weights(net: Model[Signs, Any]) -> Weights:
    return [layer.get_param(name) for layer, name in _learned(net)]


def _learned(net: Model[Signs, Any]) -> list[tuple[Model[Any, Any], str]]:
    """Return the layers of a network and the names of what each has learned, in the network's order."""
    return [(layer, name) for layer in net.walk() for name in layer.param_names]
