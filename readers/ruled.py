"""Ruled tables: pdfplumber makes cells of the lines that PDFium found on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from readers.layout import Box, Word

_TOLERANCE = 3.0
_LEAST = 3.0  # in points: a shorter line rules nothing
_HIGH = 8.0  # in points: a column's line is at least so long
_COLUMN_LINES = 3  # a table of two columns has lines at three places across the page
_MOST_LINES = 2000
_MOST_CROSSINGS = 2000  # the cells of a grid take the square of its crossings in time


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: its box, and the cells of each row."""

    box: Box
    rows: list[list[Box]]


def may_rule(lines: Sequence[Box]) -> bool:
    """Tell whether lines run down the page at enough places for a table of several columns."""
    places = {round(left / _TOLERANCE) for left, top, right, bottom in lines if right - left < 1 and bottom - top > _HIGH}
    return len(places) >= _COLUMN_LINES


def tables(lines: Sequence[Box], words: Sequence[Word]) -> list[Table] | None:
    """Return the tables of several columns that the lines make and that hold words, from the top down; None where they are too many."""
    from pdfplumber import table  # noqa: PLC0415 (slow to load, and most letters have no table)

    if len(lines) > _MOST_LINES:
        return None
    edges = table.merge_edges([_edge(line) for line in lines if _length(line) > _LEAST], *[_TOLERANCE] * 4)
    upright = sum(edge["orientation"] == "v" for edge in edges)
    if upright * (len(edges) - upright) > _MOST_CROSSINGS:
        return None
    cells = table.intersections_to_cells(table.edges_to_intersections(edges, _TOLERANCE, _TOLERANCE))
    # A pdfplumber table asks its page only for text, which PDFium has given already.
    found = [table.Table(cast("Any", None), group) for group in table.cells_to_tables(cells)]
    ruled = [Table(one.bbox, [[cell for cell in row.cells if cell] for row in one.rows]) for one in found]
    return sorted((one for one in ruled if _has_columns(one, words)), key=lambda one: one.box[1])


def holds(box: Box, word: Word) -> bool:
    """Tell whether the word's middle is in the box."""
    return box[0] <= (word.left + word.right) / 2 <= box[2] and box[1] <= word.middle <= box[3]


def _edge(line: Box) -> dict[str, Any]:
    left, top, right, bottom = line
    across = right - left > bottom - top
    return {
        "x0": left,
        "x1": right,
        "top": top,
        "bottom": bottom,
        "width": right - left,
        "height": bottom - top,
        "orientation": "h" if across else "v",
        "object_type": "line",
    }


def _length(line: Box) -> float:
    return max(line[2] - line[0], line[3] - line[1])


def _has_columns(table: Table, words: Sequence[Word]) -> bool:
    return any(sum(any(holds(cell, word) for word in words) for cell in row) > 1 for row in table.rows)
