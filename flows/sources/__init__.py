"""Where letters come from: a folder tree, a ZIP, or any storage that fsspec reaches. All are a `Source`."""

from __future__ import annotations

import zipfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import readers
from flows.sources.base import ChangedError, Content, NoSourceError, Source, SourceError, SourceFile
from flows.sources.chosen import Chosen
from flows.sources.folder import Folder
from flows.sources.packed import Packed

__all__ = ["ChangedError", "Chosen", "Content", "NoSourceError", "Source", "SourceError", "SourceFile", "absolute", "listed", "open_source"]


def open_source(archive: str) -> Source:
    """Return the source that `archive` names: a folder, a ZIP, or an address such as `s3://bucket/letters`.

    Raises NoSourceError for an address that no library here reaches, or that holds a password.
    """
    if "://" in archive and not archive.startswith("file://"):
        from flows.sources.remote import Remote  # noqa: PLC0415 - fsspec and its storages, which a folder does not need

        return Remote(archive)
    path = Path(url2pathname(urlsplit(archive).path)) if archive.startswith("file://") else Path(archive)
    return Packed(path) if path.is_file() and zipfile.is_zipfile(path) else Folder(path)


def absolute(archive: str) -> str:
    """Return the name of an archive as another process, with another working folder, knows it."""
    return archive if "://" in archive else str(Path(archive).resolve())


def listed(source: Source, chosen: Chosen) -> list[SourceFile]:
    """Return the letters of the source that the patterns choose. Raises NoSourceError where there are none, and as `Source.files`."""
    files = source.files()
    if not files:
        known = ", ".join(sorted(readers.SUFFIXES))
        said = f"There are no letters under {source.name}. letterproof reads these files: {known}. Check the path of the archive."
        raise NoSourceError(said)
    found = chosen.of(files)
    if not found:
        said = f"The patterns of include and exclude leave no letter of the {len(files):,} under {source.name}. Check them."
        raise NoSourceError(said)
    return found
