"""What a worker process does with one request: read the letters in it, judge them, and put the answer into JSON.

The answer is made where the letters are, so that nothing but bytes crosses to the server.
"""

from __future__ import annotations

import gc
import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict

import checkers
import readers
from flows.checking import NO_CHOICE, printable, result_of
from models.finding import ErrorCode, FileError, ReadError, Result
from models.letter import Letter, Part, Style, Unread
from models.settings import Settings
from reports.annotated import annotated

TEXT = "-"  # what stands for the path of a letter that came as text
_NOT_WORD = "Only Word documents (.docx) hold comments. Save the letter as .docx in the program that it was written in, and send that."
_IN_MEMORY = "/dev/shm"  # noqa: S108 - Linux holds this folder in memory
_EMPTY = "There is no text. Paste the letter, or choose its file."


class Task(StrEnum):
    """What is asked for."""

    CHECK = "check"
    REVIEW = "review"
    ANNOTATE = "annotate"


@dataclass(frozen=True, slots=True)
class Job:
    """A request: a file's bytes or a text, what stands for its path, and what the user chose."""

    task: Task
    content: bytes | str
    name: str = TEXT
    choice: checkers.Choice = NO_CHOICE


class Checked(BaseModel):
    """The results of all letters in a file: one, or one more for each letter attached to an e-mail."""

    results: list[Result]


class PassageOut(BaseModel):
    """A piece of the letter's text, and where on the page it stands."""

    model_config = ConfigDict(from_attributes=True)

    start: int
    end: int
    part: Part
    style: Style
    page: int | None


class ReviewedLetter(BaseModel):
    """A result with the text that its places count in. `can_annotate` tells that the file can be had with Word comments."""

    result: Result
    text: str | None = None
    passages: list[PassageOut] = []
    can_annotate: bool = False


class Review(BaseModel):
    """All letters in a file, to show them."""

    letters: list[ReviewedLetter]


Answer = bytes | FileError  # the error: of a document that was to be annotated, and cannot be
Worker = Callable[[Job | None], Answer]


def loader(settings: Settings) -> Callable[[], Worker]:
    """Return what a worker calls when it starts, to be given what it does with a job."""
    return partial(
        _load, {**dict(settings), "token": None}
    )  # the values alone: settings read from a file have a class that does not pickle


def _load(values: dict[str, Any]) -> Worker:
    if os.access(_IN_MEMORY, os.W_OK):
        tempfile.tempdir = _IN_MEMORY  # LibreOffice, which old Word documents need, works on files
    settings = Settings.model_construct(**values)
    checkers.check(readers.letter_from_text("Dear Mrs Khan\n\nThank you for your letter."), settings)  # loads all that was trained
    gc.freeze()  # what was loaded stays: no need to look through it for garbage in the middle of a letter
    return partial(answer, settings=settings)


def answer(job: Job | None, settings: Settings) -> Answer:
    """Return the JSON for a job, or the annotated document; nothing for none, which only asks whether the worker is there."""
    if job is None:
        return b""
    found = letters_of(job, settings)
    if job.task is Task.ANNOTATE:
        return _annotated(job, found[0], settings)
    results = [result_of(one, settings, job.choice) for one in found]
    return _json(job, results, found)


def failed(job: Job, error: ReadError) -> Answer:
    """Return what is answered for a job that failed as a whole."""
    if job.task is Task.ANNOTATE:
        return _said(error)
    return _json(job, [Result.unreadable(printable(job.name), _sha256(job.content), error)])


def letters_of(job: Job, settings: Settings) -> Sequence[Letter | Unread]:
    """Return the letters in a job, in the order in which results list them."""
    if isinstance(job.content, bytes):
        return readers.read_bytes(job.content, job.name, settings.limits)
    if len(job.content) > settings.limits.characters:
        return [Unread(job.name, _sha256(job.content), readers.too_long(settings.limits))]
    letter = readers.letter_from_text(job.content, job.name)
    return [letter] if letter.text else [Unread(job.name, letter.sha256, ReadError(ErrorCode.EMPTY, _EMPTY))]


def _sha256(content: bytes | str) -> str:
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def _annotated(job: Job, letter: Letter | Unread, settings: Settings) -> Answer:
    if isinstance(letter, Unread):
        return _said(letter.error)
    if isinstance(job.content, str) or not readers.is_docx(job.content):
        return FileError(code=ErrorCode.UNSUPPORTED, message=_NOT_WORD)
    try:
        return annotated(job.content, letter, result_of(letter, settings, job.choice))
    except ReadError as error:
        return _said(error)


def _said(error: ReadError) -> FileError:
    return FileError(code=error.code, message=error.message)


def _json(job: Job, results: Sequence[Result], found: Sequence[Letter | Unread] = ()) -> bytes:
    if job.task is Task.CHECK:
        return Checked(results=list(results)).model_dump_json().encode()
    if not found:
        return Review(letters=[ReviewedLetter(result=result) for result in results]).model_dump_json().encode()
    is_word = isinstance(job.content, bytes) and isinstance(found[0], Letter) and readers.is_docx(job.content)
    letters = [_reviewed(*each, can_annotate=is_word) for each in zip(results, found, strict=True)]
    return Review(letters=letters).model_dump_json().encode()


def _reviewed(result: Result, found: Letter | Unread, *, can_annotate: bool) -> ReviewedLetter:
    if isinstance(found, Unread):
        return ReviewedLetter(result=result)
    passages = [PassageOut.model_validate(passage) for passage in found.passages]
    return ReviewedLetter(result=result, text=found.text, passages=passages, can_annotate=can_annotate)
