"""The work of a nightly run on a chunk of files, without Prefect: read, check what is new or changed, keep the results."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePath

from flows.checking import printable
from flows.guarded import unchecked
from flows.kept import Judged
from flows.pool import Failure, Pool
from flows.sources import ChangedError, Content, Source, SourceFile
from flows.store import CheckedFile, Counts, Store
from models.finding import ErrorCode, ReadError, Result
from models.settings import Settings

_AT_ONCE = 64_000_000  # bytes of files that are held in memory at a time
_LASTING = {ErrorCode.TOO_LARGE, ErrorCode.ENCRYPTED, ErrorCode.UNSUPPORTED, ErrorCode.CORRUPT}  # errors that are the content's own


@dataclass(slots=True)
class _Found:
    """What became of the files that were looked at: names of those unchanged or left for the next run, and files to check or not read."""

    unchanged: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unread: list[CheckedFile] = field(default_factory=list)
    due: list[Content] = field(default_factory=list)


class Batch:
    """One run, begun in the store, over one source. `clock` tells the time in seconds since 1970."""

    def __init__(self, store: Store, run: int, source: Source, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._run = run
        self._source = source
        self._most = settings.limits.file_bytes
        self._settle = settings.settle_seconds
        self._clock = clock
        self._known = store.known(run)
        self._stamps = store.stamps(run)

    def check(self, chunk: Sequence[SourceFile], pool: Pool[Content, Judged], done: Callable[[int], None]) -> Counts:
        """Check the files of the chunk that are new or changed, keep their results in one transaction, and return the counts.

        `done` is called with a number of files whenever so many are finished, for a progress bar. Raises SourceError where the source
        fails; then nothing of the chunk is kept.
        """
        others: list[str] = []
        known: list[CheckedFile] = []
        checked: list[CheckedFile] = []
        left = 0
        for piece in _pieces(chunk):
            found = self._looked_at(piece)
            twins, due = self._told_apart(found.due)
            done(len(piece) - len(due))
            others += [*found.unchanged, *found.left]
            left += len(found.left)
            known += twins
            checked += [*found.unread, *self._checked(due, pool, done)]
        checked.sort(key=lambda file: file.path)
        failed = sum(file.failed for file in checked)
        unchanged = len(others) - left + len(known)
        counts = Counts(seen=len(chunk), checked=len(checked) - failed, unchanged=unchanged, failed=failed, left=left)
        self._store.save(self._run, [*checked, *known], counts, others)
        return counts

    def unreadable(self, files: Iterable[SourceFile]) -> int:
        """Return how many of the files hold no letter that could be read, in this run or in the one that last checked them."""
        return len(self._store.unreadable(self._run) & {printable(file.path) for file in files})

    def _looked_at(self, piece: Sequence[SourceFile]) -> _Found:
        """Read the files that may be new, as many at a time as the source allows."""
        found = _Found()
        if self._source.abreast == 1:
            for file in piece:
                self._look(file, found)
        else:
            with ThreadPoolExecutor(self._source.abreast) as threads:
                list(threads.map(lambda file: self._look(file, found), piece))
        return found

    def _look(self, file: SourceFile, found: _Found) -> None:
        """Put the file where it belongs."""
        name, stamp = printable(file.path), self._stamp(file)
        if stamp is not None and self._stamps.get(name) == stamp:
            found.unchanged.append(name)
            return
        if not file.is_settled(self._settle, self._clock()):
            found.left.append(name)
            return
        try:
            content = Content(name, self._source.read(file, self._most), stamp)
        except ChangedError:
            found.left.append(name)
        except ReadError as error:
            lasting = stamp if error.code in _LASTING else None
            found.unread.append(CheckedFile(name, None, (Result.unreadable(name, None, error),), stamp=lasting))
        else:
            if stamp is None and self._known.get(name) == content.sha256:  # with a new stamp, its row is due: it is its own twin
                found.unchanged.append(name)
            else:
                found.due.append(content)

    def _stamp(self, file: SourceFile) -> str | None:
        """Return what changes when the file does; of one that is too large to be read, its size is all that counts."""
        is_large = file.size is not None and file.size > self._most
        return f"{file.size} bytes" if file.stamp is None and is_large else file.stamp

    def _told_apart(self, due: Sequence[Content]) -> tuple[list[CheckedFile], list[Content]]:
        """Return the files whose content was judged under another path, with what was said of it then, and those that are due.

        The ending of a name belongs to the content: a reader may doubt a file whose ending promises something else.
        """
        judged = {(file.sha256, _ending(file.path)): file for file in self._store.judged(self._run, {each.sha256 for each in due})}
        twins = [(each, judged.get((each.sha256, _ending(each.path)))) for each in due]
        known = [file.moved(each.path, each.stamp) for each, file in twins if file is not None]
        return known, [each for each, file in twins if file is None]

    def _checked(self, due: Sequence[Content], pool: Pool[Content, Judged], done: Callable[[int], None]) -> Iterator[CheckedFile]:
        for number, outcome in pool.run(due):
            path, sha256, stamp = due[number].path, due[number].sha256, due[number].stamp
            if isinstance(outcome, Failure):
                yield CheckedFile(path, sha256, (Result.unreadable(path, sha256, unchecked(outcome)),), stamp=stamp)
            else:
                yield CheckedFile(path, sha256, tuple(outcome.results), outcome.text, stamp=stamp)
            done(1)


def _pieces(chunk: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    """Yield the chunk in pieces of which each fits into memory."""
    piece: list[SourceFile] = []
    size = 0
    for file in chunk:
        if piece and size + (file.size or 0) > _AT_ONCE:
            yield piece
            piece, size = [], 0
        piece.append(file)
        size += file.size or 0
    if piece:
        yield piece


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower()
