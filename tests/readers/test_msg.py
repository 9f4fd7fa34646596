"""Outlook's messages: headers, body in whichever form there is, and what is attached."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import FINDING, letter_of, shown, word_letter
from making_ole import attached_file, attached_message, message, ole_bytes

import readers
from models.finding import ErrorCode
from models.letter import Letter, Unread
from models.settings import Limits
from readers.lzfu import unpacked

# The example of [MS-OXRTFCP] 3.1.1.
_PACKED = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")
_PLAIN = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def _body(**given: object) -> list[str]:
    return [text for _, _, text in shown(letter_of(ole_bytes(message(**given))))[1:]]  # type: ignore[arg-type]


def test_header_block_and_body() -> None:
    """The first block is the subject and who wrote to whom and when; then comes the message without its thread."""
    body = "Dear Mrs Okafor\r\n\r\nWe uphold it.\r\n\r\nFrom: A Okafor\r\nSent: 14 March 2025\r\nTo: Jo\r\nSubject: Damp\r\n\r\nMy old text"
    assert shown(letter_of(ole_bytes(message(body)))) == [
        (
            "header",
            "paragraph",
            "Subject: Your complaint\nFrom: Jo Clarke <jo@hexley.example>\nTo: Mrs A Okafor\nDate: 14 March 2025",
        ),
        ("body", "paragraph", "Dear Mrs Okafor"),
        ("body", "paragraph", "We uphold it."),
    ]


def test_headers_as_they_came() -> None:
    """The headers that came over the net go before those that Outlook keeps."""
    head = letter_of(ole_bytes(message("Dear", headers="From: Sam Hill <s@mail.example>\r\nDate: Mon, 3 Mar 2025 10:00:00 +0000\r\n\r\n")))
    assert head.passages[0].text == "Subject: Your complaint\nFrom: Sam Hill <s@mail.example>\nTo: Mrs A Okafor\nDate: 3 March 2025"


@pytest.mark.parametrize(
    "given",
    [
        {"body": "Pay £50 – now"},
        {"body": "Pay £50 – now", "code_page": 1252},
        {"html": "<p>Pay £50 – now</p>".encode("cp1252"), "code_page": 1252},
        {"html": '<meta charset="utf-8"><p>Pay £50 – now</p>'.encode()},
        {"rtf": struct.pack("<IIII", 0, 200, 0x414C454D, 0) + rb"{\rtf1\ansi\ansicpg1252 Pay \'a350 \'96 now}"},
    ],
)
def test_bodies(given: dict[str, object]) -> None:
    """Plain text, HTML and rich text are read, in Unicode or in the code page that the message names."""
    assert _body(**given) == ["Pay £50 – now"]


def test_compressed_rich_text() -> None:
    """Rich text is unpacked as the specification's example is."""
    assert unpacked(_PACKED, Limits()) == _PLAIN
    assert _body(rtf=_PACKED) == ["hello world"]
    wide = struct.pack("<IIII", 0, 2**31, 0x75465A4C, 0)
    (unread,) = readers.read_bytes(ole_bytes(message(rtf=wide)), "m.msg", Limits())
    assert isinstance(unread, Unread)
    assert unread.error.code is ErrorCode.TOO_LARGE


def test_attached_letters_and_messages() -> None:
    """Letters attached, also to a message attached, follow under paths of their own; pictures are passed over."""
    inner = message("Inner.", subject="Damp", inner=True, attached=(attached_file("L.docx", word_letter("Letter within")),))
    files = (
        attached_file("logo.png", b"\x89PNG"),
        attached_file("R.docx", word_letter("Attached")),
        attached_message(inner, "Damp"),
        attached_message(message("Second.", inner=True)),
        attached_file("winmail.dat", b"x"),
    )
    found = readers.read_bytes(ole_bytes(message("Dear", attached=files)), "mail.msg", Limits())
    paths = ["mail.msg", "mail.msg#R.docx", "mail.msg#Damp", "mail.msg#Damp#L.docx", "mail.msg#message.msg", "mail.msg#winmail.dat"]
    assert [one.path for one in found] == paths
    *letters, unread = found
    assert [one.text.splitlines()[-1] for one in letters if isinstance(one, Letter)] == [
        "Dear",
        "Attached",
        "Inner.",
        "Letter within",
        "Second.",
    ]
    assert len({one.sha256 for one in letters}) == 5
    assert isinstance(unread, Unread)
    assert unread.error.code is ErrorCode.UNSUPPORTED


def test_body_and_attachment_fail_apart() -> None:
    """A body that cannot be read does not take the attached letter with it."""
    damaged = message(rtf=b"rubbish", attached=(attached_file("R.docx", word_letter("Attached")),))
    unread, letter = readers.read_bytes(ole_bytes(damaged), "mail.msg", Limits())
    assert isinstance(unread, Unread)
    assert unread.error.code is ErrorCode.CORRUPT
    assert isinstance(letter, Letter)
    assert letter.text == "Attached"


_SOUND = ole_bytes(message(FINDING, attached=(attached_file("a.txt", FINDING.encode()),)))


@given(cut=st.integers(0, 600), places=st.lists(st.tuples(st.integers(0, len(_SOUND) - 1), st.integers(0, 255)), max_size=8))
def test_damaged_messages_never_raise(cut: int, places: list[tuple[int, int]]) -> None:
    """A message with bytes changed and its end cut off is read or refused, never a crash."""
    content = bytearray(_SOUND)
    for place, value in places:
        content[place] = value
    readers.read_bytes(bytes(content[: len(content) - cut]), "m.msg", Limits())


@given(st.binary(max_size=200))
def test_any_packed_text_ends(packed: bytes) -> None:
    """Whatever stands packed, no more comes out than the header says."""
    assert len(unpacked(struct.pack("<IIII", 0, 100, 0x75465A4C, 0) + packed, Limits())) <= 100
