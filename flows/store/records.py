"""What goes into a store and comes out of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple, dataclass, replace
from enum import StrEnum

from models.finding import Result, Verdict
from models.letter import KeptText


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A row of the index of cases, joined to letters by its `path` or its `reference`. `row` counts as a spreadsheet does."""

    row: int
    path: str | None = None
    reference: str | None = None
    case: str | None = None
    team: str | None = None
    received: dt.date | None = None
    acknowledged: dt.date | None = None
    logged: dt.date | None = None
    escalated: dt.date | None = None
    sent: dt.date | None = None


class Task(StrEnum):
    """What a run is."""

    NIGHTLY = "nightly"
    RECHECK = "recheck"


@dataclass(frozen=True, slots=True)
class Counts:
    """Files of a run: `seen == checked + unchanged + failed + left`.

    A file has failed where no letter could be checked in it, and is left for the next run where it is still being written.
    """

    seen: int = 0
    checked: int = 0
    unchanged: int = 0
    failed: int = 0
    left: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(own + more for own, more in zip(astuple(self), astuple(other), strict=True)))

    @property
    def add_up(self) -> bool:
        """Whether every file that was seen is accounted for."""
        return self.seen == self.checked + self.unchanged + self.failed + self.left


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file's results. `path` is relative to the archive, with forward slashes; `sha256` is None where it could not be read.

    `origin` is the id of the stored file of the same content whose results these are, where the file was not judged itself. `stamp` is what
    the storage says of the content (a checksum), None where it says nothing.
    """

    path: str
    sha256: str | None
    results: tuple[Result, ...]
    text: KeptText | None = None
    origin: int | None = None
    stamp: str | None = None

    @property
    def failed(self) -> bool:
        """Whether no letter could be checked in the file."""
        return all(result.verdict is Verdict.UNREADABLE for result in self.results)

    def moved(self, path: str, stamp: str | None = None) -> CheckedFile:
        """Return the same under another path, with the stamp that it has there."""
        renamed = (result.model_copy(update={"path": path + result.path.removeprefix(self.path)}) for result in self.results)
        return replace(self, path=path, stamp=stamp, results=tuple(renamed))


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
