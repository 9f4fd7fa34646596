"""Wording that letterproof itself suggests (models/codes), put into a letter and filled in: it is enough, whatever was learned."""

from __future__ import annotations

import re
from functools import cache

from checkers.facts import Facts
from checkers.reading import Reading, Sentence
from models.finding import Element

_BLANK = re.compile(r"\s*\[[^\]]*\]\s*")
_LEAST = 6  # words that stand in the wording beside its blanks: fewer prove little
_FILLED = 400  # characters that a blank may be filled in with


def suggested(reading: Reading, facts: Facts, element: Element) -> list[Sentence]:
    """Return the body's sentences in which the wording stands that would be suggested for an element; none where it does not."""
    wording = facts.code.rule(facts.kind, facts.stage, element).suggestion
    pattern = _pattern(wording) if wording else None
    found = pattern.search(reading.letter.text) if pattern else None
    return [] if found is None else [s for s in reading.body if s.start < found.end() and found.start() < s.end]


@cache
def _pattern(wording: str) -> re.Pattern[str] | None:
    """Return what finds a wording with anything in its blanks, or None where it is little but blanks."""
    fixed = [piece for piece in _BLANK.split(wording) if re.search(r"\w", piece)]
    if sum(len(piece.split()) for piece in fixed) < _LEAST:
        return None
    pieces = (r"\s+".join(re.escape(word) for word in piece.split()) for piece in fixed)
    return re.compile(rf"[^\[\]]{{1,{_FILLED}}}?".join(pieces), re.IGNORECASE)
