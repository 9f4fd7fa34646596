"""Flags about names: staff, contractors and third parties who need not be named, and another resident's name in the letter.

Names of staff and contractors: 2022, 4.9 (should not generally be given); since 2024 good practice and data protection, no paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator

from checkers.facts import Facts
from checkers.flags.raised import Raised
from checkers.people import People
from checkers.people.wording import without
from checkers.reading import Reading
from models.finding import Role


def staff(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each member of staff who is named without need."""
    yield from _named(reading, people, Role.STAFF, "A member of staff is named. What they did was done for the landlord.", "our officer")


def contractors(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each contractor, or worker of one, who is named."""
    yield from _named(reading, people, Role.CONTRACTOR, "A contractor is named. The landlord answers for its contractors.", "our contractor")


def third_parties(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each person outside the landlord and the resident's household who is named; another resident's name is a mismatch instead."""
    message = "Somebody who is neither the resident nor the landlord is named: their personal data should not be in this letter."
    yield from _named(reading, people, Role.THIRD_PARTY, message, "your neighbour")


def mismatched(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield the name of another resident that was left in, as from a copied letter."""
    for name in people.strangers:
        message = "This looks like another resident's name, left in from another letter."
        yield Raised(name.text, name.places, message, "Check whom the letter is for, and everything that was copied with the name.")


def _named(reading: Reading, people: People, role: Role, message: str, plain: str) -> Iterator[Raised]:
    """Yield each person of a role whose name belongs to this letter (was not left in from another) and is not given on purpose."""
    strangers = {n.text for n in people.strangers}
    named = [n for n in people.names if n.role is role and n.text not in strangers and n.text not in people.on_purpose]
    for name in named:
        wording = without(reading, name, [other for other in named if other is not name], people.jobs.get(name.text))
        instead = f'Write "{wording.new.rstrip(".")}" for "{wording.old.rstrip(".")}".' if wording else f'Leave the name out, or write "{plain}".'
        yield Raised(name.text, name.places, message, instead)
