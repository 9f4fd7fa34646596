"""Letters for these tests: frames of them, and whole results."""

from __future__ import annotations

import pytest
from report_frames import Frames, elements_frame, flags_frame, letters_frame

from models.finding import ErrorCode, ReadError, Result


@pytest.fixture
def frames() -> Frames:
    """Return five letters: a compliant and a faulty first response, a faulty final response, a newsletter and a damaged file."""
    letters = letters_frame(
        {},
        {"verdict": "gaps", "date": "2025-04-02"},
        {"verdict": "gaps", "stage": 2, "date": "2025-04-20"},
        {"verdict": "out_of_scope", "kind": "other", "stage": None, "edition": None},
        {"verdict": "unreadable", "error_code": "corrupt", "error_message": "The file is damaged. Send it again from its source."},
    )
    elements = elements_frame(
        (1, "stage", "present", "must"),
        (2, "stage", "missing", "must"),
        (3, "stage", "present", "must"),
        (1, "decision", "present", "must"),
        (2, "decision", "incomplete", "must"),
        (3, "decision", "missing", "must"),
        (1, "remedy", "not_applicable", "must"),
        (2, "remedy", "present", "must"),
        (1, "outcomes_sought", "missing", "should"),
        (2, "outcomes_sought", "present", "should"),
        (3, "timescale", "not_applicable", "none"),
        (4, "stage", "not_applicable", "none"),
    )
    errors = [(3, "placeholder", "error")] * 2
    flags = flags_frame(*errors, (2, "staff_name", "warning"), (3, "staff_name", "warning"))
    return letters, elements, flags


@pytest.fixture
def result() -> Result:
    """Return a result with a gap, a flag and two names."""
    place = {"page": 1, "start": 0, "end": 5}
    quoted = {"text": "our stage one response", "page": 1, "start": 0, "end": 22}
    return Result.model_validate(
        {
            "schema": "letterproof/1",
            "path": "letters/one.docx",
            "sha256": "0" * 64,
            "verdict": "gaps",
            "kind": "response",
            "stage": 1,
            "edition": "hos-2024",
            "date": "2025-03-14",
            "reference": "CMP-1",
            "elements": [
                {"element": "stage", "status": "present", "requirement": "must", "paragraph": "6.9a", "evidence": [quoted]},
                {
                    "element": "decision",
                    "status": "missing",
                    "requirement": "must",
                    "paragraph": "6.9c",
                    "problem": "The letter gives no decision.",
                },
                {"element": "timescale", "status": "not_applicable", "requirement": "none"},
            ],
            "names": [
                {"text": "Ines Okoro-Bell", "role": "staff", "places": [place]},
                {"text": "Petra Vance", "role": "resident", "places": [place]},
            ],
            "flags": [
                {
                    "flag": "staff_name",
                    "severity": "warning",
                    "text": "Ines Okoro-Bell",
                    "paragraph": None,
                    "message": "A member of staff is named.",
                    "suggestion": None,
                    "places": [place],
                }
            ],
        }
    )


@pytest.fixture
def unreadable_result() -> Result:
    """Return the result of a damaged file."""
    error = ReadError(ErrorCode.CORRUPT, "The file is damaged. Send it again from its source.")
    return Result.unreadable("letters/two.docx", None, error)
