"""The people whom a letter names: every form of the name under which the same one stands, and every place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge

from rapidfuzz import fuzz

from checkers.rules import words
from models.language import folded

WORDS = "people/words"
_SHORTEST = 3
_LONG, _ALIKE = 5, 80  # letters of a word that may be misspelt, and per cent of them that must be alike
_WORD = re.compile(r"\w+")
_EDGE = re.compile(r"\b")


@dataclass(slots=True, eq=False)
class Person:
    """Someone named in the letter: the fullest form of the name, every place where it or a shorter form stands, and whether a company.

    `likely`: how likely it is a name at all, where that is likeliest. `mail`: it stands in an e-mail address only. `words` are the name's
    words, folded, without the `title`, which is folded too, or None.
    """

    text: str
    places: list[tuple[int, int]]
    company: bool = False
    signed: bool = False
    greeted: bool = False
    addressed: bool = False
    head_only: bool = False
    mail: bool = False
    likely: float = 1.0
    words: list[str] = field(init=False)
    title: str | None = field(init=False)

    def __post_init__(self) -> None:
        """Work out words and title."""
        self.call(self.text)

    def call(self, text: str) -> None:
        """Give the name in another form."""
        titles = words(WORDS, "titles")
        first = folded(text.split(maxsplit=1)[0].rstrip("."))
        self.text = text
        self.words = [w for w in map(folded, re.split(r"[ ._]+", text)) if w and w not in titles]
        self.title = first if first in titles else None

    def join(self, other: Person) -> None:
        """Take in another form of the same person's name, with its places."""
        if (not other.mail, _fullness(other)) > (not self.mail, _fullness(self)):
            self.call(other.text)
            self.mail = other.mail
        self.places += other.places
        self.signed |= other.signed
        self.greeted |= other.greeted
        self.addressed |= other.addressed
        self.head_only &= other.head_only
        self.likely = max(self.likely, other.likely)


def joined(people: Iterable[Person]) -> list[Person]:
    """Return people once each: a name is joined to the first of those before it whose other form it can be."""
    known: list[Person] = []
    filed: defaultdict[str, list[int]] = defaultdict(list)  # by first and last word: two forms of a name have one of them in common
    for person in people:
        candidates = merge(*(filed[word] for word in _ends(person)))
        at = next((i for i in candidates if known[i].company == person.company and _same(known[i], person)), len(known))
        if at == len(known):
            known.append(person)
        else:
            known[at].join(person)
        for word in _ends(known[at]):
            _file(filed[word], at)
    return known


def _ends(person: Person) -> set[str]:
    return {person.words[0], person.words[-1]} if person.words else set()


def _file(numbers: list[int], number: int) -> None:
    at = bisect_left(numbers, number)
    if at == len(numbers) or numbers[at] != number:
        numbers.insert(at, number)


def _same(one: Person, other: Person) -> bool:
    """Tell whether two names are one person's: one's words are among the other's, and titles do not contradict."""
    a, b = one.words, other.words
    if one.title and other.title and one.title != other.title and {one.title, other.title} <= {"mr", "mrs", "ms", "miss"} and a != b:
        return False
    if {one.title, other.title} == {"mr", "mrs"}:
        return False
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) == len(longer):
        spelt_alike = len(shorter) > 1 and all(map(_alike, shorter, longer))
        return (
            shorter == longer
            or spelt_alike
            or (shorter[-1] == longer[-1] and shorter[0][0] == longer[0][0] and 1 in (len(shorter[0]), len(longer[0])))
        )
    brief = one if len(a) < len(b) else other
    return shorter[-1] == longer[-1] if len(shorter) > 1 or brief.title else shorter[0] in (longer[0], longer[-1])


def _alike(one: str, other: str) -> bool:
    """Tell whether two words are spellings of one name: a slip of a letter in a long word."""
    return one == other or (min(len(one), len(other)) >= _LONG and fuzz.ratio(one, other) >= _ALIKE)


def _fullness(person: Person) -> tuple[int, int, bool]:
    """Rank the forms of a name: words written out, then all words, then a title."""
    return sum(len(w) > 1 for w in person.words), len(person.words), person.title is not None


def add_lone_forms(people: list[Person], text: str) -> None:
    """Add the places where a known person stands by first name or surname alone, where nobody else in the letter shares it."""
    shared = Counter(word for person in people for word in set(person.words))
    taken = bytearray(len(text))
    for start, end in (place for person in people for place in person.places):
        taken[start:end] = bytes([1]) * (end - start)
    starts: defaultdict[str, list[int]] = defaultdict(list)
    for m in _WORD.finditer(text):
        starts[m[0]].append(m.start())
    for person in people:
        for form in _lone_forms(person, shared):
            for start in _standing(form, text, starts):
                end = start + len(form)
                if not taken[start]:
                    taken[start:end] = bytes([1]) * (end - start)
                    person.places.append((start, end))
        person.places = sorted(set(person.places))  # a company's run can be met from both of its ends


def _lone_forms(person: Person, shared: Counter[str]) -> Iterator[str]:
    if person.company or len(person.words) < 2:
        return
    names = person.text.split()
    for name in dict.fromkeys((names[0], names[-1])):
        word = folded(name)
        plain = word in words(WORDS, "also_words") or word in words(WORDS, "titles")
        if not plain and len(name) >= _SHORTEST and shared[word] <= 1:
            yield name


def _standing(form: str, text: str, starts: dict[str, list[int]]) -> Iterator[int]:
    """Yield where a form of a name stands as whole words, by the starts of the text's words."""
    first = _WORD.match(form)
    for start in starts.get(first[0], ()) if first else ():
        if text.startswith(form, start) and _EDGE.match(text, start + len(form)):
            yield start
