"""The lists of a Word document: the number or sign that Word shows in front of a paragraph (ISO/IEC 29500-1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml import etree

from readers.ooxml import W
from readers.wordstyles import is_on, value, whole

_BULLET = "- "
_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9  # a list has no more of them
_ALPHABET = 26
_MOST_LETTERS = 30  # after 30 times "z" Word begins with "a" again


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list. `restart`: how many of the levels above start it anew; `style`: the paragraph style tied to it."""

    form: str
    text: str
    start: int
    restart: int
    space: str
    legal: bool
    hidden: bool
    style: str | None


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Number:
    """A list as paragraphs name it. Lists of the same definition share `counts`; `fresh` are levels that are still to start anew."""

    levels: dict[int, _Level]
    counts: dict[int, int]
    fresh: set[int] = field(default_factory=set)


class Numbering:
    """The document's lists, counting as the paragraphs go by."""

    def __init__(self, root: etree._Element | None) -> None:
        """Take the numbering part; None stands for a document without one. Its lists are read when they are first used."""
        definitions = [] if root is None else root.findall(W + "abstractNum")
        self._definitions = {value(one, "abstractNumId"): one for one in definitions}
        self._of_style = {value(one.find(W + "styleLink")): value(one, "abstractNumId") for one in definitions}
        self._elements = {value(one, "numId"): one for one in ([] if root is None else root.findall(W + "num"))}
        self._lists: dict[str | None, _List] = {}
        self._numbers: dict[str, _Number] = {}

    def level_of(self, number: str, style: str | None) -> int | None:
        """Return the level (from 0) of the list that is tied to a paragraph style, or None where none is."""
        found = self._number(number)
        if found is None or style is None:
            return None
        return next((index for index, level in found.levels.items() if level.style == style), None)

    def mark(self, number: str, level: int) -> str | None:
        """Count one more paragraph of the list.

        Return what stands in front of it, with the space after it ("2. ", "(b) ", "- "), or None where nothing does.
        """
        found = self._number(number)
        if found is None:
            return None
        here = found.levels.get(level)
        if here is None:
            return _BULLET
        _count(found, level)
        if here.hidden:
            return None
        if here.form == "bullet":
            return _BULLET
        text = _filled(here, found)
        return text + here.space if text else None

    def _number(self, number: str) -> _Number | None:
        element = self._elements.get(number)
        if element is None:
            return None
        if number not in self._numbers:
            self._numbers[number] = _number(element, self._list(value(element.find(W + "abstractNumId"))))
        return self._numbers[number]

    def _list(self, name: str | None) -> _List:
        """Return the list of a definition; one that only names a list style is the list of that style."""
        if name not in self._definitions:
            return _List()
        link = value(self._definitions[name].find(W + "numStyleLink"))
        name = name if link is None else self._of_style.get(link, name)
        if name not in self._lists:
            self._lists[name] = _List(_levels(self._definitions[name]))
        return self._lists[name]


def _levels(parent: etree._Element) -> dict[int, _Level]:
    return {index: _level(level, index) for level in parent.findall(W + "lvl") if (index := _index(level)) is not None}


def _index(level: etree._Element) -> int | None:
    index = whole(value(level, "ilvl"))
    return index if index is not None and index < _LEVELS else None


def _level(level: etree._Element, index: int) -> _Level:
    start = whole(value(level.find(W + "start")))
    restart = whole(value(level.find(W + "lvlRestart")))
    return _Level(
        form=value(level.find(W + "numFmt")) or "decimal",
        text=value(level.find(W + "lvlText")) or "",
        start=1 if start is None else start,
        restart=index if restart is None else restart,
        space="" if value(level.find(W + "suff")) == "nothing" else " ",
        legal=bool(is_on(level, "isLgl")),
        hidden=bool(is_on(level.find(W + "rPr"), "vanish")),
        style=value(level.find(W + "pStyle")),
    )


def _number(number: etree._Element, shared: _List) -> _Number:
    """Return a list as paragraphs name it: it may define levels of the shared one anew, and start them anew where it is first used."""
    found = _Number(dict(shared.levels), shared.counts)
    for override in number.findall(W + "lvlOverride"):
        index = _index(override)
        if index is None:
            continue
        own = override.find(W + "lvl")
        if own is not None:
            found.levels[index] = _level(own, index)
        start = whole(value(override.find(W + "startOverride")))
        if start is not None and index in found.levels:
            found.levels[index] = replace(found.levels[index], start=start)
            found.fresh.add(index)
    return found


def _count(number: _Number, level: int) -> None:
    counts, levels = number.counts, number.levels
    counts[level] = counts[level] + 1 if level in counts and level not in number.fresh else levels[level].start
    number.fresh.discard(level)
    for deeper in [other for other in counts if other > level and (other not in levels or level < levels[other].restart)]:
        del counts[deeper]


def _filled(here: _Level, number: _Number) -> str:
    def counted(match: re.Match[str]) -> str:
        index = int(match.group(1)) - 1
        level = number.levels.get(index)
        if level is None:
            return ""
        count = number.counts.get(index, level.start)
        return str(count) if here.legal or count < 1 else _FORMS.get(level.form, str)(count)

    return _PLACE.sub(counted, here.text).strip()


def _letters(number: int) -> str:
    times, place = divmod((number - 1) % (_ALPHABET * _MOST_LETTERS), _ALPHABET)
    return chr(ord("a") + place) * (times + 1)


def _roman(number: int) -> str:
    signs = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
    text = ""
    for worth, sign in (*signs, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        text += sign * (number // worth)
        number %= worth
    return text


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in {11, 12, 13} else ends.get(number % 10, 'th')}"


_FORMS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    "ordinal": _ordinal,
    "none": lambda _: "",
}
