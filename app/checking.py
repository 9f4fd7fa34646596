"""`letterproof check`, `text` and `schema`: one letter or a few, at once, with nothing kept."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import checkers
import readers
from app.exits import Exit, Misuse
from app.show import show, show_total, shown_path
from app.watching import watch
from flows.checking import letters_under, result_of
from flows.guarded import check_files
from flows.pool import PoolError
from models.finding import ErrorCode, ReadError, Result, Verdict
from models.letter import Letter, Unread
from models.settings import Settings, SettingsError, load_settings

STDIN = "-"


def check(chosen: argparse.Namespace) -> int:
    """Check the letters that the user named, print the results in the format chosen, and return the exit status."""
    settings = settings_of(chosen)
    choice = choice_of(chosen)
    printed = {"text": _print_text, "json": _print_json, "jsonl": _print_lines}[chosen.format]
    try:
        if chosen.watch:
            _refuse_to_watch(chosen)
            return status_of(watch(partial(_files, chosen.paths), lambda path: printed(_checked([path], settings, choice))))
        return status_of(printed(_checked(_files(chosen.paths), settings, choice)))
    except PoolError as error:
        print(f"letterproof: {error}", file=sys.stderr)
        return Exit.UNFINISHED


def text(chosen: argparse.Namespace) -> int:
    """Print the text of a letter, and return the exit status."""
    found = _letter(chosen.path, settings_of(chosen))
    if isinstance(found, Unread):
        print(f"letterproof: {shown_path(found.path)}: {found.error.message}", file=sys.stderr)
        return Exit.UNREADABLE
    print(found.text)
    return Exit.FINE


def schema() -> int:
    """Print the JSON Schema of a result, and return the exit status."""
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Result.model_json_schema(by_alias=True, mode="serialization")}
    print(json.dumps(document, indent=2))
    return Exit.FINE


def settings_of(chosen: argparse.Namespace) -> Settings:
    """Return the settings that the user chose. Raises Misuse where they cannot be used."""
    try:
        return load_settings(chosen.settings)
    except SettingsError as error:
        raise Misuse(str(error)) from error


def choice_of(chosen: argparse.Namespace) -> checkers.Choice:
    """Return what the user chose instead of letting it be worked out."""
    return checkers.Choice(kind=chosen.kind, stage=chosen.stage, edition=chosen.edition)


def status_of(results: Iterable[Result]) -> int:
    """Return the exit status for letters with these results."""
    verdicts = {r.verdict for r in results}
    if Verdict.UNREADABLE in verdicts:
        return Exit.UNREADABLE
    return Exit.GAPS if Verdict.GAPS in verdicts else Exit.FINE


def _refuse_to_watch(chosen: argparse.Namespace) -> None:
    """Raise Misuse for what cannot be watched."""
    if STDIN in chosen.paths:
        raise Misuse("--watch needs files to watch, and - is none. Save the letter and name its file.")
    if chosen.format == "json":
        raise Misuse("--watch prints each result as it comes, which makes no one list. Choose --format text or jsonl.")


def _files(paths: Iterable[str]) -> list[str]:
    """Return each file that the user named, and each letter in the folders that they named.

    Raises Misuse, before anything is checked, for a folder without letters.
    """
    return [file for path in paths for file in (_folder(path) if path != STDIN and os.path.isdir(path) else [path])]  # noqa: PTH112 - Path.is_dir raises for some paths


def _folder(path: str) -> list[str]:
    found = letters_under(Path(path))
    if not found:
        known = ", ".join(sorted(readers.SUFFIXES))
        raise Misuse(f"there are no letters in {path}. letterproof reads these files: {known}.")
    return [str(file) for file in found]


def _checked(paths: Iterable[str], settings: Settings, choice: checkers.Choice) -> Iterator[Result]:
    with closing(check_files([Path(path) for path in paths if path != STDIN], settings, choice)) as checked:
        for path in paths:
            yield from (_stdin(settings, choice) if path == STDIN else next(checked))


def _stdin(settings: Settings, choice: checkers.Choice) -> list[Result]:
    return [result_of(found, settings, choice) for found in _read_stdin(settings)]


def _read_stdin(settings: Settings) -> list[Letter | Unread]:
    content = b"" if sys.stdin is None else sys.stdin.buffer.read(settings.limits.file_bytes + 1)
    if not content.strip():
        return [Unread(STDIN, None, ReadError(ErrorCode.EMPTY, "Nothing came in on standard input. Pipe a letter in."))]
    return readers.read_bytes(content, STDIN, settings.limits)


def _letter(path: str, settings: Settings) -> Letter | Unread:
    """Return the one letter that the user named: a file, standard input, or an attachment (`mail.eml#name.docx`)."""
    if path == STDIN:
        return _read_stdin(settings)[0]
    mail, _, attachment = path.partition("#")
    if not attachment or os.path.exists(path):  # noqa: PTH110 - Path.exists raises for some paths
        return readers.read(Path(path), settings.limits)[0]
    message, *attached = readers.read(Path(mail), settings.limits)
    return next((one for one in attached if one.path == path), _not_attached(path, message, attached))


def _not_attached(path: str, message: Letter | Unread, attached: list[Letter | Unread]) -> Unread:
    if isinstance(message, Unread) and not attached:
        return message
    names = ", ".join(one.path for one in attached) or "none"
    return Unread(path, None, ReadError(ErrorCode.NOT_FOUND, f"There is no such attachment. Those that are letters: {names}."))


def _print_text(results: Iterable[Result]) -> list[Result]:
    shown: list[Result] = []
    for result in results:
        show(result, first=not shown)
        shown.append(result)
    if len(shown) > 1:
        show_total(shown)
    return shown


def _print_json(results: Iterable[Result]) -> list[Result]:
    every = list(results)
    print(json.dumps([r.model_dump(mode="json") for r in every], indent=2, ensure_ascii=False))
    return every


def _print_lines(results: Iterable[Result]) -> list[Result]:
    printed: list[Result] = []
    for result in results:
        print(result.model_dump_json(), flush=True)
        printed.append(result)
    return printed
