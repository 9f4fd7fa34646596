"""How `nightly`, `sample` and `summary` end where the store fails."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app import batch
from app.exits import Exit
from app.main import main
from flows.archive import RunReport
from flows.index import IndexReport
from flows.nightly import Options
from flows.sources import SourceError
from flows.store import CheckedFile, Counts, StoreError, open_store
from models.finding import Result, Verdict

SECRET = "Mrs Adeyemi"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store that holds one letter."""
    path = tmp_path / "letters.db"
    opened = open_store(str(path))
    run = opened.start_run("/archive", "r1")
    result = Result(path="a.txt", sha256=None, verdict=Verdict.GAPS, kind="response", stage=1, edition="hos-2024")
    opened.save(run, [CheckedFile("a.txt", "a", (result,))], Counts(seen=1, checked=1))
    opened.end_run(run)
    opened.close()
    return path


def spoil(store: Path, statement: str) -> None:
    """Change the store behind the program's back."""
    with sqlite3.connect(store) as connection:
        connection.execute(statement)
    connection.close()


def ended(store: Path, command: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run `sample` or `summary` and return its status and its message."""
    out = store.with_name("sample.xlsx" if command == "sample" else "out")
    status = main([command, "--store", str(store), "--out", str(out)])
    return status, capsys.readouterr().err


@pytest.mark.parametrize("command", ["sample", "summary"])
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE letters",
        f"UPDATE letters SET date = '{SECRET}'",
        f"UPDATE letters SET stage = '{SECRET}'",
        f"UPDATE letters SET reference = CAST(x'ff' || '{SECRET}' AS TEXT)",
    ],
)
def test_a_store_that_cannot_be_read_leaves_the_command_unfinished(
    store: Path, statement: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what to do, in one line, and quotes nothing that is kept."""
    spoil(store, statement)
    status, message = ended(store, command, capsys)
    assert status == Exit.UNFINISHED
    assert message.startswith(f"letterproof: The store sqlite:///{store} ")
    assert "name a new one and run `letterproof nightly` again" in message
    assert message.count("\n") == 1
    assert SECRET not in message


@pytest.mark.parametrize("kept", [f'{{"verdict": "{SECRET}"}}', SECRET])
def test_a_damaged_result_leaves_the_sample_unfinished(store: Path, kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The letter is named by its path, and what is kept of it is not quoted."""
    spoil(store, f"UPDATE results SET result = '{kept}'")
    status, message = ended(store, "sample", capsys)
    assert status == Exit.UNFINISHED
    assert "result of a.txt is damaged" in message
    assert SECRET not in message


@pytest.mark.parametrize("command", ["sample", "summary"])
def test_a_store_that_cannot_be_opened_is_wrong_usage(store: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A file cut off in the middle, and a path that cannot be looked at, are found before anything begins."""
    store.write_bytes(store.read_bytes()[:5000])
    assert ended(store, command, capsys)[0] == Exit.USAGE
    store.unlink()
    store.symlink_to("x" * 300)
    status, message = ended(store, command, capsys)
    assert status == Exit.USAGE
    assert "cannot be opened" in message


def test_a_store_that_fails_in_the_middle_of_a_run_leaves_it_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was checked is kept, so this is no wrong usage."""

    def full(*_: object) -> RunReport:
        raise StoreError("The store could not be written: database or disk is full.")

    monkeypatch.setattr(batch, "run_nightly", full)
    assert main(["nightly", str(tmp_path)]) == Exit.UNFINISHED
    assert "disk is full" in capsys.readouterr().err


def test_the_last_words_of_a_run_tell_of_files_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bad file that is unchanged since the last run is still told of."""
    report = RunReport(2, seen=4, checked=0, unchanged=4, failed=0, unreadable=1, seconds=1, summary=tmp_path)
    monkeypatch.setattr(batch, "run_nightly", lambda *_: report)
    assert main(["nightly", str(tmp_path)]) == Exit.FINE
    assert "4 unchanged, 0 could not be read, in 1 s. Of all files, 1 cannot be read." in capsys.readouterr().err


def test_the_last_words_of_a_run_tell_of_files_left_and_of_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the next run will take, and where the faults of the index are listed."""
    given: list[object] = []
    index = IndexReport(7, 1, tmp_path / "index-faults.csv")
    report = RunReport(2, seen=4, checked=3, unchanged=0, failed=0, unreadable=0, seconds=1, summary=tmp_path, left=1, index=index)
    monkeypatch.setattr(batch, "run_nightly", lambda *arguments: given.extend(arguments) or report)
    command = ["nightly", "s3://bucket/letters", "--include", "*.pdf", "--include", "*.eml", "--exclude", "drafts/", "--index", "cases.csv"]
    assert main(command) == Exit.FINE
    said = capsys.readouterr().err
    assert f"The index: 7 rows are used; 1 fault, listed in {tmp_path}/index-faults.csv." in said
    assert "0 could not be read, 1 still being written (left for the next run), in 1 s." in said
    assert (given[0], given[-1]) == ("s3://bucket/letters", Options(("*.pdf", "*.eml"), ("drafts/",), Path("cases.csv")))


@pytest.mark.parametrize("words", [["--runner", "dask"], ["--address", "tcp://127.0.0.1:8786"]])
def test_a_cluster_has_an_address_and_an_address_a_cluster(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One without the other is wrong usage, and nothing starts."""
    assert main(["nightly", str(tmp_path), *words]) == Exit.USAGE
    assert "--runner dask and --address belong together" in capsys.readouterr().err


def test_an_archive_that_fails_on_the_way_leaves_the_run_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was checked is kept; an archive that was never there is wrong usage."""

    def down(*_: object) -> RunReport:
        raise SourceError("s3://bucket does not answer as it should (Timeout).")

    assert main(["nightly", str(tmp_path / "gone"), "--store", str(tmp_path / "letters.db")]) == Exit.USAGE
    assert main(["nightly", "sftp://user:hunter2@host/letters"]) == Exit.USAGE
    monkeypatch.setattr(batch, "run_nightly", down)
    assert main(["nightly", "s3://bucket"]) == Exit.UNFINISHED
    said = capsys.readouterr().err
    assert "does not answer" in said
    assert "hunter2" not in said


def test_an_empty_schedule_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A variable that was never set does not run the batch at once."""
    (tmp_path / "a.txt").write_text("Dear Mr Petrenko")
    paths = ["--store", str(tmp_path / "letters.db"), "--out", str(tmp_path / "out")]
    assert main(["nightly", str(tmp_path), *paths, "--schedule", ""]) == Exit.USAGE
    assert "Write five fields" in capsys.readouterr().err
