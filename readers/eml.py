"""E-mail (.eml): the message without the thread quoted below it, and the files attached to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import cast

from models.letter import Block, Part
from models.settings import Limits
from readers.clean import one_line
from readers.text import text_blocks

_SHOWN = ("Subject", "From", "To", "Cc", "Date")
_DOCUMENTS = {".pdf", ".doc", ".docx"}
_DOCUMENT_TYPES = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_LETTERS = _DOCUMENTS | {".txt", ".md", ".eml"}
_MESSAGE = "message/rfc822"
_THREAD = re.compile(
    r"^(?:"
    r"-{3,} ?(?:original message|forwarded message|forwarded by|original appointment).*"
    r"|begin forwarded message:"
    r"|on\b(?=.*(?:@|\d:\d\d)).{5,300}\bwrote: *$"
    r"|[*_]*from:[*_]* .+\n(?:.*\n){0,2}?[*_]*(?:sent|date):[*_]* .+\n(?:.*\n){0,3}?[*_]*(?:to|subject):[*_]* "
    r")",
    re.IGNORECASE | re.MULTILINE,
)
_WROTE = re.compile(r"^(on\b[^\n]{5,200})\n([^\n]{0,100}\bwrote:) *$", re.IGNORECASE | re.MULTILINE)
_HEAD_BLOCKS = 5
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff/\\]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message. `is_document` tells whether somebody should know when it cannot be read."""

    name: str
    content: bytes
    is_document: bool


def blocks(content: bytes, limits: Limits) -> list[Block]:  # noqa: ARG001 (every reader is called the same way)
    """Return the message's header lines as one block, then its body; the plain text is preferred to the HTML.

    Where the message is nothing but a quoted or forwarded one, that is the body.
    """
    message = _message(content)
    return [Block("\n".join(_header_lines(message)), Part.HEADER), *_body(message)]


def attachments(content: bytes, *, messages: bool = True) -> list[Attachment]:
    """Return the attached files that may be letters, each with a name of its own; attached messages only with `messages`."""
    found: list[Attachment] = []
    for part in _parts(_message(content)):
        suffix = _suffix(part)
        if suffix not in _LETTERS or not _is_file(part) or (suffix == ".eml" and not messages):
            continue
        name = _unique(_name(part, f"attachment{suffix}"), {one.name for one in found})
        found.append(Attachment(name, _payload(part), suffix in _DOCUMENTS))
    return found


def _message(content: bytes) -> EmailMessage:
    return message_from_bytes(content.removeprefix(b"\xef\xbb\xbf"), policy=policy.default)


def _parts(message: Message) -> Iterator[Message]:
    """Yield the message's parts that hold something, without going into attached messages."""
    if message.get_content_type() != _MESSAGE and message.is_multipart():
        for part in cast("list[Message]", message.get_payload()):
            yield from _parts(part)
    else:
        yield message


def _header_lines(message: Message) -> Iterator[str]:
    for name in _SHOWN:
        text = one_line(_header(message, name))
        if text:
            yield f"{name}: {_day(text) if name == 'Date' else text}"


def _header(message: Message, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except Exception:  # noqa: BLE001 (the library fails in many ways on malformed addresses; the letter is in the body)
        return ""


def _day(date: str) -> str:
    """Return the day of a header's date as letters write it, or the date as it stands where it is malformed."""
    try:
        day = parsedate_to_datetime(date)
    except ValueError:
        return date
    return f"{day.day} {day:%B %Y}"


def _body(message: Message) -> list[Block]:
    texts = [part for part in _parts(message) if not _is_file(part)]
    plain = "\n\n".join(_text(part) for part in texts if part.get_content_type() == "text/plain")
    if plain.strip():
        return text_blocks(_own(_WROTE.sub(r"\1 \2", plain))) or text_blocks(plain)
    from readers.html import html_blocks  # noqa: PLC0415 (only for messages without plain text)

    page = [block for part in texts if part.get_content_type() == "text/html" for block in html_blocks(_text(part))]
    return list(_above_thread(page)) or page


def _own(text: str) -> str:
    """Return the text above the first sign of a quoted thread, without quoted lines."""
    start = _THREAD.search(text)
    above = text if start is None else text[: start.start()]
    return "\n".join(line for line in above.split("\n") if not line.startswith(">"))


def _above_thread(body: list[Block]) -> Iterator[Block]:
    for index, block in enumerate(body):
        # The lines of a thread's head may stand in one block or in several.
        near = "\n".join(one.text for one in body[index : index + _HEAD_BLOCKS]) + "\n"
        start = _THREAD.search(near)
        kept = block.text if start is None else block.text[: start.start()].strip()
        if kept:
            yield replace(block, text=kept)
        if start is not None and start.start() < len(block.text):
            return


def _text(part: Message) -> str:
    payload = _payload(part).replace(b"\r\n", b"\n")
    for charset in (part.get_content_charset(), "utf-8"):
        try:
            return _unflowed(payload.decode(charset or "utf-8"), part)
        except (LookupError, UnicodeError):
            continue
    return _unflowed(payload.decode("cp1252", errors="replace"), part)


def _unflowed(text: str, part: Message) -> str:
    """Join the lines of a paragraph that a mail program parted for the way (RFC 3676)."""
    if part.get_param("format", "") != "flowed":
        return text
    glue = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
    return re.sub(r"(?m)^(?!-- $)(.*\S) \n(?=\S)", rf"\1{glue}", text)


def _payload(part: Message) -> bytes:
    if part.get_content_type() == _MESSAGE:
        return b"".join(inner.as_bytes(policy=policy.compat32) for inner in cast("list[Message]", part.get_payload()))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _is_file(part: Message) -> bool:
    return bool(part.get_filename()) or part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text"


def _suffix(part: Message) -> str:
    """Return the ending that says what an attached file is meant to be."""
    kind = part.get_content_type()
    if kind == _MESSAGE:
        return ".eml"
    return _DOCUMENT_TYPES.get(kind) or PurePosixPath(part.get_filename() or "").suffix.lower()


def _name(part: Message, otherwise: str) -> str:
    """Return the attachment's name without folders or characters that do not belong in a name."""
    given = part.get_filename() or ""
    if not given and part.get_content_type() == _MESSAGE:
        return "message.eml"
    return _UNSAFE.sub("_", one_line(given).replace("\\", "/").rpartition("/")[2]) or otherwise


def _unique(name: str, taken: set[str]) -> str:
    path, number, free = PurePosixPath(name), 1, name
    while free in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free
