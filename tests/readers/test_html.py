"""Web pages: character sets, what a browser shows, and pages of any depth."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import error_of, letter_of, shown

import readers
from models.finding import ErrorCode
from models.settings import Limits
from readers.html import html_blocks

_PAGE = "<html><head>{}</head><body><p>Pay £50 – café</p></body></html>"


def _texts(page: str) -> list[str]:
    return [text for _, _, text in shown(letter_of(f"<html><body>{page}</body></html>".encode()))]


@pytest.mark.parametrize(
    "content",
    [
        _PAGE.format("").encode(),
        _PAGE.format("").encode("cp1252"),
        _PAGE.format('<meta charset="iso-8859-1">').encode("cp1252"),
        _PAGE.format('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">').encode("cp1252"),
        _PAGE.format("<META CHARSET=mac-roman>").encode("mac_roman"),
        _PAGE.format('<meta charset="utf-16">').encode(),
        _PAGE.format('<meta charset="punycode">').encode(),
        _PAGE.format('<meta charset="no-such">').encode("cp1252"),
        codecs.BOM_UTF8 + _PAGE.format('<meta charset="cp1252">').encode(),
        _PAGE.format("").encode("utf-16"),
        "<p>Pay £50 – café</p>".encode(),
        b'<?xml version="1.0"?>\n<!DOCTYPE html>' + _PAGE.format("").encode(),
    ],
)  # fmt: skip
def test_character_sets(content: bytes) -> None:
    """A page is read by its mark, else by what it says, else as UTF-8 or Windows-1252."""
    assert letter_of(content).text == "Pay £50 – café"


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("<ol type=a start=3><li>x<li>y</ol>", ["c. x", "d. y"]),
        ("<ol type=I><li>x<ul><li>y</ul><li>z</ol>", ["I. x", "- y", "II. z"]),
        ("<ol start=0><li>x</ol><ol start=-1><li>y</ol>", ["0. x", "1. y"]),
        ("<pre>Dear\nJo\n\nWe   agree.</pre>", ["Dear\nJo", "We agree."]),
        ("<p>a<del>b</del><ins>c</ins><!-- d --></p>", ["ac"]),
        ("<table><tr><td><table><tr><td>One</td><td>Two</td></tr></table></td></tr></table>", ["One | Two"]),
        ("<table><tr><td>One<td><p>Two", ["One | Two"]),
        ("<div title=header><p>Hexley</p></div><p>Dear</p><div title=footer><p>Page 1 of 2</p></div>", ["Hexley", "Dear"]),
        ("<li>x</li></ol></td></tr>y", ["- x", "y"]),
        ("<div hidden>a</div>b<span style='font-size:0'>c</span>d", ["bd"]),
    ],
)
def test_pieces(page: str, texts: list[str]) -> None:
    """Lists, tables and quoted lines are read as a browser shows them, also where tags are left open or closed twice."""
    assert _texts(page) == texts


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul><li"])
def test_deep_pages_are_read_whole_or_not_at_all(tag: str) -> None:
    """No text is lost without a word however deep a page is."""
    assert "".join(_texts(f"<{tag}>x" * 800)).count("x") == 800
    assert error_of(f"<html>{f'<{tag}>x' * 5000}".encode()).error.code is ErrorCode.TOO_LARGE


_TAGS = (
    "<p>",
    "</p>",
    "<td>",
    "<tr>",
    "</tr>",
    "<table>",
    "</table>",
    "<li>",
    "<ol>",
    "</ol>",
    "<pre>",
    "<h1>",
    "</h1>",
    "<br>",
    "<!--",
    "-->",
    "w ",
)


@given(st.lists(st.sampled_from(_TAGS), max_size=40))
def test_any_order_of_tags_loses_nothing(tags: list[str]) -> None:
    """Whatever tags stand in whatever order, every word outside comments is read once."""
    page = "<html><body>" + "".join(tag for tag in tags if tag not in {"<!--", "-->"})
    assert sum(block.text.count("w") for block in html_blocks(page)) == tags.count("w ")
    readers.read_bytes(("<html>" + "".join(tags)).encode(), "x.html", Limits())


@given(
    st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30), min_size=1, max_size=5)
)
def test_any_text_comes_back(words: list[str]) -> None:
    """Whatever the paragraphs say comes back, once and in order."""
    page = "".join(f"<p>a{word.replace('&', '&amp;').replace('<', '&lt;')}</p>" for word in words)
    assert "".join(_texts(page)) == "".join(readers.letter_from_text(f"a{word}").text for word in words)
