"""The flags: what can be wrong in a letter beside a gap. One function a flag; each yields what it has found.

To add a flag: its member in `models.finding.FlagName`, its function, and its line in `CHECKERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from checkers.elements.found import Found
from checkers.facts import Facts
from checkers.flags import actions, dates, language, ombudsman, people, stages, template, weighing
from checkers.flags.raised import Raised
from checkers.people import People
from checkers.reading import Reading
from models.finding import Edition, Element, Flag, FlagName, Kind, Severity
from models.settings import Settings

Checker = Callable[[Reading, Facts, People], Iterator[Raised]]

CHECKERS: Mapping[FlagName, Checker] = {
    FlagName.STAFF_NAME: people.staff,
    FlagName.CONTRACTOR_NAME: people.contractors,
    FlagName.THIRD_PARTY_NAME: people.third_parties,
    FlagName.PLACEHOLDER: template.placeholders,
    FlagName.GHOST_STAGE: stages.ghosts,
    FlagName.INCONSISTENT_STAGE: stages.inconsistent,
    FlagName.WRONG_NEXT_STEP: stages.wrong_next_step,
    FlagName.OUTDATED_OMBUDSMAN_CONTACT: ombudsman.outdated,
    FlagName.OBSOLETE_REFERRAL: ombudsman.obsolete_referral,
    FlagName.WRONG_OMBUDSMAN: ombudsman.wrong,
    FlagName.REASON_DEMANDED: stages.reason_demanded,
    FlagName.ACTION_WITHOUT_DATE: actions.without_date,
    FlagName.LATE: dates.late,
    FlagName.NAME_MISMATCH: people.mismatched,
    FlagName.PLAIN_LANGUAGE: language.hard_to_read,
}

# What only some editions forbid. The Code of 2022 does not say whether reasons may be demanded (2024: 6.12).
EDITIONS: Mapping[FlagName, frozenset[Edition]] = {FlagName.REASON_DEMANDED: frozenset({Edition.HOS_2024})}

# `error` contradicts the Code or would mislead the resident. A name is advice since 2024. A letter cannot mend its own lateness.
SEVERITIES: Mapping[FlagName, Severity] = {
    FlagName.STAFF_NAME: Severity.WARNING,
    FlagName.CONTRACTOR_NAME: Severity.WARNING,
    FlagName.THIRD_PARTY_NAME: Severity.WARNING,
    FlagName.PLACEHOLDER: Severity.ERROR,
    FlagName.GHOST_STAGE: Severity.ERROR,
    FlagName.INCONSISTENT_STAGE: Severity.ERROR,
    FlagName.WRONG_NEXT_STEP: Severity.ERROR,
    FlagName.OUTDATED_OMBUDSMAN_CONTACT: Severity.ERROR,
    FlagName.OBSOLETE_REFERRAL: Severity.ERROR,
    FlagName.WRONG_OMBUDSMAN: Severity.ERROR,
    FlagName.REASON_DEMANDED: Severity.ERROR,
    FlagName.ACTION_WITHOUT_DATE: Severity.WARNING,
    FlagName.LATE: Severity.WARNING,
    FlagName.NAME_MISMATCH: Severity.ERROR,
    FlagName.PLAIN_LANGUAGE: Severity.INFO,
}


def flags(reading: Reading, facts: Facts, people: People, found: Mapping[Element, Found], settings: Settings) -> tuple[Flag, ...]:
    """Return the letter's flags, but those that the settings ignore; a letter that is not a complaint letter has none.

    `found` is what was found of its elements.
    """
    if facts.kind is Kind.OTHER:
        return ()
    return tuple(
        Flag(
            flag=name,
            severity=settings.severities.get(name, SEVERITIES[name]),
            text=raised.text,
            paragraph=facts.code.flag_paragraph(name, facts.kind, facts.stage),
            message=raised.message,
            suggestion=raised.suggestion,
            places=raised.places,
        )
        for name, check in CHECKERS.items()
        if name not in settings.ignore_flags and is_ruled(name, facts.edition)
        for raised in _weighed(name, list(check(reading, facts, people)), reading, facts, found)
    )


def is_ruled(name: FlagName, edition: Edition) -> bool:
    """Tell whether an edition of the Code gives ground for a flag."""
    return edition in EDITIONS.get(name, Edition)


def _weighed(name: FlagName, by_rules: list[Raised], reading: Reading, facts: Facts, found: Mapping[Element, Found]) -> list[Raised]:
    if name is FlagName.INCONSISTENT_STAGE:
        return stages.claimed_twice(reading, found[Element.STAGE], by_rules)
    return weighing.weighed(reading, facts, name, by_rules) if name in weighing.WEIGHED else by_rules
