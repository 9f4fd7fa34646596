"""The numbers of stages that a sentence names, whatever the landlord calls its stages: "Step Two", "the second of our two looks"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOTAL = re.compile(
    r"\b(?:2|3|two|three|both)(?:\W+\w+)?\W+(?:stages|steps|tiers|levels|looks|rounds|rungs|goes|turns|bites|hearings|answers|times|pairs|parts"
    r"|reviews|chances)\b|\b(?:of|in|by|from|only|just) (?:the |our |its |these |those )?(?:2|3|two|three)\b"
)
_NUMBERED = re.compile(
    r"\b(?:stage|step|tier|level|look|round|rung|phase|part|go|turn|hearing|answer|review|number)s?"
    r"(?:\W+(?:number|no))?\W{1,3}(1|2|3|one|two|three|i{1,3})\b"
)
LETTERED = r"\bs(?P<s>[123])\b(?= (?:response|reply|complaint|review|outcome|decision|answer|letter|acknowledg))"
_LETTERED = re.compile(LETTERED)
_ORDINAL = re.compile(r"\b(first|initial|1st|second|2nd|third|3rd|final|last)\b")
_THINGS = (
    r"(?:stages?|steps?|rungs?|tiers?|rounds?|looks?|goes|go|turns?|answers?|times?|tries|try|asking|hearing|part|level"
    r"|responses?|reviews?|replies|chances?|halves|half)"
)
ORDINAL_STAGE = re.compile(
    r"\b(?P<n>first|second|third|1st|2nd|3rd)(?:,? (?:and|or) (?:\w+ )?(?:last|final))?,?[ -](?:(?:formal|complaints?|of "
    r"(?:our|the|these|its|those)(?: only)?(?: two| three)?|and) )*"
    rf"(?:(?:two|three) )?{_THINGS}\b|\b(?P<f>final|last) stage\b|\b(?P<o>first|second|third) of (?:the |our )?(?:two|three)\b"
)
NUMBERS = {"1": 1, "one": 1, "i": 1, "2": 2, "two": 2, "ii": 2, "3": 3, "three": 3, "iii": 3}
ORDINALS = {"first": 1, "initial": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3}


@dataclass(frozen=True, slots=True)
class Claim:
    """Where in a letter's text a stage is named, by its number, and how likely (0 to 1) it is claimed there for the letter."""

    number: int
    start: int
    end: int
    likely: float


def stage_numbers(low: str) -> frozenset[int]:
    """Return the numbers that a sentence, in lower case, gives stages; how many there are does not count, and "final" is 2 alone."""
    text = _TOTAL.sub(" ", low)
    found = {NUMBERS[n] for n in _NUMBERED.findall(text)}
    ordinals = set(_ORDINAL.findall(text))
    found |= {ORDINALS[word] for word in ordinals if word in ORDINALS}
    return frozenset(found or ({2} if ordinals else ()))


def stage_places(low: str) -> Iterator[tuple[int, int, int]]:
    """Yield where a sentence, in lower case, names one stage by its number: start, end and the number, in order."""
    last = 0
    for start, end in sorted(m.span() for pattern in (_NUMBERED, _LETTERED, ORDINAL_STAGE) for m in pattern.finditer(low)):
        numbers = stage_numbers(low[start:end]) or {int(low[start + 1])}
        if len(numbers) == 1 and start >= last:
            yield start, end, min(numbers)
            last = end
