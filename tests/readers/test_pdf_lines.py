"""PDFs read a line at a time give what they give read word by word."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import drawn_pdf
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from models.finding import ReadError
from models.letter import Block
from models.settings import Limits
from readers import pdf, pdfpage
from readers.pdftext import words_of

_SAMPLES = sorted(path for folder in ("letters", "archive") for path in (Path("samples") / folder).rglob("*.pdf"))
_TEXT = (
    "We have looked at all of the records and have spoken with the surveyor, and we find that",
    "the repair to the roof was late. I am sorry for that, and for the calls that we did not",
    "return. We uphold your complaint, and will pay you £150 by the end of the month.",
)


def _set(shown: list[str]) -> bytes:
    """Return a page with these operators, each on a line of its own, below a paragraph."""

    def draw(sheet: Canvas) -> None:
        sheet.setFont("Helvetica", 11)
        for number, line in enumerate(_TEXT):
            sheet.drawString(72, 740 - 14 * number, line)
        sheet._code += [f"BT /F1 11 Tf 1 0 0 1 72 {660 - 14 * number} Tm {one} ET" for number, one in enumerate(shown)]

    return drawn_pdf(draw)


_TABS = [
    f"[({label}) -{gap} ({text})] TJ"
    for label, gap, text in (("Our ref:", 3000, "CMP-1"), ("Your own ref:", 1500, "7 a"), ("Date", 620, "1 May"))
]
_COLUMNS = [
    f"[({left}) -{gap} ({right})] TJ"
    for left, gap, right in (("Mrs A Okafor", 9000, "Hexley Homes"), ("3 Mill Lane", 10100, "1 High Street"), ("Hexley", 12500, "Hexley"))
]
_SPACES = [
    f"({left}{' ' * spaces}{right}) Tj" for left, spaces, right in (("Delay in the repair", 30, "100.00"), ("Distress", 42, "50.00"))
]
_JUSTIFIED = [
    f"{space} Tw ({text}) Tj 0 Tw"
    for space, text in (
        (2.5, "We came to see the roof and"),
        (9, "found that it let in the"),
        (20, "rain, as you told"),
        (0, "us in March."),
    )
]
_CLOSE = [f"-0.4 Tc ({text}) Tj 0 Tc" for text in ("We came to see the roof and found that it", "let in the rain, as you told us.")]
_CLOSE_TABS = [
    f"-0.4 Tc [({label}) -2000 ({text})] TJ 0 Tc" for label, text in (("The kitchen and the hall", "Upheld"), ("The roof", "Not upheld"))
]
_SET_APART = ["9 Tc (COMPLAINT) Tj 0 Tc", "(C O M P L A I N T S) Tj", "4 Tc (A REVIEW I) Tj 0 Tc", "(In the I N V O I C E of May) Tj"]
_IN_PIECES = [
    "(We ) Tj (uphold ) Tj (all of your) Tj ( complaint, and ) Tj (we) Tj ( are sorry.) Tj",
    "[(1.) -900 (We will) -200 ( pay you.)] TJ",
]
_BACK = ["[(We uphold) -6000 (complaint.) 11000 (your)] TJ", "[(again) 9000 (once)] TJ"]


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.name)
def test_samples(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample letter reads the same by lines and by words."""
    _compare(path.read_bytes(), monkeypatch)


@pytest.mark.parametrize(
    "shown", [_TABS, _COLUMNS, _SPACES, _JUSTIFIED, _CLOSE, _CLOSE_TABS, _SET_APART, _IN_PIECES, _BACK], ids=lambda shown: shown[0][:20]
)
def test_gaps_within_a_line(shown: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Tabs, columns, and letters and words set wide or close within one text object are seen."""
    _compare(_set(shown), monkeypatch)


def _compare(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    by_lines = _blocks(content)
    monkeypatch.setattr(pdfpage, "_read", lambda text, *_, **__: words_of(text))
    assert by_lines == _blocks(content)


def _blocks(content: bytes) -> list[Block] | str:
    try:
        return pdf.blocks(content, Limits())
    except ReadError as error:
        return error.code
