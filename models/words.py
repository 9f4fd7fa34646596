"""The contract's terms in plain words, the same wherever a person meets them: on the command line, in the summary, in the sample."""

from __future__ import annotations

import datetime as dt

from models.codes import code
from models.finding import Element, Finding, Flag, FlagName, Kind, Requirement, Result, Role, Severity, Status, Verdict
from models.letter import Part

KINDS = {
    Kind.ACKNOWLEDGEMENT: "Acknowledgement",
    Kind.RESPONSE: "Response",
    Kind.EXTENSION: "Extension",
    Kind.REFUSAL: "Refusal",
    Kind.OTHER: "Not a complaint letter",
}
VERDICTS = {
    Verdict.COMPLIANT: "Meets every requirement",
    Verdict.GAPS: "Has gaps",
    Verdict.OUT_OF_SCOPE: "Not a complaint letter",
    Verdict.UNREADABLE: "Could not be read",
}
ELEMENTS = {
    Element.STAGE: "Stage of the complaint",
    Element.DEFINITION: "What the complaint is about",
    Element.OUTCOMES_SOUGHT: "What the resident wants to happen",
    Element.DECISION: "Decision on the complaint",
    Element.REASONS: "Reasons",
    Element.REMEDY: "What is done to put things right",
    Element.OUTSTANDING_ACTIONS: "What is still to be done",
    Element.ESCALATION_ROUTE: "How to take the complaint further",
    Element.OMBUDSMAN_DETAILS: "How to reach the Ombudsman",
    Element.TIMESCALE: "When the response will come",
}
STATUSES = {
    Status.PRESENT: "Present",
    Status.INCOMPLETE: "Incomplete",
    Status.MISSING: "Missing",
    Status.NOT_APPLICABLE: "Not applicable",
}
REQUIREMENTS = {Requirement.MUST: "Must", Requirement.SHOULD: "Should", Requirement.NONE: "Not asked for"}
FLAGS = {
    FlagName.STAFF_NAME: "Member of staff named",
    FlagName.CONTRACTOR_NAME: "Contractor named",
    FlagName.THIRD_PARTY_NAME: "Another person named",
    FlagName.PLACEHOLDER: "Template text left in",
    FlagName.GHOST_STAGE: "Stage that the Code does not have",
    FlagName.INCONSISTENT_STAGE: "Two different stages claimed",
    FlagName.WRONG_NEXT_STEP: "Wrong next step given",
    FlagName.OUTDATED_OMBUDSMAN_CONTACT: "Out-of-date details for the Ombudsman",
    FlagName.OBSOLETE_REFERRAL: "Referral step that was abolished",
    FlagName.WRONG_OMBUDSMAN: "Wrong ombudsman named",
    FlagName.REASON_DEMANDED: "Reasons demanded to escalate",
    FlagName.ACTION_WITHOUT_DATE: "Action promised without a date",
    FlagName.LATE: "Sent late",
    FlagName.NAME_MISMATCH: "Two different residents addressed",
    FlagName.PLAIN_LANGUAGE: "Hard to read",
}
_WORDING = {FlagName.OUTDATED_OMBUDSMAN_CONTACT, FlagName.OBSOLETE_REFERRAL}  # what is suggested of these can stand in the letter
SEVERITIES = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Note"}
ROLES = {
    Role.RESIDENT: "Resident",
    Role.REPRESENTATIVE: "Representative",
    Role.ELECTED: "Elected person",
    Role.SIGNATORY: "Signatory",
    Role.LETTERHEAD: "In the letterhead",
    Role.CONTACT: "Contact for the complaint",
    Role.STAFF: "Staff",
    Role.CONTRACTOR: "Contractor",
    Role.THIRD_PARTY: "Another person",
}
PARTS = {
    Part.HEADER: "In the header",
    Part.BODY: "In the letter",
    Part.FOOTER: "In the footer",
    Part.BOX: "In a text box",
    Part.TABLE: "In a table",
    Part.NOTE: "In a note",
    Part.SIGNATURE: "In the signature",
    Part.DISCLAIMER: "In the small print",
}


def what_it_is(result: Result) -> list[str]:
    """Return what was worked out of a letter: `Response at stage 1`, `dated 29 January 2025`, `reference TQ/CR/25/00318`."""
    kind = KINDS[result.kind] if result.kind else "Letter"
    stage = f" at stage {result.stage}" if result.stage else ""
    date = f"dated {day(dt.date.fromisoformat(result.date))}" if result.date else "no date found"
    return [f"{kind}{stage}", date, *([f"reference {result.reference}"] if result.reference else [])]


def judged_by(result: Result) -> str | None:
    """Return the title of the edition of the Code that a letter was judged by, or None where none was."""
    return code(result.edition).title if result.edition and result.verdict is not Verdict.OUT_OF_SCOPE else None


def tally(result: Result) -> str:
    """Return in a few words how much is to be done: `2 missing, 1 incomplete, 3 to look at`; nothing where nothing is."""
    gaps = [finding.status for finding in result.elements if finding.is_gap]
    counts = {"missing": gaps.count(Status.MISSING), "incomplete": gaps.count(Status.INCOMPLETE), "to look at": len(result.flags)}
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def gap_heading(finding: Finding) -> tuple[str, str]:
    """Return what is said first of a gap, and how far the Code asks for it: `Reasons: missing`, `must, paragraph 6.9d`."""
    paragraph = f", paragraph {finding.paragraph}" if finding.paragraph else ""
    return f"{ELEMENTS[finding.element]}: {finding.status}", f"{REQUIREMENTS[finding.requirement].lower()}{paragraph}"


def flag_heading(flag: Flag) -> tuple[str, str]:
    """Return what is said first of a flag, and how much it weighs: `Sent late`, `error, paragraph 6.3`."""
    paragraph = f", paragraph {flag.paragraph}" if flag.paragraph else ""
    return FLAGS[flag.flag], f"{SEVERITIES[flag.severity].lower()}{paragraph}"


def lead(flag: Flag) -> str:
    """Return the word before a flag's suggestion: whether it is to be written or done."""
    return "Write" if flag.flag in _WORDING else "Do"


def day(date: dt.date) -> str:
    """Return a date as public services write it: `1 April 2024`."""
    return f"{date.day} {date:%B %Y}"
