"""Signals that end a run: heard wherever they fall, and answered where the run can end well.

What a handler raises comes between any two steps of a program. It may fall into a library's own work, which takes it for a call that failed
or keeps a lock for ever, or into the collection of garbage, where Python drops it. So a signal is held back until what runs comes to a
place where it can end.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from queue import SimpleQueue
from types import FrameType
from typing import Any

PATIENCE = 10.0  # seconds until a signal that is held back interrupts what it finds, after all

Handler = Callable[[int, FrameType | None], Any]


class Stop:
    """Whether this process was told to end, and its end."""

    def __init__(self) -> None:
        self._does: dict[int, Handler] = {}  # what each signal does when it is heeded, which is to raise
        self._asked: int | None = None
        self._said: SimpleQueue[int | None] = SimpleQueue()  # a handler may put into it, whatever it interrupts
        self._heeded = threading.Event()

    def heed(self) -> None:
        """End here if a signal has asked for it, and nobody has heeded it before."""
        if self._asked is not None and not self._heeded.is_set():
            self._heeded.set()
            self._does[self._asked](self._asked, None)

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        """Hold signals back as long as the context, but for those that are ignored."""
        known = (getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
        before = {number: signal.getsignal(number) for number in known}
        held = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
        for number, handler in held.items():
            self._does.setdefault(number, handler if callable(handler) else _interrupt)
            signal.signal(number, self._hear)
        try:
            yield
        finally:
            for number, handler in held.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def insisting(self) -> Iterator[None]:
        """Send a signal again, as often as it takes, that nobody has heeded for some time."""
        if hasattr(signal, "pthread_kill"):  # Windows has none: there a signal must be heeded
            threading.Thread(target=self._insist, daemon=True).start()
        try:
            yield
        finally:
            self._heeded.set()
            self._said.put(None)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._asked is None:
            self._asked = number
            self._said.put(number)
        else:  # who asks twice means at once
            self._does[number](number, frame)

    def _insist(self) -> None:
        asked = self._said.get()
        while asked is not None and not self._heeded.wait(PATIENCE):
            signal.pthread_kill(threading.main_thread().ident or 0, asked)


_IN_FORCE: ContextVar[Stop | None] = ContextVar("stop in force", default=None)


@contextlib.contextmanager
def held_back() -> Iterator[Stop]:
    """Hold back Ctrl-C, SIGTERM and SIGHUP (unless ignored, by `nohup`, say), until they are heeded or the context ends.

    Then they do what they did before, or raise KeyboardInterrupt. One that is sent twice, or heeded by nobody for `PATIENCE` seconds, does
    so at once. A context within another, such as a flow's in which Prefect has taken SIGTERM for itself, has the other's Stop.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone may set handlers
        yield Stop()
        return
    outer = _IN_FORCE.get()
    stop = outer or Stop()
    before = _IN_FORCE.set(stop)
    try:
        with contextlib.nullcontext() if outer else stop.insisting():
            with stop.holding():
                yield stop
            stop.heed()
    finally:
        _IN_FORCE.reset(before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
