"""Element `outcomes_sought`: what the resident wants to happen, or that they want nothing further (2022: 4.2, 5.10; 2024: 5.6).

Incomplete where the resident is only asked. A remedy that the landlord gives is not an outcome sought.
"""

from __future__ import annotations

from checkers.carried import likely
from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present, saying
from checkers.facts import Facts
from checkers.reading import Reading
from models.finding import Element, Kind

RULES = "elements/outcomes_sought"


def check(reading: Reading, facts: Facts) -> Found:
    """Return what the letter says of the outcomes that the resident wants."""
    if facts.kind is Kind.OTHER:
        return NOT_APPLICABLE
    asked = saying(reading, RULES, "asked")
    carried = [
        s for s in likely(reading, Element.OUTCOMES_SOUGHT) if not reading.says(RULES, s, "asked") or reading.says(RULES, s, "set_out")
    ]
    carried = carried or saying(reading, RULES, "nothing", quiet_in=("conditional", "question"))
    if carried:
        return present(reading, Element.OUTCOMES_SOUGHT, carried)
    if asked:
        return incomplete(reading, Element.OUTCOMES_SOUGHT, asked)
    return missing(Element.OUTCOMES_SOUGHT)
