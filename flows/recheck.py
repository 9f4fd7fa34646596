"""Judging again, after new rules, what a store holds: from the text that is kept, or else from the files where they were."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice
from typing import Any

import readers
from flows.archive import MiscountError
from flows.checking import reading_in_force, result_of, rules_in_force
from flows.guarded import unchecked
from flows.kept import Judged, judged, unpack
from flows.pool import Failure, Pool
from flows.sources import ChangedError, NoSourceError, Source, SourceError, SourceFile, open_source
from flows.store import Change, CheckedFile, Counts, Store, StoreError, Task
from models.finding import ReadError, Result
from models.letter import KeptText
from models.settings import Settings

Done = Callable[[int, int], None]


@dataclass(slots=True)
class Report:
    """What a recheck did, in files: `due == checked + len(left)`. `left` are those that could not be judged again, by their whole path."""

    due: int = 0
    checked: int = 0
    left: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Job:
    """A file to be judged again: where it was, what it was, and what was read in it, where that is kept."""

    archive: str
    path: str
    sha256: str
    text: KeptText | None


def recheck(store: Store, settings: Settings, done: Done) -> Report:
    """Judge again every letter in the store that other rules or settings have judged, and keep the new judgements beside the old.

    A file that is not there any more, and of which no text is kept, keeps its judgement. `done` is told how many files of an archive are
    done, and how many there are to do. Raises StoreError, PoolError where workers cannot start, and MiscountError.
    """
    began = time.monotonic()
    report = Report()
    limits = settings.limits
    with Pool(partial(_load, dict(settings)), settings.workers or os.cpu_count() or 1, limits.seconds, limits.memory_bytes) as pool:
        for source in store.sources():
            run = store.start_run(source, rules_in_force(settings), Task.RECHECK)
            try:
                _Archive(store, run, source, pool, report).judge(settings.chunk, done)
            except BaseException as error:
                with contextlib.suppress(StoreError):  # where the store itself has failed, its own error is the one to show
                    store.end_run(run, failed=True, reason=type(error).__name__)
                raise
            store.end_run(run)
            report.changes += store.changes(run)
    if report.due != report.checked + len(report.left):
        said = f"{report.due} files, {report.checked} checked, {len(report.left)} left"
        raise MiscountError(f"The numbers do not add up: {said}. Report this to the makers of letterproof.")
    report.seconds = time.monotonic() - began
    return report


@dataclass(frozen=True, slots=True)
class _Archive:
    """The recheck of what is kept of one archive."""

    store: Store
    run: int
    source: str
    pool: Pool[_Job, Judged | None]
    report: Report

    def judge(self, at_once: int, done: Done) -> None:
        """Judge all that is due, and keep it a chunk at a time."""
        due = self.store.outdated(self.run)
        self.report.due += len(due)
        paths, finished = iter(due), 0
        while chunk := list(islice(paths, at_once)):
            texts = self.store.kept_texts(self.run, chunk)
            checked = self._judged([_Job(self.source, path, due[path], texts.get(path)) for path in chunk])
            left = sorted(set(chunk) - {file.path for file in checked})
            failed = len(left) + sum(file.failed for file in checked)
            self.store.save(self.run, checked, Counts(seen=len(chunk), checked=len(chunk) - failed, failed=failed), left)
            self.report.checked += len(checked)
            self.report.left += [f"{self.source}/{path}" for path in left]
            finished += len(chunk)
            done(finished, len(due))

    def _judged(self, jobs: Sequence[_Job]) -> list[CheckedFile]:
        outcomes = [(jobs[number], outcome) for number, outcome in self.pool.run(jobs)]
        return [_file(job, outcome) for job, outcome in outcomes if outcome is not None]


def _file(job: _Job, outcome: Judged | Failure) -> CheckedFile:
    if isinstance(outcome, Failure):
        return CheckedFile(job.path, job.sha256, (Result.unreadable(job.path, job.sha256, unchecked(outcome)),), job.text)
    return CheckedFile(job.path, job.sha256, tuple(outcome.results), outcome.text)


def _load(values: dict[str, Any]) -> Callable[[_Job], Judged | None]:
    return partial(_judge, Settings.model_construct(**values))


def _judge(settings: Settings, job: _Job) -> Judged | None:
    """Judge a file from its kept text, or anew where other readers read that and the file is still there; None where neither is."""
    kept = job.text
    if kept is None or kept.reading != reading_in_force(settings):
        content = _content(job, settings)
        if content is not None:
            return judged(job.path, readers.read_bytes(content, job.path, settings.limits), settings)
        if kept is None:
            return None
    return Judged([result_of(one, settings) for one in unpack(job.path, kept.content)], kept)


def _content(job: _Job, settings: Settings) -> bytes | None:
    """Return the file's content, or None where it is not there, or is not what it was: that is for the nightly run to judge."""
    try:
        content = _source(job.archive).read(SourceFile(job.path), settings.limits.file_bytes)
    except (ChangedError, NoSourceError, ReadError, SourceError, ValueError):
        return None
    return content if hashlib.sha256(content).hexdigest() == job.sha256 else None


@cache
def _source(archive: str) -> Source:
    return open_source(archive)
