"""Which reader a file goes to, told from its content, and what is said of a file that no reader takes.

To add a format, write `readers/<format>.py` with `blocks(content, limits)` and add its line to FORMATS.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from models.finding import ErrorCode, ReadError
from models.letter import Block, Letter, Unread, compose
from models.settings import Limits
from readers import ocr
from readers.refusals import too_long
from readers.text import text_blocks

if TYPE_CHECKING:
    from readers.mail import Attachment

T = TypeVar("T")

_HEAD = 1024
_MAIL_HEAD = 65_536
_MAIL_LINE = re.compile(rb"([!-9;-~]+):(?: |\t|$)")
_MAIL_SHOWN = {b"from", b"to", b"cc", b"bcc", b"subject", b"date", b"sender", b"reply-to"}
_MAIL_SIGNS = {b"received", b"message-id", b"mime-version", b"return-path", b"content-type", b"delivered-to"}
_WORD_PART = re.compile(r"word/document\d*\.xml")
_WORKS_STREAMS = ("MN0", "CONTENTS")  # Microsoft Works
_HTML_TAG = re.compile(rb"<(?:!doctype html|html|head|meta|body|div|table|p)\b")
_LETTER_WORDS = 20

_CORRUPT = "The file is damaged or incomplete. Open it in the program that made it, save it again, and try that copy."
_SAVE_AS = "Save it as .docx, .pdf or .txt and try again."
_ZIP = b"PK\x03\x04"
PLAIN_NAMES = "latin-1"  # parts have ASCII names; the module for old DOS names would take as long to load as reading a letter
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "The file needs a password to open. Save a copy without a password and try that."
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*")
_FOREIGN = (
    (b"GIF8", "This is a picture of a kind that is not read. Save it as .png or .tif and try again."),
    (_OLE, f"This is an Office file, but not a letter or an e-mail. {_SAVE_AS}"),
    (_ZIP, f"This is a packed file, but not a letter. Unpack it, or open it in its own program. {_SAVE_AS}"),
)


class Reader(Protocol):
    """What a reader's module offers; `attachments` only where the format has them."""

    def blocks(self, content: bytes, limits: Limits) -> list[Block]:
        """Return the document's blocks in reading order; raise ReadError where it cannot be read."""
        ...

    def attachments(self, content: bytes, limits: Limits) -> Iterator[Attachment]:
        """Yield the files attached to a message that may be letters; raise ReadError where they cannot be listed."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the module that reads it, the endings that its files have, and how its content is known.

    `is_loose` tells that so little shows the format that a few bytes of rubbish may be taken for it.
    """

    module: str
    suffixes: tuple[str, ...]
    recognise: Callable[[bytes], bool]
    has_attachments: bool = False
    is_loose: bool = False


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:_HEAD]


def is_docx(content: bytes) -> bool:
    """Tell whether the content is a Word document of the kind that is packed XML. Raises zipfile.BadZipFile for a damaged package."""
    return any(map(_WORD_PART.fullmatch, _packed_names(content)))


def _is_odt(content: bytes) -> bool:
    if "content.xml" not in _packed_names(content):
        return False
    with zipfile.ZipFile(io.BytesIO(content), metadata_encoding=PLAIN_NAMES) as package, package.open("mimetype") as kind:
        return kind.read(_HEAD).startswith(b"application/vnd.oasis.opendocument.text")


def _packed_names(content: bytes) -> list[str]:
    if not content.startswith(_ZIP):
        return []
    with zipfile.ZipFile(io.BytesIO(content), metadata_encoding=PLAIN_NAMES) as package:
        return package.namelist()


def _is_msg(content: bytes) -> bool:
    return _has_stream(content, "__properties_version1.0")


def _is_old_word(content: bytes) -> bool:
    return _has_stream(content, "WordDocument", *_WORKS_STREAMS)


def _has_stream(content: bytes, *names: str) -> bool:
    """Tell whether the content is an OLE2 file with one of these streams at its root."""
    if not content.startswith(_OLE):
        return False
    from olefile import OleFileIO  # noqa: PLC0415 (only for OLE2 files)

    with OleFileIO(io.BytesIO(content)) as file:
        return any(file.exists(name) for name in names)


def _is_rtf(content: bytes) -> bool:
    return _head(content).startswith(b"{\\rtf")


def _is_html(content: bytes) -> bool:
    return _head(content).startswith(b"<") and bool(_HTML_TAG.search(_head(content)))


def _head(content: bytes) -> bytes:
    """Return the first bytes as lower-case ASCII, whatever their character set, without what no reader sees."""
    return content[:_HEAD].replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip(b"\xef\xbb\xbf \t\r\n").lower()


def _is_mail(content: bytes) -> bool:
    """Tell whether the content starts with the header lines of a mail message, and not just with lines that have a colon."""
    names: set[bytes] = set()
    for number, line in enumerate(content[:_MAIL_HEAD].removeprefix(b"\xef\xbb\xbf").splitlines()):
        if not line.strip():
            break
        header = _MAIL_LINE.match(line)
        if header:
            names.add(header.group(1).lower())
        elif not (names and line[:1] in b" \t") and not (number == 0 and line.startswith(b"From ")):
            return False
    return b"from" in names and bool(names & _MAIL_SIGNS or (b"subject" in names and names <= _MAIL_SHOWN))


def _is_picture(content: bytes) -> bool:
    return content.startswith(_PICTURES)


def _is_text(content: bytes) -> bool:
    return _foreign(content) is None


def _foreign(content: bytes) -> str | None:
    """Return what to do with a file of a kind that is known but not read."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    return next((advice for magic, advice in _FOREIGN if head.startswith(magic)), None)


FORMATS = (
    Format("readers.pdf", (".pdf",), _is_pdf),
    Format("readers.docx", (".docx", ".docm", ".dotx", ".dotm"), is_docx),
    Format("readers.odt", (".odt", ".ott"), _is_odt),
    Format("readers.msg", (".msg",), _is_msg, has_attachments=True),
    Format("readers.office", (".doc", ".dot", ".wps"), _is_old_word),
    Format("readers.rtf", (".rtf",), _is_rtf),
    Format("readers.html", (".html", ".htm"), _is_html, is_loose=True),
    Format("readers.eml", (".eml",), _is_mail, has_attachments=True),
    Format("readers.pictures", (".png", ".jpg", ".jpeg", ".tif", ".tiff"), _is_picture),
    Format("readers.text", (".txt", ".md"), _is_text, is_loose=True),
)
SUFFIXES = frozenset(suffix for form in FORMATS for suffix in form.suffixes)
# Endings of files that may well be letters, but that no reader takes: they are listed with advice, not passed over.
FOREIGN_SUFFIXES = frozenset({".pages", ".wpd"})
# Endings that promise a kind of file whose content shows what it is.
_FIRM_SUFFIXES = frozenset(suffix for form in FORMATS if not form.is_loose for suffix in form.suffixes)


def read(path: Path, limits: Limits) -> list[Letter | Unread]:
    """Return the letter in the file at `path`; for an e-mail, the message and then each letter attached to it.

    A file that cannot be read gives one Unread: nothing is raised for a bad file.
    """
    try:
        content = content_of(path, limits)
    except ReadError as error:
        return [Unread(str(path), None, error)]
    return read_bytes(content, str(path), limits)


def content_of(path: Path, limits: Limits) -> bytes:
    """Return the bytes of the file at `path`; raise ReadError where it is no file, cannot be opened, or is too large."""
    try:
        if path.is_dir():
            raise ReadError(ErrorCode.UNSUPPORTED, "This is a folder, not a letter. Name a file in it.")
        if not path.is_file():
            absent, odd = "There is no such file. Check the path.", "This is a device or a pipe. Save the letter as a file."
            raise ReadError(ErrorCode.NOT_FOUND, odd if path.exists() else absent)
        _check_size(path.stat().st_size, limits)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ReadError(ErrorCode.NOT_FOUND, "The file cannot be opened. Check the path and that you may read it.") from error


def read_bytes(content: bytes, name: str, limits: Limits) -> list[Letter | Unread]:
    """Return the letter in `content`, as `read` does; `name` stands for the path. `limits` says how much is read."""
    return _read(content, name, _Allowance(limits))


def letter_from_text(text: str, path: str = "-") -> Letter:
    """Return a letter that was given as plain text; its hash is of the text in UTF-8."""
    return compose(path, text.encode("utf-8", errors="replace"), text_blocks(text))


@dataclass
class _Allowance:
    """How much may still be read of what is attached to one file, at any depth."""

    limits: Limits
    files: int = 0
    size: int = 0

    def take(self, attachment: Attachment, depth: int) -> ReadError | None:
        """Count an attached file; return why it and those after it are not read, or None where it may be."""
        self.files += 1
        self.size += len(attachment.content)
        if depth > self.limits.nesting:
            return _too_much(f"It is attached more than {self.limits.nesting} deep", "nesting")
        if self.files > self.limits.attachments:
            return _too_much(f"More than {self.limits.attachments} letters are attached, and the rest are not read", "attachments")
        if self.size > self.limits.unpacked_bytes:
            said = f"The attached letters have more than {self.limits.unpacked_bytes:,} bytes together, and the rest are not read"
            return _too_much(said, "unpacked_bytes")
        return None


def _too_much(said: str, setting: str) -> ReadError:
    return ReadError(ErrorCode.TOO_LARGE, f"{said}. Save the letter by itself and try that, or raise limits.{setting}.")


def _read(content: bytes, name: str, allowance: _Allowance, depth: int = 0) -> list[Letter | Unread]:
    """Return the letter in a file, then what is attached to it."""
    form = _guarded(lambda: _format(content, allowance.limits))
    if isinstance(form, ReadError):
        return [_unread(content, name, form)]
    return _read_as(form, _module(form), content, name, allowance, depth)


def _read_as(form: Format, reader: Reader, content: bytes, name: str, allowance: _Allowance, depth: int) -> list[Letter | Unread]:
    """Return what the reader finds in a file and attached to it; either may fail without the other."""
    limits = allowance.limits
    attached, unlisted = _attached(form, reader, content, name, allowance, depth + 1) if form.has_attachments else ([], None)
    found = _guarded(lambda: reader.blocks(content, limits))
    if isinstance(found, ReadError):
        return [_unread(content, name, found), *attached]
    if unlisted is not None:
        attached.append(_unread(content, f"{name}#", unlisted))
    letter = compose(name, content, found, sum(isinstance(one, Letter) for one in attached))
    fault = _fault(letter, form, limits)
    return [letter if fault is None else _unread(content, name, fault), *attached]


def _guarded(step: Callable[[], T]) -> T | ReadError:
    """Return what a step of reading returns, or why the file cannot be read."""
    try:
        return step()
    except ReadError as error:
        return error
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (a library may fail in any way on a damaged file, and the file is to blame)
        return ReadError(ErrorCode.CORRUPT, _CORRUPT)


def _fault(letter: Letter, form: Format, limits: Limits) -> ReadError | None:
    """Return why what was read is no letter, or None where it may be one."""
    if not letter.text:
        return ocr.no_text()
    if len(letter.text) > limits.characters:
        return too_long(limits)
    suffix = PurePath(letter.path).suffix.lower()
    if form.is_loose and suffix in _FIRM_SUFFIXES and len(letter.text.split()) < _LETTER_WORDS:
        said = f"The name ends in {suffix}, but the content is not of that kind, and too little to be a letter. Save the letter again."
        return ReadError(ErrorCode.CORRUPT, said)
    return None


def _format(content: bytes, limits: Limits) -> Format:
    """Return the format of the content; raise ReadError where it has none that is read."""
    if not content:
        raise ReadError(ErrorCode.EMPTY, "The file is empty. Save the letter again, or send the right file.")
    _check_size(len(content), limits)
    for form in FORMATS:
        if form.recognise(content):
            return form
    if _has_stream(content, "EncryptedPackage"):
        raise ReadError(ErrorCode.ENCRYPTED, _LOCKED)
    raise ReadError(ErrorCode.UNSUPPORTED, _foreign(content) or _SAVE_AS)


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise ReadError(
            ErrorCode.TOO_LARGE, f"The file is larger than {limits.file_bytes:,} bytes. Send a smaller copy, or raise limits.file_bytes."
        )


def _module(form: Format) -> Reader:
    # Loaded when first needed, so that reading a text file does not wait for the libraries of the other formats.
    return cast("Reader", importlib.import_module(form.module))


def _attached(
    form: Format, reader: Reader, content: bytes, name: str, allowance: _Allowance, depth: int
) -> tuple[list[Letter | Unread], ReadError | None]:
    """Return the letters attached to a message and to messages attached to it, and why the rest could not be listed.

    Past a limit, one Unread stands for the rest.
    """
    found: list[Letter | Unread] = []

    def gather() -> None:
        for attachment in reader.attachments(content, allowance.limits):
            path = f"{name}#{attachment.name}"
            refusal = allowance.take(attachment, depth)
            error = refusal or attachment.error
            if error is None:
                if attachment.reader is None:
                    inside = _read(attachment.content, path, allowance, depth)
                else:
                    inside = _read_as(form, attachment.reader, attachment.content, path, allowance, depth)
                found.extend(one for one in inside if isinstance(one, Letter) or attachment.is_document)
            else:
                found.append(_unread(attachment.content, path, error))
            if refusal is not None:
                return

    return found, _guarded(gather)


def _unread(content: bytes, name: str, error: ReadError) -> Unread:
    return Unread(name, hashlib.sha256(content).hexdigest(), error)
