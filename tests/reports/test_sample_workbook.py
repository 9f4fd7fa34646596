"""The reviewer's workbook, opened as the reviewer would."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook
from report_frames import letters_frame

from models.finding import Result
from models.words import ELEMENTS
from reports.files import ReportError
from reports.sample import write_sample

HOSTILE = '=HYPERLINK("http://example.org","x")'


def _frame(*results: Result) -> pd.DataFrame:
    kept = {"path", "verdict", "kind", "stage", "edition", "date", "reference"}
    return letters_frame(*({**result.model_dump(mode="json", include=kept), "result": result.model_dump_json()} for result in results))


def _book(tmp_path: Path, *results: Result) -> Workbook:
    return openpyxl.load_workbook(write_sample(_frame(*results), tmp_path / "sample.xlsx", seed=7, population=120))


def test_review_has_a_row_for_all_that_can_be_judged(tmp_path: Path, result: Result) -> None:
    """The letter's kind, each element that is asked of it, each flag and each name; what the Code does not ask for is left out."""
    rows = list(_book(tmp_path, result)["Review"].iter_rows(min_row=2, max_col=8, values_only=True))
    assert [row[2:] for row in rows] == [
        ("Letter", "Kind and stage", None, None, "Response, stage 1", None),
        ("Element", "Stage of the complaint", "Must", "6.9a", "present", "“our stage one response”"),
        ("Element", "Decision on the complaint", "Must", "6.9c", "missing", "The letter gives no decision."),
        ("Flag", "Member of staff named", None, None, "Warning", "“Ines Okoro-Bell”\nA member of staff is named."),
        ("Name", "Ines Okoro-Bell", None, None, "Staff", None),
        ("Name", "Petra Vance", None, None, "Resident", None),
    ]
    assert {row[:2] for row in rows} == {(1, "letters/one.docx")}


def test_reviewer_columns_are_empty_with_choices_and_a_formula(tmp_path: Path, result: Result) -> None:
    """An element's row offers the four statuses, any other row right and wrong; whether the reviewer agrees is worked out."""
    sheet = _book(tmp_path, result)["Review"]
    assert [sheet.cell(1, column).value for column in (9, 10, 11)] == ["Reviewer's status", "Agrees?", "Comment"]
    assert all(sheet.cell(row, column).value is None for row in range(2, 8) for column in (9, 11))
    choices = {cell: rule.formula1 for rule in sheet.data_validations.dataValidation for cell in str(rule.sqref).split()}
    assert choices["I2"] == '"right,wrong"'
    assert choices["I3"] == '"present,incomplete,missing,not_applicable"'
    assert set(choices) == {f"I{row}" for row in range(2, 8)}
    assert sheet["J3"].value == '=IF(I3="","",IF(I3=G3,"yes","no"))'
    assert sheet["J2"].value == '=IF(I2="","",IF(I2="right","yes","no"))'


def test_agreement_is_counted_for_each_element(tmp_path: Path, result: Result) -> None:
    """Each element has a row of its own that counts its rows of the review, and nothing is counted before the reviewer answers."""
    sheet = _book(tmp_path, result)["Agreement"]
    rows = {row[1]: row[2:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert {"Kind and stage", "All flags", "All names", *ELEMENTS.values()} == set(rows)
    for words in ELEMENTS.values():
        reviewed, agreed, share = rows[words]
        assert f'"{words}"' in str(reviewed)
        assert str(reviewed).startswith(str(agreed))
        assert str(share).startswith("=IF(")


def test_letters_sheet_has_a_row_a_letter(tmp_path: Path, result: Result, unreadable_result: Result) -> None:
    """A row says what the letter is and what was raised; a file that could not be read has one too, with its message under review."""
    book = _book(tmp_path, result, unreadable_result)
    first, second = book["Letters"].iter_rows(min_row=2, values_only=True)
    assert first[2:4] == ("letters/one.docx", "CMP-1")
    assert f"{first[4]:%Y-%m-%d}" == "2025-03-14"
    assert first[5:7] == ("Response", 1)
    assert first[8:] == ("Has gaps", "Member of staff named")
    assert second[8] == "Could not be read"
    assert book["Review"].cell(8, 8).value == "The file is damaged. Send it again from its source."


def test_guide_says_how_the_sample_was_drawn(tmp_path: Path, result: Result) -> None:
    """Seed, size, population and strata are there, and places for the reviewer's name and date."""
    sheet = _book(tmp_path, result)["How to use"]
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    assert "with the seed 7: 1 letter of 120." in text
    assert "Response, stage 1: 1 letter" in text
    places = {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(1, sheet.max_row + 1)}
    assert places["Reviewed by"] is None
    assert places["Date of review"] is None
    assert places["Rows agreed so far"] == '=COUNTIF(Review!$J:$J,"yes")'


def test_sheets_are_ready_for_work_and_print(tmp_path: Path, result: Result) -> None:
    """Headings stay in view and are repeated on paper, columns filter, long text wraps, and the page is landscape A4."""
    book = _book(tmp_path, result)
    assert book.sheetnames == ["How to use", "Letters", "Review", "Agreement"]
    for name in ("Letters", "Review"):
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert book["Review"]["H3"].alignment.wrap_text


def test_words_that_look_like_formulas_stay_words(tmp_path: Path, result: Result) -> None:
    """A letter's words, a name or a path never become a formula or a link."""
    flag = result.flags[0].model_copy(update={"text": HOSTILE, "message": HOSTILE})
    name = result.names[0].model_copy(update={"text": HOSTILE})
    hostile = result.model_copy(update={"path": HOSTILE, "names": (name,), "flags": (flag,)})
    book = _book(tmp_path, hostile)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if HOSTILE in str(cell.value)]
    assert len(cells) >= 8
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def test_an_empty_sample_is_a_workbook_without_rows(tmp_path: Path) -> None:
    """Nothing drawn is no crash."""
    book = _book(tmp_path)
    assert book["Review"].max_row == 1
    assert "0 letters of 120" in str(book["How to use"]["B4"].value)


def test_a_place_that_cannot_be_written_is_an_error_that_says_what_to_do(tmp_path: Path, result: Result) -> None:
    """Where a folder stands in the place of the workbook, the error says to choose another place."""
    with pytest.raises(ReportError, match="--out"):
        write_sample(_frame(result), tmp_path, seed=1, population=1)
