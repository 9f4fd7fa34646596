"""`letterproof check --watch`: letters are checked again whenever they are saved.

The file system is asked again and again, as network drives tell nobody of changes. Word and LibreOffice save by writing another file
and giving it the old one's name, so a file may be gone for a moment.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain

from app.exits import Misuse
from app.show import clear
from models.finding import Result

_PAUSE = 0.4  # seconds
_Stamp = tuple[int, int, int]


def watch(named: Callable[[], list[str]], check: Callable[[str], list[Result]]) -> list[Result]:
    """Check and print each file of `named()`, then each again that was saved, until Ctrl-C; return the latest result of each letter.

    Raises Misuse where `named` does so at first, KeyboardInterrupt where nothing was checked.
    """
    latest: dict[str, list[Result]] = {}
    try:
        for paths in saved(named, lambda: time.sleep(_PAUSE)):
            if len(latest) == 1:  # of several letters, the others' results stay in sight
                clear()
            for path in paths:
                latest[path] = check(path)
            now = dt.datetime.now().astimezone()
            print(f"letterproof: checked at {now:%H:%M:%S}. Checks again when the letter is saved; Ctrl-C ends.", file=sys.stderr)
    except KeyboardInterrupt:
        if not latest:
            raise
    return list(chain.from_iterable(latest.values()))


def saved(named: Callable[[], list[str]], wait: Callable[[], None]) -> Iterator[list[str]]:
    """Yield the files of `named()`, then, for ever, those that were saved since they were last yielded.

    A file that is being written is waited for: it must be the same before and after `wait()`.
    """
    files = named()
    known = {path: _stamp(path) for path in files}
    yield files
    before = known.copy()
    while True:
        wait()
        with contextlib.suppress(Misuse):  # the only letter of a folder is gone for a moment
            files = named()
        now = {path: _stamp(path) for path in files}
        settled = [path for path, stamp in now.items() if stamp and stamp != known.get(path) and stamp == before.get(path)]
        before = now
        if settled:
            known |= {path: now[path] for path in settled}
            yield settled


def _stamp(path: str) -> _Stamp | None:
    """Return what changes when a file is saved, or None where there is no file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a path that the user typed
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
