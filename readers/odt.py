"""OpenDocument texts (.odt), as LibreOffice writes them: the XML is walked once, in the order in which a person reads the page.

What is shown is read: tracked insertions, sections, frames and text boxes, headers, footers and notes. What is not shown is left out:
tracked deletions, hidden text, comments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from models.finding import ErrorCode, ReadError
from models.letter import Block, Part
from models.settings import Limits
from readers import tables
from readers.odtstyles import OUTLINE, STYLE, TEXT, Count, Level, Styles, list_levels, number_of
from readers.ooxml import Package
from readers.styled import margin, paragraph

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_PARAGRAPHS = {TEXT + "p", TEXT + "h"}
_LISTS = {TEXT + "list", TEXT + "numbered-paragraph"}
_SKIPPED = {
    *(
        TEXT + name
        for name in ("tracked-changes", "hidden-text", "note-citation", "ruby-text", "script", "sequence-decls", "variable-decls")
    ),
    *(
        TEXT + name
        for name in ("user-field-decls", "index-title-template", "table-of-content-source", "toc-mark", "alphabetical-index-mark")
    ),
    *(_OFFICE + name for name in ("annotation", "forms", "binary-data", "event-listeners")),
    *("{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}" + name for name in ("title", "desc")),
}
_MOST_SPACES = 100
_HEADERS = ("header-first", "header", "header-left")
_FOOTERS = ("footer-first", "footer", "footer-left")


def blocks(content: bytes, limits: Limits) -> list[Block]:
    """Return the document's blocks: headers, body with its tables and boxes, notes, footers.

    Raises ReadError (`too_large`, `encrypted`); whatever else is raised means a damaged file.
    """
    with Package(content, limits) as package:
        if any(True for _ in package.xml("META-INF/manifest.xml").iter(_MANIFEST + "encryption-data")):
            raise ReadError(ErrorCode.ENCRYPTED, "The file needs a password to open. Save a copy without a password and try that.")
        return _Document(package).blocks()


@dataclass
class _Run:
    """The text of one paragraph as it is gathered, and the boxes that hang on it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    bold: bool = True

    def write(self, text: str | None, *, bold: bool) -> None:
        """Add text, its white space as XML has it: a run of it is one space."""
        if text:
            self.pieces.append(" ".join(f"|{text}|".split())[1:-1])
            self.bold &= bold or not text.strip()


class _Document:
    """One walk over a document: what it knows of styles and lists, and what it has come past."""

    def __init__(self, package: Package) -> None:
        self._content = package.xml("content.xml")
        self._master = package.xml("styles.xml")
        self._styles = Styles((self._master, self._content))
        self._levels = list_levels((self._master, self._content))
        self._counts: dict[str | None, Count] = {}  # by the list's own id, and the latest of each style by the style's name
        self._outline = Count(self._levels.get(OUTLINE, {}))
        self._notes: list[etree._Element] = []

    def blocks(self) -> list[Block]:
        body = [block for element in self._content.iter(_OFFICE + "text") for block in self._container(element, Part.BODY)]
        notes = [block for note in self._notes for block in self._container(note, Part.NOTE)]
        return [*self._margin(_HEADERS, Part.HEADER), *body, *notes, *self._margin(_FOOTERS, Part.FOOTER)]

    def _margin(self, names: tuple[str, ...], part: Part) -> list[Block]:
        found = [one for name in names for one in self._master.iter(STYLE + name) if one.get(STYLE + "display") != "false"]
        return margin(block for one in found for block in self._container(one, part))

    def _container(self, container: etree._Element, part: Part) -> Iterator[Block]:
        for child in container:
            if not isinstance(child.tag, str) or child.tag in _SKIPPED or child.get(TEXT + "display") == "none":
                continue
            if child.tag in _PARAGRAPHS:
                yield from self._paragraph(child, part, None)
            elif child.tag in _LISTS:
                yield from self._list(child, part)
            elif child.tag == _TABLE + "table":
                yield from self._table(child, part)
            elif child.tag.startswith(_DRAW):
                yield from self._drawn(child, part)
            else:
                yield from self._container(child, part)

    def _table(self, table: etree._Element, part: Part) -> Iterator[Block]:
        for child in table:
            if child.tag == _TABLE + "table-row":
                cells = [list(self._container(cell, part)) for cell in child if cell.tag == _TABLE + "table-cell"]
                yield from tables.row(cells, part)
            elif isinstance(child.tag, str) and child.tag.startswith(_TABLE):
                yield from self._table(child, part)

    def _drawn(self, drawing: etree._Element, part: Part) -> Iterator[Block]:
        yield from self._container(drawing, Part.BOX if part is Part.BODY else part)

    def _list(self, element: etree._Element, part: Part) -> Iterator[Block]:
        count = self._count(element)
        for item in element:
            yield from self._item(item, part, count, 1)

    def _count(self, element: etree._Element) -> Count:
        """Return the numbers of a list: those of the list that it goes on with, else new ones."""
        style = element.get(TEXT + "style-name")
        before = self._counts.get(element.get(TEXT + "continue-list"))
        if before is None and element.get(TEXT + "continue-numbering") == "true":
            before = self._counts.get(f"style {style}")
        levels: dict[int, Level] = self._levels.get(style, {})
        count = Count(levels, {} if before is None else before.numbers)
        self._counts[element.get(_XML + "id")] = self._counts[f"style {style}"] = count
        return count

    def _item(self, item: etree._Element, part: Part, count: Count, depth: int) -> Iterator[Block]:
        is_marked = item.tag == TEXT + "list-item"
        for child in item:
            if child.tag in _PARAGRAPHS:
                start = number_of(item, TEXT + "start-value", -1)
                mark = count.mark(depth, None if start < 0 else start) if is_marked else None
                is_marked = False
                yield from self._paragraph(child, part, mark)
            elif child.tag == TEXT + "list":
                for inner in child:
                    yield from self._item(inner, part, count, depth + 1)

    def _paragraph(self, element: etree._Element, part: Part, mark: str | None) -> Iterator[Block]:
        if element.get(TEXT + "is-hidden") == "true":
            return
        look = self._styles.look("paragraph", element.get(TEXT + "style-name"))
        run = _Run()
        if not look.hidden:
            self._inline(element, run, bold=bool(look.bold))
        is_heading = element.tag == TEXT + "h"
        if is_heading and mark is None and element.get(TEXT + "is-list-header") != "true" and "".join(run.pieces).strip():
            mark = self._outline.mark(number_of(element, TEXT + "outline-level", 1)) if self._outline.levels else None
        yield from paragraph("".join(run.pieces), part, mark=mark, heading=is_heading, bold=run.bold)
        for box in run.boxes:
            yield from self._drawn(box, part)

    def _inline(self, parent: etree._Element, run: _Run, *, bold: bool) -> None:
        run.write(parent.text, bold=bold)
        for child in parent:
            if isinstance(child.tag, str):
                self._sign(child, run, bold=bold)
            run.write(child.tail, bold=bold)

    def _sign(self, element: etree._Element, run: _Run, *, bold: bool) -> None:
        """Read an element in a paragraph: a sign, a note, a box, or more text."""
        if element.tag == TEXT + "s":
            run.pieces.append(" " * min(number_of(element, TEXT + "c", 1), _MOST_SPACES))
        elif element.tag == TEXT + "tab":
            run.pieces.append("\t")
        elif element.tag == TEXT + "line-break":
            run.pieces.append("\n")
        elif element.tag == TEXT + "note":
            self._notes += element.findall(TEXT + "note-body")
        elif element.tag.startswith(_DRAW) and element.tag != _DRAW + "a":
            run.boxes.append(element)
        elif element.tag not in _SKIPPED and element.get(TEXT + "is-hidden") != "true":
            look = self._styles.look("text", element.get(TEXT + "style-name"))
            if not look.hidden:
                self._inline(element, run, bold=bold if look.bold is None else look.bold)
