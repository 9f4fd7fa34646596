"""Opening a store: its address, its database, and its tables brought up to date."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from flows.store.errors import NoStoreError, StoreError, explained, shown
from flows.store.forgetting import OUTSIDE
from flows.store.schema import VERSION_TABLE
from flows.store.store import Store, writer

MIGRATIONS = Path(__file__).parents[1] / "migrations"
_MIGRATION_LOCK = 5_018_822  # any number that is ours: PostgreSQL lets one program migrate at a time
_WAIT_SECONDS = 30  # for another program's transaction, or for a server to answer


def open_store(url: str, *, write: bool = True) -> Store:
    """Return the store at `url`, brought up to the tables that this version needs.

    `url` is `sqlite:///out/letters.db`, the path of an SQLite file alone, or `postgresql://…`. To `write`, a new SQLite file and its folder
    are made; only to read, the file must be there, and need not be writable. Raises NoStoreError.
    """
    address = store_address(url)
    engine = _sqlite(address, create=write) if address.get_backend_name() == "sqlite" else _postgres(address)
    try:
        with explained(address, "opened", NoStoreError), (writer(engine) if write else engine).begin() as connection:
            _migrate(connection, address)
            if write:  # a change that changes nothing says now, and not in the middle of a run, whether the store can be written
                connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = version_num"))  # noqa: S608 - our own name
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)


def store_address(url: str) -> URL:
    """Return the store's address, with the driver that letterproof uses. Raises NoStoreError where it is none."""
    forms = "Write sqlite:///folder/letters.db, or postgresql://user@server/database."
    if "://" not in url:
        if not url.strip():
            raise NoStoreError(f"The store's URL is empty. {forms}")
        return URL.create("sqlite", database=os.path.expanduser(url))  # noqa: PTH111 - Path's raises where there is no home
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise NoStoreError(f"The store's URL cannot be read. {forms}") from error
    name = address.drivername.partition("+")[0]
    if name == "sqlite" and address.database and address.database != ":memory:" and not address.host:
        return address.set(drivername="sqlite")
    if name in ("postgresql", "postgres") and address.database:
        return address.set(drivername="postgresql+psycopg")
    raise NoStoreError(f"letterproof cannot keep results in {shown(address)}. {forms}")


def _sqlite(address: URL, *, create: bool) -> Engine:
    path = Path(address.database or "")
    if not create:
        _look_at(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoStoreError(f"The folder {path.parent} cannot be made ({error.strerror}). Choose another place for the store.") from error
    engine = sa.create_engine(address, hide_parameters=True, connect_args={"timeout": _WAIT_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _look_at(path: Path) -> None:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NoStoreError(f"There is no store {path}. Check --store, or run `letterproof nightly` first to make it.") from error
    except OSError as error:
        raise NoStoreError(f"The store {path} cannot be opened ({error.strerror}). Check --store, and the account's rights.") from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in _begin_sqlite: the driver's own way leaves changed tables outside of them
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(OUTSIDE):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") else "BEGIN")


def _postgres(address: URL) -> Engine:
    if find_spec("psycopg") is None:
        raise NoStoreError(
            "A PostgreSQL store needs the package psycopg. Install letterproof with it: pip install 'letterproof[postgres]'."
        )
    # Without an encoding of its own (SQL_ASCII) a database would hand back bytes.
    arguments = {"connect_timeout": _WAIT_SECONDS, "client_encoding": "utf8"}
    return sa.create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)


def _migrate(connection: Connection, address: URL) -> None:
    from alembic import command  # noqa: PLC0415 - takes a while to import, and only opening a store needs it
    from alembic.config import Config  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    if current == script.get_current_head():
        return
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise NoStoreError(f"The store {shown(address)} was written by a newer letterproof. Update letterproof, or name another store.")
    command.upgrade(config, "head")
