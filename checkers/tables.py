"""Tables whose first row says what their columns are: what stands in a cell is read with the head of its column."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from checkers.rules import lowered
from models.letter import Passage, Style

_BETWEEN = re.compile(r"(?:^|\s)\|(?:\s|$)")  # cells of a row, as readers write it
_HEAD = 8  # words: a head is short
_FIGURE = re.compile(r"(?<!stage )\d")  # a head names what stands under it, so it has no dates, sums or references


@dataclass(frozen=True, slots=True)
class Headed:
    """A row under heads: the heads of its columns, lowered, and where in the row the strokes between its cells begin."""

    heads: Sequence[str]
    strokes: Sequence[int]

    def column(self, offset: int) -> int:
        """Return the number (from 0) of the cell in which a character of the row stands, or to which the stroke there leads."""
        return bisect_right(self.strokes, offset)


def cells(row: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each cell that holds words, with the stroke behind it; nothing lies between them."""
    start = 0
    for stroke in _BETWEEN.finditer(row):
        if row[start : stroke.start()].strip(" |"):
            yield start, stroke.end()
            start = stroke.end()
    yield start, len(row)


def headed_rows(passages: Iterable[Passage]) -> dict[int, Headed]:
    """Return each row under heads, by where it starts in the letter.

    A row with another number of cells than its table has heads is none, as nobody can tell which cell is empty; but a first column may go
    without a head.
    """
    found: dict[int, Headed] = {}
    for is_row, some in groupby(passages, key=lambda p: p.style is Style.ROW):
        if is_row:
            found |= _under(list(some))
    return found


def _under(rows: Sequence[Passage]) -> Mapping[int, Headed]:
    first = _texts(rows[0])
    if len(first) < 2 or not all(map(_is_head, first)) or not all(first[1:]):  # a lone cell is the whole table's title
        return {}
    known = {len(first): first, len(first) + 1: ["", *first]}
    found = ((row.start, [stroke.start() for stroke in _BETWEEN.finditer(row.text)]) for row in rows[1:])
    return {start: Headed(known[number], strokes) for start, strokes in found if (number := len(strokes) + 1) in known}


def _texts(row: Passage) -> list[str]:
    return _BETWEEN.split(lowered(row.text))


def _is_head(cell: str) -> bool:
    return len(cell.split()) <= _HEAD and _FIGURE.search(cell) is None
