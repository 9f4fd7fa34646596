"""What is read from a store, each function in the transaction of its caller."""

from __future__ import annotations

import datetime as dt
import json
from array import array
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.engine import Connection

from flows.store.errors import ANEW, StoreError, shown
from flows.store.records import Change, CheckedFile
from flows.store.schema import cases, elements, files, flags, judgements, letters, results, runs, texts
from models.finding import Result, Verdict
from models.letter import KeptText

_FEW = 500  # rows that are held at a time: the garbage collector looks through more of them again and again
_AT_ONCE = 500  # values that are named in one query: databases take no more than some thousands


def known(connection: Connection, run: int) -> dict[str, str]:
    """Return the hash of each file, by its path, that was checked before in this run's archive by this run's rules."""
    same = sa.and_(files.c.source == runs.c.source, files.c.rules == runs.c.rules, files.c.sha256.is_not(None))
    rows = connection.execute(sa.select(files.c.path, files.c.sha256).join(runs, same).where(runs.c.id == run))
    return {path: sha256 for path, sha256 in rows}  # noqa: C416 - rows are no pairs to a type checker


def stamps(connection: Connection, run: int) -> dict[str, str]:
    """Return what the storage said of each file's content, by its path, as `known` returns hashes."""
    same = sa.and_(files.c.source == runs.c.source, files.c.rules == runs.c.rules, files.c.stamp.is_not(None))
    rows = connection.execute(sa.select(files.c.path, files.c.stamp).join(runs, same).where(runs.c.id == run))
    return {path: stamp for path, stamp in rows}  # noqa: C416 - rows are no pairs to a type checker


def judged(connection: Connection, run: int, contents: Collection[str]) -> list[CheckedFile]:
    """Return files of any archive with these hashes that this run's rules have judged."""
    rules = sa.select(runs.c.rules).where(runs.c.id == run).scalar_subquery()
    of_file = sa.select(files.c.id, files.c.path, files.c.sha256, texts.c.reading, texts.c.content).join(texts, isouter=True)
    found = connection.execute(of_file.where(files.c.rules == rules, files.c.sha256.in_(contents)).order_by(files.c.id)).all()
    said = sa.select(letters.c.file_id, results.c.result).join(results).where(letters.c.file_id.in_([row.id for row in found]))
    by_file: dict[int, list[Result]] = {row.id: [] for row in found}
    for file, result in connection.execute(said.order_by(letters.c.id)):
        by_file[file].append(Result.model_validate_json(result))
    return [CheckedFile(row.path, row.sha256, tuple(by_file[row.id]), _text(row), row.id) for row in found]


def sources(connection: Connection) -> list[str]:
    """Return the archives of which files are kept."""
    return list(connection.execute(sa.select(files.c.source).distinct().order_by(files.c.source)).scalars())


def outdated(connection: Connection, run: int) -> dict[str, str]:
    """Return the hash of each file, by its path, of this run's archive that other rules than this run's have judged."""
    other = sa.and_(files.c.source == runs.c.source, files.c.rules != runs.c.rules, files.c.sha256.is_not(None))
    rows = connection.execute(sa.select(files.c.path, files.c.sha256).join(runs, other).where(runs.c.id == run).order_by(files.c.path))
    return {path: sha256 for path, sha256 in rows}  # noqa: C416 - rows are no pairs to a type checker


def kept_texts(connection: Connection, run: int, paths: Collection[str]) -> dict[str, KeptText]:
    """Return what is kept of the text of these files of this run's archive, by their paths."""
    of_run = sa.and_(files.c.source == runs.c.source, runs.c.id == run)
    query = sa.select(files.c.path, texts.c.reading, texts.c.content).join(texts).join(runs, of_run).where(files.c.path.in_(paths))
    return {row.path: KeptText(row.reading, row.content) for row in connection.execute(query)}


def changes(connection: Connection, run: int) -> list[Change]:
    """Return what the run judged otherwise than the letter was judged before."""
    before, after = judgements.alias("before"), judgements.alias("after")
    last = (
        sa.select(sa.func.max(before.c.id))
        .where(before.c.file_id == after.c.file_id, before.c.part == after.c.part, before.c.id < after.c.id)
        .correlate(after)
        .scalar_subquery()
    )
    pairs = (
        sa.select(files.c.path + after.c.part, before.c.verdict, before.c.outcome, after.c.verdict, after.c.outcome)
        .select_from(after.join(files, files.c.id == after.c.file_id).join(before, before.c.id == last))
        .where(after.c.run_id == run)
        .order_by(files.c.path, after.c.id)
    )
    return [change for path, *told in connection.execute(pairs) for change in _differences(path, *told)]


def _differences(path: str, verdict: str, outcome: str, new_verdict: str, new_outcome: str) -> Iterator[Change]:
    before, after = json.loads(outcome), json.loads(new_outcome)
    if verdict != new_verdict:
        yield Change(path, "verdict", "", verdict, new_verdict)
    for element in sorted({*before["elements"], *after["elements"]}, key=str):
        statuses = before["elements"].get(element), after["elements"].get(element)
        if statuses[0] != statuses[1]:
            yield Change(path, "element", element, *statuses)
    for flag in sorted({*before["flags"]} ^ {*after["flags"]}):
        yield Change(path, "flag", flag, *(("raised", None) if flag in before["flags"] else (None, "raised")))


def failures(connection: Connection) -> dict[int, dict[str, int]]:
    """Return for each run how many letters could not be read in it, by error code."""
    failed = judgements.c.verdict == Verdict.UNREADABLE
    counted = sa.select(judgements.c.run_id, judgements.c.outcome, sa.func.count()).where(failed)
    found: dict[int, dict[str, int]] = {}
    for run, outcome, count in connection.execute(counted.group_by(judgements.c.run_id, judgements.c.outcome)):
        found.setdefault(run, {})[json.loads(outcome)["error"]] = count
    return found


def unreadable(connection: Connection, run: int) -> set[str]:
    """Return the paths of the files of this run's archive, by all runs so far, in which no letter could be read."""
    read = sa.exists().where(letters.c.file_id == files.c.id, letters.c.verdict != Verdict.UNREADABLE)
    of_archive = sa.select(files.c.path).join(runs, files.c.source == runs.c.source).where(runs.c.id == run)
    return set(connection.execute(of_archive.where(~read)).scalars())


def letters_frame(connection: Connection, since: dt.date | None, until: dt.date | None) -> pd.DataFrame:
    """Return `Store.letters`."""
    own = [c for c in letters.c if c.name != "file_id"]
    columns = [own[0], files.c.source, *own[1:], files.c.checked_at]
    query = sa.select(*columns).join(files).where(*_within(since, until)).order_by(letters.c.id)
    return _frame(connection, query, {"stage": "Int64", "date": "datetime64[s]", "checked_at": "datetime64[s]"})


def elements_frame(connection: Connection, since: dt.date | None, until: dt.date | None) -> pd.DataFrame:
    """Return `Store.elements`."""
    return _parts(connection, elements, since, until)


def flags_frame(connection: Connection, since: dt.date | None, until: dt.date | None) -> pd.DataFrame:
    """Return `Store.flags`."""
    return _parts(connection, flags, since, until)


def cases_frame(connection: Connection) -> pd.DataFrame:
    """Return `Store.cases`."""
    days = {column.name: "datetime64[s]" for column in cases.c if isinstance(column.type, sa.Date)}
    return _frame(connection, sa.select(cases).order_by(cases.c.id), days)


def runs_frame(connection: Connection) -> pd.DataFrame:
    """Return `Store.runs`."""
    return _frame(connection, sa.select(runs).order_by(runs.c.id), {"started": "datetime64[s]", "finished": "datetime64[s]"})


def with_results(connection: Connection, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `Store.letters` with their results."""
    ids = [int(id_) for id_ in rows["id"]]
    found: dict[int, str] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = sa.select(results.c.letter_id, results.c.result).where(results.c.letter_id.in_(ids[start : start + _AT_ONCE]))
        found |= {letter: result for letter, result in connection.execute(some)}  # noqa: C416 - rows are no pairs to a type checker
    return rows.assign(result=[found.get(id_, "") for id_ in ids])


def _text(row: sa.Row[Any]) -> KeptText | None:
    return None if row.content is None else KeptText(row.reading, row.content)


def require_results(rows: pd.DataFrame) -> None:
    """Raise StoreError where a row of `Store.with_results` has no result that letterproof wrote."""
    for path, kept in zip(rows["path"], rows["result"], strict=True):
        try:
            Result.model_validate_json(kept)
        except ValidationError:
            raise StoreError(f"The store's result of {path} is damaged: {ANEW}") from None  # the error quotes what is kept


def _parts(connection: Connection, table: sa.Table, since: dt.date | None, until: dt.date | None) -> pd.DataFrame:
    """Return the table's rows, of which there are millions, with their few words as categories."""
    query = sa.select(table)
    limits = _within(since, until)
    if limits:
        query = query.select_from(table.join(letters, table.c.letter_id == letters.c.id).join(files)).where(*limits)
    ids = array("q")
    words: list[dict[str, int]] = [{} for _ in table.c[1:]]
    codes = [array("h") for _ in words]
    for rows in connection.execution_options(yield_per=_FEW).execute(query).partitions():
        numbers, *columns = zip(*rows, strict=True)
        ids.extend(numbers)
        for column, seen, code in zip(columns, words, codes, strict=True):
            code.extend([seen.setdefault(word, len(seen)) for word in column])
    coded = zip(table.c[1:], words, codes, strict=True)
    named = {column.name: pd.Categorical.from_codes(np.asarray(code), pd.Index(list(seen), dtype=object)) for column, seen, code in coded}
    return pd.DataFrame({"letter_id": np.asarray(ids), **named})


def _frame(connection: Connection, query: sa.Select[Any], types: Mapping[str, str] | None = None) -> pd.DataFrame:
    rows = connection.execute(query)
    try:
        frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(rows.keys()))
        return frame.astype(types or {})
    except (ValueError, TypeError) as error:  # a date that is none, say; the message quotes it
        raise StoreError(f"The store {shown(connection.engine.url)} holds a value that letterproof did not write: {ANEW}") from error


def _within(since: dt.date | None, until: dt.date | None) -> list[sa.ColumnElement[bool]]:
    limits = []
    if since is not None:
        limits.append(_by_day(letters.c.date >= since, files.c.added_at >= dt.datetime.combine(since, dt.time())))
    if until is not None:
        limits.append(_by_day(letters.c.date <= until, files.c.added_at <= dt.datetime.combine(until, dt.time.max)))
    return limits


def _by_day(dated: sa.ColumnElement[bool], undated: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    # A file that could not be read may be of any day: a period never hides it.
    return sa.or_(dated, sa.and_(letters.c.date.is_(None), undated), letters.c.verdict == Verdict.UNREADABLE)
