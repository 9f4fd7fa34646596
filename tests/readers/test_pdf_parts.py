"""PDF documents: letterheads, running headers and footers, told from the letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fpdf import FPDF
from making import FINDING, drawn_pdf, letter_of, set_pdf, shown
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from models.corpus import load
from models.letter import Letter, Part, Style
from models.settings import Limits
from readers import read
from readers.clean import is_capitals
from samples.render import SAMPLES, PlannedFile, plan

_HEIGHT, _WIDTH = 842, 595
_NAME, *_PLACE = ("Hexley Homes", "1 High Street, Hexley HX1 1AA", "01632 960 100 | www.hexleyhomes.example")
_ADDRESS = ("Mrs A Okafor", "3 Mill Lane", "Hexley HX2 4QT")
_SENTENCES = FINDING.split(". ")
_HEAD = ("header", _NAME)
_PDFS = [
    (shelf, file)
    for shelf, files in plan().items()
    for file in files
    if file.damage is None and (file.attached or file.name).lower().endswith(".pdf")
]


def _column(sheet: Canvas, top: float, *lines: str, left: float = 72, size: float = 11) -> None:
    sheet.setFont("Helvetica", size)
    for number, line in enumerate(lines):
        sheet.drawString(left, _HEIGHT - top - number * size * 1.25, line)


def _letter(sheet: Canvas) -> None:
    """Draw a letter's text, from the address on."""
    _column(sheet, 160, *_ADDRESS)
    _column(sheet, 220, "14 March 2025")
    _column(sheet, 245, "Our ref: CMP-10234")
    _column(sheet, 270, "Dear Mrs Okafor")
    _column(sheet, 300, *_SENTENCES)


def _parts(*draw: Callable[[Canvas], Any]) -> list[tuple[str, str]]:
    """Return the part and the first line of each passage above the greeting."""
    found = [(part, text.split("\n")[0]) for part, _, text in shown(letter_of(drawn_pdf(*draw)))]
    return found[: next(index for index, (_, text) in enumerate(found) if text.startswith("Dear"))]


def _right(sheet: Canvas) -> None:
    for number, line in enumerate((_NAME, *_PLACE)):
        sheet.drawRightString(523, _HEIGHT - 60 - number * 14, line)


def _centred(sheet: Canvas) -> None:
    for number, line in enumerate((_NAME, *_PLACE)):
        sheet.drawCentredString(_WIDTH / 2, _HEIGHT - 60 - number * 14, line)


def _large_name(sheet: Canvas) -> None:
    _column(sheet, 50, _NAME, size=20)
    _column(sheet, 85, *_PLACE, size=9)


def _side_by_side(sheet: Canvas) -> None:
    _column(sheet, 60, _NAME)
    _column(sheet, 60, *_PLACE, left=330)


@pytest.mark.parametrize(
    "letterhead",
    [
        _right,
        _centred,
        lambda sheet: _column(sheet, 60, _NAME, *_PLACE),
        lambda sheet: _column(sheet, 60, _NAME, *_PLACE, size=8),
        _large_name,
        _side_by_side,
    ],
)
def test_letterhead(letterhead: Callable[[Canvas], Any]) -> None:
    """The landlord's name and address above the letter are its header; the resident's address, the date and the reference are not."""

    def draw(sheet: Canvas) -> None:
        letterhead(sheet)
        _letter(sheet)

    found = _parts(draw)
    assert found[0] == _HEAD
    assert [text for part, text in found if part == "body"] == [_ADDRESS[0], "14 March 2025", "Our ref: CMP-10234"]


def test_lines_of_a_letterhead_stay_apart() -> None:
    """Lines of a letterhead that reach the right margin are not run together."""

    def draw(sheet: Canvas) -> None:
        _right(sheet)
        _letter(sheet)

    assert letter_of(drawn_pdf(draw)).passages[0].text == "\n".join((_NAME, *_PLACE))


def test_names_of_officers() -> None:
    """The officers printed in a letterhead are part of it, and those at the foot in small type of the footer."""

    def draw(sheet: Canvas) -> None:
        _column(sheet, 60, _NAME, *_PLACE, size=9)
        _column(sheet, 110, "Chief Executive: Rosalind Achterberg", size=9)
        _letter(sheet)
        _column(sheet, 790, "Hexley Homes is a registered society.", "Chair of the Board: Dr Winston Achebe", size=8)

    found = {text: part for part, _, text in shown(letter_of(drawn_pdf(draw)))}
    assert found["Chief Executive: Rosalind Achterberg"] == "header"
    assert found["Hexley Homes is a registered society.\nChair of the Board: Dr Winston Achebe"] == "footer"


@pytest.mark.parametrize(
    "above",
    [
        ("Stage 1 complaint response",),
        ("Private and confidential",),
        ("Contact: Priya Nair", "Direct line: 01632 960 144"),
        ("Our ref: CMP-1", "Hexley Homes"),
        ("By email: a.okafor@mail.example",),
        ("From: complaints@hexleyhomes.example", "Subject: Your complaint"),
        ("Adaeze Okafor", "16 Mill House", "Hexley HX2 4QT"),
        ("Adaeze Okafor", "16 Mill House", "01632 960 877", "ada@mail.example"),
        ("The Occupier", "1 Council Row", "Hexley HX2 4QT"),
        ("Peter Winter", "16 Mill House", "Hexley HX2 4QT"),
    ],
)
def test_no_letterhead(above: tuple[str, ...]) -> None:
    """A title, a reference, a contact, an e-mail's head or somebody's address is no letterhead."""

    def draw(sheet: Canvas) -> None:
        _column(sheet, 60, *above)
        _column(sheet, 160, "14 March 2025")
        _column(sheet, 190, "Dear Mr Winter" if above[0] == "Peter Winter" else "Dear Sir or Madam")
        _column(sheet, 220, *_SENTENCES)

    assert {part for part, _ in _parts(draw)} == {"body"}


def test_landlord_with_the_residents_name() -> None:
    """A landlord's name is its letterhead also where the resident has the same name."""

    def draw(sheet: Canvas) -> None:
        _column(sheet, 60, "Okafor Homes", *_PLACE)
        _letter(sheet)

    assert _parts(draw)[0] == ("header", "Okafor Homes")


def test_address_without_a_title() -> None:
    """An address is the resident's where it has the name that the letter greets, also under a letterhead."""

    def draw(sheet: Canvas) -> None:
        _column(sheet, 60, _NAME, *_PLACE)
        _column(sheet, 160, "Adaeze Okafor", "3 Mill Lane", "Hexley HX2 4QT")
        _column(sheet, 240, "Dear Ms Okafor")
        _column(sheet, 270, *_SENTENCES)

    assert _parts(draw) == [_HEAD, ("body", "Adaeze Okafor")]


@pytest.mark.parametrize(("top", "size"), [("HEXLEY HOMES", 8), ("HEXLEY HOMES", 11), ("CMP-10234, continued", 8)])
def test_header_of_the_second_page(top: str, size: float) -> None:
    """What stands above the text of the second page alone does not cut the paragraph that goes on there."""

    def first(sheet: Canvas) -> None:
        _column(sheet, 60, "Hexley Homes", *_PLACE)
        _letter(sheet)
        _column(sheet, 700, "We will write to you again about all of this when the surveyor has been to see the")

    def second(sheet: Canvas) -> None:
        _column(sheet, 40, top, size=size)
        _column(sheet, 80, "damp in your kitchen and has told us about it.")

    found = shown(letter_of(drawn_pdf(first, second)))
    assert (found[0][0], found[0][2].split("\n")[0]) == _HEAD
    assert found[-1][2].endswith("been to see the damp in your kitchen and has told us about it.")
    assert [text for part, _, text in found if part == "header"][1:] == ([top] if "CMP" in top else [])


def test_copy_of_a_letter() -> None:
    """A second page on which the letter starts again keeps its address, its date and its greeting."""
    found = letter_of(drawn_pdf(_letter, _letter_high)).passages
    assert [passage.page for passage in found if passage.text == "Dear Mrs Okafor"] == [1, 2]


def _letter_high(sheet: Canvas) -> None:
    _column(sheet, 40, *_ADDRESS, "14 March 2025", "Dear Mrs Okafor")
    _column(sheet, 130, *_SENTENCES)


def test_heading_on_top_of_the_second_page() -> None:
    """A heading on top of a page is the letter's."""

    def second(sheet: Canvas) -> None:
        sheet.setFont("Helvetica-Bold", 11)
        sheet.drawString(72, _HEIGHT - 60, "What happens next")
        _column(sheet, 85, *_SENTENCES)

    assert ("body", "heading", "What happens next") in shown(letter_of(drawn_pdf(_letter, second)))


def test_page_size_said_once_for_all_pages() -> None:
    """The foot of a page is found where the page's size stands only once in the document, as some producers write it."""
    pdf = FPDF(format="A4")
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(0, 6, f"Dear Mrs Okafor\n\n{FINDING}")
    pdf.set_auto_page_break(auto=False)
    pdf.set_font("Helvetica", size=8)
    pdf.set_y(-20)
    pdf.cell(0, 4, "Registered society 29914R. Chair: Rukhsana Begum")
    assert shown(letter_of(bytes(pdf.output())))[-1] == ("footer", "paragraph", "Registered society 29914R. Chair: Rukhsana Begum")


def test_letter_without_an_address() -> None:
    """A letter that starts with its text has no letterhead, though its first lines name the landlord and its website."""
    opening = "Hexley Homes has looked at your complaint, which you made at www.hexleyhomes.example."
    assert [part for part, _, _ in shown(letter_of(set_pdf([opening, FINDING])))] == ["body", "body"]


@pytest.mark.parametrize(("shelf", "file"), _PDFS, ids=[file.name for _, file in _PDFS])
def test_samples_have_their_parts_and_headings(shelf: str, file: PlannedFile) -> None:
    """Every sample, whoever produced it, has the header, the footer and the headings of the annotated letter; capitals are a heading."""
    found = read(SAMPLES / shelf / file.place(shelf), Limits())[-1]
    wanted = load(file.source).letter
    assert isinstance(found, Letter)
    for part in (Part.HEADER, Part.FOOTER):
        assert _words(found, part) == _words(wanted, part)
    assert [text for text in _headings(found) if not is_capitals(text)] == [text for text in _headings(wanted) if not is_capitals(text)]


def _words(letter: Letter, part: Part) -> list[str]:
    return " ".join(passage.text for passage in letter.passages if passage.part is part).split()


def _headings(letter: Letter) -> list[str]:
    return [passage.text for passage in letter.passages if passage.style is Style.HEADING and passage.part is Part.BODY]
