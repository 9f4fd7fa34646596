"""Find the names of people, and of contractors' companies, in a letter.

There is no model of names here: a name is told by its title, by its place in the letter (salutation, address, signature), by what stands
round it ("our surveyor, …") and by lists of first names and surnames of many origins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checkers import rules
from checkers.people.known import WORDS, Person, add_lone_forms, joined
from checkers.reading import Reading, Sentence
from models.language import first_names, folded, surnames
from models.letter import MARGINS
from models.settings import Settings

AROUND = "people/around"
_WORD = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*[\w]|[A-Z]\.?(?=\s[A-Z])"
_PARTICLE = r"(?:de|da|do|dos|del|della|di|van|von|der|den|la|le|al|el|bin|bint|ibn|ap|ó|ul|ur|st\.?|y)"
_RUN = re.compile(rf"(?:{_WORD})(?:(?:\.? |\.)(?:{_PARTICLE} )*(?:{_WORD}))*")
_TAIL = re.compile(r"(?: (?:&|and) [A-Z]\w+)(?: [A-Z]\w+)*")  # "& Sons", "and Daughters Roofing"
_PIECE = re.compile(r"\S+")
_POSSESSIVE = re.compile(r"[’']s?$")
_TEXT = 14  # words: a line so long is no part of an address
_SIDE = 300  # characters before and after a name that say what it is; a line without an end must not be read whole for each name
_MOST_WORDS = 5
_SHORTEST = 3
_ENOUGH = 2.0


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known before names are looked for: the lines signed and addressed, the landlord's names, and those that the settings list."""

    signing: set[int]
    address: set[int]
    landlord: frozenset[str]
    listed: frozenset[str]


def people_in(reading: Reading, settings: Settings) -> list[Person]:
    """Return the people and companies named in the letter, in the order in which they first appear."""
    known = _Known(
        _signature_lines(reading),
        _address_lines(reading),
        _landlord(reading, settings),
        frozenset(folded(n) for n in (*settings.staff, *settings.contractors)),
    )
    named = [p for s in reading.sentences for m in _RUN.finditer(s.text) for p in _judge(s, m.start(), m.end(), known)]
    people = joined(joined(sorted(named, key=lambda p: p.places[0])))  # twice: a later, fuller form can show two to be one
    add_lone_forms(people, reading.letter.text)
    return sorted(people, key=lambda p: p.places[0])


def _says(text: str, label: str) -> bool:
    return rules.load(AROUND).says(text, label)


def _words(group: str) -> frozenset[str]:
    return rules.words(WORDS, group)


def _judge(sentence: Sentence, start: int, end: int, known: _Known) -> Iterator[Person]:
    """Cut a run of capitals into the names that it holds."""
    text, low = sentence.text, sentence.low
    running = sentence.passage.part not in MARGINS
    company = _company(sentence, start, end, known.landlord) if running else None
    if company:
        s, e = company
        yield Person(text[s:e], [(sentence.start + s, sentence.start + e)], company=True)
        return
    signed, addressed = sentence.index in known.signing, sentence.index in known.address
    for s, e in _pieces(text, start, end):
        name, before, after = text[s:e], low[max(0, s - _SIDE) : s], low[e : e + _SIDE]
        greeted = len(text) < 80 and s < 40 and _says(before, "salutation")
        structural = greeted or signed or addressed
        if folded(name) in known.listed or _is_name(name, before, after, structural=structural, greeted=greeted):
            place = (sentence.start + s, sentence.start + e)
            yield Person(name, [place], signed=signed, greeted=greeted, addressed=addressed, head_only=not running)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a run of capitals at words that no name contains ("Housing Officer Jane Hill" leaves "Jane Hill"); titles begin a new piece."""
    piece: list[tuple[int, int]] = []
    for m in _PIECE.finditer(text, start, end):
        s, e = m.span()
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
    return _titled(text, piece) or (word in surnames() and first in first_names() and not _also(first))


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
    with_job = _says(after, "job_after") or _says(before, "job_before")
    as_person = with_job or _treated_as_person(before, after)
    plain = words[0] in _words("also_words")
    weight = (1 if plain else 2) * known_first + 1.5 * known_last + 1.5 * as_person + 0.5 * with_job
    return weight >= _ENOUGH and not (_says(before, "in_place") and not as_person and not known_last)


def _is_first_name(word: str, before: str, after: str, *, greeted: bool) -> bool:
    """Tell whether a single capitalised word is somebody's first name: a known one, used as a person's."""
    if greeted:
        return word in first_names() or word in surnames()
    if word not in first_names() or len(word) < _SHORTEST or _also(word):
        return False
    return _treated_as_person(before, after) or (before.strip() != "" and not _says(before, "in_place") and not _says(after, "other_name"))


def _treated_as_person(before: str, after: str) -> bool:
    return (_says(before[-40:], "to_person") and _says(after.lstrip(), "does")) or _says(after, "with")


def _also(word: str) -> bool:
    """Tell whether a first name is a word, or a place, too."""
    return word in _words("also_words") or word in _words("places")


def _company(sentence: Sentence, start: int, end: int, landlord: frozenset[str]) -> tuple[int, int] | None:
    """Return where a contractor's company stands: a run of capitals that ends in Ltd, Roofing and the like, or is called a contractor."""
    text = sentence.text
    tail = _TAIL.match(text, end)
    pieces = [m.span() for m in _PIECE.finditer(text, start, tail.end() if tail else end)]
    own = [folded(text[s:e]) for s, e in pieces]
    company, not_name = _words("company"), _words("not_name")
    first = next((i for i, word in enumerate(own) if word not in not_name or word in company), len(own))
    ends = [i for i in range(first, len(own)) if _bare(text[slice(*pieces[i])]) in company]
    last = ends[-1] if ends else len(own) - 1
    if last <= first or not (ends or _says(sentence.low[max(0, pieces[first][0] - _SIDE) : pieces[first][0]], "contractor")):
        return None
    span = pieces[first][0], pieces[last][0] + len(_POSSESSIVE.sub("", text[slice(*pieces[last])]))
    name = folded(text[slice(*span)])
    parts = own[first : last + 1]
    generic = all(w in not_name or w in company or w in ("&", "and") for w in parts) or any(w in _words("not_contractors") for w in parts)
    return None if generic or any(name in known or known in name for known in landlord) else span


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", folded(word.rstrip(".,")))


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
        if len(sentence.text) < 70 and rules.load("people/lines").says(sentence.low, "sign_off"):
            for after in lines[i + 1 : i + 3]:
                if len(after.text.split()) <= 7:
                    signed.add(after.index)
                    break
    if not signed:
        signed |= {s.index for s in lines[-4:] if 2 <= len(s.text.split()) <= 4 and not s.text.rstrip().endswith((".", "!", "?"))}
    return signed


def _address_lines(reading: Reading) -> set[int]:
    """Return the lines before the text in which the letter is addressed; the salutation may be a bare name, or be left out."""
    found: set[int] = set()
    for sentence in reading.body[:16]:
        words = sentence.text.split()
        greets = _says(sentence.low[:40], "salutation") and sentence.low.startswith(("dear", "hi", "hello", "good"))
        if greets or len(words) >= _TEXT:
            return found
        if 2 <= len(words) <= 8 and not any(c.isdigit() for c in sentence.text) and _looks_named(words):
            found.add(sentence.index)
    return set()


def _looks_named(words: list[str]) -> bool:
    low = [folded(w.rstrip(".,")) for w in words]
    return low[0] in _words("titles") or (low[0] in first_names() and not set(low) & _words("not_name"))
