"""The stage of the complaints procedure that a letter belongs to, and what it says of other stages.

Rules say where a stage is named and how it is meant. A trained component (models/language/stages, spaCy's bag of words) weighs that
together with the letter's words: many landlords have names of their own for stages. `make train` trains it anew (bench/train.py).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from checkers import carried, letterwords, logistic, rules
from checkers.facts import claims
from checkers.facts.dates import dates_in
from checkers.facts.outright import outright
from checkers.logistic import Features, is_letter, log_odds, tops
from checkers.reading import Reading, Sentence
from checkers.stagenumbers import LETTERED, NUMBERS, ORDINAL_STAGE, ORDINALS
from models.codes.working_days import working_days
from models.finding import Element, Kind
from models.language import Trained, likelihoods
from models.letter import Style

RULES = "facts/stage"
_WORDS = NUMBERS | ORDINALS
_NUMBERED = re.compile(rf"\bstages?(?: (?:number|no\.?))?[ -]?(?P<n>1|2|3|one|two|three|i{{1,3}})\b|{LETTERED}")
_STEPPED = re.compile(r"\b(?:step|tier|rung|level)s? (?P<n>1|2|3|one|two|three)\b")
_PROCEDURE = re.compile(r"\b(?:complaints?|procedure|process|response|decision|review|appeal)\b")

NO_STAGE = "none"  # the trained component's word for it
WEIGHED = letterwords.STAGE  # the name of the model that weighs it
STAGES = (NO_STAGE, "1", "2", "3")
_ANNOUNCING = (Kind.ACKNOWLEDGEMENT, Kind.EXTENSION)
_ANNOUNCED = 0.3  # likelihood from which a sentence says when the answer comes
# Working days in which an answer is announced: the Codes allow ten at stage 1 and twenty at stage 2, and as many more.
_SPANS = (range(7), range(7, 12), range(12, 16), range(16, 20), range(20, 27), range(27, 71))
_WEIGHT = 2  # what rules say counts as much as so many words


class Meaning(StrEnum):
    """How a stage is meant where it is mentioned."""

    OWN = "own"
    NEXT = "next"
    PAST = "past"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Mention:
    """A stage named in the letter, with the sentence and the words that name it."""

    number: int
    meaning: Meaning
    sentence: Sentence
    start: int
    end: int
    weight: int


def _mentions(reading: Reading) -> tuple[Mention, ...]:
    """Return every mention of a numbered stage, in order."""
    return tuple(_mention(reading, sentence, m) for sentence in reading.sentences for m in _named(sentence))


def _named(sentence: Sentence) -> Iterator[re.Match[str]]:
    """Yield where a stage is named; steps and tiers count where the sentence is about a procedure."""
    yield from _NUMBERED.finditer(sentence.low)
    yield from ORDINAL_STAGE.finditer(sentence.low)
    if _PROCEDURE.search(sentence.low):
        yield from _STEPPED.finditer(sentence.low)


def _mention(reading: Reading, sentence: Sentence, m: re.Match[str]) -> Mention:
    groups = m.groupdict()
    word = groups.get("n") or groups.get("s") or groups.get("o") or ""
    number = _WORDS.get(word, 2)
    meaning, weight = _meaning(reading, sentence, m)
    return Mention(number, meaning, sentence, sentence.start + m.start(), sentence.start + m.end(), weight)


def _meaning(reading: Reading, sentence: Sentence, m: re.Match[str]) -> tuple[Meaning, int]:
    """Tell how a mention is meant, and how surely (1 to 3)."""
    ruleset = rules.load("elements/stage")
    low = sentence.low
    clause = low[max(0, m.start() - 90) : m.end() + 60]
    before = low[max(0, m.start() - 80) : m.end()]
    if sentence.is_heading or _is_title(sentence):
        titled = not sentence.has("conditional", "question", "earlier") and not reading.says(RULES, sentence, "elsewhere")
        return (Meaning.OWN, 3) if titled else (Meaning.PLAIN, 0)
    if ruleset.says(low[max(0, m.start() - 90) : m.end() + 15], "this"):
        return Meaning.OWN, 3
    if sentence.has("conditional"):
        return Meaning.NEXT, 2
    if sentence.has("earlier"):
        return Meaning.PAST, 2
    if ruleset.says(clause, "own"):
        return Meaning.OWN, 3 if reading.says(RULES, sentence, "now") else 2
    return (Meaning.NEXT, 2) if ruleset.says(before, "next") else (Meaning.PLAIN, 1)


def _is_title(sentence: Sentence) -> bool:
    """Tell whether a sentence is a short line near the top: a reference or subject line."""
    plain = sentence.passage.style not in (Style.ROW, Style.ITEM)
    return (
        plain
        and sentence.text.rstrip()[-1] != ":"
        and sentence.index < 14
        and len(sentence.text.split(maxsplit=12)) < 12
        and sentence.text.rstrip()[-1] not in ".!"
    )


@dataclass(frozen=True)
class StageFacts:
    """What the letter says of stages.

    `stage` is the letter's own by all that it says; `mentions` is every mention, in order; `stated` those that say it in words;
    `final` the sentences which say that the procedure ends here; `contradicting` one mention for each stage where two are claimed.
    """

    stage: int | None
    mentions: tuple[Mention, ...]
    stated: tuple[Mention, ...]
    final: tuple[Sentence, ...]
    contradicting: tuple[Mention, ...] = ()

    @cached_property
    def upcoming(self) -> tuple[Mention, ...]:
        """The mentions of a stage still to come."""
        return tuple(m for m in self.mentions if m.meaning is Meaning.NEXT)


def stage_facts(reading: Reading) -> StageFacts:
    """Work out the letter's stage from all that it says."""
    found = _mentions(reading)
    own = [m for m in found if m.meaning is Meaning.OWN] or _plain_stage(found)
    final = tuple(s for s in reading.body if reading.says("elements/stage", s, "final") and not s.has("conditional", "resident"))
    twice = _claimed_twice(reading)
    if not own and not twice:
        return StageFacts(_implied(reading, found, final), found, (), final)
    contradicting = twice or _contradicting(own)
    stage = (2 if _follows_another(reading) else 1) if contradicting else _strongest(own, found)
    return StageFacts(stage, found, tuple(m for m in own if m.number == stage), final, contradicting)


def tokens(reading: Reading, kind: Kind, by_rules: int | None, stages: StageFacts, *, has_ghost: bool) -> list[str]:
    """Return what the trained component sees of a letter's stage beside its words: what rules make of it, each as often as it weighs."""
    told = [(f"stage by rules {by_rules}", 6), (f"kind {kind}", 4), (f"upcoming {min((m.number for m in stages.upcoming), default=0)}", 4)]
    told += [(f"stated {bool(stages.stated)}", 3), ("final", 4 * bool(stages.final)), ("ghost", 4 * has_ghost)]
    told += [("follows another", 4 * _follows_another(reading))]
    for mention in stages.mentions:
        told += [(f"{mention.meaning} {mention.number}", 3), (f"{mention.meaning} {mention.number} {mention.weight}", 1)]
    return [name for name, times in told for _ in range(times * _WEIGHT)]


def likely_stage(reading: Reading, kind: Kind, date: dt.date | None, seen: list[str]) -> int | None:
    """Return the likeliest stage of a letter of this date, given also as its words and `tokens`; None for none."""
    likely = likelihoods(Trained.STAGES, seen)
    if is_letter(reading):
        likely = dict(zip(STAGES, logistic.likelihoods(WEIGHED, features(reading, kind, date, likely)), strict=True))
    best = max(likely, key=lambda stage: likely[stage])
    return None if best == NO_STAGE else int(best)


def features(reading: Reading, kind: Kind, date: dt.date | None, likely: Mapping[str, float]) -> Features:
    """Return what the stage is weighed from.

    It is the component's likelihoods, what the letter's words and its likeliest sentences say, its kind, and how long an answer is to take.
    """
    by_words = (*log_odds([likely[stage] for stage in STAGES]), *letterwords.odds(reading, letterwords.STAGE))
    kinds = (float(kind is one) for one in Kind)
    taking = answer_in(reading, date) if kind in _ANNOUNCING and date is not None else None
    long = (float(taking in span) for span in _SPANS) if taking is not None else (0.0 for _ in _SPANS)
    return np.array([*by_words, *tops(reading)[0], *claims.features(reading, kind), *kinds, *long])


def answer_in(reading: Reading, date: dt.date) -> int | None:
    """Return in how many working days of its date a letter announces an answer: to the day that stands in the likeliest sentence."""
    likely = carried.scores(reading)[:, carried.LABELS.index(Element.TIMESCALE)]
    for row in np.argsort(-likely):
        if likely[row] < _ANNOUNCED:
            break
        days = [working_days(date, one.date) for one in dates_in(reading.body[row], date)]
        coming = [taking for taking in days if 0 <= taking < _SPANS[-1].stop]
        if coming:
            return max(coming)
    return None


def _contradicting(own: list[Mention]) -> tuple[Mention, ...]:
    """Two stages claimed for this letter contradict each other, unless one of the sentences names both to tell them apart."""
    named: defaultdict[int, set[int]] = defaultdict(set)
    for m in own:
        named[m.sentence.index].add(m.number)
    claims = [m for m in own if len(named[m.sentence.index]) == 1 and not m.sentence.has("earlier", "resident", "conditional")]
    sure = {m.number: m for m in reversed(claims) if m.weight > 2}
    return tuple(sure[n] for n in sorted(sure)) if len(sure) > 1 else ()


def _claimed_twice(reading: Reading) -> tuple[Mention, ...]:
    """Return the stages that are claimed beyond doubt as mentions, where they are two or more."""
    found = ((one, reading.sentence_at(one.start)) for one in outright(reading))
    mentions = tuple(Mention(one.number, Meaning.OWN, s, one.start, one.end, 3) for one, s in found if s is not None)
    return mentions if len(mentions) > 1 else ()


def _plain_stage(found: tuple[Mention, ...]) -> list[Mention]:
    """A stage that is merely mentioned is this letter's where no other stage is in question."""
    plain = [m for m in found if m.meaning is Meaning.PLAIN and m.weight]
    numbers = {m.number for m in plain}
    upcoming = {m.number for m in found if m.meaning is Meaning.NEXT}
    return plain if len(numbers) == 1 and not numbers & upcoming else []


def _strongest(own: list[Mention], found: tuple[Mention, ...]) -> int:
    """Choose among the stages claimed: the one with most weight; at a tie the later, since a later letter retells the earlier stage."""
    weights = {n: sum(m.weight for m in own if m.number == n) for n in {m.number for m in own}}
    for n in weights:
        weights[n] -= sum(m.weight for m in found if m.number == n and m.meaning is Meaning.NEXT)
    return max(weights, key=lambda n: (weights[n], n))


def _follows_another(reading: Reading) -> bool:
    """Tell whether the letter speaks of an earlier answer, or of a request to take the complaint further."""
    return any(s.has("earlier") for s in reading.prose) or any(
        reading.says("elements/stage", s, "second") and not s.has("conditional") for s in reading.prose
    )


def _implied(reading: Reading, found: tuple[Mention, ...], final: tuple[Sentence, ...]) -> int | None:
    past = [m.number for m in found if m.meaning is Meaning.PAST]
    if past:
        return min(max(past) + 1, 3)
    upcoming = [m.number for m in found if m.meaning is Meaning.NEXT]
    if upcoming and min(upcoming) > 1:
        return min(upcoming) - 1
    return 2 if final or _follows_another(reading) else 1
