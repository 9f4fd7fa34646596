"""Find the names of people, and of contractors' companies, in a letter.

There is no model of names here: a name is told by its title, by its place in the letter (salutation, address, signature), by what stands
round it ("our surveyor, …") and by lists of first names and surnames of many origins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from checkers.reading import Reading, Sentence
from models.language import first_names, folded, surnames
from models.letter import MARGINS
from models.settings import Settings

_WORD = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*[\w]|[A-Z]\.?(?=\s[A-Z])"
_PARTICLE = r"(?:de|da|do|dos|del|della|di|van|von|der|den|la|le|al|el|bin|bint|ibn|ap|ó|ul|ur|st\.?|y)"
_RUN = re.compile(rf"(?:{_WORD})(?:(?:\.? |\.)(?:{_PARTICLE} )*(?:{_WORD}))*")
_POSSESSIVE = re.compile(r"[’']s?$")
_TITLE = re.compile(r"^(?P<title>[A-Z][a-z]+|[A-Z]{2,4})\.? ?$")
_SIGN_OFF = re.compile(
    r"^\W*(?:yours?\b(?: (?:sincerely|faithfully|truly|ever|very|in|,).*)?|(?:with |my |our )*(?:kind(?:est)?|best"
    r"|warm(?:est)?|many|very best|good)(?: \w+)* ?(?:regards|wishes|thanks)?|regards|sincerely|thanks|thank you"
    r"|cheers|take care|all the best|respectfully|with (?:love|best|kind|warm|thanks|respect).*|for and on behalf "
    r"of.*)\W*(?:to you.*)?$"
)
_SALUTATION = re.compile(r"^(?:dear|hi|hello|good (?:morning|afternoon)|to)\b[ ,:]*")
_FIRST_PERSON_VERB = re.compile(
    r"^(?:'s|,)? ?(?:(?:has|had|will|was|is|did|would|then|also|who|again) )*(?:said|says|told|tells|rang|rings|ring"
    r"|visited|visits|came|comes|called|calls|wrote|writes|agreed|found|spoke|asked|promised|offered|let|took|went|put"
    r"|did|met|left|looked|looks|made|gave|sent|knows|knew|confirmed|explained|apologised|inspected|attended|works?|is"
    r"|was|will|has|had|from|and|in|on|at)\b"
)
_BEFORE_PERSON = re.compile(
    r"(?:\b(?:called|named|by|with|to|from|and|told|asked|rang|saw|met|spoke (?:to|with)|speak to|ask for|ring|phone"
    r"|contact|e-?mail|that|colleague|manager|officer|director|surveyor|plumber|caretaker|engineer|electrician"
    r"|operative|handler|cousin|brother|sister|son|daughter|husband|wife|partner|mother|father|mum|dad|neighbour"
    r"|nephew|niece|uncle|aunt|friend|carer|warden|trustee|chair|secretary|treasurer|fitter|builder|joiner|planner"
    r"|supervisor|inspector|when|where|but|because|while|as|for|though),? (?:is |was )?|^\W*|[:;(]\s*)$"
)


_JOB = (
    r"(?:\w+ ){0,4}(?:officer|manager|surveyor|director|caretaker|handyman|plumber|electrician|joiner|warden|inspector"
    r"|supervisor|leader|coordinator|assistant|advis[eo]r|trustee|chair|secretary|treasurer|planner|cleaner|gardener"
    r"|engineer|operative|administrator|worker|lead|head of|executive|investigator|handler)"
)
_JOB_AFTER = re.compile(rf",? ?(?:\(|who is |is |was |as )?(?:our |the |your |a |my )?{_JOB}\b")
_JOB_BEFORE = re.compile(rf"\b{_JOB}(?: of [\w ]{{3,30}}| for [\w ]{{3,30}})?\s*[:,|-]?\s*(?:is |was |called |named )?$")
_IN_A_PLACE = re.compile(r"(?:\b(?:in|at|near|of|from|to|through|for|st|saint|on|off|between|called|\d+\w?),? (?:the )?)$")
_CALLED_CONTRACTOR = re.compile(
    r"\b(?:our|the|your|a|lift|roofing|heating|repairs|cleaning|gas|grounds) (?:\w+ )?(?:sub-?)?contractors?,? $"
)
_NOT_CONTRACTORS = {"law", "solicitors", "insurance", "university", "advocacy", "bank"}
_MOST_WORDS = 5
_SHORTEST = 3
_ENOUGH = 2.0


@dataclass(slots=True)
class Person:
    """Someone named in the letter: the fullest form of the name, every place where it or a shorter form stands, and whether a company."""

    text: str
    places: list[tuple[int, int]] = field(default_factory=list)
    company: bool = False
    signed: bool = False
    greeted: bool = False
    addressed: bool = False
    head_only: bool = True

    @property
    def words(self) -> list[str]:
        """The name's words, folded, without title."""
        return [w for w in map(folded, re.split(r"[ .]+", self.text)) if w and w not in _words("titles")]

    @property
    def title(self) -> str | None:
        """The title that the name is given with, folded, or None."""
        first = folded(self.text.split()[0].rstrip("."))
        return first if first in _words("titles") else None


@dataclass(frozen=True, slots=True)
class _Spot:
    text: str
    start: int
    end: int
    company: bool
    signed: bool
    greeted: bool
    addressed: bool
    running: bool


@cache
def _words(group: str) -> frozenset[str]:
    return frozenset(tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))[group])


def people_in(reading: Reading, settings: Settings) -> list[Person]:
    """Return the people and companies named in the letter, in the order in which they first appear."""
    spots = sorted(_spots(reading, settings), key=lambda s: s.start)
    people: list[Person] = []
    for spot in spots:
        _add(people, spot)
    people = _merged(people)
    for person in people:
        person.places.extend(_alone(reading, person, people))
        person.places = sorted(set(person.places))
    return sorted(people, key=lambda p: p.places[0])


def _spots(reading: Reading, settings: Settings) -> Iterator[_Spot]:
    signing = _signature_lines(reading)
    address = _address_lines(reading)
    landlord = _landlord(reading, settings)
    listed = {folded(n) for n in (*settings.staff, *settings.contractors)}
    for sentence in reading.sentences:
        for start, end in _candidates(sentence):
            yield from _judge(sentence, start, end, signing, address, landlord, listed)


def _candidates(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Yield runs of capitalised words, as offsets in the sentence; capital letters throughout are no evidence."""
    for m in _RUN.finditer(sentence.text):
        yield m.start(), m.end()


def _judge(
    sentence: Sentence, start: int, end: int, signing: set[int], address: set[int], landlord: frozenset[str], listed: set[str]
) -> Iterator[_Spot]:
    """Cut a run of capitals into the names that it holds."""
    text = sentence.text
    running = sentence.passage.part not in MARGINS
    company = _company(text, start, end, landlord) if running else None
    if company:
        yield _Spot(
            text[company[0] : company[1]], sentence.start + company[0], sentence.start + company[1], True, False, False, False, running
        )
        return
    for s, e in _pieces(text, start, end):
        name = text[s:e]
        before = sentence.low[:s]
        greeted = bool(_SALUTATION.match(before)) and len(before) < 40 and len(text) < 80
        signed = sentence.index in signing
        addressed = sentence.index in address
        if folded(name) in listed or _is_name(name, before, sentence.low[e:], structural=greeted or signed or addressed, greeted=greeted):
            yield _Spot(name, sentence.start + s, sentence.start + e, False, signed, greeted, addressed, running)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a run of capitals at words that no name contains ("Housing Officer Jane Hill" leaves "Jane Hill"); titles begin a new piece."""
    piece: list[tuple[int, int]] = []
    for m in re.finditer(r"\S+", text[start:end]):
        s, e = start + m.start(), start + m.end()
        word = folded(text[s:e].rstrip(".,"))
        bare = _POSSESSIVE.sub("", word)
        if word in _words("titles"):
            if piece:
                yield piece[0][0], piece[-1][1]
            piece = [(s, e)]
        elif bare in _words("not_name") and not _may_end(text, piece, bare):
            if piece:
                yield piece[0][0], piece[-1][1]
            piece = []
        else:
            shorter = len(text[s:e]) - len(_POSSESSIVE.sub("", text[s:e]))
            piece.append((s, e - shorter))
            if shorter:
                yield piece[0][0], piece[-1][1]
                piece = []
    if piece:
        yield piece[0][0], piece[-1][1]


def _may_end(text: str, piece: list[tuple[int, int]], word: str) -> bool:
    """Tell whether a word that is in few names (Ward, Hill, Green) ends this one: it follows a title, or a first name and is a surname."""
    if len(piece) != 1:
        return False
    first = folded(text[slice(*piece[0])].rstrip("."))
    return _titled(text, piece) or (word in surnames() and first in first_names() and first not in _words("also_words") | _words("places"))


def _titled(text: str, piece: list[tuple[int, int]]) -> bool:
    return folded(text[piece[0][0] : piece[0][1]].rstrip(".")) in _words("titles")


def _is_name(name: str, before: str, after: str, *, structural: bool, greeted: bool) -> bool:
    """Weigh what speaks for a run of capitals being a person's name."""
    words = [folded(w.rstrip(".")) for w in name.split()]
    if words[0] in _words("titles"):
        return len(words) > 1
    if len(words) == 1:
        return _is_first_name(words[0], before, after, greeted=greeted)
    if any(w.isdigit() for w in words) or len(words) > _MOST_WORDS:
        return False
    return structural or _weighs_enough(words, name, before, after)


def _weighs_enough(words: list[str], name: str, before: str, after: str) -> bool:
    """Tell whether known names, and what stands round them, together speak for a person."""
    known_first = any(part in first_names() for part in (words[0], words[0].split("-")[0]))
    known_last = any(part in surnames() for part in (words[-1], *words[-1].split("-")))
    if len(words[0]) == 1:
        return known_last and (before.strip() != "" or len(words) > 2)
    if words[0] in _words("places") or name.isupper():
        return False
    with_job = bool(_JOB_AFTER.match(after)) or bool(_JOB_BEFORE.search(before))
    as_person = with_job or _treated_as_person(before, after)
    plain = words[0] in _words("also_words")
    weight = (1 if plain else 2) * known_first + 1.5 * known_last + 1.5 * as_person + 0.5 * with_job
    return weight >= _ENOUGH and not (_IN_A_PLACE.search(before) and not as_person and not known_last)


def _is_first_name(word: str, before: str, after: str, *, greeted: bool) -> bool:
    """Tell whether a single capitalised word is somebody's first name: a known one, used as a person's."""
    if greeted:
        return word in first_names() or word in surnames()
    if word not in first_names() or len(word) < _SHORTEST or word in _words("also_words") | _words("places"):
        return False
    return _treated_as_person(before, after) or (
        before.strip() != "" and not _IN_A_PLACE.search(before) and not re.match(r" ?[A-Z&]|'s (?:road|house)", after)
    )


def _treated_as_person(before: str, after: str) -> bool:
    return (_BEFORE_PERSON.search(before[-40:]) is not None and _FIRST_PERSON_VERB.match(after.lstrip()) is not None) or bool(
        re.match(r",? (?:from|in|our|the|at|who)\b", after)
    )


def _company(text: str, start: int, end: int, landlord: frozenset[str]) -> tuple[int, int] | None:
    """Return where a contractor's company stands: a run of capitals that ends in Ltd, Roofing and the like, or is called a contractor."""
    tail = re.match(r"(?: (?:&|and) [A-Z]\w+)(?: [A-Z]\w+)*", text[end:])
    stop = end + (tail.end() if tail else 0)
    words = [(m.start() + start, m.end() + start) for m in re.finditer(r"\S+", text[start:stop])]
    while words and folded(text[slice(*words[0])]) in _words("not_name") - _words("company"):
        words = words[1:]
    ends = [i for i, w in enumerate(words) if _POSSESSIVE.sub("", folded(text[slice(*w)].rstrip(".,"))) in _words("company")]
    last = ends[-1] if ends else len(words) - 1 if words and _CALLED_CONTRACTOR.search(text[: words[0][0]].lower()) else 0
    if last == 0:
        return None
    span = words[0][0], words[last][0] + len(_POSSESSIVE.sub("", text[slice(*words[last])]))
    name = folded(text[slice(*span)])
    own = [folded(text[slice(*w)]) for w in words[: last + 1]]
    generic = all(w in _words("not_name") | _words("company") | {"&", "and"} for w in own) or bool(set(own) & _NOT_CONTRACTORS)
    return None if generic or any(name in own or own in name for own in landlord) else span


def _landlord(reading: Reading, settings: Settings) -> frozenset[str]:
    """Return what the landlord calls itself, folded: the names of bodies in the letterhead, and the one in the settings."""
    head = " ".join(s.text for s in reading.sentences if s.passage.part in MARGINS)
    names = {folded(m[0]) for m in _RUN.finditer(head) if len(m[0].split()) > 1}
    return frozenset(names | ({folded(settings.landlord)} if settings.landlord else set()))


def _signature_lines(reading: Reading) -> set[int]:
    """Return the sentences in which the letter is signed: the short lines after the close."""
    lines = reading.body
    signed: set[int] = set()
    for i, sentence in enumerate(lines):
        if _SIGN_OFF.match(sentence.low) and len(sentence.text) < 70:
            for after in lines[i + 1 : i + 3]:
                if len(after.text.split()) <= 7:
                    signed.add(after.index)
                    break
    if not signed:
        signed |= {s.index for s in lines[-4:] if 2 <= len(s.text.split()) <= 4 and not s.text.rstrip().endswith((".", "!", "?"))}
    return signed


def _address_lines(reading: Reading) -> set[int]:
    """Return the lines before the salutation in which the letter is addressed."""
    found: set[int] = set()
    for sentence in reading.body[:16]:
        if _SALUTATION.match(sentence.low) and sentence.low.startswith(("dear", "hi", "hello", "good")):
            return found
        words = sentence.text.split()
        if 2 <= len(words) <= 8 and not any(c.isdigit() for c in sentence.text) and _looks_named(words):
            found.add(sentence.index)
    return set()


def _looks_named(words: list[str]) -> bool:
    low = [folded(w.rstrip(".,")) for w in words]
    return low[0] in _words("titles") or (low[0] in first_names() and not set(low) & _words("not_name"))


def _add(people: list[Person], spot: _Spot) -> None:
    person = Person(spot.text, [(spot.start, spot.end)], spot.company, spot.signed, spot.greeted, spot.addressed, not spot.running)
    for known in people:
        if known.company == person.company and _same(known, person):
            _join(known, person)
            return
    people.append(person)


def _same(one: Person, other: Person) -> bool:
    """Tell whether two names are one person's: one's words are among the other's, and titles do not contradict."""
    a, b = one.words, other.words
    if not a or not b:
        return False
    if one.title and other.title and one.title != other.title and {one.title, other.title} <= {"mr", "mrs", "ms", "miss"} and a != b:
        return False
    if {one.title, other.title} == {"mr", "mrs"}:
        return False
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) == len(longer):
        return shorter == longer or (shorter[-1] == longer[-1] and shorter[0][0] == longer[0][0] and 1 in (len(shorter[0]), len(longer[0])))
    brief = one if len(a) < len(b) else other
    return shorter[-1] == longer[-1] if len(shorter) > 1 or brief.title else shorter[0] in (longer[0], longer[-1])


def _fullness(person: Person) -> tuple[int, int, bool]:
    """Rank the forms of a name: words written out, then all words, then a title."""
    return sum(len(w) > 1 for w in person.words), len(person.words), person.title is not None


def _join(known: Person, other: Person) -> None:
    if _fullness(other) > _fullness(known):
        known.text = other.text
    known.places += other.places
    known.signed |= other.signed
    known.greeted |= other.greeted
    known.addressed |= other.addressed
    known.head_only &= other.head_only


def _merged(people: list[Person]) -> list[Person]:
    """Join people whom a later, fuller form shows to be one."""
    out: list[Person] = []
    for person in people:
        same = next((p for p in out if p.company == person.company and _same(p, person)), None)
        if same is None:
            out.append(person)
        else:
            _join(same, person)
    return out


def _alone(reading: Reading, person: Person, people: Iterable[Person]) -> Iterator[tuple[int, int]]:
    """Yield where a known person stands by first name or surname alone, where nobody else in the letter shares it."""
    if person.company or len(person.words) < 2:
        return
    text = reading.letter.text
    for word in {person.text.split()[0], person.text.split()[-1]}:
        if folded(word) in _words("also_words") | _words("titles") or len(word) < 3 or sum(folded(word) in p.words for p in people) > 1:
            continue
        for m in re.finditer(rf"\b{re.escape(word)}\b", text):
            if not any(s <= m.start() < e for p in people for s, e in p.places):
                yield m.start(), m.end()
