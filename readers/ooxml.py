"""The package of a Word document: its parts as XML, opened without trusting it."""

from __future__ import annotations

import codecs
import io
import posixpath
import zipfile
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from lxml import etree

from models.finding import ErrorCode, ReadError
from models.settings import Limits
from readers.registry import PLAIN_NAMES

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Documents saved as "Strict Open XML" use other names for the same things.
_STRICT = b"http://purl.oclc.org/ooxml/"
_SAME = (
    (_STRICT + b"wordprocessingml/main", W[1:-1].encode()),
    (_STRICT + b"officeDocument/relationships", R[1:-1].encode()),
    (_STRICT + b"officeDocument/math", M[1:-1].encode()),
)
# A part becomes a tree, in which each tag or attribute takes 100 bytes and more. A letter of 100 pages has a fifth of these.
_LARGEST_PART = 30_000_000
_MOST_MARKUP = 1_000_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# The standard (ISO/IEC 29500-2) allows UTF-8 and UTF-16 alone, so what a part says of its encoding is not asked.
_PARSER = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, collect_ids=False, remove_comments=True, remove_pis=True
)
_DECLARED = "The file declares a document type, which Word does not allow. Ask for a copy that was saved by Word."
_TOO_MUCH = "The file has more markup than any letter. Check it, or copy the letter's text into a new file."


@dataclass(frozen=True, slots=True)
class Relation:
    """A part that another part refers to: the last word of the relation's type, and the part's name in the package."""

    type: str
    name: str


@dataclass
class Package:
    """An open package; use it in a `with` statement.

    Raises ReadError (`too_large`, `encrypted`) where the package may not be unpacked, zipfile.BadZipFile where it is damaged.
    """

    content: bytes
    limits: Limits
    _zip: zipfile.ZipFile = field(init=False)
    _entries: dict[str, zipfile.ZipInfo] = field(init=False)
    _unpacked: int = 0

    def __enter__(self) -> Self:
        """Open the package, and refuse one that is too large or locked."""
        self._zip = zipfile.ZipFile(io.BytesIO(self.content), metadata_encoding=PLAIN_NAMES)
        entries = self._zip.infolist()
        # zipfile never unpacks more of an entry than the entry says, so what they say can be trusted as the upper limit.
        self._check(sum(entry.file_size for entry in entries))
        if any(entry.flag_bits & 1 for entry in entries):
            raise ReadError(ErrorCode.ENCRYPTED, "The file needs a password to open. Save a copy without a password and try that.")
        self._entries = {entry.filename.lower(): entry for entry in entries}  # the names of parts are the same in any case
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the package."""
        self._zip.close()

    def has(self, name: str) -> bool:
        """Tell whether there is a part of this name."""
        return name.lower() in self._entries

    def read(self, name: str) -> bytes:
        """Return a part as it is.

        Raises KeyError where there is no such part, zipfile.BadZipFile where it is damaged, ReadError (`too_large`) where so much was
        read, part by part or the same part again and again, that it is more than may be unpacked.
        """
        entry = self._entries[name.lower()]
        self._unpacked += entry.file_size
        self._check(self._unpacked)
        return self._zip.read(entry)

    def _check(self, size: int) -> None:
        if size > self.limits.unpacked_bytes:
            raise ReadError(
                ErrorCode.TOO_LARGE,
                f"The file unpacks to more than {self.limits.unpacked_bytes:,} bytes. "
                "Save a copy with smaller pictures, or raise limits.unpacked_bytes.",
            )

    def xml(self, name: str) -> etree._Element:
        """Return the root of a part.

        Raises KeyError where there is no such part, etree.XMLSyntaxError where it is damaged, ReadError where it declares a
        document type (`corrupt`) or has more markup than any letter (`too_large`).
        """
        if self._entries[name.lower()].file_size > _LARGEST_PART:
            raise ReadError(ErrorCode.TOO_LARGE, _TOO_MUCH)
        data = self.read(name)
        if data.startswith(_UTF16):
            data = data.decode("utf-16").encode()
        if b"<!DOCTYPE" in data:
            raise ReadError(ErrorCode.CORRUPT, _DECLARED)
        if len(data) > _MOST_MARKUP and data.count(b"<") + data.count(b"=") > _MOST_MARKUP:
            raise ReadError(ErrorCode.TOO_LARGE, _TOO_MUCH)
        if _STRICT in data:
            for strict, usual in _SAME:
                data = data.replace(strict, usual)
        return etree.fromstring(data, _PARSER)

    def relations(self, name: str) -> dict[str, Relation]:
        """Return what the part `name` ("" for the package) refers to in the package, by the reference's id."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(rels):
            return {}
        return {
            item.get("Id", ""): Relation(item.get("Type", "").rpartition("/")[2], _target(folder, item.get("Target", "")))
            for item in self.xml(rels).iter(_RELATIONSHIP)
            if item.get("TargetMode") != "External"
        }


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
