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
from models.finding import Element, Kind
from models.letter import Style

_SUBSTANCE = 5  # words: an item shorter than this sets nothing out
RULES = "elements/definition"


def check(reading: Reading, facts: Facts) -> Found:
    """Return what the letter sets out as the complaint."""
    if facts.kind is Kind.OTHER:
        return NOT_APPLICABLE
    carried = likely(reading, Element.DEFINITION)
    if carried:
        return present(reading, Element.DEFINITION, carried)
    topics = saying(reading, RULES, "topic", quiet_in=("conditional", "question", "ombudsman"))
    if topics:
        return incomplete(reading, topics[:1], "Only the topic of the complaint is named, not what the resident complained of.")
    return missing("The letter does not set out what the resident complained of.")


_ORDINALS = (
    r"\b(?:first|point 1|head (?:1|a|one)|part (?:1|a|one)|issue 1|1st)\b|\((?:1|a|i)\)|^\W*(?:1|a)[.):]",
    r"\b(?:second|first two|first three|point 2|head (?:2|b|two)|part (?:2|b|two)|issue 2|2nd)\b|\((?:2|b|ii)\)|^\W*(?:2|b)[.):]",
    r"\b(?:third|first three|point 3|head (?:3|c|three)|part (?:3|c|three)|issue 3|3rd)\b|\((?:3|c|iii)\)|^\W*(?:3|c)[.):]",
    r"\b(?:fourth|point 4|head (?:4|d|four)|part (?:4|d|four)|issue 4|4th)\b|\((?:4|d|iv)\)|^\W*(?:4|d)[.):]",
    r"\b(?:fifth|point 5|head (?:5|e|five)|part (?:5|e|five)|issue 5|5th)\b|\((?:5|e|v)\)|^\W*(?:5|e)[.):]",
)
_COMMON = frozenset(
    [
        "about",
        "after",
        "again",
        "because",
        "before",
        "being",
        "could",
        "every",
        "first",
        "found",
        "have",
        "having",
        "into",
        "just",
        "left",
        "more",
        "most",
        "nobody",
        "only",
        "other",
        "over",
        "said",
        "same",
        "should",
        "some",
        "still",
        "such",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "this",
        "those",
        "told",
        "took",
        "under",
        "until",
        "very",
        "want",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "with",
        "would",
        "your",
        "yours",
        "complaint",
        "complained",
        "point",
        "resident",
        "house",
        "home",
    ]
)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the complaint: its words, the stems that are its own, and how the letter may number it."""

    text: str
    sentence: Sentence
    stems: frozenset[str]
    ordinal: re.Pattern[str]


def points(reading: Reading) -> list[Point]:
    """Return the points of the complaint in order: the items of the list that sets it out, or a sentence's clauses "that …; that …"."""
    carried = sorted(likely(reading, Element.DEFINITION), key=lambda s: s.start)
    clauses = next((c for s in carried if len(c := _clauses(s)) > 1), [])
    items = [s for s in carried if s.passage.style in (Style.ITEM, Style.ROW)]
    texts = clauses or [(s.low, s) for s in items if _mark(s) == _mark(items[0])]
    return [Point(text, s, stems(text), re.compile(_ORDINALS[min(i, len(_ORDINALS) - 1)])) for i, (text, s) in enumerate(texts)]


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
    return frozenset(w[:5] for w in re.findall(r"[a-z]{4,}", text) if w not in _COMMON)
