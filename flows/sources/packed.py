"""A ZIP of letters, read in place: nothing of it is ever unpacked to disk."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from flows.sources.base import ChangedError, NoSourceError, SourceError, SourceFile, gone, is_hidden, may_be_letter, too_large
from models.finding import ErrorCode, ReadError

_ENCRYPTED = 0x1  # of an entry's flags
_LONGEST_PATH = 1000  # characters: more than any system takes
_COPY = "packed copy"
_LOCKED = "The file needs a password in its ZIP. Pack it without a password and try that."
_BAD_PATH = "The ZIP gives this file a path that no file has, or one out of the ZIP. Look where the ZIP comes from, and pack it anew."
_LINK = "This is a link in a ZIP, not a letter. Pack the letter itself."
_DAMAGED = "The file is damaged in its ZIP. Pack it again and try that."
_METHOD = "The file is packed in a way that is not read. Pack it again with the usual method (Deflate)."


@dataclass(slots=True)
class Packed:
    """The letters in a ZIP: a Source. The ZIP stays open from one file to the next, and is opened anew where a copy is unpickled."""

    path: Path
    _open: zipfile.ZipFile | None = field(default=None, init=False, repr=False, compare=False)
    _entries: dict[str, zipfile.ZipInfo] = field(default_factory=dict, init=False, repr=False, compare=False)
    _seen: tuple[int, float] | None = field(default=None, init=False, repr=False, compare=False)  # the ZIP's size and time when listed

    def __getstate__(self) -> tuple[Path, tuple[int, float] | None]:
        return self.path, self._seen

    def __setstate__(self, state: tuple[Path, tuple[int, float] | None]) -> None:
        self.path, self._seen = state
        self._open, self._entries = None, {}

    @property
    def name(self) -> str:
        """The ZIP's path, with forward slashes."""
        return self.path.as_posix()

    @property
    def abreast(self) -> int:
        """One: the disk is quick enough."""
        return 1

    def files(self) -> list[SourceFile]:
        """Return the letters in the ZIP, as `Source.files` says. All have the time of the ZIP itself."""
        self.close()
        try:
            self._seen = self._status()
            self._load()
        except zipfile.BadZipFile as error:
            advice = "Wait until it is copied, or pack it again."
            raise NoSourceError(f"{self.path} is no whole ZIP. {advice}") from error
        except (OSError, NotImplementedError, ValueError) as error:
            reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
            raise NoSourceError(f"The ZIP {self.path} cannot be opened ({reason}). Check the path of the archive.") from error
        modified = self._seen[1]
        return [
            SourceFile(path, entry.file_size, modified, f"crc32:{entry.CRC:08x}:{entry.file_size}", _fault(path, entry))
            for path, entry in sorted(self._entries.items())
        ]

    def read(self, file: SourceFile, most: int) -> bytes:
        """Return a file's content, as `Source.read` says; no more than `most` bytes are ever unpacked."""
        if file.fault is not None:
            raise file.fault
        try:
            if self._seen is not None and self._status() != self._seen:
                raise ChangedError
            content = self._unpacked(file, most)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
            raise ReadError(ErrorCode.CORRUPT, _DAMAGED) from error
        except (NotImplementedError, RuntimeError) as error:
            raise ReadError(ErrorCode.UNSUPPORTED, _METHOD) from error
        except OSError as error:
            said = "Check that its drive or share is there, and run again: nothing is lost."
            raise SourceError(f"The ZIP {self.path} can no longer be read ({error.strerror}). {said}") from error
        if len(content) > most:
            raise too_large(most)
        return content

    def close(self) -> None:
        """Close the ZIP. It is opened again where it is needed."""
        if self._open is not None:
            self._open.close()
        self._open, self._entries = None, {}

    def _unpacked(self, file: SourceFile, most: int) -> bytes:
        entry = self._load().get(file.path)
        if entry is None:
            raise gone()
        if entry.file_size > most:
            raise too_large(most)
        assert self._open is not None  # noqa: S101 - _load has opened it
        with self._open.open(entry) as stream:
            return stream.read(most + 1)

    def _load(self) -> dict[str, zipfile.ZipInfo]:
        if self._open is None:
            self._open = zipfile.ZipFile(self.path)
            self._entries = dict(_named(self._open.infolist()))
        return self._entries

    def _status(self) -> tuple[int, float]:
        status = os.stat(self.path)  # noqa: PTH116 - as every line here, it may raise OSError
        return status.st_size, status.st_mtime


def _named(entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield the entries that may be letters with their paths; of entries of one name, each later one has a name of its own."""
    taken: set[str] = set()
    for entry in entries:
        path = entry.filename.replace("\\", "/")
        if entry.is_dir() or not may_be_letter(path) or any(is_hidden(part) for part in path.split("/") if part not in ("..", ".")):
            continue
        path = path[:_LONGEST_PATH]
        named, number = path, 1
        while named in taken:
            number += 1
            named = f"{path} ({_COPY} {number})"
        taken.add(named)
        yield named, entry


def _fault(path: str, entry: zipfile.ZipInfo) -> ReadError | None:
    if len(path) >= _LONGEST_PATH or PurePosixPath(path).is_absolute() or ":" in path[:2] or ".." in path.split("/"):
        return ReadError(ErrorCode.UNSUPPORTED, _BAD_PATH)
    if entry.flag_bits & _ENCRYPTED:
        return ReadError(ErrorCode.ENCRYPTED, _LOCKED)
    if stat.S_ISLNK(entry.external_attr >> 16):
        return ReadError(ErrorCode.UNSUPPORTED, _LINK)
    return None
