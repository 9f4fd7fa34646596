"""Rows of a table: read across where they hold data, cell by cell where the table only lays out text."""

from __future__ import annotations

from collections.abc import Sequence

from models.letter import Block, Part, Style
from readers.clean import one_line

_ROW_LENGTH = 400
_CELL_BLOCKS = 2


def row(cells: Sequence[Sequence[Block]], part: Part, page: int | None = None) -> list[Block]:
    """Return one block `cell | cell` for a row of data, or the cells' own blocks where the row only lays out text.

    `part` is where the table stands; a row of data in the body is `Part.TABLE`. A row has the anchor of its first block.
    """
    filled = [cell for cell in cells if any(block.text.strip() for block in cell)]
    if len(filled) < 2 or not all(_is_data(cell) for cell in filled):
        return [block for cell in filled for block in cell]
    texts = [" ".join(one_line(block.text) for block in cell) for cell in filled]
    if sum(map(len, texts)) > _ROW_LENGTH:
        return [block for cell in filled for block in cell]
    known = [block.confidence for cell in filled for block in cell if block.confidence is not None]
    place = Part.TABLE if part is Part.BODY else part
    return [Block(" | ".join(texts), place, Style.ROW, page, filled[0][0].anchor, min(known, default=None))]


def _is_data(cell: Sequence[Block]) -> bool:
    lines = sum(block.text.count("\n") + 1 for block in cell)
    return lines <= _CELL_BLOCKS and all(block.style is not Style.ROW for block in cell)
