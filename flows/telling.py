"""What a run tells its operator: a progress bar on a terminal, plain lines in a log, or a line of JSON for each event.

None of it holds a path or a word of a letter.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
import time
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

EVERY = 60  # seconds between lines in a log


class _Rate(ProgressColumn):
    """How many letters a second are checked."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f} a second" if task.speed else "", style="dim")


class Teller:
    """Tells how far a run over `total` files is, as long as the context. Threads may advance it at once."""

    def __init__(self, run: int, total: int, *, as_json: bool) -> None:
        self._run = run
        self._total = total
        self._json = as_json
        self._done = 0
        self._lock = threading.Lock()
        self._began = self._told = time.monotonic()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), disable=as_json or not sys.stderr.isatty())
        self._task = self._bar.add_task("Checking letters", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        if self._json:
            log("started", run=self._run, files=self._total)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def advance(self, files: int) -> None:
        """Note that so many files more are done, and say so where a line is due."""
        self._bar.advance(self._task, files)
        with self._lock:
            self._done += files
            now = time.monotonic()
            if now - self._told < EVERY or (sys.stderr.isatty() and not self._json):
                return
            self._told = now
        rate = self._done / (now - self._began)
        left = max(0.0, self._total - self._done) / rate if rate else 0.0
        if self._json:
            log("progress", run=self._run, done=self._done, files=self._total, rate=round(rate, 1), seconds_left=round(left))
        else:
            line = f"{self._done:,} of {self._total:,} files, {rate:,.1f} a second, {dt.timedelta(seconds=round(left))} left"
            print(line, file=sys.stderr, flush=True)  # noqa: T201 - for whoever reads the log


def log(event: str, **values: Any) -> None:
    """Write an event as a line of JSON."""
    stamp = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    print(json.dumps({"time": stamp, "event": event, **values}), file=sys.stderr, flush=True)  # noqa: T201 - for whoever reads the log
