"""Storage that fails for a while costs nothing, and programs that share a store do not harm each other."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from kept import kept

from flows.store import Counts, Store, StoreError, errors, open_store
from flows.store.schema import metadata

SPAWN = multiprocessing.get_context("spawn")
CHUNKS = 12
FILES = 20


def write_all(url: str, name: str, source: str) -> None:
    """Save all files of a made archive, a chunk at a time, as a batch does."""
    with closing(open_store(url)) as store:
        run = store.start_run(source, "r1")
        for chunk in range(CHUNKS):
            files = [kept(f"{chunk:02}/{number:02}", reference=name) for number in range(FILES)]
            store.save(run, files if name == "first" else files[::-1], Counts(seen=FILES, checked=FILES))
        store.end_run(run)


def read_on(url: str) -> None:
    """Read the store again and again; leave with a status where what is read does not fit together."""
    with closing(open_store(url, write=False)) as store:
        while True:
            letters = store.letters()
            if letters["path"].duplicated().any() or len(letters) % FILES:
                os._exit(9)


@pytest.mark.slow
@pytest.mark.parametrize("sources", [("/archive", "/archive"), ("/one", "/two")])
def test_two_batches_and_readers_may_use_one_store_at_once(store_url: str, sources: tuple[str, str]) -> None:
    """Real processes, over one archive or two: every letter is there once, every part has its letter, and readers see whole chunks."""
    open_store(store_url).close()
    writers = [SPAWN.Process(target=write_all, args=(store_url, *one)) for one in zip(("first", "second"), sources, strict=True)]
    readers = [SPAWN.Process(target=read_on, args=(store_url,)) for _ in range(2 if len(set(sources)) == 1 else 0)]
    for process in (*readers, *writers):
        process.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    assert all(reader.exitcode is None for reader in readers)
    for reader in readers:
        reader.kill()
        reader.join()
    with closing(open_store(store_url)) as store:
        letters = store.letters()
        assert len(letters) == CHUNKS * FILES * len(set(sources))
        assert not letters[["source", "path"]].duplicated().any()
        assert set(store.elements()["letter_id"]) == set(letters["id"])
        assert len(store.elements()) == 10 * len(letters)
        runs = store.runs()
        assert runs["seen"].tolist() == runs["checked"].tolist() == [CHUNKS * FILES] * 2
        assert runs["state"].tolist() == ["finished"] * 2
        assert rows(store, "chunks") == 0


def rows(store: Store, table: str) -> int:
    """Return how many rows a table has."""
    with store._engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[table])).scalar_one())


def test_a_chunk_that_is_saved_twice_counts_once(store: Store) -> None:
    """Where the answer was lost on the way, or the whole task is tried again, letters, history and counts are those of one try."""
    run = store.start_run("/archive", "r1")
    for _ in range(2):
        store.save(run, [kept("a"), kept("b")], Counts(seen=3, checked=2, unchanged=1), ["c"])
    store.save(run, [kept("d")], Counts(seen=1, checked=1))
    assert store.runs()[["seen", "checked", "unchanged"]].to_numpy().tolist() == [[4, 3, 1]]
    assert (len(store.letters()), rows(store, "judgements")) == (3, 3)


def test_a_database_that_ends_every_connection_is_reached_again(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that starts again, or an operator who ends its sessions in the middle of a run, costs a second."""
    if not store_url.startswith("postgresql"):
        pytest.skip("SQLite has no sessions")
    monkeypatch.setattr(errors, "PAUSES", (0.2,) * 5)
    with closing(open_store(store_url)) as store:
        run = store.start_run("/archive", "r1")
        ended = []

        def end_sessions(_connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
            if not ended and "INSERT INTO letters" in statement:
                ended.append(True)
                other = sa.create_engine(store._engine.url, isolation_level="AUTOCOMMIT")
                with other.connect() as operator:
                    others = "datname = current_database() AND pid <> pg_backend_pid()"
                    operator.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
                other.dispose()

        sa.event.listen(store._engine, "before_cursor_execute", end_sessions)
        store.save(run, [kept("a")], Counts(seen=1, checked=1))
        assert ended
        assert store.letters()["path"].tolist() == ["a"]
        assert store.runs()["seen"].tolist() == [1]


def test_a_full_disk_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk that finds no room is written whole when there is some, and the error names the cause where there never is."""
    monkeypatch.setattr(errors, "PAUSES", (0.05,) * 40)
    with closing(open_store(str(tmp_path / "letters.db"))) as store:
        run = store.start_run("/archive", "r1")

        def limit(pages: int) -> None:
            sa.event.listen(store._engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages}"))
            store._engine.dispose()

        limit(1)
        files = [kept(f"{number}") for number in range(200)]
        threading.Timer(0.5, limit, [1_000_000]).start()
        began = time.monotonic()
        store.save(run, files, Counts(seen=200, checked=200))
        assert time.monotonic() - began > 0.4
        assert len(store.letters()) == store.runs()["seen"][0] == 200
        monkeypatch.setattr(errors, "PAUSES", (0.01,) * 2)
        limit(1)
        with pytest.raises(StoreError, match="could not be written: database or disk is full.*space left"):
            store.save(run, [kept(f"more {number}") for number in range(200)], Counts(seen=200, checked=200))
        assert len(store.letters()) == 200


def test_a_fault_that_does_not_pass_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits two minutes for a table that is not there."""
    monkeypatch.setattr(errors.time, "sleep", lambda _: pytest.fail("waited"))
    path = tmp_path / "letters.db"
    with closing(open_store(str(path))) as store:
        with sqlite3.connect(path) as other:
            other.execute("DROP TABLE flags")
        with pytest.raises(StoreError, match="no such table"):
            store.flags()
