"""Judge a letter: its kind, stage and edition, the ten elements, the people named in it, and the flags."""

from __future__ import annotations

from functools import cache

from checkers.elements import by_rules
from checkers.elements.found import Found
from checkers.facts import Choice, Facts, facts_of
from checkers.flags import flags
from checkers.people import people_of
from checkers.reading import read
from checkers.weighing import weighed
from models.digest import digest_of
from models.finding import Element, Finding, Flag, Kind, Requirement, Result, Severity, Status, Verdict
from models.letter import Letter
from models.settings import Settings

__all__ = ["Choice", "check", "rules_version"]

_FINE = (Status.PRESENT, Status.NOT_APPLICABLE)


def check(letter: Letter, settings: Settings, choice: Choice = Choice()) -> Result:  # noqa: B008 - frozen, so safe as a default
    """Return all that can be said of a letter. What the user chose (kind, stage, edition) is not worked out again."""
    reading = read(letter)
    facts = facts_of(reading, choice)
    people = people_of(reading, facts, settings)
    found = weighed(reading, facts, by_rules(reading, facts))
    findings = tuple(_finding(element, one, facts) for element, one in found.items())
    raised = flags(reading, facts, people, found, settings)
    return Result(
        path=letter.path,
        sha256=letter.sha256,
        verdict=_verdict(facts, findings, raised),
        kind=facts.kind,
        stage=facts.stage,
        edition=facts.edition,
        date=facts.date.isoformat() if facts.date else None,
        reference=facts.reference,
        elements=findings,
        names=people.names,
        flags=raised,
    )


def _finding(element: Element, found: Found, facts: Facts) -> Finding:
    rule = facts.code.rule(facts.kind, facts.stage, element)
    lacking = found.status not in _FINE
    return Finding(
        element=element,
        status=found.status,
        requirement=rule.requirement,
        paragraph=rule.paragraph,
        evidence=found.evidence,
        problem=found.problem if lacking else None,
        suggestion=rule.suggestion if lacking else None,
        confidence=found.confidence,
    )


def _verdict(facts: Facts, findings: tuple[Finding, ...], raised: tuple[Flag, ...]) -> Verdict:
    if facts.kind is Kind.OTHER:
        return Verdict.OUT_OF_SCOPE
    gap = any(f.requirement is Requirement.MUST and f.status not in _FINE for f in findings)
    return Verdict.GAPS if gap or any(f.severity is Severity.ERROR for f in raised) else Verdict.COMPLIANT


@cache
def rules_version() -> str:
    """Return what tells one set of rules from another: a digest of the readers, the checkers, the Codes and what was trained."""
    return digest_of("checkers", "models", "readers")
