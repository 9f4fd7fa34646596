"""Element `outstanding_actions`: what is still to be done, or that nothing is (2022: 5.5, 5.8, 6.5; 2024: 6.6, 6.9f, 6.19f, 7.3).

Incomplete where something is still to be done but not said what.
"""

from __future__ import annotations

from checkers.carried import likely
from checkers.elements import decision
from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present, saying
from checkers.facts import Facts
from checkers.reading import Reading, Sentence
from models.finding import Element, Kind

RULES = "elements/outstanding_actions"
_TOLD = ("resident", "conditional", "question", "ombudsman", "earlier")


def check(reading: Reading, facts: Facts) -> Found:
    """Return what the letter says of what is still to be done."""
    if facts.kind is not Kind.RESPONSE:
        return NOT_APPLICABLE
    carried = [*saying(reading, RULES, "nothing", quiet_in=("conditional", "resident")), *actions(reading)]
    if carried and likely(reading, Element.OUTSTANDING_ACTIONS, share=0.25):
        return present(reading, Element.OUTSTANDING_ACTIONS, carried)
    if decision.against_only(reading):
        return NOT_APPLICABLE
    vague = saying(reading, RULES, "vague", quiet_in=_TOLD)
    if vague:
        return incomplete(reading, Element.OUTSTANDING_ACTIONS, vague)
    return missing(Element.OUTSTANDING_ACTIONS)


def actions(reading: Reading) -> list[Sentence]:
    """Return the sentences in which the landlord says what will be done."""
    vague = set(saying(reading, RULES, "vague"))
    promised = set(saying(reading, "elements/remedy", "promised"))
    return [s for s in saying(reading, RULES, "action", quiet_in=_TOLD) if s not in vague and s not in promised]
