"""E-mail as it is sent (.eml): the message without the thread quoted below it, and the files attached to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Any, cast

from models.finding import ErrorCode, ReadError
from models.letter import Block
from models.settings import Limits
from readers import mail
from readers.charsets import decoded

_MESSAGE = "message/rfc822"
_MULTIPART = re.compile(rb"\bboundary\s{0,9}=", re.IGNORECASE)
_MULTIPARTS = 300  # a message has three or four; the library's time grows with their depth times the lines
_HEADER_LENGTH = 2000  # of what follows nothing is shown, and malformed headers take the library the square of their length


class _Policy(policy.EmailPolicy):
    """The library's policy, with headers no longer than anybody reads, and empty where they are malformed."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, text = super().header_source_parse(sourcelines)
        return name, text[:_HEADER_LENGTH]

    def header_fetch_parse(self, name: str, value: str) -> Any:
        try:
            return super().header_fetch_parse(name, value)
        except Exception:  # noqa: BLE001 (the library fails in many ways on malformed addresses; the letter is in the body)
            return ""


POLICY: Any = _Policy()


def blocks(content: bytes, limits: Limits) -> list[Block]:  # noqa: ARG001 (every reader is called the same way)
    """Return the message's header lines as one block, then its body; the plain text is preferred to the HTML.

    Where the message is nothing but a quoted or forwarded one, that is the body. Raises ReadError (`too_large`) for a message of more
    parts than can be taken apart, or HTML nested too deeply.
    """
    message = _message(content)
    texts = [part for part in _parts(message) if not _is_file(part)]
    plain = "\n\n".join(_text(part) for part in texts if part.get_content_type() == "text/plain")
    pages = [_text(part) for part in texts if part.get_content_type() == "text/html"]
    return [mail.header_block({name: str(message.get(name, "")) for name in mail.SHOWN}), *mail.body_blocks(plain, pages)]


def attachments(content: bytes, limits: Limits) -> Iterator[mail.Attachment]:  # noqa: ARG001
    """Yield the attached files that may be letters, each with a name of its own. Raises ReadError as `blocks` does."""
    found = mail.Attachments()
    for part in _parts(_message(content)):
        kind = part.get_content_type()
        name = found.wanted(_name(part), kind) if _is_file(part) else None
        if name is not None:
            yield mail.attachment(name, kind, _payload(part))


def _message(content: bytes) -> EmailMessage:
    if sum(1 for _ in _MULTIPART.finditer(content)) > _MULTIPARTS:
        raise ReadError(ErrorCode.TOO_LARGE, "The e-mail has more parts than a letter has. Save the letter in it by itself and try that.")
    return message_from_bytes(content.removeprefix(b"\xef\xbb\xbf"), policy=POLICY)


def _parts(message: Message) -> Iterator[Message]:
    """Yield the message's parts that hold something, without going into attached messages."""
    if message.get_content_type() != _MESSAGE and message.is_multipart():
        for part in cast("list[Message]", message.get_payload()):
            yield from _parts(part)
    else:
        yield message


def _text(part: Message) -> str:
    return _unflowed(decoded(_payload(part), part.get_content_charset()).replace("\r\n", "\n"), part)


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


def _name(part: Message) -> str:
    return part.get_filename() or ("message.eml" if part.get_content_type() == _MESSAGE else "")
