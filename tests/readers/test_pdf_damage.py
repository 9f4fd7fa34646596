"""PDF documents that are damaged or hostile: never judged by what is left, and never without end."""

from __future__ import annotations

import io
import random
import re
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import FINDING, error_of, letter_of, set_pdf
from pypdf import PdfWriter

from bench.damage import KEPT, WAYS, kept
from models.finding import ErrorCode
from models.letter import Letter
from models.settings import Limits
from readers import read_bytes
from samples.render import SAMPLES

_TEXT = b"BT /F1 11 Tf 72 700 Td (Dear Mrs Okafor) Tj ET"
_LETTERS = sorted(SAMPLES.glob("letters/*.pdf"))


def _pdf(*objects: bytes, content: bytes = _TEXT, count: int = 1) -> bytes:
    """Return a PDF of one page with this content; more objects are numbered from 6, the first of which is the form /X."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %s >> >>"
    forms = b"/XObject << /X 6 0 R >>" if objects else b""
    all_objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % count,
        page % forms,
        _stream(content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *objects,
    ]
    file, places = b"%PDF-1.7\n", []
    for number, text in enumerate(all_objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(file))
    return file + head + table + tail


def _stream(content: bytes, about: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), about, packed)


def _form(content: bytes, inside: int | None = None) -> bytes:
    resources = b"" if inside is None else b"/Resources << /XObject << /X %d 0 R >> >>" % inside
    return _stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 99 99] " + resources)


def _code(content: bytes) -> ErrorCode:
    return error_of(content).error.code


@cache
def _sound() -> bytes:
    return set_pdf([FINDING])


def test_any_lost_byte_of_the_text_shows() -> None:
    """A byte changed anywhere in a page's stream is noticed, whether or not it still unpacks."""
    content = _pdf()
    start = content.index(b"stream\n") + 7
    end = content.index(b"\nendstream")
    for place in range(start + 2, end):
        damaged = content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]
        (found,) = read_bytes(damaged, "letter", Limits())
        # The last bits before the checksum may be padding.
        assert found.text == "Dear Mrs Okafor" if isinstance(found, Letter) else found.error.code is ErrorCode.CORRUPT


@pytest.mark.parametrize(
    ("sound", "damaged"),
    [
        (b"4 0 obj", b"4 0 oxj"),
        (b"3 0 obj", b"3 0 oxj"),
        (b"/Kids [3 0 R]", b"/Kids [9 0 R]"),
        (b"/Contents 4 0 R", b"/Contents 9 0 R"),
        (b"/Contents 4 0 R", b"/Contents 4 0 RR"),
        (b"/FlateDecode", b"/FlxteDecode"),
    ],
)
def test_lost_object(sound: bytes, damaged: bytes) -> None:
    """A page, its text or how it is packed that is named but lost is noticed."""
    content = _pdf()
    assert content.count(sound) == 1
    unread = read_bytes(content.replace(sound, damaged), "letter", Limits())[0]
    assert not isinstance(unread, Letter)


def test_lost_page() -> None:
    """Pages that the tree lists but its count leaves out are missed."""
    content = set_pdf([FINDING] * 30)
    assert content.count(b"/Count 3") == 1
    assert _code(content.replace(b"/Count 3", b"/Count 2")) is ErrorCode.CORRUPT


def test_wrong_places_are_mended() -> None:
    """A PDF whose table of places is wrong, but which has all its objects, is read."""
    content = re.sub(rb"\d{10} 00000 n", b"0000000077 00000 n", _sound(), count=3)
    assert letter_of(content).text == FINDING


@pytest.mark.parametrize("lead", [b"", b"\xef\xbb\xbf\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_sound_files_are_read(lead: bytes) -> None:
    """A PDF with something before its start, and one that was written to again, are read."""
    writer = PdfWriter(io.BytesIO(_sound()), incremental=True)
    writer.add_metadata({"/Title": "Letter"})
    file = io.BytesIO()
    writer.write(file)
    assert letter_of(lead + file.getvalue()).text == FINDING


def test_stream_without_checksum() -> None:
    """A stream whose writer left out the checksum is read."""
    packed = zlib.compress(_TEXT)
    assert letter_of(_pdf().replace(_stream(_TEXT), _stream(_TEXT).replace(zlib.compress(_TEXT, 9), packed[:-4]))).text == "Dear Mrs Okafor"


def _nested(depth: int) -> bytes:
    return _pdf(*(_form(b"/X Do\n" * 10, 7 + level) for level in range(depth)), _form(b"0 0 m 9 9 l S"), content=_TEXT + b" /X Do")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: _nested(9), ErrorCode.TOO_LARGE),
        (lambda: _pdf(_form(b"/X Do /X Do", 6), content=_TEXT + b" /X Do"), ErrorCode.TOO_LARGE),
        (lambda: _pdf(content=b" " * 20_000_000), ErrorCode.TOO_LARGE),
        (lambda: _pdf(content=b"BT /F1 11 Tf 72 700 Td 12 TL " + b"(We have looked at the records) ' " * 30_000), ErrorCode.TOO_LARGE),
        (lambda: _pdf(_stream(b" " * 20_000_000, b"/Type /ObjStm /N 1 /First 4")), ErrorCode.TOO_LARGE),
        (lambda: _pdf(count=2), ErrorCode.CORRUPT),
        (lambda: _pdf(count=100_000), ErrorCode.TOO_LARGE),
        (lambda: _pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R 3 0 R]").replace(b"/Count 1", b"/Count 9"), ErrorCode.CORRUPT),
    ],
    ids=["forms in forms", "form in itself", "bomb", "long text", "packed objects", "count", "large count", "tree in itself"],
)
def test_hostile(make: Callable[[], bytes], code: ErrorCode) -> None:
    """A file that is made to exhaust its reader ends with an error."""
    assert _code(make()) is code


def test_forms_drawn_in_forms() -> None:
    """Forms in a form, as programs that put pages together write them, are read."""
    text = b"BT /F1 11 Tf 72 700 Td (Dear Mrs Okafor) Tj ET"
    resources = b"/Resources << /Font << /F1 5 0 R >> >>"
    inner = _stream(text, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + resources)
    outer = _form(b"/X Do", 7).replace(b"[0 0 99 99]", b"[0 0 595 842]")
    assert letter_of(_pdf(outer, inner, content=b"/X Do")).text == "Dear Mrs Okafor"


def test_large_grid() -> None:
    """A page with more lines than a table has is read without them."""
    lines = b"".join(b"%d 0 m %d 800 l S 0 %d m 590 %d l S\n" % (3 * n, 3 * n, 5 * n, 5 * n) for n in range(150))
    assert letter_of(_pdf(content=lines + _TEXT)).text == "Dear Mrs Okafor"


@settings(max_examples=60)
@given(st.binary(max_size=400), st.binary(max_size=200))
def test_any_bytes(head: bytes, tail: bytes) -> None:
    """Whatever is in a file that calls itself a PDF, there is a letter or an error."""
    (found,) = read_bytes(b"%PDF-1.7\n" + head + _pdf() + tail, "letter", Limits())
    assert isinstance(found, Letter) or found.error.code in set(ErrorCode)


@cache
def _whole(number: int) -> Letter:
    (letter,) = read_bytes(_LETTERS[number].read_bytes(), "letter", Limits())
    assert isinstance(letter, Letter)
    return letter


@settings(max_examples=60, derandomize=True)  # bench.damage looks for the rare damage that is not noticed
@given(st.integers(0, len(_LETTERS) - 1), st.sampled_from(WAYS), st.randoms(use_true_random=False))
def test_damaged_samples(number: int, way: Callable[[bytearray, random.Random], None], chance: random.Random) -> None:
    """A sample that is damaged in any way is refused, or read with hardly a word lost."""
    content = bytearray(_LETTERS[number].read_bytes())
    way(content, chance)
    (found,) = read_bytes(bytes(content), "letter", Limits())
    assert not isinstance(found, Letter) or kept(_whole(number).text, found.text) >= KEPT
