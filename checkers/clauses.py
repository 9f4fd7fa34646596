"""Long sentences, parted: one that runs on does several things, and what it does is told clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONG = 32  # words: a shorter sentence stays whole
_ENOUGH, _MUCH, _MOST = 12, 22, 44  # words of a part: it ends at the next strong break, at any break, at any space
_STRONG = re.compile(
    r"[;:]\s|,\s(?=(?:and|but|so|then|because|which|where|while|although|that|we|i|you|it|there)\b)|\s[\u2013\u2014-]\s|\s\|\s"
)
_ANY = re.compile(r",\s|\s(?=(?:and|but|so|because|which|where|that)\b)")
_SPACE = re.compile(r"\s+")


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each part of a sentence, in order; nothing lies between them."""
    spaces = [m.end() for m in _SPACE.finditer(text)]
    start = 0
    if len(spaces) >= _LONG:
        strong, weak = {m.end() for m in _STRONG.finditer(text)}, {m.end() for m in _ANY.finditer(text)}
        words = 0
        for place in spaces[:-_ENOUGH]:
            words += 1
            if (words >= _ENOUGH and place in strong) or (words >= _MUCH and place in weak) or words >= _MOST:
                yield start, place
                start, words = place, 0
    yield start, len(text)
