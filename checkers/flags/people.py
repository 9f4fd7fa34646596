"""Flags about names: staff, contractors and third parties who need not be named, and another resident's name in the letter.

Names of staff and contractors: 2022, 4.9 (should not generally be given); since 2024 good practice and data protection, no paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator

from checkers.facts import Facts
from checkers.flags.raised import Raised, raised
from checkers.people import People
from checkers.people.strangers import other_homes
from checkers.people.wording import without
from checkers.reading import Reading
from models.finding import Role


def staff(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each member of staff who is named without need."""
    yield from _named(reading, people, Role.STAFF, "A member of staff is named. What they did was done for the landlord.", "our officer")


def contractors(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each contractor, or worker of one, who is named."""
    yield from _named(
        reading, people, Role.CONTRACTOR, "A contractor is named. The landlord answers for its contractors.", "our contractor"
    )


def third_parties(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each person outside the landlord and the resident's household who is named; another resident's name is a mismatch instead."""
    message = "Somebody who is neither the resident nor the landlord is named: their personal data should not be in this letter."
    yield from _named(reading, people, Role.THIRD_PARTY, message, "your neighbour")


def mismatched(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield the name or the address of another resident that was left in, as from a copied letter."""
    advice = "Check whom the letter is for, and everything that was copied with"
    for name in people.names:
        if name.text in people.strangers:
            message = "This looks like another resident's name, left in from another letter."
            yield Raised(name.text, name.places, message, f"{advice} the name.")
    for start, end in other_homes(reading):
        yield raised(
            reading, start, end, "The letter goes to another address than this, which it calls the reader's.", f"{advice} the address."
        )


def _named(reading: Reading, people: People, role: Role, message: str, plain: str) -> Iterator[Raised]:
    """Yield each person of a role whose name belongs to this letter (was not left in from another) and is not given on purpose."""
    named = [n for n in people.names if n.role is role and n.text not in people.strangers | people.on_purpose]
    places = sorted((place.start, place.end) for name in named for place in name.places)
    for name in named:
        wording = without(reading, name, places, people.jobs.get(name.text))
        instead = (
            f'Write "{wording.new.rstrip(".")}" for "{wording.old.rstrip(".")}".' if wording else f'Leave the name out, or write "{plain}".'
        )
        yield Raised(name.text, name.places, message, instead)
