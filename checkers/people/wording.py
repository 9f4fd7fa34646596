"""How a sentence says the same without a name: "Our surveyor visited", for "Sarah Jones, our surveyor, visited"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from checkers import rules
from checkers.reading import Reading
from models.finding import Name, Role

RULES = "people/jobs"
_PLAIN = {Role.STAFF: "officer", Role.CONTRACTOR: "contractor", Role.THIRD_PARTY: "person"}
_TITLES = {"pc": "police officer", "pcso": "police officer", "sgt": "police officer", "dr": "doctor", "judge": "judge", "nurse": "nurse"}
_LISTED = re.compile(r"(?:,? (?:and|&) |, )")  # between names that are listed together
_EMPLOYED = re.compile(r"(?:,)? (?:of|from|at|for) |,? \(?")  # between a worker and the company
_BEGINNING = " \t\"'“‘(-–•"  # what may stand before a sentence's first word
_WIDEST = 50  # characters shown on either side of what is replaced
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wording:
    """A piece of the letter that names somebody, and the same without the name."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class _Change:
    """What a sentence says instead of its characters from `start` to `end`."""

    start: int
    end: int
    words: str


def without(reading: Reading, name: Name, places: Sequence[Span], job: str | None) -> Wording | None:
    """Return how the first sentence that names somebody can do without; None where the name stands in no sentence, as in a list.

    `places` are those of all people of the same role, in order: for those listed together ("Dave and Sam") there is one word.
    `job` is what the landlord's list calls the person; the letter's own word comes first.
    """
    for place in name.places:
        sentence = reading.sentence_at(place.start)
        if sentence is None or " " not in sentence.text.replace(name.text, "").strip():
            continue
        zero = sentence.start
        start, end = place.start - zero, min(place.end, sentence.end) - zero
        here = places[bisect_left(places, (zero, 0)) : bisect_left(places, (sentence.end, 0))]
        taken = [(low - zero, high - zero) for low, high in here]
        change = _by_job(sentence.text, sentence.low, start, end) or _by_role(sentence.text, start, end, taken, name, job)
        return _shown(sentence.text, change)
    return None


def _by_job(text: str, low: str, start: int, end: int) -> _Change | None:
    """Leave the name out where the job, or who the person is, stands beside it."""
    ruleset = rules.load(RULES)
    for _, m in ruleset.matches(low[:start], "before"):
        closing = m["stop"].strip() != "" and text[end : end + 1] in (",", ")")
        words = text[m.start("who") : m.end("who")]
        return _Change(m.start("who"), end + closing, words if m["whose"] else _capital(text, m.start("who"), f"our {words.lower()}"))
    for _, m in ruleset.matches(low[end:], "after"):
        words = m["who"] if m["whose"] else f"our {m['who']}"
        return _Change(start, end + m.end(), _capital(text, start, words))
    return None


def _by_role(text: str, start: int, end: int, others: Sequence[Span], name: Name, job: str | None) -> _Change:
    """Put a word for who the person is in the place of the name, and of those who are listed with it."""
    several = False
    for low, high in others:
        if _LISTED.fullmatch(text[high:start]):
            start, several = low, True
        elif _LISTED.fullmatch(text[end:low]):
            end, several = high, True
        elif name.role is Role.CONTRACTOR and _EMPLOYED.fullmatch(text[end:low]):
            end = high
    what = job or _TITLES.get(name.text.split()[0].lower().rstrip("."), _PLAIN[name.role])
    whose = "our " if name.role is not Role.THIRD_PARTY else "other " if several else "another " if what == "person" else "the "
    return _Change(start, end, _capital(text, start, f"{whose}{_plural(what) if several else what}"))


def _plural(what: str) -> str:
    return "people" if what == "person" else f"{what}s"


def _capital(text: str, start: int, words: str) -> str:
    return words[0].upper() + words[1:] if not text[:start].strip(_BEGINNING) else words


def _shown(text: str, change: _Change) -> Wording:
    """Return the piece of the sentence round the change, from word to word, as it is and as it may be."""
    low = 0 if change.start < _WIDEST else text.find(" ", change.start - _WIDEST, change.start) + 1 or change.start
    high = text.find(" ", change.end + _WIDEST)
    high = len(text) if high < 0 else high
    return Wording(text[low:high], f"{text[low : change.start]}{change.words}{text[change.end : high]}")
