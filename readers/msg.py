"""Messages that Outlook saved (.msg): the message without the thread quoted below it, and the files and messages attached to it.

The format is [MS-OXMSG]: streams of an OLE2 file that are named after the property that they hold. olefile opens it; python-oxmsg would
read every stream at once, and no attached messages.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from typing import Any
from zoneinfo import ZoneInfo

from olefile import OleFileIO

from models.finding import ErrorCode, ReadError
from models.letter import Block
from models.settings import Limits
from readers import mail
from readers.charsets import decoded
from readers.eml import POLICY
from readers.threads import rich_message

_SUBJECT, _HEADERS, _TO, _CC = 0x0037, 0x007D, 0x0E04, 0x0E03
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_SENT, _DELIVERED = 0x0039, 0x0E06
_PLAIN, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_FILE, _LONG_NAME, _SHORT_NAME, _MIME, _DISPLAYED = 0x3701, 0x3707, 0x3704, 0x370E, 0x3001
_CODE_PAGES = (0x3FFD, 0x3FDE)  # of the message's strings, of its HTML
_UNICODE, _STRING, _BINARY, _OBJECT = 0x001F, 0x001E, 0x0102, 0x000D

_ATTACHED = "__attach_version1.0_#"
_FIXED = "__properties_version1.0"
_ENTRY = struct.Struct("<HHIQ")  # type, property, flags, value
_FIRST_ENTRY = {True: 32, False: 24}  # in the file's own message, in one attached to it
_MOST_ATTACHED = 1000
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_LONDON = ZoneInfo("Europe/London")


def blocks(content: bytes, limits: Limits) -> list[Block]:
    """Return the message's header lines as one block, then its body: the plain text, else the HTML, else the rich text.

    Raises ReadError (`too_large`) where the body is too large to be unpacked or nested too deeply.
    """
    return _Message(content).blocks(content, limits)


def attachments(content: bytes, limits: Limits) -> Iterator[mail.Attachment]:
    """Yield the attached files that may be letters and the attached messages, each with a name of its own."""
    return _Message(content).attachments(content, limits)


@dataclass(frozen=True, slots=True)
class _Message:
    """A message in a file: the file's own, or one attached, whose properties are at `path` in it. It is a reader by itself."""

    file: bytes
    path: tuple[str, ...] = ()

    def blocks(self, content: bytes, limits: Limits) -> list[Block]:  # noqa: ARG002 (all there is is in the file)
        with OleFileIO(io.BytesIO(self.file)) as ole:
            storage = _Storage(ole, self.path)
            return [mail.header_block(_headers(storage)), *_body(storage, limits)]

    def attachments(self, content: bytes, limits: Limits) -> Iterator[mail.Attachment]:  # noqa: ARG002
        names = mail.Attachments()
        with OleFileIO(io.BytesIO(self.file)) as ole:
            storages = [path for path in ole.listdir(streams=False, storages=True) if self._is_attached(path)]
            if len(storages) > _MOST_ATTACHED:
                raise ReadError(ErrorCode.TOO_LARGE, "The e-mail has more attached files than are looked at. Save the letter by itself.")
            for path in storages:
                yield from self._attachment(_Storage(ole, tuple(path)), names, limits)

    def _is_attached(self, path: list[str]) -> bool:
        return tuple(path[:-1]) == self.path and path[-1].startswith(_ATTACHED)

    def _attachment(self, storage: _Storage, names: mail.Attachments, limits: Limits) -> Iterator[mail.Attachment]:
        given = storage.text(_LONG_NAME) or storage.text(_SHORT_NAME)
        inner = (*storage.path, _stream(_FILE, _OBJECT))
        if storage.ole.exists([*inner, _FIXED]):
            name = names.wanted(given or "message.msg", mail.OUTLOOK) or "message.msg"
            content = _Storage(storage.ole, inner).whole(limits)
            yield mail.Attachment(name, content, is_document=True, reader=_Message(self.file, inner))
            return
        kind = storage.text(_MIME)
        wanted = names.wanted(given, kind)
        if wanted is not None:
            yield mail.attachment(wanted, kind, storage.binary(_FILE))


@dataclass(frozen=True, slots=True)
class _Storage:
    """The properties of a message or of an attachment."""

    ole: OleFileIO[Any]
    path: tuple[str, ...]

    def binary(self, identity: int, kind: int = _BINARY) -> bytes:
        """Return the bytes of a property; empty where it is not there."""
        return self._read(_stream(identity, kind))

    def text(self, identity: int) -> str:
        """Return the text of a property; empty where it is not there."""
        wide = self.binary(identity, _UNICODE)
        if wide:
            return wide.decode("utf-16-le", errors="replace").rstrip("\0")
        return decoded(self.binary(identity, _STRING), self.charset(_CODE_PAGES[0])).rstrip("\0")

    def charset(self, identity: int) -> str | None:
        """Return the name of the character set that a property gives as a code page."""
        code_page = self.number(identity)
        return None if code_page is None else {65001: "utf-8", 20127: "ascii", 28591: "iso8859-1"}.get(code_page, f"cp{code_page}")

    def number(self, identity: int) -> int | None:
        """Return a property that is a number or a time; None where it is not there."""
        fixed = self._read(_FIXED)
        start = _FIRST_ENTRY[not self.path]
        for place in range(start, len(fixed) - _ENTRY.size + 1, _ENTRY.size):
            _, found, _, value = _ENTRY.unpack_from(fixed, place)
            if found == identity:
                return int(value)
        return None

    def whole(self, limits: Limits) -> bytes:
        """Return all that is in the storage as one. Raises ReadError (`too_large`)."""
        below = [path for path in self.ole.listdir() if tuple(path[: len(self.path)]) == self.path]
        if sum(self.ole.get_size(path) for path in below) > limits.unpacked_bytes:
            raise ReadError(ErrorCode.TOO_LARGE, "An attached message is larger than limits.unpacked_bytes. Save the letter by itself.")
        return b"".join(self._open(path) for path in below)

    def _read(self, name: str) -> bytes:
        path = [*self.path, name]
        return self._open(path) if self.ole.exists(path) else b""

    def _open(self, path: list[str]) -> bytes:
        with self.ole.openstream(path) as stream:
            return bytes(stream.read())


def _stream(identity: int, kind: int) -> str:
    return f"__substg1.0_{identity:04X}{kind:04X}"


def _headers(storage: _Storage) -> dict[str, str]:
    """Return the header lines: as they came over the net, else as Outlook keeps them."""
    sent: Any = HeaderParser(policy=POLICY).parsestr(storage.text(_HEADERS))
    own = {
        "Subject": storage.text(_SUBJECT),
        "From": _sender(storage),
        "To": storage.text(_TO),
        "Cc": storage.text(_CC),
        "Date": _date(storage),
    }
    return {name: str(sent.get(name, "")) or own[name] for name in mail.SHOWN}


def _sender(storage: _Storage) -> str:
    name = storage.text(_SENDER)
    address = next((one for one in (storage.text(_SENDER_SMTP), storage.text(_SENDER_ADDRESS)) if "@" in one), "")
    return f"{name} <{address}>" if name and address and name != address else name or address


def _date(storage: _Storage) -> str:
    ticks = storage.number(_SENT) or storage.number(_DELIVERED)
    if not ticks:
        return ""
    try:
        moment = _EPOCH + dt.timedelta(microseconds=ticks // 10)
    except OverflowError:
        return ""
    return f"{moment.astimezone(_LONDON):%a, %d %b %Y %H:%M:%S %z}"


def _body(storage: _Storage, limits: Limits) -> list[Block]:
    from readers import html, lzfu, rtf  # noqa: PLC0415 (most messages have plain text)

    page = storage.binary(_HTML)
    pages = [html.page_text(page, storage.charset(_CODE_PAGES[1]))] if page else list(filter(None, [storage.text(_HTML)]))
    found = mail.body_blocks(storage.text(_PLAIN), pages)
    packed = b"" if found else storage.binary(_RTF)
    return rich_message(rtf.blocks(lzfu.unpacked(packed, limits), limits)) if packed else found
