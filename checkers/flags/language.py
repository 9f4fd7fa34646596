"""Flag `plain_language`: the letter is hard to read (2022: 5.8; 2024: 6.9, 6.19).

Measured: how long sentences are, and how many words a resident may not know. How these weigh together is learned (flags/weighing.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from checkers.facts import Facts
from checkers.flags.raised import Raised, raised_in
from checkers.people import People
from checkers.reading import Reading, Sentence
from checkers.rules import words
from models.language.pieces import pieces_of

_ENOUGH = 4  # sentences of prose below which nothing can be said
_LONG = 30  # words of a sentence
_JARGON = 3  # terms in a letter
_SHORT_FORM = re.compile(r"\b[A-Z]{2,6}s?\b")
_WORD = re.compile(r"[a-z]{3,}")


def hard_to_read(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield the longest sentence of a letter of long sentences, or the first of those with terms that a resident may not know."""
    prose = _prose(reading)
    terms = [s for s in prose if reading.says("flags/language", s)] or [s for s in prose if _short_forms(reading, s)]
    if not prose or len(prose) < _ENOUGH:
        return
    if _usual_longest(prose) < _LONG and len(terms) >= _JARGON:
        message = "This letter has many terms that a resident may not know."
        yield raised_in(reading, terms[0], message, "Use everyday words, or explain the terms.")
        return
    average = sum(len(s.text.split()) for s in prose) / len(prose)
    message = f"This letter is hard to read: {average:.0f} words a sentence on average."
    yield raised_in(reading, max(prose, key=lambda s: len(s.text)), message, "Use shorter sentences and everyday words.")


def hardness(reading: Reading) -> list[float]:
    """Return what the flag is weighed from: long sentences, short forms not spelt out, officialese, and rare words; about 0 to 3 each."""
    prose = _prose(reading)
    if len(prose) < _ENOUGH:
        return [0.0] * 4
    words = [word for s in prose for word in _WORD.findall(s.low)]
    short = {form for s in prose for form in _short_forms(reading, s)}
    officialese = sum(reading.says("flags/language", s) for s in prose)
    rare = sum(len(pieces_of(word)) > 2 for word in words) / max(1, len(words))
    return [_usual_longest(prose) / 10, min(len(short), 6) / 2, min(officialese, 6) / 2, rare * 10]


def _prose(reading: Reading) -> list[Sentence]:
    return [s for s in reading.prose if len(s.text.split()) > 4]


def _usual_longest(prose: list[Sentence]) -> float:
    """Return the words of a sentence than which one in ten is longer."""
    return float(np.percentile([len(s.text.split()) for s in prose], 90))


def _short_forms(reading: Reading, sentence: Sentence) -> set[str]:
    """Return the short forms in capitals that the letter does not spell out in brackets, but for those that everybody knows."""
    known = words("flags/words", "short_forms")
    forms = {m.rstrip("s") for m in _SHORT_FORM.findall(sentence.text)} - known
    return {form for form in forms if f"({form}" not in reading.letter.text and f"{form} (" not in reading.letter.text}
