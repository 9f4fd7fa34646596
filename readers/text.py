"""Plain text and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.letter import Block, Part, Style
from models.settings import Limits
from readers.charsets import decoded, refuse_binary
from readers.clean import as_item, clean, is_capitals, one_line
from readers.refusals import too_long

_WRAPPED = range(55, 101)
_SPACED = 4  # times as many characters as a letter may have: the rest may be spaces
_HEADING = re.compile(r"#{1,6} +")
_ROW = re.compile(r"\|.*\|$")
_RULE_ROW = re.compile(r"\|[ :|-]*\|$")
_BLANK = re.compile(r"\n\s*\n")


def blocks(content: bytes, limits: Limits) -> list[Block]:
    """Return the paragraphs, headings, list items and table rows of a text file.

    Raises ReadError (`unsupported`, `too_large`) where the content is not text, or far too much of it.
    """
    text = decode(content)
    if len(text) > _SPACED * limits.characters:
        raise too_long(limits)
    return text_blocks(text)


def decode(content: bytes) -> str:
    """Return the content as text: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252.

    Raises ReadError (`unsupported`) where the content is not text.
    """
    text = decoded(content)
    refuse_binary(text)
    return text


def text_blocks(text: str) -> list[Block]:
    """Return the blocks of plain text or Markdown; paragraphs are parted by empty lines."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return [block for chunk in _BLANK.split(unified) for block in _chunk(chunk)]


def _chunk(chunk: str) -> Iterator[Block]:
    """Yield the blocks of lines that follow each other; plain lines after a list item belong to it."""
    item: list[str] = []
    plain: list[str] = []
    for line in filter(None, map(clean, chunk.split("\n"))):
        block = _marked(line)
        if block is None:
            (item or plain).append(line)
            continue
        yield from _gathered(item, plain)
        item, plain = [], []
        if block.style is Style.ITEM:
            item = [block.text]
        elif block.text:
            yield block
    yield from _gathered(item, plain)


def _gathered(item: list[str], plain: list[str]) -> Iterator[Block]:
    if item:
        yield Block(" ".join(item), style=Style.ITEM)
    elif plain:
        yield _paragraph(plain)


def _marked(line: str) -> Block | None:
    """Return the block of a line that shows by a sign what it is; a block without text for a table's ruling line."""
    heading = _HEADING.match(line)
    if heading:
        return Block(line[heading.end() :].rstrip("#").rstrip(), style=Style.HEADING)
    if _RULE_ROW.match(line) and "-" in line:
        return Block("", Part.TABLE, Style.ROW)
    if _ROW.match(line):
        cells = (one_line(cell) for cell in line.strip("|").split("|"))
        return Block(" | ".join(filter(None, cells)), Part.TABLE, Style.ROW)
    item = as_item(line)
    return Block(item, style=Style.ITEM) if item else None


def _paragraph(lines: list[str]) -> Block:
    if len(lines) == 1 and is_capitals(lines[0]):
        return Block(lines[0], style=Style.HEADING)
    wrapped = sum(len(line) in _WRAPPED for line in lines[:-1])
    return Block((" " if wrapped * 2 > len(lines) - 1 else "\n").join(lines))
