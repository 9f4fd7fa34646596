"""The work of a nightly run on a chunk of files, without Prefect: hash, check what is new or changed, keep the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePath

from flows.checking import printable
from flows.guarded import sha256_of, unchecked
from flows.kept import Judged
from flows.pool import Failure, Pool
from flows.store import CheckedFile, Counts, Store
from models.finding import ErrorCode, ReadError, Result
from models.letter import KeptText


class Batch:
    """One run, begun in the store, over one archive."""

    def __init__(self, store: Store, run: int, archive: Path) -> None:
        self._store = store
        self._run = run
        self._archive = archive
        self._known = store.known(run)

    def check(self, chunk: Sequence[Path], pool: Pool[Path, Judged], done: Callable[[int], None]) -> Counts:
        """Check the files of the chunk that are new or changed, keep their results in one transaction, and return the counts.

        `done` is called with a number of files whenever so many are finished, for a progress bar.
        """
        unchanged: list[str] = []
        unread: list[CheckedFile] = []
        due: list[tuple[Path, str]] = []
        for path in chunk:
            try:
                sha256 = sha256_of(path)
            except OSError as error:
                unread.append(self._file(path, None, [Result.unreadable("", None, _unopened(error))]))
                continue
            if self._known.get(self._name(path)) == sha256:
                unchanged.append(self._name(path))
            else:
                due.append((path, sha256))
        known, due = self._told_apart(due)
        done(len(chunk) - len(due))
        checked = sorted([*unread, *self._checked(due, pool, done)], key=lambda file: file.path)
        failed = sum(file.failed for file in checked)
        counts = Counts(seen=len(chunk), checked=len(checked) - failed, unchanged=len(unchanged) + len(known), failed=failed)
        self._store.save(self._run, [*checked, *known], counts, unchanged)
        return counts

    def unreadable(self, paths: Iterable[Path]) -> int:
        """Return how many of the files hold no letter that could be read, in this run or in the one that last checked them."""
        return len(self._store.unreadable(self._run) & {self._name(path) for path in paths})

    def _told_apart(self, due: Sequence[tuple[Path, str]]) -> tuple[list[CheckedFile], list[tuple[Path, str]]]:
        """Return the files whose content was judged under another path, with what was said of it then, and those that are due.

        The ending of a name belongs to the content: a reader may doubt a file whose ending promises something else.
        """
        judged = {(file.sha256, _ending(file.path)): file for file in self._store.judged(self._run, {sha256 for _, sha256 in due})}
        twin = {path: judged.get((sha256, _ending(path.name))) for path, sha256 in due}
        known = [file.moved(self._name(path)) for path, file in twin.items() if file is not None]
        return known, [(path, sha256) for path, sha256 in due if twin[path] is None]

    def _checked(self, due: Sequence[tuple[Path, str]], pool: Pool[Path, Judged], done: Callable[[int], None]) -> Iterator[CheckedFile]:
        for number, outcome in pool.run([path for path, _ in due]):
            path, sha256 = due[number]
            if isinstance(outcome, Failure):
                yield self._file(path, sha256, [Result.unreadable("", sha256, unchecked(outcome))])
            else:
                yield self._file(path, sha256, outcome.results, outcome.text)
            done(1)

    def _name(self, path: Path) -> str:
        return printable(path.relative_to(self._archive).as_posix())

    def _file(self, path: Path, sha256: str | None, results: list[Result], text: KeptText | None = None) -> CheckedFile:
        """Return the file's results with paths relative to the archive, an attachment's name kept after them."""
        return CheckedFile(printable(str(path)), sha256, tuple(results), text).moved(self._name(path))


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower()


def _unopened(error: OSError) -> ReadError:
    if isinstance(error, FileNotFoundError):
        return ReadError(ErrorCode.NOT_FOUND, "The file was gone when its turn came. Run the check again if it should be there.")
    reason = error.strerror or type(error).__name__
    return ReadError(ErrorCode.NOT_FOUND, f"The file could not be opened ({reason}). Let the account that runs letterproof read it.")
