"""Element `definition`: the issue or issues complained of, set out as the complaint (2022: 4.2, 5.8, 5.10; 2024: 5.6, 6.9b, 6.19b).

Only a broad topic ("your complaint about repairs") is incomplete, also where the findings later show what it was about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from checkers.carried import likely
from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present, saying
from checkers.facts import Facts
from checkers.reading import Reading, Sentence
from checkers.rules import words
from models.finding import Element, Kind
from models.letter import Style

_SUBSTANCE = 5  # words: an item shorter than this sets nothing out
RULES = "elements/definition"
_PLACES = ("first", "second", "third", "fourth", "fifth")  # the labels of ordinals.toml; later points go by the last


def check(reading: Reading, facts: Facts) -> Found:
    """Return what the letter sets out as the complaint."""
    if facts.kind is Kind.OTHER:
        return NOT_APPLICABLE
    carried = likely(reading, Element.DEFINITION)
    if carried:
        return present(reading, Element.DEFINITION, carried)
    topics = saying(reading, RULES, "topic", quiet_in=("conditional", "question", "ombudsman"))
    if topics:
        return incomplete(reading, Element.DEFINITION, topics[:1])
    return missing(Element.DEFINITION)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the complaint: its words, their stems, and its place among the points as the rules of ordinals.toml label it."""

    text: str
    sentence: Sentence
    stems: frozenset[str]
    ordinal: str


def points(reading: Reading) -> list[Point]:
    """Return the points of the complaint in order: the items of the list that sets it out, or a sentence's clauses "that …; that …"."""
    carried = sorted(likely(reading, Element.DEFINITION), key=lambda s: s.start)
    clauses = next((c for s in carried if len(c := _clauses(s)) > 1), [])
    items = [s for s in carried if s.passage.style in (Style.ITEM, Style.ROW)]
    texts = clauses or [(s.low, s) for s in items if _mark(s) == _mark(items[0])]
    return [Point(text, s, stems(text), _PLACES[min(i, len(_PLACES) - 1)]) for i, (text, s) in enumerate(texts)]


_LIST_MARK = re.compile(r"(\(?)(?:(\d{1,2})|[a-z]{1,3})([.):])|[-•*]")


def _mark(item: Sentence) -> str:
    """Return the kind of mark that a list item begins with: items with different marks are of different lists."""
    found = _LIST_MARK.match(item.low)
    if found is None:
        return ""
    return f"{found[1]}{'1' if found[2] else 'a'}{found[3]}" if found[3] else "-"


def _clauses(sentence: Sentence) -> list[tuple[str, Sentence]]:
    parts = re.split(r"(?:^|[,;:]| and) that ", sentence.low)[1:]
    return [(part, sentence) for part in parts if len(part.split()) >= _SUBSTANCE]


def stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words that carry a text's subject."""
    return frozenset(w[:5] for w in re.findall(r"[a-z]{4,}", text) if w not in words("elements/words", "common"))
