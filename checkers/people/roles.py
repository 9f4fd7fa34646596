"""Say who the people named in a letter are, from where their names stand and from the words round them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from checkers import rules
from checkers.facts import Facts
from checkers.people.known import WORDS, Person
from checkers.reading import Reading, Sentence
from models.finding import Kind, Role
from models.language import folded
from models.letter import MARGINS
from models.settings import Settings

RULES = "people/roles"
_MEMBER = re.compile(r",? MP\b")
_HEAD = 8  # lines in which an e-mail says from whom it is
_TOP = 700  # characters in which a letter shows that it goes to an adviser
_SIDE = 400  # characters on either side of a name that say who it is; a line without an end must not be read whole for each name
_TO_COME = re.compile(r"\b(?:will|'ll|is going to|goes to|has your|dealing|looking)\b")
_ORDER = (Role.ELECTED, Role.CONTRACTOR, Role.REPRESENTATIVE, Role.CONTACT, Role.RESIDENT, Role.THIRD_PARTY, Role.STAFF)


@dataclass(frozen=True)
class Roles:
    """The roles of the people named in a letter. What holds for all of them is worked out once."""

    people: list[Person]
    reading: Reading
    facts: Facts
    settings: Settings

    def of(self, person: Person) -> Role:
        """Return a person's role; what is certain (the settings' lists, the signature, the salutation) before what the words suggest."""
        return self._listed(person) or self._placed(person) or self._told(person)

    def _listed(self, person: Person) -> Role | None:
        name = folded(person.text)
        if person.company or name in self._contractors:
            return Role.CONTRACTOR
        return Role.STAFF if name in self._staff and not person.signed else None

    @cached_property
    def _contractors(self) -> frozenset[str]:
        return frozenset(folded(n) for n in self.settings.contractors)

    @cached_property
    def _staff(self) -> frozenset[str]:
        return frozenset(folded(n) for n in self.settings.staff)

    def _placed(self, person: Person) -> Role | None:
        """Tell a role by the place of the name: letterhead, signature, salutation, address."""
        if person.title in ("cllr", "councillor", "mayor") or person.text in self._members:
            return Role.ELECTED
        if person.head_only:
            return Role.LETTERHEAD
        if person.signed:
            return Role.RESIDENT if self._own_letter else Role.SIGNATORY
        if self._sends_mail(person):
            return Role.SIGNATORY
        if person.greeted or person.addressed:
            return Role.REPRESENTATIVE if self._for_someone else Role.RESIDENT
        return None

    @cached_property
    def _members(self) -> frozenset[str]:
        """What stands before "MP", as long as each name is."""
        text, lengths = self.reading.letter.text, {len(p.text) for p in self.people}
        return frozenset(text[m.start() - n : m.start()] for m in _MEMBER.finditer(text) for n in lengths if n <= m.start())

    @cached_property
    def _own_letter(self) -> bool:
        return self.facts.kind is Kind.OTHER and any(self.reading.says("facts/kind", s, "own_letter") for s in self.reading.body)

    def _sends_mail(self, person: Person) -> bool:
        """Tell whether the line of an e-mail's head that says from whom it is names the person."""
        sentences = (self.reading.sentence_at(start) for start, _ in person.places)
        return any(s is not None and s.index < _HEAD and s.low.startswith("from:") for s in sentences)

    @cached_property
    def _for_someone(self) -> bool:
        """Tell whether the person written to acts for somebody else who is named."""
        others = any(not (p.greeted or p.addressed or p.signed or p.company or p.head_only) for p in self.people)
        low = self.reading.low
        return others and (any(w in low[:_TOP] for w in rules.words(WORDS, "counsel")) or rules.load("people/acting").says(low))

    def _told(self, person: Person) -> Role:
        """Tell a role by the words round the name in each place; the most telling wins."""
        contexts = list(dict.fromkeys(self._contexts(person)))
        found = {rule.label for context in contexts for rule, _ in rules.load(RULES).matches(context)}
        own = {"third_party", "contractor", "staff", "elected"}
        if person.title and len(person.places) > 1 and not found & own and self._greets and self._for_someone:
            return Role.RESIDENT
        for role in _ORDER:
            if role.value in found:
                return role
        if person.words and person.words[-1] in self._family and len(person.words) + bool(person.title) > 1:
            return Role.RESIDENT
        if self.facts.kind in (Kind.ACKNOWLEDGEMENT, Kind.EXTENSION) and any(_TO_COME.search(c) for c in contexts):
            return Role.CONTACT
        if any("xcompanyx" in c for c in contexts):
            return Role.CONTRACTOR
        # The landlord's letters give its own people without a title; who has one and no job is somebody else.
        return Role.THIRD_PARTY if person.title else Role.STAFF

    @cached_property
    def _greets(self) -> bool:
        return any(p.greeted for p in self.people)

    @cached_property
    def _family(self) -> frozenset[str]:
        """The surnames of those written to."""
        return frozenset(p.words[-1] for p in self.people if (p.greeted or p.addressed) and p.words)

    def _contexts(self, person: Person) -> Iterator[str]:
        """Yield what stands round the person's name, lowered, in each sentence: it as xnamex, and others' as xotherx or xcompanyx."""
        for start, end in person.places:
            sentence = self.reading.sentence_at(start)
            if sentence is not None and sentence.passage.part not in MARGINS:
                yield self._marked(person, sentence, max(sentence.start, start - _SIDE), min(sentence.end, end + _SIDE))

    def _marked(self, person: Person, sentence: Sentence, low: int, high: int) -> str:
        """Return what stands in a sentence from `low` to `high`, with marks for the names."""
        pieces, at, zero = list[str](), low, sentence.start
        first = bisect_left(self._places, low, key=lambda place: place[0])
        for start, end, named in takewhile(lambda place: place[0] < high, (self._places[i] for i in range(first, len(self._places)))):
            if at <= start and end <= high:
                mark = "xnamex" if named is person else "xcompanyx" if named.company else "xotherx"
                pieces += (sentence.low[at - zero : start - zero], mark)
                at = end
        return "".join((*pieces, sentence.low[at - zero : high - zero]))

    @cached_property
    def _places(self) -> list[tuple[int, int, Person]]:
        return sorted(((s, e, p) for p in self.people for s, e in p.places), key=lambda place: place[:2])
