"""Letters that LibreOffice saved: RTF, OpenDocument, old Word and HTML, against what was written."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from making import shown

import readers
from models.corpus import load
from models.letter import Letter
from models.settings import Limits

FIXTURES = Path(__file__).parent / "fixtures"
CORPUS = Path(__file__).parents[2] / "samples" / "corpus"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
OLD_WORD = pytest.param("doc", marks=[needs_office, pytest.mark.slow])

# features.fodt as a person reads it: what was inserted is in; what was deleted, hidden or commented is out.
FEATURES = [
    ("header", "paragraph", "Hexley Homes"),
    ("body", "paragraph", "Dear Mrs Okafor\nand Mr Łukasz Żak"),
    ("body", "heading", "Our findings"),
    ("body", "paragraph", "We fully uphold it, “as you said” – €50 and our website."),
    ("body", "heading", "What we will do"),
    ("body", "item", "1. Pay you"),
    ("body", "item", "2. Repair"),
    ("body", "item", "(a) the roof"),
    ("body", "item", "(b) the wall"),
    ("body", "paragraph", "We will also:"),
    ("body", "item", "3. Write to you"),
    ("body", "item", "- by e-mail"),
    ("table", "row", "Issue | Finding"),
    ("table", "row", "Damp | Upheld"),
    ("body", "paragraph", "Yours sincerely"),
    ("box", "paragraph", "Your rights in a box"),
    ("body", "paragraph", "Jo Clarke Officer"),
    ("note", "paragraph", "Policy 4.2."),
    ("footer", "paragraph", "Registered society 12345"),
]


def read(name: str) -> Letter:
    """Return the letter in a fixture."""
    (letter,) = readers.read(FIXTURES / name, Limits())
    assert isinstance(letter, Letter), letter.error.message
    return letter


@pytest.mark.parametrize("suffix", ["odt", "rtf", OLD_WORD])
def test_whole_page(suffix: str) -> None:
    """Every part of the page is read, once, in order, as what it is."""
    assert shown(read(f"features.{suffix}")) == FEATURES


def test_whole_page_in_html() -> None:
    """LibreOffice's HTML has no brackets around a list's numbers, and shows what was deleted; everything else is the same."""
    found = [re.sub(r"^([ab])\.", r"(\1)", text).replace("deletedwords", "") for _, _, text in shown(read("features.html"))]
    assert sorted(found) == sorted(text for _, _, text in FEATURES)


@pytest.mark.parametrize("letter", ["almond-03", "civic-05"])
@pytest.mark.parametrize("suffix", ["odt", "rtf", "html", OLD_WORD])
def test_letters_come_back_whole(letter: str, suffix: str) -> None:
    """Every word of a letter comes back, once and in order; HTML keeps no brackets around the numbers of a list."""
    written = load(CORPUS / letter.partition("-")[0] / f"{letter}.md").letter.text
    signs = r"[\w£%@’'-]+" if suffix == "html" else r"\S+"
    assert re.findall(signs, read(f"{letter}.{suffix}").text) == re.findall(signs, written)
