"""Cells of a table are told apart where its first row says what its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document

import readers
from checkers import carried
from checkers.reading import Reading, read
from checkers.tables import cells
from models.letter import Block, Letter, Part, Style, compose
from models.settings import Limits

HEAD = "What you told us | What we found | Our decision"
ROW = "The lift stood still for nine days. | The report lay unread. | Upheld"


def _read(*rows: str) -> Reading:
    return read(compose("letter.txt", b"", [Block(row, Part.TABLE, Style.ROW) for row in rows]))


def _heads(*rows: str) -> list[Sequence[str]]:
    return [row.heads for row in _read(*rows).headed_rows.values()]


def test_heads() -> None:
    """The first row's cells are the heads of every row beneath."""
    assert _heads(HEAD, ROW, ROW) == [["what you told us", "what we found", "our decision"]] * 2


def test_first_column_without_a_head() -> None:
    """Readers leave out the empty cell; annotated letters have it."""
    heads = ["", "what we found", "our decision"]
    assert _heads("What we found | Our decision", ROW) == _heads("| What we found | Our decision", ROW) == [heads]


@pytest.mark.parametrize(
    "first",
    [
        "Reference | 2025/118",
        "Summary |",
        "You wrote to us in May about a lift that had not moved for more than a week | Upheld",
    ],
    ids=["a figure", "a title", "a sentence"],
)
def test_no_heads(first: str) -> None:
    """A row that holds data, or a title, is no head."""
    assert _heads(first, "Outcome | Upheld") == []


def test_stage_in_a_head() -> None:
    """An earlier answer's column has a number in its head."""
    assert _heads("Your point | Stage 1 finding", "The lift | Not upheld") == [["your point", "stage 1 finding"]]


def test_other_number_of_cells() -> None:
    """Nobody can tell which cell of a row is empty."""
    assert _heads(HEAD, "The lift | Upheld") == []


def test_paragraph_ends_table() -> None:
    """What follows a paragraph is another table."""
    blocks = [Block(HEAD, Part.TABLE, Style.ROW), Block("And:"), Block(ROW, Part.TABLE, Style.ROW)]
    assert read(compose("letter.txt", b"", blocks)).headed_rows == {}


@pytest.mark.parametrize(
    ("row", "texts"),
    [
        ("Lift | Upheld", ["Lift | ", "Upheld"]),
        ("| Lift | Upheld", ["| Lift | ", "Upheld"]),
        ("Lift |  | Upheld", ["Lift | ", " | Upheld"]),
        ("Lift and/or stairs|door", ["Lift and/or stairs|door"]),
        ("Lift |", ["Lift |", ""]),
    ],
)
def test_cells(row: str, texts: list[str]) -> None:
    """Nothing lies between cells, and what has no words is no cell of its own."""
    assert [row[start:end] for start, end in cells(row)] == texts


@pytest.mark.parametrize(("row", "columns"), [(ROW, [0, 1, 2]), ("| Lift | Upheld", [1, 2]), ("Lift |  | Upheld", [0, 2])])
def test_column(row: str, columns: list[int]) -> None:
    """Empty cells count."""
    (headed,) = _read(HEAD, row).headed_rows.values()
    assert [headed.column(start) for start, _ in cells(row)] == columns


def test_parts_of_a_headed_row() -> None:
    """What the network tells apart are cells, each with the words of its head; the row without heads is one."""
    reading = _read(HEAD, ROW)
    parts = carried.parts(reading)
    marks = carried.seen(reading, parts).marks
    told = [
        (part.sentence.text[part.start : part.end].strip(" |"), [mark for mark in own if mark.startswith(("t_", "col_"))])
        for part, own in zip(parts, marks, strict=True)
    ]
    assert told == [
        (HEAD, []),
        ("The lift stood still for nine days.", ["t_what", "t_you", "t_told", "t_us", "col_0"]),
        ("The report lay unread.", ["t_what", "t_we", "t_found", "col_1"]),
        ("Upheld", ["t_our", "t_decision", "col_2"]),
    ]
    assert len(carried.scores(reading)) == len(reading.body)


def test_heads_of_a_table_in_word(tmp_path: Path) -> None:
    """A table in a Word letter has its heads."""
    document = Document()
    table = document.add_table(rows=2, cols=3)
    for line, row in zip((HEAD, ROW), table.rows, strict=True):
        for text, cell in zip(line.split(" | "), row.cells, strict=True):
            cell.text = text
    document.save(str(tmp_path / "letter.docx"))
    (letter,) = readers.read(tmp_path / "letter.docx", Limits())
    assert isinstance(letter, Letter)
    assert [row.heads for row in read(letter).headed_rows.values()] == [["what you told us", "what we found", "our decision"]]
