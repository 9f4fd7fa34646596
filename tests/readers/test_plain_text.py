"""Plain text and Markdown."""

from __future__ import annotations

import codecs

import pytest
from making import error_of, letter_of, shown

import readers
from models.finding import ErrorCode


def test_paragraphs_keep_or_join_their_lines() -> None:
    """An address keeps its lines; lines that were wrapped at a width become one."""
    address = "Mrs A Okafor\n3 Mill Lane\nHexley"
    first = "I have looked at what happened when you reported the leak, and"
    lines = (first, "I agree that we took much longer than we should have to", "find it.")
    wrapped = "\n".join(lines)
    letter = readers.letter_from_text(f"{address}\n\n{wrapped}")
    assert [passage.text for passage in letter.passages] == [address, wrapped.replace("\n", " ")]
    assert letter.path == "-"


def test_markdown_signs() -> None:
    """Headings, list items and table rows are told by their signs, and a table's ruling line is dropped."""
    text = "# Findings\nText.\n\n* one\n* two\n  goes on\n\n1. first\n\n"
    text += "| Issue | Finding |\n|---|:--:|\n| Damp | Upheld |\n\nOUR DECISION\n\nEnd"
    assert shown(readers.letter_from_text(text)) == [
        ("body", "heading", "Findings"),
        ("body", "paragraph", "Text."),
        ("body", "item", "- one"),
        ("body", "item", "- two goes on"),
        ("body", "item", "1. first"),
        ("table", "row", "Issue | Finding"),
        ("table", "row", "Damp | Upheld"),
        ("body", "heading", "OUR DECISION"),
        ("body", "paragraph", "End"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "Pay £5 – café".encode(),
        codecs.BOM_UTF8 + "Pay £5 – café".encode(),
        "Pay £5 – café".encode("cp1252"),
        "Pay £5 – café".encode("utf-16"),
    ],
)
def test_encodings(content: bytes) -> None:
    """UTF-8 with or without its mark, UTF-16 with its mark and Windows-1252 are read."""
    assert letter_of(content).text == "Pay £5 – café"


@pytest.mark.parametrize("content", [b"Dear\0\0Mrs", bytes(range(1, 32)) * 4])
def test_binary_is_not_text(content: bytes) -> None:
    """NUL bytes and a mass of control characters are not a letter."""
    assert error_of(content).error.code is ErrorCode.UNSUPPORTED


def test_form_feed_parts_paragraphs() -> None:
    """A page break in a text file parts paragraphs."""
    assert len(letter_of(b"One page.\fNext page.").passages) == 2


@pytest.mark.parametrize(
    ("line", "passages"),
    [
        ("# Findings ##", [("body", "heading", "Findings")]),
        ("# #", []),
        ("#" * 100_000, [("body", "paragraph", "#" * 100_000)]),
        ("# " + "a#" * 50_000 + "b", [("body", "heading", "a#" * 50_000 + "b")]),
        ("|---" * 25_000 + "|", []),
        ("| | |", []),
    ],
)
def test_signs_of_any_length(line: str, passages: list[tuple[str, str, str]]) -> None:
    """Lines that look like headings or ruling lines are read at once, however long."""
    assert shown(readers.letter_from_text(line)) == passages
