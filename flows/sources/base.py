"""What every source of letters offers, and what can go wrong with one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Protocol

import readers
from models.finding import ErrorCode, ReadError

_SUFFIXES = readers.SUFFIXES | readers.FOREIGN_SUFFIXES
_SAME_TIME = 2.0  # seconds: some file systems round to so many


class NoSourceError(Exception):
    """A source that cannot be used at all: it is not there, cannot be opened, or holds no letters. The message says what to do."""


class SourceError(Exception):
    """A source that fails when it was in use: the rest of it cannot be told from here. The message names no credentials."""


class ChangedError(Exception):
    """A file that changed since it was listed, or while it was read: somebody is writing it."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source that may hold letters.

    `path` is relative to the source, with forward slashes. `size` is in bytes and None where it cannot be told; then the path may also be
    that of a folder that cannot be opened. `modified` is in seconds since 1970, by the clock of the storage, None where it keeps no such
    time. `stamp` is a text that the storage changes with the content (a checksum), None where it has none. `fault` says why the file
    cannot be read, where the listing shows it already.
    """

    path: str
    size: int | None = None
    modified: float | None = None
    stamp: str | None = None
    fault: ReadError | None = None

    def is_changed(self, size: int | None, modified: float | None) -> bool:
        """Tell whether the file, now of this size and time, is another than was listed."""
        if None not in (size, self.size) and size != self.size:
            return True
        return modified is not None and self.modified is not None and abs(modified - self.modified) > _SAME_TIME

    def is_settled(self, seconds: float, now: float) -> bool:
        """Tell whether the file was written last at least `seconds` ago; one from the future is the work of a wrong clock, and settled."""
        return self.modified is None or abs(now - self.modified) >= seconds


@dataclass(frozen=True)
class Content:
    """What was read of a file: its path as it can be printed, its bytes, and its stamp (see SourceFile)."""

    path: str
    data: bytes
    stamp: str | None = None

    @cached_property
    def sha256(self) -> str:
        """The hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


class Source(Protocol):
    """Where letters come from. It pickles, and reads the same files on another machine that reaches them."""

    @property
    def name(self) -> str:
        """The name that the store and the operator know it by; without credentials."""
        ...

    @property
    def abreast(self) -> int:
        """How many files may be read at a time, in threads."""
        ...

    def files(self) -> list[SourceFile]:
        """Return the files that may be letters, at any depth, sorted by path.

        Kinds that no reader takes but that may be letters are among them, and what may not be looked at (a closed folder); hidden files
        and folders and lock files of word processors are not. Raises NoSourceError where the source itself cannot be opened, and
        SourceError where it fails on the way.
        """
        ...

    def read(self, file: SourceFile, most: int) -> bytes:
        """Return a file's content, of `most` bytes at most.

        Raises ReadError for a file that cannot be read, ChangedError for one that is being written, SourceError where the source fails.
        """
        ...


def is_hidden(name: str) -> bool:
    """Tell whether a file's or folder's own name is that of a hidden one, or of a word processor's lock file."""
    return name.startswith((".", "~$"))


def may_be_letter(path: str) -> bool:
    """Tell whether a file's ending says that it may be a letter."""
    return PurePosixPath(path).suffix.lower() in _SUFFIXES


def too_large(most: int) -> ReadError:
    """Return what is said of a file that is larger than `most` bytes."""
    said = f"The file is larger than {most:,} bytes. Send a smaller copy, or raise limits.file_bytes."
    return ReadError(ErrorCode.TOO_LARGE, said)


def gone() -> ReadError:
    """Return what is said of a file that was listed and is not there any more."""
    return ReadError(ErrorCode.NOT_FOUND, "The file was gone when its turn came. Run the check again if it should be there.")


def unopened(error: Exception) -> ReadError:
    """Return what is said of a file that cannot be opened. The error's own words are left out: they may hold an address's secrets."""
    reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
    return ReadError(ErrorCode.NOT_FOUND, f"The file could not be opened ({reason}). Let the account that runs letterproof read it.")
