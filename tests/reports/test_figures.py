"""The figures, against values worked out by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from report_frames import Frames, elements_frame, flags_frame, letters_frame

from reports import figures


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (31, 58, 0.4080, 0.6567), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_wilson_gives_the_published_intervals(hits: int, n: int, low: float, high: float) -> None:
    """The interval is Wilson's, without continuity correction, and never leaves 0 to 1."""
    assert figures.wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_nothing_has_no_interval() -> None:
    """Of no letters, nothing is known."""
    assert all(math.isnan(end) for end in figures.wilson(0, 0))


def test_letters_are_counted_by_kind_stage_and_verdict(frames: Frames) -> None:
    """Each kind and stage has its row, in the contract's order; files that could not be read have none."""
    counted = figures.by_kind(frames[0])
    rows = counted[["kind", "stage", "compliant", "gaps", "out_of_scope", "letters", "n"]].fillna(0).to_numpy().tolist()
    assert rows == [["response", 1, 1, 1, 0, 2, 2], ["response", 2, 0, 1, 0, 1, 1], ["other", 0, 0, 0, 1, 1, 0]]
    assert counted["share"].tolist()[:2] == [0.5, 0.0]
    assert math.isnan(counted["share"].iloc[2])


def test_kinds_keep_the_contracts_order() -> None:
    """An acknowledgement comes before a response, and a refusal without a stage after those with one."""
    refusals = {"kind": "refusal", "stage": None}, {"kind": "refusal", "stage": 2}
    letters = letters_frame(*refusals, {"kind": "response"}, {"kind": "acknowledgement"})
    counted = figures.by_kind(letters)
    assert counted["kind"].tolist() == ["acknowledgement", "response", "refusal", "refusal"]
    assert counted["stage"].isna().tolist() == [False, False, False, True]


def test_element_shares_tell_must_from_should_and_leave_out_what_does_not_apply(frames: Frames) -> None:
    """A share is of the letters that are asked for the element and that it applies to."""
    shares = figures.element_shares(frames[1])
    rows = shares[["element", "requirement", "present", "incomplete", "missing", "n"]].to_numpy().tolist()
    assert rows == [
        ["stage", "must", 2, 0, 1, 3],
        ["outcomes_sought", "should", 1, 0, 1, 2],
        ["decision", "must", 1, 1, 1, 3],
        ["remedy", "must", 1, 0, 0, 1],
    ]
    assert shares["share"].tolist() == pytest.approx([2 / 3, 1 / 2, 1 / 3, 1])
    assert (shares["low"].iloc[0], shares["high"].iloc[0]) == pytest.approx(figures.wilson(2, 3))


def test_commonest_gaps_come_first_and_are_musts_only(frames: Frames) -> None:
    """What a letter should have is no gap, and an element that no letter lacks is not listed."""
    gaps = figures.commonest_gaps(frames[1])
    rows = gaps[["element", "letters", "missing", "incomplete", "n"]].to_numpy().tolist()
    assert rows == [["decision", 2, 1, 1, 3], ["stage", 1, 1, 0, 3]]
    assert gaps["share"].tolist() == pytest.approx([2 / 3, 1 / 3])


def test_flags_count_letters_once_and_times_all(frames: Frames) -> None:
    """Two placeholders in one letter are one letter with the flag, and two times raised; the share is of the three complaint letters."""
    counted = figures.commonest_flags(frames[2], frames[0])
    rows = counted[["flag", "severity", "letters", "times", "n"]].to_numpy().tolist()
    assert rows == [["staff_name", "warning", 2, 2, 3], ["placeholder", "error", 1, 2, 3]]
    assert counted["share"].tolist() == pytest.approx([2 / 3, 1 / 3])


def test_months_count_dated_complaint_letters(frames: Frames) -> None:
    """The trend has a row for each month with complaint letters, by the letter's date; undated ones are left out."""
    letters = pd.concat([frames[0], letters_frame({"date": None, "verdict": "gaps"})])
    months = figures.by_month(letters)
    assert [f"{month:%Y-%m}" for month in months["month"]] == ["2025-03", "2025-04"]
    assert months[["compliant", "n", "share"]].to_numpy().tolist() == [[1, 1, 1.0], [0, 2, 0.0]]


def test_look_first_says_what_is_wrong_in_words(frames: Frames) -> None:
    """A row names what is missing, incomplete and in error, and leaves out warnings and what a letter only should have."""
    listed = figures.look_first(*frames)
    assert listed["path"].tolist() == ["letter-3.docx", "letter-2.docx"]
    assert listed["things"].tolist() == [2, 2]
    assert listed["wrong"].tolist() == [
        "Missing: Decision on the complaint. Error: Template text left in.",
        "Missing: Stage of the complaint. Incomplete: Decision on the complaint.",
    ]


def test_look_first_orders_by_things_wrong_then_final_then_newest() -> None:
    """Most things wrong first; where equal, final responses; then the newest, undated letters last."""
    letters = letters_frame(
        {"path": "undated", "verdict": "gaps", "date": None},
        {"path": "old", "verdict": "gaps", "date": "2025-01-02"},
        {"path": "new", "verdict": "gaps", "date": "2025-02-02"},
        {"path": "final", "verdict": "gaps", "date": "2024-02-02", "stage": 2},
        {"path": "worst", "verdict": "gaps", "date": "2024-01-02"},
        {"path": "second acknowledgement", "verdict": "gaps", "date": "2025-01-15", "kind": "acknowledgement", "stage": 2},
        {"path": "good"},
    )
    elements = elements_frame(*((number, "decision", "missing", "must") for number in (1, 2, 3, 4, 5, 6)))
    listed = figures.look_first(letters, elements, flags_frame((5, "placeholder", "error")))
    assert listed["path"].tolist() == ["worst", "final", "new", "second acknowledgement", "old", "undated"]
    assert listed["final"].tolist() == [False, True, False, False, False, False]


def test_unreadable_files_keep_their_message(frames: Frames) -> None:
    """A file that could not be read is listed with what to do."""
    assert figures.unreadable(frames[0])[["path", "error_message"]].to_numpy().tolist() == [
        ["letter-5.docx", "The file is damaged. Send it again from its source."]
    ]


def test_no_letters_give_empty_figures() -> None:
    """Every figure of nothing is an empty frame with its columns."""
    letters, elements, flags = letters_frame(), elements_frame(), flags_frame()
    for frame in (
        figures.by_kind(letters),
        figures.element_shares(elements),
        figures.commonest_gaps(elements),
        figures.commonest_flags(flags, letters),
        figures.by_month(letters),
    ):
        assert frame.empty
        assert {"share", "low", "high"} <= set(frame.columns)
    assert figures.look_first(letters, elements, flags).empty
    assert figures.unreadable(letters).empty
