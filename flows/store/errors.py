"""What can go wrong with a store, in words that say what to do; and which faults pass if one waits a little."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

ANEW = "put back a copy of the store, or name a new one and run `letterproof nightly` again."
PAUSES = (1, 2, 4, 8, 15, 30, 60)  # seconds between tries: a server that starts again, or a disk that is cleared, takes a minute or two
_SERVER = "that the server runs and lets this account in."
_PASSING_SQLITE = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL),  # another program writes
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN),  # the disk is full, or a share is away
}
_PASSING_POSTGRES = ("08", "40", "53", "57", "58")  # connection, deadlock, out of disk or memory, server ended, system error
Answer = TypeVar("Answer")


class StoreError(Exception):
    """A store that does not do as asked. The message says what to do, and quotes nothing that is kept."""


class NoStoreError(StoreError):
    """A store that cannot be used at all: it is not there, cannot be opened, or is none."""


@contextlib.contextmanager
def explained(address: URL, done: str, kind: type[StoreError] = StoreError) -> Iterator[None]:
    """Turn the database's errors into a StoreError.

    Only the first line is shown, up to where SQLite quotes text that it cannot decode: what follows may be words of letters.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].partition(" with text ")[0]
        local = address.get_backend_name() == "sqlite"
        advice = f"the account's rights and the space left. If the file is damaged, {ANEW}" if local else _SERVER
        raise kind(f"The store {shown(address)} could not be {done}: {cause}. Check --store, {advice}") from error


def patiently(attempt: Callable[[], Answer]) -> Answer:
    """Return what `attempt` returns, which is tried again for some minutes where the storage is at fault and may come back."""
    for pause in PAUSES:
        try:
            return attempt()
        except DBAPIError as error:
            if not _passes(error):
                raise
        time.sleep(pause)
    return attempt()


def _passes(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _PASSING_SQLITE  # the rest of the code says where it happened
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, OperationalError) and (state is None or state.startswith(_PASSING_POSTGRES))


def shown(address: URL) -> str:
    """Return the address without its password."""
    return address.render_as_string(hide_password=True)
