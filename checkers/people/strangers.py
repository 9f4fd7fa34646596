"""Another resident's name, left in a letter that was copied: people who are spoken to or of as if the letter were theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from checkers import rules
from checkers.people.known import WORDS, Person
from checkers.reading import Reading
from checkers.rules import words
from models.finding import Name, Role
from models.language import folded
from models.letter import MARGINS

RULES = "people/strangers"
_TITLED_SURNAME = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr)\.? [^\s]+$", re.IGNORECASE)
_ROAD = rf"(?P<number>\d{{1,4}}[a-z]?),? (?P<road>[a-z][a-z' -]{{1,30}}? (?:{'|'.join(sorted(words(WORDS, 'road')))}))\b"
_HOME = re.compile(_ROAD)
_YOURS = re.compile(rf"\byour (?:home|flat|property|house|tenancy|address|bungalow|maisonette)(?: is)?(?: at| of|,) (?:the )?{_ROAD}")
_SIDE = 60  # characters beside a name that say whose it is
_FEW = 2  # a person with a part in the story is named more often


def strangers(reading: Reading, names: tuple[Name, ...]) -> tuple[Name, ...]:
    """Return the people, of another surname than those written to, whom rules take for spoken to or of as if the letter were theirs."""
    if any(n.role is Role.REPRESENTATIVE for n in names):
        return ()  # in a letter to somebody's representative the resident is spoken of
    greeting = reading.salutation.end if reading.salutation else 0
    own = {folded(n.text.split()[-1]) for n in names if n.role is not Role.THIRD_PARTY and n.places[0].start <= greeting}
    others = (n for n in names if n.role in (Role.THIRD_PARTY, Role.RESIDENT, Role.STAFF, Role.CONTACT) and _TITLED_SURNAME.match(n.text))
    return tuple(n for n in others if own and folded(n.text.split()[-1]) not in own and _as_if_theirs(reading, n))


def greeted_otherwise(people: Sequence[Person]) -> list[Person]:
    """Return those whom the salutation greets where the address is another's: both with a title, and no name in common."""
    addressed = [p for p in people if p.addressed and p.title]
    greeted = [p for p in people if p.greeted and p.title]
    shared = {word for p in addressed for word in p.words} & {word for p in greeted for word in p.words}
    return greeted if addressed and not shared and not any(p.addressed for p in greeted) else []


def other_homes(reading: Reading) -> Iterator[tuple[int, int]]:
    """Yield where the letter speaks of the reader's home at another address than the one that it goes to."""
    greeting = reading.salutation.start if reading.salutation else 0
    own = {_address(m) for m in _HOME.finditer(reading.low[:greeting])}
    for sentence in reading.prose if own else ():
        for m in _YOURS.finditer(sentence.low):
            if _address(m) not in own and sentence.start > greeting and not reading.says(RULES, sentence, "another home"):
                yield sentence.start + m.start("number"), sentence.start + m.end()


def _address(found: re.Match[str]) -> tuple[str, str]:
    return found["number"], found["road"]


def _as_if_theirs(reading: Reading, name: Name) -> bool:
    ruleset = rules.load(RULES)
    for place in name.places:
        sentence = reading.sentence_at(place.start)
        if sentence is None or sentence.passage.part in MARGINS:
            continue
        at, after = place.start - sentence.start, reading.low[place.end : place.end + _SIDE]
        before = sentence.low[max(0, at - _SIDE) : at]
        spoken_to = after.startswith((",", ".", "!", "?")) and (not before or before.endswith(", "))
        if spoken_to and not ruleset.says(before, "who") and reading.says(RULES, sentence, "to_you"):
            return True
        if ruleset.says(after, "theirs"):
            return True
    return _unintroduced(reading, name)


def _unintroduced(reading: Reading, name: Name) -> bool:
    """Tell whether a surname stands once or twice without a word of who it is, or as if its bearer had complained."""
    sentences = [s for place in name.places if (s := reading.sentence_at(place.start)) is not None]
    if len(sentences) > _FEW or any(reading.says(RULES, s, "introduced") for s in sentences):
        return False
    unexplained = name.role is Role.THIRD_PARTY and not folded(name.text).startswith("dr")  # doctors are seldom the wrong resident
    return unexplained or any(reading.says(RULES, s, "complainant") for s in sentences)
