"""What a Word document's styles say of a paragraph or a run of text: heading, bold, hidden, and the list that it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from readers.ooxml import W

_OFF = {"0", "false", "off", "none"}
_HEADING = re.compile(r"heading \d|title|subtitle", re.IGNORECASE)
_BODY_LEVEL = 9
_HIGHEST = 32_767  # the highest number that Word lets a list start at
_STYLE, _BOLD, _HIDDEN = W + "rStyle", W + "b", W + "vanish"


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """Return an attribute of a Word element, or None where the element or the attribute is not there."""
    return None if element is None else element.get(W + name)


def whole(text: str | None) -> int | None:
    """Return a number that an attribute holds, or None where it holds none from 0 to Word's highest."""
    number = int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
    return number if number is not None and number <= _HIGHEST else None


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
    level: int | None = None


class Styles:
    """The document's styles, each with what it takes from the style that it is based on."""

    def __init__(self, root: etree._Element | None) -> None:
        """Read the styles part; None stands for a document without one."""
        styles = [] if root is None else root.findall(W + "style")
        self._elements = {value(style, "styleId"): style for style in styles}
        self._looks: dict[str | None, Look] = {None: Look()}
        self.default = next((name for name, style in self._elements.items() if _is_default(style)), None)

    def look(self, name: str | None) -> Look:
        """Return what the style called `name` (its id) gives; an unknown style gives nothing."""
        chain: dict[str | None, None] = {}
        while name not in self._looks and name not in chain:  # a style that is based on itself ends here
            chain[name] = None
            style = self._elements.get(name)
            name = None if style is None else value(style.find(W + "basedOn"))
        look = self._looks.get(name, Look())
        for one in reversed(chain):
            style = self._elements.get(one)
            look = self._looks[one] = Look() if style is None else _read(style, look)
        return look

    def run(self, properties: etree._Element | None, paragraph: Look) -> tuple[bool, bool]:
        """Return whether a run of text is hidden and whether it is bold, by its own properties and those of its paragraph's style."""
        if properties is None:
            return bool(paragraph.hidden), bool(paragraph.bold)
        hidden: bool | None = None
        bold: bool | None = None
        named: str | None = None
        for switch in properties.iterchildren(_STYLE, _BOLD, _HIDDEN):
            if switch.tag == _STYLE:
                named = value(switch)
            elif switch.tag == _BOLD:
                bold = value(switch) not in _OFF
            else:
                hidden = value(switch) not in _OFF
        style = self.look(named)
        return _toggled(hidden, style.hidden, paragraph.hidden), _toggled(bold, style.bold, paragraph.bold)


def _toggled(own: bool | None, style: bool | None, paragraph: bool | None) -> bool:
    """Return what a switch comes to: on in both styles is off again (ISO/IEC 29500-1, 17.7.3)."""
    return bool(style) is not bool(paragraph) if own is None else own


def _read(style: etree._Element, base: Look) -> Look:
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
    level = whole(value(style.find(f"{W}pPr/{W}outlineLvl")))
    return level is not None and level < _BODY_LEVEL


def numbering_of(properties: etree._Element | None) -> tuple[str | None, int | None]:
    """Return the list's id and the level (from 0) that paragraph properties name; None where they do not say."""
    number = None if properties is None else properties.find(W + "numPr")
    if number is None:
        return None, None
    return value(number.find(W + "numId")), whole(value(number.find(W + "ilvl")))
