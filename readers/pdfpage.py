"""What PDFium gives of a page: its words where a person sees them, and the lines that are drawn.

A text object is asked once for what all its words share (size, weight, direction, colour), a word only for where it starts and ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from readers.layout import Word

_WORD = re.compile(r"[^\s\ufffe\x02]+[\ufffe\x02]?")
_BROKEN = "\ufffe\x02"  # PDFium's signs for a hyphen at a line's end
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")
_UNMAPPED = re.compile(r"[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uefff]")  # Symbol's own marks (U+F000 on) are bullets
_UNMAPPED_SHARE = 0.1  # of a page's characters or words: what remains is no more sure to be what is shown
_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
_FONT_NAME = 128
_ASCENT, _DESCENT = 0.74, 0.2  # of the font's size: how far a line reaches above and below its letters' feet
_SLANT = 0.1  # of its length: text that rises by more stands slanting
_WHITE = 250  # of 255, in each colour
_FORM_DEPTH = 3
_MOST_OBJECTS = 3000  # lines and boxes: a page with more is a drawing
_MOST_SEGMENTS = 1000  # of one path
_SIDEWAYS = frozenset({90, 270})
_THICK = 3.0
_SHORT = 8.0

Box = tuple[float, float, float, float]  # left, top, right, bottom in points from the page's top left corner
Paper = tuple[float, float, float, float]  # left, bottom, right, top as PDFium counts, from the bottom left corner
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is read, turned so that most of its words are upright.

    Its size in points; its words; texts that slant or run up or down the page; lines drawn on it, as boxes of no width or no height; how
    many characters it has.
    """

    width: float
    height: float
    words: list[Word]
    aside: list[str]
    lines: list[Box]
    characters: int


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """What the words of a text object share.

    The ends of its line across its direction as PDFium counts, its turn (None: slanting), its weight, and whether it is white or without
    a meaning.
    """

    low: float
    high: float
    turn: int | None
    bold: bool
    white: bool
    unmapped: bool

    def box(self, start: float, end: float) -> Paper:
        """Return the box of a word that starts and ends there in the run's direction."""
        return (self.low, start, self.high, end) if self.turn in _SIDEWAYS else (start, self.low, end, self.high)


_Found = tuple[_Run, str, float, float]  # a word: its run, its text, and where it starts and ends in the run's direction


def sheet(page: pypdfium2.PdfPage, most: int) -> Sheet | None:
    """Return what stands on the page; no words where a font has no map that gives its text a meaning.

    None where there are more than `most` characters.
    """
    paper = _paper(page)
    with contextlib.closing(page.get_textpage()) as text:
        characters = text.count_chars()
        if characters > most:
            return None
        found = list(_found(text))
    drawing = _Drawing()
    drawing.add_page(page)
    lengths = Counter[_Run]()
    for run, word, _, _ in found:
        lengths[run] += len(word)
    if _is_unmapped(found, lengths):
        found, lengths = [], Counter()
    turn = _main_turn(lengths, page.get_rotation())
    width, height = paper[2] - paper[0], paper[3] - paper[1]
    if turn in _SIDEWAYS:
        width, height = height, width
    words = _words(found, paper, turn, drawing)
    return Sheet(
        width,
        height,
        [word for word in words if 0 <= word.left + word.right <= 2 * width and 0 <= word.top + word.bottom <= 2 * height],
        [" ".join(word for _, word, _, _ in words) for aside, words in groupby(found, lambda one: one[0].turn) if aside != turn],
        [_upright(line, paper, turn) for line in drawing.lines],
        characters,
    )


def _paper(page: pypdfium2.PdfPage) -> Paper:
    """Return the shown part of the page, also where the page's size is said once for all pages."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return box.left, box.bottom, box.right, box.top


def _is_unmapped(found: Sequence[_Found], lengths: Counter[_Run]) -> bool:
    signs = len(_UNMAPPED.findall("".join([word for _, word, _, _ in found])))
    unmapped = sum(length for run, length in lengths.items() if run.unmapped)
    return max(signs, unmapped) > _UNMAPPED_SHARE * lengths.total()


def _main_turn(lengths: Counter[_Run], otherwise: int) -> int:
    turns = Counter[int]()
    for run, length in lengths.items():
        if run.turn is not None:
            turns[run.turn] += length
    return max(turns, key=turns.__getitem__) if turns else otherwise


def _words(found: Sequence[_Found], paper: Paper, turn: int, drawing: _Drawing) -> Iterator[Word]:
    """Yield the words of this turn. White ones are left out where nothing is drawn that they could stand on."""
    left, _, _, top = paper
    for run, word, start, end in found:
        if run.turn != turn or (run.white and not drawing.is_under(run.box(start, end))):
            continue
        if turn:
            yield Word(word, *_upright(run.box(start, end), paper, turn), run.bold)
        else:
            yield Word(word, start - left, top - run.high, end - left, top - run.low, run.bold)


def _found(page: pypdfium2.PdfTextPage) -> Iterator[_Found]:
    text = _ASTRAL.sub("  ", page.get_text_range())
    counts_alike = len(text) == page.count_chars()
    runs: dict[int, _Run] = {}
    scratch = _Scratch()
    starts, ends = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    raw, object_at, box_of, address_of = page.raw, pdfium.FPDFText_GetTextObject, pdfium.FPDFText_GetLooseCharBox, ctypes.addressof
    for match in _WORD.finditer(text):
        first, last = match.start(), match.end() - 1
        if not counts_alike:
            first, last = (pdfium.FPDFText_GetCharIndexFromTextIndex(raw, index) for index in (first, last))
        owner = object_at(raw, first)
        key = address_of(owner.contents) if owner else 0
        run = runs.get(key)
        if run is None:
            run = runs[key] = _run(raw, owner, first, scratch)
        box_of(raw, first, starts)
        box_of(raw, last, ends)
        word = match.group()
        if word[-1] in _BROKEN:
            word = word[:-1] + "-"
        if run.turn == 0:
            yield run, word, starts.left, ends.right
        elif run.turn in _SIDEWAYS:
            yield run, word, min(starts.bottom, ends.bottom), max(starts.top, ends.top)
        else:
            yield run, word, min(starts.left, ends.left), max(starts.right, ends.right)


def _run(page: Any, owner: Any, index: int, scratch: _Scratch) -> _Run:
    """Return what the text object that has the character at `index` says of its words.

    Its line is as high as the font's. PDFium's own boxes are in many files only as high as the letters.
    """
    matrix, x, y = scratch.matrix, scratch.x, scratch.y
    pdfium.FPDFText_GetMatrix(page, index, matrix)
    pdfium.FPDFText_GetCharOrigin(page, index, x, y)
    size = pdfium.FPDFText_GetFontSize(page, index)
    turn = _turn(matrix.a * size, matrix.b * size)
    foot, up = (x.value, matrix.c * size) if turn in _SIDEWAYS else (y.value, matrix.d * size)
    below, above = foot - _DESCENT * up, foot + _ASCENT * up
    unmapped = pdfium.FPDFText_HasUnicodeMapError(page, index) == 1
    bold, white = scratch.is_bold(page, index), bool(owner) and scratch.is_white(owner)
    return _Run(min(below, above), max(below, above), turn, bold, white, unmapped)


class _Scratch:
    """What PDFium writes its answers into, made once a page, and the fonts known to be bold or not."""

    def __init__(self) -> None:
        self.matrix = pdfium.FS_MATRIX()
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self._name = ctypes.create_string_buffer(_FONT_NAME)
        self._colours = [ctypes.c_uint() for _ in range(4)]
        self._fonts: dict[bytes, bool] = {}

    def is_bold(self, page: Any, index: int) -> bool:
        """Tell whether the character's font is bold by its name."""
        pdfium.FPDFText_GetFontInfo(page, index, self._name, _FONT_NAME, None)
        name = self._name.value
        if name not in self._fonts:
            self._fonts[name] = bool(_BOLD.search(name))
        return self._fonts[name]

    def is_white(self, owner: Any) -> bool:
        """Tell whether the text object is filled with white."""
        pdfium.FPDFPageObj_GetFillColor(owner, *self._colours)
        red, green, blue, _ = self._colours
        white = red.value >= _WHITE and green.value >= _WHITE and blue.value >= _WHITE
        return white and pdfium.FPDFTextObj_GetTextRenderMode(owner) == pdfium.FPDF_TEXTRENDERMODE_FILL


def _turn(across: float, up: float) -> int | None:
    if abs(up) <= _SLANT * abs(across):
        return 0 if across >= 0 else 180
    if abs(across) <= _SLANT * abs(up):
        return 90 if up > 0 else 270
    return None


def _upright(box: Paper, paper: Paper, turn: int) -> Box:
    """Return the box as it stands on the page that is turned clockwise by `turn` degrees."""
    left, bottom, right, top = box[0] - paper[0], box[1] - paper[1], box[2] - paper[0], box[3] - paper[1]
    width, height = paper[2] - paper[0], paper[3] - paper[1]
    if turn == 90:
        return bottom, left, top, right
    if turn == 180:
        return width - right, bottom, width - left, top
    if turn == 270:
        return height - top, width - right, height - bottom, width - left
    return left, height - top, right, height - bottom


class _Drawing:
    """Lines and grounds that are drawn on a page, up to what a letter may have; `is_cut` where there were more."""

    def __init__(self) -> None:
        self.lines: list[Paper] = []
        self.grounds: list[Paper] = []
        self.is_cut = False
        self._seen = 0

    def is_under(self, word: Paper) -> bool:
        """Tell whether the word may stand on a coloured ground or a picture."""
        return self.is_cut or any(_covers(ground, word) for ground in self.grounds)

    def add_page(self, page: pypdfium2.PdfPage) -> None:
        self._add(page.raw, pdfium.FPDFPage_CountObjects(page), pdfium.FPDFPage_GetObject, (), _FORM_DEPTH)

    def _add(self, parent: Any, count: int, at: Callable[[Any, int], Any], outer: tuple[Matrix, ...], depth: int) -> None:
        kind_of, text = pdfium.FPDFPageObj_GetType, pdfium.FPDF_PAGEOBJ_TEXT
        for index in range(count):
            one = at(parent, index)
            kind = kind_of(one)
            if kind == text:
                continue
            self._seen += 1
            if self._seen > _MOST_OBJECTS:
                self.is_cut = True
                return
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._add_path(one, outer)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth:
                inside = pdfium.FPDFFormObj_CountObjects(one)
                self._add(one, inside, pdfium.FPDFFormObj_GetObject, (_matrix(one), *outer), depth - 1)
            else:
                self.grounds.append(_moved(_bounds(one), outer))

    def _add_path(self, path: Any, outer: tuple[Matrix, ...]) -> None:
        box = _moved(_bounds(path), outer)
        if box[2] - box[0] > _THICK and box[3] - box[1] > _THICK:
            self.grounds.append(box)
        if pdfium.FPDFPath_CountSegments(path) > 5:
            self.lines += _strokes(path, (_matrix(path), *outer))
        else:
            self.lines += _sides(box)


def _covers(box: Paper, word: Paper) -> bool:
    """Tell whether the word's middle is in the box."""
    return box[0] * 2 <= word[0] + word[2] <= box[2] * 2 and box[1] * 2 <= word[1] + word[3] <= box[3] * 2


def _bounds(one: Any) -> Paper:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(one, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _matrix(one: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(one, found)
    return found.a, found.b, found.c, found.d, found.e, found.f


def _moved(box: Paper, matrices: Sequence[Matrix]) -> Paper:
    """Return the box, given in the space of a form on the page, as it stands on the page."""
    if not matrices:
        return box
    corners = _point(box[0], box[1], matrices), _point(box[2], box[3], matrices)
    (left, right), (bottom, top) = (sorted(pair) for pair in zip(*corners, strict=True))
    return left, bottom, right, top


def _point(x: float, y: float, matrices: Sequence[Matrix]) -> tuple[float, float]:
    for a, b, c, d, e, f in matrices:
        x, y = a * x + c * y + e, b * x + d * y + f
    return x, y


def _sides(box: Paper) -> Iterator[Paper]:
    """Yield a thin box as a line, and another one's four sides."""
    left, bottom, right, top = box
    thin, flat = right - left <= _THICK, top - bottom <= _THICK
    if thin and not flat:
        yield (left + right) / 2, bottom, (left + right) / 2, top
    elif flat and not thin:
        yield left, (bottom + top) / 2, right, (bottom + top) / 2
    elif not thin:
        yield left, bottom, left, top
        yield right, bottom, right, top
        yield left, bottom, right, bottom
        yield left, top, right, top


def _strokes(path: Any, matrices: Sequence[Matrix]) -> Iterator[Paper]:
    """Yield the straight lines of a path of many pieces: a whole grid may be one."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[int, float, float]] = []
    for index in range(min(pdfium.FPDFPath_CountSegments(path), _MOST_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((pdfium.FPDFPathSegment_GetType(segment), *_point(x.value, y.value, matrices)))
    for (_, x0, y0), (kind, x1, y1) in pairwise(points):
        if kind == pdfium.FPDF_SEGMENT_LINETO and (math.isclose(x0, x1, abs_tol=0.5) or math.isclose(y0, y1, abs_tol=0.5)):
            yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
