"""Say who the people named in a letter are, from where their names stand and from the words round them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, takewhile

from checkers import rules
from checkers.facts import Facts
from checkers.people.known import WORDS, Person
from checkers.people.lists import Lists
from checkers.people.strangers import strangers
from checkers.reading import Reading, Sentence
from models.finding import Kind, Name, Role
from models.language import labelling, linear
from models.language.labelling import Labeller, Scores, Seen
from models.language.linear import Linear
from models.letter import MARGINS
from models.settings import Settings

RULES = "people/roles"
BY_WORDS = "roles"  # the linear model that tells roles beside the networks
STRANGERS = "strangers"
STRANGER = "stranger"
SUSPECT = 0.3  # likelihood of a name left in from another letter: an error that nobody may miss
_MEMBER = re.compile(r",? MP\b")
_HEAD = 8  # lines in which an e-mail says from whom it is
_TOP = 700  # characters in which a letter shows that it goes to an adviser
_SIDE = 400  # characters on either side of a name that say who it is; a line without an end must not be read whole for each name
_OUTRIGHT = "outright"  # what roles.toml calls it that the letter says outright whose contractor this is
_TO_COME = re.compile(r"\b(?:will|'ll|is going to|goes to|has your|dealing|looking)\b")
_ELECTED = ("cllr", "councillor", "mayor")
_IN_PLACE = (Role.SIGNATORY, Role.CONTACT, Role.LETTERHEAD)  # staff who may be named
_NEAR_END = 6  # lines
_FIRST = 3  # marks that stand first: role by rules, kind of the letter, title
_TELLING = frozenset({"is greeted", "is signed", "is addressed", "is of the family"})  # marks that weigh otherwise beside others
_SIGNING = frozenset({"is signed", "is alone on a line"})  # marks, one of which whoever signs has
_OFTEN = 4  # a name that stands so often stands often
_BESIDE = 6  # words on either side of a name that are marks
_NEXT = 2  # words on either side whose order counts
_WORD = re.compile(r"x(?:name|other|reader|signer|company)x|'s\b|\w+(?:['-]\w+)*|[^\w\s]|\n")
_READ, _NEAR = 12, 160  # words, and characters that hold them, on either side of a name that are read in order
_PLACES = 3  # places of a name where they are read
# What names are read as: as pieces that stand in no letter, or as the words that mean the same person.
_SIGNS = {"xnamex": "[MASK]", "xotherx": "[SEP]", "xreaderx": "you", "xsignerx": "i", "xcompanyx": "[CLS]", "\n": "[PAD]"}
_ORDER = (Role.ELECTED, Role.CONTRACTOR, Role.REPRESENTATIVE, Role.CONTACT, Role.RESIDENT, Role.THIRD_PARTY, Role.STAFF)


@dataclass(frozen=True)
class Roles:
    """The roles of the people named in a letter. What holds for all of them is worked out once."""

    people: list[Person]
    reading: Reading
    facts: Facts
    settings: Settings
    _weighed_by: dict[Person, list[str]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, person: Person) -> Role:
        """Return a person's role: by the landlord's lists, or what the letter says outright, else what is likeliest by its marks."""
        if person.company or self._lists.contractor(person.words):
            return Role.CONTRACTOR
        likely = self._likeliest(person)
        if likely in _IN_PLACE or person.greeted or person.addressed:
            return likely
        if self._lists.staff(person.words):
            return Role.STAFF
        return Role.CONTRACTOR if _OUTRIGHT in self._said[person] else likely

    def _likeliest(self, person: Person) -> Role:
        if person.head_only:
            return Role.ELECTED if person.title in _ELECTED else Role.LETTERHEAD
        return self._likely[person]

    @cached_property
    def _likely(self) -> dict[Person, Role]:
        labeller = labelling.load(labelling.ROLES)
        likely = likelihoods(self.seen, labeller, linear.load(BY_WORDS))
        likely[[not self._may_sign(person) for person in self.weighed], labeller.labels.index(Role.SIGNATORY)] = 0
        best = likely.argmax(axis=1)
        return {person: Role(labeller.labels[column]) for person, column in zip(self.weighed, best, strict=True)}

    def _may_sign(self, person: Person) -> bool:
        """Tell whether the person may have signed: where somebody stands at the end, nobody else does in any annotated letter."""
        found = self.marks(person)
        return "letter is signed" not in found or not _SIGNING.isdisjoint(found)

    @cached_property
    def weighed(self) -> list[Person]:
        """The people whose role is weighed, in the order in which the letter first names them."""
        return sorted((p for p in self.people if not (p.company or p.head_only)), key=lambda p: p.places[0])

    @cached_property
    def seen(self) -> Seen:
        """What the network sees of those whose role is weighed: their marks, and the words round their first places."""
        return Seen([self.marks(p) for p in self.weighed], [self._words_round(p) for p in self.weighed])

    def _words_round(self, person: Person) -> list[str]:
        """Return the words round a person's first places, the lines and sentences before and after included."""
        words, low = list[str](), self.reading.low
        for start, end in person.places[:_PLACES]:
            before = _tokens(self._marked(person, low, max(0, start - _NEAR), start))
            after = _tokens(self._marked(person, low, end, end + _NEAR))
            words += [*before[-_READ:], "xnamex", *after[:_READ], "\n"]
        return [_SIGNS.get(word, word) for word in words]

    def is_stranger(self, person: Person) -> bool:
        """Tell whether the name is another resident's, left in from a copied letter."""
        if person.company or person.head_only or self.facts.kind is Kind.OTHER or self._is_introduced(person):
            return False
        return linear.load(STRANGERS).likelihoods(self.stranger_marks(person))[STRANGER] > SUSPECT

    def _is_introduced(self, person: Person) -> bool:
        """Tell whether the letter says right beside the name who it is: "your neighbour, Mr Hughes"."""
        sides = (context.partition("xnamex") for context in self._contexts[person])
        jobs = rules.load("people/jobs")
        return any(jobs.says(before, "before") or jobs.says(after, "after") for before, _, after in sides)

    def stranger_marks(self, person: Person) -> list[str]:
        """Return the marks by which a name is weighed that may have been left in from another letter: two together are marks, too."""
        found = self.marks(person)
        telling = (*found[:_FIRST], *(mark for mark in found if mark in _TELLING))
        joint = [f"{a}&{b}" for a in telling for b in found if b.startswith(("says", "is ", "words", "letter "))]
        return list(dict.fromkeys([*found, *joint, f"stranger by rules {person.text in self._suspects:d}"]))

    @cached_property
    def _suspects(self) -> frozenset[str]:
        """The names that rules take for left in, when they tell roles too."""
        place = self.reading.place
        named = tuple(Name(text=p.text, role=self.by_rules(p), places=tuple(place(*span) for span in p.places)) for p in self.people)
        return frozenset(name.text for name in strangers(self.reading, named))

    def by_rules(self, person: Person) -> Role:
        """Return a person's role as rules alone have it: what is certain by its place before what the words suggest."""
        return self._placed(person) or self._told(person)

    def marks(self, person: Person) -> list[str]:
        """Return the marks by which a person's role is weighed: what the rules say, where the name stands, and the words round it."""
        if person not in self._weighed_by:
            self._weighed_by[person] = self._marks(person)
        return self._weighed_by[person]

    def _marks(self, person: Person) -> list[str]:
        sentences = [s for start, _ in person.places if (s := self.reading.sentence_at(start)) is not None]
        found = [f"rules={self.by_rules(person)}", f"kind={self.facts.kind}", f"title={person.title}"]
        found += [f"says {label}" for label in sorted(self._said[person])]
        found += [f"letter says {label}" for label in sorted(self._told_of) if self._told_of[label] > (label in self._said[person])]
        found += [mark for mark, told in self._standing(person, sentences).items() if told]
        found += [mark for context in self._contexts[person] for mark in _around(context)]
        found += [f"named {min(_OFTEN, len(person.places))}", f"words {len(person.words)} {bool(person.title)}"]
        return list(dict.fromkeys(found))

    def _standing(self, person: Person, sentences: list[Sentence]) -> dict[str, bool]:
        """Tell how the person stands in the letter, and to whom the letter goes."""
        last = len(self.reading.sentences) - 1
        return {
            "is signed": person.signed,
            "is greeted": person.greeted,
            "is addressed": person.addressed,
            "is of the family": bool(person.words) and person.words[-1] in self._family,
            "is in a mail address": person.mail,
            "is member": person.text in self._members,
            "is alone on a line": any(len(s.text) <= len(person.text) + 3 for s in sentences),
            "is near the end": any(last - s.index < _NEAR_END for s in sentences),
            "is last alone": any(last - s.index < _NEAR_END and len(s.text) <= len(person.text) + 3 for s in sentences),
            "is at the top": any(s.index < _HEAD for s in sentences),
            "is in a heading": any(s.is_heading for s in sentences),
            "is of an earlier stage": any(s.has("earlier") for s in sentences),
            "is told by the resident": any(s.has("resident") for s in sentences),
            "letter is for someone": self.for_someone,
            **{f"letter is {label}": told for label, told in self._acting.items()},
            "letter is their own": self._own_letter,
            "letter greets nobody": not self._greets,
            **self._whole,
        }

    @cached_property
    def _lists(self) -> Lists:
        return Lists(self.settings)

    def job(self, person: Person) -> str | None:
        """Return the job title that the landlord's lists give a person, in lower case; None where they give none."""
        entry = self._lists.staff(person.words) or self._lists.contractor(person.words)
        return entry.job.lower() if entry and entry.job else None

    def _placed(self, person: Person) -> Role | None:
        """Tell a role by the place of the name: letterhead, signature, salutation, address."""
        if person.title in _ELECTED or person.text in self._members:
            return Role.ELECTED
        if person.head_only:
            return Role.LETTERHEAD
        if person.signed:
            return Role.RESIDENT if self._own_letter else Role.SIGNATORY
        if self._sends_mail(person):
            return Role.SIGNATORY
        if person.greeted or person.addressed:
            return Role.REPRESENTATIVE if self.for_someone else Role.RESIDENT
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
    def for_someone(self) -> bool:
        """Tell whether the person written to acts for somebody else who is named."""
        others = any(not (p.greeted or p.addressed or p.signed or p.company or p.head_only) for p in self.people)
        low = self.reading.low
        return others and (any(w in low[:_TOP] for w in rules.words(WORDS, "counsel")) or rules.load("people/acting").says(low, "acting"))

    @cached_property
    def _told_of(self) -> Counter[str]:
        """Of how many people each label is said."""
        return Counter(label for said in self._said.values() for label in said)

    @cached_property
    def _whole(self) -> dict[str, bool]:
        """What the letter does, whoever is asked about."""
        return {
            "letter greets several": sum(p.greeted for p in self.people) > 1,
            "letter is signed": any(p.signed for p in self.people),
            "letter names a company": any(p.company for p in self.people),
        }

    @cached_property
    def _acting(self) -> dict[str, bool]:
        """What the letter says of acting for somebody: labels of acting.toml."""
        fired = {rule.label for rule, _ in rules.load("people/acting").matches(self.reading.low)}
        labels = sorted({rule.label for rule in rules.load("people/acting").rules})
        return {label: label in fired for label in labels}

    def _told(self, person: Person) -> Role:
        """Tell a role by the words round the name in each place; the most telling wins."""
        contexts = self._contexts[person]
        found = self._said[person]
        own = {"third_party", "contractor", "staff", "elected"}
        if person.title and len(person.places) > 1 and not found & own and self._greets and self.for_someone:
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

    @cached_property
    def _contexts(self) -> dict[Person, list[str]]:
        """What stands round each person's name, once each."""
        return {p: list(dict.fromkeys(self._round(p))) for p in self.people}

    @cached_property
    def _said(self) -> dict[Person, frozenset[str]]:
        """What rules say of each person: labels of roles.toml."""
        ruleset = rules.load(RULES)
        return {p: frozenset(rule.label for context in self._contexts[p] for rule, _ in ruleset.matches(context)) for p in self.people}

    def _round(self, person: Person) -> Iterator[str]:
        """Yield what stands round the person's name, lowered, in each sentence: it as xnamex, and others' by `_sign`."""
        for start, end in person.places:
            sentence = self.reading.sentence_at(start)
            if sentence is not None and sentence.passage.part not in MARGINS:
                low, high = max(sentence.start, start - _SIDE), min(sentence.end, end + _SIDE)
                yield self._marked(person, sentence.low, low, high, sentence.start)

    def _marked(self, person: Person, text: str, low: int, high: int, zero: int = 0) -> str:
        """Return what stands from `low` to `high`, with marks for the names; `text` is of the letter from `zero` on."""
        pieces, at = list[str](), low
        first = bisect_left(self._places, low, key=lambda place: place[0])
        for start, end, named in takewhile(lambda place: place[0] < high, (self._places[i] for i in range(first, len(self._places)))):
            if at <= start and end <= high:
                pieces += (text[at - zero : start - zero], "xnamex" if named is person else _sign(named))
                at = end
        return "".join((*pieces, text[at - zero : high - zero]))

    @cached_property
    def _places(self) -> list[tuple[int, int, Person]]:
        return sorted(((s, e, p) for p in self.people for s, e in p.places), key=lambda place: place[:2])


def likelihoods(seen: Seen, labeller: Labeller, by_words: Linear) -> Scores:
    """Return how likely each of a labeller's labels is of each person, a row a person: the mean of its networks and of a linear model.

    They err on different people, so that their mean is right more often than either (docs/experiments.md).
    """
    likely = labeller.likelihoods(seen)
    likely /= likely.sum(axis=1, keepdims=True)
    for row, marks, words in zip(likely, seen.marks, seen.words, strict=True):
        told = by_words.likelihoods(words_and_pairs(marks, words))
        row[:] = (row + [told[label] for label in labeller.labels]) / 2
    return likely


def words_and_pairs(marks: Sequence[str], words: Sequence[str]) -> list[str]:
    """Return the marks of a person as the linear model sees them: the words round the name, too, and each two that stand together."""
    return list(dict.fromkeys([*marks, *(f"w_{word}" for word in words), *(f"w_{one} {other}" for one, other in pairwise(words))]))


def _sign(other: Person) -> str:
    """Return what stands for the name of somebody else: whether it is a company, whoever is written to, whoever signs, or another."""
    if other.company:
        return "xcompanyx"
    if other.greeted or other.addressed:
        return "xreaderx"
    return "xsignerx" if other.signed else "xotherx"


def _kind_of(word: str) -> str:
    """Return a number's kind in the place of the number: a telephone number's beginning, or any other."""
    if not word[0].isdigit():
        return word
    return "telephone" if word[0] == "0" and len(word) > 3 else "number"


def _tokens(context: str) -> list[str]:
    return [_kind_of(word) for word in _WORD.findall(context)]


def _around(context: str) -> Iterator[str]:
    """Yield the words on either side of each xnamex, by their order and by standing there."""
    tokens = _tokens(context)
    for at in (n for n, word in enumerate(tokens) if word == "xnamex"):
        before, after = tokens[max(0, at - _BESIDE) : at][::-1], tokens[at + 1 : at + 1 + _BESIDE]
        yield from (f"b{n}={word}" for n, word in enumerate(before[:_NEXT], 1))
        yield from (f"a{n}={word}" for n, word in enumerate(after[:_NEXT], 1))
        yield from (f"b~{word}" for word in before)
        yield from (f"a~{word}" for word in after)
