"""Worker processes that may hang or die at the cost of one job.

The standard library's process pool gives up all its work when one worker dies, and cannot stop one that hangs.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from flows.limits import memory_limit, resident

Job = TypeVar("Job")
Answer = TypeVar("Answer")

RENEW = 1000  # jobs after which a worker is replaced, so that memory that libraries do not give back is
RENEW_BYTES = 300_000_000  # growth, beyond what a worker has when it has loaded, after which it is replaced
START_SECONDS = 180  # loading the language pipeline takes seconds; a slow disk may take a minute
_CLOSED = "The workers were ended while they had work to do."
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
    (which Linux alone can tell), is ended with its worker, and another worker starts. A job whose worker dies is tried once more. Several
    threads may run jobs at once: these wait in one queue, so that no worker is idle at the end of one's jobs while another's wait.
    """

    def __init__(self, load: Callable[[], Callable[[Job], Answer]], workers: int, seconds: float, memory: int) -> None:
        self._start = partial(_Worker, load, memory)
        self._seconds = seconds
        self._seats = ThreadPoolExecutor(workers, "letterproof-seat")  # a thread for each worker, which watches over its job
        self._lock = threading.Lock()
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.process.kill()
        self._seats.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Answer | Failure]]:
        """Yield each job's place in `jobs` with its answer or its failure, as they come in.

        Raises PoolError where a worker cannot start, or the pool is closed meanwhile.
        """
        try:
            numbers = {self._seats.submit(self._outcome, job): number for number, job in enumerate(jobs)}
        except RuntimeError as error:
            raise PoolError(_CLOSED) from error
        done: SimpleQueue[Future[Answer | Failure]] = SimpleQueue()  # as_completed never hears of what a shutdown cancels
        for outcome in numbers:
            outcome.add_done_callback(done.put)
        try:
            while numbers:
                outcome = done.get()
                yield numbers.pop(outcome), outcome.result()
        except CancelledError as error:
            raise PoolError(_CLOSED) from error
        finally:
            for waiting in list(numbers):
                waiting.cancel()

    @property
    def processes(self) -> list[int]:
        """The ids of the workers' processes."""
        with self._lock:
            return [worker.process.pid for worker in self._workers if worker.process.pid is not None]

    def _outcome(self, job: Job) -> Answer | Failure:
        outcome = self._tried(job)
        if isinstance(outcome, Failure) and outcome.cause is Cause.DIED:
            return self._tried(job)  # once more: the system, or a person, may have ended the worker for no fault of the job
        return outcome

    def _tried(self, job: Job) -> Answer | Failure:
        worker = self._taken()
        outcome: Answer | Failure = worker.outcome(job, self._seconds)
        broken = isinstance(outcome, Failure) and outcome.cause is not Cause.RAISED
        with self._lock:
            if self._closed:  # the worker was killed, and the job is not to blame
                raise PoolError(_CLOSED)
            if not broken and not worker.worn:
                self._idle.append(worker)
                return outcome
            self._workers.remove(worker)
        worker.end()
        return outcome

    def _taken(self) -> _Worker:
        """Return a worker that is ready: an idle one, or else a new one, of which there are never more than threads."""
        with self._lock:
            if self._closed:
                raise PoolError(_CLOSED)
            if self._idle:
                return self._idle.pop()
            worker = self._start()
            self._workers.add(worker)
        failure = worker.await_ready()
        if failure is None:
            return worker
        with self._lock:
            self._workers.discard(worker)
        worker.end()
        raise PoolError(f"A worker process could not start ({failure.cause}{failure.detail and ': ' + failure.detail}).")


class _Worker:
    """One process. Its first message says that it is ready, each later one answers a job."""

    def __init__(self, load: Callable[[], Callable[[Any], Any]], memory: int) -> None:
        self._connection, theirs = _SPAWN.Pipe()
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a worker is to keep to its own processor
        self.process = _SPAWN.Process(target=_work, args=(theirs, load, memory), daemon=True)
        self.process.start()
        theirs.close()  # so that the pipe ends when the process does
        self._jobs = 0
        self._loaded: int | None = None

    def await_ready(self) -> Failure | None:
        """Return None when the process has loaded what it needs, or why it never will."""
        failure: Failure | None = self._said(START_SECONDS)
        self._loaded = resident(self.process.pid)
        return failure

    def outcome(self, job: object, seconds: float) -> Any:
        """Return what the process says to the job, or why it says nothing."""
        self._jobs += 1
        with contextlib.suppress(OSError):  # it died while idle: the pipe says so again when its answer is asked for
            self._connection.send(job)
        return self._said(seconds)

    @property
    def worn(self) -> bool:
        """Whether the process has done its share, or its memory has grown too far."""
        has = resident(self.process.pid)
        grown = has is not None and self._loaded is not None and has > self._loaded + RENEW_BYTES
        return grown or self._jobs >= RENEW

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self._connection.close()

    def _said(self, seconds: float) -> Any:
        try:
            return self._connection.recv() if self._connection.poll(seconds) else Failure(Cause.SLOW)
        except (EOFError, OSError):
            return Failure(Cause.DIED)


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
