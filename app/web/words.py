"""The plain words that the page needs to speak of any result: what terms are called, and what each edition asks of each letter."""

from __future__ import annotations

from typing import Any

from models import words
from models.codes import Code, code, ombudsmen
from models.finding import Edition, Element, Kind, Requirement


def vocabulary() -> dict[str, Any]:
    """Return the words as JSON takes them.

    `titles` names the editions in full, `editions` briefly. `asks` is edition, kind, then a list with an entry a stage (the first for
    stage 1): the element and what is asked of it, for each element that is asked for.
    """
    return {
        "kinds": words.KINDS,
        "elements": words.ELEMENTS,
        "statuses": words.STATUSES,
        "requirements": words.REQUIREMENTS,
        "flags": words.FLAGS,
        "roles": words.ROLES,
        "titles": {edition: code(edition).title for edition in Edition},
        "editions": {edition: f"{code(edition).since.year}, {_ombudsman(edition)}" for edition in Edition},
        "asks": {edition: {kind: _asked(code(edition), kind) for kind in Kind} for edition in Edition},
    }


def _asked(edition: Code, kind: Kind) -> list[dict[str, str]]:
    stages = range(1, edition.max_stages + 1)
    rules = [{element: edition.rule(kind, stage, element) for element in Element} for stage in stages]
    return [{element: rule.words for element, rule in of.items() if rule.requirement is not Requirement.NONE} for of in rules]


def _ombudsman(edition: Edition) -> str:
    known = ombudsmen()
    body = known.housing if code(edition).ombudsman == known.housing.id else known.lgsco
    return body.title.removesuffix(" Service")
