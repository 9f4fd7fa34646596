"""Text in pictures of pages, by RapidOCR: a page of pixels in, words with their places and how sure OCR is of them out.

It needs the `ocr` extra. Its models come with the package: nothing is downloaded. docs/scans.md says how it was chosen.
"""

from __future__ import annotations

import functools
import importlib.util
import math
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.finding import ErrorCode, ReadError
from readers.layout import Word

if TYPE_CHECKING:
    import numpy as np

    Picture = np.ndarray[Any, np.dtype[np.uint8]]

SIDE = 2000  # in pixels: the longer side of a picture that is read; on A4 171 dots an inch, and more reads no better
FEW_WORDS = 20  # on a page that is a picture: a scanner's or a fax machine's own line
_PICTURE_SHARE = 0.7  # of a page: a picture that covers so much is the page
_LONG_SIDE = 842.0  # in points, of A4: what a page's longer side is taken for, whatever the file says
_BAR = 0.5  # lines of less confidence are scrawl, or not text
_LEGIBLE = 0.92  # a page of less confidence is upside down, or every third word of it is wrong (docs/scans.md)
_TALL = 1.5  # of its width: the box of a line that runs up the page
_FONT_SHARE = 0.8  # of a line's box: its font's line
_SAME_HEIGHT = 0.2  # of the usual height: boxes of lines in one size differ by so much
_PIECE = re.compile(r"(^(?:\(?(?:\d{1,2}|[A-Za-z])[.)]|[•▪●]))(?=[^\W\d_]{2}|A )|(?<=[^\s•·|])([•·|])(?= )")
_AT = re.compile(r" ?@ ?(?=[\w-]+(?:\.[\w-]+)+)")  # an e-mail address that OCR parted
_GLUED = re.compile(r"(?<=\d)(?=[A-Z][a-z]{2})")  # "2May 2025"
_MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scan:
    """What was read in a picture of a page: the page's size in points, as if it were A4, and its words."""

    width: float
    height: float
    words: list[Word]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: its text, how sure OCR is of it (0 to 1), and its corners in pixels, clockwise from where the text starts on top."""

    text: str
    confidence: float
    corners: tuple[Point, Point, Point, Point]

    @property
    def width(self) -> float:
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        return math.dist(self.corners[0], self.corners[3])

    @property
    def angle(self) -> float:
        (left, top), (right, end) = self.corners[:2]
        return math.atan2(end - top, right - left)

    @property
    def middle(self) -> Point:
        across, down = zip(*self.corners, strict=True)
        return sum(across) / 4, sum(down) / 4


def is_installed() -> bool:
    """Tell whether the `ocr` extra is there; nothing of it is imported."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


def no_text() -> ReadError:
    """Return what is said of a file in which no text was found."""
    if is_installed():
        said = "No text was found, with OCR neither. If it is a scan, scan it again at 300 dots an inch and try that file."
    else:
        advice = 'install OCR (pip install "letterproof[ocr]") or save it as a searchable PDF, and try again'
        said = f"No text was found. If it is a scan, {advice}."
    return ReadError(ErrorCode.NO_TEXT, said)


def is_scan(page: Any, words: int) -> bool:
    """Tell whether PDFium's `page`, on which it finds so many `words`, is the picture of a page."""
    if words:
        import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # noqa: PLC0415 (loaded already where there is a page)

        width, height = page.get_size()
        pictures = (one.get_bounds() for one in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3))
        covered = sum((right - left) * (top - bottom) for left, bottom, right, top in pictures)
        return words < FEW_WORDS and bool(covered > _PICTURE_SHARE * width * height)
    return True


def picture(page: Any) -> Picture:
    """Return PDFium's `page` in grey, with `SIDE` pixels on its longer side, however large it says that it is."""
    rendered: Picture = page.render(scale=SIDE / max(page.get_size()), grayscale=True).to_numpy()
    return rendered.reshape(rendered.shape[:2])


def read(picture: Picture, number: int) -> Scan:
    """Return what stands on page `number`, a picture in grey: askew, on its side or upside down, it is put upright.

    Raises ReadError (`no_text`) where there is a page of text that cannot be read for the most part.
    """
    height, width = picture.shape
    lines = _upright_lines(picture) if picture.min() < picture.max() else []
    if _confidence(lines) < _LEGIBLE:
        _check_words(lines, number)
        lines = []
    lines = [line for line in lines if line.confidence >= _BAR]
    if sum(line.height > _TALL * line.width for line in lines if len(line.text) > 2) * 2 > len(lines):
        lines = [_turned(line, width) for line in lines]
        width, height = height, width
    scale = _LONG_SIDE / max(width, height)
    return Scan(width * scale, height * scale, list(_words(lines, (width / 2, height / 2), scale)))


def _upright_lines(picture: Picture) -> list[_Line]:
    lines = _lines(picture)
    if not lines or _confidence(lines) >= _LEGIBLE:
        return lines
    turned = _lines(picture[::-1, ::-1])
    return max(lines, turned, key=_confidence)


def _lines(picture: Picture) -> list[_Line]:
    try:
        found = _engine()(picture)
    except (ImportError, OSError) as error:  # a library of the system or a model is missing
        said = 'OCR is installed but does not start. Install it anew: pip install --force-reinstall "letterproof[ocr]".'
        raise ReadError(ErrorCode.NO_TEXT, said) from error
    if not found.txts:
        return []
    return [_Line(text, float(score), tuple(box)) for text, score, box in zip(found.txts, found.scores, found.boxes.tolist(), strict=True)]


@functools.cache
def _engine() -> Any:
    """Return the engine, loaded once a process. It keeps to one thread: the nightly batch has a process for each processor."""
    import rapidocr  # noqa: PLC0415 (slow to load, and most letters are no scans)

    models = Path(rapidocr.__file__).parent / "models"
    paths = {f"{task}.model_path": str(models / name) for task, name in _MODELS.items()}  # where one is named, none is fetched
    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    # The classifier of upside-down lines takes long upright ones for such.
    own = {"Global.use_cls": False, "Global.text_score": 0.0, "Global.max_side_len": SIDE, "Global.log_level": "critical"}
    return rapidocr.RapidOCR(params=paths | threads | own)


def _confidence(lines: Sequence[_Line]) -> float:
    """Return how sure OCR is of the lines on average, each weighed by its length; 0 where there are none."""
    length = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / length if length else 0.0


def _check_words(lines: Sequence[_Line], number: int) -> None:
    """Refuse a page of text, which nobody should think was read; a few words are a photograph's or a drawing's."""
    if sum(len(line.text.split()) for line in lines) >= FEW_WORDS:
        raise ReadError(
            ErrorCode.NO_TEXT,
            f"The scan of page {number} is too poor to be read. Scan it again at 300 dots an inch, or send the letter's own file.",
        )


def _turned(line: _Line, width: float) -> _Line:
    """Return a line that ran up or down the page as it runs when the page, so wide in pixels, is turned to the left."""
    corners = [(y, width - x) for x, y in line.corners]
    return _Line(line.text, line.confidence, (corners[1], corners[2], corners[3], corners[0]))


def _words(lines: Sequence[_Line], centre: Point, scale: float) -> Iterator[Word]:
    """Yield the lines' words in points, on a page that is turned around its `centre` until its lines are level."""
    if not lines:
        return
    longest = sorted(lines, key=lambda line: line.width)[-max(3, len(lines) // 2) :]
    askew = statistics.median(line.angle for line in longest)
    usual = statistics.median(line.height for line in lines)
    for line in lines:
        across, down = (place * scale for place in _rotated(line.middle, centre, -askew))
        height = (usual if abs(line.height / usual - 1) < _SAME_HEIGHT else line.height) * scale * _FONT_SHARE
        left, width = across - line.width * scale / 2, line.width * scale
        for word, start, end in _places(_spaced(line.text)):
            yield Word(word, left + start * width, down - height / 2, left + end * width, down + height / 2, confidence=line.confidence)


def _spaced(text: str) -> str:
    """Return a line's text with the spaces that OCR loses after an item's mark and a day's number, and without those in an address."""
    marked = _PIECE.sub(lambda found: f"{found[1]} " if found[1] else f" {found[2]}", text)
    return _AT.sub("@", _GLUED.sub(" ", marked))


def _places(text: str) -> Iterator[tuple[str, float, float]]:
    """Yield each word with where it starts and ends in its line, from 0 to 1: every character is taken to be as wide as the others."""
    for match in re.finditer(r"\S+", text):
        yield match.group(), match.start() / len(text), match.end() / len(text)


def _rotated(point: Point, centre: Point, angle: float) -> Point:
    across, down = point[0] - centre[0], point[1] - centre[1]
    sine, cosine = math.sin(angle), math.cos(angle)
    return centre[0] + across * cosine - down * sine, centre[1] + across * sine + down * cosine
