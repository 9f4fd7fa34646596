"""Element `stage`: the letter says which stage of the complaints procedure it belongs to (2022: 5.8, 5.16; 2024: 6.9a, 6.19a).

Present in any wording that settles it, a heading or a reference line included. Speaking only of the next stage, or of "a formal
complaint", is not enough; two stages claimed for the same letter are incomplete. A ghost stage is no stage.
"""

from __future__ import annotations

from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing
from checkers.facts import Facts
from checkers.reading import Reading
from models.finding import Element, Kind, Status


def check(reading: Reading, facts: Facts) -> Found:
    """Return what the letter says of its own stage."""
    if facts.kind is Kind.OTHER:
        return NOT_APPLICABLE
    stated = facts.stages.stated
    if len(facts.stages.contradicting) > 1:
        return incomplete(reading, Element.STAGE, [m.sentence for m in facts.stages.contradicting])
    if not stated:
        return missing(Element.STAGE)
    return Found(Status.PRESENT, tuple(reading.evidence(m.sentence.start, m.sentence.end) for m in stated[:2]))
