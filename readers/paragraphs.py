"""Lines put together into paragraphs, headings and list items, by the signs that a reader's eye goes by."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.letter import Block, Part, Style
from readers.clean import as_item, clean, is_capitals
from readers.layout import Line, confidence

_HEADING_LENGTH = 100
_LARGER = 1.12
_GAP = 1.25  # of the usual distance between two lines of a paragraph
_LOOSE = 1.8  # of the line's height: the widest distance taken for usual where no full line shows it
_WIDEST = 2.5  # of the line's height: lines set double are closer than this
_INDENT = 6.0
_ENDS = ".!?:;"
_WRAPPED_SHARE = 0.8
_WRAPPED_LENGTH = 24  # in characters: lines of an address are mostly shorter
_GREETING = re.compile(r"(?:Dear|Hello|Hi) .{1,50}")
_HYPHEN = re.compile(r"(\S*?)(\w+)-")
_ADDRESS = re.compile(r"[@/]|\w\.\w|www")
_OPEN_ADDRESS = re.compile(r"(?:@|\w\.\w\S*)[\w.\-]*[@/]$|\w@$")
# First words of compounds, whose hyphen stays where the line ends on it.
_COMPOUND = frozenset(
    """
    above after all anti before cross day end ex fact far first five follow four full half hand health high hour key left
    life long low mid minute month multi near new non off one open out over part post pre pro public quasi ready round same
    second self semi short single six start state step sub ten third three time top two under up walk week well wide work
    year twenty thirty forty fifty sixty seventy eighty ninety
    """.split()  # noqa: SIM905 (a list of words is easier to read and to keep as words)
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document's lines are measured against: the right margin, the usual height of a line, the words that it uses."""

    margin: float
    height: float
    words: frozenset[str]


def paragraphs(lines: Sequence[Line], setting: Setting, part: Part, page: int | None) -> Iterator[Block]:
    """Yield the blocks of lines that stand one below the other."""
    pitch = _pitch(lines, setting)
    group: list[Line] = []
    for line in lines:
        if group and _starts_block(group, line, setting, pitch):
            yield _block(group, setting, part, page)
            group = []
        group.append(line)
    if group:
        yield _block(group, setting, part, page)


def is_wrapped(lines: Sequence[Line]) -> bool:
    """Tell whether the lines of a column are text that runs on, and not lines each for itself, as in an address."""
    if statistics.median(len(line.text) for line in lines) < _WRAPPED_LENGTH:
        return False
    widest = max(line.right for line in lines) - min(line.left for line in lines)
    long = sum(line.right - line.left >= _WRAPPED_SHARE * widest for line in lines)
    return len(lines) > 2 and long * 2 > len(lines)


def join_lines(lines: Iterable[str], words: frozenset[str]) -> str:
    """Return the lines of a paragraph as one, with words put together that were parted at a line's end.

    `words` are the words that the document uses: "housing-" stays apart where "housing" is one of them.
    """
    text = ""
    for line in lines:
        text = _join(text, line, words) if text else line
    return text


def _pitch(lines: Sequence[Line], setting: Setting) -> float:
    """Return the usual distance from one line of a paragraph to the next: only a full line is sure to be followed by one."""
    pairs = list(itertools.pairwise(lines))
    full = [after.bottom - line.bottom for line, after in pairs if _is_full(line, after, setting)]
    sure = [distance for distance in full if 0 < distance < setting.height * _WIDEST]
    return statistics.median_low(sure) if sure else setting.height * _LOOSE / _GAP


def _is_full(line: Line, after: Line, setting: Setting) -> bool:
    """Tell whether the line ended because the next word did not fit."""
    first = after.words[0]
    return line.right + (first.right - first.left) + line.height / 4 > setting.margin


def _starts_block(group: Sequence[Line], line: Line, setting: Setting, pitch: float) -> bool:
    before = group[-1]
    if line.bottom - before.bottom > pitch * _GAP or line.bottom < before.bottom or _GREETING.fullmatch(line.text):
        return True
    full = _is_full(before, line, setting)
    # A wrapped line may happen to start with "(b)": an item is one where a sentence ended before it, or under another's mark.
    new_item = not full or before.text[-1] in _ENDS or (as_item(group[0].text) and line.left < _text_left(group))
    if as_item(line.text) and new_item:
        return True
    if line.is_bold is not before.is_bold and _is_heading_line(group, line, setting):
        return True
    if as_item(group[0].text):
        return not full and line.left < _text_left(group) - _INDENT
    if before.text[-1] not in _ENDS or not line.text[:1].isupper():
        return False
    indented = line.left > before.left + _INDENT
    return indented or (not full and (len(group) > 1 or _is_long(line, setting)))


def _is_heading_line(group: Sequence[Line], line: Line, setting: Setting) -> bool:
    bold = group[-1] if group[-1].is_bold else line
    short = not _is_long(bold, setting) or bold.height > setting.height * _LARGER
    return short and (bold is line or all(one.is_bold for one in group))


def _is_long(line: Line, setting: Setting) -> bool:
    return line.right > setting.margin * 0.85


def _text_left(group: Sequence[Line]) -> float:
    """Return where the text of a list item starts: after its mark."""
    first = group[0].words
    return group[1].left if len(group) > 1 else first[min(1, len(first) - 1)].left


def _block(group: Sequence[Line], setting: Setting, part: Part, page: int | None) -> Block:
    pieces: list[list[str]] = [[group[0].text]]
    for before, line in itertools.pairwise(group):
        if _is_full(before, line, setting) or _parted(before.text):
            pieces[-1].append(line.text)
        else:
            pieces.append([line.text])
    text = clean("\n".join(join_lines(piece, setting.words) for piece in pieces))
    item = as_item(text)
    sure = confidence(group)
    if _is_heading(text, group, setting):
        return Block(item or text, part, Style.HEADING, page, confidence=sure)
    if item:
        return Block(item.replace("\n", " "), part, Style.ITEM, page, confidence=sure)
    return Block(text, part, Style.PARAGRAPH, page, confidence=sure)


def _is_heading(text: str, group: Sequence[Line], setting: Setting) -> bool:
    if len(text) > _HEADING_LENGTH or len(group) > 2 or text[-1:] in {".", ",", ";"}:
        return False
    larger = all(line.height > setting.height * _LARGER for line in group)
    return "\n" not in text and (larger or is_capitals(text) or all(line.is_bold for line in group))


def _parted(line: str) -> re.Match[str] | None:
    """Return the word that a hyphen at the line's end parts."""
    return _HYPHEN.fullmatch(line.rpartition(" ")[2]) if line.endswith("-") else None


def _join(text: str, line: str, words: frozenset[str]) -> str:
    parted = _parted(text)
    following = line.split(" ", 1)[0]
    if parted is None:
        return text + line if _OPEN_ADDRESS.search(text.rpartition(" ")[2]) else f"{text} {line}"
    whole = parted.group(1) + parted.group(2)
    keeps = not parted.group(2)[-1].islower() or not line[:1].islower() or "-" in whole or whole.lower() in words | _COMPOUND
    if keeps or _ADDRESS.search(whole + " " + following):
        return text + line
    return text[:-1] + line
