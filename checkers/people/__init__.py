"""People named in a letter, and contractors' companies, each with the role that decides whether the name belongs there (2022: 4.9)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from checkers.facts import Facts
from checkers.people.detect import people_in
from checkers.people.roles import Roles
from checkers.people.strangers import strangers
from checkers.reading import Reading
from models.finding import Name
from models.settings import Settings


@dataclass(frozen=True)
class People:
    """Everyone named in a letter, in the order in which they first appear, once each."""

    reading: Reading
    names: tuple[Name, ...]

    @cached_property
    def strangers(self) -> tuple[Name, ...]:
        """Those whose names look left in from another resident's letter."""
        return strangers(self.reading, self.names)


def people_of(reading: Reading, facts: Facts, settings: Settings) -> People:
    """Return the people named in a letter, with their roles."""
    people = people_in(reading, settings)
    roles = Roles(people, reading, facts, settings)
    named = (Name(text=p.text, role=roles.of(p), places=tuple(reading.place(*place) for place in p.places)) for p in people)
    return People(reading, tuple(named))
