"""Element `outcomes_sought`: what the resident wants to happen, or that they want nothing further (2022: 4.2, 5.10; 2024: 5.6).

Incomplete where the resident is only asked. A remedy that the landlord gives is not an outcome sought.
"""

from __future__ import annotations

from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present, saying, under_heading
from checkers.facts import Facts
from checkers.reading import Reading
from models.finding import Kind

RULES = "elements/outcomes_sought"


def check(reading: Reading, facts: Facts) -> Found:
    """Return what the letter says of the outcomes that the resident wants."""
    if facts.kind is Kind.OTHER:
        return NOT_APPLICABLE
    carried = saying(reading, RULES, "set_out", "nothing", quiet_in=("question",))
    carried = [s for s in carried if not s.is_heading] or [s for s in under_heading(reading, RULES) if not s.has("question")]
    if carried:
        return present(reading, carried[:3])
    asked = saying(reading, RULES, "asked")
    if asked:
        return incomplete(reading, asked, "The resident is asked what they want; nothing is set out yet.")
    return missing("The letter does not say what the resident wants to happen.")
