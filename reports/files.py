"""Putting finished files in place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


class ReportError(Exception):
    """A report that could not be written. The message says what to do."""


@contextlib.contextmanager
def in_place(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to, and put the file in the place of `path` when it is whole.

    Makes the folder where there is none. Where writing fails, what stood at `path` stays. Raises ReportError for a file or folder that
    cannot be written, and for a `path` that is something else than a file: a folder, a device or a pipe is never replaced.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        if path.exists() and not path.is_file():
            raise ReportError(f"{path} is no file that can be written. Choose another place with --out.")
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        beside.replace(path)
    except OSError as error:
        advice = "Close it where it is open in another program, or choose another place with --out."
        raise ReportError(f"{path} cannot be written ({error.strerror}). {advice}") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
