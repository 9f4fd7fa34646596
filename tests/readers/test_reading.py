"""The type of a file is told from its content, and every file that cannot be read gets its code and advice."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import FINDING, error_of, letter_of, set_pdf, word_letter
from making_ole import ole_bytes
from PIL import Image
from pypdf import PdfReader, PdfWriter

import readers
from models.finding import ErrorCode
from models.letter import Letter, Unread
from models.settings import Limits
from readers.mail import LETTERS


def _picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (20, 20)).save(file, kind)
    return file.getvalue()


def _locked_pdf(user: str, owner: str) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(set_pdf([FINDING]))))
    writer.encrypt(user, owner, algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _packed(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr(name, "x")
    return file.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ErrorCode.EMPTY),
        (b" \n\n", ErrorCode.NO_TEXT),
        (_picture("GIF"), ErrorCode.UNSUPPORTED),
        (_picture("BMP"), ErrorCode.UNSUPPORTED),
        (_OLE, ErrorCode.CORRUPT),
        (ole_bytes({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), ErrorCode.ENCRYPTED),
        (ole_bytes({"Workbook": b"x"}), ErrorCode.UNSUPPORTED),
        (ole_bytes({"WordDocument": bytes(11) + b"\1"}), ErrorCode.ENCRYPTED),
        (_packed("xl/workbook.xml"), ErrorCode.UNSUPPORTED),
        (b"{\\rtf1{\\info Dear Mrs Okafor}}", ErrorCode.NO_TEXT),
        (b"{\\rtf1 Dear Mrs Okafor" + b"{" * 5000, ErrorCode.CORRUPT),
        (b"\xef\xbb\xbf<!DOCTYPE html><title>Dear Mrs Okafor</title>", ErrorCode.NO_TEXT),
        (b"<html>Dear Mrs Okafor\0\0", ErrorCode.UNSUPPORTED),
        (word_letter(FINDING)[:-400], ErrorCode.CORRUPT),
        (_packed("word/document.xml"), ErrorCode.CORRUPT),
        (set_pdf([FINDING])[:-300], ErrorCode.CORRUPT),
        (b"%PDF-1.7\nrubbish\n%%EOF", ErrorCode.CORRUPT),
        (_locked_pdf("secret", "owner"), ErrorCode.ENCRYPTED),
    ],
)
def test_unreadable(content: bytes, code: ErrorCode) -> None:
    """Each way of being unreadable has its code, and its message says what to do and holds nothing of the letter."""
    unread = error_of(content)
    assert unread.error.code is code
    assert unread.error.message.endswith(".")
    assert "Okafor" not in unread.error.message
    assert unread.sha256


def test_pdf_with_restrictions_only_is_read() -> None:
    """A PDF that opens without a password is read, though changing it needs one."""
    assert "ten working days" in letter_of(_locked_pdf("", "owner")).text


def test_limits() -> None:
    """A file, its pages or what it unpacks to over the limits is too large."""
    document = word_letter(FINDING)
    long = set_pdf([FINDING] * 30)
    for content, limits in (
        (document, Limits(file_bytes=100)),
        (document, Limits(unpacked_bytes=100)),
        (long, Limits(pages=1)),
    ):
        assert error_of(content, limits).error.code is ErrorCode.TOO_LARGE


def test_read_path(tmp_path: Path) -> None:
    """A file is read whatever its name says; a missing file, a folder and an oversized file give their error."""
    wrong_name = tmp_path / "letter.pdf"
    wrong_name.write_bytes(word_letter("Dear Mrs Okafor"))
    (letter,) = readers.read(wrong_name, Limits())
    assert isinstance(letter, Letter)
    assert (letter.path, letter.text) == (str(wrong_name), "Dear Mrs Okafor")
    errors = [
        readers.read(path, limits)[0]
        for path, limits in ((tmp_path / "none.docx", Limits()), (tmp_path, Limits()), (wrong_name, Limits(file_bytes=10)))
    ]
    codes = [error.error.code for error in errors if isinstance(error, Unread)]
    assert codes == [ErrorCode.NOT_FOUND, ErrorCode.UNSUPPORTED, ErrorCode.TOO_LARGE]


@pytest.mark.parametrize("content", [b"x", b"<html><body><h1>404 Not Found</h1>nginx</body></html>"])
@pytest.mark.parametrize("suffix", [".pdf", ".DOCX", ".msg", ".odt"])
def test_rubbish_under_a_letters_name(content: bytes, suffix: str) -> None:
    """A few words in a file that promises to be a PDF or a Word document are no letter; a letter's text is, whatever its name."""
    (unread,) = readers.read_bytes(content, f"letter{suffix}", Limits())
    assert isinstance(unread, Unread)
    assert (unread.error.code, suffix.lower() in unread.error.message) == (ErrorCode.CORRUPT, True)
    assert letter_of(FINDING.encode(), f"letter{suffix}").text == FINDING
    assert letter_of(content, "letter.txt").text


def test_suffixes() -> None:
    """A walk over a folder picks up the formats that are read, and so does an e-mail, of which pictures are no letters."""
    word, other = {".doc", ".docm", ".docx", ".dot", ".dotm", ".dotx"}, {".eml", ".htm", ".html", ".md", ".msg", ".odt", ".ott", ".pdf"}
    pictures = {".png", ".jpg", ".jpeg", ".tif", ".tiff"}
    assert word | other | pictures | {".rtf", ".txt", ".wps"} == readers.SUFFIXES
    assert readers.SUFFIXES - pictures == LETTERS


def test_text_needs_no_library() -> None:
    """Reading plain text loads no library of another format."""
    code = (
        "import sys, readers; readers.letter_from_text('Dear Mrs Okafor'); "
        "print({'lxml', 'docx', 'pypdfium2', 'pdfplumber', 'olefile', 'email'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in {"set()", "{'email'}"}


_STARTS = st.sampled_from(
    [b"", b"%PDF-1.4\n", b"PK\x03\x04", b"From: a@b.example\nSubject: x\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"{\\rtf1 ", b"<html>"]
)


@given(start=_STARTS, rest=st.binary(max_size=200))
def test_random_bytes_never_raise(start: bytes, rest: bytes) -> None:
    """Whatever bytes come in, letters or errors come out, and each passage is the text at its place."""
    for one in readers.read_bytes(start + rest, "x", Limits()):
        if isinstance(one, Letter):
            assert one.text
            assert all(one.text[passage.start : passage.end] == passage.text for passage in one.passages)


@given(cut=st.integers(0, 5000), flip=st.integers(0, 5000), kind=st.sampled_from(["pdf", "docx"]))
def test_damaged_files_never_raise(cut: int, flip: int, kind: str) -> None:
    """A real file with a byte changed and its end cut off is read or refused, never a crash."""
    content = bytearray(_SOUND[kind])
    content[flip % len(content)] ^= 0xFF
    readers.read_bytes(bytes(content[: len(content) - cut % 200]), "x", Limits())


_SOUND = {"pdf": set_pdf([FINDING]), "docx": word_letter(FINDING)}


@given(st.text(max_size=300))
def test_places_hold_for_any_text(text: str) -> None:
    """Each passage of any text is the letter's text at its place, and the passages are all of the text."""
    letter = readers.letter_from_text(text)
    assert all(letter.text[passage.start : passage.end] == passage.text for passage in letter.passages)
    assert "".join(letter.text.split()) == "".join("".join(passage.text.split()) for passage in letter.passages)
