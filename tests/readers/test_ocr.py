"""Scans: without the `ocr` extra they are named as such; with it they are read like the letters that were scanned."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from making import FINDING, drawn_pdf, error_of, letter_of, set_pdf
from PIL import Image, ImageFilter
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from models.finding import ErrorCode
from models.settings import Limits
from readers import ocr

ROOT = Path(__file__).parents[2]
ADVICE = 'pip install "letterproof[ocr]"'
LINES = [
    "14 March 2025",
    "Dear Mrs Okafor",
    FINDING,
    "1. We will pay you £125.50 by 2 May 2025.",
    "Write to complaints@hexley-homes.example or telephone 01632 960 123, quoting HX/25/00417.",
]
READ_AND_TELL = """\
import sys
from pathlib import Path
import readers
from models.settings import Limits
(letter,) = readers.read(Path(sys.argv[1]), Limits())
print(len(letter.text), *(name for name in ("rapidocr", "onnxruntime", "cv2") if name in sys.modules))
"""
READ_OFFLINE = (
    """\
import socket, sys
def refuse(*_): raise OSError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = refuse
"""
    + READ_AND_TELL
)

needs_ocr = pytest.mark.skipif(not ocr.is_installed(), reason="the ocr extra is not installed")


@pytest.fixture
def _without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as Python has a package that is not there


def _picture(*lines: str, dpi: int = 200) -> Image.Image:
    with pypdfium2.PdfDocument(set_pdf(list(lines))) as document:
        picture: Image.Image = document[0].render(scale=dpi / 72).to_pil()
    return picture.convert("L")


def _saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def _claiming(width: int, height: int) -> bytes:
    """Return a tiny picture whose head says that it has so many dots."""
    content = bytearray(_saved(Image.new("1", (8, 8)), "PNG"))
    content[16:24] = struct.pack(">II", width, height)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


def _bound(*files: bytes) -> bytes:
    writer = PdfWriter()
    for file in files:
        writer.append(PdfReader(io.BytesIO(file)))
    bound = io.BytesIO()
    writer.write(bound)
    return bound.getvalue()


def _stamped(sheet: Canvas) -> None:
    sheet.drawImage(ImageReader(_picture(*LINES)), 0, 0, *A4)
    sheet.drawString(72, 20, "Scanned on the second floor")


@pytest.mark.usefixtures("_without_ocr")
@pytest.mark.parametrize("kind", ["PDF", "PNG", "JPEG", "TIFF"])
def test_without_ocr_a_scan_says_how_to_install_it(kind: str) -> None:
    """A scan is no letter without the extra, and the message says what to install."""
    error = error_of(_saved(_picture(*LINES), kind)).error
    assert error.code is ErrorCode.NO_TEXT
    assert ADVICE in error.message


@pytest.mark.usefixtures("_without_ocr")
def test_without_ocr_a_scanners_own_line_is_no_letter() -> None:
    """A few words of the scanner's on the picture of a page do not make it a letter."""
    assert error_of(drawn_pdf(_stamped)).error.code is ErrorCode.NO_TEXT


@pytest.mark.usefixtures("_without_ocr")
def test_without_ocr_typed_pages_are_read() -> None:
    """A scan among typed pages does not keep these from being read."""
    assert [passage.text for passage in letter_of(_bound(set_pdf(LINES), _saved(_picture(FINDING), "PDF"))).passages] == LINES


@pytest.mark.usefixtures("_without_ocr")
def test_a_short_page_with_a_small_picture_is_typed() -> None:
    """A logo or a signature does not make a page with little text a scan."""

    def draw(sheet: Canvas) -> None:
        sheet.drawString(72, 700, "We will call you on Monday.")
        sheet.drawImage(ImageReader(_picture(FINDING)), 72, 500, 200, 100)

    assert letter_of(drawn_pdf(draw)).text == "We will call you on Monday."


def test_a_typed_letter_loads_no_ocr(tmp_path: Path) -> None:
    """Reading a typed PDF loads nothing of the extra."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(set_pdf(LINES))
    told = subprocess.run([sys.executable, "-c", READ_AND_TELL, path], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert told.stdout.split()[1:] == []


def test_a_poster_makes_no_larger_picture_than_a_page() -> None:
    """However large a page says that it is, the picture that is made of it keeps to its bounds."""
    file = io.BytesIO()
    sheet = Canvas(file, pagesize=(14_400, 14_400))
    sheet.showPage()
    sheet.save()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        assert ocr.picture(document[0]).shape == (ocr.SIDE, ocr.SIDE)


def test_ocr_that_does_not_start_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the extra's libraries fail to load, the message says to install them anew, and does not blame the file."""
    for name in ("rapidocr", "onnxruntime"):
        monkeypatch.delitem(sys.modules, name, raising=False)
        (tmp_path / f"{name}.py").write_text("raise ImportError('a library of the system is missing')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    ocr._engine.cache_clear()
    error = error_of(_saved(_picture(*LINES), "PDF")).error
    assert error.code is ErrorCode.NO_TEXT
    assert "Install it anew" in error.message


@needs_ocr
@pytest.mark.slow
def test_a_missing_model_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package does not carry the models that are known, it is said, and none is looked for elsewhere."""
    monkeypatch.setitem(ocr._MODELS, "Det", "of-another-release.onnx")
    ocr._engine.cache_clear()
    assert "Install it anew" in error_of(_saved(_picture(*LINES), "PDF")).error.message
    ocr._engine.cache_clear()


@needs_ocr
@pytest.mark.slow
def test_a_scan_is_read_as_the_letter_was_typed() -> None:
    """Paragraphs, items, amounts, addresses and references of a scan are the letter's, each with its page and how sure OCR is."""
    letter = letter_of(_bound(set_pdf(["Page one is typed."]), _saved(_picture(*LINES), "PDF")))
    typed, *scanned = letter.passages
    assert (typed.text, typed.page, typed.confidence) == ("Page one is typed.", 1, None)
    assert [passage.text for passage in scanned] == LINES
    assert {passage.page for passage in scanned} == {2}
    assert all(0.9 < passage.confidence <= 1 for passage in scanned if passage.confidence is not None)
    assert None not in {passage.confidence for passage in scanned}


@needs_ocr
@pytest.mark.slow
@pytest.mark.parametrize("angle", [180, 270, 2])
def test_a_scan_that_lies_askew(angle: int) -> None:
    """A page on its side, upside down or askew reads as if it were straight."""
    turned = _picture(*LINES).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert [passage.text for passage in letter_of(_saved(turned, "PDF", quality=90)).passages] == LINES


@needs_ocr
@pytest.mark.slow
def test_a_fax_of_two_pages() -> None:
    """Each picture in a TIFF file is a page, also where its dots are twice as high as wide."""
    fax = [_picture(FINDING, dpi=204), _picture(LINES[-1], dpi=204)]
    halved = [page.resize((page.width, page.height // 2)).convert("1") for page in fax]
    content = _saved(halved[0], "TIFF", save_all=True, append_images=halved[1:], dpi=(204, 102), compression="group4")
    assert [(passage.text, passage.page) for passage in letter_of(content).passages] == [(FINDING, 1), (LINES[-1], 2)]
    assert error_of(content, Limits(pages=1)).error.code is ErrorCode.TOO_LARGE


@needs_ocr
@pytest.mark.slow
def test_a_see_through_picture() -> None:
    """What is see-through in a picture is white paper."""
    ink = _picture(FINDING).point(lambda shade: 255 - shade)
    sheet = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    sheet.putalpha(ink)
    assert letter_of(_saved(sheet, "PNG")).text == FINDING


@needs_ocr
@pytest.mark.slow
def test_a_page_that_cannot_be_read_for_the_most_part() -> None:
    """A scan too poor to be read is not judged: the message names the page."""
    poor = _picture(*LINES, dpi=40).filter(ImageFilter.GaussianBlur(0.7))
    error = error_of(_bound(set_pdf(LINES), _saved(poor, "PDF"))).error
    assert error.code is ErrorCode.NO_TEXT
    assert "page 2 is too poor" in error.message


@needs_ocr
def test_an_empty_page_has_no_text() -> None:
    """Where OCR finds nothing either, the advice is not to install it."""
    error = error_of(_saved(Image.new("L", (600, 800), 255), "PNG")).error
    assert error.code is ErrorCode.NO_TEXT
    assert ADVICE not in error.message


@needs_ocr
def test_pictures_too_large_or_damaged() -> None:
    """A picture with more dots than a letter needs is refused before it is unpacked, and one cut short is damaged."""
    assert error_of(_claiming(10_000, 8_500)).error.code is ErrorCode.TOO_LARGE
    assert error_of(_claiming(20_000, 20_000)).error.code is ErrorCode.TOO_LARGE
    assert error_of(_saved(_picture(FINDING), "JPEG")[:-2000]).error.code is ErrorCode.CORRUPT


@needs_ocr
@pytest.mark.slow
def test_ocr_fetches_nothing(tmp_path: Path) -> None:
    """A scan is read in a process that cannot reach the network."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(_saved(_picture(FINDING), "PDF"))
    told = subprocess.run([sys.executable, "-c", READ_OFFLINE, path], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert told.stdout.split() == [str(len(FINDING)), "rapidocr", "onnxruntime", "cv2"]
