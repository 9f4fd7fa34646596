"""Worker processes that answer requests, so that a letter that hangs or kills its reader costs that request and no other."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, TypeVar

from app.web.jobs import Answer, Job, loader
from app.web.refusals import Refused
from flows.pool import Failure, Pool, PoolError
from models.settings import Settings

MOST_WAITING = 100  # requests that wait for a worker; more of them would wait in vain
_LOG = logging.getLogger(__name__)
_Pool = Pool[Job | None, Answer]
Outcome = TypeVar("Outcome")


class Workers:
    """So many processes, each of which takes one job at a time and is held to the limits of the settings.

    A process that was ended at a limit is replaced before its place takes another job.
    """

    def __init__(self, settings: Settings, number: int) -> None:
        load, limits = loader(settings), settings.limits
        self._pools = [_Pool(load, 1, limits.seconds, limits.memory_bytes) for _ in range(number)]
        self._threads = ThreadPoolExecutor(number)  # each waits for its process
        self._ready: asyncio.LifoQueue[_Pool] = asyncio.LifoQueue()  # the last to be busy is the fastest
        self._waiting = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Start all processes, without waiting for them."""
        for pool in self._pools:
            self._begin(self._prepare(pool))

    def stop(self) -> None:
        """End all processes, in the middle of a job too."""
        for process in multiprocessing.active_children():
            process.kill()
        self._threads.shutdown(cancel_futures=True)

    async def do(self, job: Job) -> Answer | Failure:
        """Return a worker's answer. Raises Refused where too many requests wait already, or no worker can be started.

        Where the caller is cancelled while it waits, the job is never begun; later, its answer is dropped.
        """
        if self._waiting >= MOST_WAITING:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many letters are being checked. Try again in a moment.", code="busy")
        self._waiting += 1
        try:
            pool = await self._ready.get()
        finally:
            self._waiting -= 1
        return await asyncio.shield(self._begin(self._run(pool, job)))

    async def _run(self, pool: _Pool, job: Job) -> Answer | Failure:
        try:
            return await self._outcome(pool, job)
        except PoolError as error:
            _LOG.error("%s", error)
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "The letter could not be checked. Try again in a moment.", code="busy") from error
        finally:
            self._begin(self._prepare(pool))

    async def _prepare(self, pool: _Pool) -> None:
        """See to it that the pool has a process that is ready for a job, then put it with those that are."""
        try:
            await self._outcome(pool, None)
        except PoolError as error:
            _LOG.error("%s", error)
        self._ready.put_nowait(pool)

    async def _outcome(self, pool: _Pool, job: Job | None) -> Answer | Failure:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _first, pool, job)

    def _begin(self, work: Coroutine[Any, Any, Outcome]) -> asyncio.Task[Outcome]:
        task = asyncio.create_task(work)
        self._tasks.add(task)  # the loop itself would let go of it
        task.add_done_callback(self._tasks.discard)
        return task


def _first(pool: _Pool, job: Job | None) -> Answer | Failure:
    [(_, outcome)] = pool.run([job])
    return outcome
