"""The ten elements: one module each, with its rules in a TOML file beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checkers.elements import (
    decision,
    definition,
    escalation_route,
    ombudsman_details,
    outcomes_sought,
    outstanding_actions,
    reasons,
    remedy,
    stage,
    timescale,
)
from checkers.elements.found import Found
from checkers.facts import Facts
from checkers.reading import Reading
from models.finding import Element

Checker = Callable[[Reading, Facts], Found]

# To add a checker: its module, its rules, and its line here.
CHECKERS: Mapping[Element, Checker] = {
    Element.STAGE: stage.check,
    Element.DEFINITION: definition.check,
    Element.OUTCOMES_SOUGHT: outcomes_sought.check,
    Element.DECISION: decision.check,
    Element.REASONS: reasons.check,
    Element.REMEDY: remedy.check,
    Element.OUTSTANDING_ACTIONS: outstanding_actions.check,
    Element.ESCALATION_ROUTE: escalation_route.check,
    Element.OMBUDSMAN_DETAILS: ombudsman_details.check,
    Element.TIMESCALE: timescale.check,
}


def by_rules(reading: Reading, facts: Facts) -> dict[Element, Found]:
    """Return what each checker finds, in the contract's order."""
    return {element: find(reading, facts) for element, find in CHECKERS.items()}
