"""The index that a case-management system exports: which letter belongs to which case and team, and the days of the case.

A fault in it never stops a run: it is reported with its row, and what is sound in the row is used.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from flows.store import CaseRow, Store
from reports.cases import path_key, reference_key
from reports.tables import Column, Form, Table
from reports.workbook import write_csv

FAULTS = "index-faults.csv"
TEXTS = ("path", "reference", "case", "team")
DAYS = ("received", "acknowledged", "logged", "escalated", "sent")
COLUMNS = TEXTS + DAYS
_NAMES = Path(__file__).with_suffix(".toml")
_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y")
_TIME = re.compile(r"[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]m)?(?:Z|[+-]\d\d:?\d\d)?$", re.IGNORECASE)
_FIRST_DAY = dt.date(2000, 1, 1)  # earlier days are slips of the pen: there was no Code
_SEPARATORS = ",;\t|"
_ZIP = b"PK\x03\x04"
_WHOLE = 0  # the "row" of a fault of the index itself


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row (0: in the index itself), and what comes of it. It quotes nothing but the names of columns."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Index:
    """An index as it was read. `rows` is None where nothing of it can be used: what was known before still holds."""

    rows: tuple[CaseRow, ...] | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run says of its index: how many rows were kept (None where it could not be used), the faults, and the file that lists them."""

    rows: int | None
    faults: int
    path: Path


class _IndexError(Exception):
    """An index of which nothing can be used."""


def read_index(path: Path, today: dt.date | None = None) -> Index:
    """Return the index in a CSV file or on the first sheet of an Excel workbook (.xlsx), with its faults. Nothing is raised."""
    try:
        cells = _cells(path)
        first, head = next(((number, row) for number, row in cells if any(map(_text, row))), (_WHOLE, []))
        columns, faults = _columns(first, head)
    except _IndexError as error:
        return Index(None, (Fault(_WHOLE, "", str(error)),))
    rows: list[CaseRow] = []
    for number, row in cells:
        if any(map(_text, row)):
            values = {name: row[place] if place < len(row) else None for name, place in columns.items()}
            found, wrong = _row(number, values, today or dt.date.today())
            faults += wrong
            rows += [found] if found else []
    unique, repeated = _unique(rows)
    return Index(tuple(unique), tuple(sorted([*faults, *repeated], key=lambda fault: fault.row)))


def take_index(path: Path, store: Store, source: str, files: Iterable[str], out: Path) -> IndexReport:
    """Keep the index of an archive in the store, and list its faults in the folder `out`.

    `source` is the archive's name in the store, `files` are the paths of its files. Raises StoreError, and ReportError where the list
    cannot be written.
    """
    index = read_index(path)
    faults = list(index.faults)
    if index.rows is not None:
        store.keep_cases(source, index.rows)
        letters = store.letters()
        letters = letters[letters["source"] == source]
        faults += unmatched(index.rows, {*files, *letters["path"]}, letters["reference"].dropna())
    listed = out / FAULTS
    write_csv(_table(sorted(faults, key=lambda fault: fault.row)), listed)
    return IndexReport(None if index.rows is None else len(index.rows), len(faults), listed)


def _table(faults: Sequence[Fault]) -> Table:
    columns = Column("row", "Row"), Column("column", "Column", Form.TEXT), Column("message", "What is wrong", Form.TEXT)
    frame = pd.DataFrame([asdict(fault) for fault in faults], columns=[column.key for column in columns])
    return Table("faults", "Faults of the index", "", "The index has no faults.", columns, frame)


def unmatched(rows: Iterable[CaseRow], paths: Iterable[str], references: Iterable[str]) -> list[Fault]:
    """Return a fault for each row that names no letter by these paths (relative to the archive) and references."""
    by_path, by_reference = {path_key(path) for path in paths}, {reference_key(reference) for reference in references}
    faults = []
    for row in rows:
        if row.path and path_key(row.path) in by_path:
            continue
        if row.reference and reference_key(row.reference) in by_reference:
            continue
        column = "path" if row.path else "reference"
        words = "There is no such file among the letters" if row.path else "No letter has this reference"
        faults.append(Fault(row.row, column, f"{words}. The row is kept, and used when the letter comes."))
    return faults


def _cells(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    """Return the rows of the file with their numbers; raise _IndexError where it is none that can be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _IndexError(f"The index cannot be opened ({error.strerror}). Check its path, and that letterproof may read it.") from error
    rows = _sheet(content) if content.startswith(_ZIP) else _lines(content)
    return iter(list(enumerate(rows, start=1)))


def _sheet(content: bytes) -> list[Sequence[Any]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, and only a workbook needs it

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return list(book.worksheets[0].iter_rows(values_only=True))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, IndexError, SyntaxError) as error:
        raise _IndexError("The index is a damaged workbook, or none. Save it again as .xlsx or as CSV.") from error


def _lines(content: bytes) -> list[Sequence[Any]]:
    if b"\0" in content:
        raise _IndexError("The index is neither CSV nor an .xlsx workbook. Save it as one of these.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # as Excel writes CSV on English Windows
    head = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise _IndexError("The index is no CSV that can be read. Save it again, as .xlsx or as CSV.") from error


def _columns(number: int, head: Sequence[Any]) -> tuple[dict[str, int], list[Fault]]:
    """Return the place of each known column in the row of headings, and a fault for each other one."""
    found: dict[str, int] = {}
    faults = []
    for place, cell in enumerate(head):
        heading = _text(cell)
        name = _known_names().get(_key(heading or ""))
        if name is None and heading:
            faults.append(Fault(number, heading, "This column is not known and not used."))
        elif name in found:
            faults.append(Fault(number, str(heading), f"There is a column {name} before this one, which is not used."))
        elif name is not None:
            found[name] = place
    if not found.keys() & {"path", "reference"}:
        raise _IndexError("The index has no column “path” and none “reference” in its first row. Name them so; see docs/nightly.md.")
    return found, faults


@cache
def _known_names() -> dict[str, str]:
    return {_key(heading): name for name, headings in tomllib.loads(_NAMES.read_text(encoding="utf-8")).items() for heading in headings}


def _key(heading: str) -> str:
    return re.sub(r"[\W_]", "", heading.casefold())


def _row(number: int, values: dict[str, Any], today: dt.date) -> tuple[CaseRow | None, list[Fault]]:
    texts: dict[str, Any] = {name: _text(values.get(name)) for name in TEXTS}
    if not (texts["path"] or texts["reference"]):
        return None, [Fault(number, "path", "The row has neither a path nor a reference. It is not used.")]
    days: dict[str, Any] = {}
    faults = []
    for name in DAYS:
        days[name], wrong = _day(values.get(name), today)
        faults += [Fault(number, name, wrong)] if wrong else []
    received = days["received"]
    early = [name for name in DAYS if received and (day := days[name]) and day < received]
    if early:
        faults += [Fault(number, name, "This day is before the complaint was received. No day of the row is used.") for name in early]
        days = {}
    return CaseRow(number, **texts, **days), faults


def _unique(rows: list[CaseRow]) -> tuple[list[CaseRow], list[Fault]]:
    """Return the rows without those that name the same letter again, and a fault for each of these."""
    first: dict[tuple[str, str], CaseRow] = {}
    faults = []
    for row in rows:
        key = ("path", path_key(row.path)) if row.path else ("reference", reference_key(row.reference or ""))
        before = first.setdefault(key, row)
        if before is not row:
            faults.append(Fault(row.row, key[0], f"Row {before.row} names the same letter. This row is not used."))
    return list(first.values()), faults


def _text(value: Any) -> str | None:
    """Return a cell as text, None where it is empty. A number that a workbook took from a reference has no point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return (str(value).strip() or None) if value is not None else None


def _day(value: Any, today: dt.date) -> tuple[dt.date | None, str | None]:
    """Return a cell's day, or what is wrong with it."""
    text = None if isinstance(value, dt.date) else _text(value)
    if not isinstance(value, dt.date) and text is None:
        return None, None
    day = _parsed(text) if text else value.date() if isinstance(value, dt.datetime) else value
    if day is None:
        return None, "This is no day. Write it as 2025-04-01 or 01/04/2025. It is not used."
    if not _FIRST_DAY <= day <= today:
        return None, f"This day is {'yet to come' if day > today else 'too long ago'}. It is not used."
    return day, None


def _parsed(text: str) -> dt.date | None:
    """Return the day that a text names, by the British order of day and month; a time after it does not count."""
    plain = _TIME.sub("", text)
    for form in _FORMS:
        try:
            return dt.datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    return None
