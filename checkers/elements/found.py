"""What a checker of one element says, and the ways that checkers share of looking through a letter."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import models
from checkers.carried import likeliest_first
from checkers.reading import Reading, Sentence
from models.finding import Element, Evidence, Status

PROBLEMS = Path(models.__file__).parent / "problems.toml"
_MOST_QUOTED = 3  # quotations of one finding; more would bury the officer


@dataclass(frozen=True, slots=True)
class Found:
    """An element's status with the words that carry it, or with what is wrong, and how sure that is (None where it was not weighed)."""

    status: Status
    evidence: tuple[Evidence, ...] = ()
    problem: str | None = None
    confidence: float | None = None

    def sure(self, confidence: float) -> Found:
        """Return the same with how sure it is (0 to 1)."""
        return replace(self, confidence=confidence)


def present(reading: Reading, element: Element, sentences: Iterable[Sentence]) -> Found:
    """The element is there; of these sentences, those that most likely carry it are quoted, the likeliest first."""
    ranked = likeliest_first(reading, element, sentences)
    best = ([s for s in ranked if not s.is_heading] or ranked)[:_MOST_QUOTED]
    return Found(Status.PRESENT, quote(reading, best))


def incomplete(reading: Reading, element: Element, sentences: Iterable[Sentence]) -> Found:
    """There is something of the element in these sentences, but not enough."""
    return Found(Status.INCOMPLETE, quote(reading, sentences), _problems()[element]["incomplete"])


def missing(element: Element, problem: str | None = None) -> Found:
    """The element is not there; `problem` says so where it can be said more exactly."""
    return Found(Status.MISSING, (), problem or _problems()[element]["missing"])


@cache
def _problems() -> dict[str, dict[str, str]]:
    return tomllib.loads(PROBLEMS.read_text(encoding="utf-8"))


NOT_APPLICABLE = Found(Status.NOT_APPLICABLE)


def quote(reading: Reading, sentences: Iterable[Sentence]) -> tuple[Evidence, ...]:
    """Quote sentences, in the order given, each once."""
    once = list(dict.fromkeys(sentences))
    return tuple(reading.evidence(s.start, s.end) for s in once[:_MOST_QUOTED])


def saying(reading: Reading, ruleset: str, *labels: str, quiet_in: tuple[str, ...] = ()) -> list[Sentence]:
    """Return the body's sentences in which a rule of one of these labels fires and whose context is none of `quiet_in`."""
    return [s for s in reading.body if not s.has(*quiet_in) and reading.says(ruleset, s, *labels)]
