"""Tables as sheets of an Excel workbook, and as CSV files.

Text is always written as text: a letter's path or words that look like a formula or a link stay what they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from reports.files import in_place
from reports.tables import Form, Table

LONGEST_CELL = 32_767  # characters that Excel allows
_TOP = {"valign": "top"}
_FORMATS: dict[str, dict[str, Any]] = {
    "head": {**_TOP, "bold": True, "text_wrap": True, "bg_color": "#1D3557", "font_color": "#FFFFFF", "border": 1},
    "title": {**_TOP, "bold": True, "font_size": 16},
    "label": {**_TOP, "bold": True, "text_wrap": True},
    "answer": {**_TOP, "num_format": "#,##0", "align": "left"},
    "entry": {**_TOP, "text_wrap": True, "bg_color": "#FFF7D6", "border": 1, "border_color": "#B1B4B6"},
    Form.TEXT: {**_TOP, "text_wrap": True},
    Form.COUNT: {**_TOP, "num_format": "#,##0"},
    Form.SHARE: {**_TOP, "num_format": "0%"},
    Form.DATE: {**_TOP, "num_format": "d mmm yyyy", "align": "left"},
    Form.MONTH: {**_TOP, "num_format": "mmm yyyy", "align": "left"},
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Book:
    """A workbook in the making; `save` ends it."""

    def __init__(self) -> None:
        """Start an empty workbook, in memory alone: what it holds may be personal data, and goes into no temporary file."""
        self._content = io.BytesIO()
        self._book = Workbook(self._content, {"in_memory": True})
        self.formats: dict[str, Format] = {name: self._book.add_format(look) for name, look in _FORMATS.items()}

    def save(self, path: Path) -> None:
        """Write the workbook to `path`. Raises ReportError."""
        self._book.close()
        with in_place(path) as beside:
            beside.write_bytes(self._content.getvalue())

    def add_text(self, name: str, title: str, lines: Sequence[tuple[str, str]]) -> Worksheet:
        """Add a sheet of text: a title, then a row for each label (which may be empty) with its words."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)
        sheet.write_string(0, 0, title, self.formats["title"])
        for row, (label, words) in enumerate(lines, start=2):
            sheet.write_string(row, 0, label, self.formats["label"])
            sheet.write_string(row, 1, words[:LONGEST_CELL], self.formats[Form.TEXT])
        _set_page(sheet, title)
        return sheet

    def add_table(self, name: str, table: Table) -> Worksheet:
        """Add a sheet with the table: headings that stay in view, filters, and values of their own kind."""
        sheet = self._book.add_worksheet(name)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, max(column.width, 10))
            sheet.write_string(0, place, column.heading, self.formats["head"])
        for row, values in enumerate(table.rows(), start=1):
            for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
                self.write(sheet, row, place, value, column.form)
        sheet.set_row(0, 34)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(table.frame), 1), len(table.columns) - 1)
        sheet.repeat_rows(0)
        _set_page(sheet, table.title)
        return sheet

    def write(self, sheet: Worksheet, row: int, place: int, value: Any, form: Form) -> None:
        """Write one value, in the form of its column; nothing where there is none."""
        look = self.formats[form]
        if value is None:
            sheet.write_blank(row, place, None, look)
        elif form is Form.TEXT:
            sheet.write_string(row, place, str(value)[:LONGEST_CELL], look)
        elif form in (Form.DATE, Form.MONTH):
            sheet.write_datetime(row, place, pd.Timestamp(value).to_pydatetime(), look)
        else:
            sheet.write_number(row, place, value, look)


def write_csv(table: Table, path: Path) -> None:
    """Write the table as CSV, in UTF-8 with the mark that Excel looks for. Raises ReportError.

    An apostrophe goes before text that Excel would run as a formula.
    """
    with in_place(path) as beside, beside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.heading for column in table.columns)
        for values in table.rows():
            writer.writerow(_plain(value) for value in values)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    if value is None:
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value


def _set_page(sheet: Worksheet, title: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L{title.replace('&', '&&')}")
    sheet.set_footer("&LPage &P of &N")
