"""Ghost stages: steps of a complaint outside the stages that the Code knows (2022: 4.1; 2024: 5.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checkers.reading import Reading, Sentence

RULES = "facts/ghost"
_OWN = re.compile(r"\b(?:this|your|it|we|i|at|is|are|has been|now|first)\b")
_BETWEEN = re.compile(r"\b(?:ombudsman)\b")


@dataclass(frozen=True, slots=True)
class GhostStage:
    """A ghost stage named in the letter. `own` tells whether this very letter belongs to it."""

    sentence: Sentence
    start: int
    end: int
    own: bool


def ghost_stages(reading: Reading) -> Iterator[GhostStage]:
    """Yield each sentence that treats something as a stage which the Code does not have."""
    for sentence in reading.body:
        match = next((m for rule, m in reading.marks(RULES, sentence) if rule.label == "named"), None)
        if match is None or reading.says(RULES, sentence, "denied") or _BETWEEN.search(sentence.low):
            continue
        own = not sentence.has("conditional", "earlier") and bool(_OWN.search(sentence.low))
        yield GhostStage(sentence, sentence.start + match.start(), sentence.start + match.end(), own)
