"""Flags that are learned: what rules raise is weighed together with the likeliest sentences.

A promise without a date, reasons demanded, and a step that the Code does not have can be worded in any way.
"""

from __future__ import annotations

from itertools import islice

import numpy as np

from checkers import carried, letterwords, logistic
from checkers.days import likeliest_by_day
from checkers.facts import Facts
from checkers.flags import actions, stages
from checkers.flags.language import hardness
from checkers.flags.raised import Raised, raised_in
from checkers.logistic import Features, is_letter, log_odds, top_two, tops
from checkers.reading import Reading
from checkers.suggested import suggested
from models.finding import Edition, Element, FlagName, Kind
from models.language.labelling import Scores

WEIGHED = (FlagName.ACTION_WITHOUT_DATE, FlagName.REASON_DEMANDED, FlagName.WRONG_NEXT_STEP, FlagName.PLAIN_LANGUAGE)
RAISED = ("no", "yes")  # the model's outcomes
_PROMISES = 2  # that it is weighed from
_PROMISING = (FlagName.ACTION_WITHOUT_DATE, Element.REMEDY, Element.OUTSTANDING_ACTIONS)  # what sentences do that promise something
_ENOUGH = 0.4  # likelihood from which a flag is raised: F1 is best there, on voices unseen (docs/experiments.md)
_SAID = {
    FlagName.ACTION_WITHOUT_DATE: actions.UNDATED,
    FlagName.REASON_DEMANDED: stages.EXPLAINED,
    FlagName.WRONG_NEXT_STEP: stages.NO_SUCH_STEP,
}


def weighed(reading: Reading, facts: Facts, flag: FlagName, by_rules: list[Raised]) -> list[Raised]:
    """Return what is raised of a flag when the rules and the likelihoods are weighed together."""
    if not is_letter(reading):
        return by_rules
    if not is_raised(logistic.likelihoods(flag, features(reading, facts, flag, by_rules))):
        return []
    if by_rules or flag not in _SAID:
        return by_rules
    sentence = reading.body[int(_likely(reading, flag).argmax())]
    ours = any(sentence in suggested(reading, facts, element) for element in Element)
    return [] if ours else [raised_in(reading, sentence, *_SAID[flag])]


def is_raised(likely: Features) -> bool:
    """Tell whether a flag is likely enough to be raised, by the likelihoods of RAISED."""
    return bool(likely[RAISED.index("yes")] >= _ENOUGH)


def features(reading: Reading, facts: Facts, flag: FlagName, by_rules: list[Raised]) -> Features:
    """Return what a flag is weighed from, as numbers."""
    by_words = letterwords.odds(reading, flag)
    if flag is FlagName.PLAIN_LANGUAGE:
        return np.array([*hardness(reading), *by_words])
    first, second = tops(reading)
    own = carried.LABELS.index(flag)
    rule = float(bool(by_rules))
    kinds = (float(facts.kind is kind) for kind in Kind)
    stages = (float(facts.stage == stage) for stage in (None, 2, 3))
    undated = _undated(reading, facts) if flag is FlagName.ACTION_WITHOUT_DATE else ()
    whole = (float(facts.final), float(facts.edition is Edition.HOS_2024))
    return np.array([rule, rule * first[own], *first, second[own], *kinds, *stages, *whole, *undated, *by_words])


def _undated(reading: Reading, facts: Facts) -> Features:
    """Return how likely promises have no date beside them, and what is promised with a day still to come, one gone by, and none."""
    beside = log_odds(top_two(_likely(reading, FlagName.ACTION_WITHOUT_DATE)))
    return np.array([*beside, *likeliest_by_day(reading, facts, _PROMISING)])


def _likely(reading: Reading, flag: FlagName) -> Scores:
    """Return how likely each sentence of the body raises a flag; of promises, only of the likeliest that have no date beside them."""
    likely = carried.scores(reading)[:, carried.LABELS.index(flag)]
    if flag is not FlagName.ACTION_WITHOUT_DATE:
        return likely
    by_likelihood = np.argsort(-likely)
    undated = list(islice((n for n in by_likelihood if not actions.is_dated(reading, reading.body[n])), _PROMISES))
    only = np.zeros_like(likely)
    only[undated] = likely[undated]
    return only
