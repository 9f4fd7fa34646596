"""Checking files under the limits on time and memory, so that a bad one costs its own result and no other."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import checkers
import readers
from flows.checking import NO_CHOICE, check_file, printable
from flows.kept import Judged, judged
from flows.limits import OutOfTime, memory_limit, time_limit
from flows.pool import Cause, Failure, Pool, failure_of
from flows.sources import Content
from models.finding import ErrorCode, ReadError, Result
from models.settings import Limits, Settings

FEW = 50  # files that are checked about as soon as workers have started
Checker = Callable[[Path], list[Result]]
Outcome = TypeVar("Outcome")


def check_files(paths: Sequence[Path], settings: Settings, choice: checkers.Choice = NO_CHOICE) -> Generator[list[Result], None, None]:
    """Yield each file's results, in the order of `paths`. A file that breaks a limit, or the program, gives a Result with the error.

    A few files are checked in this process, more of them in workers, on all processors. Raises PoolError where workers cannot start.
    """
    if len(paths) <= FEW:
        for path in paths:
            yield _alone(path, settings, choice)
        return
    with worker_pool(settings, choice) as pool:
        for path, outcome in zip(paths, _in_order(pool.run(paths)), strict=True):
            yield _failed(path, outcome) if isinstance(outcome, Failure) else outcome


def worker_pool(settings: Settings, choice: checkers.Choice = NO_CHOICE) -> Pool[Path, list[Result]]:
    """Return workers that check files, held to the limits of the settings."""
    return Pool(loader(settings, choice), settings.workers or os.cpu_count() or 1, *_limits(settings))


def batch_pool(settings: Settings) -> Pool[Content, Judged]:
    """Return workers that check files for the store, as they were read, held to the limits of the settings."""
    return Pool(batch_loader(settings), settings.workers or os.cpu_count() or 1, *_limits(settings))


def loader(settings: Settings, choice: checkers.Choice = NO_CHOICE) -> Callable[[], Checker]:
    """Return what a worker calls when it starts, to be given what it does with a file."""
    return partial(_load, dict(settings), choice)  # the values alone: settings read from a file have a class that does not pickle


def batch_loader(settings: Settings) -> Callable[[], Callable[[Content], Judged]]:
    """Return what a worker of the batch calls when it starts, to be given what it does with a file."""
    return partial(_load_for_batch, dict(settings))


def _limits(settings: Settings) -> tuple[float, int]:
    return settings.limits.seconds, settings.limits.memory_bytes


def _load_for_batch(values: dict[str, Any]) -> Callable[[Content], Judged]:
    return partial(_judge, Settings.model_construct(**values))


def _judge(settings: Settings, content: Content) -> Judged:
    return judged(content.path, readers.read_bytes(content.data, content.path, settings.limits), settings)


def _load(values: dict[str, Any], choice: checkers.Choice) -> Checker:
    return partial(check_file, settings=Settings.model_construct(**values), choice=choice)


def unchecked(failure: Failure) -> ReadError:
    """Return what is said of a file whose checking failed."""
    if failure.cause is Cause.SLOW:
        message = "Checking this file took longer than the time limit. Check it by hand, or raise limits.seconds in the settings."
        return ReadError(ErrorCode.TOO_SLOW, message)
    if failure.cause is Cause.LARGE:
        message = "Checking this file took more memory than the limit. Check it by hand, or raise limits.memory_bytes in the settings."
        return ReadError(ErrorCode.TOO_LARGE, message)
    if failure.cause is Cause.DIED:
        message = "The program that read this file stopped suddenly. The file may be damaged: save it anew, or check it by hand."
        return ReadError(ErrorCode.CORRUPT, message)
    message = f"letterproof failed on this file ({failure.detail}). Check it by hand, and report the words in brackets to its makers."
    return ReadError(ErrorCode.CORRUPT, message)


def sha256_of(path: Path) -> str:
    """Return the hash of a file's content. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def within_limits(work: Callable[[], Outcome], limits: Limits) -> Outcome | Failure:
    """Return what `work` on one letter returns, done in this process, or how it failed. Raises ReadError where `work` does."""
    try:
        with time_limit(limits.seconds), memory_limit(limits.memory_bytes):
            return work()
    except ReadError:
        raise
    except OutOfTime:
        return Failure(Cause.SLOW)
    except Exception as error:  # noqa: BLE001 - one letter's fault must not cost the others
        return failure_of(error)


def _alone(path: Path, settings: Settings, choice: checkers.Choice) -> list[Result]:
    outcome = within_limits(partial(check_file, path, settings, choice), settings.limits)
    return _failed(path, outcome) if isinstance(outcome, Failure) else outcome


def _failed(path: Path, failure: Failure) -> list[Result]:
    sha256 = None
    with contextlib.suppress(OSError):
        sha256 = sha256_of(path)
    return [Result.unreadable(printable(str(path)), sha256, unchecked(failure))]


def _in_order(outcomes: Iterable[tuple[int, Outcome]]) -> Iterator[Outcome]:
    """Put numbered outcomes, of which every number from 0 comes once, in order."""
    early: dict[int, Outcome] = {}
    due = 0
    for number, outcome in outcomes:
        early[number] = outcome
        while due in early:
            yield early.pop(due)
            due += 1
