"""`letterproof annotate`: a draft for Word, with what was found in it as comments."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import readers
from app.checking import choice_of, settings_of, status_of
from app.exits import Exit, Misuse
from app.show import shown_path
from flows.checking import printable, result_of
from flows.guarded import unchecked, within_limits
from flows.pool import Failure
from models.finding import ReadError
from models.letter import Letter, Unread
from models.settings import Settings
from models.words import VERDICTS, tally
from reports.annotated import annotated
from reports.files import ReportError, in_place

_Outcome = TypeVar("_Outcome")
_ENDING = "-checked"
_NOT_WORD = (
    "is not a Word document, and only these hold comments. Save it as .docx in the program that it was written in and annotate that, "
    "or use letterproof check."
)


def annotate(chosen: argparse.Namespace) -> int:
    """Write the annotated copy of the draft that the user named, and return the exit status that `check` has for the draft."""
    draft: Path = chosen.path
    settings = settings_of(chosen)
    try:
        content, letter = _read(draft, settings)
        out: Path = chosen.out or draft.with_name(f"{draft.stem}{_ENDING}{draft.suffix}")
        _spare(out, draft, overwrite=chosen.overwrite)
        result = _within_limits(partial(result_of, letter, settings, choice_of(chosen)), settings)
        _write(_within_limits(partial(annotated, content, letter, result), settings), out, draft, content)
    except ReadError as error:
        print(f"letterproof: {shown_path(printable(str(draft)))}: {error.message}", file=sys.stderr)
        return Exit.UNREADABLE
    except ReportError as error:
        print(f"letterproof: {error}", file=sys.stderr)
        return Exit.UNFINISHED
    print(f"{shown_path(printable(str(out)))}: {tally(result) or VERDICTS[result.verdict].lower()}")
    return status_of([result])


def _read(draft: Path, settings: Settings) -> tuple[bytes, Letter]:
    content = readers.content_of(draft, settings.limits)
    letter, *_ = _within_limits(partial(readers.read_bytes, content, str(draft), settings.limits), settings)
    if isinstance(letter, Unread):
        raise letter.error
    if not readers.is_docx(content):
        raise Misuse(f"{draft} {_NOT_WORD}")
    return content, letter


def _within_limits(work: Callable[[], _Outcome], settings: Settings) -> _Outcome:
    outcome = within_limits(work, settings.limits)
    if isinstance(outcome, Failure):
        raise unchecked(outcome)
    return outcome


def _spare(out: Path, draft: Path, *, overwrite: bool) -> None:
    """Raise Misuse where writing to `out` could lose something, or make a file that Word does not open."""
    if out.suffix.lower() != draft.suffix.lower():
        raise Misuse(f"{out} must end as {draft} does, or Word will not open it. Name another file with --out.")
    if out.exists() and not out.samefile(draft) and not overwrite:
        raise Misuse(f"{out} is there already. Name another file with --out, or add --overwrite.")


def _write(copy: bytes, out: Path, draft: Path, content: bytes) -> None:
    """Put the copy in place, as well guarded as what stands there or as the draft."""
    real = out.resolve()  # what a link leads to is written, and the link stays
    with in_place(real) as beside:
        beside.touch(mode=0o600)
        beside.write_bytes(copy)
        shutil.copymode(real if real.exists() else draft, beside)
        if draft.read_bytes() != content:
            raise ReportError(f"{draft} was saved anew while it was checked. Annotate it again.")
