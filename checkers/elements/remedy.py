"""Element `remedy`: what is offered or has been done to put things right (2022: 5.8, 6.1, 6.5; 2024: 6.9e, 6.19e, 7.1).

A specific apology for the failing found, works, money, a changed decision or record, a changed practice. Sorry "that you had cause to
complain" is not one, nor is what the resident asked for. A remedy promised but not named is incomplete.
"""

from __future__ import annotations

from checkers.carried import likely
from checkers.elements import decision
from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present, saying
from checkers.facts import Facts
from checkers.reading import Reading, Sentence
from models.finding import Element, Kind

RULES = "elements/remedy"
_TOLD = ("resident", "conditional", "question", "ombudsman")


def check(reading: Reading, facts: Facts) -> Found:
    """Return the remedy that the letter gives."""
    if facts.kind is not Kind.RESPONSE:
        return NOT_APPLICABLE
    offers = offered(reading)
    refused = decision.against_only(reading)
    if offers and not refused:
        return present(reading, Element.REMEDY, offers)
    promised = saying(reading, RULES, "promised", quiet_in=_TOLD)
    if refused:
        tangible = saying(reading, RULES, "money", "apology", quiet_in=_TOLD)
        return present(reading, Element.REMEDY, tangible) if tangible else NOT_APPLICABLE
    if promised:
        return incomplete(reading, Element.REMEDY, promised)
    return missing(Element.REMEDY)


def offered(reading: Reading) -> list[Sentence]:
    """Return the sentences that offer or report a specific remedy."""
    vague = set(saying(reading, RULES, "promised"))
    return [s for s in likely(reading, Element.REMEDY) if s not in vague]
