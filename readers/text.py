"""Plain text and Markdown."""

from __future__ import annotations

import codecs
import re

from models.finding import ErrorCode, ReadError
from models.letter import Block, Part, Style
from models.settings import Limits
from readers.clean import as_item, clean, is_capitals, one_line

_BINARY_SHARE = 0.1
_WRAPPED = range(55, 101)
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
_ROW = re.compile(r"\|.*\|$")
_RULE_ROW = re.compile(r"\|[\s:|\-]*-[\s:|\-]*\|$")
_BLANK = re.compile(r"\n\s*\n")


def blocks(content: bytes, limits: Limits) -> list[Block]:  # noqa: ARG001 (every reader is called the same way)
    """Return the paragraphs, headings, list items and table rows of a text file.

    Raises ReadError (`unsupported`) where the content is not text.
    """
    return text_blocks(decode(content))


def decode(content: bytes) -> str:
    """Return the content as text: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252.

    Raises ReadError (`unsupported`) where the content is not text.
    """
    text = _decoded(content)
    binary = sum((character < " " and character not in "\t\n\r\f\v") or character == "\ufffd" for character in text)
    if "\0" in text or binary > _BINARY_SHARE * len(text):
        raise ReadError(ErrorCode.UNSUPPORTED, "This is not a letter in a format that is read. Save it as .docx, .pdf or .txt.")
    return text


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def text_blocks(text: str) -> list[Block]:
    """Return the blocks of plain text or Markdown; paragraphs are parted by empty lines."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return [block for chunk in _BLANK.split(unified) for block in _chunk(chunk)]


def _chunk(chunk: str) -> list[Block]:
    found: list[Block] = []
    plain: list[str] = []
    for line in filter(None, map(clean, chunk.split("\n"))):
        block = _marked(line)
        if block is None and found and not plain and found[-1].style is Style.ITEM:
            found[-1] = Block(f"{found[-1].text} {line}", style=Style.ITEM)
        elif block is None:
            plain.append(line)
        else:
            found += _plain(plain)
            plain = []
            found.append(block)
    return [block for block in found + _plain(plain) if block.text]


def _marked(line: str) -> Block | None:
    """Return the block of a line that shows by a sign what it is; a block without text for a table's ruling line."""
    heading = _HEADING.match(line)
    if heading:
        return Block(heading.group(1), style=Style.HEADING)
    if _RULE_ROW.match(line):
        return Block("", Part.TABLE, Style.ROW)
    if _ROW.match(line):
        cells = (one_line(cell) for cell in line.strip("|").split("|"))
        return Block(" | ".join(filter(None, cells)), Part.TABLE, Style.ROW)
    item = as_item(line)
    return Block(item, style=Style.ITEM) if item else None


def _plain(lines: list[str]) -> list[Block]:
    if not lines:
        return []
    if len(lines) == 1 and is_capitals(lines[0]):
        return [Block(lines[0], style=Style.HEADING)]
    wrapped = sum(len(line) in _WRAPPED for line in lines[:-1])
    return [Block((" " if wrapped * 2 > len(lines) - 1 else "\n").join(lines))]
