"""Frames of invented letters, as the store gives them."""

from __future__ import annotations

from typing import Any

import pandas as pd

CASE_COLUMNS = ("id", "source", "row", "path", "reference", "case", "team", "received", "acknowledged", "logged", "escalated", "sent")
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
LETTER_COLUMNS = (
    "id",
    "source",
    "path",
    "sha256",
    "verdict",
    "error_code",
    "error_message",
    "kind",
    "stage",
    "edition",
    "date",
    "reference",
    "result",
    "checked_at",
)


def letters_frame(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return a frame of the store's letters; what a row does not name has a default."""
    filled = []
    for number, row in enumerate(rows, start=1):
        defaults = {"id": number, "source": "archive", "path": f"letter-{number}.docx", "verdict": "compliant", "kind": "response"}
        if row.get("verdict") != "unreadable":
            defaults |= {"stage": 1, "edition": "hos-2024", "date": "2025-03-14", "reference": f"CMP-{number}"}
        else:
            defaults["kind"] = None
        filled.append({**dict.fromkeys(LETTER_COLUMNS), "checked_at": "2025-09-01 02:10:00", **defaults, **row})
    frame = pd.DataFrame(filled, columns=list(LETTER_COLUMNS))
    return frame.astype({"stage": "Int64", "date": "datetime64[s]", "checked_at": "datetime64[s]"})


def cases_frame(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return a frame of the store's cases; what a row does not name is missing."""
    filled = [{**dict.fromkeys(CASE_COLUMNS), "id": n, "source": "archive", "row": n + 1, **row} for n, row in enumerate(rows, start=1)]
    days = dict.fromkeys(CASE_COLUMNS[-5:], "datetime64[s]")
    return pd.DataFrame(filled, columns=list(CASE_COLUMNS)).astype(days)


def elements_frame(*rows: tuple[int, str, str, str]) -> pd.DataFrame:
    """Return a frame of the store's elements from (letter_id, element, status, requirement)."""
    return pd.DataFrame(list(rows), columns=["letter_id", "element", "status", "requirement"])


def flags_frame(*rows: tuple[int, str, str]) -> pd.DataFrame:
    """Return a frame of the store's flags from (letter_id, flag, severity)."""
    return pd.DataFrame(list(rows), columns=["letter_id", "flag", "severity"])
