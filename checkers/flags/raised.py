"""What a flag's checker yields."""

from __future__ import annotations

from dataclasses import dataclass

from checkers.reading import Reading, Sentence
from models.finding import Place


@dataclass(frozen=True, slots=True)
class Raised:
    """Something to look at: the words, where they stand, what is wrong and what to do instead."""

    text: str
    places: tuple[Place, ...]
    message: str
    suggestion: str | None


def raised(reading: Reading, start: int, end: int, message: str, suggestion: str | None) -> Raised:
    """Return what is wrong with the characters from `start` to `end`."""
    return Raised(reading.letter.text[start:end], (reading.place(start, end),), message, suggestion)


def raised_in(reading: Reading, sentence: Sentence, message: str, suggestion: str | None) -> Raised:
    """Return what is wrong with a sentence."""
    return raised(reading, sentence.start, sentence.end, message, suggestion)
