"""Flags about the Ombudsman: details that are out of date, a referral that was abolished, and the wrong ombudsman."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checkers.elements.ombudsman_details import right_ombudsman
from checkers.facts import Facts
from checkers.flags.raised import Raised, raised, raised_in
from checkers.ombudsmen import Naming
from checkers.people import People
from checkers.reading import Reading
from models.codes import Standing, ombudsmen

_NOT_HERE = re.compile(
    r"\b(?:not|cannot|can't|isn't|other (?:service|matter|council)|rather than|instead of|wrong|copied|data|regulator "
    r"of social)\b[^.]{0,60}$"
)


def outdated(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each detail of the right ombudsman that is out of date at the letter's date (2022: 2.7; 2024: 3.7)."""
    right = right_ombudsman(facts)
    for naming in reading.namings:
        if naming.body.id == right.id and naming.means and naming.standing(facts.judged_at) is Standing.OUTDATED:
            yield raised(reading, naming.start, naming.end, f"This way to reach the {right.title} is out of date.", f"{right.details}.")


def obsolete_referral(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield where the designated person, or the eight weeks' wait, still stands before the Ombudsman (abolished 1 October 2022)."""
    if facts.judged_at < ombudsmen().designated_person_abolished:
        return
    for s in reading.body:
        if reading.says("flags/ombudsman", s, "referral") and not reading.says("flags/ombudsman", s, "gone"):
            message = "A designated person, or a wait of eight weeks, has not been needed since 1 October 2022."
            yield raised_in(reading, s, message, f"You can go to the {right_ombudsman(facts).title} directly, at any time.")
            return


def wrong(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield an ombudsman who cannot take this complaint (2022: 5.16; 2024: 3.7, 6.19g).

    A body that may be named beside the right one (the tribunal, the regulator) is wrong only where the right one is not named.
    """
    right = right_ombudsman(facts)
    found = reading.namings
    named = any(n.body.id == right.id for n in found)
    for naming in found:
        if naming.body.id == right.id or (
            (naming.body.beside or naming.body.id in {"lgsco", "housing"}) and named and not _sent_to(reading, naming, right.id)
        ):
            continue
        if not naming.body.beside and not _dismissed(reading, naming):
            message = f"This complaint is not for this body: {naming.body.title}."
            yield raised(reading, naming.start, naming.end, message, f"Give the right one: {right.details}.")
            return


def _sent_to(reading: Reading, naming: Naming, right: str) -> bool:
    """Tell whether the resident is sent to a wrong ombudsman although the right one is named: its own details stand in the letter."""
    own = [n for n in reading.namings if n.body.id == naming.body.id]
    return any(n.means for n in own) and not any(n.means for n in reading.namings if n.body.id == right)


def _dismissed(reading: Reading, naming: Naming) -> bool:
    sentence = reading.sentence_at(naming.start)
    return sentence is not None and bool(_NOT_HERE.search(sentence.low[: naming.start - sentence.start]))
