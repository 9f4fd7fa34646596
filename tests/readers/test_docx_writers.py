"""The same letter by other writers of Word files (see files/README.md), and letters filled in by programs: each is read whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import letter_of, shown, unanchored

_FILES = Path(__file__).parent / "files"
_DEAR = ("body", "paragraph", "Dear Mrs Okafor")
_FINDINGS = ("body", "heading", "Findings")
_ISSUE = ("table", "row", "Issue | Finding")
_PHONE = ("table", "row", "Phone | 0300 000 0000")
_BOX = ("box", "paragraph", "Text in the box")
_YOURS = ("body", "paragraph", "Yours sincerely")
_NOTE = ("note", "paragraph", "Tenant since 2010.")


def _items(*texts: str) -> list[tuple[str, str, str]]:
    return [("body", "item", text) for text in texts]


_SHOWN = {
    "libreoffice": [
        ("header", "paragraph", "Hexley Homes, 1 Mill Lane"),
        ("header", "paragraph", "Hexley Homes"),
        _DEAR,
        _FINDINGS,
        ("body", "paragraph", "We have upheld it.\nSecond line, cooperative, 5 May, our page."),
        ("body", "paragraph", "One paragraph joined."),
        *_items("3. First point", "a) Lettered", "§3.a.1 Deep", "b) Lettered too", "4. Second point", "- Dot"),
        ("body", "paragraph", "Beside a box"),
        _BOX,
        _ISSUE,
        ("body", "paragraph", "Around a table"),
        _PHONE,
        _YOURS,
        _NOTE,
        ("note", "paragraph", "At the end."),
        ("footer", "paragraph", "Housing Ombudsman Service, page 0"),
    ],
    "pandoc": [
        _DEAR,
        _FINDINGS,
        ("body", "paragraph", "We have not upheld it, as x=1/2 shows. See our page."),  # struck through is not deleted
        *_items("3. First point", "a. Lettered", "b. Lettered too", "i. Roman", "4. Second point", "- Dot"),
        _ISSUE,
        ("table", "row", "Damp | Upheld"),
        ("body", "paragraph", "“Quoted” words – and a dash."),
        _NOTE,
    ],
    "docx-js": [
        ("header", "paragraph", "Hexley Homes, 1 Mill Lane"),
        ("header", "paragraph", "Hexley Homes"),
        ("header", "paragraph", "Hexley Homes, over the page"),
        _DEAR,
        _FINDINGS,
        ("body", "paragraph", "We have upheld it today.✓"),
        *_items("I. First", "I.1 Below", "(a) Deep", "I.2 Below too", "II. Second", "II.1 Below again"),
        _BOX,
        _ISSUE,
        ("body", "paragraph", "Damp"),
        _PHONE,
        _YOURS,
        _NOTE,
        ("footer", "paragraph", "Housing Ombudsman Service"),
    ],
}


@pytest.mark.parametrize("writer", _SHOWN)
def test_other_writers(writer: str) -> None:
    """A letter with headers, notes, lists, boxes, tables in tables and tracked changes is read whole; its anchors hold."""
    content = (_FILES / f"{writer}.docx").read_bytes()
    letter = letter_of(content)
    assert shown(letter) == _SHOWN[writer]
    assert unanchored(content, letter) == []
