"""Figures by team and by time limit, from the index of cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lxml import html
from report_frames import Frames, cases_frame, letters_frame

from reports.cases import by_team, joined, response_timing, timeliness
from reports.figures import without_copies
from reports.sentences import copies, time_limits
from reports.summary import write_summary

ACK = {"kind": "acknowledgement", "reference": "CMP-1", "date": "2025-03-07"}
NO_INDEX = cases_frame()


def timing(letter: dict[str, Any], row: dict[str, Any], *others: dict[str, Any]) -> str:
    """Return the timing of the first letter, a response with the reference CMP-1, by a row of the index about it."""
    letters = letters_frame({"reference": "CMP-1", **letter}, *others)
    return str(response_timing(joined(letters, cases_frame({"reference": "CMP-1", **row})))[0])


def test_letters_are_joined_by_path_else_by_reference() -> None:
    """A row about the file wins over one about the reference; an attached letter belongs to its e-mail's row."""
    letters = letters_frame(
        {"path": "2025/a.txt", "reference": "CMP-1"},
        {"path": "b.txt", "reference": "cmp 1"},
        {"path": "2025/mail.eml#one#two.docx", "reference": "OTHER-1"},
        {"path": "c.txt", "reference": None},
        {"path": "2025/A.txt", "source": "other archive", "reference": "CMP-1"},
    )
    rows = (
        {"reference": "CMP/1", "team": "Lettings"},
        {"path": "2025\\A.TXT", "team": "Repairs"},
        {"path": "2025/mail.eml", "team": "Estates"},
    )
    found = joined(letters, cases_frame(*rows))
    assert found["team"].fillna("none").tolist() == ["Repairs", "Lettings", "Estates", "none", "none"]
    assert found["row_id"].isna().tolist() == [False, False, False, True, True]
    assert joined(letters, NO_INDEX)["row_id"].isna().all()
    assert joined(letters_frame(), cases_frame(*rows)).empty


def test_the_day_sent_counts_for_the_letter_that_the_row_speaks_of() -> None:
    """Where a row speaks of several letters by their reference, each has its own date."""
    letters = letters_frame(*({"reference": reference, "date": "2025-03-14"} for reference in ("CMP-1", "CMP-2", "CMP-2", "CMP-3")))
    rows = [{"reference": f"CMP-{n}", "sent": "2025-03-20"} for n in (1, 2)]
    assert joined(letters, cases_frame(*rows))["went"].dt.day.tolist() == [20, 14, 14, 14]
    by_path = cases_frame({"path": "letter-2.docx", "reference": "CMP-2", "sent": "2025-03-20"})
    assert joined(letters, by_path)["went"].dt.day.tolist() == [14, 20, 14, 14]


@pytest.mark.parametrize(
    ("letter", "row", "expected"),
    [
        # 2024: stage 1 within 10 working days of the acknowledgement; 14 April to 30 April 2025 has Good Friday and Easter Monday in it.
        ({"date": "2025-04-30"}, {"acknowledged": "2025-04-14"}, "in_time"),
        ({"date": "2025-05-01"}, {"acknowledged": "2025-04-14"}, "late"),
        # Without that day, 5 working days more from receipt.
        ({"date": "2025-03-24"}, {"received": "2025-03-03"}, "in_time"),
        ({"date": "2025-03-25"}, {"received": "2025-03-03"}, "late"),
        # Stage 2 within 20 working days of the escalation's acknowledgement, which may take 5.
        ({"stage": 2, "date": "2025-04-07"}, {"escalated": "2025-03-03", "acknowledged": "2025-01-06"}, "in_time"),
        ({"stage": 2, "date": "2025-04-08"}, {"escalated": "2025-03-03", "acknowledged": "2025-01-06"}, "late"),
        # 2022: stage 1 within 10 working days of logging, stage 2 within 20 of the escalation.
        ({"edition": "hos-2022", "date": "2023-03-15"}, {"logged": "2023-03-01", "received": "2023-01-03"}, "in_time"),
        ({"edition": "hos-2022", "date": "2023-03-16"}, {"logged": "2023-03-01", "received": "2023-01-03"}, "late"),
        ({"edition": "hos-2022", "stage": 2, "date": "2023-03-29"}, {"escalated": "2023-03-01"}, "in_time"),
        ({"edition": "hos-2022", "stage": 2, "date": "2023-03-30"}, {"escalated": "2023-03-01"}, "late"),
        ({"stage": 2}, {"received": "2025-03-03", "acknowledged": "2025-03-04"}, "unknown"),
        ({}, {}, "unknown"),
        ({"date": None}, {"acknowledged": "2025-03-03"}, "unknown"),
        ({"stage": None}, {"acknowledged": "2025-03-03"}, "unknown"),
        ({"date": "2025-03-05"}, {"acknowledged": "2025-03-10", "received": "2025-03-03"}, "unknown"),
    ],
)
def test_a_response_is_timed_by_its_edition(letter: dict[str, Any], row: dict[str, Any], expected: str) -> None:
    """From the day that the edition's clock starts, or from the one before with what may lie between."""
    assert timing(letter, row) == expected


def test_an_extension_letter_gives_more_time() -> None:
    """Only at its own stage and in its own case, and only as much as the edition has."""
    extension = {"kind": "extension", "reference": "CMP-1"}
    row = {"acknowledged": "2025-03-03"}
    assert timing({"date": "2025-03-28"}, row) == "late"
    assert timing({"date": "2025-03-28"}, row, extension) == "extended"
    assert timing({"date": "2025-04-01"}, row, extension) == "late"
    assert timing({"date": "2025-03-28"}, row, extension | {"stage": 2}) == "late"
    assert timing({"date": "2025-03-28"}, row, extension | {"reference": "CMP-2"}) == "late"


def test_days_of_one_case_may_stand_in_several_rows() -> None:
    """An export with a row a letter has the day of the acknowledgement in the acknowledgement's row."""
    letters = letters_frame({"path": "a", "date": "2025-03-14"}, {"path": "b", **ACK})
    rows = cases_frame({"path": "a", "case": "C1"}, {"path": "b", "case": "C1", "acknowledged": "2025-03-07"})
    assert response_timing(joined(letters, rows)).tolist() == ["in_time"]


def steps(letters: pd.DataFrame, cases: pd.DataFrame) -> list[list[Any]]:
    """Return the rows of the timeliness table."""
    frame = timeliness(joined(letters, cases))
    return frame[["kind", "stage", "in_time", "extended", "late", "unknown", "n"]].to_numpy().tolist()


def test_each_complaint_is_acknowledged_once() -> None:
    """By the index's day, else by the acknowledgement among the letters; the letters that it does not speak of are not counted."""
    letters = letters_frame(
        {"reference": "CMP-1", "date": "2025-03-14"},
        {"reference": "CMP-1", "date": "2025-04-14", "stage": 2},
        ACK | {"reference": "CMP-2", "date": "2025-03-10"},
        ACK | {"reference": "CMP-3", "date": "2025-03-11"},
        {"reference": "CMP-4"},
        {"reference": "ELSE-1"},
    )
    days = {"received": "2025-03-03"}
    cases = cases_frame(
        {"reference": "CMP-1", "acknowledged": "2025-03-10", **days}, *({"reference": f"CMP-{n}", **days} for n in (2, 3, 4))
    )
    assert steps(letters, cases) == [
        ["acknowledgement", 1, 2, 0, 1, 1, 3],
        ["response", 1, 2, 0, 0, 0, 2],
        ["response", 2, 0, 0, 0, 1, 0],
    ]
    assert steps(letters_frame(), cases) == []


def test_teams_add_up_to_all_complaint_letters() -> None:
    """The largest team comes first; letters without a team, and those not in the index, have their rows at the end."""
    letters = letters_frame(
        {"reference": "CMP-1", "verdict": "gaps"},
        {"reference": "CMP-2"},
        {"reference": "CMP-3", "kind": "acknowledgement"},
        {"reference": "CMP-4"},
        {"reference": "CMP-5"},
        {"verdict": "out_of_scope", "kind": "other"},
    )
    in_time, late = {"acknowledged": "2025-03-10"}, {"acknowledged": "2025-01-10"}
    cases = cases_frame(
        {"reference": "CMP-1", "team": "Repairs", **in_time},
        {"reference": "CMP-2", "team": "Repairs", **late},
        {"reference": "CMP-3", "team": "Lettings"},
        {"reference": "CMP-4"},
    )
    rows = by_team(joined(letters, cases))
    assert rows[["team", "compliant", "n", "timed", "in_time"]].to_numpy().tolist() == [
        *(["Repairs", 1, 2, 2, 1], ["Lettings", 1, 1, 0, 0], ["No team given", 1, 1, 0, 0], ["Not in the index", 1, 1, 0, 0]),
    ]


def test_a_letter_that_is_kept_twice_counts_once() -> None:
    """Files that cannot be read are no copies of each other: each needs looking at."""
    bad = {"verdict": "unreadable", "sha256": "e"}
    letters = letters_frame({"sha256": "a"}, {"sha256": "b"}, {"sha256": "a"}, {"sha256": None}, {"sha256": None}, bad, bad)
    counted = without_copies(letters)
    assert counted["id"].tolist() == [1, 2, 4, 5, 6, 7]
    assert copies(letters, counted) == ["1 more copy of these letters is in the archive, and counted in none of these figures."]
    assert copies(counted, counted) == []


def test_time_limits_are_said_in_sentences() -> None:
    """Where there are enough letters: of nine stage 2 responses nothing is said."""
    first = [{"reference": f"CMP-{n}", "date": "2025-03-28" if n < 2 else "2025-03-31" if n < 3 else "2025-03-10"} for n in range(10)]
    second = [{"reference": f"CMP-{n}", "stage": 2} for n in range(9)]
    letters = letters_frame(*first, *second, {"reference": "CMP-0", "kind": "extension"})
    days = {"received": "2025-03-03", "acknowledged": "2025-03-03", "escalated": "2025-03-11"}
    cases = cases_frame(*({"reference": f"CMP-{n}", **days} for n in range(10)))
    assert time_limits(timeliness(joined(letters, cases))) == [
        "Of 10 complaints whose days are known, 10 (100%) were acknowledged within the Code's time limit.",
        "Of 10 stage 1 responses whose days are known, 8 (80%) were sent within the Code's time limit, 1 of them in extended time.",
    ]


def test_the_summary_shows_teams_and_time_limits_where_there_is_an_index(frames: Frames, tmp_path: Path) -> None:
    """On the page, in the workbook and as CSV; without an index there is no word of either."""
    letters, elements, flags = frames
    cases = cases_frame({"reference": "CMP-1", "team": "Repairs & <b>voids</b>", "received": "2025-03-03"})
    page = html.fromstring(write_summary(letters, elements, flags, tmp_path / "with", cases=cases).read_text(encoding="utf-8"))
    assert {"timeliness", "teams"} <= set(page.xpath("//section/@aria-labelledby"))
    assert "Repairs & <b>voids</b>" in page.xpath("string(//*[@aria-labelledby='teams'])")
    assert (tmp_path / "with" / "csv" / "teams.csv").is_file()
    page = html.fromstring(write_summary(letters, elements, flags, tmp_path / "with", cases=NO_INDEX).read_text(encoding="utf-8"))
    assert not {"timeliness", "teams"} & set(page.xpath("//section/@aria-labelledby"))
    assert not (tmp_path / "with" / "csv" / "teams.csv").exists()


def test_of_copies_the_one_in_the_index_counts(frames: Frames, tmp_path: Path) -> None:
    """A copy elsewhere in the archive does not take a letter from its team."""
    letters = letters_frame({"sha256": "a", "reference": None}, {"sha256": "a", "reference": None})
    cases = cases_frame({"path": "letter-2.docx", "team": "Repairs"})
    write_summary(letters, *frames[1:], tmp_path, cases=cases)
    lines = (tmp_path / "csv" / "teams.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["Team", "Repairs"]
