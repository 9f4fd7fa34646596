"""A store of an older letterproof is brought up to date with all that is in it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from alembic import command
from kept import result

from flows.store import CheckedFile, Counts, open_store, store_address
from models.finding import Result

THEN = dt.datetime(2025, 5, 1, 2, 3, 4)
GAPS = result("mail.eml#a.docx")


def make_first(url: str) -> sa.Engine:
    """Make a store with the tables of the first version, and a letter attached to an e-mail in it."""
    upgrade = command.upgrade
    with patch.object(command, "upgrade", lambda config, _: upgrade(config, "0001")):
        open_store(url).close()
    engine = sa.create_engine(store_address(url))
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        counts = {"seen": 2, "checked": 1, "unchanged": 0, "failed": 1}
        run = {"id": 7, "source": "/archive", "rules": "r1", "started": THEN, "state": "finished", **counts}
        file = {"source": "/archive", "rules": "r1", "run_id": 7, "checked_at": THEN}
        files = [{"id": 1, "path": "mail.eml", "sha256": "m", **file}, {"id": 2, "path": "gone.txt", "sha256": None, **file}]
        letter = {"id": 1, "file_id": 1, "path": GAPS.path, "sha256": "s", "verdict": "gaps", "result": GAPS.model_dump_json()}
        unread = {"id": 2, "file_id": 2, "path": "gone.txt", "verdict": "unreadable", "error_code": "not_found", "result": "{}"}
        rows = {
            "runs": [run],
            "files": files,
            "letters": [{**dict.fromkeys(unread), **letter}, {**dict.fromkeys(letter), **unread}],
            "elements": [{"letter_id": 1, "element": f.element, "status": f.status, "requirement": f.requirement} for f in GAPS.elements],
            "flags": [{"letter_id": 1, "flag": "late", "severity": "info"}] * 2,
        }
        for name, added in rows.items():
            connection.execute(tables.tables[name].insert(), added)
    return engine


def test_letters_of_a_first_store_are_there_with_a_history_that_begins_with_them(store_url: str) -> None:
    """Results, dates and counts are kept, and what was said of each letter is its first judgement."""
    engine = make_first(store_url)
    with contextlib.closing(open_store(store_url)) as store:
        letters = store.with_results(store.letters())
        assert letters["path"].tolist() == ["mail.eml#a.docx", "gone.txt"]
        assert Result.model_validate_json(letters["result"][0]) == GAPS
        assert len(store.elements()) == 10
        assert store.runs()[["id", "task", "seen"]].to_numpy().tolist() == [[7, "nightly", 2]]
    with engine.connect() as connection:
        columns = "file_id, part, sha256, rules, run_id, verdict, outcome"
        first, second = connection.execute(sa.text(f"SELECT {columns} FROM judgements ORDER BY id")).all()
        assert connection.execute(sa.text("SELECT DISTINCT seen_run FROM files")).scalars().all() == [7]
        assert connection.execute(sa.text("SELECT added_at FROM files").columns(added_at=sa.DateTime)).scalars().all() == [THEN, THEN]
    engine.dispose()
    assert first[:-1] == (1, "#a.docx", "s", "r1", 7, "gaps")
    assert json.loads(first.outcome) == {
        "error": None,
        "elements": dict.fromkeys((f.element for f in GAPS.elements), "present"),
        "flags": ["late"],
    }
    assert second[:-1] == (2, "", None, "r1", 7, "unreadable")
    assert json.loads(second.outcome) == {"error": "not_found", "elements": {}, "flags": []}


def test_the_next_run_over_an_upgraded_store_writes_into_it(store_url: str) -> None:
    """New rows take numbers after the old ones, and an old letter's place is taken by its new judgement."""
    make_first(store_url).dispose()
    with contextlib.closing(open_store(store_url)) as store:
        if store_url.startswith("postgresql"):
            with store._engine.begin() as connection:  # the test wrote ids of its own, past the sequences
                for table in ("runs", "files", "letters"):
                    connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', 100)")
        run = store.start_run("/archive", "r1")
        assert store.known(run) == {"mail.eml": "m"}
        store.save(run, [CheckedFile("mail.eml", "n", (result("mail.eml"),))], Counts(seen=1, checked=1))
        assert store.letters()["path"].tolist() == ["gone.txt", "mail.eml"]


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """A full disk in the middle of the change costs nothing: it is one transaction."""
    url = str(tmp_path / "letters.db")
    engine = make_first(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE texts (in_the_way INTEGER)")
    with pytest.raises(Exception, match="texts"):
        open_store(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM letterproof_version").scalar_one() == "0001"
        assert connection.exec_driver_sql("SELECT count(result) FROM letters").scalar_one() == 2
    engine.dispose()
