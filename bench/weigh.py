"""Learning how to weigh rules and likelihoods: a letter's kind, its stage, and the status of each element (checkers/logistic.py)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench import fitting
from bench.examples import Prepared
from checkers import logistic, weighing
from checkers.elements import by_rules
from checkers.facts import Choice, Facts, facts_of, kind, stage
from checkers.facts.dates import letter_date
from checkers.flags import CHECKERS, is_ruled
from checkers.flags import weighing as flag_weighing
from checkers.logistic import Features
from checkers.people import People
from models.finding import Element, FlagName, Kind
from models.language.linear import Matrix, shares

FOLDS = 6
LOOSE = 0.3  # how loosely the models may fit: the inverse of their penalty


@dataclass(frozen=True)
class Case:
    """Something to weigh: its features, and what it truly is.

    `by_rules` is what the rules say of it (None: they are not asked), `weight` how much it counts where it is learned from.
    """

    voice: str
    seen: Features
    wanted: str
    by_rules: str | None = None
    weight: float = 1.0
    of_twin: bool = False


def kind_cases(letters: Sequence[Prepared]) -> list[Case]:
    """Return what is learned of kinds."""
    return [
        Case(x.voice, kind.features(x.reading, x.whole, x.kinds), x.annotated.labels.kind, weight=_counts(x, kind.WEIGHED))
        for x in letters
        if logistic.is_letter(x.reading)
    ]


def stage_cases(letters: Sequence[Prepared]) -> list[Case]:
    """Return what is learned of stages."""
    return [
        Case(
            x.voice,
            stage.features(x.reading, x.kind, letter_date(x.reading), x.stages),
            stage_label(x.annotated.labels.stage),
            weight=_counts(x, stage.WEIGHED),
        )
        for x in letters
        if logistic.is_letter(x.reading)
    ]


def _counts(x: Prepared, what: str) -> float:
    """Return how much a letter counts: nothing where it teaches nothing of this."""
    return x.weight if x.teaches(what) else 0.0


def stage_label(number: int | None) -> str:
    """Return a stage as the component that tells stages calls it."""
    return stage.NO_STAGE if number is None else str(number)


def element_cases(letters: Sequence[Prepared]) -> Iterator[tuple[Element, Case]]:
    """Yield what is learned of elements: letters whose kind is told right, elements whose status is open and not ambiguous."""
    for x, facts in _told_right(letters):
        labels, found = x.annotated.labels, by_rules(x.reading, facts)
        for element, features in weighing.features(x.reading, facts, found).items():
            if element not in labels.ambiguous and x.teaches(element):
                yield element, Case(x.voice, features, labels.elements[element], found[element].status, x.weight, x.is_twin)


def flag_cases(letters: Sequence[Prepared]) -> Iterator[tuple[FlagName, Case]]:
    """Yield what is learned of flags, from letters whose kind is told right."""
    for x, facts in _told_right(letters):
        nobody = People(x.reading, (), {}, frozenset(), frozenset())  # no flag that is weighed looks at people
        for flag in (one for one in flag_weighing.WEIGHED if is_ruled(one, facts.edition) and x.teaches(one)):
            raised = list(CHECKERS[flag](x.reading, facts, nobody))
            seen = flag_weighing.features(x.reading, facts, flag, raised)
            yield flag, Case(x.voice, seen, _raised(flag in x.annotated.labels.flags), _raised(bool(raised)), x.weight, x.is_twin)


def _told_right(letters: Sequence[Prepared]) -> Iterator[tuple[Prepared, Facts]]:
    """Yield the complaint letters whose kind is told right, each with its facts as they are told unseen."""
    for x in letters:
        if x.kind is x.annotated.labels.kind and x.kind is not Kind.OTHER:
            yield x, replace(facts_of(x.reading, Choice(kind=x.kind, stage=x.stage or 1)), stage=x.stage)


def _raised(is_raised: bool) -> str:
    return flag_weighing.RAISED[int(is_raised)]


def fitted(known: Sequence[Case], outcomes: Sequence[str]) -> tuple[Matrix, Matrix]:
    """Return weights and bias of the logistic model that tells the outcome of these cases, of those that count."""
    known = [case for case in known if case.weight]
    seen = np.array([case.seen for case in known], dtype="f")
    counts = np.array([case.weight for case in known], dtype="f")
    return fitting.fitted(seen, [case.wanted for case in known], outcomes, LOOSE * len(known) / float(counts.sum()), counts)


def unseen(known: Sequence[Case], outcomes: Sequence[str]) -> list[Features]:
    """Return how likely each outcome of each case is by a model that never saw its voice."""
    found = [np.zeros(len(outcomes))] * len(known)
    for fold in folds([case.voice for case in known]):
        weights, bias = fitted([case for case in known if case.voice not in fold], outcomes)
        for number, case in enumerate(known):
            if case.voice in fold:
                found[number] = shares(case.seen @ weights + bias)
    return found


def folds(voices: Iterable[str], number: int = FOLDS) -> list[set[str]]:
    """Part voices into so many folds, each kept apart once."""
    every = sorted(set(voices))
    return [set(every[start::number]) for start in range(number)]


def f1(known: Sequence[Case], found: Sequence[str], positive: Container[str]) -> float:
    """Return the F1 of telling which cases have one of the `positive` outcomes."""
    pairs = [(case.wanted in positive, one in positive) for case, one in zip(known, found, strict=True)]
    right = sum(wanted and said for wanted, said in pairs)
    return 2 * right / max(1, sum(wanted + said for wanted, said in pairs))
