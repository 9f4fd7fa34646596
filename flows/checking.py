"""From a file to its results: what the command, the web page and a batch worker all call."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import checkers
import readers
from models.finding import Result
from models.letter import Letter, Unread
from models.settings import Settings

NO_CHOICE = checkers.Choice()
_NOT_JUDGEMENT = {"workers", "chunk"}  # settings that change how fast letters are checked, never what is found


def check_file(path: Path, settings: Settings, choice: checkers.Choice = NO_CHOICE) -> list[Result]:
    """Return the results of all letters in the file: one, or one more for each letter attached to an e-mail.

    A file or attachment that cannot be read gives a Result with the error; an exception in a checker is the caller's.
    """
    return [result_of(found, settings, choice) for found in readers.read(path, settings.limits)]


def result_of(found: Letter | Unread, settings: Settings, choice: checkers.Choice = NO_CHOICE) -> Result:
    """Return the result of a letter that was read, or of one that could not be."""
    found = replace(found, path=printable(found.path))
    if isinstance(found, Unread):
        return Result.unreadable(found.path, found.sha256, found.error)
    return checkers.check(found, settings, choice)


def letters_under(folder: Path) -> list[Path]:
    """Return the files under `folder`, at any depth and sorted, whose suffix says that they may be letters.

    Kinds that no reader takes are among them: they give a result that says what to do.
    Hidden files and folders and the lock files of word processors (`~$…`) are left out, and a folder reached twice through links is
    entered once. A folder that may not be opened is listed itself, so that it shows as an error instead of as letters that do not exist.
    """
    return sorted(_walk(folder, set()))


def _walk(folder: Path, entered: set[Path]) -> Iterator[Path]:
    real = folder.resolve()
    if real in entered:
        return
    entered.add(real)
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for path in inside:
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir():
            yield from _walk(path, entered)
        elif path.suffix.lower() in readers.SUFFIXES | readers.FOREIGN_SUFFIXES and path.is_file():
            yield path


def rules_in_force(settings: Settings) -> str:
    """Return a short text that changes whenever the same file might be judged differently: by other rules or settings, or with OCR."""
    judging = json.dumps(settings.model_dump(mode="json", exclude=_NOT_JUDGEMENT), sort_keys=True)
    scans = "+scans" if readers.reads_scans() else ""
    return f"{checkers.rules_version()}+{hashlib.sha256(judging.encode()).hexdigest()[:12]}{scans}"


def printable(path: str) -> str:
    r"""Return `path` with bytes that are no text (old file systems have such names) written out as `\xe9`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
