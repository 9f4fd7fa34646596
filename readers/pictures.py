"""Letters that are pictures: PNG, JPEG, and TIFF with one page or many. They are read by OCR, as scans in a PDF are."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps, ImageSequence

from models.finding import ErrorCode, ReadError
from models.letter import Block
from models.settings import Limits
from readers import ocr, pdf

_FORMATS = ("PNG", "JPEG", "TIFF")
_MOST_PIXELS = 80_000_000  # a page of A4 at 600 dots an inch has 35 million
_SQUARE = 1.2  # fax machines' dots may be twice as high as wide


def blocks(content: bytes, limits: Limits) -> list[Block]:
    """Return the blocks of the letter, a page a picture.

    Raises ReadError (`no_text`, also where OCR is not installed; `too_large`).
    """
    if not ocr.is_installed():
        raise ocr.no_text()
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as file:
            return pdf.scan_blocks(_scans(file, limits))
    except Image.DecompressionBombError as error:
        raise _too_large() from error


def _scans(file: Image.Image, limits: Limits) -> Iterator[ocr.Scan]:
    for number, frame in enumerate(ImageSequence.Iterator(file), 1):
        if number > limits.pages:
            raise ReadError(ErrorCode.TOO_LARGE, f"The picture has more than {limits.pages} pages. Split it, or raise limits.pages.")
        if frame.width * frame.height > _MOST_PIXELS:
            raise _too_large()
        yield ocr.read(_grey(frame), number)


def _too_large() -> ReadError:
    return ReadError(ErrorCode.TOO_LARGE, "The picture has more dots than a letter needs. Save it at 300 dots an inch and try again.")


def _grey(frame: Image.Image) -> ocr.Picture:
    """Return the picture the right way up, in grey on white paper, no larger than OCR needs it."""
    frame.draft("L", (ocr.SIDE, ocr.SIDE))  # a large JPEG is unpacked at a fraction of its size
    upright = ImageOps.exif_transpose(frame)
    if upright.has_transparency_data:
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright.convert("RGBA"))
    grey = _squared(upright.convert("L"), frame.info.get("dpi", (1, 1)))
    grey.thumbnail((ocr.SIDE, ocr.SIDE))
    return np.asarray(grey)


def _squared(grey: Image.Image, dpi: tuple[float, float]) -> Image.Image:
    """Return the picture with dots as high as wide."""
    across, down = map(float, dpi)
    if not down or across / down < _SQUARE:
        return grey
    return grey.resize((grey.width, round(grey.height * across / down)))
