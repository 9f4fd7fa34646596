"""The store: what was found in each letter of each archive, in SQLite or PostgreSQL.

It holds quotations from letters and names of people, never a letter's whole text. Times are UTC.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from models.finding import Result, Verdict

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "letterproof_version"
_MIGRATION_LOCK = 5_018_822  # any number that is ours: PostgreSQL lets one program migrate at a time
_WAIT_SECONDS = 30  # for another program's transaction, or for a server to answer
_ANEW = "put back a copy of the store, or name a new one and run `letterproof nightly` again."
_SERVER = "that the server runs and lets this account in."

metadata = sa.MetaData()

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("started", sa.DateTime, nullable=False),
    sa.Column("finished", sa.DateTime),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("checked", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),
)
files = sa.Table(
    "files",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("run_id", sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("checked_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("source", "path", name="files_source_path"),
)
letters = sa.Table(
    "letters",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("file_id", sa.ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("error_code", sa.Text),
    sa.Column("error_message", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("stage", sa.Integer),
    sa.Column("edition", sa.Text),
    sa.Column("date", sa.Date, index=True),
    sa.Column("reference", sa.Text),
    sa.Column("result", sa.Text, nullable=False),
)
elements = sa.Table(
    "elements",
    metadata,
    sa.Column("letter_id", sa.ForeignKey("letters.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("element", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("requirement", sa.Text, nullable=False),
)
flags = sa.Table(
    "flags",
    metadata,
    sa.Column("letter_id", sa.ForeignKey("letters.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("flag", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
)


class StoreError(Exception):
    """A store that does not do as asked. The message says what to do, and quotes nothing that is kept."""


class NoStoreError(StoreError):
    """A store that cannot be used at all: it is not there, cannot be opened, or is none."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Files of a run: `seen == checked + unchanged + failed`. A file has failed where no letter could be checked in it."""

    seen: int = 0
    checked: int = 0
    unchanged: int = 0
    failed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.seen + other.seen, self.checked + other.checked, self.unchanged + other.unchanged, self.failed + other.failed)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file's results. `path` is relative to the archive, with forward slashes; `sha256` is None where it could not be read."""

    path: str
    sha256: str | None
    results: tuple[Result, ...]


class Store:
    """An open store. Every method raises StoreError where the database does not do as asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def start_run(self, source: str, rules: str) -> int:
        """Record that a run over the archive `source` begins, and return its id.

        A run of the same archive that never ended (the machine stopped, say) is marked as failed.
        """
        with self._writing() as connection:
            broken = sa.and_(runs.c.source == source, runs.c.state == "running")
            connection.execute(runs.update().where(broken).values(state="failed"))
            row = {"source": source, "rules": rules, "started": _now(), "state": "running"}
            counts = {"seen": 0, "checked": 0, "unchanged": 0, "failed": 0}
            return int(connection.execute(runs.insert().values(**row, **counts).returning(runs.c.id)).scalar_one())

    def end_run(self, run: int, *, failed: bool = False) -> None:
        """Record that a run is over."""
        with self._writing() as connection:
            ended = {"state": "failed" if failed else "finished", "finished": _now()}
            connection.execute(runs.update().where(runs.c.id == run).values(**ended))

    def known(self, run: int) -> dict[str, str]:
        """Return the hash of each file, by its path, that was checked before in this run's archive by this run's rules."""
        same = sa.and_(files.c.source == runs.c.source, files.c.rules == runs.c.rules, files.c.sha256.is_not(None))
        with self._reading() as connection:
            rows = connection.execute(sa.select(files.c.path, files.c.sha256).join(runs, same).where(runs.c.id == run))
            return {path: sha256 for path, sha256 in rows}  # noqa: C416 - rows are no pairs to a type checker

    def unreadable(self, run: int) -> set[str]:
        """Return the paths of the files of this run's archive, by all runs so far, in which no letter could be read."""
        read = sa.exists().where(letters.c.file_id == files.c.id, letters.c.verdict != Verdict.UNREADABLE)
        with self._reading() as connection:
            of_archive = sa.select(files.c.path).join(runs, files.c.source == runs.c.source).where(runs.c.id == run)
            return set(connection.execute(of_archive.where(~read)).scalars())

    def save(self, run: int, checked: Sequence[CheckedFile], counts: Counts) -> None:
        """Put the files' results in place of earlier ones and add to the run's counts, all of it or nothing."""
        with self._writing() as connection:
            source, rules = connection.execute(sa.select(runs.c.source, runs.c.rules).where(runs.c.id == run)).one()
            paths = [file.path for file in checked]
            connection.execute(files.delete().where(files.c.source == source, files.c.path.in_(paths)))
            added = {"seen": runs.c.seen + counts.seen, "checked": runs.c.checked + counts.checked}
            added |= {"unchanged": runs.c.unchanged + counts.unchanged, "failed": runs.c.failed + counts.failed}
            connection.execute(runs.update().where(runs.c.id == run).values(**added))
            common = {"source": source, "rules": rules, "run_id": run, "checked_at": _now()}
            ids = _insert(connection, files, [{**common, "path": file.path, "sha256": file.sha256} for file in checked])
            found = [(id_, result) for id_, file in zip(ids, checked, strict=True) for result in file.results]
            _save_results(connection, found)

    def letters(self, since: dt.date | None = None, until: dt.date | None = None) -> pd.DataFrame:
        """Return a row for each letter, and for each file that could not be read.

        Columns: id, source, path, verdict, error_code, error_message, kind, stage (Int64), edition, date (datetime64), reference,
        result (JSON text), checked_at (datetime64, UTC). `since` and `until` count the letter's date, both days included, or the day of
        the check where it has none; files that could not be read are always among them. Sorted by id.
        """
        own = [c for c in letters.c if c.name not in ("file_id", "sha256")]
        columns = [own[0], files.c.source, *own[1:], files.c.checked_at]
        query = sa.select(*columns).join(files).where(*_within(since, until)).order_by(letters.c.id)
        return self._frame(query, {"stage": "Int64", "date": "datetime64[s]", "checked_at": "datetime64[s]"})

    def elements(self, since: dt.date | None = None, until: dt.date | None = None) -> pd.DataFrame:
        """Return letter_id, element, status and requirement of each letter that `letters` returns."""
        return self._parts(elements, since, until)

    def flags(self, since: dt.date | None = None, until: dt.date | None = None) -> pd.DataFrame:
        """Return letter_id, flag and severity of each flag of the letters that `letters` returns."""
        return self._parts(flags, since, until)

    def runs(self) -> pd.DataFrame:
        """Return all runs: id, source, rules, started, finished, state (running, finished or failed) and their counts."""
        return self._frame(sa.select(runs).order_by(runs.c.id), {"started": "datetime64[s]", "finished": "datetime64[s]"})

    def _parts(self, table: sa.Table, since: dt.date | None, until: dt.date | None) -> pd.DataFrame:
        joined = table.join(letters, table.c.letter_id == letters.c.id).join(files)
        return self._frame(sa.select(table).select_from(joined).where(*_within(since, until)).order_by(table.c.letter_id))

    def _frame(self, query: sa.Select[Any], types: Mapping[str, str] | None = None) -> pd.DataFrame:
        with self._reading() as connection:
            rows = connection.execute(query)
            try:
                frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(rows.keys()))
                return frame.astype(types or {})
            except (ValueError, TypeError) as error:  # a date that is none, say; the message quotes it
                raise StoreError(f"The store {_shown(self._engine.url)} holds a value that letterproof did not write: {_ANEW}") from error

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _explained(self._engine.url, "read"), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _explained(self._engine.url, "written"), _writer(self._engine).begin() as connection:
            yield connection


def require_results(rows: pd.DataFrame) -> None:
    """Raise StoreError where a row of `Store.letters` has no result that letterproof wrote."""
    for path, kept in zip(rows["path"], rows["result"], strict=True):
        try:
            Result.model_validate_json(kept)
        except ValidationError:
            raise StoreError(f"The store's result of {path} is damaged: {_ANEW}") from None  # the error quotes what is kept


def open_store(url: str, *, write: bool = True) -> Store:
    """Return the store at `url`, brought up to the tables that this version needs.

    `url` is `sqlite:///out/letters.db`, the path of an SQLite file alone, or `postgresql://…`. To `write`, a new SQLite file and its folder
    are made; only to read, the file must be there, and need not be writable. Raises NoStoreError.
    """
    address = store_address(url)
    engine = _sqlite(address, create=write) if address.get_backend_name() == "sqlite" else _postgres(address)
    try:
        with _explained(address, "opened", NoStoreError), (_writer(engine) if write else engine).begin() as connection:
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
    raise NoStoreError(f"letterproof cannot keep results in {_shown(address)}. {forms}")


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


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")


def _postgres(address: URL) -> Engine:
    if find_spec("psycopg") is None:
        raise NoStoreError(
            "A PostgreSQL store needs the package psycopg. Install letterproof with it: pip install 'letterproof[postgres]'."
        )
    # Without an encoding of its own (SQL_ASCII) a database would hand back bytes.
    arguments = {"connect_timeout": _WAIT_SECONDS, "client_encoding": "utf8"}
    return sa.create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)


def _writer(engine: Engine) -> Engine:
    """Return the engine for transactions that write: on SQLite they wait for their turn at the start, not in the middle."""
    return engine.execution_options(writing=True)


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
        raise NoStoreError(f"The store {_shown(address)} was written by a newer letterproof. Update letterproof, or name another store.")
    command.upgrade(config, "head")


@contextlib.contextmanager
def _explained(address: URL, done: str, kind: type[StoreError] = StoreError) -> Iterator[None]:
    """Turn the database's errors into a StoreError.

    Only the first line is shown, up to where SQLite quotes text that it cannot decode: what follows may be words of letters.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].partition(" with text ")[0]
        local = address.get_backend_name() == "sqlite"
        advice = f"the account's rights and the space left. If the file is damaged, {_ANEW}" if local else _SERVER
        raise kind(f"The store {_shown(address)} could not be {done}: {cause}. Check --store, {advice}") from error


def _shown(address: URL) -> str:
    return address.render_as_string(hide_password=True)


def _within(since: dt.date | None, until: dt.date | None) -> list[sa.ColumnElement[bool]]:
    limits = []
    if since is not None:
        limits.append(_by_day(letters.c.date >= since, files.c.checked_at >= dt.datetime.combine(since, dt.time())))
    if until is not None:
        limits.append(_by_day(letters.c.date <= until, files.c.checked_at <= dt.datetime.combine(until, dt.time.max)))
    return limits


def _by_day(dated: sa.ColumnElement[bool], undated: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    # A file that could not be read may be of any day: a period never hides it.
    return sa.or_(dated, sa.and_(letters.c.date.is_(None), undated), letters.c.verdict == Verdict.UNREADABLE)


def _insert(connection: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> list[int]:
    """Insert the rows and return their ids, in the same order."""
    if not rows:
        return []
    return list(connection.execute(table.insert().returning(table.c.id, sort_by_parameter_order=True), rows).scalars())


def _save_results(connection: Connection, found: list[tuple[int, Result]]) -> None:
    ids = _insert(connection, letters, [{"file_id": file, **_letter_row(result)} for file, result in found])
    numbered = [(id_, result) for id_, (_, result) in zip(ids, found, strict=True)]
    statuses = [
        {"letter_id": id_, "element": finding.element, "status": finding.status, "requirement": finding.requirement}
        for id_, result in numbered
        for finding in result.elements
    ]
    raised = [{"letter_id": id_, "flag": f.flag, "severity": f.severity} for id_, result in numbered for f in result.flags]
    for table, rows in ((elements, statuses), (flags, raised)):
        if rows:
            connection.execute(table.insert(), rows)


def _letter_row(result: Result) -> dict[str, Any]:
    return {
        "path": result.path,
        "sha256": result.sha256,
        "verdict": result.verdict,
        "error_code": result.error and result.error.code,
        "error_message": result.error and result.error.message,
        "kind": result.kind,
        "stage": result.stage,
        "edition": result.edition,
        "date": _date(result.date),
        "reference": result.reference,
        "result": result.model_dump_json(),
    }


def _date(text: str | None) -> dt.date | None:
    """Return the date, or None where there is none or the calendar has no such day."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
