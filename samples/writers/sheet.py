"""An annotated letter made ready for writing: its letterhead, its footer, and its body in pieces, as a person would type it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.letter import Letter, Part, Passage, Style

AUTHOR = "letterproof samples"
_GREETING = re.compile(r"(?:Dear|Hi|Hello)\b")
_OMBUDSMAN = re.compile(r"0300 111 3000|0300 061 0614|housing-ombudsman\.org|lgo\.org|L33 7WQ|PR2 0ET|E14 9GE")
_MARK = re.compile(r"(\S+)\s+(.*)", re.DOTALL)
_LISTS = {Style.ITEM, Style.ROW}


@dataclass(frozen=True, slots=True)
class Look:
    """How a landlord's letters look.

    `font` is a family and `size` in points; `heading` is `style`, or `plain` for bold paragraphs; `align` places the letterhead (`left`,
    `centre` or `right`); `running` repeats the letterhead on every page; `numbered` prints page numbers.
    """

    font: str
    size: int
    heading: str = "style"
    align: str = "left"
    justified: bool = False
    running: bool = False
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or heading (one text, which may hold line breaks), a list (a text an item, with its mark) or a table (a text a row)."""

    style: Style
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text of a paragraph or heading."""
        return self.texts[0]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter's letterhead and footer, line by line, and its body."""

    header: tuple[str, ...]
    footer: tuple[str, ...]
    body: tuple[Piece, ...]

    @property
    def address(self) -> int | None:
        """Where in the body the resident's address stands: the first text of several lines above the greeting, if there is one."""
        several = (index for index in range(self.greeting) if "\n" in self.body[index].text and ":" not in self.body[index].text)
        return next(several, None)

    @property
    def greeting(self) -> int:
        """Where in the body the greeting stands; 0 where there is none."""
        return next((index for index, piece in enumerate(self.body) if _GREETING.match(piece.text)), 0)

    @property
    def ombudsman(self) -> int | None:
        """Where in the body the Ombudsman's paragraph stands: the last that says how to reach it."""
        found = (index for index, piece in enumerate(self.body) if piece.style is Style.PARAGRAPH and _OMBUDSMAN.search(piece.text))
        return max(found, default=None)


def sheet(letter: Letter) -> Sheet:
    """Return the letter ready for writing."""
    return Sheet(_lines(letter, Part.HEADER), _lines(letter, Part.FOOTER), tuple(_pieces(letter.passages)))


def split_item(item: str) -> tuple[str, str]:
    """Return a list item's mark ("-", "1.", "(a)") and its text."""
    found = _MARK.fullmatch(item)
    return (found[1], found[2]) if found else ("", item)


def cells(row: str, columns: int) -> list[str]:
    """Return the cells of a table's row, filled up to so many columns."""
    found = [cell.strip() for cell in row.split("|")]
    return found + [""] * (columns - len(found))


def columns(rows: Sequence[str]) -> int:
    """Return how many columns a table has."""
    return max(row.count("|") for row in rows) + 1


def _lines(letter: Letter, part: Part) -> tuple[str, ...]:
    return tuple(line for passage in letter.passages if passage.part is part for line in passage.text.split("\n"))


def _pieces(passages: Sequence[Passage]) -> Iterator[Piece]:
    body = (passage for passage in passages if passage.part not in {Part.HEADER, Part.FOOTER})
    for style, group in itertools.groupby(body, key=lambda passage: passage.style):
        texts = tuple(passage.text for passage in group)
        if style in _LISTS:
            yield Piece(style, texts)
        else:
            yield from (Piece(style, (text,)) for text in texts)
