"""Counts, shares, days and kinds of letter in words, as they stand in the summary and the sample."""

from __future__ import annotations

import pandas as pd

from models.finding import Kind
from models.words import KINDS


def letter_words(kind: str, stage: int | None) -> str:
    """Return a letter's kind and stage in words: `Response, stage 1`."""
    words = KINDS[Kind(kind)]
    return words if pd.isna(stage) else f"{words}, stage {stage}"


def percent(share: float) -> str:
    """Return a share of 1 as a whole percentage: `53%`."""
    return f"{share:.0%}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return the count with its noun: `1 letter`, `2 letters`, `1,204 letters`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(date: pd.Timestamp) -> str:
    """Return a date as public services write it: `1 April 2024`."""
    return f"{date.day} {date:%B %Y}"
