"""The fields of a Word document: which of the text in them Word shows (ISO/IEC 29500-1, 17.16)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from readers.ooxml import W
from readers.wordstyles import is_on, value, whole

_CHARACTER = W + "fldChar"
_DELETED = (W + "del", W + "moveFrom")
_BUTTON = re.compile(r"\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s+(.*)", re.IGNORECASE | re.DOTALL)  # it shows the end of its instruction
_TICKED, _UNTICKED = "☒", "☐"


@dataclass(slots=True)
class _Field:
    """A field that is open: its instruction so far, and whether its result has begun."""

    instruction: list[str] = field(default_factory=list)
    in_result: bool = False


class Fields:
    """The fields of one story (the body, a header, a box), followed as the walk comes past their characters."""

    def __init__(self, story: etree._Element) -> None:
        """Find the fields that have an end; the characters of others are passed over, so that they hide no text."""
        self._whole = _whole(story)
        self._open: list[_Field] = []
        self._instructions = 0  # how many of the open fields have not come to their result

    @property
    def shown(self) -> bool:
        """Whether text here is shown: it stands in no field's instruction."""
        return self._instructions == 0

    def instruct(self, text: str) -> None:
        """Take a piece of an instruction."""
        if self._open and not self._open[-1].in_result:
            self._open[-1].instruction.append(text)

    def pass_by(self, character: etree._Element) -> str:
        """Open, turn or close a field, and return what Word shows that is no field's result: a form's choice, a button's text."""
        if character not in self._whole:
            return ""
        kind = value(character, "fldCharType")
        if kind == "begin":
            text = _form(character.find(W + "ffData")) if self.shown else ""
            self._open.append(_Field())
            self._instructions += 1
            return text
        if not self._open[-1].in_result:
            self._instructions -= 1
        if kind == "separate":
            self._open[-1].in_result = True
            return ""
        ended = self._open.pop()
        button = None if ended.in_result else _BUTTON.match("".join(ended.instruction))
        return button.group(1) if button and self.shown else ""


def _whole(story: etree._Element) -> set[etree._Element]:
    """Return the characters of the fields that begin and end in the story's text as it stands."""
    found: set[etree._Element] = set()
    open_fields: list[list[etree._Element]] = []
    for character in story.iter(_CHARACTER):
        if next(character.iterancestors(*_DELETED), None) is not None:
            continue
        kind = value(character, "fldCharType")
        if kind == "begin":
            open_fields.append([character])
        elif open_fields and kind in {"separate", "end"}:
            open_fields[-1].append(character)
            if kind == "end":
                found.update(open_fields.pop())
    return found


def _form(data: etree._Element | None) -> str:
    """Return what a form's tick box or list of choices shows."""
    if data is None:
        return ""
    box, choices = data.find(W + "checkBox"), data.find(W + "ddList")
    if box is not None:
        checked = is_on(box, "checked")
        return _TICKED if (is_on(box, "default") if checked is None else checked) else _UNTICKED
    if choices is not None:
        entries = choices.findall(W + "listEntry")
        default = whole(value(choices.find(W + "default"))) or 0
        chosen = whole(value(choices.find(W + "result")))
        index = default if chosen is None else chosen
        return (value(entries[index]) or "") if index < len(entries) else ""
    return ""
