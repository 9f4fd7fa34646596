"""Rich text: what Word shows is read, in the character set that the file names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import FINDING, letter_of, shown

import readers
from models.letter import Letter
from models.settings import Limits


def _rtf(text: str) -> list[tuple[str, str, str]]:
    return shown(
        letter_of(b"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial;}}" + text.encode("cp1252") + b"}")
    )


def _texts(text: str) -> list[str]:
    return [passage for _, _, passage in _rtf(text)]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (r"Pay \'a350 \emdash  now", "Pay £50 — now"),
        (r"Pay \u8364?5 \u-10179\'3f\u-8704?.", "Pay €5 😀."),
        (r"{\uc2 a\u8211\'96\'96b}c", "a–bc"),
        (r"{\uc0 \u8217}s", "’s"),
        (r"{\f1 \'cf\'f0} end", "Пр end"),
        ("a\\~b \\{c\\} \\\\d e\\_f g\\-h", "a b {c} \\d e-f gh"),
        ("one\r\n two\\line three", "one two\nthree"),
        (r"\revdttm1234567890123 a\unknown99 b", "ab"),
        (r"{\v hidden}shown{\deleted gone}{\*\unknown nothing}{\comment x}", "shown"),
        (r'{\field{\*\fldinst HYPERLINK "x"}{\fldrslt our page}}', "our page"),
        (r"{\upr{plain}{\*\ud{r\'e9al}}}", "réal"),
        (r"{\info{\title{\upr{t}{\*\ud{t}}}}}a{\pict\bin3 {}}}b", "ab"),
    ],
)
def test_characters(given: str, text: str) -> None:
    """Characters are told by code page, font or number; words of the format and what it hides leave nothing behind."""
    assert _texts(given) == [text]


def test_parts() -> None:
    """Headers come first, notes and footers last, a text box below its paragraph; a page's number is dropped."""
    text = (
        r"{\footer Page {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}{\header Hexley Homes\par}{\headerf Hexley Homes\par}"
        r"We uphold it{\footnote \pard Policy 4.2\par} now.{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt Your rights\par}}"
        r"{\shprslt{\*\do{\dptxbxtext Your rights\par}}}}\par End\par"
    )
    assert [(part, text) for part, _, text in _rtf(text)] == [
        ("header", "Hexley Homes"),
        ("body", "We uphold it now."),
        ("box", "Your rights"),
        ("body", "End"),
        ("note", "Policy 4.2"),
    ]


def test_tables() -> None:
    """Rows of data are read across; a table that ends in the middle of a row loses nothing."""
    row = r"\trowd\cellx1\cellx2\pard\intbl Issue\cell Finding\cell\row"
    assert _rtf(row + r"\pard After\par")[0] == ("table", "row", "Issue | Finding")
    assert _texts(r"\pard\intbl Issue\cell Finding\par\pard After\par") == ["Issue | Finding", "After"]
    listed = r"\pard\intbl{\listtext\pard\plain 1.\tab}Damp\par Mould\cell\pard\intbl Upheld\cell\row"
    assert _texts(listed) == ["1. Damp Mould | Upheld"]


def test_headings_and_items() -> None:
    """A heading is told by its style, by the outline or by bold type; an item by the mark that the list gives it."""
    text = (
        r"{\stylesheet{\s1 heading 1;}{\s2 Normal;}{\s3\outlinelevel0 Own;}}\pard\s1 One\par"
        r"\pard\s2 Two\par\pard\s3 Three\par\pard\b Four\b0\par"
        r"\pard{\listtext\'b7\tab}Five\par{\listtext 2.\tab}Six\par"
    )
    styles = [(style, text) for _, style, text in _rtf(text)]
    assert styles == [
        ("heading", "One"),
        ("paragraph", "Two"),
        ("heading", "Three"),
        ("heading", "Four"),
        ("item", "- Five"),
        ("item", "2. Six"),
    ]


def test_html_that_outlook_wrapped() -> None:
    """Of HTML in rich text, as Outlook keeps it, the text is read once."""
    text = r"\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 We agree.{\*\htmltag72 </p>}\htmlrtf\par}\htmlrtf0{\*\htmltag64 <p>}Jo"
    assert _texts(text) == ["We agree.", "Jo"]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60))
def test_any_text_comes_back(word: str) -> None:
    """Whatever characters a writer spells out by number are read as they are, once."""
    units = word.encode("utf-16-le")
    numbers = "".join(f"\\u{int.from_bytes(units[at : at + 2], 'little', signed=True)}?" for at in range(0, len(units), 2))
    assert "".join(_texts("a" + numbers)) == readers.letter_from_text("a" + word).text


_TOKENS = (
    "{",
    "}",
    r"\par",
    r"\cell",
    r"\row",
    r"\b",
    r"\v0",
    r"\u8217?",
    r"\'e9",
    r"\header",
    r"\shptxt",
    r"\*",
    r"\intbl ",
    "a ",
    r"\bin9 ",
)


@given(st.lists(st.sampled_from(_TOKENS), max_size=40))
def test_any_order_of_words_ends(tokens: list[str]) -> None:
    """Groups and words in any order end in a letter or in an error."""
    for one in readers.read_bytes(("{\\rtf1 " + "".join(tokens)).encode(), "x.rtf", Limits()):
        assert not isinstance(one, Letter) or one.text


def test_cut_off_anywhere() -> None:
    """A file that was cut off gives what is there."""
    whole = (r"{\rtf1{\b " + FINDING + r"}\par{\header x}}").encode()
    for end in range(20, len(whole), 7):
        readers.read_bytes(whole[:end], "x.rtf", Limits())
