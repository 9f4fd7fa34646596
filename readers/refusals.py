"""What is said of a file that is not read, where several readers say it."""

from __future__ import annotations

from models.finding import ErrorCode, ReadError
from models.settings import Limits


def too_long(limits: Limits) -> ReadError:
    """Return what is said of a text that is too long to be a letter."""
    said = f"The text is longer than {limits.characters:,} characters, which no letter is. Check the file, or raise limits.characters."
    return ReadError(ErrorCode.TOO_LARGE, said)
