"""Results of invented letters, as the store keeps them."""

from __future__ import annotations

from typing import Any

from flows.store import CheckedFile
from models.finding import Element, Finding, Flag, FlagName, Requirement, Result, Severity, Status, Verdict

POSTGRES = "LETTERPROOF_TEST_POSTGRES"  # names the URL of a server for tests, where there is one


def result(path: str, **values: Any) -> Result:
    """Return the result of an invented response with a gap and a flag; `values` replace its fields."""
    made: dict[str, Any] = {"sha256": "0" * 64, "verdict": Verdict.GAPS, "kind": "response", "stage": 1, "edition": "hos-2024"}
    made |= {"date": "2025-03-14", "reference": "CMP-1"}
    made["elements"] = [Finding(element=e, status=Status.PRESENT, requirement=Requirement.MUST) for e in Element]
    flag: dict[str, Any] = {"text": "late", "paragraph": None, "message": "It is late.", "suggestion": None, "places": ()}
    made["flags"] = [Flag(flag=FlagName.LATE, severity=Severity.INFO, **flag)]
    return Result(path=path, **{**made, **values})


def kept(path: str, sha256: str | None = "", results: tuple[Result, ...] | None = None, **values: Any) -> CheckedFile:
    """Return a file's results: of one letter, or those given. Its hash is its path, unless another is given."""
    return CheckedFile(path, path if sha256 == "" else sha256, results or (result(path, **values),))
