"""What a paragraph of a word processor's document is: a heading, an item of a list, a page number, or a plain paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from models.letter import Block, Part, Style
from readers.clean import as_item, clean

_HEADING_LENGTH = 80
_EMPTY_LINE = re.compile(r"\n\s*\n")
_PAGE_NUMBER = re.compile(r"(?:page ?)?\d*(?: ?(?:of|/) ?\d*)?", re.IGNORECASE)  # its fields may have no result yet


def paragraph(text: str, part: Part, *, mark: str | None = None, heading: bool = False, bold: bool = False) -> Iterator[Block]:
    """Yield the blocks of a paragraph, parted where it has empty lines.

    `mark` is the number or bullet of a list item; `bold` tells that all of it is in bold type, as headings are that have no style.
    """
    for number, plain in enumerate(filter(None, _EMPTY_LINE.split(clean(text)))):
        sign = mark if number == 0 else None
        item = None if sign else as_item(plain)
        shown = item or (f"{sign} {plain}" if sign else plain)
        if heading or (bold and "\n" not in plain and len(plain) <= _HEADING_LENGTH and plain[-1] not in ".,;"):
            yield Block(shown, part, Style.HEADING)
        else:
            yield Block(shown, part, Style.ITEM if sign or item else Style.PARAGRAPH)


def margin(blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks of headers or footers, each text once, without bare page numbers."""
    return list({block.text: block for block in blocks if not is_page_number(block.text)}.values())


def is_page_number(text: str) -> bool:
    """Tell whether a text of a header or footer is nothing but the page's number."""
    return _PAGE_NUMBER.fullmatch(text) is not None
