"""E-mails (.eml) by the standard library: the letter as the message, in text or HTML, or attached to a covering note."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from models.letter import Style
from samples.writers.plain import plain_text
from samples.writers.sheet import Piece, Sheet, columns, split_item
from samples.writers.sheet import cells as row_cells

_HEAD_LINE = re.compile(r"(From|To|Subject|Sent|Date): *(.+)")
_DAY_AND_TIME = re.compile(r"(?:[A-Z][a-z]+,? )?\d{1,2} [A-Z][a-z]+,? \d{4}(?:,? (?:at )?\d{1,2}[:.]\d{2})?")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"></head>
<body style="font-family: Arial, sans-serif; font-size: 11pt">
{}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, when and about what; `identity` tells the message from others."""

    identity: str
    landlord: str
    resident: str
    date: dt.date
    subject: str


def text_mail(sheet: Sheet, envelope: Envelope, arrangement: frozenset[str]) -> bytes:
    """Return an e-mail whose text is the letter."""
    head, rest = _split_head(sheet)
    message = _message(envelope, head)
    message.set_content(plain_text(rest, wrapped="wrapped" in arrangement), cte="quoted-printable")
    return message.as_bytes()


def html_mail(sheet: Sheet, envelope: Envelope) -> bytes:
    """Return an e-mail that has the letter as HTML only."""
    head, rest = _split_head(sheet)
    message = _message(envelope, head)
    message.set_content(_PAGE.format("\n".join(_html(rest))), subtype="html", cte="quoted-printable")
    return message.as_bytes()


def covering_mail(envelope: Envelope, signatory: str, name: str, content: bytes) -> bytes:
    """Return an e-mail that says only that a letter is attached, with the letter's file."""
    message = _message(envelope, {})
    note = "Please find our letter attached. It has also been put in the post.\n\nIf you cannot open it, reply to this e-mail."
    message.set_content(f"Dear {envelope.resident}\n\n{note}\n\nKind regards\n\n{signatory}\n{envelope.landlord}\n")
    subtype = "pdf" if name.endswith(".pdf") else "vnd.openxmlformats-officedocument.wordprocessingml.document"
    message.add_attachment(content, maintype="application", subtype=subtype, filename=name)
    # The library's own boundaries are random, and the file would change with every run.
    message.set_boundary(f"=_{envelope.identity}")
    return message.as_bytes()


def _split_head(sheet: Sheet) -> tuple[dict[str, str], Sheet]:
    """Return what the letter's first lines say of sender, receiver and subject, and the letter without these lines."""
    head: dict[str, str] = {}
    body = list(sheet.body)
    while body and (found := [_HEAD_LINE.fullmatch(line) for line in body[0].text.split("\n")]) and all(found):
        head |= {match[1]: match[2] for match in found if match}
        body.pop(0)
    sent = head.get("Sent") or head.get("Date")
    if sent and not _DAY_AND_TIME.fullmatch(sent):
        body.insert(0, Piece(Style.PARAGRAPH, (f"Sent: {sent}",)))  # it says more than a date
    return head, replace(sheet, body=tuple(body))


def _message(envelope: Envelope, head: dict[str, str]) -> EmailMessage:
    message = EmailMessage()
    domain = _domain(envelope.landlord)
    message["From"] = _address(head.get("From", envelope.landlord), f"complaints@{domain}")
    message["To"] = _address(head.get("To", envelope.resident), "resident@post.example")
    message["Subject"] = head.get("Subject", envelope.subject)
    message["Date"] = format_datetime(dt.datetime.combine(envelope.date, dt.time(10, 30), dt.UTC))
    message["Message-ID"] = f"<{envelope.identity}@{domain}>"
    return message


def _address(shown: str, otherwise: str) -> Address | str:
    return shown if _ADDRESS.fullmatch(shown) else Address(shown, addr_spec=otherwise)


def _domain(landlord: str) -> str:
    return "".join(re.findall(r"[a-z]+", landlord.lower())) + ".example"


def _html(sheet: Sheet) -> Iterator[str]:
    yield from (f"<div>{escape(line)}</div>" for line in sheet.header)
    for piece in sheet.body:
        yield from _html_piece(piece)
    yield from (f"<div><small>{escape(line)}</small></div>" for line in sheet.footer)


def _html_piece(piece: Piece) -> Iterator[str]:
    if piece.style is Style.ITEM:
        yield from _html_lists(piece)
    elif piece.style is Style.ROW:
        width = columns(piece.texts)
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row_cells(row, width)) for row in piece.texts)
        yield f'<table border="1">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>'
    else:
        tag = "h3" if piece.style is Style.HEADING else "p"
        yield f"<{tag}>{escape(piece.text).replace(chr(10), '<br>')}</{tag}>"


def _html_lists(piece: Piece) -> Iterator[str]:
    for is_bullet, group in itertools.groupby(map(split_item, piece.texts), key=lambda item: item[0] == "-"):
        items = list(group)
        if is_bullet:
            yield f"<ul>{''.join(f'<li>{escape(text)}</li>' for _, text in items)}</ul>"
        else:
            yield from (f"<p>{escape(mark)}&nbsp; {escape(text)}</p>" for mark, text in items)
