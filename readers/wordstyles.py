"""What a Word document's styles and list definitions say of a paragraph: heading, bold, hidden, and the number in front of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from readers.ooxml import W

_OFF = {"0", "false", "off", "none"}
_HEADING = re.compile(r"heading \d|title|subtitle", re.IGNORECASE)
_BODY_LEVEL = 9


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """Return an attribute of a Word element, or None where the element or the attribute is not there."""
    return None if element is None else element.get(W + name)


def is_on(properties: etree._Element | None, name: str) -> bool | None:
    """Tell whether a switch such as bold is on in the properties, or None where they do not say."""
    switch = None if properties is None else properties.find(W + name)
    return None if switch is None else value(switch) not in _OFF


@dataclass(frozen=True, slots=True)
class Look:
    """What a style gives to a paragraph or to a run of text; None where it says nothing."""

    heading: bool | None = None
    bold: bool | None = None
    hidden: bool | None = None
    number: str | None = None
    level: int = 0


class Styles:
    """The document's styles, each with what it takes from the style that it is based on."""

    def __init__(self, root: etree._Element | None) -> None:
        """Read the styles part; None stands for a document without one."""
        styles = () if root is None else root.iter(W + "style")
        self._elements = {value(style, "styleId"): style for style in styles}
        self._looks: dict[str | None, Look] = {None: Look()}
        self.default = next((name for name, style in self._elements.items() if _is_default(style)), None)

    def look(self, name: str | None) -> Look:
        """Return what the style called `name` (its id) gives; an unknown style gives nothing."""
        if name not in self._looks:
            self._looks[name] = Look()  # a style that is based on itself ends here
            style = self._elements.get(name)
            if style is not None:
                self._looks[name] = self._read(style)
        return self._looks[name]

    def _read(self, style: etree._Element) -> Look:
        base = self.look(value(style.find(W + "basedOn")))
        run = style.find(W + "rPr")
        bold, hidden = is_on(run, "b"), is_on(run, "vanish")
        number, level = numbering_of(style.find(W + "pPr"))
        return Look(
            heading=bool(_HEADING.fullmatch(value(style.find(W + "name")) or "")) or _is_outlined(style) or base.heading,
            bold=base.bold if bold is None else bold,
            hidden=base.hidden if hidden is None else hidden,
            number=base.number if number is None else number,
            level=base.level if level is None else level,
        )


def _is_default(style: etree._Element) -> bool:
    return value(style, "type") == "paragraph" and value(style, "default") not in {None, *_OFF}


def _is_outlined(style: etree._Element) -> bool:
    level = value(style.find(f"{W}pPr/{W}outlineLvl"))
    return level is not None and level.isdigit() and int(level) < _BODY_LEVEL


def numbering_of(properties: etree._Element | None) -> tuple[str | None, int | None]:
    """Return the list's id and the level (from 0) that paragraph properties name; None where they do not say."""
    number = None if properties is None else properties.find(W + "numPr")
    if number is None:
        return None, None
    level = value(number.find(W + "ilvl")) or ""
    return value(number.find(W + "numId")), int(level) if level.isdigit() else None


@dataclass(slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The document's lists, counting as the paragraphs go by."""

    def __init__(self, root: etree._Element | None) -> None:
        """Read the numbering part; None stands for a document without one."""
        self._lists: dict[str | None, _List] = {}
        self._numbers: dict[str | None, tuple[_List, dict[int, _Level]]] = {}
        self._started: set[tuple[str, int]] = set()
        if root is None:
            return
        for definition in root.iter(W + "abstractNum"):
            self._lists[value(definition, "abstractNumId")] = _List(_levels(definition))
        for number in root.iter(W + "num"):
            shared = self._lists.get(value(number.find(W + "abstractNumId")), _List())
            self._numbers[value(number, "numId")] = (shared, _overrides(number, shared))

    def mark(self, number: str, level: int) -> str | None:
        """Count one more paragraph of the list and return the sign in front of it ("2.", "(b)", "-"), or None where it has none."""
        if number not in self._numbers:
            return None
        shared, overrides = self._numbers[number]
        levels = shared.levels | overrides
        here = levels.get(level)
        if here is None:
            return "-"
        self._count(number, level, shared, here, restart=level in overrides)
        if here.form == "bullet":
            return "-"
        return _mark(here.text, levels, shared.counts) or None

    def _count(self, number: str, level: int, shared: _List, here: _Level, *, restart: bool) -> None:
        fresh = restart and (number, level) not in self._started
        self._started.add((number, level))
        shared.counts[level] = here.start if fresh or level not in shared.counts else shared.counts[level] + 1
        for deeper in [other for other in shared.counts if other > level]:
            del shared.counts[deeper]


def _levels(parent: etree._Element) -> dict[int, _Level]:
    return {int(value(level, "ilvl") or 0): _level(level) for level in parent.findall(W + "lvl")}


def _level(level: etree._Element) -> _Level:
    start = value(level.find(W + "start")) or ""
    form = value(level.find(W + "numFmt")) or "decimal"
    return _Level(form, value(level.find(W + "lvlText")) or "", int(start) if start.isdigit() else 1)


def _overrides(number: etree._Element, shared: _List) -> dict[int, _Level]:
    """Return the levels that a list sets anew: a definition of its own, or another start."""
    found: dict[int, _Level] = {}
    for override in number.findall(W + "lvlOverride"):
        index = int(value(override, "ilvl") or 0)
        own = override.find(W + "lvl")
        level = _level(own) if own is not None else shared.levels.get(index)
        start = value(override.find(W + "startOverride")) or ""
        if level is not None:
            found[index] = _Level(level.form, level.text, int(start) if start.isdigit() else level.start)
    return found


def _mark(text: str, levels: dict[int, _Level], counts: dict[int, int]) -> str:
    def counted(match: re.Match[str]) -> str:
        index = int(match.group(1)) - 1
        level = levels.get(index)
        return "" if level is None else _FORMS.get(level.form, str)(counts.get(index, level.start))

    return re.sub(r"%(\d)", counted, text).strip()


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    signs = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
    text = ""
    for worth, sign in (*signs, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        text += sign * (number // worth)
        number %= worth
    return text


_FORMS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    "none": lambda _: "",
}
