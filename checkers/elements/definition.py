"""Element `definition`: the issue or issues complained of, set out as the complaint (2022: 4.2, 5.8, 5.10; 2024: 5.6, 6.9b, 6.19b).

Only a broad topic ("your complaint about repairs") is incomplete, also where the findings later show what it was about.
"""

from __future__ import annotations

from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present, saying, under_heading
from checkers.facts import Facts
from checkers.reading import Reading, Sentence
from models.finding import Kind
from models.letter import Style

_SUBSTANCE = 5  # words: an item shorter than this sets nothing out
RULES = "elements/definition"


def check(reading: Reading, facts: Facts) -> Found:
    """Return what the letter sets out as the complaint."""
    if facts.kind is Kind.OTHER:
        return NOT_APPLICABLE
    carried = issues(reading)
    if carried:
        return present(reading, carried)
    topics = saying(reading, RULES, "topic", quiet_in=("conditional", "question", "ombudsman"))
    if topics:
        return incomplete(reading, topics[:1], "Only the topic of the complaint is named, not what the resident complained of.")
    return missing("The letter does not set out what the resident complained of.")


def issues(reading: Reading) -> list[Sentence]:
    """Return the sentences that set the complaint out, the items of a list among them."""
    direct = [s for s in saying(reading, RULES, "set_out", quiet_in=("conditional", "question")) if len(s.text.split()) > _SUBSTANCE and not _wish(reading, s)]
    listed = [i for s in saying(reading, RULES, "lead_in", quiet_in=("conditional", "question")) for i in listed_after(reading, s)]
    headed = [s for s in under_heading(reading, RULES) if len(s.text.split()) > _SUBSTANCE + 2 and not _wish(reading, s)]
    return sorted({*direct, *listed, *headed[:4]}, key=lambda s: s.start)


def _wish(reading: Reading, sentence: Sentence) -> bool:
    return reading.says("elements/outcomes_sought", sentence, "set_out")


def listed_after(reading: Reading, lead: Sentence) -> list[Sentence]:
    """Return the list items, or the sentences beginning "First", "Second", that follow a sentence which leads into them."""
    items: list[Sentence] = []
    for s in reading.sentences[lead.index + 1 :]:
        if s.passage.style in (Style.ITEM, Style.ROW) or s.low.startswith(("first", "second", "third", "one,", "the first", "the second", "(a)", "(b)", "that ")):
            items.append(s)
        elif items or s.index > lead.index + 1:
            break
    return [s for s in items if len(s.text.split()) >= _SUBSTANCE]
