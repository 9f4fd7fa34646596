"""A Word document whose comments are changed and nothing else: every part that holds none is kept byte for byte.

python-docx has comments too, but it writes each part that it knows anew, takes neither templates nor documents with macros, and cannot
take a comment out (ISO/IEC 29500-1, 17.13.4; ISO/IEC 29500-2 for the package).
"""

from __future__ import annotations

import codecs
import datetime as dt
import io
import posixpath
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from lxml import etree

from models.finding import ErrorCode, ReadError

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_RELATIONSHIP = f"{{{_PACKAGE}relationships}}Relationship"
_OVERRIDE = f"{{{_PACKAGE}content-types}}Override"
_COMMENTS = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_USUAL_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LACKING = "The file lacks a part without which Word does not open it. Save it anew in the program that made it, and try that copy."
_TYPES = "[Content_Types].xml"
# What later versions of Word say of comments, part by part: who answers whom, and what was settled. The first names the ids of the last.
_COMPANIONS = ("commentsIds", "commentsExtended", "commentsExtensible")
_MARK_SIZE = "16"  # half-points: as Word writes the mark of a comment, which is never printed
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Read as the reader of Word documents reads it, so that both count the same paragraphs.
_PARSER = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, collect_ids=False, remove_comments=True, remove_pis=True
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a comment."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Who a comment is by."""

    name: str
    initials: str


class WordFile:
    """A Word document that was opened to change its comments. `body` is the part with the letter's text, `name` that part's name.

    `w` is the name space of Word's elements, in braces; documents saved as “Strict Open XML” have another than the rest.
    Raises ReadError (`unsupported`) where it lacks a part that Word needs, zipfile.BadZipFile or etree.XMLSyntaxError where it is no Word
    document, or a damaged one.
    """

    def __init__(self, content: bytes) -> None:
        self._package = zipfile.ZipFile(io.BytesIO(content))
        self._entries = {entry.filename.lower(): entry for entry in self._package.infolist()}  # parts have the same names in any case
        self._edited: dict[str, etree._Element] = {}
        self._new: dict[str, str] = {}  # the names of parts that are added, as they are written
        self.name = self._related("", "officeDocument") or "word/document.xml"
        self.body = self._open(self.name)
        self.w = f"{{{etree.QName(self.body).namespace}}}"

    def saved(self) -> bytes:
        """Return the document as a file, its parts in their order."""
        file = io.BytesIO()
        edited = {name: _written(root) for name, root in self._edited.items()}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            for key, entry in self._entries.items():
                package.writestr(entry, edited.pop(key) if key in edited else self._package.read(entry))
            for key, data in edited.items():
                package.writestr(self._new[key], data)
        return file.getvalue()

    def remove_comments(self, author: Author) -> None:
        """Take out every comment by this author, with its marks in the text. An answer to one of them stays, as a comment by itself."""
        name = self._related(self.name, "comments")
        if name is None:
            return
        comments = self._open(name)
        own = [comment for comment in comments.iter(f"{self.w}comment") if comment.get(f"{self.w}author") == author.name]
        numbers = {comment.get(f"{self.w}id") for comment in own}
        paragraphs = {paragraph.get(f"{_W14}paraId") for comment in own for paragraph in comment.iter(f"{self.w}p")}
        for mark in self._marks():
            if mark.get(f"{self.w}id") in numbers:
                self._take_out(mark)
        for comment in own:
            _remove(comment)
        self._forget({identity for identity in paragraphs if identity})

    def add_comment(self, first: etree._Element, last: etree._Element, lines: Iterable[Line], author: Author, when: dt.datetime) -> None:
        """Add a comment on what stands from `first` to `last`, each a child of a paragraph of the body."""
        comments = self._comments
        number = next(self._numbers)
        comment = etree.SubElement(comments, f"{self.w}comment")
        comment.set(f"{self.w}id", number)
        comment.set(f"{self.w}author", author.name)
        comment.set(f"{self.w}date", f"{when:%Y-%m-%dT%H:%M:%S}Z")
        comment.set(f"{self.w}initials", author.initials)
        for line in lines:
            comment.append(self._paragraph(line))
        first.addprevious(self._mark("commentRangeStart", number))
        reference = etree.Element(f"{self.w}r")
        looks = etree.SubElement(reference, f"{self.w}rPr")
        for size in ("sz", "szCs"):
            etree.SubElement(looks, f"{self.w}{size}").set(f"{self.w}val", _MARK_SIZE)
        reference.append(self._mark("commentReference", number))
        last.addnext(reference)
        last.addnext(self._mark("commentRangeEnd", number))

    def _open(self, name: str) -> etree._Element:
        """Return the root of a part that will be written anew."""
        key = name.lower()
        if key not in self._edited:
            if key not in self._entries:
                raise ReadError(ErrorCode.UNSUPPORTED, _LACKING)
            self._edited[key] = self._xml(name)
        return self._edited[key]

    def _add(self, name: str, root: etree._Element) -> etree._Element:
        """Add a part, and return its root."""
        self._new[name.lower()] = name
        self._edited[name.lower()] = root
        return root

    def _xml(self, name: str) -> etree._Element:
        data = self._package.read(self._entries[name.lower()])
        return etree.fromstring(data.decode("utf-16").encode() if data.startswith(_UTF16) else data, _PARSER)

    def _related(self, name: str, kind: str) -> str | None:
        """Return the name of the first part of this kind that the part `name` ("" for the package) refers to and that is there."""
        rels = _rels(name)
        if rels.lower() not in self._entries:
            return None
        folder = posixpath.dirname(name)
        targets = (
            posixpath.normpath(posixpath.join("/", folder, item.get("Target", ""))).lstrip("/")
            for item in self._xml(rels).iter(_RELATIONSHIP)
            if item.get("Type", "").rpartition("/")[2] == kind and item.get("TargetMode") != "External"
        )
        return next((target for target in targets if target.lower() in self._entries), None)

    def _marks(self) -> list[etree._Element]:
        return list(self.body.iter(*(f"{self.w}{name}" for name in ("commentRangeStart", "commentRangeEnd", "commentReference"))))

    def _take_out(self, mark: etree._Element) -> None:
        """Remove a mark, and the run of text that holds nothing else."""
        run = mark.getparent()
        _remove(mark)
        if mark.tag == f"{self.w}commentReference" and run is not None and all(child.tag == f"{self.w}rPr" for child in run):
            _remove(run)

    def _forget(self, gone: set[str]) -> None:
        """Remove what later versions of Word say of comments whose paragraphs are gone."""
        for kind in _COMPANIONS:
            name = self._related(self.name, kind) if gone else None
            for entry in list(self._open(name)) if name else ():
                said = {etree.QName(key).localname: key for key in entry.attrib}
                values = {local: entry.get(key, "") for local, key in said.items()}
                if values.get("paraId") in gone or values.get("durableId") in gone:
                    gone.add(values.get("durableId", ""))
                    _remove(entry)
                elif values.get("paraIdParent") in gone:
                    del entry.attrib[said["paraIdParent"]]

    @cached_property
    def _comments(self) -> etree._Element:
        """The root of the part that holds the comments, made where there is none."""
        name = self._related(self.name, "comments")
        if name is not None:
            return self._open(name)
        folder = posixpath.dirname(self.name)
        name = posixpath.join(folder, _free("comments{}.xml", {posixpath.basename(entry) for entry in self._entries}))
        self._relate(name)
        etree.SubElement(self._open(_TYPES), _OVERRIDE, PartName=f"/{name}", ContentType=_COMMENTS)
        return self._add(name, etree.Element(f"{self.w}comments", nsmap={"w": self.w[1:-1]}))

    def _relate(self, name: str) -> None:
        rels = _rels(self.name)
        known = rels.lower() in self._entries
        root = self._open(rels) if known else self._add(rels, etree.fromstring(f'<Relationships xmlns="{_PACKAGE}relationships"/>'))
        strict = "purl.oclc.org" in self.w
        kind = "http://purl.oclc.org/ooxml/officeDocument/relationships" if strict else _USUAL_RELATIONS
        identity = _free("rId{}", {item.get("Id", "") for item in root})
        etree.SubElement(root, _RELATIONSHIP, Id=identity, Type=f"{kind}/comments", Target=posixpath.basename(name))

    @cached_property
    def _numbers(self) -> Iterator[str]:
        """The numbers that neither a comment has nor a mark that a comment has gone from."""
        used = {element.get(f"{self.w}id") for element in (*self._comments, *self._marks())}
        return (number for number in map(str, count()) if number not in used)

    def _mark(self, name: str, number: str) -> etree._Element:
        mark = etree.Element(f"{self.w}{name}")
        mark.set(f"{self.w}id", number)
        return mark

    def _paragraph(self, line: Line) -> etree._Element:
        paragraph = etree.Element(f"{self.w}p")
        run = etree.SubElement(paragraph, f"{self.w}r")
        if line.bold:
            etree.SubElement(etree.SubElement(run, f"{self.w}rPr"), f"{self.w}b")
        text = etree.SubElement(run, f"{self.w}t")
        text.text = line.text
        text.set(_SPACE, "preserve")
        return paragraph


def _rels(name: str) -> str:
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _free(pattern: str, used: set[str]) -> str:
    """Return the pattern with the first number, or none, that makes a name not used yet."""
    numbers = ["", *range(1, len(used) + 2)]
    return next(name for name in map(pattern.format, numbers) if name not in used)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
