"""What PDFium gives of a page: its words where a person sees them, and the lines that are drawn."""

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

from readers.layout import Box, Word
from readers.pdftext import SIDEWAYS, Paper, Words, lines_of, words_of
from readers.ruled import may_rule

_UNMAPPED = re.compile(r"[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uefff]")  # Symbol's own marks (U+F000 on) are bullets
_UNMAPPED_SHARE = 0.1  # of a page's characters or words: what remains is no more sure to be what is shown
BROAD = 1.2  # times as wide as high: a sheet that may have two pages side by side, or words that run over its middle
_FORM_DEPTH = 3
_MOST_OBJECTS = 3000  # lines and boxes: a page with more is a drawing
_MOST_SEGMENTS = 1000  # of one path
_THICK = 3.0
_SHORT = 8.0

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is read, turned so that most of its words are upright.

    Its size in points; its words, or pieces of lines where no more is asked of it; texts that slant or run up or down the page; lines
    drawn on it, as boxes of no width or no height; how many characters it has.
    """

    width: float
    height: float
    words: list[Word]
    aside: list[str]
    lines: list[Box]
    characters: int

    def has_fewer(self, words: int) -> bool:
        """Tell whether fewer words than that stand on it."""
        return len(self.words) < words and self.count < words

    @property
    def count(self) -> int:
        """How many words stand on it."""
        return sum(word.text.count(" ") + 1 for word in self.words)


def sheet(page: pypdfium2.PdfPage, most: int, *, even: bool = False) -> Sheet | None:
    """Return what stands on the page; no words where a font has no map that gives its text a meaning.

    None where there are more than `most` characters. `even` where no text object is told to leave a wide gap within itself.
    """
    paper = _paper(page)
    drawing = _Drawing()
    drawing.add_page(page)
    with contextlib.closing(page.get_textpage()) as text:
        characters = text.count_chars()
        if characters > most:
            return None
        read = _read(text, paper, drawing, even=even)
    if _is_unmapped(read):
        read = Words([], [], [], [])
    turn = _main_turn(read, page.get_rotation())
    width, height = paper[2] - paper[0], paper[3] - paper[1]
    if turn in SIDEWAYS:
        width, height = height, width
    words = _words(read, paper, turn, drawing)
    return Sheet(
        width,
        height,
        [word for word in words if 0 <= word.left + word.right <= 2 * width and 0 <= word.top + word.bottom <= 2 * height],
        list(_aside(read, turn)),
        [_upright(line, paper, turn) for line in drawing.lines],
        characters,
    )


def _read(text: pypdfium2.PdfTextPage, paper: Paper, drawing: _Drawing, *, even: bool) -> Words:
    """Return the words of a page: in pieces of lines where no column, cell, fold or edge of the page may run through a line."""
    if paper[2] - paper[0] >= BROAD * (paper[3] - paper[1]) or may_rule(drawing.lines):
        return words_of(text)
    if even:
        lines = lines_of(text)
        if lines.are_even() and _is_within(lines, paper):
            return lines.pieces()
    words = words_of(text)
    return words.pieces() if _is_within(words, paper) else words


def _paper(page: pypdfium2.PdfPage) -> Paper:
    """Return the shown part of the page, also where the page's size is said once for all pages."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return box.left, box.bottom, box.right, box.top


def _is_within(read: Words, paper: Paper) -> bool:
    """Tell whether no word stands over the sides of the page: which do is told of each."""
    return not read.texts or (paper[0] <= min(read.starts) and max(read.ends) <= paper[2])


def _is_unmapped(read: Words) -> bool:
    text = "".join(read.texts)
    unmapped = sum(len(text) for run, text in zip(read.runs, read.texts, strict=True) if run.unmapped)
    return max(len(_UNMAPPED.findall(text)), unmapped) > _UNMAPPED_SHARE * (len(text) - text.count(" "))


def _main_turn(read: Words, otherwise: int) -> int:
    turns = Counter[int]()
    for run, text in zip(read.runs, read.texts, strict=True):
        if run.turn is not None:
            turns[run.turn] += len(text)
    return max(turns, key=turns.__getitem__) if turns else otherwise


def _aside(read: Words, turn: int) -> Iterator[str]:
    """Yield the texts that run in another direction."""
    for aside, words in groupby(zip(read.runs, read.texts, strict=True), lambda word: word[0].turn):
        if aside != turn:
            yield " ".join(text for _, text in words)


def _words(read: Words, paper: Paper, turn: int, drawing: _Drawing) -> Iterator[Word]:
    """Yield the words of this turn. White ones are left out where nothing is drawn that they could stand on."""
    left, _, _, top = paper
    for run, word, start, end in zip(read.runs, read.texts, read.starts, read.ends, strict=True):
        if run.turn != turn or (run.white and not drawing.is_under(run.box(start, end))):
            continue
        if turn:
            yield Word(word, *_upright(run.box(start, end), paper, turn), run.bold)
        else:
            yield Word(word, start - left, top - run.high, end - left, top - run.low, run.bold)


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
