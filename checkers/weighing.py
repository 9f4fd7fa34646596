"""What rules found and what the network thinks likely, weighed together into each element's status.

For each element but the ombudsman's details (told by data) a logistic model has learned how far to trust the rules' status, the likeliest
sentences and the other elements' statuses.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from checkers import carried, letterwords
from checkers.days import likeliest_by_day
from checkers.elements import decision, definition
from checkers.elements.found import Found, incomplete, missing, present
from checkers.facts import Facts, claims
from checkers.facts.outright import outright
from checkers.logistic import SCALE, Features, is_letter, likelihoods, tops
from checkers.reading import Reading
from checkers.suggested import suggested
from models.finding import GAPS, Element, Kind, Status

WEIGHED = carried.ELEMENTS
STATUSES = tuple(Status)
_KINDS = (Kind.ACKNOWLEDGEMENT, Kind.RESPONSE, Kind.EXTENSION, Kind.REFUSAL)
_TWICE = 2
_TO_COME = (Element.REMEDY, Element.OUTSTANDING_ACTIONS, Element.TIMESCALE)  # elements that tell of what is still to come, or has been
_GAP, _EITHER = 0.4, 0.5  # likelihood from which one sort of gap is told, or both together: F1 is best there, on voices unseen
_AGAINST_RULES = 0.45  # both together where rules found no gap: of 23 with less, 7 have one


def weighed(reading: Reading, facts: Facts, found: Mapping[Element, Found]) -> dict[Element, Found]:
    """Return what is found of each element when the rules' statuses and the likelihoods are weighed together."""
    if facts.kind is Kind.OTHER or not is_letter(reading):
        return dict(found)
    seen = features(reading, facts, found)
    return {e: _weigh(reading, facts, seen[e], e, one) if e in seen else one for e, one in found.items()}


def is_open(kind: Kind, element: Element) -> bool:
    """Tell whether the kind of letter leaves the status open: what only a response can have is not weighed in another letter."""
    if element not in WEIGHED:
        return False
    if kind in (Kind.RESPONSE, Kind.REFUSAL) and element is Element.TIMESCALE:
        return False
    closed = {Element.REMEDY, Element.OUTSTANDING_ACTIONS} if kind is not Kind.RESPONSE else set()
    if kind in (Kind.ACKNOWLEDGEMENT, Kind.EXTENSION):
        closed.add(Element.DECISION)
    if kind is Kind.ACKNOWLEDGEMENT:
        closed.add(Element.REASONS)
    return element not in closed


def _weigh(reading: Reading, facts: Facts, seen: Features, element: Element, by_rules: Found) -> Found:
    ours = suggested(reading, facts, element)
    if ours and (element not in carried.WHOLE or by_rules.status is Status.PRESENT):
        return present(reading, element, ours)
    if _is_plain(reading, facts, element, by_rules.status):
        return by_rules
    likely = likelihoods(element, seen)
    if element is Element.STAGE and len(claims.claims(reading, facts.kind)) < _TWICE:
        likely[STATUSES.index(Status.INCOMPLETE)] = 0.0  # who names one stage cannot claim two
    status = likeliest(likely, by_rules.status)
    if element is Element.STAGE and status is Status.MISSING and outright(reading):
        status = Status.PRESENT  # of 660 letters that claim one stage outright, one was labelled to lack it
    if element is Element.DECISION and _overlooks_decision(reading, status):
        status = by_rules.status
    one = by_rules if status is by_rules.status else _otherwise(reading, facts.kind, element, status)
    return one.sure(round(float(likely[STATUSES.index(status)]), 3))


def _is_plain(reading: Reading, facts: Facts, element: Element, by_rules: Status) -> bool:
    """Tell whether rules found what is said outright, and too seldom for anything to be learned of it."""
    if element is Element.STAGE:
        return len(outright(reading)) > 1 and by_rules is Status.INCOMPLETE
    if element is Element.ESCALATION_ROUTE and facts.kind is Kind.REFUSAL:
        told = (s for s in reading.prose if reading.says("elements/escalation_route", s, "against_refusal"))
        return by_rules is Status.PRESENT and any(told)
    return element is Element.DECISION and by_rules is Status.INCOMPLETE and bool(decision.left_open(reading))


def _overlooks_decision(reading: Reading, status: Status) -> bool:
    """Tell whether a decision in outright words is to be missing, or to leave a point open where no two are set out.

    Of 15 letters that decide outright and set out no two points, 14 were labelled to decide everything.
    """
    if status not in GAPS or not decision.is_outright(reading):
        return False
    return status is Status.MISSING or len(definition.points(reading)) < _TWICE


def likeliest(likely: Features, by_rules: str | None) -> Status:
    """Return the status that stands: incomplete or missing where it is likely enough, missing where it is one of them, else another."""
    share = dict(zip(STATUSES, map(float, likely), strict=True))
    missing_, incomplete_ = share[Status.MISSING], share[Status.INCOMPLETE]
    if by_rules == Status.PRESENT and missing_ + incomplete_ < _AGAINST_RULES:
        return Status.PRESENT
    if incomplete_ >= max(_GAP, missing_):
        return Status.INCOMPLETE
    if missing_ >= _GAP or missing_ + incomplete_ >= _EITHER:
        return Status.MISSING
    return max((status for status in STATUSES if status not in GAPS), key=lambda status: share[status])


def _otherwise(reading: Reading, kind: Kind, element: Element, status: Status) -> Found:
    """Return what is said where the weighing comes to another status than the rules."""
    if status is Status.PRESENT:
        claimed = claims.sentences_of(reading, outright(reading)) if element is Element.STAGE else []
        return present(reading, element, claimed or carried.likeliest(reading, element))
    if status is Status.INCOMPLETE:
        twice = claims.contradicting(reading, kind) if element is Element.STAGE else []
        return incomplete(reading, element, twice if len(twice) > 1 else carried.likeliest(reading, element, weakly=True))
    return missing(element) if status is Status.MISSING else Found(status)


def features(reading: Reading, facts: Facts, found: Mapping[Element, Found]) -> dict[Element, Features]:
    """Return, for each element whose status the kind of letter leaves open, what it is weighed from, as numbers."""
    scores = carried.scores(reading)
    first, second = tops(reading)
    letter = [*(float(facts.kind is kind) for kind in _KINDS), *(float(facts.stage == stage) for stage in (None, 2, 3)), *first]
    others = [float(found[e].status is status) for e in Element for status in (Status.PRESENT, Status.MISSING)]
    points = min(len(definition.points(reading)), 4) / 2
    claimed = claims.features(reading, facts.kind)

    def of(element: Element) -> Features:
        own = carried.LABELS.index(element)
        weak = own if element in carried.WHOLE else carried.LABELS.index(carried.WEAKLY + element)
        rule = [float(found[element].status is status) for status in STATUSES]
        amount = [min(scores[:, label].sum(), 6.0) / SCALE for label in (own, weak)]
        return np.array(
            [
                *rule,
                *letter,
                second[own],
                second[weak],
                *amount,
                *(one * first[own] for one in rule),
                *others,
                points,
                *claimed,
                *letterwords.odds(reading, element),
                *(likeliest_by_day(reading, facts, (element, carried.WEAKLY + element)) if element in _TO_COME else ()),
            ]
        )

    return {element: of(element) for element in WEIGHED if is_open(facts.kind, element)}
