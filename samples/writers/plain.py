"""Plain text, as case systems export it and as people type it into an e-mail."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from models.letter import Style
from samples.writers.sheet import Piece, Sheet

_WIDTH = 78


def text_file(sheet: Sheet, arrangement: frozenset[str]) -> bytes:
    """Return the letter as a text file: UTF-8 with LF, or Windows-1252 with CR LF for `windows`."""
    text = plain_text(sheet, wrapped="wrapped" in arrangement)
    return text.replace("\n", "\r\n").encode("cp1252") if "windows" in arrangement else text.encode()


def plain_text(sheet: Sheet, *, wrapped: bool) -> str:
    """Return the letter as plain text; with `wrapped`, lines are broken at 78 characters."""
    blocks = ["\n".join(sheet.header), *("\n".join(_lines(piece, wrapped=wrapped)) for piece in sheet.body), "\n".join(sheet.footer)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _lines(piece: Piece, *, wrapped: bool) -> Iterator[str]:
    for text in piece.texts:
        if piece.style is Style.ROW:
            yield f"| {text} |"
        elif wrapped:
            yield from _wrapped(text, "  " if piece.style is Style.ITEM else "")
        else:
            yield text


def _wrapped(text: str, indent: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield from textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
