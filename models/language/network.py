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
    Embed,
    Linear,
    Model,
    NumpyOps,
    Relu,
    add,
    chain,
    concatenate,
    expand_window,
    glorot_uniform_init,
    list2ragged,
    noop,
    reduce_max,
    reduce_sum,
    residual,
    with_array,
    zero_init,
)

from models.language.pieces import NOTHING, STEP, pieces_of, vectors

WIDTH = 96
LONGEST = 96  # pieces of a sentence that are looked at


class _Numpy(NumpyOps):  # type: ignore[misc]
    """What takes less time by numpy's own means than by thinc's here.

    Products of matrices take half of it, rectifying a fifth and its way back a tenth, cutting up a third, chance by the byte a tenth.
    """

    def relu(self, X: Any, inplace: bool = False) -> Any:  # noqa: N803 - thinc calls it so
        """Return what is above nought, and nought for the rest."""
        return np.maximum(X, 0, out=X if inplace else None)

    def backprop_relu(self, dY: Any, Y: Any, inplace: bool = False) -> Any:  # noqa: N803
        """Return the gradient where `Y`, what `relu` returned, is above nought, and nought elsewhere."""
        return np.multiply(dY, Y > 0, out=dY if inplace else None)

    def unflatten(self, X: Any, lengths: Any, pad: int = 0) -> Any:  # noqa: N803
        """Return the sequences that stand in an array, one behind the other, each behind its padding; none of them is empty."""
        return [X[end - length : end] for length, end in zip(lengths.tolist(), np.cumsum(lengths + pad).tolist(), strict=True)]

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
    reading: Model[Any, Any] = chain(_around_pieces(WIDTH), residual(wider))
    marks: Model[Any, Any] = chain(_part("marks"), list2ragged(), with_array(Embed(WIDTH, known + 1)), reduce_sum())
    words: Model[Any, Any] = chain(_part("pieces"), with_array(reading, pad=2), list2ragged(), reduce_max())
    sentence: Model[Any, Any] = chain(concatenate(marks, words), Relu(WIDTH, 2 * WIDTH, dropout=0.4))
    around: Model[Any, Any] = chain(expand_window(2), Relu(WIDTH, 5 * WIDTH, dropout=0.4))
    told: Model[Any, Any] = chain(sentence, concatenate(noop(), around), Linear(labels, 2 * WIDTH))
    at_once: Model[Any, Any] = Embed(labels, known + 1, initializer=zero_init)
    direct: Model[Any, Any] = chain(_part("marks"), list2ragged(), with_array(at_once), reduce_sum())
    whole: Model[Signs, Any] = add(told, direct)
    for layer in whole.walk():
        layer.ops = NUMPY
    return whole


def _part(name: str) -> Model[Any, Any]:
    """Hand on one part of the signs; nothing is learned through it."""

    def forward(_model: Model[Any, Any], letter: Signs, is_train: bool) -> tuple[list[Rows], Callable[[Any], Any]]:  # noqa: ARG001 - thinc calls it so
        return getattr(letter, name), lambda _gradient: _NO_GRADIENT

    return Model(f"part-{name}", forward)


def _around_pieces(width: int) -> Model[Any, Any]:
    """Read each piece with the one before it and the one after it, by their vectors, which stay as they are.

    Most pieces of a letter stand in it more than once. So, where nothing is learned, each is weighed once for each of the three places.
    """
    size = vectors().shape[1]

    def initialised(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: ARG001, N803 - thinc calls it so
        model.set_param("W", glorot_uniform_init(model.ops, (width, 3 * size)))
        model.set_param("b", zero_init(model.ops, (width,)))

    def forward(model: Model[Any, Any], pieces: Rows, is_train: bool) -> tuple[Any, Callable[[Any], Any]]:
        weights: Any = model.get_param("W")
        bias: Any = model.get_param("b")
        ops = model.ops
        if not is_train:
            return ops.relu(_weighed(pieces, weights) + bias), lambda _gradient: _NO_GRADIENT
        seen = _vectors_of(pieces)
        seen = ops.seq2col(seen * ops.get_dropout_mask(seen.shape, 0.2), 1)
        found = ops.relu(ops.affine(seen, weights, bias))

        def backward(gradient: Any) -> Any:
            own = ops.backprop_relu(gradient, found)
            model.inc_grad("b", own.sum(axis=0))
            model.inc_grad("W", ops.gemm(own, seen, trans1=True))
            return _NO_GRADIENT

        return found, backward

    return Model("around-pieces", forward, init=initialised, params={"W": None, "b": None})


def _weighed(pieces: Rows, weights: Any) -> Any:
    """Return the product of weights with the vectors of each piece, the one before it and the one after it, one behind the other."""
    different, rows = np.unique(pieces, return_inverse=True)
    seen = _vectors_of(different)
    before, own, after = (seen @ part.T for part in np.split(weights, 3, axis=1))
    found = own[rows]
    found[1:] += before[rows[:-1]]
    found[:-1] += after[rows[1:]]
    return found


def _vectors_of(pieces: Rows) -> Any:
    return vectors()[pieces] * np.float32(STEP)
