"""The summary's page, workbook and CSV files, read back as their readers would."""

from __future__ import annotations

import csv
import datetime
import os
import re
from pathlib import Path

import openpyxl
import pytest
from lxml import html
from report_frames import Frames, elements_frame, flags_frame, letters_frame

from reports.files import ReportError, in_place
from reports.summary import write_summary

HOSTILE = '=HYPERLINK("http://example.org/?a","<script>alert(1)</script>")'
EMPTY = letters_frame(), elements_frame(), flags_frame()


def _page(frames: Frames, out: Path, landlord: str | None = None) -> html.HtmlElement:
    return html.fromstring(write_summary(*frames, out, landlord=landlord).read_text(encoding="utf-8"))


def test_the_page_needs_nothing_from_outside(frames: Frames, tmp_path: Path) -> None:
    """No script, style sheet, font or picture comes from elsewhere: every reference is to a place on the page itself."""
    page = _page(frames, tmp_path)
    references = [value for name in ("href", "src", "xlink:href", "data", "srcset") for value in page.xpath(f"//@*[name()='{name}']")]
    assert references
    assert all(reference.startswith("#") for reference in references)
    assert not page.xpath("//script | //link | //img | //iframe")
    styles = " ".join(page.xpath("//style/text() | //@style"))
    assert not re.search(r"@import|url\((?!#)|https?:", styles)


def test_ids_are_unique_and_every_anchor_leads_somewhere(frames: Frames, tmp_path: Path) -> None:
    """The pictures' own ids do not clash, and each link on the page has its target."""
    page = _page(frames, tmp_path)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {anchor[1:] for anchor in page.xpath("//*/@*[name()='href' or name()='xlink:href']")} <= set(ids)


def test_the_page_is_accessible(frames: Frames, tmp_path: Path) -> None:
    """Language, one h1, a skip link, a caption and scoped headings for every table, a label for every picture."""
    page = _page(frames, tmp_path)
    assert page.get("lang") == "en-GB"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//body/a[1]/@href") == ["#main"]
    tables = page.xpath("//table")
    assert len(tables) == 7
    assert all(table.xpath("./caption//text()") for table in tables)
    assert all(heading.get("scope") in ("col", "row") for heading in page.xpath("//th"))
    pictures = page.xpath("//*[local-name()='svg']")
    assert len(pictures) == 3
    assert all(picture.get("role") == "img" and picture.get("aria-label") for picture in pictures)
    assert all(picture.xpath(".//*[local-name()='text']") for picture in pictures)


def test_the_page_says_the_key_figures_first(frames: Frames, tmp_path: Path) -> None:
    """The first paragraph of the main part is the share of complaint letters that met every requirement."""
    page = _page(frames, tmp_path, "Harrow Vale Homes")
    assert page.xpath("string(//main//p[1])").startswith("Of 3 complaint letters, 1 (33%")
    assert page.xpath("string(//header)").split()[:3] == ["Harrow", "Vale", "Homes"]


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """A path, reference, message or landlord that looks like markup or a formula is shown, and does nothing."""
    letters = letters_frame(
        {"path": HOSTILE, "reference": HOSTILE, "verdict": "gaps"},
        {"path": HOSTILE, "verdict": "unreadable", "error_message": HOSTILE},
    )
    page = _page((letters, elements_frame((1, "stage", "missing", "must")), flags_frame()), tmp_path, HOSTILE)
    assert not page.xpath("//script")
    assert HOSTILE in page.xpath("//tbody/tr/th/text()")
    book = openpyxl.load_workbook(tmp_path / "summary.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == HOSTILE]
    assert len(cells) == 5
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)
    with (tmp_path / "csv" / "first.csv").open(encoding="utf-8-sig", newline="") as file:
        row = list(csv.reader(file))[1]
    assert row[:2] == [f"'{HOSTILE}", f"'{HOSTILE}"]


def test_the_workbook_holds_numbers_shares_and_dates(frames: Frames, tmp_path: Path) -> None:
    """A sheet for each table, its headings frozen and filtered, with real dates and percentages."""
    write_summary(*frames, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "summary.xlsx")
    assert book.sheetnames == ["About", "Kinds", "Elements", "Gaps", "Flags", "Months", "Look at first", "Could not be read"]
    assert all(sheet.freeze_panes == "B2" and sheet.auto_filter.ref for sheet in book.worksheets[1:])
    share = book["Elements"]["G2"]
    assert (share.value, share.number_format) == (pytest.approx(2 / 3), "0%")
    assert book["Months"]["A2"].value == datetime.datetime(2025, 3, 1)
    assert book["Look at first"]["E2"].value == datetime.datetime(2025, 4, 20)


def test_csv_files_are_the_same_tables(frames: Frames, tmp_path: Path) -> None:
    """Each table is a CSV file with its headings; dates are ISO dates and what is missing is empty."""
    write_summary(*frames, tmp_path)
    names = sorted(path.name for path in (tmp_path / "csv").iterdir())
    assert names == ["elements.csv", "first.csv", "flags.csv", "gaps.csv", "kinds.csv", "months.csv", "unreadable.csv"]
    with (tmp_path / "csv" / "first.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    said = [(row["File"], row["Date"], row["Stage"]) for row in rows]
    assert said == [("letter-3.docx", "2025-04-20", "2"), ("letter-2.docx", "2025-04-02", "1")]
    with (tmp_path / "csv" / "kinds.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file))[-1]["Stage"] == ""


def test_two_archives_are_told_apart(tmp_path: Path) -> None:
    """Where letters come from more than one archive, the lists say from which."""
    letters = letters_frame({"verdict": "gaps", "source": "north"}, {"source": "south"})
    page = _page((letters, elements_frame((1, "stage", "missing", "must")), flags_frame()), tmp_path)
    assert page.xpath("//section[@aria-labelledby='first']//th[@scope='col'][1]/text()") == ["Archive"]
    assert "north" in page.xpath("//section[@aria-labelledby='first']//tbody//th/text()")


def test_long_lists_are_cut_on_the_page_only(tmp_path: Path) -> None:
    """The page lists the first 50 letters and says so; the workbook lists all."""
    letters = letters_frame(*({"verdict": "gaps"} for _ in range(60)))
    elements = elements_frame(*((number, "stage", "missing", "must") for number in range(1, 61)))
    page = _page((letters, elements, flags_frame()), tmp_path)
    assert len(page.xpath("//section[@aria-labelledby='first']//tbody/tr")) == 50
    assert "The first 50 of 60." in page.text_content()
    assert openpyxl.load_workbook(tmp_path / "summary.xlsx")["Look at first"].max_row == 61


def test_elements_and_flags_of_other_letters_are_left_out(frames: Frames, tmp_path: Path) -> None:
    """Rows that belong to no letter of the frame change no figure."""
    letters, elements, flags = frames
    page = _page((letters[letters["id"] == 1], elements, flags), tmp_path)
    assert "No flags were raised." in page.text_content()
    assert "No gaps were found." in page.text_content()


def test_no_letters_give_a_page_that_says_so(tmp_path: Path) -> None:
    """An empty period is said, with what to do, and the files are still written."""
    page = _page(EMPTY, tmp_path)
    assert "There are no letters in this period." in page.text_content()
    assert not page.xpath("//table")
    assert openpyxl.load_workbook(tmp_path / "summary.xlsx")["Kinds"].max_row == 1


def test_only_unreadable_files_still_give_a_page(tmp_path: Path) -> None:
    """Where no file could be read, the page lists the files and draws no pictures."""
    letters = letters_frame({"verdict": "unreadable", "error_message": "The file is empty. Save it again."})
    page = _page((letters, elements_frame(), flags_frame()), tmp_path)
    assert "The file is empty. Save it again." in page.text_content()
    assert not page.xpath("//*[local-name()='svg']")


def test_writing_again_replaces_and_leaves_nothing_behind(frames: Frames, tmp_path: Path) -> None:
    """A second summary takes the place of the first, with no half-written file beside it."""
    write_summary(*EMPTY, tmp_path)
    page = write_summary(*frames, tmp_path)
    assert "Of 3 complaint letters" in page.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["csv", "summary.html", "summary.xlsx"]


def test_a_failed_write_keeps_what_stood_there(tmp_path: Path) -> None:
    """Where writing breaks off, the file before it stays whole and the part is removed."""
    path = tmp_path / "summary.html"
    path.write_text("before")
    with pytest.raises(RuntimeError), in_place(path) as beside:
        beside.write_text("half")
        raise RuntimeError
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_an_error_that_says_what_to_do(frames: Frames, tmp_path: Path) -> None:
    """Where a file stands in the place of the folder, the error names the path and the way out."""
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ReportError, match="--out"):
        write_summary(*frames, tmp_path / "out")


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    """A named pipe or a device in the place of a report stays what it is."""
    pipe = tmp_path / "summary.html"
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(pipe)
    with pytest.raises(ReportError, match="no file"), in_place(pipe) as beside:
        beside.write_text("", encoding="utf-8")
    assert pipe.is_fifo()
