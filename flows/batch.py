"""The work of a nightly run on a chunk of files, without Prefect: read, check what is new or changed, keep the results."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeVar

from flows.checking import printable
from flows.guarded import unchecked
from flows.kept import Judged
from flows.pool import Failure, Pool
from flows.sources import ChangedError, Content, Source, SourceFile
from flows.store import CheckedFile, Counts, Store
from models.finding import ErrorCode, ReadError, Result
from models.settings import Settings

_AT_ONCE = 64_000_000  # bytes of files that are held in memory at a time
_KNOWN = 20  # how many times as many files are in a chunk where most will not have changed
_LASTING = {ErrorCode.TOO_LARGE, ErrorCode.ENCRYPTED, ErrorCode.UNSUPPORTED, ErrorCode.CORRUPT}  # errors that are the content's own

JudgedBefore = Callable[[Collection[str]], Sequence[CheckedFile]]
Named = TypeVar("Named", Content, CheckedFile)


def _nobody(_files: int) -> None:
    """Tell nobody of progress."""


def _nothing(_contents: Collection[str]) -> Sequence[CheckedFile]:
    """Know of nothing that was judged before: there is no store to ask."""
    return ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a chunk's files: `checked` have new results; the others' names are here, of which some are left for the next run."""

    checked: list[CheckedFile]
    unchanged: list[str]
    left: list[str]


@dataclass(slots=True)
class _Found:
    """What became of the files that were looked at: names of those unchanged or left for the next run, and files to check or not read."""

    unchanged: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unread: list[CheckedFile] = field(default_factory=list)
    due: list[Content] = field(default_factory=list)


class Batch:
    """One run, begun in the store, over one source: what is known of it, and what is kept."""

    def __init__(self, store: Store, run: int, source: Source, settings: Settings) -> None:
        self._store = store
        self._run = run
        self._source = source
        self._settings = settings
        self._known = store.known(run)
        self._stamps = store.stamps(run)

    def chunks(self, files: Sequence[SourceFile]) -> Iterator[Chunk]:
        """Yield the files in chunks: those that are known in large ones, as most of them will not have changed."""
        known = [file for file in files if printable(file.path) in self._known]
        new = [file for file in files if printable(file.path) not in self._known]
        for some, size in ((known, self._settings.chunk * _KNOWN), (new, self._settings.chunk)):
            for start in range(0, len(some), size):
                yield self.chunk(some[start : start + size])

    def chunk(self, files: Sequence[SourceFile]) -> Chunk:
        """Return the files with all that checking them needs."""
        names = [printable(file.path) for file in files]
        known, stamps = ({name: told[name] for name in names if name in told} for told in (self._known, self._stamps))
        return Chunk(self._source, tuple(files), known, stamps, self._settings.limits.file_bytes, self._settings.settle_seconds)

    def judged(self, contents: Collection[str]) -> list[CheckedFile]:
        """Return files with these hashes that the run's rules have judged, under whatever path."""
        return self._store.judged(self._run, contents)

    def keep(self, done: Checked) -> Counts:
        """Keep what became of a chunk in one transaction, and return its counts.

        What was judged elsewhere, where nobody could ask the store, but was known under another path, counts as unchanged.
        """
        twins, own = told_apart([file for file in done.checked if file.origin is None and file.sha256 is not None], self.judged)
        checked = [file for file in done.checked if file.origin is not None or file.sha256 is None] + twins + own
        checked.sort(key=lambda file: file.path)
        failed = sum(file.failed for file in checked if file.origin is None)
        known = sum(file.origin is not None for file in checked)
        seen = len(checked) + len(done.unchanged) + len(done.left)
        unchanged = len(done.unchanged) + known
        counts = Counts(seen, len(checked) - known - failed, unchanged, failed, len(done.left))
        self._store.save(self._run, checked, counts, [*done.unchanged, *done.left])
        return counts

    def unreadable(self, files: Iterable[SourceFile]) -> int:
        """Return how many of the files hold no letter that could be read, in this run or in the one that last checked them."""
        return len(self._store.unreadable(self._run) & {printable(file.path) for file in files})


@dataclass(frozen=True)
class Chunk:
    """Some files, with all that checking them needs on any machine that reaches their source.

    `known` and `stamps` are the hashes and stamps of those that were checked before, by path. A file is `most` bytes at most, and was
    written at least `settle` seconds ago.
    """

    source: Source
    files: tuple[SourceFile, ...]
    known: Mapping[str, str]
    stamps: Mapping[str, str]
    most: int
    settle: float

    def check(self, pool: Pool[Content, Judged], done: Callable[[int], None] = _nobody, judged: JudgedBefore = _nothing) -> Checked:
        """Check the files that are new or changed.

        `done` is called with a number of files whenever so many are finished, for a progress bar. `judged` returns files with any of these
        hashes that were judged before: their content is not judged again. Raises SourceError where the source fails.
        """
        all_done = Checked([], [], [])
        now = time.time()
        for piece in _pieces(self.files):
            found = self._looked_at(piece, now)
            twins, due = told_apart(found.due, judged)
            done(len(piece) - len(due))
            all_done.unchanged.extend(found.unchanged)
            all_done.left.extend(found.left)
            all_done.checked.extend([*found.unread, *twins, *_checked(due, pool, done)])
        return all_done

    def _looked_at(self, piece: Sequence[SourceFile], now: float) -> _Found:
        """Read the files that may be new, as many at a time as the source allows."""
        found = _Found()
        if self.source.abreast == 1:
            for file in piece:
                self._look(file, now, found)
        else:
            with ThreadPoolExecutor(self.source.abreast) as threads:
                list(threads.map(lambda file: self._look(file, now, found), piece))
        return found

    def _look(self, file: SourceFile, now: float, found: _Found) -> None:
        """Put the file where it belongs."""
        name, stamp = printable(file.path), self._stamp(file)
        if stamp is not None and self.stamps.get(name) == stamp:
            found.unchanged.append(name)
            return
        if not file.is_settled(self.settle, now):
            found.left.append(name)
            return
        try:
            content = Content(name, self.source.read(file, self.most), stamp)
        except ChangedError:
            found.left.append(name)
        except ReadError as error:
            lasting = stamp if error.code in _LASTING else None
            found.unread.append(CheckedFile(name, None, (Result.unreadable(name, None, error),), stamp=lasting))
        else:
            if stamp is None and self.known.get(name) == content.sha256:  # with a new stamp, its row is due: it is its own twin
                found.unchanged.append(name)
            else:
                found.due.append(content)

    def _stamp(self, file: SourceFile) -> str | None:
        """Return what changes when the file does; of one that is too large to be read, its size is all that counts."""
        is_large = file.size is not None and file.size > self.most
        return f"{file.size} bytes" if file.stamp is None and is_large else file.stamp


def told_apart(due: Sequence[Named], judged: JudgedBefore) -> tuple[list[CheckedFile], list[Named]]:
    """Return the files whose content was judged under another path, with what was said of it then, and those whose was not.

    The ending of a name belongs to the content: a reader may doubt a file whose ending promises something else.
    """
    if not due:
        return [], []
    before = {(file.sha256, _ending(file.path)): file for file in judged({each.sha256 for each in due if each.sha256})}
    twins = [(each, before.get((each.sha256, _ending(each.path)))) for each in due]
    known = [file.moved(each.path, each.stamp) for each, file in twins if file is not None]
    return known, [each for each, file in twins if file is None]


def _checked(due: Sequence[Content], pool: Pool[Content, Judged], done: Callable[[int], None]) -> Iterator[CheckedFile]:
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
