"""`runs`, `recheck` and `forget` say what they did, for people and for programs."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from app.exits import Exit
from app.main import main
from flows.store import CheckedFile, Counts, Task, open_store
from models.finding import ErrorCode, ReadError, Result, Verdict


def letter(path: str, **values: object) -> CheckedFile:
    """Return a file with a letter."""
    made = {"verdict": Verdict.GAPS, "kind": "response", "stage": 1, "edition": "hos-2024", "date": "2019-05-01", **values}
    return CheckedFile(path, path, (Result(path=path, sha256=path, **made),))


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with a finished run, in which a file could not be read, and a failed one."""
    url = str(tmp_path / "letters.db")
    opened = open_store(url)
    locked = ReadError(ErrorCode.ENCRYPTED, "It has a password.")
    bad = CheckedFile("b.pdf", "b.pdf", (Result.unreadable("b.pdf", "b.pdf", locked),))
    run = opened.start_run("/archive", "r1")
    opened.save(run, [letter("a.txt"), letter("c.txt", date="2025-01-01", reference="CMP-9"), bad], Counts(3, 2, 0, 1))
    opened.end_run(run)
    opened.end_run(opened.start_run("/archive", "r2", Task.RECHECK), failed=True, reason="It was stopped.")
    opened.close()
    return url


def test_runs_are_listed_for_people(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line each, with counts, and why something failed."""
    assert main(["runs", "--store", store]) == Exit.FINE
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["run", "task", "archive"]
    assert first.split()[:3] == ["1", "nightly", "/archive"]
    assert re.search(r"\d s      3        2          0       1     0  finished: 1 encrypted$", first.rstrip())
    assert second.rstrip().endswith("failed: It was stopped.")


def test_runs_are_listed_for_programs(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Times say that they are UTC; the last run alone is shown where that was asked for."""
    assert main(["runs", "--store", store, "--format", "json"]) == Exit.FINE
    first, second = json.loads(capsys.readouterr().out)
    assert (first["seen"], first["checked"], first["unchanged"], first["failed"], first["left"]) == (3, 2, 0, 1, 0)
    assert first["failures"] == {"encrypted": 1}
    assert first["started"].endswith("Z")
    assert first["seconds"] >= 0
    assert (second["task"], second["state"], second["reason"]) == ("recheck", "failed", "It was stopped.")
    main(["runs", "--store", store, "--format", "json", "--last", "1"])
    assert [run["id"] for run in json.loads(capsys.readouterr().out)] == [2]
    assert main(["runs", "--store", store, "--last", "-1"]) == Exit.USAGE


def test_a_dry_run_says_what_would_go_and_removes_nothing(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Then forgetting removes just that, and says that the next run would find it again."""
    arguments = ["forget", "--store", store, "--before", "2020-01-01"]
    assert main([*arguments, "--dry-run"]) == Exit.FINE
    said = capsys.readouterr()
    assert said.out == "/archive/a.txt\n"
    assert "1 files with 1 letters would be forgotten." in said.err
    assert main(arguments) == Exit.FINE
    said = capsys.readouterr()
    assert said.out == "/archive/a.txt\n"
    assert "1 of these files were in the archive at its last run. Take them out" in said.err
    assert main([*arguments, "--dry-run"]) == Exit.FINE
    assert capsys.readouterr().out == ""


def test_letters_are_forgotten_by_age_in_days(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A scheduler needs no arithmetic with dates; an age that no calendar has is wrong usage."""
    days = (dt.date.today() - dt.date(2019, 5, 1)).days
    for older, found in ((days, ""), (days - 1, "/archive/a.txt\n")):
        assert main(["forget", "--store", store, "--older-than", str(older), "--dry-run"]) == Exit.FINE
        assert capsys.readouterr().out == found
    assert main(["forget", "--store", store, "--older-than", "9999999", "--dry-run"]) == Exit.USAGE


def test_forget_needs_one_choice(store: str) -> None:
    """Nobody removes everything by leaving something out."""
    for choice in ([], ["--reference", "CMP-9", "--letter", "a.txt"]):
        with pytest.raises(SystemExit):
            main(["forget", "--store", store, *choice])


@pytest.mark.parametrize("command", [["runs"], ["recheck"], ["forget", "--reference", "CMP-9"]])
def test_a_store_that_is_none_is_wrong_usage(tmp_path: Path, command: list[str]) -> None:
    """A text named as the store is left alone."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear Mr Petrenko, " * 100)
    assert main([*command, "--store", str(path)]) == Exit.USAGE


def test_recheck_names_what_it_could_not_judge(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The letters of an archive that is gone keep their judgements."""
    assert main(["recheck", "--store", store, "--format", "json"]) == Exit.FINE
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (report["due"], report["checked"], report["left"]) == (3, 0, ["/archive/a.txt", "/archive/b.pdf", "/archive/c.txt"])
    assert "0 judged again, 3 not" in said.err
    assert "  /archive/a.txt" in said.err
