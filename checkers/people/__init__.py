"""People named in a letter, and contractors' companies, each with the role that decides whether the name belongs there (2022: 4.9)."""

from __future__ import annotations

from checkers.facts import Facts
from checkers.people.detect import Person, people_in
from checkers.people.roles import role_of
from checkers.reading import Reading
from models.finding import Name
from models.settings import Settings

__all__ = ["Person", "names"]


def names(reading: Reading, facts: Facts, settings: Settings) -> tuple[Name, ...]:
    """Return everyone named in the letter, in the order in which they first appear, once each."""
    people = people_in(reading, settings)
    return tuple(
        Name(
            text=person.text,
            role=role_of(person, people, reading, facts, settings),
            places=tuple(reading.place(start, end) for start, end in person.places),
        )
        for person in people
    )
