"""Sentences with places for names (bench/sentences.toml), filled with people of an origin."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SENTENCES = Path(__file__).parent / "sentences.toml"
_SLOT = re.compile(r"\{(\w+)\}")
_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr")
_MISREAD = {"o": "0", "l": "1", "i": "l", "e": "c", "s": "5"}  # as OCR slips


@dataclass
class Filled:
    """A text with names in it, and where their words stand."""

    text: str
    wanted: list[tuple[int, int]]


def sentences() -> dict[str, dict[str, list[str]]]:
    """Return all sentences, by set and sort."""
    found: dict[str, dict[str, list[str]]] = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
    return found


def filled(template: str, origin: tuple[Sequence[str], Sequence[str]], chance: random.Random) -> Filled:
    """Put people of an origin in a sentence's places; a sentence's title and surname are one person's."""
    pieces, wanted, at, length = list[str](), list[tuple[int, int]](), 0, 0
    for m in _SLOT.finditer(template):
        name = _form(m[1], chance.choice(origin[0]), chance.choice(origin[1]), chance)
        pieces += (template[at : m.start()], name)
        length += m.start() - at
        if m[1].lower() != "title":
            wanted.append((length, length + len(name)))
        at, length = m.end(), length + len(name)
    return Filled("".join((*pieces, template[at:])), wanted)


def _form(slot: str, first: str, last: str, chance: random.Random) -> str:
    plain = (re.sub(r"[^\w]", "", first).lower(), re.sub(r"[^\w-]", "", last).lower())
    forms = {
        "full": f"{first} {last}",
        "first": first,
        "last": last,
        "LAST": last.upper(),
        "FULL": f"{first} {last}".upper(),
        "initial": f"{first[0]}. {last}",
        "initials": f"{first[0]}.{last[0]}.",
        "title": chance.choice(_TITLES),
        "mail": ".".join(plain),
        "file": "_".join((first.replace(" ", ""), last.replace(" ", ""))),
        "typo": f"{first} {_slipped(last, chance)}",
        "ocr": _misread(last),
    }
    return forms["title"].upper() if slot == "TITLE" else forms[slot]


def _slipped(name: str, chance: random.Random) -> str:
    """Return a name with two letters inside it changed over."""
    at = chance.randrange(1, max(2, len(name) - 2))
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def _misread(name: str) -> str:
    """Return a name as a scan gives it: one letter taken for a like one."""
    at = next((n for n, c in enumerate(name) if n > 0 and c in _MISREAD), None)
    return name if at is None else name[:at] + _MISREAD[name[at]] + name[at + 1 :]
