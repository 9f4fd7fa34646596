"""Worker processes that may hang or die at the cost of one job.

The standard library's process pool gives up all its work when one worker dies, and cannot stop one that hangs.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from flows.limits import memory_limit

Job = TypeVar("Job")
Answer = TypeVar("Answer")

RENEW = 1000  # jobs after which a worker is replaced, so that memory that libraries do not give back is
START_SECONDS = 180  # loading the language pipeline takes seconds; a slow disk may take a minute
_SPAWN = multiprocessing.get_context("spawn")


class Cause(StrEnum):
    """Why a job gave no answer."""

    SLOW = "slow"
    LARGE = "large"
    DIED = "died"
    RAISED = "raised"


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that gave no answer. `detail` names an exception and its line of program, never its message: that may quote a letter."""

    cause: Cause
    detail: str = ""


class PoolError(Exception):
    """Workers that cannot start. The message says why."""


class Pool(Generic[Job, Answer]):
    """Up to `workers` processes, started when first needed, that do jobs with what `load()` returned in each of them.

    `load`, jobs and answers must pickle. A job that takes more than `seconds`, or more than `memory` bytes beyond what its worker has
    (which Linux alone can tell), is ended with its worker, and another worker starts.
    """

    def __init__(self, load: Callable[[], Callable[[Job], Answer]], workers: int, seconds: float, memory: int) -> None:
        self._start = partial(_Worker, load, memory)
        self._size = workers
        self._seconds = seconds
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Answer | Failure]]:
        """Yield each job's place in `jobs` with its answer or its failure, as they come in.

        Raises PoolError where a worker cannot start.
        """
        waiting = deque(enumerate(jobs))
        while waiting or any(worker.job is not None for worker in self._workers):
            self._staff(len(waiting))
            for worker in self._workers:
                if waiting and worker.idle:
                    worker.give(*waiting.popleft(), self._seconds)
            for worker in self._awaited():
                job = worker.job
                outcome = worker.outcome()
                broken = isinstance(outcome, Failure) and outcome.cause is not Cause.RAISED
                if broken or worker.jobs >= RENEW:
                    worker.end()
                    self._workers.remove(worker)
                if job is not None:
                    yield job, outcome
                elif isinstance(outcome, Failure):
                    raise PoolError(f"A worker process could not start ({outcome.cause}{outcome.detail and ': ' + outcome.detail}).")

    def _staff(self, waiting: int) -> None:
        free = sum(worker.job is None for worker in self._workers)
        for _ in range(min(self._size - len(self._workers), waiting - free)):
            self._workers.append(self._start())

    def _awaited(self) -> list[_Worker]:
        """Return the workers that have spoken, died or run out of time, after waiting for the first of them."""
        busy = [worker for worker in self._workers if not worker.idle]
        pause = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        ready = wait([worker.connection for worker in busy], pause)
        now = time.monotonic()
        return [worker for worker in busy if worker.connection in ready or worker.deadline <= now]


class _Worker:
    """One process. Its first message says that it is ready, each later one answers a job."""

    def __init__(self, load: Callable[[], Callable[[Any], Any]], memory: int) -> None:
        self.connection, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_work, args=(theirs, load, memory), daemon=True)
        self.process.start()
        theirs.close()  # so that the pipe ends when the process does
        self.idle = False
        self.job: int | None = None
        self.jobs = 0
        self.deadline = time.monotonic() + START_SECONDS

    def give(self, number: int, job: object, seconds: float) -> None:
        self.idle = False
        self.job = number
        self.jobs += 1
        self.deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):  # it died while idle: the pipe says so again when its outcome is asked for
            self.connection.send(job)

    def outcome(self) -> Any:
        """Return what the worker said, or why it says nothing; it is idle again."""
        self.idle, self.job = True, None
        if not self.connection.poll():
            return Failure(Cause.SLOW)
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return Failure(Cause.DIED)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _work(connection: Connection, load: Callable[[], Callable[[Any], Any]], memory: int) -> None:
    """Load once, then answer jobs until the other end closes."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # they end the batch, and the batch ends its workers
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _silence()
    try:
        do = load()
    except Exception as error:  # noqa: BLE001 - whatever it is, the batch must hear of it
        connection.send(Failure(Cause.DIED, f"{type(error).__name__}: {error}"))
        return
    connection.send(None)
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(_answer(do, job, memory))


def _answer(do: Callable[[Any], Any], job: object, memory: int) -> Any:
    try:
        with memory_limit(memory):
            return do(job)
    except Exception as error:  # noqa: BLE001 - one letter's fault must not cost the others
        return failure_of(error)


def failure_of(error: Exception) -> Failure:
    """Return what is said of a job that raised this."""
    if isinstance(error, MemoryError):
        return Failure(Cause.LARGE)
    last = traceback.extract_tb(error.__traceback__)[-1]
    return Failure(Cause.RAISED, f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}")


def _end_with_parent() -> None:
    """End in the middle of a job, too, when the batch was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _silence() -> None:
    """Send what libraries print to nowhere: it would break the progress bar, and it may quote a letter."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
