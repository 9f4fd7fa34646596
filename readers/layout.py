"""The words of a page put in reading order: lines, columns side by side, and columns of figures read across.

Places are in points from the page's top left corner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

_MARKER = re.compile(r"[•·▪■●○◦‣➢o*\-\u2013\uf000-\uf0ff]|\(?[0-9a-zA-Z.]{1,4}[.)]|\d{1,2}(?:\.\d{1,2})+")
_FIGURE = re.compile(r"[£\d(].{0,14}|yes|no|n/a|(?:partly |partially |not )?upheld|done|agreed|completed?", re.IGNORECASE)
_WIDE_GAP = 1.6  # of the line's height: wider than the spaces of a justified line
_GUTTER = 8.0
_CLOSE = 0.8  # of the line's height: lines of one column are closer than this
_APART = 1.4  # of the line's height: what is further down is something else


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box, and how sure OCR is of it (0 to 1) where it read the word."""

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


@dataclass(frozen=True)
class Line:
    """Words that stand beside each other with no wide gap."""

    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def left(self) -> float:
        """Where the first word starts."""
        return self.words[0].left

    @cached_property
    def right(self) -> float:
        """Where the last word ends."""
        return max(word.right for word in self.words)

    @cached_property
    def top(self) -> float:
        """The highest top of its words."""
        return min(word.top for word in self.words)

    @cached_property
    def bottom(self) -> float:
        """The lowest bottom of its words."""
        return max(word.bottom for word in self.words)

    @cached_property
    def height(self) -> float:
        """The height of its tallest word."""
        return max(word.height for word in self.words)

    @cached_property
    def is_bold(self) -> bool:
        """Whether every word is bold."""
        return all(word.bold for word in self.words)

    @cached_property
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
    for word in sorted(words, key=lambda one: one.middle):
        if found and word.middle - found[-1][0].middle < min(word.height, found[-1][0].height) / 2:
            found[-1].append(word)
        else:
            found.append([word])
    return [list(_lines(sorted(row, key=lambda one: one.left))) for row in found]


def _lines(words: Sequence[Word]) -> Iterator[Line]:
    line = [words[0]]
    for word in words[1:]:
        wide = word.left - line[-1].right > _WIDE_GAP * min(word.height, line[-1].height)
        if wide and not (len(line) == 1 and _MARKER.fullmatch(line[0].text)):
            yield Line(tuple(line))
            line = []
        line.append(word)
    yield Line(tuple(line))


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
    if _is_labelled(lefts):
        yield Flow([[line] for row in band for line in _joined(row, every=True)])
    elif _is_table(band, rights):
        yield Flow(list(band), across=True)
    else:
        for side in (lefts, rights):
            yield from (Flow(flow.rows, narrow=True, across=flow.across) for flow in flows(side))


def _is_labelled(lefts: Sequence[Row]) -> bool:
    return sum(row[-1].text.endswith(":") for row in lefts) * 2 > len(lefts)


def _is_table(band: Sequence[Row], rights: Sequence[Row]) -> bool:
    """Tell whether the rows are read across: most have all cells, and figures or findings come last or there are three."""
    full = [row for row in band if len(row) > 1]
    if len(full) * 4 < len(band) * 3:
        return False
    figures = sum(bool(_FIGURE.fullmatch(row[-1].text)) for row in rights)
    return figures * 2 >= len(rights) or sum(len(row) > 2 for row in full) * 2 > len(full)


def _joined(row: Row, *, every: bool = False) -> Row:
    """Return the row with each label ("Our reference:") in one line with what follows it; all in one line with `every`."""
    joined = row[:1]
    for line in row[1:]:
        if every or joined[-1].text.endswith(":"):
            joined[-1] = Line((*joined[-1].words, *line.words))
        else:
            joined.append(line)
    return joined
