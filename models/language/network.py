"""The network that tells what each part of a letter is, a sentence or a person named, built of the layers of thinc, spaCy's own library.

It sees of a part its marks (of a sentence its words, heading, context labels, rules that fire: a bag) and its words in order (pieces with
static vectors, through a window of three and of five), then the parts around it, two before and two after. docs/experiments.md has what
was tried beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from thinc.api import (
    Dropout,
    Embed,
    Linear,
    Model,
    NumpyOps,
    Relu,
    add,
    chain,
    concatenate,
    expand_window,
    list2ragged,
    noop,
    reduce_max,
    reduce_sum,
    residual,
    with_array,
)

from models.language.pieces import NOTHING, pieces_of, vectors

WIDTH = 96
LONGEST = 96  # pieces of a sentence that are looked at


class _Numpy(NumpyOps):  # type: ignore[misc]
    """numpy's own products of matrices, which take half the time of thinc's here, and chance by the byte, which takes a tenth."""

    def get_dropout_mask(self, shape: tuple[int, ...], drop: float | None) -> Any:
        """Return 0 where a value is dropped, else what makes up for those that are."""
        kept = 1 - (drop or 0)
        chance = np.random.randint(0, 256, shape, dtype=np.uint8)  # noqa: NPY002 - what thinc.api.fix_random_seed seeds
        return (chance < round(256 * kept)).astype("f") / np.float32(kept)


NUMPY = _Numpy(use_blis=False)
_NO_GRADIENT = np.zeros(1, dtype="f")  # nothing is learned below here

Rows = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Signs:
    """A letter as the network sees it: for each sentence the rows of its marks, and its pieces in order."""

    marks: list[Rows]
    pieces: list[Rows]


def signs(marks: Sequence[Sequence[str]], words: Sequence[Sequence[str]], known: Mapping[str, int]) -> Signs:
    """Return the signs of a letter from the marks and the lower-case words of each of its sentences.

    `known` has the row, from 1, of each mark that the network was trained with; others tell it nothing.
    """
    rows = [np.array(sorted({known[mark] for mark in one if mark in known}) or [NOTHING], dtype="i") for one in marks]
    pieces = [np.array([p for word in one for p in pieces_of(word)][:LONGEST] or [NOTHING], dtype="i") for one in words]
    return Signs(rows, pieces)


def network(labels: int, known: int) -> Model[Signs, Any]:
    """Return the network untrained: from a letter's signs to a row of scores for each sentence, a column for each label.

    `known` is the number of marks.
    """
    wider: Model[Any, Any] = chain(expand_window(1), Relu(WIDTH, 3 * WIDTH))
    reading: Model[Any, Any] = chain(_vectors(), Dropout(0.2), expand_window(1), Relu(WIDTH, 3 * vectors().shape[1]), residual(wider))
    marks: Model[Any, Any] = chain(_part("marks"), list2ragged(), with_array(Embed(WIDTH, known + 1)), reduce_sum())
    words: Model[Any, Any] = chain(_part("pieces"), with_array(reading, pad=2), list2ragged(), reduce_max())
    sentence: Model[Any, Any] = chain(concatenate(marks, words), Relu(WIDTH, 2 * WIDTH, dropout=0.4))
    around: Model[Any, Any] = chain(expand_window(2), Relu(WIDTH, 5 * WIDTH, dropout=0.4))
    told: Model[Any, Any] = chain(sentence, concatenate(noop(), around), Linear(labels, 2 * WIDTH))
    direct: Model[Any, Any] = chain(_part("marks"), list2ragged(), with_array(Embed(labels, known + 1, initializer=_zero)), reduce_sum())
    whole: Model[Signs, Any] = add(told, direct)
    for layer in whole.walk():
        layer.ops = NUMPY
    return whole


def _zero(ops: Any, shape: tuple[int, ...]) -> Any:
    return ops.alloc_f(shape)


def _part(name: str) -> Model[Any, Any]:
    """Hand on one part of the signs; nothing is learned through it."""

    def forward(_model: Model[Any, Any], letter: Signs, is_train: bool) -> tuple[list[Rows], Callable[[Any], Any]]:  # noqa: ARG001 - thinc calls it so
        return getattr(letter, name), lambda _gradient: _NO_GRADIENT

    return Model(f"part-{name}", forward)


def _vectors() -> Model[Any, Any]:
    """Look up the vectors of pieces, which stay as they are."""

    def forward(_model: Model[Any, Any], pieces: Rows, is_train: bool) -> tuple[Any, Callable[[Any], Any]]:  # noqa: ARG001
        return vectors()[pieces].astype(np.float32), lambda _gradient: _NO_GRADIENT

    return Model("vectors", forward)
