"""PDF documents: words in reading order, in the paragraphs that a person sees."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from making import FINDING, drawn_pdf, error_of, letter_of, set_pdf, shown
from pypdf import PdfReader, PdfWriter
from reportlab.lib.colors import black  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import getSampleStyleSheet  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table  # type: ignore[import-untyped]

from models.finding import ErrorCode

_HEIGHT = 842
_ROOMS = ("hall", "kitchen", "bathroom", "landing", "cellar", "attic", "porch")
_FINDINGS = [FINDING.replace(" the ", f" the {storey} {room} ") for room in _ROOMS for storey in ("lower", "upper")]


def _lines(sheet: Canvas, left: float, top: float, *lines: str, pitch: float = 14) -> None:
    for number, line in enumerate(lines):
        sheet.drawString(left, _HEIGHT - top - number * pitch, line)


def _texts(content: bytes) -> list[str]:
    return [passage.text for passage in letter_of(content).passages]


def test_paragraphs_and_pages() -> None:
    """Lines become the paragraphs that were set, each with the page that it starts on."""
    letter = letter_of(set_pdf(["Mrs A Okafor<br/>3 Mill Lane<br/>Hexley", "Dear Mrs Okafor", *_FINDINGS]))
    assert [passage.text for passage in letter.passages] == ["Mrs A Okafor\n3 Mill Lane\nHexley", "Dear Mrs Okafor", *_FINDINGS]
    assert letter.passages[0].page == 1
    assert letter.passages[-1].page == 2


def test_paragraph_over_a_page_break_is_one() -> None:
    """A paragraph whose sentence goes on over the page break is one passage."""
    long = ", and ".join(text.replace(".", ",")[:-1] for text in _FINDINGS) + "."
    assert _texts(set_pdf([FINDING, long])) == [FINDING, long]


def test_another_producer() -> None:
    """Justified text, headings, lists and label columns of another producer read the same."""
    pdf = FPDF(format="A4")
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    for label, text in (("Our ref:", "CMP-1"), ("Date:", "14 March 2025")):
        pdf.cell(40, 6, label)
        pdf.cell(60, 6, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)
    pdf.multi_cell(0, 6, f"Dear Mrs Okafor\n\n{FINDING}", align="J", new_x="LMARGIN")
    pdf.ln(4)
    pdf.set_font("Helvetica", "B", 11)
    pdf.cell(0, 6, "What happens next", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(0, 6, FINDING, new_x="LMARGIN")
    pdf.multi_cell(0, 6, f"1. {FINDING}\n2. We will pay you.", align="L", new_x="LMARGIN")
    assert shown(letter_of(bytes(pdf.output()))) == [
        ("body", "paragraph", "Our ref: CMP-1\nDate: 14 March 2025"),
        ("body", "paragraph", "Dear Mrs Okafor"),
        ("body", "paragraph", FINDING),
        ("body", "heading", "What happens next"),
        ("body", "paragraph", FINDING),
        ("body", "item", f"1. {FINDING}"),
        ("body", "item", "2. We will pay you."),
    ]


def test_words_parted_at_a_line_end() -> None:
    """A hyphen that parts a word goes; one that belongs to a compound or an address stays."""

    def draw(sheet: Canvas) -> None:
        _lines(
            sheet,
            72,
            100,
            "We have looked at all of the records and we will pay you this compen-",
            "sation by 1 May. The matter is one for which there will be a full follow-",
            "up by our team. You can find the Ombudsman at its website www.housing-",
            "ombudsman.org.uk at any time.",
        )

    (text,) = _texts(drawn_pdf(draw))
    assert "this compensation by" in text
    assert "full follow-up by" in text
    assert "www.housing-ombudsman.org.uk at" in text


def test_columns_side_by_side() -> None:
    """A letterhead beside an address is read after it, not across it; text in two columns is read column by column."""
    left = ("I have looked at the repair records and", "have spoken with the surveyor about it,", "and I agree with you that it was late.")
    right = ("We will pay you fifty pounds by the end", "of May and finish the repair by the end", "of June, and will call you each week.")

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 80, "Mrs A Okafor", "3 Mill Lane", "Hexley", "HX1 1AA")
        _lines(sheet, 400, 80, "Hexley Homes", "1 High Street", "Hexley")
        _lines(sheet, 72, 180, "Dear Mrs Okafor")
        _lines(sheet, 72, 220, *left)
        _lines(sheet, 320, 220, *right)

    assert _texts(drawn_pdf(draw)) == [
        "Mrs A Okafor\n3 Mill Lane\nHexley\nHX1 1AA",
        "Hexley Homes\n1 High Street\nHexley",
        "Dear Mrs Okafor",
        " ".join(left),
        " ".join(right),
    ]


def test_figures_are_read_across() -> None:
    """A table without ruled lines whose last column is figures is read across."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 100, "Delay in the repair", "Distress")
        _lines(sheet, 300, 100, "£100.00", "£50.00")

    assert shown(letter_of(drawn_pdf(draw))) == [
        ("table", "row", "Delay in the repair | £100.00"),
        ("table", "row", "Distress | £50.00"),
    ]


def test_ruled_tables() -> None:
    """A ruled table is read row by row, with cells of several lines in one piece, between the paragraphs around it."""
    file = io.BytesIO()
    style = getSampleStyleSheet()["Normal"]
    long = "The way in which we answered your calls about the leak"
    table = Table(
        [["Issue", "Finding"], ["Damp", "Upheld"], [Paragraph(long, style), "Not upheld"]],
        colWidths=[150, 100],
        style=[("GRID", (0, 0), (-1, -1), 0.5, black)],
    )
    SimpleDocTemplate(file, pagesize=A4).build([Paragraph("Before.", style), table, Paragraph("After.", style)])
    assert shown(letter_of(file.getvalue())) == [
        ("body", "paragraph", "Before."),
        ("table", "row", "Issue | Finding"),
        ("table", "row", "Damp | Upheld"),
        ("table", "row", f"{long} | Not upheld"),
        ("body", "paragraph", "After."),
    ]


def test_running_headers_and_footers() -> None:
    """What is repeated on every page is kept once, in its part; page numbers go."""

    def decorate(sheet: Canvas, template: Any) -> None:
        sheet.setFont("Helvetica", 9)
        sheet.drawString(72, 810, "Hexley Homes, 1 High Street")
        sheet.drawString(72, 40, "Housing Ombudsman Service, 0300 111 3000")
        sheet.drawCentredString(300, 25, f"Page {template.page} of 2")

    found = shown(letter_of(set_pdf(_FINDINGS, decorate)))
    assert found[0] == ("header", "paragraph", "Hexley Homes, 1 High Street")
    assert found[-1] == ("footer", "paragraph", "Housing Ombudsman Service, 0300 111 3000")
    assert found[1:-1] == [("body", "paragraph", text) for text in _FINDINGS]


@pytest.mark.parametrize(("size", "part"), [(8, "footer"), (11, "body")])
def test_footer_of_one_page(size: int, part: str) -> None:
    """Small print at the foot of a letter of one page is its footer; text of the usual size close to the rest is not."""

    def draw(sheet: Canvas) -> None:
        for number in range(25 if size < 11 else 52):
            _lines(sheet, 72, 72 + 14 * number, "We have looked at all of the records and we will write to you again about them soon,")
        sheet.setFont("Helvetica", size)
        _lines(sheet, 72, 800, "Registered society 1234")

    assert shown(letter_of(drawn_pdf(draw)))[-1][0] == part


def test_turned_page() -> None:
    """A page that is stored turned is read as it is shown."""

    def draw(sheet: Canvas) -> None:
        sheet.translate(595, 0)
        sheet.rotate(90)
        sheet.drawString(50, 500, "Dear Mrs Okafor")
        sheet.drawString(50, 450, "We agree.")

    writer = PdfWriter(PdfReader(io.BytesIO(drawn_pdf(draw))))
    writer.pages[0].rotate(90)
    file = io.BytesIO()
    writer.write(file)
    assert _texts(file.getvalue()) == ["Dear Mrs Okafor", "We agree."]


def test_filled_form() -> None:
    """What was filled into a form's fields is read."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 100, "Dear")
        sheet.acroForm.textfield(name="name", value="Mrs Okafor", x=110, y=730, width=200, height=20)

    assert "Mrs Okafor" in letter_of(drawn_pdf(draw)).text


def test_picture_only() -> None:
    """A page without text asks for OCR."""
    unread = error_of(drawn_pdf(lambda sheet: sheet.rect(100, 100, 200, 200)))
    assert unread.error.code is ErrorCode.NO_TEXT
    assert "OCR" in unread.error.message


def test_only_tables_load_the_slow_library(tmp_path: Path) -> None:
    """A letter without a ruled table is read by PDFium alone, which takes a hundredth of the time."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(set_pdf(_FINDINGS))
    code = (
        "import sys, readers; from pathlib import Path; from models.settings import Limits; "
        "print(len(readers.read(Path(sys.argv[1]), Limits())[0].text), 'pdfplumber' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    length, loaded = done.stdout.split()
    assert int(length) > len(FINDING)
    assert loaded == "False"


def test_figures_at_the_foot_are_no_page_numbers() -> None:
    """A sum near the foot of a page, or a number in a row there, is kept; page numbers are not."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 100, FINDING[:80])
        _lines(sheet, 72, 740, "Visits", "Redress")
        _lines(sheet, 300, 740, "3", "£150")
        _lines(sheet, 290, 820, "- 1 -")

    assert [text for _, style, text in shown(letter_of(drawn_pdf(draw))) if style == "row"] == ["Visits | 3", "Redress | £150"]
    assert "- 1 -" not in letter_of(drawn_pdf(draw)).text


def test_wrapped_line_that_looks_like_an_item() -> None:
    """A line that was wrapped before "(b)" goes on with its sentence; an item after a full stop starts anew."""

    def draw(sheet: Canvas) -> None:
        _lines(
            sheet,
            72,
            100,
            "We have looked at all of your points with care and can tell you that point",
            "(b) is made out and that the first one is not, since we came when we said.",
            "(c) This point is one that we could not look at, for want of the records.",
        )

    assert [style for _, style, _ in shown(letter_of(drawn_pdf(draw)))] == ["paragraph", "item"]


def test_cropped_page() -> None:
    """A page of which only a part is shown has its tables and its margins where they are shown."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 180, "Before.")
        sheet.grid([72, 222, 372], [600, 620, 640])
        _lines(sheet, 80, 217, "Issue", "Damp", pitch=20)
        _lines(sheet, 230, 217, "Finding", "Upheld", pitch=20)
        _lines(sheet, 72, 280, "After.")

    writer = PdfWriter(PdfReader(io.BytesIO(drawn_pdf(draw))))
    writer.pages[0].cropbox.lower_left, writer.pages[0].cropbox.upper_right = (40, 50), (560, 760)
    file = io.BytesIO()
    writer.write(file)
    assert _texts(file.getvalue()) == ["Before.", "Issue | Finding", "Damp | Upheld", "After."]


def test_scaled_text() -> None:
    """Text set small and drawn larger is as large as it is shown: it is no heading beside text of that size."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 100, "We agree with you", FINDING[:80])
        sheet.scale(2, 2)
        sheet.setFont("Helvetica", 5.5)
        sheet.drawString(36, (_HEIGHT - 160) / 2, "Yours sincerely")
        sheet.setFont("Helvetica", 8)
        sheet.drawString(36, (_HEIGHT - 200) / 2, "What happens next")

    assert [text for _, style, text in shown(letter_of(drawn_pdf(draw))) if style == "heading"] == ["What happens next"]


def test_greeting_close_to_the_address() -> None:
    """The greeting is a passage of its own, however close to the address it is set."""

    def draw(sheet: Canvas) -> None:
        _lines(sheet, 72, 100, "Mrs A Okafor", "3 Mill Lane", "Dear Mrs Okafor")

    assert _texts(drawn_pdf(draw)) == ["Mrs A Okafor\n3 Mill Lane", "Dear Mrs Okafor"]
