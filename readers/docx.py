"""Word documents (.docx): the XML is walked once, in the order in which a person reads the page.

What Word shows is read: tracked insertions, content controls, text boxes, fields' results, headers, footers and notes.
What Word does not show is left out: tracked deletions, hidden text, fields' instructions, comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from models.letter import Block, Part, Style
from models.settings import Limits
from readers import tables
from readers.clean import as_item, clean
from readers.ooxml import MC, Package, R, W
from readers.wordstyles import Look, Numbering, Styles, is_on, numbering_of, value

# Elements that only hold others: what is in them is read as if it stood there itself.
_WRAPPERS = {
    W + name
    for name in ("sdt", "sdtContent", "ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo", "ruby", "rubyBase")
}
_DRAWN = {W + "drawing", W + "pict", W + "object"}
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "sym": " "}
_HEADING_LENGTH = 80
_PAGE_NUMBER = re.compile(r"(?:page ?)?\d*(?: ?(?:of|/) ?\d*)?", re.IGNORECASE)  # its fields may have no result yet
_EMPTY_LINE = re.compile(r"\n\s*\n")
_HEADER_ORDER = ("first", "default", "even")


def blocks(content: bytes, limits: Limits) -> list[Block]:
    """Return the document's blocks: headers, body with its tables and boxes, notes, footers.

    Raises ReadError (`too_large`, `encrypted`); whatever else is raised means a damaged file.
    """
    with Package(content, limits) as package:
        return _Document(package).blocks()


@dataclass
class _Run:
    """The text of one paragraph as it is gathered, and the boxes that hang on it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    bold: bool = True

    @property
    def text(self) -> str:
        return clean("".join(self.pieces))


class _Document:
    """One walk over a document: what it knows of styles and lists, and what it has come past."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._name = next(one.name for one in package.relations("").values() if one.type == "officeDocument")
        self._relations = package.relations(self._name)
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"))
        self._fields: list[bool] = []  # for each field that is open, whether its result has begun
        self._notes: list[tuple[str, str | None]] = []

    def blocks(self) -> list[Block]:
        root = self._package.xml(self._name)
        headers = self._margin(root, "header", Part.HEADER)
        body = [block for element in root.findall(W + "body") for block in self._story(element, Part.BODY)]
        return [*headers, *body, *self._noted(), *self._margin(root, "footer", Part.FOOTER)]

    def _part(self, kind: str) -> etree._Element | None:
        name = next((one.name for one in self._relations.values() if one.type == kind), None)
        return None if name is None else self._package.xml(name)

    def _margin(self, root: etree._Element, kind: str, part: Part) -> Iterator[Block]:
        """Yield the headers or footers of all sections, each text once, without bare page numbers."""
        references = sorted(root.iter(f"{W}{kind}Reference"), key=lambda one: _HEADER_ORDER.index(value(one, "type") or "default"))
        identities = (one.get(R + "id", "") for one in references)
        names = dict.fromkeys(self._relations[identity].name for identity in identities if identity in self._relations)
        seen: set[str] = set()
        for name in names:
            for block in self._story(self._package.xml(name), part):
                if block.text not in seen and not _PAGE_NUMBER.fullmatch(block.text):
                    seen.add(block.text)
                    yield block

    def _noted(self) -> Iterator[Block]:
        for kind in ("footnote", "endnote"):
            wanted = [number for noted, number in self._notes if noted == kind]
            root = self._part(f"{kind}s") if wanted else None
            found = {} if root is None else {value(note, "id"): note for note in root.findall(W + kind)}
            for number in dict.fromkeys(wanted):
                if number in found:
                    yield from self._story(found[number], Part.NOTE)

    def _story(self, container: etree._Element, part: Part) -> Iterator[Block]:
        self._fields = []
        yield from self._container(container, part)

    def _container(self, container: etree._Element, part: Part) -> Iterator[Block]:
        for child in container:
            if child.tag == W + "p":
                yield from self._paragraph(child, part)
            elif child.tag == W + "tbl":
                for row in _inside(child, "tr"):
                    cells = [list(self._container(cell, part)) for cell in _inside(row, "tc")]
                    yield from tables.row(cells, part)
            elif child.tag in _WRAPPERS:
                yield from self._container(child, part)
            elif child.tag == MC + "AlternateContent":
                yield from self._container(_chosen(child), part)

    def _paragraph(self, paragraph: etree._Element, part: Part) -> Iterator[Block]:
        properties = paragraph.find(W + "pPr")
        named = None if properties is None else value(properties.find(W + "pStyle"))
        look = self._styles.look(named or self._styles.default)
        run = _Run()
        self._inline(paragraph, look, run)
        mark = self._mark(properties, look)
        for number, text in enumerate(_EMPTY_LINE.split(run.text)):
            if text:
                yield _block(text, mark if number == 0 else None, part, heading=bool(look.heading), bold=run.bold)
        for box in run.boxes:
            yield from self._boxed(box, Part.BOX if part is Part.BODY else part)

    def _boxed(self, box: etree._Element, part: Part) -> Iterator[Block]:
        outer, self._fields = self._fields, []
        yield from self._container(box, part)
        self._fields = outer

    def _mark(self, properties: etree._Element | None, look: Look) -> str | None:
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            return None
        own, level = numbering_of(properties)
        number = look.number if own is None else own
        return None if number is None else self._numbering.mark(number, look.level if level is None else level)

    def _inline(self, parent: etree._Element, look: Look, run: _Run) -> None:
        for child in parent:
            if child.tag == W + "r":
                self._text_run(child, look, run)
            elif child.tag in _WRAPPERS:
                self._inline(child, look, run)
            elif child.tag == MC + "AlternateContent":
                self._inline(_chosen(child), look, run)

    def _text_run(self, element: etree._Element, look: Look, run: _Run) -> None:
        properties = element.find(W + "rPr")
        named = None if properties is None else value(properties.find(W + "rStyle"))
        style = self._styles.look(named)
        if _first(is_on(properties, "vanish"), style.hidden, look.hidden):
            self._fields_only(element)
            return
        before = len(run.pieces)
        self._run_content(element, run)
        if "".join(run.pieces[before:]).strip():
            run.bold &= bool(_first(is_on(properties, "b"), style.bold, look.bold))

    def _run_content(self, parent: etree._Element, run: _Run) -> None:
        for child in parent:
            if child.tag == W + "fldChar":
                self._field(child)
            elif not all(self._fields):
                continue
            elif child.tag == W + "t":
                run.pieces.append(re.sub(r"\s", " ", child.text or ""))
            elif child.tag in _SIGNS:
                run.pieces.append(_SIGNS[child.tag])
            elif child.tag in _DRAWN:
                run.boxes += _boxes(child)
            elif child.tag == MC + "AlternateContent":
                self._run_content(_chosen(child), run)
            elif child.tag in {W + "footnoteReference", W + "endnoteReference"}:
                self._notes.append((child.tag.removeprefix(W).removesuffix("Reference"), value(child, "id")))

    def _fields_only(self, element: etree._Element) -> None:
        for character in element.findall(W + "fldChar"):
            self._field(character)

    def _field(self, character: etree._Element) -> None:
        kind = value(character, "fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end":
            self._fields.pop()


def _block(text: str, mark: str | None, part: Part, *, heading: bool, bold: bool) -> Block:
    item = None if mark else as_item(text)
    shown = item or (f"{mark} {text}" if mark else text)
    if heading or (bold and "\n" not in text and len(text) <= _HEADING_LENGTH and text[-1] not in ".,;"):
        return Block(shown, part, Style.HEADING)
    return Block(shown, part, Style.ITEM if mark or item else Style.PARAGRAPH)


def _first(*values: bool | None) -> bool | None:
    return next((one for one in values if one is not None), None)


def _chosen(alternate: etree._Element) -> etree._Element:
    """Return the one of several forms of the same content that is read: the first, else the fallback."""
    forms = (*alternate.findall(MC + "Choice"), *alternate.findall(MC + "Fallback"), alternate)
    return forms[0]


def _inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield rows of a table or cells of a row, also those in content controls; deleted rows are left out."""
    for child in parent:
        if child.tag == W + name:
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, name)


def _boxes(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the contents of the text boxes in a drawing."""
    for child in parent:
        if child.tag == W + "txbxContent":
            yield child
        else:
            yield from _boxes(_chosen(child) if child.tag == MC + "AlternateContent" else child)
