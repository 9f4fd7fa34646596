"""The archive that a nightly run reads, and what a run says of itself."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import readers
from flows.checking import letters_under


class NightlyError(Exception):
    """A run that cannot start. The message says what to do."""


class MiscountError(Exception):
    """A run whose numbers do not add up: a letter may be lost. The message has the numbers."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, in files: `seen == checked + unchanged + failed`. `run` is its id in the store.

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


def listed(archive: Path) -> list[Path]:
    """Return the letters under `archive`. Raises NightlyError where there are none, or the folder itself cannot be opened."""
    try:
        os.scandir(archive).close()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NightlyError(f"There is no folder {archive}. Check the path of the archive.") from error
    except OSError as error:
        advice = "Check the path of the archive, and let the account that runs letterproof open it."
        raise NightlyError(f"The folder {archive} cannot be opened ({error.strerror}). {advice}") from error
    paths = letters_under(archive)
    if not paths:
        known = ", ".join(sorted(readers.SUFFIXES))
        raise NightlyError(f"There are no letters under {archive}. letterproof reads these files: {known}. Check the path of the archive.")
    return paths
