"""Which stages a letter claims as its own, told of every stage that it names by the words around it.

A letter names other stages, too: the one before, whose answer it looks at, and the one that comes next. What a naming does is told by a
linear model over marks (models/language/marks/claims.json; `make train` trains it anew).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

import numpy as np

from checkers import carried
from checkers.facts.outright import outright
from checkers.logistic import Features, log_odds
from checkers.reading import Reading, Sentence
from checkers.stagenumbers import Claim, stage_places
from models.finding import Element, Kind
from models.language import linear

MODEL = "claims"
CLAIMED, MENTIONED = "claimed", "mentioned"
STAGES = (1, 2, 3)
_RULE_SETS = ("elements/stage", "facts/stage", "elements/escalation_route", "flags/stages")
_TOKEN = re.compile(r"[a-z0-9']+|[£%?!:;,.|\-]")
_NUMBER = re.compile(r"\d|one|two|three|first|second|third")
_BEFORE, _AFTER = 6, 5  # words on either side that are seen in their order
_HEADING = 6
_MOST = 200  # namings of a letter: most have fewer than ten
_SIDE = 400  # characters on either side: a line without an end must not be read whole for each naming
_NEAR_BEFORE, _NEAR_AFTER = 60, 40  # characters: a rule that fires further off has to do with something else
_TOP, _END, _LONG = 8, 5, 3  # the highest of what is counted in threes, threes and twelves
_TELLING = (Element.STAGE, Element.ESCALATION_ROUTE)  # what the networks say of these is seen


@dataclass(frozen=True, slots=True)
class Named:
    """A stage by its number, where a sentence names it."""

    number: int
    sentence: Sentence
    start: int
    end: int


def named_stages(reading: Reading) -> list[Named]:
    """Return where the letter names a stage by a number, in order, up to what a letter may have."""
    found = (Named(number, s, start, end) for s in reading.sentences for start, end, number in stage_places(s.low))
    return list(islice(found, _MOST))


def marks(reading: Reading, kind: Kind, every: Sequence[Named]) -> list[list[str]]:
    """Return the marks of each of a letter's namings of stages."""
    rows = {s.index: row for s, row in zip(reading.body, carried.scores(reading), strict=True)}
    count = Counter(one.number for one in every)
    together = defaultdict[int, set[int]](set)
    for one in every:
        together[one.sentence.index].add(one.number)
    found = []
    for place, one in enumerate(every):
        share = round(3 * count[one.number] / len(every))
        among = [f"share={share}", f"first={place == 0}", f"last={one.number == max(count)} {len(count)}", f"kind={kind} {one.number}"]
        beside = len(together[one.sentence.index]) > 1
        told = () if (row := rows.get(one.sentence.index)) is None else _told(one.number, row)
        found.append([*_words(one), *_place(reading, one), *among, f"beside={beside}", *told])
    return found


def _words(one: Named) -> Iterator[str]:
    """Yield the words around a naming: in order, and by standing near it on this side."""
    low = one.sentence.low
    before = ["<", *_TOKEN.findall(low, max(0, one.start - _SIDE), one.start)]
    after = [*_TOKEN.findall(low, one.end, one.end + _SIDE), ">"]
    yield from (f"b{n}={word}" for n, word in enumerate(before[: -_BEFORE - 1 : -1]))
    yield from (f"a{n}={word}" for n, word in enumerate(after[:_AFTER]))
    yield from (f"b~{word}" for word in {*before[-_BEFORE:]})
    yield from (f"a~{word}" for word in {*after[:_AFTER]})
    yield from (f"b2={' '.join(before[-2:])}", f"b3={' '.join(before[-3:])}", f"a2={' '.join(after[:2])}")
    yield f"as={_NUMBER.sub('#', low[one.start : one.end])}"
    yield f"n={one.number}"
    yield f"long={min(_LONG, (len(before) + len(after)) // 12)}"


def _place(reading: Reading, one: Named) -> Iterator[str]:
    """Yield where in the letter a stage is named, under what heading, and which rules fire there."""
    s = one.sentence
    yield from (f"part={s.passage.part}", f"style={s.passage.style}", f"heading={s.is_heading}")
    yield f"top={min(_TOP, s.index // 3)}"
    yield f"end={min(_END, (len(reading.sentences) - 1 - s.index) // 3)}"
    yield from (f"c={label}" for label in sorted(s.labels))
    yield from (f"under {m[0]}" for m in islice(_TOKEN.finditer(s.heading), _HEADING))
    fired = ((f"{name}:{rule.label}", m) for name in _RULE_SETS for rule, m in reading.marks(name, s))
    yield from sorted({rule for rule, m in fired if m.start() < one.end + _NEAR_AFTER and one.start < m.end() + _NEAR_BEFORE})


def _told(number: int, row: Features) -> Iterator[str]:
    """Yield what the networks say of the sentence, by whole steps."""
    labels = (carried.OWN_STAGES[number - 1], *_TELLING)
    odds = log_odds([row[carried.LABELS.index(label)] for label in labels])
    yield from (f"{what}={round(3 * one)}" for what, one in zip(("own", *_TELLING), odds, strict=True))


def claims(reading: Reading, kind: Kind) -> tuple[Claim, ...]:
    """Return the likeliest claim of each stage that the letter names, by number; worked out once a letter."""
    if reading.claims is None:
        reading.claims = told_by(linear.load(MODEL), reading, kind)
    return reading.claims


def told_by(model: linear.Linear, reading: Reading, kind: Kind) -> tuple[Claim, ...]:
    """Return the likeliest claim of each stage by this model."""
    every = named_stages(reading)
    found = [
        Claim(one.number, one.sentence.start + one.start, one.sentence.start + one.end, model.likelihoods(own)[CLAIMED])
        for one, own in zip(every, marks(reading, kind, every), strict=True)
    ]
    return tuple(max(own, key=attrgetter("likely")) for n in STAGES if (own := [claim for claim in found if claim.number == n]))


def contradicting(reading: Reading, kind: Kind) -> list[Sentence]:
    """Return the sentences of the two likeliest claims, in order; fewer where the letter names fewer stages."""
    likeliest = sorted(claims(reading, kind), key=attrgetter("likely"))[-2:]
    return sentences_of(reading, sorted(likeliest, key=attrgetter("start")))


def sentences_of(reading: Reading, found: Iterable[Claim]) -> list[Sentence]:
    """Return the sentences that claims stand in, once each."""
    sentences = (reading.sentence_at(claim.start) for claim in found)
    return list(dict.fromkeys(sentence for sentence in sentences if sentence is not None))


def features(reading: Reading, kind: Kind) -> list[float]:
    """Return how likely each stage is claimed, the likeliest two of them, and which are claimed outright.

    Where two are likely, or outright, the letter contradicts itself.
    """
    likely = {claim.number: claim.likely for claim in claims(reading, kind)}
    shares = [likely.get(number, 0.0) for number in STAGES]
    second = sorted(shares)[-2]
    odds = log_odds(shares)
    claimed = {claim.number for claim in outright(reading)}
    told = (float(number in claimed) for number in STAGES)
    return [*odds, *np.sort(odds)[::-1][:2], float(bool(likely)), float(second > 1 / 2), second, *told]
