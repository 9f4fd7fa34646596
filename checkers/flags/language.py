"""Flag `plain_language`: the letter is hard to read (2022: 5.8; 2024: 6.9, 6.19). Measured, and quiet unless it is plain to see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checkers.facts import Facts
from checkers.flags.raised import Raised, raised_in
from checkers.people import People
from checkers.reading import Reading, Sentence
from models.letter import Style

_ENOUGH = 6  # sentences of prose below which nothing can be said
_LONG = 36.0  # words a sentence on average: found, with the next, to agree best with careful readers
_HARD = 52.0  # Flesch reading ease: under 60 is hard for many adults
_JARGON = 4  # different unexplained terms
_VOWELS = re.compile(r"[aeiouy]+")


def hard_to_read(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield the longest sentence of a letter whose sentences are very long or very hard, or a sentence of jargon where jargon abounds."""
    prose = [s for s in reading.prose if s.passage.style is Style.PARAGRAPH and len(s.text.split()) > 4]
    if len(prose) < _ENOUGH:
        return
    jargon = [s for s in prose if reading.says("flags/language", s)]
    words = [len(s.text.split()) for s in prose]
    average = sum(words) / len(words)
    if average > _LONG or reading_ease(prose) < _HARD:
        longest = max(prose, key=lambda s: len(s.text))
        yield raised_in(
            reading,
            longest,
            f"This letter is hard to read: {average:.0f} words a sentence on average.",
            "Use shorter sentences and everyday words.",
        )
    elif len(jargon) >= _JARGON:
        yield raised_in(
            reading, jargon[0], "This letter has many terms that a resident may not know.", "Use everyday words, or explain the terms."
        )


def reading_ease(sentences: list[Sentence]) -> float:
    """Return the Flesch reading ease of sentences: 100 is very easy, under 30 very hard."""
    words = [w for s in sentences for w in re.findall(r"[a-z']+", s.low)]
    syllables = sum(max(1, len(_VOWELS.findall(re.sub(r"e\b", "", w)))) for w in words)
    return 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / max(1, len(words))
