"""PDF documents: what a person sees on the page is read, and what nobody sees is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from fpdf import FPDF
from making import FINDING, drawn_pdf, error_of, letter_of, set_pdf, shown
from pypdf import PdfReader, PdfWriter
from reportlab.lib.colors import Color, black, darkblue, white  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from models.finding import ErrorCode
from samples.writers.fonts import font_files

_HEIGHT = 842
_LINES = ("We have looked at the repair records and have spoken with", "the surveyor about it, and we agree with you that we were", "late.")


def _lines(sheet: Canvas, left: float, top: float, *lines: str, pitch: float = 14) -> None:
    for number, line in enumerate(lines):
        sheet.drawString(left, _HEIGHT - top - number * pitch, line)


def _texts(content: bytes) -> list[str]:
    return [passage.text for passage in letter_of(content).passages]


def _changed(content: bytes, change: Callable[[PdfWriter], Any]) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(content)))
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_spaced_letters_are_a_word() -> None:
    """Letters set apart, by spaces or by the typesetter, are read as words."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 100, "C O M P L A I N T    R E S P O N S E")
        spaced = sheet.beginText(72, _HEIGHT - 140)
        spaced.setCharSpace(5)
        spaced.textOut("OUR DECISION")
        sheet.drawText(spaced)

    assert _texts(drawn_pdf(draw)) == ["COMPLAINT RESPONSE", "OUR DECISION"]


def test_single_letters_in_a_sentence_stay_apart() -> None:
    """Three letters in a row are no word set apart."""
    assert _texts(drawn_pdf(lambda sheet: _lines(sheet, 72, 100, "Flats A B C are let."))) == ["Flats A B C are let."]


def test_raised_letters() -> None:
    """Letters set small and high belong to their word."""

    def draw(sheet: Canvas) -> None:
        text = sheet.beginText(72, _HEIGHT - 100)
        text.textOut("We met on the 14")
        text.setFont("Helvetica", 7)
        text.setRise(4)
        text.textOut("th")
        text.setFont("Helvetica", 11)
        text.setRise(0)
        text.textOut(" of March.")
        sheet.drawText(text)

    assert _texts(drawn_pdf(draw)) == ["We met on the 14th of March."]


def test_watermark() -> None:
    """A word that slants across the page is in no sentence."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 300, *_LINES)
        sheet.saveState()
        sheet.setFillColor(Color(0.8, 0.8, 0.8))
        sheet.translate(150, 420)
        sheet.rotate(45)
        sheet.setFont("Helvetica-Bold", 90)
        sheet.drawString(0, 0, "DRAFT")
        sheet.restoreState()

    assert shown(letter_of(drawn_pdf(draw))) == [("body", "paragraph", " ".join(_LINES)), ("box", "paragraph", "DRAFT")]


def test_text_up_the_margin() -> None:
    """A form's number that runs up the margin is in no sentence."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 300, *_LINES)
        sheet.saveState()
        sheet.translate(30, _HEIGHT - 340)
        sheet.rotate(90)
        sheet.setFont("Helvetica", 7)
        sheet.drawString(0, 0, "Form HH 12 of 2024")
        sheet.restoreState()

    assert shown(letter_of(drawn_pdf(draw))) == [("body", "paragraph", " ".join(_LINES)), ("box", "paragraph", "Form HH 12 of 2024")]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("stored", [0, 90, 180, 270])
def test_page_on_its_side(turn: int, stored: int) -> None:
    """A page is read in the direction of its text, however the text is turned on it and the page is stored."""

    def draw(sheet: Canvas) -> None:
        sheet.translate(300, 420)
        sheet.rotate(turn)
        _lines(sheet, -200, _HEIGHT - 100, "Dear Mrs Okafor")
        _lines(sheet, -200, _HEIGHT - 60, *_LINES)

    content = _changed(drawn_pdf(draw), lambda writer: writer.pages[0].rotate(stored))
    assert _texts(content) == ["Dear Mrs Okafor", " ".join(_LINES)]


def test_searchable_scan() -> None:
    """The text that OCR laid under a picture without ink is read."""

    def draw(sheet: Canvas) -> None:
        text = sheet.beginText(72, _HEIGHT - 100)
        text.setTextRenderMode(3)
        text.textOut("Dear Mrs Okafor")
        sheet.drawText(text)

    assert _texts(drawn_pdf(draw)) == ["Dear Mrs Okafor"]


def test_white_text() -> None:
    """White text is read on a coloured ground, and left out where there is nothing under it."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 100, "Dear Mrs Okafor")
        sheet.setFillColor(darkblue)
        sheet.rect(60, _HEIGHT - 180, 300, 30, stroke=0, fill=1)
        sheet.setFillColor(white)
        _lines(sheet, 72, 170, "Your complaint")
        _lines(sheet, 72, 300, "@@template-7")
        sheet.setFillColor(black)

    assert _texts(drawn_pdf(draw)) == ["Dear Mrs Okafor", "Your complaint"]


def test_text_beside_the_page() -> None:
    """What stands outside the paper is not read."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 100, "Dear Mrs Okafor")
        _lines(sheet, 700, 120, "printer's mark")
        _lines(sheet, 72, -40, "crop here")

    assert _texts(drawn_pdf(draw)) == ["Dear Mrs Okafor"]


def test_two_pages_on_a_sheet() -> None:
    """Of two pages printed side by side on one sheet, the left is read before the right."""

    def draw(sheet: Canvas) -> None:
        sheet.setPageSize((_HEIGHT, 595))
        for left, first in ((50, "Dear Mrs Okafor"), (470, "What happens next")):
            for number, line in enumerate((first, "", *_LINES, "", *_LINES)):
                sheet.drawString(left, 500 - number * 14, line)

    letter = " ".join(_LINES)
    assert _texts(drawn_pdf(draw)) == ["Dear Mrs Okafor", letter, letter, "What happens next", letter, letter]


def test_font_without_a_map(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose font does not say what its signs mean has no text (where OCR does not read it), rather than gibberish."""
    monkeypatch.setattr("readers.ocr.is_installed", lambda: False)
    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("plain", fname=font_files("DejaVu Sans")[0])
    pdf.set_font("plain", size=11)
    pdf.multi_cell(0, 6, FINDING)
    content = bytes(pdf.output())
    assert _texts(content) == [FINDING]
    assert error_of(content.replace(b"/ToUnicode", b"/ToNothing")).error.code is ErrorCode.NO_TEXT


def test_empty_password() -> None:
    """A PDF that is locked against changes only is read; one that needs a password to open is not."""
    content = set_pdf([FINDING])
    assert _texts(_changed(content, lambda writer: writer.encrypt("", "owner", algorithm="AES-256"))) == [FINDING]
    assert error_of(_changed(content, lambda writer: writer.encrypt("user", "owner"))).error.code is ErrorCode.ENCRYPTED


def test_alternating_headers() -> None:
    """Headers that differ on left and right pages are each kept once, and none cuts a sentence."""
    long = ", and ".join([FINDING.replace(".", ",").rstrip(",")] * 24)

    def decorate(sheet: Canvas, template: Any) -> None:
        sheet.setFont("Helvetica", 9)
        sheet.drawString(72, 810, "Hexley Homes" if template.page % 2 else "Complaint CMP-10234")
        sheet.drawCentredString(300, 25, f"Page {template.page} of 4")

    found = shown(letter_of(set_pdf(["Dear Mrs Okafor", long], decorate)))
    assert [text for part, _, text in found if part == "header"] == ["Hexley Homes", "Complaint CMP-10234"]
    assert [text for part, _, text in found if part == "body"] == ["Dear Mrs Okafor", long]
