"""What a nightly run says of itself, and how it can fail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.index import IndexReport

TIMEZONE = "Europe/London"


class NightlyError(Exception):
    """A run that cannot start. The message says what to do."""


class BusyError(NightlyError):
    """A run that does not start because another over the same archive is under way. The message says what to do."""


class ClusterError(Exception):
    """A cluster that cannot do the run's work. The message says what to do."""


class MiscountError(Exception):
    """A run whose numbers do not add up: a letter may be lost. The message has the numbers."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, in files: `seen == checked + unchanged + failed + left`. `run` is its id in the store.

    `left` counts the files that are still being written, which the next run takes. `index` tells of the index, where the run had one.
    `unreadable` counts the files seen in which no letter can be read: those that failed in this run, and those unchanged since they did.
    """

    run: int
    seen: int
    checked: int
    unchanged: int
    failed: int
    unreadable: int
    seconds: float
    summary: Path
    left: int = 0
    index: IndexReport | None = None
