"""The words of a PDF's page as PDFium gives them, put together to pieces of lines where nothing but spaces is between them.

A letter has hundreds of words a page, so what is asked for each is what takes the time. All words are asked for where they start and end
in one go, through plain addresses; a text object is asked once for what all its words share (size, weight, direction, colour). Most
writers make one object of a line, and a line is quicker to lay out than its words.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from readers.layout import WIDE_GAP

SIDEWAYS = frozenset({90, 270})

_WORD = re.compile(r"[^\s\ufffe\x02]+[\ufffe\x02]?")
_LINE = re.compile(r"\S(?:[^\r\n]*\S)?")
_LONE_LETTERS = re.compile(r" \S \S(?!\S)")
_BROKEN = "\ufffe\x02"  # PDFium's signs for a hyphen at a line's end
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")
_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
_FONT_NAME = 128
_ASCENT, _DESCENT = 0.74, 0.2  # of the font's size: how far a line reaches above and below its letters' feet
_SLANT = 0.1  # of its length: text that rises by more stands slanting
_WHITE = 250  # of 255, in each colour
_OVERLAP = 1.0  # in points: a word that starts further inside the one before does not go on from it

Paper = tuple[float, float, float, float]  # left, bottom, right, top as PDFium counts, from the bottom left corner
_LEFT, _TOP, _RIGHT, _BOTTOM = range(4)  # PDFium's order in a box

_A, _I, _D = ctypes.c_void_p, ctypes.c_int, ctypes.c_double


def _bound(function: Any, answer: Any, *asked: Any) -> Callable[..., Any]:
    """Return PDFium's function as one that takes addresses as they are: ctypes makes an object of each pointer otherwise."""
    bound: Callable[..., Any] = ctypes.PYFUNCTYPE(answer, *asked)(_address(function))
    return bound


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, _A).value or 0


_object_at = _bound(pdfium.FPDFText_GetTextObject, _A, _A, _I)
_box_of = _bound(pdfium.FPDFText_GetLooseCharBox, _I, _A, _I, _A)
_matrix_of = _bound(pdfium.FPDFText_GetMatrix, _I, _A, _I, _A)
_origin_of = _bound(pdfium.FPDFText_GetCharOrigin, _I, _A, _I, _A, _A)
_size_of = _bound(pdfium.FPDFText_GetFontSize, _D, _A, _I)
_font_of = _bound(pdfium.FPDFText_GetFontInfo, ctypes.c_ulong, _A, _I, _A, ctypes.c_ulong, _A)
_is_unmapped = _bound(pdfium.FPDFText_HasUnicodeMapError, _I, _A, _I)
_font_at = _bound(pdfium.FPDFTextObj_GetFont, _A, _A)
_fill_of = _bound(pdfium.FPDFPageObj_GetFillColor, _I, _A, _A, _A, _A, _A)
_mode_of = _bound(pdfium.FPDFTextObj_GetTextRenderMode, _I, _A)


@dataclass(slots=True, eq=False)
class Run:
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
        return (self.low, start, self.high, end) if self.turn in SIDEWAYS else (start, self.low, end, self.high)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a page in PDFium's order, in columns: their runs, texts, and where they start and end in their run's direction.

    A text may be of several words that follow each other on a line, but for the first of them: lines around need that one for itself, to
    tell whether it would have fitted into the line above, and whether it marks a list's item.
    """

    runs: Sequence[Run]
    texts: Sequence[str]
    starts: Sequence[float]
    ends: Sequence[float]

    def pieces(self) -> Words:
        """Return the words with those of a line put together that nothing but usual spaces parts."""
        lengths = list(map(len, self.texts))
        cuts = {0, len(lengths), *(index for index, follows in enumerate(self._follow(), 1) if not follows)}
        # Letters that are set apart: what words they make is told by their places.
        cuts |= {place for index, pair in enumerate(pairwise(lengths)) if pair == (1, 1) for place in range(index, index + 3)}
        spans = [span for cut, end in pairwise(sorted(cuts)) for span in ((cut, cut + 1), (cut + 1, end)) if span[0] < span[1]]
        firsts, lasts = [first for first, _ in spans], [end - 1 for _, end in spans]
        return Words(
            [self.runs[first] for first in firsts],
            [" ".join(self.texts[first:end]) for first, end in spans],
            [self.starts[first] for first in firsts],
            [self.ends[last] for last in lasts],
        )

    def are_even(self) -> bool:
        """Tell whether those that a text object has follow each other on a line, with nothing but usual spaces between them."""
        pairs = zip(self._follow(), pairwise(self.runs), strict=True)
        return all(follows or before is not run for follows, (before, run) in pairs)

    def _follow(self) -> Iterator[bool]:
        """Tell of each but the first whether it is sure to go on from the one before."""
        widest = {run: -_OVERLAP if run.white or run.turn != 0 else WIDE_GAP * (run.high - run.low) for run in set(self.runs)}
        sides = zip(self.runs, self.runs[1:], self.ends, self.starts[1:], strict=False)
        return (run is before and -_OVERLAP <= start - end < widest[run] for before, run, end, start in sides)


def words_of(page: pypdfium2.PdfTextPage) -> Words:
    """Return the words of a page, each for itself."""
    text = _text(page)
    return _placed(page, text, [match.span() for match in _WORD.finditer(text)])


def lines_of(page: pypdfium2.PdfTextPage) -> Words:
    """Return the words of a page whose text objects leave no wide gaps within them, the rest of a line in one where it is one object's."""
    text = _text(page)
    if len(text) != page.count_chars() or _LONE_LETTERS.search(text) or any(sign in text for sign in _BROKEN):
        return words_of(page)
    raw = _address(page.raw)
    spans: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        line = match.group()
        if line == " ".join(line.split()):
            spans += _shared(raw, text, *match.span())
        else:  # more than a space may be as wide as a tab
            spans += [word.span() for word in _WORD.finditer(text, *match.span())]
    return _placed(page, text, spans)


def _shared(raw: int, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the words of a line start and end, with those in one that have the last one's text object, but for the first of them."""
    before, last = None, _object_at(raw, end - 1)
    while (gap := text.find(" ", start, end)) > 0:
        owner = _object_at(raw, start)
        if owner == before == last:
            break
        yield start, gap
        start, before = gap + 1, owner
    yield start, end


def _text(page: pypdfium2.PdfTextPage) -> str:
    """Return the text of a page, with a place for each of its characters."""
    text: str = page.get_text_range()
    return text if text.isascii() else _ASTRAL.sub("  ", text)


def _placed(page: pypdfium2.PdfTextPage, text: str, spans: Sequence[tuple[int, int]]) -> Words:
    """Return the words that stand at these places in a page's text."""
    texts = [text[start:end] for start, end in spans]
    if any(sign in text for sign in _BROKEN):
        texts = [word[:-1] + "-" if word[-1] in _BROKEN else word for word in texts]
    firsts, lasts = [start for start, _ in spans], [end - 1 for _, end in spans]
    if len(text) != page.count_chars():
        firsts, lasts = ([pdfium.FPDFText_GetCharIndexFromTextIndex(page.raw, one) for one in ones] for ones in (firsts, lasts))
    asked = _Asked(page)
    owners = asked.owners(firsts)
    known: dict[int | None, Run] = {}
    for owner, index in zip(owners, firsts, strict=True):
        if owner not in known:
            known[owner] = asked.run(owner, index)
    runs = [known[owner] for owner in owners]
    before, after = asked.boxes(firsts), asked.boxes(lasts)
    starts, ends = before[_LEFT::4], after[_RIGHT::4]
    if any(run.turn != 0 for run in known.values()):
        for index, run in enumerate(runs):
            starts[index], ends[index] = _extent(run, before[4 * index : 4 * index + 4], after[4 * index : 4 * index + 4])
    return Words(runs, texts, starts, ends)


def _extent(run: Run, before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    """Return where a word starts and ends in its run's direction, of which these are the boxes of the first and the last character."""
    if run.turn == 0:
        return before[_LEFT], after[_RIGHT]
    if run.turn in SIDEWAYS:
        return min(before[_BOTTOM], after[_BOTTOM]), max(before[_TOP], after[_TOP])
    return min(before[_LEFT], after[_LEFT]), max(before[_RIGHT], after[_RIGHT])


class _Asked:
    """A text page that is asked about its characters: what PDFium writes its answers into is made once."""

    def __init__(self, page: pypdfium2.PdfTextPage) -> None:
        self._page = _address(page.raw)
        self._matrix, self._origin = (ctypes.c_float * 6)(), (ctypes.c_double * 2)()
        self._colours = (ctypes.c_uint * 4)()
        self._name = ctypes.create_string_buffer(_FONT_NAME)
        self._to_matrix, self._to_name = ctypes.addressof(self._matrix), ctypes.addressof(self._name)
        self._to_origin = [ctypes.addressof(self._origin) + offset for offset in (0, 8)]
        self._to_colours = [ctypes.addressof(self._colours) + offset for offset in (0, 4, 8, 12)]
        self._bold: dict[int | None, bool] = {}

    def owners(self, indexes: Sequence[int]) -> list[int | None]:
        """Return the text objects that have the characters at these places."""
        return list(map(_object_at, repeat(self._page), indexes))

    def boxes(self, indexes: Sequence[int]) -> list[float]:
        """Return the boxes of the characters at these places, four numbers each, in PDFium's order."""
        found = (ctypes.c_float * (4 * len(indexes)))()
        base = ctypes.addressof(found)
        for index, address in zip(indexes, range(base, base + 16 * len(indexes), 16), strict=True):
            _box_of(self._page, index, address)
        return found[:]

    def run(self, owner: int | None, index: int) -> Run:
        """Return what the text object that has the character at `index` says of its words.

        Its line is as high as the font's. PDFium's own boxes are in many files only as high as the letters.
        """
        _matrix_of(self._page, index, self._to_matrix)
        _origin_of(self._page, index, *self._to_origin)
        size = _size_of(self._page, index)
        a, b, c, d = self._matrix[:4]
        turn = _turn(a * size, b * size)
        foot, up = (self._origin[0], c * size) if turn in SIDEWAYS else (self._origin[1], d * size)
        below, above = foot - _DESCENT * up, foot + _ASCENT * up
        white = owner is not None and self._is_white(owner)
        unmapped = _is_unmapped(self._page, index) == 1
        return Run(min(below, above), max(below, above), turn, self._is_bold(owner, index), white, unmapped)

    def _is_bold(self, owner: int | None, index: int) -> bool:
        """Tell whether the character's font is bold by its name, asked once of each font."""
        font = _font_at(owner) if owner else None
        if font is None or font not in self._bold:
            _font_of(self._page, index, self._to_name, _FONT_NAME, None)
            self._bold[font] = bool(_BOLD.search(self._name.value))
        return self._bold[font]

    def _is_white(self, owner: int) -> bool:
        """Tell whether the text object is filled with white."""
        _fill_of(owner, *self._to_colours)
        return min(self._colours[:3]) >= _WHITE and _mode_of(owner) == pdfium.FPDF_TEXTRENDERMODE_FILL


def _turn(across: float, up: float) -> int | None:
    if abs(up) <= _SLANT * abs(across):
        return 0 if across >= 0 else 180
    if abs(across) <= _SLANT * abs(up):
        return 90 if up > 0 else 270
    return None
