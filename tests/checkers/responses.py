"""Responses to judge that stand in the tests themselves."""

from __future__ import annotations

from checkers import Choice, check
from models.finding import FlagName, Kind, Result
from models.letter import Block, compose
from models.settings import Settings


def judged_response(*texts: str, stage: int = 1, settings: Settings | None = None) -> Result:
    """Return what is said of a response at this stage with these paragraphs."""
    letter = compose("letter.txt", b"", [Block(text) for text in texts])
    return check(letter, settings or Settings(), Choice(kind=Kind.RESPONSE, stage=stage))


def raised(result: Result) -> set[FlagName]:
    """Return the flags that a result raises."""
    return {flag.flag for flag in result.flags}
