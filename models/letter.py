"""A letter as the checkers see it: one text, cut into passages that know where they stand."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.finding import ReadError


class Part(StrEnum):
    """Where on the page a passage stands."""

    HEADER = "header"
    BODY = "body"
    FOOTER = "footer"
    BOX = "box"
    TABLE = "table"
    NOTE = "note"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


MARGINS = frozenset({Part.HEADER, Part.FOOTER, Part.DISCLAIMER})  # what stands around the letter, the same on each that a landlord sends


class Style(StrEnum):
    """What a passage looks like."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text as a reader found it, before the letter's text is put together.

    `text` may hold line breaks (an address block); `page` is 1-based, or None where the format has no pages.
    `anchor` names the XML element that the text came from, as `part.xml#number`, where the format has such: a comment can be tied to it.
    `confidence` (0 to 1) is how sure OCR was of the words; None where the text is the document's own.
    """

    text: str
    part: Part = Part.BODY
    style: Style = Style.PARAGRAPH
    page: int | None = None
    anchor: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A block with its place: `letter.text[start:end] == text`. `anchor` and `confidence` are its block's."""

    text: str
    start: int
    end: int
    part: Part
    style: Style
    page: int | None
    anchor: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, or an attachment, that could not be read as a letter. `sha256` is None where there was nothing to read."""

    path: str
    sha256: str | None
    error: ReadError


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: where it came from, its whole text, and the passages that the text is made of.

    `path` is what the user named; for a letter attached to an e-mail it is the e-mail's path, `#` and the attachment's name.
    `sha256` is of the file's bytes (of the attachment's, for an attached letter).
    `attached` is how many letters are attached to this one.
    """

    path: str
    sha256: str
    text: str
    passages: tuple[Passage, ...]
    attached: int = 0

    def page_at(self, offset: int) -> int | None:
        """Return the page (1-based) of the character at `offset`, or None where the format has no pages."""
        at = bisect_right(self.passages, offset, key=lambda p: p.start) - 1
        return self.passages[at].page if at >= 0 and offset < self.passages[at].end else None


@dataclass(frozen=True, slots=True)
class KeptText:
    """What was read in a file, packed by `flows.kept`. `reading` tells by which readers and limits."""

    reading: str
    content: bytes


def compose(path: str, content: bytes, blocks: Iterable[Block], attached: int = 0) -> Letter:
    """Put the letter's text together from the blocks that a reader found, in reading order.

    Blocks are parted by an empty line, list items and table rows that follow each other by a line break. Empty blocks are left out.
    """
    pieces: list[str] = []
    passages: list[Passage] = []
    length = 0
    before: Block | None = None
    for block in blocks:
        text = block.text.strip()
        if not text:
            continue
        if before is not None:
            gap = "\n" if _run_on(before, block) else "\n\n"
            pieces.append(gap)
            length += len(gap)
        pieces.append(text)
        passages.append(Passage(text, length, length + len(text), block.part, block.style, block.page, block.anchor, block.confidence))
        length += len(text)
        before = block
    return Letter(path, hashlib.sha256(content).hexdigest(), "".join(pieces), tuple(passages), attached)


def _run_on(before: Block, after: Block) -> bool:
    close = {Style.ITEM, Style.ROW}
    return before.style is after.style and after.style in close and before.part is after.part
