"""Element `reasons`: facts, evidence, policy or law that explain the decision (2022: 5.6, 5.8; 2024: 6.7, 6.9d, 6.19d).

In an extension: why the answer will be late (2022: 5.1; 2024: 6.4, 6.15). In a refusal: why (2022: 1.9, 4.14; 2024: 2.4, 5.11).
A reason asserted with nothing behind it ("for operational reasons") is incomplete.
"""

from __future__ import annotations

from checkers.carried import likely
from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present
from checkers.facts import Facts
from checkers.reading import Reading, Sentence
from models.finding import Element, Kind

RULES = "elements/reasons"
_ENOUGH = 2  # sentences of fact that explain a response
_LEAST = 7  # words of a sentence that can explain something
_NOT_ABOUT = ("ombudsman", "resident", "question", "conditional")


def check(reading: Reading, facts: Facts) -> Found:
    """Return the reasons that the letter gives."""
    if facts.kind in (Kind.OTHER, Kind.ACKNOWLEDGEMENT):
        return NOT_APPLICABLE
    labels = {Kind.RESPONSE: ("evidence", "because"), Kind.REFUSAL: ("evidence", "because"), Kind.EXTENSION: ("delay",)}[facts.kind]
    empty = [s for s in reading.prose if reading.says(RULES, s, "empty")]
    candidates = _reports(reading) if facts.kind is Kind.EXTENSION and not empty else _candidates(reading)
    carried = [s for s in candidates if not reading.says(RULES, s, "empty") and reading.says(RULES, s, *labels)]
    if _enough(reading, facts, carried):
        return present(reading, Element.REASONS, carried)
    if empty:
        return incomplete(reading, Element.REASONS, empty)
    return missing(Element.REASONS)


def _enough(reading: Reading, facts: Facts, carried: list[Sentence]) -> bool:
    """A response takes more than one sentence of fact, and one that the trained component takes for a reason too."""
    if facts.kind is Kind.RESPONSE:
        return len(carried) >= _ENOUGH and bool(likely(reading, Element.REASONS))
    return bool(carried)


def _reports(reading: Reading) -> list[Sentence]:
    """What an extension says of how the matter stands: there a thing that is still to come is a reason, too."""
    return [s for s in reading.prose if len(s.text.split()) >= _LEAST and not s.has("ombudsman", "resident", "question")]


def _candidates(reading: Reading) -> list[Sentence]:
    promise = "elements/outstanding_actions"
    return [
        s
        for s in reading.prose
        if len(s.text.split()) >= _LEAST
        and not s.has(*_NOT_ABOUT)
        and not reading.says(RULES, s, "courtesy")
        and not reading.says(promise, s, "action")
    ]
