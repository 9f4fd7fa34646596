"""People named in a letter, and contractors' companies, each with the role that decides whether the name belongs there (2022: 4.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checkers.facts import Facts
from checkers.people.candidates import is_listed
from checkers.people.detect import people_in
from checkers.people.known import Person
from checkers.people.roles import Roles
from checkers.people.strangers import greeted_otherwise
from checkers.reading import Reading
from models.finding import FLAGGED, Name, Role
from models.language import folded
from models.settings import Settings

_SURE = 0.6  # likelihood of a person's name: with less, more is imagined than found (docs/experiments.md)


@dataclass(frozen=True)
class People:
    """Everyone named in a letter, in the order in which they first appear, once each.

    By the names' text: `jobs`, what the landlord's lists call them, and `on_purpose`, whom the landlord names on purpose, and
    `strangers`, whose names look left in from another resident's letter.
    """

    reading: Reading
    names: tuple[Name, ...]
    jobs: Mapping[str, str]
    on_purpose: frozenset[str]
    strangers: frozenset[str]


def people_of(reading: Reading, facts: Facts, settings: Settings) -> People:
    """Return the people named in a letter, with their roles."""
    found = people_in(reading, settings)
    roles = Roles(found, reading, facts, settings)
    by_role = {p: role for p in found if _is_sure(p, role := roles.of(p))}
    people = list(by_role)
    named = tuple(Name(text=p.text, role=role, places=tuple(reading.place(*place) for place in p.places)) for p, role in by_role.items())
    left_in = frozenset(p.text for p in people if roles.is_stranger(p))
    named = tuple(n.model_copy(update={"role": Role.THIRD_PARTY}) if n.text in left_in else n for n in named)
    left_in |= {p.text for p in greeted_otherwise(people)} if not roles.for_someone else frozenset()
    jobs = {p.text: job for p in people if (job := roles.job(p))}
    return People(reading, named, jobs, frozenset(p.text for p in people if _on_purpose(p, jobs.get(p.text), settings)), left_in)


def _is_sure(person: Person, role: Role) -> bool:
    """Tell whether this is a name for sure: what would be flagged must be likelier to be one than what belongs in the letter."""
    return person.company or role not in FLAGGED or is_listed(person.words) or person.likely > _SURE


def _on_purpose(person: Person, job: str | None, settings: Settings) -> bool:
    """Tell whether the settings say that letters give this name, or the names of people with this job."""
    given = {folded(one) for one in settings.named_on_purpose}
    return folded(person.text) in given or " ".join(person.words) in given or (job is not None and folded(job) in given)
