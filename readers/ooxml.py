"""The package of a Word document: its parts as XML, opened without trusting it."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from lxml import etree

from models.finding import ErrorCode, ReadError
from models.settings import Limits

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Documents saved as "Strict Open XML" use other names for the same things.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
)


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

    def __enter__(self) -> Self:
        """Open the package, and refuse one that is too large or locked."""
        self._zip = zipfile.ZipFile(io.BytesIO(self.content))
        entries = self._zip.infolist()
        # zipfile never unpacks more of an entry than the entry says, so what they say can be trusted as the upper limit.
        if sum(entry.file_size for entry in entries) > self.limits.unpacked_bytes:
            raise ReadError(
                ErrorCode.TOO_LARGE,
                f"The file unpacks to more than {self.limits.unpacked_bytes:,} bytes. "
                "Save a copy with smaller pictures, or raise limits.unpacked_bytes.",
            )
        if any(entry.flag_bits & 1 for entry in entries):
            raise ReadError(ErrorCode.ENCRYPTED, "The file needs a password to open. Save a copy without a password and try that.")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the package."""
        self._zip.close()

    def xml(self, name: str) -> etree._Element:
        """Return the root of a part; raise KeyError where there is no such part, etree.XMLSyntaxError where it is damaged."""
        data = self._zip.read(name)
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
        return etree.fromstring(data, parser)

    def relations(self, name: str) -> dict[str, Relation]:
        """Return what the part `name` ("" for the package) refers to, by the reference's id."""
        folder, base = posixpath.split(name)
        try:
            root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        except KeyError:
            return {}
        return {
            item.get("Id", ""): Relation(item.get("Type", "").rpartition("/")[2], _target(folder, item.get("Target", "")))
            for item in root.iter(_RELATIONSHIP)
            if item.get("TargetMode") != "External"
        }


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
