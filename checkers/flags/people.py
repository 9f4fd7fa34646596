"""Flags about names: staff, contractors and third parties who need not be named, and another resident's name in the letter.

Names of staff and contractors: 2022, 4.9 (should not generally be given); since 2024 good practice and data protection, no paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator

from checkers.facts import Facts
from checkers.flags.raised import Raised
from checkers.people import People
from checkers.reading import Reading
from models.finding import Name, Role

RULES = "flags/people"


def staff(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each member of staff who is named without need."""
    for name in _with_role(people, Role.STAFF):
        yield Raised(
            name.text,
            name.places,
            "A member of staff is named. What they did was done for the landlord.",
            f'Leave the name out where the job stands beside it; else write "{_instead(reading, name)}".',
        )


def contractors(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each contractor, or worker of one, who is named."""
    for name in _with_role(people, Role.CONTRACTOR):
        yield Raised(
            name.text,
            name.places,
            "A contractor is named. The landlord answers for its contractors.",
            'Write "our contractor" instead of the name.',
        )


def third_parties(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each person outside the landlord and the resident's household who is named; another resident's name is a mismatch instead."""
    message = "Somebody who is neither the resident nor the landlord is named: their personal data should not be in this letter."
    for name in _with_role(people, Role.THIRD_PARTY):
        yield Raised(name.text, name.places, message, 'Say who they are without the name: "your neighbour", "your doctor", "the police".')


def mismatched(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield the name of another resident that was left in, as from a copied letter."""
    for name in people.strangers:
        message = "This looks like another resident's name, left in from another letter."
        yield Raised(name.text, name.places, message, "Check whom the letter is for, and everything that was copied with the name.")


def _with_role(people: People, role: Role) -> Iterator[Name]:
    """Yield the people of a role whose names belong to this letter, and were not left in from another."""
    strangers = {n.text for n in people.strangers}
    return (n for n in people.names if n.role is role and n.text not in strangers)


def _instead(reading: Reading, name: Name) -> str:
    """Return "our surveyor", by the job that the letter gives, else "our officer"."""
    for place in name.places:
        sentence = reading.sentence_at(place.start)
        if sentence is not None:
            for _, job in reading.marks(RULES, sentence):
                return f"our {job[1]}"
    return "our officer"
