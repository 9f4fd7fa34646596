"""The compliance summary for a governing body: one page that opens offline, a workbook and CSV files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import figures, pictures
from reports.cases import joined
from reports.files import in_place
from reports.sentences import FEWEST, MEANING, TIME_LIMITS, Notes, Period, copies, key_figures, made, period_words
from reports.tables import Table, summary_tables
from reports.workbook import Book, write_csv

TITLE = "Complaint letters: compliance summary"
LISTED = 50  # rows of the long lists that the page shows; the workbook has all
_ALWAYS: Period = (None, None)
_SHEETS = {
    "kinds": "Kinds",
    "elements": "Elements",
    "gaps": "Gaps",
    "flags": "Flags",
    "months": "Months",
    "timeliness": "Time limits",
    "teams": "Teams",
    "first": "Look at first",
    "unreadable": "Could not be read",
}
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_summary(
    letters: pd.DataFrame,
    elements: pd.DataFrame,
    flags: pd.DataFrame,
    out: Path,
    period: Period = _ALWAYS,
    landlord: str | None = None,
    cases: pd.DataFrame | None = None,
) -> Path:
    """Write the summary of the store's frames into the folder `out`, and return the path of the page.

    Writes `summary.html`, `summary.xlsx` and a file for each table under `csv/`, each put in place only when it is whole. `period` is what
    the letters were chosen by (first and last day, both included); it is printed, and chooses nothing. Elements and flags of letters that
    are not among `letters` are left out, and letters of the same content count once. `cases` are the rows of the index of cases: where
    there are any, teams and time limits are counted, too. Raises ReportError where a file cannot be written.
    """
    every = letters
    found = None if cases is None or cases.empty else joined(letters, cases)
    letters = figures.without_copies(letters if found is None else found.sort_values("row_id", kind="stable")).sort_values("id")
    elements = elements[elements["letter_id"].isin(letters["id"])]
    flags = flags[flags["letter_id"].isin(letters["id"])]
    found = None if found is None else letters
    tables = summary_tables(letters, elements, flags, found)
    said = [*key_figures(letters, elements, flags, found), *copies(every, letters)]
    facts = made(every, period, landlord)
    meaning = MEANING if found is None else [*MEANING, TIME_LIMITS]
    content = {
        "title": TITLE,
        "landlord": landlord,
        "period": period_words(period),
        "key_figures": said,
        "meaning": meaning,
        "made": facts,
        "tables": tables,
        "pictures": _pictures(letters, elements),
        "listed": LISTED,
    }
    page = _templates.get_template("summary.html").render(content)
    for name, table in tables.items():
        write_csv(table, out / "csv" / f"{name}.csv")
    for name in _SHEETS.keys() - tables:  # of an index that there was when the summary was last written here
        (out / "csv" / f"{name}.csv").unlink(missing_ok=True)
    _book(tables, [*(("", sentence) for sentence in said), *meaning, *facts]).save(out / "summary.xlsx")
    with in_place(out / "summary.html") as beside:
        beside.write_text(page, encoding="utf-8")
    return out / "summary.html"


def _pictures(letters: pd.DataFrame, elements: pd.DataFrame) -> dict[str, Markup]:
    """Return the pictures by the name of their table; none of figures that there are none of."""
    shares, kinds, months = figures.element_shares(elements), figures.by_kind(letters), figures.by_month(letters)
    drawn: dict[str, str] = {}
    if len(shares):
        drawn["elements"] = pictures.elements_picture(shares)
    if kinds["n"].sum():
        drawn["kinds"] = pictures.kinds_picture(kinds)
    if len(months):
        drawn["months"] = pictures.months_picture(months, FEWEST)
    return {name: Markup(svg) for name, svg in drawn.items()}  # noqa: S704 - drawn by pictures.py, which escapes its words


def _book(tables: dict[str, Table], about: Notes) -> Book:
    book = Book()
    book.add_text("About", TITLE, about)
    for name, table in tables.items():
        book.add_table(_SHEETS[name], table)
    return book
