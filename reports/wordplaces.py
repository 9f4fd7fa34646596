"""Where the words of a letter stand in its Word document, and how a comment is fitted round them without a change to their looks."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from lxml import etree

from models.letter import Letter, Passage
from reports.wordfile import WordFile

_CHOICES = ["{http://schemas.openxmlformats.org/markup-compatibility/2006}" + name for name in ("Choice", "Fallback")]
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WORD = re.compile(r"\S+")
_MOST_WORDS = 2000  # that are looked for one by one; of a longer passage, the paragraph is taken
_NOT_TEXT = ("pPr", "rPr", "sdtPr", "del", "moveFrom", "drawing", "pict", "object")
_GAPS = ("tab", "ptab", "br", "cr")
_OFF = {"0", "false", "off"}

Ends = tuple[etree._Element, etree._Element]  # noqa: SLF001 - lxml's elements have no public type


@dataclass(frozen=True, slots=True)
class _Sign:
    """A character that the document shows: the element that holds it, and its place there."""

    text: str
    element: etree._Element
    place: int = 0


class Places:
    """Finds the words of `letter` in the Word document `file` that it was read from."""

    def __init__(self, letter: Letter, file: WordFile) -> None:
        self._letter = letter
        self._w = file.w
        self._not_text = {file.w + name for name in _NOT_TEXT}
        self._gaps = {file.w + name for name in _GAPS}
        self._paragraphs = list(file.body.iter(f"{file.w}p"))
        self._numbers = [_number(passage, file.name, len(self._paragraphs)) for passage in letter.passages]
        self._anchors = sorted({number for number in self._numbers if number is not None})

    def passage(self, offset: int) -> Passage:
        """Return the passage of the letter in which the character at `offset` stands."""
        return self._letter.passages[self._index(offset)]

    def takes_comment(self, offset: int) -> bool:
        """Tell whether Word takes a comment where the character at `offset` stands: not in headers, footers, notes and text boxes."""
        number = self._numbers[self._index(offset)]
        return number is not None and not self._is_boxed(self._paragraphs[number - 1])

    def ends(self, start: int, end: int) -> Ends:
        """Return the first and the last of the elements that hold characters `start` to `end` of the letter's text, in a paragraph each.

        Runs of text are cut so that these elements hold no other words, where that leaves fields, links, content controls and tracked
        changes whole; so what was returned before may no longer hold its words. Where the words cannot be told, it is the whole
        paragraph. Raises ValueError for a place that takes no comment.
        """
        number = self._numbers[self._index(start)]
        if number is None or not self.takes_comment(start):
            raise ValueError("no comment can stand here")
        signs = self._found(number, start, end)
        if not signs:
            return self._whole(self._paragraphs[number - 1])
        last = self._cut(signs[-1], after=True)
        held = signs[0].element.getparent()
        first = self._cut(signs[0], after=False)
        return first, (first if last is held else last)

    def top(self) -> Ends | None:
        """Return the ends of the letter's first paragraph that may hold a comment, or None where there is none."""
        with_text = (self._paragraphs[number - 1] for number in self._numbers if number is not None)
        paragraph = next((one for one in (*with_text, *self._paragraphs) if not self._is_boxed(one)), None)
        return None if paragraph is None else self._whole(paragraph)

    def _index(self, offset: int) -> int:
        return max(0, bisect_right(self._letter.passages, offset, key=lambda one: one.start) - 1)

    def _is_boxed(self, paragraph: etree._Element) -> bool:
        return next(paragraph.iterancestors(f"{self._w}txbxContent"), None) is not None

    def _found(self, number: int, start: int, end: int) -> list[_Sign]:
        """Return the characters of the document that are characters `start` to `end` of the letter's text.

        They are looked for among the paragraphs from an anchor to the next. Of words in several cells of a table, those in the cell
        that has most of them are returned; spaces are left out.
        """
        after = bisect_right(self._anchors, number)
        until = self._anchors[after] - 1 if after < len(self._anchors) else len(self._paragraphs)
        among = [one for one in self._paragraphs[number - 1 : until] if not self._is_boxed(one)]
        signs = [sign for one in among for sign in (*self._signs(one), _Sign(" ", one))]
        group = [passage for passage, its in zip(self._letter.passages, self._numbers, strict=True) if its == number]
        wanted = self._letter.text[group[0].start : group[-1].end]
        places = _aligned(wanted, "".join(sign.text for sign in signs), start - group[0].start, end - group[0].start)
        found = [signs[place] for place in places if not signs[place].text.isspace()]
        cells = [self._paragraph(sign.element).getparent() for sign in found]
        most, _ = next(iter(Counter(cells).most_common(1)), (None, 0))
        return [sign for sign, cell in zip(found, cells, strict=True) if cell is most]

    def _paragraph(self, element: etree._Element) -> etree._Element:
        return next(element.iterancestors(f"{self._w}p"))

    def _signs(self, parent: etree._Element) -> Iterator[_Sign]:
        """Yield the characters that Word shows of a paragraph, those of its text boxes left out."""
        for child in parent:
            if child.tag == f"{self._w}t":
                yield from (_Sign(character, child, place) for place, character in enumerate(child.text or ""))
            elif child.tag == f"{self._w}noBreakHyphen":
                yield _Sign("-", child)
            elif child.tag in self._gaps:
                yield _Sign(" ", child)
            elif child.tag == _ALTERNATE:
                yield from self._signs(next(child.iterchildren(*_CHOICES), child))
            elif child.tag not in self._not_text and not self._is_hidden(child):
                yield from self._signs(child)

    def _is_hidden(self, run: etree._Element) -> bool:
        sign = run.find(f"{self._w}rPr/{self._w}vanish")
        return sign is not None and sign.get(f"{self._w}val") not in _OFF

    def _whole(self, paragraph: etree._Element) -> Ends:
        """Return the ends of a paragraph's content; an empty one is given a run of text without text."""
        inside = [child for child in paragraph if child.tag != f"{self._w}pPr"]
        if not inside:
            inside = [etree.SubElement(paragraph, f"{self._w}r")]
        return inside[0], inside[-1]

    def _cut(self, sign: _Sign, *, after: bool) -> etree._Element:
        """Return the paragraph's child that begins with a character, or ends `after` it, cut from what stands beside it."""
        run = sign.element.getparent()
        paragraph = self._paragraph(sign.element)
        children = list(paragraph)
        child = next(one for one in (sign.element, *sign.element.iterancestors()) if one.getparent() is paragraph)
        depths = self._field_depths(children)
        at = children.index(child)
        if run is child and depths[at] == depths[at + 1] == 0 and self._may_cut(run):
            return self._cut_run(run, sign, after=after)
        while depths[at + after] and 0 <= at + (1 if after else -1) < len(children):
            at += 1 if after else -1
        return children[at]

    def _field_depths(self, children: list[etree._Element]) -> list[int]:
        """Return in how many open fields each child begins, and in how many the last one ends."""
        depths = [0]
        for child in children:
            kinds = [character.get(f"{self._w}fldCharType") for character in child.iter(f"{self._w}fldChar")]
            depths.append(max(0, depths[-1] + kinds.count("begin") - kinds.count("end")))
        return depths

    def _may_cut(self, run: etree._Element) -> bool:
        return run.find(f"{self._w}fldChar") is None and run.find(f"{self._w}rPr/{self._w}rPrChange") is None

    def _cut_run(self, run: etree._Element, sign: _Sign, *, after: bool) -> etree._Element:
        """Cut a run before or `after` a character into two that look the same, and return the one with the character."""
        element, place = sign.element, sign.place + after
        rest = list(element.itersiblings())
        text = element.text or ""
        if 0 < place < len(text):
            tail = deepcopy(element)
            element.text, tail.text = text[:place], text[place:]
            for one in (element, tail):
                one.set(_SPACE, "preserve")
            rest.insert(0, tail)
        elif not place:
            rest.insert(0, element)
        before = [child for child in run if child.tag != f"{self._w}rPr" and child not in rest]
        if not rest or not before:
            return run
        second = run.makeelement(run.tag, {str(key): str(value) for key, value in run.items()})
        second.extend([*map(deepcopy, run.findall(f"{self._w}rPr")), *rest])
        run.addnext(second)
        return run if after else second


def _number(passage: Passage, name: str, most: int) -> int | None:
    """Return the number of the paragraph of the part `name` that a passage is tied to."""
    part, _, number = (passage.anchor or "").partition("#")
    return int(number) if part == name and 0 < int(number) <= most else None


def _aligned(wanted: str, found: str, start: int, end: int) -> range:
    """Return the places in `found` of the words at `start` to `end` of `wanted`: the same text, but for list marks, signs and spaces."""
    ours, theirs = list(_WORD.finditer(wanted)), list(_WORD.finditer(found))
    if max(len(ours), len(theirs)) > _MOST_WORDS:
        return range(0)
    matcher = SequenceMatcher(None, [_plain(one[0]) for one in ours], [_plain(one[0]) for one in theirs], autojunk=False)
    pairs = [(ours[a + step], theirs[b + step]) for a, b, size in matcher.get_matching_blocks() for step in range(size)]
    inside = [(our, their) for our, their in pairs if our.start() < end and our.end() > start]
    if not inside:
        return range(0)
    (our, their), (last, its) = inside[0], inside[-1]
    begin = their.start() + (max(0, start - our.start()) if len(our[0]) == len(their[0]) else 0)
    return range(begin, its.end() - (max(0, last.end() - end) if len(last[0]) == len(its[0]) else 0))


@lru_cache(maxsize=8192)
def _plain(word: str) -> str:
    """Return a word in the characters that all its spellings share, so that it is the same in the letter and in the document."""
    same = unicodedata.normalize("NFKC", word).replace("\u2010", "-")
    return "".join(character for character in same if unicodedata.category(character) not in {"Cc", "Cf"})
