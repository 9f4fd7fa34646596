"""What is written to a store, each function in the transaction of its caller."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from flows.store.records import CaseRow, CheckedFile, Counts, Task
from flows.store.schema import cases, chunks, elements, files, flags, judgements, letters, results, runs, texts
from models.finding import Result


def start_run(connection: Connection, source: str, rules: str, task: Task) -> int:
    """Record that a run begins, and that one of the same kind and archive which never ended has failed; return its id."""
    broken = sa.and_(runs.c.source == source, runs.c.task == task, runs.c.state == "running")
    connection.execute(runs.update().where(broken).values(state="failed", reason="It stopped without a word."))
    row = {"task": task, "source": source, "rules": rules, "started": now(), "state": "running"}
    counts = {"seen": 0, "checked": 0, "unchanged": 0, "failed": 0, "left": 0}
    return int(connection.execute(runs.insert().values(**row, **counts).returning(runs.c.id)).scalar_one())


def end_run(connection: Connection, run: int, *, failed: bool, reason: str | None) -> None:
    """Record that a run is over; where it finished, files that were moved are known by their new paths only."""
    ended = {"state": "failed" if failed else "finished", "finished": now(), "reason": reason}
    connection.execute(runs.update().where(runs.c.id == run).values(**ended))
    connection.execute(chunks.delete().where(chunks.c.run_id == run))
    if not failed:
        _join_moved(connection, run)


def save(connection: Connection, run: int, checked: Sequence[CheckedFile], counts: Counts, unchanged: Sequence[str]) -> None:
    """Put the files' results in place of earlier ones and add to the run's counts, unless this very chunk is saved already."""
    of_run = connection.execute(sa.select(runs.c.source, runs.c.rules, runs.c.task).where(runs.c.id == run)).one()
    if not _is_first(connection, run, [*(file.path for file in checked), *unchanged]):
        return
    added = {"seen": runs.c.seen + counts.seen, "checked": runs.c.checked + counts.checked}
    added |= {"unchanged": runs.c.unchanged + counts.unchanged, "failed": runs.c.failed + counts.failed}
    added["left"] = runs.c.left + counts.left
    connection.execute(runs.update().where(runs.c.id == run).values(**added))
    if of_run.task == Task.NIGHTLY:
        kept = files.c.source == of_run.source, files.c.path.in_(unchanged)
        connection.execute(files.update().where(*kept).values(seen_run=run))
    else:
        checked = _still_there(connection, of_run.source, checked)
    if not checked:
        return
    common = {"source": of_run.source, "rules": of_run.rules, "run_id": run, "checked_at": now()}
    ids = _put_files(connection, checked, common, seen=of_run.task == Task.NIGHTLY)
    connection.execute(letters.delete().where(letters.c.file_id.in_(ids.values())))
    connection.execute(texts.delete().where(texts.c.file_id.in_(ids.values())))
    _save_results(connection, [(ids[file.path], result) for file in checked for result in file.results])
    own = [_judgement(ids[file.path], file.path, result, common) for file in checked if file.origin is None for result in file.results]
    _insert(connection, judgements, own)
    for file in checked:
        if file.origin is not None:
            _copy_history(connection, file.origin, ids[file.path])
    kept_texts = [(file, file.text) for file in checked if file.text is not None]
    rows = [{"file_id": ids[file.path], "reading": text.reading, "content": text.content} for file, text in kept_texts]
    _insert(connection, texts, rows)


def keep_cases(connection: Connection, source: str, rows: Sequence[CaseRow]) -> None:
    """Put the rows of an archive's index in place of those of an earlier one."""
    connection.execute(cases.delete().where(cases.c.source == source))
    _insert(connection, cases, [{"source": source, **asdict(row)} for row in rows])


def now() -> dt.datetime:
    """Return the time as the store keeps it: UTC, without saying so, to the second."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


def _is_first(connection: Connection, run: int, paths: Iterable[str]) -> bool:
    """Note that the run has saved these files together, and tell whether it had not."""
    key = hashlib.sha256("\0".join(sorted(paths)).encode()).hexdigest()
    noted = _upsert(connection, chunks).values(run_id=run, key=key).on_conflict_do_nothing().returning(chunks.c.key)
    return connection.execute(noted).first() is not None


def _still_there(connection: Connection, source: str, checked: Sequence[CheckedFile]) -> list[CheckedFile]:
    """Return the files that the store still has with this content: what was forgotten or changed meanwhile stays so."""
    paths = [file.path for file in checked]
    found = sa.select(files.c.path, files.c.sha256).where(files.c.source == source, files.c.path.in_(paths)).with_for_update()
    contents = {path: sha256 for path, sha256 in connection.execute(found)}  # noqa: C416 - rows are no pairs to a type checker
    return [file for file in checked if file.path in contents and contents[file.path] == file.sha256]


def _put_files(connection: Connection, checked: Sequence[CheckedFile], common: dict[str, Any], *, seen: bool) -> dict[str, int]:
    """Insert the files, or bring their rows up to date, and return their ids by path.

    In the order of paths: two programs that write the same files wait for each other, and never both.
    """
    first = {**common, "added_at": common["checked_at"], "seen_run": common["run_id"] if seen else 0}
    rows = [
        {**first, "path": file.path, "sha256": file.sha256, "stamp": file.stamp} for file in sorted(checked, key=lambda file: file.path)
    ]
    upsert = _upsert(connection, files)
    new = upsert.excluded
    changed = {name: new[name] for name in ("sha256", "rules", "run_id", "checked_at")}
    changed["stamp"] = sa.func.coalesce(new.stamp, sa.case((files.c.sha256 == new.sha256, files.c.stamp)))
    changed["added_at"] = sa.case((files.c.sha256 == new.sha256, files.c.added_at), else_=new.added_at)
    if seen:
        changed["seen_run"] = new.seen_run
    connection.execute(upsert.on_conflict_do_update(index_elements=["source", "path"], set_=changed), rows)
    paths = [file.path for file in checked]
    found = sa.select(files.c.path, files.c.id).where(files.c.source == common["source"], files.c.path.in_(paths))
    return {path: id_ for path, id_ in connection.execute(found)}  # noqa: C416 - rows are no pairs to a type checker


def _copy_history(connection: Connection, origin: int, file: int) -> None:
    """Let a file of known content have the history, and the age, of the one whose results it has."""
    if origin == file:
        return
    told = [column for column in judgements.c if column.name not in ("id", "file_id")]
    history = sa.select(sa.literal(file), *told).where(judgements.c.file_id == origin).order_by(judgements.c.id)
    connection.execute(judgements.insert().from_select(["file_id", *told], history))
    age = sa.select(files.c.added_at).where(files.c.id == origin).scalar_subquery()
    connection.execute(files.update().where(files.c.id == file).values(added_at=age))


def _join_moved(connection: Connection, run: int) -> None:
    """Let a file that the run did not see, but whose content it saw elsewhere in the archive, go on under the new path only.

    The new one has its history already, unless both came into the archive on their own.
    """
    old, new = files.alias("old"), files.alias("new")
    same = sa.and_(old.c.source == new.c.source, old.c.sha256 == new.c.sha256, old.c.seen_run != run, new.c.seen_run == run)
    of_archive = sa.select(runs.c.source).where(runs.c.id == run).scalar_subquery()
    pairs = sa.select(old.c.id, sa.func.min(new.c.id), old.c.added_at).join(new, same).where(old.c.source == of_archive)
    rows = [{"gone": gone, "seen": seen, "since": since} for gone, seen, since in connection.execute(pairs.group_by(old.c.id))]
    if not rows:
        return
    gone: sa.BindParameter[int] = sa.bindparam("gone")
    younger = sa.exists().where(files.c.id == sa.bindparam("seen"), files.c.added_at > sa.bindparam("since"))
    connection.execute(judgements.update().where(judgements.c.file_id == gone, younger).values(file_id=sa.bindparam("seen")), rows)
    older = files.c.id == sa.bindparam("seen"), files.c.added_at > sa.bindparam("since")
    connection.execute(files.update().where(*older).values(added_at=sa.bindparam("since")), rows)
    connection.execute(files.delete().where(files.c.id == gone), rows)


def _upsert(connection: Connection, table: sa.Table) -> Any:
    """Return an insert that may say what to do where the row is there already: both databases write it alike."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def _insert(connection: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _save_results(connection: Connection, found: list[tuple[int, Result]]) -> None:
    if not found:
        return
    inserted = letters.insert().returning(letters.c.id, sort_by_parameter_order=True)
    ids = connection.execute(inserted, [{"file_id": file, **_letter_row(result)} for file, result in found]).scalars()
    numbered = [(id_, result) for id_, (_, result) in zip(ids, found, strict=True)]
    statuses = [
        {"letter_id": id_, "element": finding.element, "status": finding.status, "requirement": finding.requirement}
        for id_, result in numbered
        for finding in result.elements
    ]
    raised = [{"letter_id": id_, "flag": f.flag, "severity": f.severity} for id_, result in numbered for f in result.flags]
    _insert(connection, results, [{"letter_id": id_, "result": result.model_dump_json()} for id_, result in numbered])
    _insert(connection, elements, statuses)
    _insert(connection, flags, raised)


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
    }


def _judgement(file_id: int, path: str, result: Result, common: dict[str, Any]) -> dict[str, Any]:
    found = {
        "error": result.error and result.error.code,
        "elements": {finding.element: finding.status for finding in result.elements},
        "flags": sorted({flag.flag for flag in result.flags}),
    }
    return {
        "file_id": file_id,
        "part": result.path.removeprefix(path),
        "sha256": result.sha256,
        "rules": common["rules"],
        "run_id": common["run_id"],
        "judged_at": common["checked_at"],
        "verdict": result.verdict,
        "outcome": json.dumps(found, sort_keys=True),
    }


def _date(text: str | None) -> dt.date | None:
    """Return the date, or None where there is none or the calendar has no such day."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None
