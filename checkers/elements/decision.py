"""Element `decision`: the outcome of the complaint, on every point (2022: 5.6, 5.8, 5.16; 2024: 6.7, 6.9c, 6.19c).

In a refusal it is the refusal itself. A retold decision of an earlier stage is not one, nor is "resolved" or "noted". Incomplete where
several issues are set out and at least one gets no decision.
"""

from __future__ import annotations

from collections import Counter

from checkers.elements import definition
from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present, saying
from checkers.facts import Facts
from checkers.reading import Reading, Sentence
from models.finding import Element, Kind

RULES = "elements/decision"
ORDINALS = "elements/ordinals"
_STRONG = ("for", "against", "part")
_WEAK = ("weak_for", "weak_against")
_WEAK_ENOUGH = 3  # findings on the facts that together leave no doubt
_TOLD = ("conditional", "earlier", "resident", "question")


def check(reading: Reading, facts: Facts) -> Found:
    """Return the decision that the letter gives."""
    if facts.kind is Kind.REFUSAL:
        return _refusal(reading)
    if facts.kind is not Kind.RESPONSE:
        return NOT_APPLICABLE
    decided = decisions(reading, *_STRONG)
    weak = decisions(reading, *_WEAK)
    if not decided and len(weak) >= _WEAK_ENOUGH:
        decided = weak
    if not decided:
        return missing(Element.DECISION)
    undecided = _undecided(reading, decided, weak)
    if undecided:
        return incomplete(reading, Element.DECISION, [*decided[:2], *undecided])
    return present(reading, Element.DECISION, decided)


def decisions(reading: Reading, *labels: str) -> list[Sentence]:
    """Return the sentences in which the landlord decides something in its own voice."""
    return saying(reading, RULES, *labels, quiet_in=_TOLD)


def against_only(reading: Reading) -> bool:
    """Tell whether every decision goes against the resident."""
    return not decisions(reading, "for", "part") and bool(decisions(reading, "against", "weak_against"))


def _refusal(reading: Reading) -> Found:
    told = ("conditional", "question")
    refused = saying(reading, "facts/kind", "refusal", quiet_in=(*told, "resident")) or saying(reading, RULES, "refusal", quiet_in=told)
    if not refused:
        return missing(Element.DECISION, "The letter does not say plainly that the complaint is not accepted.")
    return present(reading, Element.DECISION, refused)


def _undecided(reading: Reading, decided: list[Sentence], weak: list[Sentence]) -> list[Sentence]:
    """Return what shows that a point was left undecided: words that say so, or a point with which no decision has to do.

    A decision, or a finding on the facts, has to do with a point by its number, or by a word that only that point has.
    """
    said = left_open(reading)
    if said or any(reading.says(RULES, s, "overall") for s in decided):
        return said
    points = definition.points(reading)
    if len(points) < 2 or len({d.passage.start for d in decided}) >= len(points):
        return []
    every = list(dict.fromkeys([*decided, *weak]))
    spoken_of = set().union(*(_stems_around(reading, d) for d in every))
    shared = Counter(stem for p in points for stem in p.stems)
    numbered = {ordinal for ordinal in {p.ordinal for p in points} if any(reading.says(ORDINALS, d, ordinal) for d in every)}
    left = [p for p in points if p.ordinal not in numbered and not any(shared[stem] == 1 for stem in p.stems & spoken_of)]
    return [p.sentence for p in left] if len(left) < len(points) else []


def is_outright(reading: Reading) -> bool:
    """Tell whether a sentence decides in words that nobody can overlook."""
    return bool(decisions(reading, "outright"))


def left_open(reading: Reading) -> list[Sentence]:
    """Return the sentences which say in so many words that a point gets no decision."""
    return [s for s in reading.body if reading.says(RULES, s, "no_finding") and not s.has("conditional", "resident")]


def _stems_around(reading: Reading, decision: Sentence) -> set[str]:
    """Return the stems of a decision, of what stands round it, and of its heading."""
    around = (s for s in reading.near(decision, 2, 1) if s.index >= decision.index - 1 or s.passage is decision.passage)
    return set(definition.stems(decision.heading)).union(*(definition.stems(s.low) for s in around))
