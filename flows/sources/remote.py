"""Letters in any storage that fsspec reaches: S3, Azure, SMB and SFTP shares, and more.

Credentials come from where fsspec and each storage's own library look for them, on the machine that reads; an address holds none.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]
from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from flows.sources.base import (
    ChangedError,
    NoSourceError,
    SourceError,
    SourceFile,
    gone,
    is_hidden,
    may_be_letter,
    too_large,
    unopened,
)
from models.finding import ErrorCode, ReadError

Answer = TypeVar("Answer")

PAUSES = (1.0, 4.0, 15.0)  # seconds before a fault of the storage is tried again
_MOST_FAULTS = 20  # files that fail one after the other for reasons that are the storage's, after which it is given up
_ABREAST = 8
_DEEPEST = 60  # folders within each other, past which links are taken to lead in circles
_FINAL = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)  # the same however often it is tried
_STAMPS = ("ETag", "etag", "e_tag", "content_md5", "md5Hash")  # by storage: what changes with the content
_TIMES = ("LastModified", "last_modified", "mtime", "modified", "last_write_time", "updated", "created")
_TOO_DEEP = "This folder is too deep: links may lead in circles. Give the archive's address without them."


@dataclass(slots=True)
class Remote:
    """The letters under an fsspec address, such as `s3://bucket/letters`: a Source. Raises NoSourceError for an address that is none."""

    address: str
    pauses: tuple[float, ...] = PAUSES
    _reached: tuple[AbstractFileSystem, str] | None = field(default=None, init=False, repr=False, compare=False)
    _faults: int = field(default=0, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _refuse_secrets(self.address)
        self._reach()

    def __getstate__(self) -> tuple[str, tuple[float, ...]]:
        return self.address, self.pauses

    def __setstate__(self, state: tuple[str, tuple[float, ...]]) -> None:
        self.address, self.pauses = state
        self._reached, self._faults = None, 0

    @property
    def name(self) -> str:
        """The address without a stroke at its end."""
        return self.address.rstrip("/")

    @property
    def abreast(self) -> int:
        """Several where the storage's library can: most of the time is spent waiting for it."""
        return _ABREAST if self._reach()[0].async_impl else 1

    def files(self) -> list[SourceFile]:
        """Return the letters under the address, as `Source.files` says. Links are not followed."""
        system, root = self._reach()
        system.invalidate_cache()
        try:
            listed = self._patiently(lambda: system.ls(root, detail=True))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoSourceError(f"There is nothing at {self.name}. Check the address of the archive.") from error
        except Exception as error:
            advice = "Check the address, the account and the network."
            raise NoSourceError(f"{self.name} cannot be opened ({_reason(error)}). {advice}") from error
        found = self._walked(system, root, listed)
        system.invalidate_cache()  # so that what is asked of a file when its turn comes is true then
        return sorted(found, key=lambda file: file.path)

    def read(self, file: SourceFile, most: int) -> bytes:
        """Return a file's content, as `Source.read` says."""
        if file.fault is not None:
            raise file.fault
        if file.size is not None and file.size > most:
            raise too_large(most)
        system, root = self._reach()
        path = f"{root.rstrip('/')}/{file.path}"
        try:
            content = self._patiently(lambda: _content(system, path, file, most))
        except FileNotFoundError as error:
            raise self._explained(error, gone()) from error
        except (ChangedError, ReadError):
            raise
        except Exception as error:
            raise self._explained(error, unopened(error)) from error
        self._faults = 0
        return content

    def _reach(self) -> tuple[AbstractFileSystem, str]:
        if self._reached is None:
            try:
                self._reached = url_to_fs(self.address)
            except ImportError as error:
                said = f"To read {self.name}, Python needs one more package: {error}. See docs/nightly.md."
                raise NoSourceError(said) from error
            except Exception as error:
                raise NoSourceError(f"{self.name} is no address that can be read ({_reason(error)}). See docs/nightly.md.") from error
        return self._reached

    def _walked(self, system: AbstractFileSystem, root: str, listed: list[dict[str, Any]]) -> list[SourceFile]:
        found: list[SourceFile] = []
        folders: list[tuple[str, list[dict[str, Any]]]] = [(root, listed)]
        while folders:
            here, inside = folders.pop()
            for entry in inside:
                path = str(entry["name"]).rstrip("/")
                relative = path.removeprefix(root.rstrip("/")).lstrip("/")
                if path.rstrip("/") == here.rstrip("/") or is_hidden(path.rpartition("/")[2]):
                    continue
                if entry["type"] != "directory":
                    found += [_file(relative, entry)] if may_be_letter(path) else []
                elif relative.count("/") >= _DEEPEST:
                    found.append(SourceFile(relative, fault=ReadError(ErrorCode.NOT_FOUND, _TOO_DEEP)))
                else:
                    try:
                        folders.append((path, self._listed(system, path)))
                    except _FINAL as error:
                        found.append(SourceFile(relative, fault=unopened(error)))
        return found

    def _listed(self, system: AbstractFileSystem, path: str) -> list[dict[str, Any]]:
        try:
            listed: list[dict[str, Any]] = self._patiently(lambda: system.ls(path, detail=True))
        except _FINAL:
            raise
        except Exception as error:
            raise self._failed(error) from error
        return listed

    def _patiently(self, step: Callable[[], Answer]) -> Answer:
        """Return what the step returns, trying again after each of the pauses where the storage has failed."""
        for pause in self.pauses:
            try:
                return step()
            except (*_FINAL, ChangedError, ReadError):
                raise
            except Exception:  # noqa: BLE001 - each storage's library has errors of its own
                time.sleep(pause)
        return step()

    def _explained(self, error: Exception, fault: ReadError) -> ReadError | SourceError:
        """Tell a file that cannot be read from a storage that has failed."""
        self._faults += 0 if isinstance(error, _FINAL) else 1
        system, root = self._reach()
        try:
            system.invalidate_cache()
            system.info(root)
        except Exception as cause:  # noqa: BLE001 - as above
            return self._failed(cause)
        return self._failed(error) if self._faults >= _MOST_FAULTS else fault

    def _failed(self, error: Exception) -> SourceError:
        return SourceError(f"{self.name} does not answer as it should ({_reason(error)}). Run again when it does: nothing is lost.")


def _refuse_secrets(address: str) -> None:
    try:
        parts = urlsplit(address)
        secret = parts.password is not None or bool(parts.query)
    except ValueError:
        secret = True
    if secret or "::" in address:
        said = "Leave passwords, keys, “?…” and “::” out of the archive's address: it is shown and kept."
        raise NoSourceError(f"{said} Set them as your storage's library asks, or in FSSPEC_… variables; see docs/nightly.md.")


def _content(system: AbstractFileSystem, path: str, file: SourceFile, most: int) -> bytes:
    with system.open(path, "rb") as stream:
        content: bytes = stream.read(most + 1)
    if len(content) > most:
        raise too_large(most)
    now = system.info(path)
    if file.is_changed(len(content), _seconds(now)) or file.is_changed(now.get("size"), None):
        raise ChangedError
    return content


def _file(path: str, entry: dict[str, Any]) -> SourceFile:
    size = entry.get("size")
    stamp = next((str(entry[key]) for key in _STAMPS if entry.get(key)), None)
    return SourceFile(path, None if size is None else int(size), _seconds(entry), stamp)


def _seconds(entry: dict[str, Any]) -> float | None:
    value = next((entry[key] for key in _TIMES if entry.get(key) is not None), None)
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, dt.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).timestamp()
    return float(value) if isinstance(value, int | float) else None


def _reason(error: Exception) -> str:
    """Return what kind of error it is. Its own words may hold parts of a request, signed or secret."""
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
