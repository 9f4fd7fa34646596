"""Stages that a letter claims as its own beyond doubt: in a sentence that says so, or in a title (rules of stage_claims.toml)."""

from __future__ import annotations

import re

from checkers.reading import Reading, Sentence
from checkers.stagenumbers import Claim, stage_numbers
from models.letter import Style

RULES = "facts/stage_claims"
_WORDS, _FEW, _TOP = 12, 4, 16  # a title has no more words, with a full stop these few, and stands in so many sentences from the top
_LAST = re.compile(r"\b(?:final|last)\b")
_NAMES_STAGE = re.compile(r"stage|step|tier|level|round|look|phase|first|second|third|final|last|initial")  # most sentences do not
_ABOUT = re.compile(r"(?:what|where|which|type|status|stage|level|step|tier|letter|this|complaint|kind)\b")


def outright(reading: Reading) -> tuple[Claim, ...]:
    """Return one claim for each stage that a sentence or a title claims for this letter, by number; worked out once a letter."""
    if reading.outright is None:
        reading.outright = _found(reading)
    return reading.outright


def _found(reading: Reading) -> tuple[Claim, ...]:
    claimed: dict[int, Claim] = {}
    salutation = reading.salutation.index if reading.salutation and reading.salutation.index < _TOP else 0
    for s in reading.sentences:
        if not _NAMES_STAGE.search(s.low) or s.has("conditional", "resident", "earlier", "question"):
            continue
        labels = {"title" if s.is_heading or _is_label(s) else "text", *(("top",) if s.index < salutation else ())}
        for m in (m for rule, m in reading.marks(RULES, s) if rule.label in labels):
            numbers = stage_numbers(m[0])
            if len(numbers) == 1:
                (number,) = numbers
                claimed.setdefault(number, Claim(number, s.start + m.start(), s.start + m.end(), 1.0))
    if 3 in claimed and 2 in claimed and _LAST.search(reading.low[claimed[2].start : claimed[2].end]):
        del claimed[2]  # where there are three stages the last is the third
    return tuple(claimed[n] for n in sorted(claimed))


def _is_label(sentence: Sentence) -> bool:
    """Tell whether a sentence is a subject or reference line, or a line or row that says what the letter is."""
    text, words = sentence.text, len(sentence.text.split(maxsplit=_WORDS + 1))
    if words > _WORDS:
        return False
    if sentence.passage.style is Style.ROW:
        return text.count(" | ") == 1 and _ABOUT.match(sentence.low) is not None
    top = sentence.index < _TOP and (text.rstrip()[-1] not in ".!?" or words <= _FEW)
    return top or (": " in text and _ABOUT.match(sentence.low) is not None)
