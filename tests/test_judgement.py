"""The checkers against the labels of the archive: a guard against losing what was reached, letter by letter and as a whole.

These letters were seen when the rules were written; docs/accuracy.md has the figures on voices that nobody here had seen.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import readers
from checkers import Choice, check
from models.finding import Element, Result
from models.letter import Letter
from models.settings import Settings

ARCHIVE = Path("samples/archive")
GAPS = {"missing", "incomplete"}


@cache
def judged() -> list[tuple[dict[str, Any], Result]]:
    """Return every readable letter of the archive: its labels, and the program's result."""
    labels = json.loads((ARCHIVE / "labels.json").read_text(encoding="utf-8"))
    pairs = []
    for path in sorted({name.partition("#")[0] for name, label in labels.items() if "error" not in label}):
        for found in readers.read(ARCHIVE / path, Settings().limits):
            name = found.path.removeprefix(f"{ARCHIVE.as_posix()}/")
            if isinstance(found, Letter) and name in labels:
                pairs.append((labels[name], check(found, Settings(), Choice())))
    return pairs


def test_kinds_and_stages_are_told() -> None:
    """Nearly every letter of the archive has its kind, and most their stage."""
    kinds = [label["kind"] == result.kind for label, result in judged()]
    stages = [label["stage"] == result.stage for label, result in judged()]
    assert len(kinds) > 60
    assert sum(kinds) / len(kinds) >= 0.95
    assert sum(stages) / len(stages) >= 0.85


@pytest.mark.parametrize("element", list(Element))
def test_gaps_are_found(element: Element) -> None:
    """For each element at least half of the gaps are found, and not more than one letter in ten is wrongly said to have one."""
    cases = [
        (label["elements"][element] in GAPS, next(f for f in result.elements if f.element is element).status in GAPS)
        for label, result in judged()
        if element not in label["ambiguous"]
    ]
    found = [got for wanted, got in cases if wanted]
    false = [got for wanted, got in cases if not wanted]
    assert sum(found) >= len(found) / 2
    assert sum(false) <= len(false) / 10


def test_a_letter_that_is_not_a_complaint_letter_raises_no_flag() -> None:
    """An appointment or a newsletter is out of scope: every element not applicable, no flag."""
    others = [result for _, result in judged() if result.kind == "other"]
    assert others
    assert all(not r.flags and r.verdict == "out_of_scope" and {f.status for f in r.elements} == {"not_applicable"} for r in others)
