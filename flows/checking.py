"""From a file to its results: what the command, the web page and a batch worker all call."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any

import checkers
import readers
from models.digest import digest_of
from models.finding import Result
from models.letter import Letter, Unread
from models.settings import Settings

NO_CHOICE = checkers.Choice()
# Settings that change which letters are checked, how, and what is kept or served, but never what is found in one.
_UNSEEN = ("workers", "chunk", "keep_text", "include", "exclude", "settle_seconds", "index", "token", "log_format")
_NOT_JUDGEMENT: dict[str, Any] = {**dict.fromkeys(_UNSEEN, True), "limits": {"requests"}}
_LISTED = readers.SUFFIXES | readers.FOREIGN_SUFFIXES


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
    entered once. What may not be looked at (a closed folder, a link into one) is listed itself, so that it shows as an error instead of
    as letters that do not exist; a link to nothing is left out.
    """
    found: list[Path] = []
    entered: set[str] = set()
    folders = [folder]
    while folders:
        here = folders.pop()
        try:
            real = os.path.realpath(here)
            inside = [] if real in entered else sorted(here.iterdir())
        except OSError:
            found.append(here)
            continue
        entered.add(real)
        kinds = {path: _kind(path) for path in inside if not path.name.startswith((".", "~$"))}
        found += [path for path, kind in kinds.items() if kind is _Kind.LETTER]
        folders += [path for path in reversed(kinds) if kinds[path] is _Kind.FOLDER]
    return sorted(found)


class _Kind(Enum):
    FOLDER = 1
    LETTER = 2
    NEITHER = 3


def _kind(path: Path) -> _Kind:
    """Tell what a path is to be taken for; what cannot be told may hide letters, and counts as one."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return _Kind.NEITHER
    except OSError:
        return _Kind.LETTER
    if stat.S_ISDIR(mode):
        return _Kind.FOLDER
    return _Kind.LETTER if stat.S_ISREG(mode) and path.suffix.lower() in _LISTED else _Kind.NEITHER


def rules_in_force(settings: Settings) -> str:
    """Return a short text that changes whenever the same file might be judged differently: by other rules or settings, or with OCR."""
    return _version(checkers.rules_version(), settings.model_dump(mode="json", exclude=_NOT_JUDGEMENT))


def reading_in_force(settings: Settings) -> str:
    """Return a short text that changes whenever the same file might be read differently: by other readers or limits, or with OCR."""
    return _version(digest_of("readers", "models/letter.py"), settings.limits.model_dump(mode="json"))


def _version(program: str, settings: dict[str, Any]) -> str:
    scans = "+scans" if readers.reads_scans() else ""
    return f"{program}+{hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]}{scans}"


def printable(path: str) -> str:
    r"""Return `path` with bytes that are no text (old file systems have such names) written out as `\xe9`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
