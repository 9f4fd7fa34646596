"""Removing letters from a store for good, each function in the transaction of its caller but the last."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from flows.store.records import Choice, KeptFile, Task
from flows.store.schema import elements, files, flags, judgements, letters, results, runs, texts

OUTSIDE = "outside"  # the execution option of a statement that SQLite runs outside of transactions only


def chosen(connection: Connection, choice: Choice) -> list[KeptFile]:
    """Return the files that the choice means, by archive and path."""
    last = (
        sa.select(runs.c.source, sa.func.max(runs.c.id).label("run"))
        .where(runs.c.task == Task.NIGHTLY, runs.c.state == "finished")
        .group_by(runs.c.source)
        .subquery()
    )
    count = sa.select(sa.func.count()).where(letters.c.file_id == files.c.id).scalar_subquery()
    there = sa.func.coalesce(files.c.seen_run >= last.c.run, sa.false())
    found = sa.select(files.c.id, files.c.source, files.c.path, count, there).join(last, last.c.source == files.c.source, isouter=True)
    rows = connection.execute(found.where(_meant(choice)).order_by(files.c.source, files.c.path))
    return [KeptFile(id_, source, path, number, bool(is_there)) for id_, source, path, number, is_there in rows]


def forget(connection: Connection, choice: Choice) -> list[KeptFile]:
    """Remove all that is kept of the files that the choice means, and return them."""
    gone = chosen(connection, choice)
    if gone:
        connection.execute(files.delete().where(files.c.id == sa.bindparam("gone")), [{"gone": file.id} for file in gone])
    if choice.letter is not None:  # what another file was before
        connection.execute(judgements.delete().where(judgements.c.sha256 == choice.letter.lower()))
    return gone


def give_back(engine: Engine) -> None:
    """Let nothing of what was removed stay in the database's files."""
    if engine.dialect.name == "postgresql":
        names = ", ".join(table.name for table in (files, letters, results, elements, flags, judgements, texts))
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql(f"VACUUM (FULL) {names}")
    else:
        with engine.execution_options(**{OUTSIDE: True}).connect() as connection:
            connection.exec_driver_sql("VACUUM")


def _meant(choice: Choice) -> sa.ColumnElement[bool]:
    if choice.before is not None:
        undated = sa.and_(letters.c.date.is_(None), files.c.added_at >= dt.datetime.combine(choice.before, dt.time()))
        return ~_has_letter(sa.or_(letters.c.date >= choice.before, undated))
    if choice.reference is not None:
        return _has_letter(sa.func.lower(letters.c.reference) == choice.reference.lower())
    named = choice.letter or ""
    same = files.alias("same")
    content = sa.select(same.c.sha256).where(sa.or_(same.c.path == named, same.c.source + "/" + same.c.path == named))
    attached = sa.or_(letters.c.sha256 == named.lower(), letters.c.path == named, files.c.source + "/" + letters.c.path == named)
    return sa.or_(files.c.sha256.in_(content), files.c.path == named, files.c.sha256 == named.lower(), _has_letter(attached))


def _has_letter(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(letters.c.file_id == files.c.id, condition)
