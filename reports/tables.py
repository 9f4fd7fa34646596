"""The summary's tables: each once, for the page, the workbook and the CSV files alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from models.finding import Element, FlagName, Kind, Requirement, Severity
from models.words import ELEMENTS, FLAGS, KINDS, REQUIREMENTS, SEVERITIES
from reports import cases, figures
from reports.words import day, percent

_PROSE = 40  # a column of this many characters or more holds sentences


class Form(StrEnum):
    """How a column's values are shown."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    DATE = "date"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the frame's column that it shows, its heading, and its width in characters."""

    key: str
    heading: str
    form: Form = Form.COUNT
    width: int = 12

    def shown(self, value: Any) -> str:
        """Return the value as the page shows it; a dash where there is none."""
        if pd.isna(value):
            return "–"
        words = {Form.COUNT: lambda: f"{value:,}", Form.SHARE: lambda: percent(value), Form.DATE: lambda: day(value)}
        words |= {Form.MONTH: lambda: f"{value:%B %Y}", Form.TEXT: lambda: str(value)}
        return words[self.form]()


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption, a note on how to read it, and what it says where it has no rows."""

    name: str
    title: str
    note: str
    empty: str
    columns: Sequence[Column]
    frame: pd.DataFrame

    @property
    def prose(self) -> bool:
        """Whether the table holds sentences, which need more room than figures."""
        return any(column.width >= _PROSE for column in self.columns)

    def rows(self) -> Iterator[list[Any]]:
        """Give each row's values in the order of the columns, None where there is none."""
        chosen = self.frame[[column.key for column in self.columns]]
        yield from chosen.astype(object).where(chosen.notna(), None).to_numpy().tolist()


_INTERVAL = (
    Column("share", "Share", Form.SHARE),
    Column("low", "Interval from", Form.SHARE),
    Column("high", "Interval to", Form.SHARE),
)
_FILE = (Column("path", "File", Form.TEXT, 36),)
_ARCHIVE = (Column("source", "Archive", Form.TEXT, 30),)


def summary_tables(
    letters: pd.DataFrame, elements: pd.DataFrame, flags: pd.DataFrame, found: pd.DataFrame | None = None
) -> dict[str, Table]:
    """Return the summary's tables by name: kinds, elements, gaps, flags, months, first, unreadable.

    Where there is an index, `found` is what `reports.cases.joined` made of the letters; then teams and timeliness are among them.
    """
    where = _ARCHIVE + _FILE if len(set(letters["source"])) > 1 else _FILE
    tables = (
        _kinds(letters),
        _elements(elements),
        _gaps(elements),
        _flags(flags, letters),
        _months(letters),
        *([] if found is None else [_timeliness(found), _teams(found)]),
        _first(figures.look_first(letters, elements, flags), where),
        _unreadable(letters, where),
    )
    return {table.name: table for table in tables}


def _kinds(letters: pd.DataFrame) -> Table:
    frame = figures.by_kind(letters)
    return Table(
        "kinds",
        "Letters by kind, stage and verdict",
        "The share is that of complaint letters that meet every requirement.",
        "No letters could be read.",
        (
            Column("kind", "Kind", Form.TEXT, 24),
            Column("stage", "Stage"),
            Column("compliant", "Meets every requirement"),
            Column("gaps", "Has gaps"),
            Column("out_of_scope", "Not a complaint letter"),
            Column("letters", "All letters"),
            *_INTERVAL,
        ),
        frame.assign(kind=[KINDS[Kind(kind)] for kind in frame["kind"]]),
    )


def _elements(elements: pd.DataFrame) -> Table:
    frame = figures.element_shares(elements)
    return Table(
        "elements",
        "Letters that have each element",
        "Of the letters that the Code asks for the element and that it applies to. “Must” and “should” are the Code's own words.",
        "The Code asks for no elements in these letters.",
        (
            Column("element", "Element", Form.TEXT, 34),
            Column("requirement", "Code says", Form.TEXT),
            Column("present", "Present"),
            Column("incomplete", "Incomplete"),
            Column("missing", "Missing"),
            Column("n", "All letters"),
            *_INTERVAL,
        ),
        frame.assign(
            element=[ELEMENTS[Element(element)] for element in frame["element"]],
            requirement=[REQUIREMENTS[Requirement(requirement)] for requirement in frame["requirement"]],
        ),
    )


def _gaps(elements: pd.DataFrame) -> Table:
    frame = figures.commonest_gaps(elements)
    return Table(
        "gaps",
        "Elements missing or incomplete, the commonest first",
        "Elements that a letter must have and does not, or not in full. The share is of the letters that must have the element.",
        "No gaps were found.",
        (
            Column("element", "Element", Form.TEXT, 34),
            Column("letters", "Letters with the gap"),
            Column("missing", "Missing"),
            Column("incomplete", "Incomplete"),
            Column("n", "Letters that must have it"),
            *_INTERVAL,
        ),
        frame.assign(element=[ELEMENTS[Element(element)] for element in frame["element"]]),
    )


def _flags(flags: pd.DataFrame, letters: pd.DataFrame) -> Table:
    frame = figures.commonest_flags(flags, letters)
    return Table(
        "flags",
        "Flags raised, the commonest first",
        "An error contradicts the Code or would mislead the resident. A warning is about good practice or data protection. "
        "The share is of all complaint letters.",
        "No flags were raised.",
        (
            Column("flag", "Flag", Form.TEXT, 36),
            Column("severity", "Weight", Form.TEXT),
            Column("letters", "Letters with the flag"),
            Column("times", "Times raised"),
            *_INTERVAL,
        ),
        frame.assign(
            flag=[FLAGS[FlagName(flag)] for flag in frame["flag"]],
            severity=[SEVERITIES[Severity(severity)] for severity in frame["severity"]],
        ),
    )


def _months(letters: pd.DataFrame) -> Table:
    return Table(
        "months",
        "Complaint letters that meet every requirement, by month",
        "By the date of the letter. Letters without a date that could be read are left out.",
        "No complaint letter has a date that could be read.",
        (
            Column("month", "Month", Form.MONTH, 18),
            Column("compliant", "Meets every requirement"),
            Column("n", "Complaint letters"),
            *_INTERVAL,
        ),
        figures.by_month(letters),
    )


def _timeliness(found: pd.DataFrame) -> Table:
    frame = cases.timeliness(found)
    return Table(
        "timeliness",
        "Acknowledgements and responses within the Code's time limits",
        "By the days of the index, in England's working days. Each complaint counts once by its acknowledgement, and each response by "
        "itself. A response is in extended time where a letter among these put it off and it kept the further limit. The share is of "
        "those whose days are known, extended time included.",
        "No letter in the index has a limit to keep.",
        (
            Column("kind", "Letter", Form.TEXT, 24),
            Column("stage", "Stage"),
            Column("in_time", "In time"),
            Column("extended", "In extended time"),
            Column("late", "Late"),
            Column("unknown", "Days not known"),
            *_INTERVAL,
        ),
        frame.assign(kind=[KINDS[Kind(kind)] for kind in frame["kind"]]),
    )


def _teams(found: pd.DataFrame) -> Table:
    return Table(
        "teams",
        "Complaint letters by team",
        "By the team that the index gives. The share is that of complaint letters that meet every requirement. Few letters, wide interval: "
        "where intervals overlap, a difference between teams may be chance.",
        "There are no complaint letters.",
        (
            Column("team", "Team", Form.TEXT, 28),
            Column("compliant", "Meets every requirement"),
            Column("n", "Complaint letters"),
            *_INTERVAL,
            Column("timed", "Responses with known days"),
            Column("in_time", "Responses in time"),
        ),
        cases.by_team(found),
    )


def _first(frame: pd.DataFrame, where: tuple[Column, ...]) -> Table:
    return Table(
        "first",
        "Letters with gaps, in the order to look at them",
        "Letters with the most things wrong come first: each missing or incomplete element that the letter must have counts "
        "as one, and so does each error. Where the number is the same, final responses (stage 2 or later) come first, because no "
        "later letter can put them right; then the newest.",
        "No letter has gaps.",
        (
            *where,
            Column("reference", "Reference", Form.TEXT, 16),
            Column("kind", "Kind", Form.TEXT, 18),
            Column("stage", "Stage"),
            Column("date", "Date", Form.DATE, 18),
            Column("things", "Things wrong"),
            Column("wrong", "What is wrong", Form.TEXT, 80),
        ),
        frame.assign(kind=[KINDS[Kind(kind)] for kind in frame["kind"]]),
    )


def _unreadable(letters: pd.DataFrame, where: tuple[Column, ...]) -> Table:
    return Table(
        "unreadable",
        "Files that could not be read, and why",
        "These files are in none of the other figures. Each message says what to do next.",
        "Every file could be read.",
        (*where, Column("error_message", "Why, and what to do", Form.TEXT, 80)),
        figures.unreadable(letters),
    )
