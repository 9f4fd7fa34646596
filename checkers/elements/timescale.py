"""Element `timescale`: by when the resident will get the response, or the next update (2022: 5.1, 5.13; 2024: 6.4, 6.15).

"As soon as possible" is incomplete. Not asked of a response or a refusal.
"""

from __future__ import annotations

import re

from checkers import rules
from checkers.elements.found import NOT_APPLICABLE, Found, incomplete, missing, present, saying
from checkers.facts import Facts
from checkers.reading import Reading, Sentence
from models.finding import Element, Kind

RULES = "elements/timescale"
_WHEN = rules.compiled("%when%")
_LIMIT = re.compile(r"\bwithin\b|\b(?:working )?(?:days|weeks)\b")
_QUIET = ("resident", "question", "ombudsman")


def check(reading: Reading, facts: Facts) -> Found:
    """Return by when the letter says that the answer will come."""
    if facts.kind not in (Kind.ACKNOWLEDGEMENT, Kind.EXTENSION):
        return NOT_APPLICABLE
    answers = saying(reading, RULES, "answer", quiet_in=_QUIET)
    dated = [s for s in answers if _to_come(s, facts) and not _stage_ahead(reading, s)]
    if dated:
        return present(reading, Element.TIMESCALE, dated)
    vague = [s for s in answers if reading.says(RULES, s, "vague")] or answers
    if vague:
        return incomplete(reading, Element.TIMESCALE, vague)
    return missing(Element.TIMESCALE)


def _to_come(sentence: Sentence, facts: Facts) -> bool:
    """Tell whether the sentence gives a day or a limit that had not passed when the letter was written."""
    if not _WHEN.search(sentence.low):
        return False
    dates = facts.dates_in(sentence)
    return not dates or facts.date is None or any(d.date > facts.date for d in dates) or bool(_LIMIT.search(sentence.low))


def _stage_ahead(reading: Reading, sentence: Sentence) -> bool:
    return sentence.has("conditional") and reading.says("elements/stage", sentence, "next")
