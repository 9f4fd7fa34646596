"""Element `escalation_route`: how to go further (2022: 5.8, 5.9, 5.16; 2024: 6.9g, 6.10, 6.19g).

Before the final stage: that the resident can go to the next stage, and how. At the final stage: that this is the last one, or that the
resident can now go to the Ombudsman. The right without a means is incomplete.
"""

from __future__ import annotations

import re

from checkers import rules
from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present, saying
from checkers.facts import Facts
from checkers.reading import Reading, Sentence
from models.finding import Element, Kind

RULES = "elements/escalation_route"
_CONTACT = rules.compiled("%contact%|\\b(?:the )?(?:address|number|details?) (?:at|above|below|on|in)\\b")
_OPEN = re.compile(r"\b(?:can|may|could|entitled|right|will be able)\b")
_REACH = 3  # sentences after the right within which the means may stand


def check(reading: Reading, facts: Facts) -> Found:
    """Return the way on that the letter gives."""
    if facts.kind is Kind.OTHER:
        return NOT_APPLICABLE
    if facts.final or facts.kind is Kind.REFUSAL:
        closing = facts.kind in (Kind.RESPONSE, Kind.REFUSAL)  # before the outcome, advice from the Ombudsman is no way on
        carried = [*facts.stages.final, *(saying(reading, RULES, "to_ombudsman") if closing else [])]
        if carried:
            return present(reading, Element.ESCALATION_ROUTE, carried)
    asked = saying(reading, RULES, "ask", quiet_in=("earlier",))
    rights = [s for s in dict.fromkeys([*asked, *(m.sentence for m in facts.stages.upcoming)]) if not _only_ombudsman(reading, s)]
    named = {m.sentence for m in facts.stages.upcoming}
    if facts.kind in (Kind.ACKNOWLEDGEMENT, Kind.EXTENSION):
        rights = [s for s in rights if s.has("conditional") or _OPEN.search(s.low)]
    reachable = [s for s in rights if _means(reading, s)]
    if reachable:
        return present(reading, Element.ESCALATION_ROUTE, reachable)
    if rights and (facts.kind in (Kind.RESPONSE, Kind.REFUSAL) or any(s in named for s in rights)):
        return incomplete(reading, Element.ESCALATION_ROUTE, rights)
    if facts.final:
        return missing(
            Element.ESCALATION_ROUTE,
            "The letter does not say that this is the final stage, nor that the resident can now go to the Ombudsman.",
        )
    return missing(Element.ESCALATION_ROUTE)


def _only_ombudsman(reading: Reading, sentence: Sentence) -> bool:
    return sentence.has("ombudsman") and not reading.says("elements/stage", sentence, "next")


def _means(reading: Reading, sentence: Sentence) -> bool:
    for near in reading.near(sentence, 1, _REACH):
        if not near.has("ombudsman") and _CONTACT.search(near.low) and (near.index >= sentence.index or near.heading == sentence.heading):
            return True
    return False
