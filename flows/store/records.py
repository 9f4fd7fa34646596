"""What goes into a store and comes out of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from models.finding import Result, Verdict
from models.letter import KeptText


class Task(StrEnum):
    """What a run is."""

    NIGHTLY = "nightly"
    RECHECK = "recheck"


@dataclass(frozen=True, slots=True)
class Counts:
    """Files of a run: `seen == checked + unchanged + failed`. A file has failed where no letter could be checked in it."""

    seen: int = 0
    checked: int = 0
    unchanged: int = 0
    failed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.seen + other.seen, self.checked + other.checked, self.unchanged + other.unchanged, self.failed + other.failed)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file's results. `path` is relative to the archive, with forward slashes; `sha256` is None where it could not be read.

    `origin` is the id of the stored file of the same content whose results these are, where the file was not judged itself.
    """

    path: str
    sha256: str | None
    results: tuple[Result, ...]
    text: KeptText | None = None
    origin: int | None = None

    @property
    def failed(self) -> bool:
        """Whether no letter could be checked in the file."""
        return all(result.verdict is Verdict.UNREADABLE for result in self.results)

    def moved(self, path: str) -> CheckedFile:
        """Return the same under another path."""
        renamed = (result.model_copy(update={"path": path + result.path.removeprefix(self.path)}) for result in self.results)
        return replace(self, path=path, results=tuple(renamed))


@dataclass(frozen=True, slots=True)
class Change:
    """What was judged of a letter otherwise than before.

    `what` is verdict, element or flag, `name` the element's or flag's. `before` and `after` are a verdict, a status, or for a flag
    `raised`; None where there was none.
    """

    path: str
    what: str
    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files to forget: exactly one of these.

    `before` means files all of whose letters are dated before this day, or came in before it where they have no date; `reference` those
    with a letter of this case; `letter` is a path in an archive, a whole path, or a SHA-256 hash, and means all copies of the letter.
    """

    before: dt.date | None = None
    reference: str | None = None
    letter: str | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of which something is kept. `is_there` tells that the last run over its archive saw it."""

    id: int
    source: str
    path: str
    letters: int
    is_there: bool
