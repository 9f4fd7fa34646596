"""Word documents (.docx and its kin): the XML is walked once, in the order in which a person reads the page.

What Word shows is read: tracked insertions, content controls, text boxes, fields' results, headers, footers, notes, the text of
equations. What Word does not show is left out: tracked deletions, hidden text, fields' instructions, comments, the headers of first
and even pages where the document does not turn them on. Charts, SmartArt, WordArt and the signs that refer to notes are left out too.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from models.finding import ErrorCode, ReadError
from models.letter import Block, Part, Style
from models.settings import Limits
from readers import tables
from readers.clean import as_item, clean
from readers.ooxml import MC, M, Package, R, Relation, W
from readers.refusals import too_long
from readers.text import decode, text_blocks
from readers.wordfields import Fields
from readers.wordlists import Numbering
from readers.wordsigns import sign
from readers.wordstyles import Look, Styles, is_on, numbering_of, value

# Elements that only hold others: what is in them is read as if it stood there itself.
_WRAPPERS = {
    W + name
    for name in ("sdt", "sdtContent", "ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo", "ruby", "rubyBase")
}
_ALTERNATE = MC + "AlternateContent"
_PARAGRAPH, _RUN, _TEXT = W + "p", W + "r", W + "t"
_TABLE, _ROW, _CELL = W + "tbl", W + "tr", W + "tc"
_BOX, _CHUNK = W + "txbxContent", W + "altChunk"
_CHARACTER, _INSTRUCTION = W + "fldChar", W + "instrText"
_DRAWN = {W + "drawing", W + "pict", W + "object"}
_NOTES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
_EQUATIONS = {M + "oMath", M + "oMathPara"}
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-"}
_BREAK, _SIGN = W + "br", W + "sym"
_NEW_PAGE = {"page", "column"}
_HEADING_LENGTH = 80
_PAGE_NUMBER = re.compile(r"(?:page ?)?\d*(?: ?(?:of|/) ?\d*)?", re.IGNORECASE)  # its fields may have no result yet
_EMPTY_LINE = re.compile(r"\n\s*\n")
_UNMERGED = (
    "Another file was inserted into this document and has not become part of it yet. "
    "Open the document in Word, save it again, and try that copy."
)


def blocks(content: bytes, limits: Limits) -> list[Block]:
    """Return the document's blocks: headers, body with its tables and boxes, notes, footers.

    A block's anchor is the name of its part, `#`, and the number of its first `w:p` element that has text, counted from 1 over all
    `w:p` of the part in document order. Blocks of an inserted file have none. Reading ends where the text is longer than
    `limits.characters`, and so too long for a letter.

    Raises ReadError (`too_large`, `encrypted`, `corrupt`, `unsupported`); whatever else is raised means a damaged file.
    """
    with Package(content, limits) as package:
        found, length = [], 0
        for block in _Document(package).blocks():
            found.append(block)
            length += len(block.text)
            if length > limits.characters:
                break
        return found


@dataclass(slots=True)
class _Line:
    """The text of one paragraph as Word shows it: one `w:p`, or several whose marks are deleted or hidden."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    bold: bool = True
    heading: bool = False
    mark: str | None = None
    anchor: str | None = None


class _Document:
    """What is known of a whole document: its parts, styles and lists, and the notes that the text has referred to."""

    def __init__(self, package: Package, *, inserted: bool = False) -> None:
        self.package = package
        self.inserted = inserted  # whether it stands in another document
        name = next((one.name for one in package.relations("").values() if one.type == "officeDocument"), "word/document.xml")
        self._relations = package.relations(name)
        self._body = _Part(self, name)
        self.styles = Styles(self._root("styles"))
        self.numbering = Numbering(self._root("numbering"))
        self.notes: list[tuple[str, str | None]] = []

    def blocks(self) -> Iterator[Block]:
        yield from self._margin("header", Part.HEADER)
        for element in self._body.root.findall(W + "body"):
            yield from self._body.story(element, Part.BODY)
        yield from self._noted()
        yield from self._margin("footer", Part.FOOTER)

    def _name(self, kind: str) -> str | None:
        name = next((one.name for one in self._relations.values() if one.type == kind), None)
        return name if name is not None and self.package.has(name) else None

    def _root(self, kind: str) -> etree._Element | None:
        name = self._name(kind)
        return None if name is None else self.package.xml(name)

    def _margin(self, kind: str, part: Part) -> Iterator[Block]:
        """Yield the headers or footers that Word shows, each text once, without bare page numbers."""
        seen: set[str] = set()
        for name in dict.fromkeys(self._shown(kind)):
            margin = _Part(self, name)
            for block in margin.story(margin.root, part):
                if block.text not in seen and not _PAGE_NUMBER.fullmatch(block.text):
                    seen.add(block.text)
                    yield block

    def _shown(self, kind: str) -> Iterator[str]:
        """Yield the names of the parts with the headers or footers of each section; one that has none of its own has the last one's.

        Those of first and even pages are shown only where the document says so; older wording may be left in them.
        """
        own = f"{W}{kind}Reference"
        settings = self._root("settings")
        even = bool(is_on(settings, "evenAndOddHeaders"))
        current: dict[str, str] = {}
        replaced = set(self._body.root.iterfind(f".//{W}sectPrChange/{W}sectPr"))
        for section in self._body.root.iter(W + "sectPr"):
            if section in replaced:
                continue
            current |= {value(one, "type") or "default": one.get(R + "id", "") for one in section.findall(own)}
            shown = {"first": bool(is_on(section, "titlePg")), "default": True, "even": even}
            for identity in (current[one] for one in shown if shown[one] and one in current):
                relation = self._relations.get(identity)
                if relation is not None and self.package.has(relation.name):
                    yield relation.name

    def _noted(self) -> Iterator[Block]:
        for kind in ("footnote", "endnote"):
            wanted = dict.fromkeys(number for noted, number in self.notes if noted == kind)
            name = self._name(f"{kind}s") if wanted else None
            if name is None:
                continue
            part = _Part(self, name)
            notes = {value(note, "id"): note for note in part.root.findall(W + kind)}
            for number in wanted:
                if number in notes:
                    yield from part.story(notes[number], Part.NOTE)


class _Part:
    """The walk over one part of a document."""

    def __init__(self, document: _Document, name: str) -> None:
        self._document = document
        self._name = name
        self.root = document.package.xml(name)
        self._paragraphs = {paragraph: number for number, paragraph in enumerate(self.root.iter(_PARAGRAPH), 1)}
        self._fields = Fields(self.root)

    @cached_property
    def _relations(self) -> dict[str, Relation]:
        return self._document.package.relations(self._name)

    def story(self, container: etree._Element, part: Part) -> Iterator[Block]:
        """Yield the blocks of a story: what reads on without a break, such as the body, a header, a note or a box."""
        outer, self._fields = self._fields, Fields(container)
        yield from self._container(container, part)
        self._fields = outer

    def _container(self, container: etree._Element, part: Part) -> Iterator[Block]:
        line = _Line()
        for child in _unwrapped(container):
            if child.tag == _PARAGRAPH:
                if self._paragraph(child, line):
                    yield from self._ended(line, part)
                    line = _Line()
            elif child.tag in {_TABLE, _CHUNK}:
                yield from self._ended(line, part)
                line = _Line()
                yield from self._table(child, part) if child.tag == _TABLE else self._chunk(child)
        yield from self._ended(line, part)

    def _table(self, table: etree._Element, part: Part) -> Iterator[Block]:
        for row in _unwrapped(table):
            if row.tag == _ROW and row.find(f"{W}trPr/{W}del") is None:
                cells = [list(self._container(cell, part)) for cell in _unwrapped(row) if cell.tag == _CELL and _is_shown(cell)]
                yield from tables.row(cells, part)

    def _chunk(self, chunk: etree._Element) -> Iterable[Block]:
        """Return the blocks of a file that Word would merge into the document when it opens it."""
        relation = self._relations.get(chunk.get(R + "id", ""))
        if relation is None or not self._document.package.has(relation.name):
            raise ReadError(ErrorCode.UNSUPPORTED, _UNMERGED)
        return _inserted(self._document, relation)

    def _paragraph(self, paragraph: etree._Element, line: _Line) -> bool:
        """Add a paragraph to the line, and return whether the line ends with it."""
        properties = paragraph.find(W + "pPr")
        named = None if properties is None else value(properties.find(W + "pStyle"))
        style = named or self._document.styles.default
        look = self._document.styles.look(style)
        before = len(line.pieces)
        self._inline(paragraph, look, line)
        has_text = any(piece.strip() for piece in line.pieces[before:])
        if has_text and line.anchor is None:
            line.anchor = f"{self._name}#{self._paragraphs[paragraph]}"
        line.heading = bool(look.heading)
        ends, counts = _mark(properties, look)
        if line.mark is None and (ends or (counts and has_text)):
            line.mark = self._number(properties, look, style)
        return ends

    def _ended(self, line: _Line, part: Part) -> Iterator[Block]:
        if sum(map(len, line.pieces)) > self._document.package.limits.characters:
            raise too_long(self._document.package.limits)
        text = clean("".join(line.pieces))
        for number, piece in enumerate(_EMPTY_LINE.split(text)):
            if piece:
                yield _block(piece, line, part, mark=line.mark if number == 0 else None)
        for box in line.boxes:
            yield from self.story(box, Part.BOX if part is Part.BODY else part)

    def _number(self, properties: etree._Element | None, look: Look, style: str | None) -> str | None:
        own, level = numbering_of(properties)
        number = look.number if own is None else own
        if number is None:
            return None
        numbering = self._document.numbering
        levels = (level, numbering.level_of(number, style), look.level, 0)
        return numbering.mark(number, next(one for one in levels if one is not None))

    def _inline(self, parent: etree._Element, look: Look, line: _Line) -> None:
        """Add what stands in a paragraph or in a run of text to the line."""
        for child in _unwrapped(parent):
            tag = child.tag
            if tag == _RUN:
                self._run(child, look, line)
            elif tag == _CHARACTER:
                line.pieces.append(self._fields.pass_by(child))
            elif tag == _INSTRUCTION:
                self._fields.instruct(child.text or "")
            elif self._fields.shown:
                self._add(child, tag, line)

    def _add(self, child: etree._Element, tag: str, line: _Line) -> None:
        if tag == _TEXT:
            line.pieces.append((child.text or "").replace("\n", " "))
        elif tag in _SIGNS:
            line.pieces.append(_SIGNS[tag])
        elif tag == _BREAK:
            line.pieces.append("\n\n" if value(child, "type") in _NEW_PAGE else "\n")
        elif tag == _SIGN:
            line.pieces.append(sign(value(child, "font"), value(child, "char")))
        elif tag in _DRAWN:
            line.boxes += _boxes(child)
        elif tag in _NOTES:
            self._document.notes.append((_NOTES[tag], value(child, "id")))
        elif tag in _EQUATIONS:
            line.pieces += _equation(child)

    def _run(self, run: etree._Element, look: Look, line: _Line) -> None:
        hidden, bold = self._document.styles.run(run.find(W + "rPr"), look)
        if hidden:
            for character in run.iterchildren(_CHARACTER):
                self._fields.pass_by(character)
            return
        before = len(line.pieces)
        self._inline(run, look, line)
        if line.bold and not bold:
            line.bold = not any(piece.strip() for piece in line.pieces[before:])


def _block(text: str, line: _Line, part: Part, *, mark: str | None) -> Block:
    item = None if mark else as_item(text)
    shown = item or (f"{mark}{text}" if mark else text)
    style = Style.ITEM if mark or item else Style.PARAGRAPH
    if line.heading or (line.bold and "\n" not in text and len(text) <= _HEADING_LENGTH and text[-1] not in ".,;"):
        style = Style.HEADING
    return Block(shown, part, style, anchor=line.anchor)


def _mark(properties: etree._Element | None, look: Look) -> tuple[bool, bool]:
    """Return whether Word ends a line with the paragraph, and whether the paragraph may have a number.

    A paragraph whose mark is deleted runs on as part of the next. So does one whose mark is hidden, a heading on the same line as its
    text, which keeps its number; and a large first letter, which has a paragraph to itself.
    """
    run = None if properties is None else properties.find(W + "rPr")
    if run is not None and (run.find(W + "del") is not None or run.find(W + "moveFrom") is not None):
        return False, False
    hidden = is_on(run, "vanish")
    frame = None if properties is None else properties.find(W + "framePr")
    large_letter = value(frame, "dropCap") not in {None, "none"}
    return not (bool(look.hidden) if hidden is None else hidden) and not large_letter, True


def _unwrapped(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the children of an element, and of elements that only hold others the children of these; of several forms, one."""
    open_elements = [iter(parent)]
    while open_elements:
        for child in open_elements[-1]:
            if child.tag in _WRAPPERS:
                open_elements.append(iter(child))
                break
            if child.tag == _ALTERNATE:
                open_elements.append(iter(_chosen(child)))
                break
            yield child
        else:
            open_elements.pop()


def _chosen(alternate: etree._Element) -> etree._Element:
    """Return the one of several forms of the same content that is read: the first, else the fallback."""
    return next(alternate.iterchildren(MC + "Choice", MC + "Fallback"), alternate)


def _is_shown(cell: etree._Element) -> bool:
    """Tell whether a cell is neither deleted nor covered by the one above it."""
    properties = cell.find(W + "tcPr")
    if properties is None:
        return True
    merged = properties.find(W + "vMerge")
    covered = merged is not None and value(merged) != "restart"
    return not covered and properties.find(W + "cellDel") is None


def _boxes(drawing: etree._Element) -> Iterator[etree._Element]:
    """Yield the contents of the text boxes in a drawing, also of those in groups."""
    waiting = [drawing]
    while waiting:
        element = waiting.pop()
        if element.tag == _BOX:
            yield element
        else:
            waiting += [_chosen(element)] if element.tag == _ALTERNATE else reversed(element)


def _equation(equation: etree._Element) -> Iterator[str]:
    """Yield the text of an equation, on one line, with a stroke in each fraction."""
    for element in equation.iter(M + "t", M + "den"):
        yield (element.text or "") if element.tag == M + "t" else "/"


def _inserted(document: _Document, relation: Relation) -> Iterator[Block]:
    """Yield the blocks of an inserted file; raise ReadError where it is of a kind that is not read."""
    content = document.package.read(relation.name)
    suffix = posixpath.splitext(relation.name)[1].lower()
    if suffix in {".htm", ".html", ".xhtml"}:
        from readers.html import html_blocks  # noqa: PLC0415 (rare, and slow to load)

        yield from html_blocks(decode(content))
    elif suffix == ".txt":
        yield from text_blocks(decode(content))
    elif suffix == ".docx" and not document.inserted:
        with Package(content, document.package.limits) as package:
            yield from (Block(block.text, block.part, block.style) for block in _Document(package, inserted=True).blocks())
    else:
        raise ReadError(ErrorCode.UNSUPPORTED, _UNMERGED)
