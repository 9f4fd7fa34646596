"""The contract's terms in plain words, the same wherever a person meets them: on the command line, in the summary, in the sample."""

from __future__ import annotations

from models.finding import Element, FlagName, Kind, Requirement, Role, Severity, Status, Verdict

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
