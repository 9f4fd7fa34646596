"""The server's worker processes: what a bad letter costs, and what it does not."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.web import workers
from app.web.jobs import Job, Task
from app.web.refusals import Refused
from app.web.workers import Workers
from flows.pool import Cause, Failure
from models.settings import Limits, Settings


def load() -> Callable[[Job | None], bytes]:
    """Return work that does what a text says: no language model is loaded for it."""
    return work


def work(job: Job | None) -> bytes:
    """Hang, die, fail, or say which process this is."""
    if job is None:
        return b""
    if job.content == "hang":
        time.sleep(60)
    if job.content == "die":
        os._exit(1)
    if job.content == "fail":
        raise KeyError("Dear Mrs Khan")
    return str(os.getpid()).encode()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the workers of this test do the work above."""
    monkeypatch.setattr(workers, "loader", lambda _: load)


@contextmanager
def started(number: int, seconds: float) -> Iterator[Workers]:
    every = Workers(Settings(limits=Limits(seconds=seconds)), number)
    every.start()
    try:
        yield every
    finally:
        every.stop()


def asked(text: str) -> Job:
    return Job(Task.CHECK, text)


async def answered(every: Workers, *texts: str) -> list[Any]:
    return await asyncio.gather(*(every.do(asked(text)) for text in texts))


@pytest.mark.slow
def test_a_hanging_letter_costs_its_own_request(quick: None) -> None:
    """The others are answered meanwhile by the other worker, and the one that hung is replaced."""

    async def run() -> None:
        with started(2, seconds=3) as every:
            hung, *others = await answered(every, "hang", *("quick" for _ in range(20)))
            assert hung == Failure(Cause.SLOW)
            assert len(set(others)) == 1
            again = await answered(every, *("quick" for _ in range(20)))
            assert all(isinstance(answer, bytes) for answer in again)

    asyncio.run(run())


@pytest.mark.slow
def test_a_letter_that_kills_or_fails_its_worker_is_told(quick: None) -> None:
    """A dead worker is replaced; one that raised goes on. What it raised is not quoted."""

    async def run() -> None:
        with started(1, seconds=30) as every:
            assert await answered(every, "die") == [Failure(Cause.DIED)]
            [before] = await answered(every, "quick")
            [failure] = await answered(every, "fail")
            assert (failure.cause, "Khan" in failure.detail) == (Cause.RAISED, False)
            assert await answered(every, "quick") == [before]

    asyncio.run(run())


@pytest.mark.slow
def test_a_request_that_was_dropped_is_never_begun(quick: None) -> None:
    """While it waits, it can be cancelled; the worker is free for the next one."""

    async def run() -> None:
        with started(1, seconds=2) as every:
            hanging = asyncio.ensure_future(every.do(asked("hang")))
            await asyncio.sleep(0)
            dropped = [asyncio.ensure_future(every.do(asked("hang"))) for _ in range(30)]
            await asyncio.sleep(0)
            for each in dropped:
                each.cancel()
            assert await hanging == Failure(Cause.SLOW)
            [answer] = await answered(every, "quick")
            assert isinstance(answer, bytes)

    asyncio.run(run())


def test_too_many_that_wait_are_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line has an end; no worker is started here, so that nobody in it is answered."""
    monkeypatch.setattr(workers, "MOST_WAITING", 3)

    async def run() -> None:
        every = Workers(Settings(), 1)
        waiting = [asyncio.ensure_future(every.do(asked("quick"))) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="Try again"):
            await every.do(asked("quick"))
        for each in waiting:
            each.cancel()
        await asyncio.wait(waiting)
        late = asyncio.ensure_future(every.do(asked("quick")))
        await asyncio.sleep(0)
        assert not late.done()
        late.cancel()

    asyncio.run(run())
