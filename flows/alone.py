"""One nightly run at a time over an archive into a store, on whatever machine it runs."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from flows.archive import BusyError, NightlyError
from flows.store import store_address


@contextlib.contextmanager
def alone(store_url: str, source: str) -> Iterator[None]:
    """Hold the right to run over the archive `source` into the store as long as the context, or until this process ends, however it ends.

    It is a lock of the database itself: on SQLite in a file of its own beside the store, so that the store can be read and written
    meanwhile. Raises BusyError where another run has it.
    """
    address = store_address(store_url)
    number = int.from_bytes(hashlib.sha256(source.encode()).digest()[:7])
    is_file = address.get_backend_name() == "sqlite"
    lock = _sqlite(Path(f"{address.database}.{number:014x}.lock")) if is_file else _postgres(address, number)
    with lock as is_free:
        if not is_free:
            said = "Another run over this archive is under way into the same store. Wait until it is done, or stop it."
            raise BusyError(f"{said} Nothing was changed.")
        yield


@contextlib.contextmanager
def _sqlite(path: Path) -> Iterator[bool]:
    with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise NightlyError(f"The file {path} cannot be made ({error}). Let this account write beside the store.") from error
            yield False
        else:
            yield True


@contextlib.contextmanager
def _postgres(address: sa.URL, number: int) -> Iterator[bool]:
    engine = sa.create_engine(address, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)
    connection = engine.connect()
    try:
        yield bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(number))).scalar_one())
    finally:
        with contextlib.suppress(SQLAlchemyError):  # a server that went away has let go of the lock
            connection.close()
