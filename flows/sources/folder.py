"""A folder tree of letters."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from flows.checking import letters_under
from flows.sources.base import ChangedError, NoSourceError, SourceError, SourceFile, gone, too_large, unopened
from models.finding import ReadError


@dataclass(frozen=True, slots=True)
class Folder:
    """The letters under a folder: a Source."""

    root: Path

    @property
    def name(self) -> str:
        """The folder's path, with forward slashes."""
        return self.root.as_posix()

    @property
    def abreast(self) -> int:
        """One: the disk is quick enough."""
        return 1

    def files(self) -> list[SourceFile]:
        """Return the letters under the folder, as `Source.files` says, following links once."""
        try:
            os.scandir(self.root).close()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoSourceError(f"There is no folder {self.root}. Check the path of the archive.") from error
        except OSError as error:
            advice = "Check the path of the archive, and let the account that runs letterproof open it."
            raise NoSourceError(f"The folder {self.root} cannot be opened ({error.strerror}). {advice}") from error
        return [self._file(path) for path in letters_under(self.root)]

    def read(self, file: SourceFile, most: int) -> bytes:
        """Return a file's content, as `Source.read` says."""
        try:
            with (self.root / file.path).open("rb") as stream:
                _compare(file, os.fstat(stream.fileno()))
                content = stream.read(most + 1)
                _compare(file, os.fstat(stream.fileno()))
        except OSError as error:
            raise self._explained(error) from error
        if len(content) > most:
            raise too_large(most)
        return content

    def _file(self, path: Path) -> SourceFile:
        relative = path.relative_to(self.root).as_posix()
        try:
            status = path.stat()
        except OSError:
            return SourceFile(relative)
        return SourceFile(relative, status.st_size, status.st_mtime) if stat.S_ISREG(status.st_mode) else SourceFile(relative)

    def _explained(self, error: OSError) -> ReadError | SourceError:
        """Tell a file that cannot be read from a folder that is gone as a whole: a share that was cut off, say."""
        try:
            os.scandir(self.root).close()
        except OSError:
            advice = "Check that its drive or share is there, and run again: nothing is lost."
            return SourceError(f"The folder {self.root} can no longer be opened ({error.strerror}). {advice}")
        return gone() if isinstance(error, FileNotFoundError) else unopened(error)


def _compare(file: SourceFile, status: os.stat_result) -> None:
    if file.is_changed(status.st_size, status.st_mtime):
        raise ChangedError
