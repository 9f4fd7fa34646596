"""The work of a nightly run on a chunk of files, without Prefect: hash, check what is new or changed, keep the results."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flows.checking import check_file, printable
from flows.pool import Cause, Failure, Pool
from flows.store import CheckedFile, Counts, Store
from models.finding import ErrorCode, ReadError, Result, Verdict
from models.settings import Settings

Checker = Callable[[Path], list[Result]]


def loader(settings: Settings) -> Callable[[], Checker]:
    """Return what a worker calls when it starts, to be given what it does with a file."""
    return partial(_load, dict(settings))  # the values alone: settings read from a file have a class of their own, which does not pickle


def _load(values: dict[str, Any]) -> Checker:
    return partial(check_file, settings=Settings.model_construct(**values))


class Batch:
    """One run, begun in the store, over one archive."""

    def __init__(self, store: Store, run: int, archive: Path) -> None:
        self._store = store
        self._run = run
        self._archive = archive
        self._known = store.known(run)

    def check(self, chunk: Sequence[Path], pool: Pool[Path, list[Result]], done: Callable[[int], None]) -> Counts:
        """Check the files of the chunk that are new or changed, keep their results in one transaction, and return the counts.

        `done` is called with a number of files whenever so many are finished, for a progress bar.
        """
        unchanged = 0
        unread: list[CheckedFile] = []
        due: list[tuple[Path, str]] = []
        for path in chunk:
            try:
                sha256 = _sha256(path)
            except OSError as error:
                unread.append(self._file(path, None, [Result.unreadable("", None, _unopened(error))]))
                continue
            if self._known.get(self._name(path)) == sha256:
                unchanged += 1
            else:
                due.append((path, sha256))
        done(len(chunk) - len(due))
        checked = sorted([*unread, *self._checked(due, pool, done)], key=lambda file: file.path)
        failed = sum(all(result.verdict is Verdict.UNREADABLE for result in file.results) for file in checked)
        counts = Counts(seen=len(chunk), checked=len(checked) - failed, unchanged=unchanged, failed=failed)
        self._store.save(self._run, checked, counts)
        return counts

    def _checked(
        self, due: Sequence[tuple[Path, str]], pool: Pool[Path, list[Result]], done: Callable[[int], None]
    ) -> Iterator[CheckedFile]:
        for number, outcome in pool.run([path for path, _ in due]):
            path, sha256 = due[number]
            if isinstance(outcome, Failure):
                yield self._file(path, sha256, [Result.unreadable("", sha256, _unchecked(outcome))])
            else:
                yield self._file(path, sha256, outcome)
            done(1)

    def _name(self, path: Path) -> str:
        return printable(path.relative_to(self._archive).as_posix())

    def _file(self, path: Path, sha256: str | None, results: list[Result]) -> CheckedFile:
        """Return the file's results with paths relative to the archive, an attachment's name kept after them."""
        name, full = self._name(path), printable(str(path))
        renamed = (result.model_copy(update={"path": name + result.path.removeprefix(full)}) for result in results)
        return CheckedFile(name, sha256, tuple(renamed))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unopened(error: OSError) -> ReadError:
    if isinstance(error, FileNotFoundError):
        return ReadError(ErrorCode.NOT_FOUND, "The file was gone when its turn came. Run the check again if it should be there.")
    reason = error.strerror or type(error).__name__
    return ReadError(ErrorCode.NOT_FOUND, f"The file could not be opened ({reason}). Let the account that runs letterproof read it.")


def _unchecked(failure: Failure) -> ReadError:
    if failure.cause is Cause.SLOW:
        message = "Checking this file took longer than the time limit. Check it by hand, or raise limits.seconds in the settings."
        return ReadError(ErrorCode.TOO_SLOW, message)
    if failure.cause is Cause.DIED:
        message = "The program that read this file stopped suddenly. The file may be damaged: save it anew, or check it by hand."
        return ReadError(ErrorCode.CORRUPT, message)
    message = f"letterproof failed on this file ({failure.detail}). Check it by hand, and report the words in brackets to its makers."
    return ReadError(ErrorCode.CORRUPT, message)
