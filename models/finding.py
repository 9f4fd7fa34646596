"""What a check says of a letter: the contract that the command, the store and the summary share.

The JSON form is published by `letterproof schema` and described in docs/output.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA = "letterproof/1"


class Kind(StrEnum):
    """What a letter is."""

    ACKNOWLEDGEMENT = "acknowledgement"
    RESPONSE = "response"
    EXTENSION = "extension"
    REFUSAL = "refusal"
    OTHER = "other"


class Edition(StrEnum):
    """An edition of the Complaint Handling Code."""

    HOS_2022 = "hos-2022"
    HOS_2024 = "hos-2024"
    LGSCO_2024 = "lgsco-2024"


class Element(StrEnum):
    """What a complaint letter may have to say, in the order in which results list it."""

    STAGE = "stage"
    DEFINITION = "definition"
    OUTCOMES_SOUGHT = "outcomes_sought"
    DECISION = "decision"
    REASONS = "reasons"
    REMEDY = "remedy"
    OUTSTANDING_ACTIONS = "outstanding_actions"
    ESCALATION_ROUTE = "escalation_route"
    OMBUDSMAN_DETAILS = "ombudsman_details"
    TIMESCALE = "timescale"


class Status(StrEnum):
    """What the letter contains of an element."""

    PRESENT = "present"
    INCOMPLETE = "incomplete"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


GAPS = frozenset({Status.MISSING, Status.INCOMPLETE})


class Requirement(StrEnum):
    """How far the Code asks for an element in this kind of letter."""

    MUST = "must"
    SHOULD = "should"
    NONE = "none"


class Role(StrEnum):
    """Who a person named in a letter is."""

    RESIDENT = "resident"
    REPRESENTATIVE = "representative"
    ELECTED = "elected"
    SIGNATORY = "signatory"
    LETTERHEAD = "letterhead"
    CONTACT = "contact"
    STAFF = "staff"
    CONTRACTOR = "contractor"
    THIRD_PARTY = "third_party"


FLAGGED = frozenset({Role.STAFF, Role.CONTRACTOR, Role.THIRD_PARTY})  # whose names need not stand in a letter


class FlagName(StrEnum):
    """What can be wrong in a letter beside a gap."""

    STAFF_NAME = "staff_name"
    CONTRACTOR_NAME = "contractor_name"
    THIRD_PARTY_NAME = "third_party_name"
    PLACEHOLDER = "placeholder"
    GHOST_STAGE = "ghost_stage"
    INCONSISTENT_STAGE = "inconsistent_stage"
    WRONG_NEXT_STEP = "wrong_next_step"
    OUTDATED_OMBUDSMAN_CONTACT = "outdated_ombudsman_contact"
    OBSOLETE_REFERRAL = "obsolete_referral"
    WRONG_OMBUDSMAN = "wrong_ombudsman"
    REASON_DEMANDED = "reason_demanded"
    ACTION_WITHOUT_DATE = "action_without_date"
    LATE = "late"
    NAME_MISMATCH = "name_mismatch"
    PLAIN_LANGUAGE = "plain_language"


class Severity(StrEnum):
    """How much a flag weighs: `error` contradicts the Code or would mislead the resident."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Verdict(StrEnum):
    """The result of a letter in one word."""

    COMPLIANT = "compliant"
    GAPS = "gaps"
    OUT_OF_SCOPE = "out_of_scope"
    UNREADABLE = "unreadable"


class ErrorCode(StrEnum):
    """Why a file could not be read."""

    NOT_FOUND = "not_found"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    CORRUPT = "corrupt"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"


class ReadError(Exception):
    """A file that could not be read as a letter. The message says what to do next and holds nothing of the letter."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Record):
    """Characters `start` to `end` of the letter's text, and the page (1-based) that they stand on."""

    page: int | None
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Evidence(_Record):
    """Words quoted from the letter, with their place."""

    text: str
    page: int | None
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Finding(_Record):
    """What was found of one element. `problem` and `suggestion` are null where nothing has to be done.

    `confidence` (0 to 1) is how likely the status is, where rules and the trained network were weighed together; else null.
    """

    element: Element
    status: Status
    requirement: Requirement
    paragraph: str | None = None
    evidence: tuple[Evidence, ...] = ()
    problem: str | None = None
    suggestion: str | None = None
    confidence: float | None = Field(
        default=None, description="How likely the status is (0 to 1), where rules and the trained network were weighed; else null."
    )

    @property
    def is_gap(self) -> bool:
        """Whether the letter does not say, or not fully, what the Code asks for here."""
        return self.requirement is not Requirement.NONE and self.status in GAPS


class Name(_Record):
    """A person named in the letter, or a contractor's company, with every place that the name stands."""

    text: str
    role: Role
    places: tuple[Place, ...]


class Flag(_Record):
    """Something in the letter that should be looked at."""

    flag: FlagName
    severity: Severity
    text: str
    paragraph: str | None
    message: str
    suggestion: str | None
    places: tuple[Place, ...]


class FileError(_Record):
    """Why a file could not be read, and what to do next."""

    code: ErrorCode
    message: str


class Result(_Record):
    """All that is said of one letter."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True, populate_by_name=True, title="letterproof result")

    schema_: Literal["letterproof/1"] = Field(default="letterproof/1", alias="schema")
    path: str
    sha256: str | None
    verdict: Verdict
    error: FileError | None = None
    kind: Kind | None = None
    stage: Literal[1, 2, 3] | None = None
    edition: Edition | None = None
    date: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    reference: str | None = None
    elements: tuple[Finding, ...] = ()
    names: tuple[Name, ...] = ()
    flags: tuple[Flag, ...] = ()

    @classmethod
    def unreadable(cls, path: str, sha256: str | None, error: ReadError) -> Result:
        """Return the result of a file that could not be read."""
        return cls(path=path, sha256=sha256, verdict=Verdict.UNREADABLE, error=FileError(code=error.code, message=error.message))
