"""Word pieces and their static vectors, distilled from a sentence encoder (bench/distil.py): words of like meaning have like vectors."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parent / "vectors"
VECTORS = FOLDER / "vectors.npy"
PIECES = FOLDER / "pieces.txt"
NOTHING = 0  # the piece whose vector is nought
STEP = 0.1  # of which a vector's values are whole numbers: in a byte each they tell as much as in two
_UNKNOWN = "[UNK]"
_LONGEST = 40  # characters of a word that is cut into pieces


@cache
def vectors() -> npt.NDArray[np.int8]:
    """Return the vector of each piece, in rows of 128, in whole steps (STEP)."""
    found: npt.NDArray[np.int8] = np.load(VECTORS)
    return found


@cache
def _numbers() -> dict[str, int]:
    return {piece: number for number, piece in enumerate(PIECES.read_text(encoding="utf-8").splitlines())}


@lru_cache(maxsize=20_000)
def pieces_of(word: str) -> tuple[int, ...]:
    """Return the numbers of the longest pieces that make up a lower-case word, from its start; of the unknown piece where none do."""
    known = _numbers()
    found: list[int] = []
    start, word = 0, word[:_LONGEST]
    while start < len(word):
        mark = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in known), None)
        if end is None:
            return (known[_UNKNOWN],)
        found.append(known[mark + word[start:end]])
        start = end
    return tuple(found)
