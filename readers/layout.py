"""The words of a page put in reading order: lines, columns side by side, and columns of figures read across.

Places are in points from the page's top left corner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter, sub
from statistics import median
from typing import NamedTuple

_left = attrgetter("left")
_MARKER = re.compile(r"[•·▪■●○◦‣➢o*\-\u2013\uf000-\uf0ff]|\(?[0-9a-zA-Z.]{1,4}[.)]|\d{1,2}(?:\.\d{1,2})+")
_FIGURE = re.compile(r"[£\d(].{0,14}|yes|no|n/a|(?:partly |partially |not )?upheld|done|agreed|completed?", re.IGNORECASE)
WIDE_GAP = 1.6  # of the line's height: wider than the spaces of a justified line
_GUTTER = 8.0
_CLOSE = 0.8  # of the line's height: lines of one column are closer than this
_SPACED_LETTERS = 5  # in a row: fewer may be flats A to D
_SPACED_APART = 1.6  # of the usual gap between letters that are set apart: a wider one is between words
_WITHIN = 0.7  # of the space to the row below: lines of one cell are closer than this
_APART = 1.4  # of the line's height: what is further down is something else

Box = tuple[float, float, float, float]  # left, top, right, bottom in points from the page's top left corner


class Word(NamedTuple):
    """A word and its box, and how sure OCR is of it (0 to 1) where it read the word.

    Words that follow each other on a line with no wide gap may stand as one; the first of them, and letters that are set apart, may not.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    bold: bool = False
    confidence: float | None = None

    @property
    def height(self) -> float:
        """The height of the word's line: of its font, not of its letters."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """How far down the page the word's middle is."""
        return (self.top + self.bottom) / 2


class Line:
    """Words that stand beside each other with no wide gap: their text with single spaces, their box, the height of the tallest word."""

    __slots__ = ("bottom", "height", "is_bold", "left", "right", "text", "top", "words")

    def __init__(self, words: Sequence[Word]) -> None:
        texts, lefts, tops, rights, bottoms, bolds, *_ = zip(*words, strict=True)
        self.words = words
        self.text: str = " ".join(texts)
        self.left: float = lefts[0]
        self.right: float = max(rights)
        self.top: float = min(tops)
        self.bottom: float = max(bottoms)
        self.height: float = max(map(sub, bottoms, tops))
        self.is_bold: bool = all(bolds)

    @property
    def confidence(self) -> float | None:
        """How sure OCR is of its words on average; None where it read none of them."""
        return confidence(self.words)


Row = list[Line]


def confidence(parts: Iterable[Word | Line]) -> float | None:
    """Return how sure OCR is of words or lines on average, each weighed by its length; None where it read none of them."""
    known = [(part.confidence, len(part.text)) for part in parts if part.confidence is not None]
    return round(sum(sure * length for sure, length in known) / sum(length for _, length in known), 3) if known else None


@dataclass(frozen=True, slots=True)
class Flow:
    """Lines that are read one below the other; `narrow` for a column beside others, `across` for rows whose lines are cells."""

    rows: list[Row]
    narrow: bool = False
    across: bool = False


def rows(words: Sequence[Word]) -> list[Row]:
    """Return the page's rows from the top down, each as the lines in it from left to right."""
    found: list[list[Word]] = []
    middle = height = 0.0  # of the first word in the row, the middle doubled
    for twice, word in sorted(((word.top + word.bottom, word) for word in words), key=itemgetter(0)):
        if found and twice - middle < min(word.bottom - word.top, height):
            found[-1].append(word)
        else:
            found.append([word])
            middle, height = twice, word.bottom - word.top
    return [list(_lines(_unspaced(sorted(row, key=_left)))) for row in found]


def _unspaced(words: Sequence[Word]) -> Sequence[Word]:
    """Return the row's words, with letters that are set apart ("C O M P L A I N T") as the words that they make."""
    if len(words) < _SPACED_LETTERS or sum(len(word.text) == 1 for word in words) < _SPACED_LETTERS:
        return words
    joined: list[Word] = []
    for single, group in groupby(words, key=lambda word: len(word.text) == 1 and word.text.isalpha()):
        letters = list(group)
        joined += _words_of(letters) if single and len(letters) >= _SPACED_LETTERS else letters
    return joined


def _words_of(letters: Sequence[Word]) -> Iterator[Word]:
    usual = median(after.left - before.right for before, after in pairwise(letters))
    word = letters[0]
    for before, letter in pairwise(letters):
        if letter.left - before.right > usual * _SPACED_APART:
            yield word
            word = letter
        else:
            word = word._replace(text=word.text + letter.text, right=letter.right)
    yield word


def _lines(words: Sequence[Word]) -> Iterator[Line]:
    start = 0
    for index, (before, word) in enumerate(pairwise(words), 1):
        gap = word.left - before.right
        wide = gap > 0 and gap > WIDE_GAP * min(word.bottom - word.top, before.bottom - before.top)
        if wide and not (index - start == 1 and _MARKER.fullmatch(before.text)):
            yield Line(words[start:index])
            start = index
    yield Line(words[start:])


def flows(page: Sequence[Row]) -> Iterator[Flow]:
    """Yield the page's flows in reading order: rows across the page as they come, columns side by side one after the other."""
    plain: list[Row] = []
    start = 0
    while start < len(page):
        end, gutter = _band(page, start)
        if end - start < 2:
            plain += [[line] for line in _joined(page[start])]
            start += 1
            continue
        if plain:
            yield Flow(plain)
            plain = []
        yield from _columns(page[start:end], gutter)
        start = end
    if plain:
        yield Flow(plain)


def _band(page: Sequence[Row], start: int) -> tuple[int, tuple[float, float]]:
    """Return where the rows end that start a band of columns at `start`, and the gap from top to bottom between the columns.

    A band starts with a row that has a wide gap. Rows that stand only on one side of the gap belong to it while they are
    close to the row above; a row that crosses the gap ends it.
    """
    if len(page[start]) < 2:
        return start, (0, 0)
    gutter = max(zip(page[start], page[start][1:], strict=False), key=lambda pair: pair[1].left - pair[0].right)
    left, right = gutter[0].right, gutter[1].left
    end = start + 1
    for number in range(start + 1, len(page)):
        row = page[number]
        sides = [line for line in row if line.left < right and line.right > left]
        narrowed = _narrowed(sides, left, right)
        on_left = len(row) == 1 and row[0].left < left
        space = row[0].top - page[number - 1][0].bottom
        if narrowed is None or space > (_CLOSE if on_left else _APART) * row[0].height:
            break
        left, right = narrowed
        end = number + 1
    return end, (left, right)


def _narrowed(crossing: Sequence[Line], left: float, right: float) -> tuple[float, float] | None:
    """Return the gap without the lines that reach into it, or None where they leave none."""
    for line in crossing:
        if line.left <= left:
            left = max(left, line.right)
        else:
            right = min(right, line.left)
    return (left, right) if right - left >= _GUTTER else None


def _columns(band: Sequence[Row], gutter: tuple[float, float]) -> Iterator[Flow]:
    middle = sum(gutter) / 2
    sides = [[[line for line in row if (line.left < middle) is first] for row in band] for first in (True, False)]
    lefts, rights = ([row for row in side if row] for side in sides)
    whole = _unwrapped(band)
    if _is_labelled(lefts):
        yield Flow([[line] for row in band for line in _joined(row, every=True)])
    elif _is_table(whole) or (1 < len(whole) < len(band) and all(len(row) > 1 for row in whole)):
        yield Flow(whole, across=True)
    else:
        for side in (lefts, rights):
            yield from (Flow(flow.rows, narrow=True, across=flow.across) for flow in flows(side))


def _is_labelled(lefts: Sequence[Row]) -> bool:
    return sum(row[-1].text.endswith(":") for row in lefts) * 2 > len(lefts)


def _unwrapped(band: Sequence[Row]) -> list[Row]:
    """Return the rows with each that goes on in cells of the row above, being closer to it than to the row below, put into those cells."""
    columns = max(map(len, band))
    spaces = [_row_top(below) - _row_bottom(above) for above, below in pairwise(band)]
    spaces.append(max(spaces))
    whole = [list(band[0])]
    for row, above, below in zip(band[1:], spaces, spaces[1:], strict=False):
        goes_on = above < below * _WITHIN and min(len(row), len(whole[-1])) < columns
        # Cells that are set in the middle of their row start lower than the tallest.
        if goes_on and (above < 0 or all(_cell_above(line, whole[-1]) for line in row)):
            whole[-1] = _in_cells(whole[-1], row)
        else:
            whole.append(list(row))
    return whole


def _row_top(row: Row) -> float:
    return min(line.top for line in row)


def _row_bottom(row: Row) -> float:
    return max(line.bottom for line in row)


def _in_cells(row: Row, below: Row) -> Row:
    cells = list(row)
    for line in below:
        cell = _cell_above(line, row)
        if cell is None:
            cells.append(line)
        else:
            cells[cells.index(cell)] = Line([*cell.words, *line.words])
    return sorted(cells, key=_left)


def _cell_above(line: Line, row: Row) -> Line | None:
    return next((cell for cell in row if abs(cell.left - line.left) < _GUTTER), None)


def _is_table(band: Sequence[Row]) -> bool:
    """Tell whether the rows are read across: most have all cells, and figures or findings come last or there are three."""
    full = [row for row in band if len(row) > 1]
    if len(full) * 4 < len(band) * 3:
        return False
    figures = sum(bool(_FIGURE.fullmatch(row[-1].text)) for row in full)
    return figures * 2 >= len(full) or sum(len(row) > 2 for row in full) * 2 > len(full)


def _joined(row: Row, *, every: bool = False) -> Row:
    """Return the row with each label ("Our reference:") in one line with what follows it; all in one line with `every`."""
    joined = row[:1]
    for line in row[1:]:
        if every or joined[-1].text.endswith(":"):
            joined[-1] = Line([*joined[-1].words, *line.words])
        else:
            joined.append(line)
    return joined
