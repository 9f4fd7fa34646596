"""Flags about names: staff, contractors and third parties who need not be named, and another resident's name in the letter.

Names of staff and contractors: 2022, 4.9 (should not generally be given); since 2024 good practice and data protection, no paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checkers.facts import Facts
from checkers.flags.raised import Raised
from checkers.reading import Reading
from models.finding import Name, Role
from models.language import folded
from models.letter import MARGINS

_TITLED_SURNAME = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr)\.? [^\s]+$", re.IGNORECASE)
_BELONGS = re.compile(r"^(?:'s|’s) (?:\w+ )?(?:complaint|account|tenancy|case|rent|repair|service charge|letter)\b")
_INTRODUCED = re.compile(
    r"\b(?:neighbour|tenant|resident|doctor|gp|surveyor|officer|manager|director|colleague|contractor|engineer"
    r"|caretaker|mother|father|wife|husband|son|daughter|chair|handler|partner),? $"
)
_FEW = 2  # a person with a part in the story is named more often
_GREETING = re.compile(r"^(?:dear|hi|hello|good (?:morning|afternoon))\b")
_JOB = re.compile(
    r"\b(officer|manager|surveyor|director|caretaker|handyman|plumber|electrician|joiner|warden|inspector|supervisor"
    r"|team leader|coordinator|assistant|advis[eo]r|trustee|planner|cleaner|gardener|engineer|operative|receptionist"
    r"|administrator)\b"
)


def staff(reading: Reading, facts: Facts, names: tuple[Name, ...]) -> Iterator[Raised]:
    """Yield each member of staff who is named without need."""
    strangers = {n.text for n in _strangers(reading, names)}
    for name in _with_role(names, Role.STAFF):
        if name.text in strangers:
            continue
        yield Raised(
            name.text,
            name.places,
            "A member of staff is named. What they did was done for the landlord.",
            f'Leave the name out where the job stands beside it; else write "{_instead(reading, name)}".',
        )


def contractors(reading: Reading, facts: Facts, names: tuple[Name, ...]) -> Iterator[Raised]:
    """Yield each contractor, or worker of one, who is named."""
    for name in _with_role(names, Role.CONTRACTOR):
        yield Raised(
            name.text,
            name.places,
            "A contractor is named. The landlord answers for its contractors.",
            'Write "our contractor" instead of the name.',
        )


def third_parties(reading: Reading, facts: Facts, names: tuple[Name, ...]) -> Iterator[Raised]:
    """Yield each person outside the landlord and the resident's household who is named; another resident's name is a mismatch instead."""
    strangers = {n.text for n in _strangers(reading, names)}
    for name in _with_role(names, Role.THIRD_PARTY):
        if name.text not in strangers:
            message = "Somebody who is neither the resident nor the landlord is named: their personal data should not be in this letter."
            yield Raised(
                name.text, name.places, message, 'Say who they are without the name: "your neighbour", "your doctor", "the police".'
            )


def mismatched(reading: Reading, facts: Facts, names: tuple[Name, ...]) -> Iterator[Raised]:
    """Yield the name of another resident that was left in, as from a copied letter."""
    for name in _strangers(reading, names):
        message = "This looks like another resident's name, left in from another letter."
        yield Raised(name.text, name.places, message, "Check whom the letter is for, and everything that was copied with the name.")


def _with_role(names: tuple[Name, ...], role: Role) -> Iterator[Name]:
    return (n for n in names if n.role is role)


def _strangers(reading: Reading, names: tuple[Name, ...]) -> list[Name]:
    """Return the people, of another surname than those written to, who are spoken to or of as if the letter were theirs."""
    own = {folded(n.text.split()[-1]) for n in names if n.role is not Role.THIRD_PARTY and n.places[0].start <= _greeting(reading)}
    others = [n for n in names if n.role in (Role.THIRD_PARTY, Role.RESIDENT, Role.STAFF, Role.CONTACT) and _TITLED_SURNAME.match(n.text)]
    if any(n.role is Role.REPRESENTATIVE for n in names):
        return []  # in a letter to somebody's representative the resident is spoken of
    return [n for n in others if own and folded(n.text.split()[-1]) not in own and _as_if_theirs(reading, n)]


def _greeting(reading: Reading) -> int:
    """Return where the salutation ends; 0 in a letter without one."""
    return next((s.end for s in reading.body if _GREETING.match(s.low)), 0)


def _as_if_theirs(reading: Reading, name: Name) -> bool:
    text = reading.letter.text
    for place in name.places:
        sentence = reading.sentence_at(place.start)
        if sentence is None or sentence.passage.part in MARGINS:
            continue
        before, after = sentence.low[: place.start - sentence.start], text[place.end : place.end + 30]
        spoken_to = after[:1] in (",", ".", "!", "?") and before.endswith((", ", "")) and (before == "" or before.endswith(", "))
        if spoken_to and not _INTRODUCED.search(before) and re.search(r"\byour?\b", sentence.low):
            return True
        if _BELONGS.match(after):
            return True
    return _unintroduced(reading, name)


def _unintroduced(reading: Reading, name: Name) -> bool:
    """Tell whether a surname stands once or twice, without a word of who it is, as if its bearer had complained."""
    sentences = [s for place in name.places if (s := reading.sentence_at(place.start)) is not None]
    if len(sentences) > _FEW or any(reading.says("flags/people", s, "introduced") for s in sentences):
        return False
    return any(reading.says("flags/people", s, "complainant") for s in sentences)


def _instead(reading: Reading, name: Name) -> str:
    """Return "our surveyor", by the job that the letter gives, else "our officer"."""
    for place in name.places:
        sentence = reading.sentence_at(place.start)
        if sentence is not None:
            job = _JOB.search(sentence.low)
            if job:
                return f"our {job[1]}"
    return "our officer"
