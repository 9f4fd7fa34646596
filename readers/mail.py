"""What every e-mail is, whatever kind of file it came in: header lines, a message, and files attached to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Any

from models.finding import ErrorCode, ReadError
from models.letter import Block, Part
from readers.clean import one_line
from readers.threads import plain_blocks, rich_message

SHOWN = ("Subject", "From", "To", "Cc", "Date")
MESSAGES = frozenset({".eml", ".msg"})
_DOCUMENTS = frozenset({".pdf", ".doc", ".docm", ".docx", ".dot", ".dotm", ".dotx", ".odt", ".ott", ".rtf", ".wps"})
_TEXTS = frozenset({".htm", ".html", ".md", ".txt"})
LETTERS = _DOCUMENTS | _TEXTS | MESSAGES
OUTLOOK = "application/vnd.ms-outlook"
_SUFFIX_OF = {
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    OUTLOOK: ".msg",
    "application/vnd.ms-word.document.macroenabled.12": ".docm",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "message/rfc822": ".eml",
    "text/rtf": ".rtf",
}

# What hides its content: the advice for each, by the name that such a file has.
_SEALED = {
    "winmail.dat": "Outlook packed what is attached in its own way (TNEF), and it is not read. Open it in Outlook and save the letter.",
    "smime.p7m": "The message is signed or encrypted (S/MIME), and it is not read. Open it in the mail program and save the letter.",
}
_SEALED_AS = {
    **dict.fromkeys(("application/ms-tnef", "application/vnd.ms-tnef"), "winmail.dat"),
    **dict.fromkeys(("application/pkcs7-mime", "application/x-pkcs7-mime"), "smime.p7m"),
}
_LEFTOVER = re.compile(r"ATT\d+\.(?:txt|html?)", re.IGNORECASE)  # pieces of a message that mail servers make files of
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff/\\]")
_NAME_LENGTH = 200
_STUB_WORDS = 20
_STUB_SHARE = 4


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message, or a message in a message.

    `is_document` tells whether somebody should know when it cannot be read; `error` is set where that is known already. `reader` reads
    what is not a file by itself; where it is None, the content tells.
    """

    name: str
    content: bytes
    is_document: bool
    error: ReadError | None = None
    reader: Any = None


@dataclass
class Attachments:
    """The attached files of one message as they are found: which may be letters, each under a name of its own."""

    _taken: dict[str, int] = field(default_factory=dict)

    def wanted(self, given: str, kind: str) -> str | None:
        """Return the name under which a file of this name and MIME type is read, or None where it can be no letter."""
        suffix = _suffix(given, kind)
        name = _UNSAFE.sub("_", one_line(given).replace("\\", "/").rpartition("/")[2])[-_NAME_LENGTH:]
        if _sealed(given, kind):
            return self._unique(name or _sealed(given, kind))
        if suffix not in LETTERS or _LEFTOVER.fullmatch(name):
            return None
        return self._unique(name or f"attachment{suffix}")

    def _unique(self, name: str) -> str:
        path, number, free = PurePosixPath(name), self._taken.get(name, 0), name
        while number and free in self._taken:
            number += 1
            free = f"{path.stem} ({number}){path.suffix}"
        self._taken[name] = max(number, 1)
        self._taken.setdefault(free, 1)
        return free


def attachment(name: str, kind: str, content: bytes) -> Attachment:
    """Return an attached file of this name and MIME type."""
    sealed = _sealed(name, kind)
    error = ReadError(ErrorCode.UNSUPPORTED, _SEALED[sealed]) if sealed else None
    return Attachment(name, content, _suffix(name, kind) not in _TEXTS, error)


def _suffix(name: str, kind: str) -> str:
    """Return the ending that says what an attached file is meant to be."""
    return _SUFFIX_OF.get(kind.lower()) or PurePosixPath(name).suffix.lower()


def _sealed(name: str, kind: str) -> str:
    """Return the name of a kind of file that hides its content, or nothing for others."""
    return name.lower() if name.lower() in _SEALED else _SEALED_AS.get(kind.lower(), "")


def header_block(headers: Mapping[str, str]) -> Block:
    """Return the header lines that a reader of the message sees, the date as letters write it."""
    return Block("\n".join(_header_lines(headers)), Part.HEADER)


def _header_lines(headers: Mapping[str, str]) -> Iterator[str]:
    for name in SHOWN:
        text = one_line(headers.get(name, ""))
        if text:
            yield f"{name}: {_day(text) if name == 'Date' else text}"


def _day(date: str) -> str:
    """Return the day of a header's date as letters write it, or the date as it stands where it is malformed."""
    try:
        day = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return date
    return f"{day.day} {day:%B %Y}"


def body_blocks(plain: str, pages: Sequence[str]) -> list[Block]:
    """Return the blocks of a message without the thread below it: of its plain text, else of its HTML."""
    if plain.strip() and not (pages and _is_stub(plain, pages)):
        return plain_blocks(plain)
    return rich_message(_pages(pages, quoted=False) or _pages(pages, quoted=True))


def _is_stub(plain: str, pages: Sequence[str]) -> bool:
    """Tell whether the plain text only says that the message is in HTML."""
    words = len(plain.split())
    if words > _STUB_WORDS:
        return False
    try:
        return sum(len(block.text.split()) for block in _pages(pages, quoted=False)) > _STUB_SHARE * words
    except ReadError:
        return False


def _pages(pages: Sequence[str], *, quoted: bool) -> list[Block]:
    from readers.html import html_blocks  # noqa: PLC0415 (only for messages without plain text)

    return [block for page in pages for block in html_blocks(page, quoted=quoted)]
