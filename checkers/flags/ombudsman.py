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
_OTHER_SERVICE = re.compile(r"\b(?:other|another|different)\b[^.;]{0,30}\b(?:services?|departments?|parts? of the council)\b")
_SIDE = 150  # characters on either side of a body that may say whom it is for


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
    """Yield an ombudsman who cannot take this complaint (2022: 5.16; 2024: 3.7, 6.19g), also where the right one is named beside it.

    The tribunal and the regulator may be named in any letter.
    """
    right = right_ombudsman(facts)
    named = {n.body.id for n in reading.namings}
    reached = {n.body.id for n in reading.namings if n.means}
    for naming in reading.namings:
        body = naming.body
        if body.id == right.id or body.beside or (right.id in named and _may_be_beside(body.id, reached)) or _dismissed(reading, naming):
            continue
        yield raised(
            reading,
            naming.start,
            naming.end,
            f"This complaint is not for this body: {body.title}.",
            f"Give the right one: {right.details}.",
        )
        return


def _may_be_beside(body: str, reached: set[str]) -> bool:
    """Tell whether a body may be named beside the right one, by the bodies that the letter gives ways to reach.

    A council is a landlord, too; and a letter from the border says that Wales's ombudsman is not for England.
    """
    return body == "housing" or (body == "wales" and body not in reached)


def _dismissed(reading: Reading, naming: Naming) -> bool:
    """Tell whether the letter says that a body is not for this complaint."""
    sentence = reading.sentence_at(naming.start)
    if sentence is None:
        return False
    start, end = naming.start - sentence.start, naming.end - sentence.start
    return bool(
        _NOT_HERE.search(sentence.low, max(0, start - _SIDE), start)
        or _OTHER_SERVICE.search(sentence.low, max(0, start - _SIDE), end + _SIDE)
    )
