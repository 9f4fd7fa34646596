"""Signals that end a run are heard at whatever moment they come."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from flows.stopping import held_back

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows none of these signals")

IN_TIDYING = """
import os, signal, time, weakref
from flows.stopping import held_back

class Kept:
    pass

with held_back() as stop:
    kept = Kept()
    told = weakref.ref(kept, lambda _: os.kill(os.getpid(), signal.{name}))
    del kept
    for _ in range(100):
        time.sleep(0.1)
        stop.heed()
"""
IN_A_CALL = """
import asyncio, contextlib, os, signal, time
from flows.stopping import held_back

async def call():
    with contextlib.suppress(asyncio.CancelledError):
        os.kill(os.getpid(), signal.{name})
        await asyncio.sleep(1)

with held_back() as stop:
    asyncio.run(call())
    stop.heed()
    time.sleep(60)
"""


@pytest.mark.parametrize("script", [IN_TIDYING, IN_A_CALL], ids=["tidying", "call"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_at_a_bad_moment_is_heard_all_the_same(name: str, script: str) -> None:
    """What a handler raises while Python tidies up is dropped, and what asyncio cancels for it may take no notice."""
    command = [sys.executable, "-c", script.format(name=name)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.stderr.splitlines()[-1], "ignored" in ended.stderr) == ("KeyboardInterrupt", False)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_is_held_back_until_it_is_heeded(name: str) -> None:
    """What the run does meanwhile is done in peace; then the signal does what it would have done, once."""
    done = []
    with _raising(name), pytest.raises(Asked), held_back() as stop:
        os.kill(os.getpid(), getattr(signal, name))
        done.append("not in the middle")
        stop.heed()
        done.append("too far")
    assert done == ["not in the middle"]


def test_a_signal_that_nobody_heeds_is_heard_at_the_end() -> None:
    """It is put off, not dropped."""
    done = []
    with _raising("SIGTERM"), pytest.raises(Asked), held_back():
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("all of it")
    assert done == ["all of it"]


def test_without_a_signal_nothing_ends() -> None:
    """To heed what nobody has asked does nothing, and the handlers are afterwards as they were."""
    before = signal.getsignal(signal.SIGINT)
    with held_back() as stop:
        stop.heed()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_signal_is_heeded_once() -> None:
    """Who ends by it in an orderly way is not interrupted in that."""
    with _raising("SIGTERM"), held_back() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Asked):
            stop.heed()
        stop.heed()


def test_who_asks_twice_means_at_once() -> None:
    """A second Ctrl-C does not wait for a good place."""
    with _raising("SIGINT"), pytest.raises(Asked), held_back():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("it went on")


def test_a_signal_interrupts_what_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that heeds nothing and may never come back is broken off, though not at once."""
    monkeypatch.setattr("flows.stopping.PATIENCE", 0.2)
    with _raising("SIGTERM"), pytest.raises(Asked), held_back():
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(30)
        pytest.fail("nobody insisted")


def test_a_context_within_another_ends_what_the_other_would() -> None:
    """Prefect takes SIGTERM for itself in a flow; held back there, it still does what it did outside."""
    done = []
    with _raising("SIGTERM"), pytest.raises(Asked), held_back():
        theirs = signal.signal(signal.SIGTERM, lambda *_: done.append("theirs"))
        with held_back() as stop:
            os.kill(os.getpid(), signal.SIGTERM)
            stop.heed()
        signal.signal(signal.SIGTERM, theirs)
    assert done == []


def test_other_threads_hold_nothing_back() -> None:
    """Only the main thread may; elsewhere the context is there and does nothing."""
    heeded = []

    def run() -> None:
        with held_back() as stop:
            stop.heed()
            heeded.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert heeded == [True]


class Asked(BaseException):
    """What the signals raise in these tests, where they are not held back."""


@contextlib.contextmanager
def _raising(name: str) -> Iterator[None]:
    number = getattr(signal, name)
    before = signal.signal(number, _ask)
    try:
        yield
    finally:
        signal.signal(number, before)


def _ask(_number: int, _frame: FrameType | None) -> None:
    raise Asked
