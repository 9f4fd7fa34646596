"""Removing letters from a store for good, each function in the transaction of its caller but the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from flows.store.records import Choice, KeptFile, Task
from flows.store.schema import cases, elements, files, flags, judgements, letters, results, runs, texts
from reports.cases import path_key, reference_key

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
    references = _references(connection, gone)
    if gone:
        connection.execute(files.delete().where(files.c.id == sa.bindparam("gone")), [{"gone": file.id} for file in gone])
    if choice.letter is not None:  # what another file was before
        connection.execute(judgements.delete().where(judgements.c.sha256 == choice.letter.lower()))
    _forget_cases(connection, gone, references - _references(connection, None))
    return gone


def _references(connection: Connection, of: Sequence[KeptFile] | None) -> set[str]:
    """Return the keys of the references of the files' letters, or of all letters."""
    rows = connection.execute(sa.select(letters.c.file_id, letters.c.reference).where(letters.c.reference.is_not(None)))
    ids = None if of is None else {file.id for file in of}
    return {reference_key(reference) for file, reference in rows if ids is None or file in ids}


def _forget_cases(connection: Connection, gone: Sequence[KeptFile], references: Collection[str]) -> None:
    """Remove the rows of the index that speak of the files that are gone, or of references that no letter has any more."""
    paths = {(file.source, path_key(file.path)) for file in gone}
    rows = connection.execute(sa.select(cases.c.id, cases.c.source, cases.c.path, cases.c.reference)).all()
    theirs = [row.id for row in rows if (row.source, path_key(row.path or "")) in paths or reference_key(row.reference or "") in references]
    if theirs:
        connection.execute(cases.delete().where(cases.c.id == sa.bindparam("row_gone")), [{"row_gone": id_} for id_ in theirs])


def give_back(engine: Engine) -> None:
    """Let nothing of what was removed stay in the database's files."""
    if engine.dialect.name == "postgresql":
        names = ", ".join(table.name for table in (files, letters, results, elements, flags, judgements, texts, cases))
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
