"""What goes into a store and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from models.finding import Result
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

    def moved(self, path: str) -> CheckedFile:
        """Return the same under another path."""
        renamed = (result.model_copy(update={"path": path + result.path.removeprefix(self.path)}) for result in self.results)
        return replace(self, path=path, results=tuple(renamed))
