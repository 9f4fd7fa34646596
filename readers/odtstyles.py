"""What an OpenDocument's styles and lists say of a paragraph: bold, hidden, and the number in front of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from readers.numbers import counted

FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_BOLD = {"bold", "600", "700", "800", "900"}
_DIGITS = 4


def number_of(element: etree._Element, name: str, otherwise: int) -> int:
    """Return an attribute that is a small number, or `otherwise` where it is not there or is none."""
    given = element.get(name, "")
    return int(given) if given.isdecimal() and len(given) <= _DIGITS else otherwise


@dataclass(frozen=True, slots=True)
class Look:
    """What a style gives to text; None where it says nothing."""

    bold: bool | None = None
    hidden: bool | None = None


class Styles:
    """The document's styles by family and name, each with what it takes from its parent."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        """Read the styles in these parts of the document, the later over the earlier."""
        self._elements = {
            (style.get(f"{STYLE}family"), style.get(f"{STYLE}name")): style for root in roots for style in root.iter(f"{STYLE}style")
        }
        self._looks: dict[tuple[str, str | None], Look] = {}

    def look(self, family: str, name: str | None) -> Look:
        """Return what the style called `name` gives; an unknown style gives nothing."""
        key = (family, name)
        if key not in self._looks:
            self._looks[key] = Look()  # a style that is its own parent ends here
            style = self._elements.get(key)
            if style is not None:
                self._looks[key] = self._read(family, style)
        return self._looks[key]

    def _read(self, family: str, style: etree._Element) -> Look:
        parent = self.look(family, style.get(f"{STYLE}parent-style-name"))
        text = style.find(f"{STYLE}text-properties")
        weight = None if text is None else text.get(f"{FO}font-weight")
        shown = None if text is None else text.get(f"{TEXT}display")
        return Look(parent.bold if weight is None else weight in _BOLD, parent.hidden if shown is None else shown == "none")


@dataclass(frozen=True, slots=True)
class Level:
    """How the items of one level of a list are marked: `form` is `1`, `a`, `A`, `i` or `I`, empty for none, "-" for a bullet."""

    form: str
    before: str = ""
    after: str = ""
    start: int = 1
    shown: int = 1  # how many levels the number shows: 2 for 2.1


OUTLINE = "text:outline-style"  # no style's name has a colon
_BULLET = Level("-")


def list_levels(roots: Iterable[etree._Element]) -> dict[str | None, dict[int, Level]]:
    """Return the levels (from 1) of each list style by its name, and of the outline of headings under OUTLINE."""
    styles = [style for root in roots for style in root.iter(f"{TEXT}list-style", f"{TEXT}outline-style")]
    return {
        style.get(f"{STYLE}name") if style.tag == f"{TEXT}list-style" else OUTLINE: {
            number_of(level, f"{TEXT}level", 1): _level(level) for level in style if isinstance(level.tag, str)
        }
        for style in styles
    }


def _level(level: etree._Element) -> Level:
    if level.tag not in {f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style"}:
        return _BULLET
    return Level(
        level.get(f"{STYLE}num-format", ""),
        level.get(f"{STYLE}num-prefix", ""),
        level.get(f"{STYLE}num-suffix", ""),
        number_of(level, f"{TEXT}start-value", 1),
        number_of(level, f"{TEXT}display-levels", 1),
    )


@dataclass
class Count:
    """The numbers of one list as its items go by; `levels` says how they are written."""

    levels: dict[int, Level]
    numbers: dict[int, int] = field(default_factory=dict)

    def mark(self, depth: int, start: int | None = None) -> str | None:
        """Count one more item `depth` levels deep, or one numbered `start`, and return its sign ("2.", "(b)", "-"), None for none."""
        level = self.levels.get(depth, _BULLET)
        self.numbers[depth] = start if start is not None else self.numbers.get(depth, level.start - 1) + 1
        for deeper in [other for other in self.numbers if other > depth]:
            del self.numbers[deeper]
        if level is _BULLET:
            return "-"
        shown = range(max(depth - level.shown + 1, 1), depth + 1) if level.form else ()
        number = ".".join(filter(None, (self._number(one) for one in shown)))
        return f"{level.before}{number}{level.after}".strip() or None

    def _number(self, depth: int) -> str:
        level = self.levels.get(depth, _BULLET)
        return counted(self.numbers.get(depth, level.start), level.form) if level.form not in {"", "-"} else ""
