"""Which reader a file goes to, told from its content, and what is said of a file that no reader takes.

To add a format, write `readers/<format>.py` with `blocks(content, limits)` and add its line to FORMATS.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from models.finding import ErrorCode, ReadError
from models.letter import Block, Letter, Unread, compose
from models.settings import Limits
from readers import ocr
from readers.text import text_blocks

_HEAD = 1024
_MAIL_HEAD = 65_536
_MAIL_LINE = re.compile(rb"([!-9;-~]+):(?: |\t|$)")
_MAIL_SHOWN = {b"from", b"to", b"cc", b"bcc", b"subject", b"date", b"sender", b"reply-to"}
_MAIL_SIGNS = {b"received", b"message-id", b"mime-version", b"return-path", b"content-type", b"delivered-to"}
_WORD_PART = re.compile(r"word/document\d*\.xml")

_CORRUPT = "The file is damaged or incomplete. Open it in the program that made it, save it again, and try that copy."
_SAVE_AS = "Save it as .docx, .pdf or .txt and try again."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*")
_FOREIGN = (
    (b"GIF8", "This is a picture of a kind that is not read. Save it as .png or .tif and try again."),
    (_OLE, f"This is an old Office or Outlook file (.doc, .msg). Open it in Word or Outlook. {_SAVE_AS}"),
    (b"{\\rtf", f"This is a rich text file (.rtf). Open it in Word. {_SAVE_AS}"),
    (b"PK\x03\x04", f"This is a packed file, but not a Word document. Unpack it, or open it in its own program. {_SAVE_AS}"),
    (b"<!doctype html", f"This is a web page. Open it in a browser and print it to a PDF. {_SAVE_AS}"),
    (b"<html", f"This is a web page. Open it in a browser and print it to a PDF. {_SAVE_AS}"),
)


class Reader(Protocol):
    """What a reader's module offers."""

    def blocks(self, content: bytes, limits: Limits) -> list[Block]:
        """Return the document's blocks in reading order; raise ReadError where it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the module that reads it, the endings that its files have, and how its content is known."""

    module: str
    suffixes: tuple[str, ...]
    recognise: Callable[[bytes], bool]
    has_attachments: bool = False


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:_HEAD]


def _is_docx(content: bytes) -> bool:
    if not content.startswith(b"PK\x03\x04"):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return any(map(_WORD_PART.fullmatch, package.namelist()))


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
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((advice for magic, advice in _FOREIGN if head.startswith(magic.lower())), None)


FORMATS = (
    Format("readers.pdf", (".pdf",), _is_pdf),
    Format("readers.docx", (".docx",), _is_docx),
    Format("readers.eml", (".eml",), _is_mail, has_attachments=True),
    Format("readers.pictures", (".png", ".jpg", ".jpeg", ".tif", ".tiff"), _is_picture),
    Format("readers.text", (".txt", ".md"), _is_text),
)
SUFFIXES = frozenset(suffix for form in FORMATS for suffix in form.suffixes)
# Endings of files that may well be letters, but that no reader takes: they are listed with advice, not passed over.
FOREIGN_SUFFIXES = frozenset({".doc", ".docm", ".dot", ".dotx", ".htm", ".html", ".msg", ".odt", ".pages", ".rtf", ".wps"})


def read(path: Path, limits: Limits) -> list[Letter | Unread]:
    """Return the letter in the file at `path`; for an e-mail, the message and then each letter attached to it.

    A file that cannot be read gives one Unread: nothing is raised for a bad file.
    """
    try:
        content = _content(path, limits)
    except ReadError as error:
        return [Unread(str(path), None, error)]
    return read_bytes(content, str(path), limits)


def _content(path: Path, limits: Limits) -> bytes:
    try:
        if path.is_dir():
            raise ReadError(ErrorCode.UNSUPPORTED, "This is a folder, not a letter. Name a file in it.")
        if not path.is_file():
            raise ReadError(ErrorCode.NOT_FOUND, "There is no such file. Check the path.")
        _check_size(path.stat().st_size, limits)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ReadError(ErrorCode.NOT_FOUND, "The file cannot be opened. Check the path and that you may read it.") from error


def read_bytes(content: bytes, name: str, limits: Limits) -> list[Letter | Unread]:
    """Return the letter in `content`, as `read` does; `name` stands for the path. `limits` says how much is read."""
    return _read(content, name, limits, messages=True)


def letter_from_text(text: str, path: str = "-") -> Letter:
    """Return a letter that was given as plain text; its hash is of the text in UTF-8."""
    return compose(path, text.encode("utf-8", errors="replace"), text_blocks(text))


def _read(content: bytes, name: str, limits: Limits, *, messages: bool) -> list[Letter | Unread]:
    try:
        form = _format(content, limits)
        found = _module(form).blocks(content, limits)
        attached = _attached(content, name, limits, messages=messages) if form.has_attachments else []
    except ReadError as error:
        return [_unread(content, name, error)]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (a library may fail in any way on a damaged file, and the file is to blame)
        return [_unread(content, name, ReadError(ErrorCode.CORRUPT, _CORRUPT))]
    letter = compose(name, content, found, sum(isinstance(one, Letter) for one in attached))
    if not letter.text:
        return [_unread(content, name, ocr.no_text())]
    if len(letter.text) > limits.characters:
        return [_unread(content, name, too_long(limits)), *attached]
    return [letter, *attached]


def too_long(limits: Limits) -> ReadError:
    """Return what is said of a text that is too long to be a letter."""
    said = f"The text is longer than {limits.characters:,} characters, which no letter is. Check the file, or raise limits.characters."
    return ReadError(ErrorCode.TOO_LARGE, said)


def _format(content: bytes, limits: Limits) -> Format:
    """Return the format of the content; raise ReadError where it has none that is read."""
    if not content:
        raise ReadError(ErrorCode.EMPTY, "The file is empty. Save the letter again, or send the right file.")
    _check_size(len(content), limits)
    for form in FORMATS:
        if form.recognise(content):
            return form
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise ReadError(ErrorCode.ENCRYPTED, "The file needs a password to open. Save a copy without a password and try that.")
    raise ReadError(ErrorCode.UNSUPPORTED, _foreign(content) or _SAVE_AS)


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise ReadError(
            ErrorCode.TOO_LARGE, f"The file is larger than {limits.file_bytes:,} bytes. Send a smaller copy, or raise limits.file_bytes."
        )


def _module(form: Format) -> Reader:
    # Loaded when first needed, so that reading a text file does not wait for the libraries of the other formats.
    return cast("Reader", importlib.import_module(form.module))


def _attached(content: bytes, name: str, limits: Limits, *, messages: bool) -> list[Letter | Unread]:
    """Return the letters attached to a message; messages attached to an attached message are left alone."""
    from readers import eml  # noqa: PLC0415 (only for mail)

    found: list[Letter | Unread] = []
    for attachment in eml.attachments(content, messages=messages):
        read_one = _read(attachment.content, f"{name}#{attachment.name}", limits, messages=False)
        found += [one for one in read_one if isinstance(one, Letter) or attachment.is_document]
    return found


def _unread(content: bytes, name: str, error: ReadError) -> Unread:
    return Unread(name, hashlib.sha256(content).hexdigest(), error)
