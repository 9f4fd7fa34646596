"""The index of cases: what is read of it, and its faults row by row."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from flows.index import Fault, read_index, unmatched
from flows.store import CaseRow, Store

SAMPLE = Path(__file__).parents[2] / "samples" / "cases.csv"
TODAY = dt.date(2026, 1, 1)
FULL = CaseRow(2, "2025/a.txt", "CMP-1", "C1", "Repairs", *(dt.date(2025, 3, day) for day in (3, 4, 5, 6, 7)))


def csv_of(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Return the path of an index with this text."""
    (tmp_path / "cases.csv").write_bytes(text.encode(encoding))
    return tmp_path / "cases.csv"


def book_of(tmp_path: Path, *rows: list[Any]) -> Path:
    """Return the path of a workbook with these rows."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "cases.xlsx")
    return tmp_path / "cases.xlsx"


def faults(path: Path) -> list[tuple[int, str]]:
    """Return the row and column of each fault."""
    return [(fault.row, fault.column) for fault in read_index(path, TODAY).faults]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_column_is_read(tmp_path: Path, separator: str, encoding: str) -> None:
    """Whatever separates the columns, and whatever the text's encoding."""
    rows = [
        ["path", "reference", "case", "team", "received", "acknowledged", "logged", "escalated", "sent"],
        ["2025/a.txt", "CMP-1", "C1", "Répairs", "2025-03-03", "04/03/2025", "5 March 2025", "6 Mar 2025", "07/03/2025 09:30"],
    ]
    index = read_index(csv_of(tmp_path, "\n".join(map(separator.join, rows)), encoding), TODAY)
    assert index.faults == ()
    assert index.rows is not None
    (row,) = index.rows
    assert row.team == "Répairs"
    assert (row.row, row.path, row.received, row.sent, row.logged) == (2, FULL.path, FULL.received, FULL.sent, FULL.logged)


def test_a_workbook_is_read_with_its_own_dates(tmp_path: Path) -> None:
    """Excel's dates, with and without a time, are days; a number is a reference without a point; empty rows do not count."""
    path = book_of(
        tmp_path,
        ["Our Ref", "Case No.", "Department", "Date received", "Date sent"],
        [10234, 7.0, "Repairs", dt.datetime(2025, 3, 3, 9, 30), dt.date(2025, 3, 7)],
        [None, None, None, None, None],
        ["CMP-2", None, None, "01/04/2025", None],
    )
    index = read_index(path, TODAY)
    assert index.faults == ()
    assert index.rows == (
        CaseRow(2, None, "10234", "7", "Repairs", received=dt.date(2025, 3, 3), sent=dt.date(2025, 3, 7)),
        CaseRow(4, None, "CMP-2", received=dt.date(2025, 4, 1)),
    )


def test_each_fault_is_told_with_its_row_and_costs_no_more_than_it_must(tmp_path: Path) -> None:
    """What is sound in a faulty row is used, and so is every other row."""
    text = """path,reference,Team,received,sent,Handler
a.txt,,Repairs,3 March 2025,2025-03-32,Ann
,,Repairs,2025-03-03,,
A.TXT,,Lettings,2025-03-03,,
b.txt,,Repairs,2025-03-10,2025-03-03,
,CMP-1,,2027-01-01,,
,cmp 1,,2025-01-01,,
c.txt,,,0205-03-03
"""
    index = read_index(csv_of(tmp_path, text), TODAY)
    assert [(fault.row, fault.column) for fault in index.faults] == [
        *((1, "Handler"), (2, "sent"), (3, "path"), (4, "path"), (5, "sent"), (6, "received"), (7, "reference"), (8, "received")),
    ]
    assert index.rows == (
        CaseRow(2, "a.txt", team="Repairs", received=dt.date(2025, 3, 3)),
        CaseRow(5, "b.txt", team="Repairs"),
        CaseRow(6, reference="CMP-1"),
        CaseRow(8, "c.txt"),
    )
    assert not any("Ann" in fault.message or "a.txt" in fault.message for fault in index.faults)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.csv", None, "cannot be opened"),
        ("empty.csv", b"", "no column “path” and none “reference”"),
        ("other.csv", b"team,received\nRepairs,2025-03-03\n", "no column “path” and none “reference”"),
        ("old.xls", b"\xd0\xcf\x11\xe0\0\0\0", "neither CSV nor an .xlsx workbook"),
        ("cut.xlsx", b"PK\x03\x04 cut", "damaged workbook"),
        ("folder", None, "cannot be opened"),
    ],
)
def test_an_index_of_which_nothing_can_be_used_is_one_fault(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    """Nothing is raised, and what was known before is not thrown away."""
    (tmp_path / "folder").mkdir()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    index = read_index(tmp_path / name, TODAY)
    assert index.rows is None
    (fault,) = index.faults
    assert (fault.row, said in fault.message) == (0, True)


def test_a_column_that_stands_twice_is_used_once(tmp_path: Path) -> None:
    """The first of them counts, whatever names they have."""
    path = csv_of(tmp_path, "path,File name\na.txt,b.txt\n")
    assert faults(path) == [(1, "File name")]
    assert read_index(path, TODAY).rows == (CaseRow(2, "a.txt"),)


def test_rows_that_speak_of_no_letter_are_told() -> None:
    """Capitals and strokes do not count in a path, nor signs in a reference."""
    rows = [
        CaseRow(2, "2025\\A.txt"),
        CaseRow(3, "gone.txt"),
        CaseRow(4, None, "CMP 1"),
        CaseRow(5, None, "CMP-2"),
        CaseRow(6, "b", "cmp1"),
    ]
    found = unmatched(rows, ["2025/a.txt"], ["CMP-1"])
    assert [(fault.row, fault.column) for fault in found] == [(3, "path"), (5, "reference")]
    assert isinstance(found[0], Fault)


def test_a_store_has_the_last_index_of_each_archive(store: Store) -> None:
    """A new index takes the place of the old one of the same archive only."""
    store.keep_cases("/one", [FULL, CaseRow(3, "b.txt")])
    store.keep_cases("/two", [CaseRow(2, None, "CMP-2")])
    store.keep_cases("/one", [FULL])
    cases = store.cases()
    assert cases[["source", "row"]].to_numpy().tolist() == [["/two", 2], ["/one", 2]]
    assert cases["received"].dropna().dt.date.tolist() == [FULL.received]
    store.keep_cases("/one", [])
    assert len(store.cases()) == 1


def test_the_sample_shows_an_index_with_a_few_faults() -> None:
    """A user who tries it sees figures, and a list of faults that is not empty."""
    index = read_index(SAMPLE)
    assert index.rows is not None
    assert len(index.rows) > 50
    assert [fault.column for fault in index.faults] == ["Handler", "path", "received", "path"]
    paths = [path.relative_to(SAMPLE.parent / "archive").as_posix() for path in (SAMPLE.parent / "archive").rglob("*.*")]
    assert len(unmatched(index.rows, paths, ["MN/25/0192"])) == 1
