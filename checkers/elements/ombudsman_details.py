"""Element `ombudsman_details`: the ombudsman for this landlord, with a working way to reach it.

It rests on 2.7, 2.8 and 5.16 of 2022, and 3.7, 6.5 and 6.19g of 2024. Named without a way to reach it, or only with details that are out
of date, is incomplete. Where only the wrong ombudsman is named it is missing.
"""

from __future__ import annotations

import re

from checkers.elements.found import NOT_APPLICABLE, Found, missing
from checkers.facts import Facts
from checkers.reading import Reading
from models.codes import Ombudsman, Standing, ombudsmen
from models.finding import Edition, Element, Kind, Status

_UNNAMED = re.compile(r"\bombudsman\b")


def check(reading: Reading, facts: Facts) -> Found:
    """Return whether the letter names the right ombudsman, with a working way to reach it."""
    if facts.kind is Kind.OTHER:
        return NOT_APPLICABLE
    right = right_ombudsman(facts)
    own = [n for n in reading.namings if n.body.id == right.id]
    if not own:
        return _unnamed(reading, right)
    working = [n for n in own if n.means and n.standing(facts.judged_at) is not Standing.OUTDATED]
    if working:
        return Found(Status.PRESENT, tuple(reading.evidence(n.start, n.end) for n in own[:4]))
    outdated = any(n.means for n in own)
    problem = (
        f"The {right.title} is given only with details that are out of date."
        if outdated
        else f"The {right.title} is named with no way to reach it."
    )
    return Found(Status.INCOMPLETE, tuple(reading.evidence(n.start, n.end) for n in own[:3]), problem)


def right_ombudsman(facts: Facts) -> Ombudsman:
    """Return the ombudsman to whom this letter must point."""
    return ombudsmen().lgsco if facts.edition is Edition.LGSCO_2024 else ombudsmen().housing


def _unnamed(reading: Reading, right: Ombudsman) -> Found:
    mentioned = [s for s in reading.body if _UNNAMED.search(s.low)]
    if mentioned and not reading.namings:
        evidence = tuple(reading.evidence(s.start, s.end) for s in mentioned[:1])
        return Found(Status.INCOMPLETE, evidence, "An ombudsman is mentioned, but not which one, and with no way to reach it.")
    return missing(Element.OMBUDSMAN_DETAILS, f"The {right.title} is not named.")
