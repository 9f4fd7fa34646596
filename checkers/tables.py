"""Tables whose first row says what their columns are: what stands in a cell is read with the head of its column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from checkers.rules import lowered
from models.letter import Passage, Style

_BETWEEN = re.compile(r"(?:^|\s)\|(?:\s|$)")  # cells of a row, as readers write it
_HEAD = 8  # words: a head is short
_FIGURE = re.compile(r"(?<!stage )\d")  # a head names what stands under it, so it has no dates, sums or references


def cells(row: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each cell that holds words, with the stroke behind it; nothing lies between them."""
    start = 0
    for stroke in _BETWEEN.finditer(row):
        if row[start : stroke.start()].strip(" |"):
            yield start, stroke.end()
            start = stroke.end()
    yield start, len(row)


def column(row: str, offset: int) -> int:
    """Return the number (from 0) of the cell of a row in which a character stands, or to which the stroke there leads."""
    return sum(stroke.start() <= offset for stroke in _BETWEEN.finditer(row))


def heads(passages: Iterable[Passage]) -> dict[int, Sequence[str]]:
    """Return the heads of the columns, lowered, for each row under such heads: by where the row starts in the letter.

    A row with another number of cells than its table has heads has none, as nobody can tell which cell is empty; but a first column may go
    without a head.
    """
    found: dict[int, Sequence[str]] = {}
    for is_row, some in groupby(passages, key=lambda p: p.style is Style.ROW):
        if is_row:
            found |= _under(list(some))
    return found


def _under(rows: Sequence[Passage]) -> Mapping[int, Sequence[str]]:
    first = _texts(rows[0])
    if len(first) < 2 or not all(map(_is_head, first)) or not all(first[1:]):  # a lone cell is the whole table's title
        return {}
    known = {len(first): first, len(first) + 1: ["", *first]}
    return {row.start: known[number] for row in rows[1:] if (number := len(_texts(row))) in known}


def _texts(row: Passage) -> list[str]:
    return _BETWEEN.split(lowered(row.text))


def _is_head(cell: str) -> bool:
    return len(cell.split()) <= _HEAD and _FIGURE.search(cell) is None
