"""The store keeps what was found, loses nothing, and says clearly what is wrong."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from kept import kept, result

from flows.store import CheckedFile, Counts, Store, StoreError, open_store, store_address, writing
from flows.store.schema import VERSION_TABLE, metadata
from models.finding import ErrorCode, ReadError, Result

ONE = Counts(seen=1, checked=1)


def save(store: Store, *files: CheckedFile, source: str = "/archive", rules: str = "r1") -> int:
    """Keep the files as one finished run."""
    run = store.start_run(source, rules)
    store.save(run, files, Counts(seen=len(files), checked=len(files)))
    store.end_run(run)
    return run


def test_a_letter_comes_back_as_it_was_kept(store: Store) -> None:
    """Every column of the letter, its elements and its flags are read back, with the types that reports rely on."""
    save(store, kept("2025/one.docx"))
    letters, elements, flags = store.letters(), store.elements(), store.flags()
    assert list(letters.columns) == [
        *("id", "source", "path", "sha256", "verdict", "error_code", "error_message", "kind", "stage", "edition", "date", "reference"),
        "checked_at",
    ]
    row = letters.iloc[0]
    assert (row["source"], row["path"], row["verdict"], row["kind"], row["edition"], row["reference"]) == (
        *("/archive", "2025/one.docx", "gaps", "response", "hos-2024", "CMP-1"),
    )
    assert str(letters["stage"].dtype) == "Int64"
    assert row["stage"] == 1
    assert row["date"] == pd.Timestamp("2025-03-14")
    assert abs(row["checked_at"] - pd.Timestamp.now("UTC").tz_localize(None)) < pd.Timedelta(minutes=5)
    assert Result.model_validate_json(store.with_results(letters)["result"][0]) == result("2025/one.docx")
    assert len(elements) == 10
    assert set(elements["letter_id"]) == set(flags["letter_id"]) == {row["id"]}
    assert flags[["flag", "severity"]].to_numpy().tolist() == [["late", "info"]]


def test_an_empty_store_gives_empty_frames_with_their_columns(store: Store) -> None:
    """Reports can be written of a store that has nothing in it."""
    assert store.letters().empty
    assert str(store.letters()["stage"].dtype) == "Int64"
    assert pd.api.types.is_datetime64_any_dtype(store.letters()["date"])
    assert list(store.elements().columns) == ["letter_id", "element", "status", "requirement"]
    assert list(store.flags().columns) == ["letter_id", "flag", "severity"]


def test_a_file_that_could_not_be_read_is_a_row_with_its_error(store: Store) -> None:
    """Nothing that was seen is left out of the letters."""
    error = ReadError(ErrorCode.ENCRYPTED, "It has a password.")
    save(store, kept("locked.pdf", results=(Result.unreadable("locked.pdf", None, error),)))
    row = store.letters().iloc[0]
    assert (row["verdict"], row["error_code"], row["error_message"]) == ("unreadable", "encrypted", "It has a password.")
    assert pd.isna(row["kind"])
    assert pd.isna(row["stage"])
    assert pd.isna(row["date"])


def test_a_file_saved_again_takes_the_place_of_its_letters(store: Store) -> None:
    """An e-mail whose attachment was taken out leaves no row of the attachment behind, and other files stay."""
    save(store, kept("other.txt"), kept("mail.eml", results=(result("mail.eml"), result("mail.eml#a.pdf"))))
    save(store, kept("mail.eml", "b", stage=2))
    letters = store.letters()
    assert sorted(letters["path"]) == ["mail.eml", "other.txt"]
    assert letters.set_index("path").loc["mail.eml", "stage"] == 2
    assert set(store.elements()["letter_id"]) == set(letters["id"])
    assert set(store.flags()["letter_id"]) == set(letters["id"])


def test_letters_are_chosen_by_their_date_both_days_included(store: Store) -> None:
    """The first and the last day of a period belong to it; a letter without a date counts by the day that it was checked."""
    save(store, kept("a", date="2025-01-31"), kept("b", date="2025-02-01"), kept("c", date="2025-02-28"))
    save(store, kept("d", date="2025-03-01"), kept("e", date=None))
    february = (dt.date(2025, 2, 1), dt.date(2025, 2, 28))
    assert list(store.letters(*february)["path"]) == ["b", "c"]
    assert set(store.elements(*february)["letter_id"]) == set(store.flags(*february)["letter_id"]) == set(store.letters(*february)["id"])
    assert list(store.letters(since=dt.date(2025, 3, 1))["path"]) == ["d", "e"]
    assert list(store.letters(until=dt.date(2025, 1, 31))["path"]) == ["a"]
    today = dt.datetime.now(dt.UTC).date()
    assert list(store.letters(today - dt.timedelta(days=1), today)["path"]) == ["e"]


def test_a_day_that_is_in_no_calendar_is_kept_as_no_date(store: Store) -> None:
    """A letter dated 31 February must not cost the other letters of its chunk."""
    save(store, kept("a", date="2025-02-31"), kept("b"))
    assert store.letters()["date"].isna().tolist() == [True, False]


def test_known_files_are_those_of_this_archive_and_these_rules(store: Store) -> None:
    """Other archives, other rules and files that could not be opened are checked again."""
    save(store, kept("a", "1"), kept("unopened", None))
    save(store, kept("b", "2"), rules="r0")
    save(store, kept("c", "3"), source="/elsewhere")
    assert store.known(store.start_run("/archive", "r1")) == {"a": "1"}


def test_runs_are_recorded_with_their_counts(store: Store) -> None:
    """Counts grow with each chunk; a run says whether it finished."""
    run = store.start_run("/archive", "r1")
    store.save(run, [kept("a")], Counts(seen=2, checked=1, unchanged=1))
    store.save(run, [kept("b")], Counts(seen=1, failed=1))
    row = store.runs().iloc[0]
    assert (row["state"], pd.isna(row["finished"])) == ("running", True)
    store.end_run(run)
    row = store.runs().iloc[0]
    assert (row["id"], row["source"], row["rules"], row["state"]) == (run, "/archive", "r1", "finished")
    assert (row["seen"], row["checked"], row["unchanged"], row["failed"]) == (3, 1, 1, 1)
    assert row["finished"] >= row["started"]


def test_a_run_that_never_ended_is_marked_failed_by_the_next(store: Store) -> None:
    """A run cut off by a power cut does not stay "running" for ever; runs of other archives are left alone."""
    store.start_run("/elsewhere", "r1")
    store.start_run("/archive", "r1")
    store.start_run("/archive", "r1")
    assert store.runs()["state"].tolist() == ["running", "failed", "running"]


def test_a_chunk_is_kept_whole_or_not_at_all(store: Store) -> None:
    """An exception in the middle of a chunk leaves earlier chunks and earlier results of the same files in place."""
    run = store.start_run("/archive", "r1")
    store.save(run, [kept("a")], ONE)
    with patch.object(writing, "_letter_row", side_effect=RuntimeError), pytest.raises(RuntimeError):
        store.save(run, [kept("a", "b"), kept("c")], Counts(seen=2, checked=2))
    assert store.letters()["path"].tolist() == ["a"]
    assert store.known(run) == {"a": "a"}
    assert store.runs().iloc[0]["seen"] == 1


def test_many_letters_of_a_chunk_keep_their_own_parts(store: Store) -> None:
    """Elements go to the letter that they were found in, however the database numbers the rows."""
    save(store, *(kept(f"{n:03}", stage=n % 3 + 1, elements=() if n % 2 else result("x").elements) for n in range(500)))
    letters = store.letters()
    assert letters["path"].tolist() == [f"{n:03}" for n in range(500)]
    assert letters["stage"].tolist() == [n % 3 + 1 for n in range(500)]
    assert set(store.elements()["letter_id"]) == set(letters["id"][::2])


def test_the_migrations_make_the_tables_that_the_program_uses(store_url: str) -> None:
    """A table or column added to the program alone, or to a migration alone, is found here."""
    open_store(store_url).close()
    engine = sa.create_engine(store_address(store_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_opening_a_store_again_keeps_what_is_in_it(store_url: str) -> None:
    """Migrations run once only."""
    first = open_store(store_url)
    save(first, kept("a"))
    first.close()
    again = open_store(store_url)
    assert again.letters()["path"].tolist() == ["a"]
    again.close()


def test_a_store_of_a_newer_version_is_refused(store_url: str) -> None:
    """An older program must not write into tables that it does not know."""
    open_store(store_url).close()
    engine = sa.create_engine(store_address(store_url))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(StoreError, match=r"newer letterproof\. Update"):
        open_store(store_url)


def test_a_bare_path_is_an_sqlite_file(tmp_path: Path) -> None:
    """A user who knows no URLs can name a file; its folder is made."""
    open_store(str(tmp_path / "a" / "b.db")).close()
    assert (tmp_path / "a" / "b.db").is_file()


@pytest.mark.parametrize("url", ["", "mysql://server/letters", "sqlite://", "sqlite://host/letters.db", "://", "postgresql://server"])
def test_a_url_that_is_no_store_is_refused_with_the_forms_that_are(url: str) -> None:
    """The message shows how a store is written."""
    with pytest.raises(StoreError, match="sqlite:///folder/letters.db"):
        open_store(url)


@pytest.mark.parametrize("url", ["postgresql://u@h/d", "postgres://u@h/d", "postgresql+psycopg://u@h/d", "postgresql+psycopg2://u@h/d"])
def test_every_form_of_a_postgresql_url_uses_psycopg(url: str) -> None:
    """The URL that other programs are given works here too."""
    assert str(store_address(url)) == "postgresql+psycopg://u@h/d"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A letter named as the store by mistake is left as it is."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear Mrs Adeyemi, thank you for your complaint. " * 50)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"not a database.*Check --store"):
        open_store(str(path))
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the store's folder should be gives a message, not a traceback."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file cannot be made .*Choose another place"):
        open_store(str(tmp_path / "file" / "letters.db"))


def test_a_folder_named_as_the_store_is_refused(tmp_path: Path) -> None:
    """SQLite cannot open a folder, and the message says what to check."""
    with pytest.raises(StoreError, match="could not be opened.*Check --store"):
        open_store(str(tmp_path))


def test_a_store_without_write_permission_can_be_read_only(tmp_path: Path) -> None:
    """Reading works; a run is refused before anything starts."""
    path = tmp_path / "letters.db"
    store = open_store(str(path))
    save(store, kept("a"))
    store.close()
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        if os.access(path, os.W_OK):
            pytest.skip("this account may write everywhere")
        reader = open_store(str(path), write=False)
        assert len(reader.letters()) == 1
        reader.close()
        with pytest.raises(StoreError, match="could not be opened: attempt to write a readonly database.*rights"):
            open_store(str(path))
    finally:
        tmp_path.chmod(0o700)


def test_reading_does_not_make_a_store(tmp_path: Path) -> None:
    """A mistyped path gives a message instead of a new, empty store."""
    with pytest.raises(StoreError, match=r"There is no store .*letterproof nightly"):
        open_store(str(tmp_path / "typo.db"), write=False)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    """The password never reaches a message."""
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="that the server runs") as caught:
        open_store("postgresql://officer:opensesame@127.0.0.1:1/letters")
    assert "opensesame" not in str(caught.value)


def test_a_store_that_another_program_writes_to_can_be_read(tmp_path: Path) -> None:
    """The web page reads while the nightly run has a transaction open."""
    path = tmp_path / "letters.db"
    store = open_store(str(path))
    save(store, kept("a"))
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(store.letters()) == 1
        reader = open_store(str(path), write=False)
        assert len(reader.letters()) == 1
        reader.close()
        other.execute("ROLLBACK")
    store.close()


def test_errors_of_the_database_show_no_values(tmp_path: Path) -> None:
    """What was to be written may quote a letter, so it is not in the message."""
    path = tmp_path / "letters.db"
    store = open_store(str(path))
    run = store.start_run("/archive", "r1")
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE flags")
    with pytest.raises(StoreError, match="could not be written: no such table: flags") as caught:
        store.save(run, [kept("a", reference="Mrs Adeyemi")], ONE)
    assert "Adeyemi" not in str(caught.value)
    assert "Adeyemi" not in str(caught.value.__cause__)
    assert store.letters().empty
    store.close()
