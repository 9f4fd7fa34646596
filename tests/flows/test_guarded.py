"""Checking files under the limits on time and memory."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import guarded
from flows.guarded import check_files
from flows.limits import OutOfTime, memory_limit, time_limit
from flows.pool import Pool
from models.finding import ErrorCode, Result
from models.settings import Limits, Settings

LETTER = "14 March 2025\n\nDear Mr Petrenko\n\nStage 1 response to your complaint CMP-{}\n\nI uphold your complaint. I am sorry.\n"


@pytest.fixture
def letters(tmp_path: Path) -> list[Path]:
    """Return more letters than are checked in one process, an empty file in their middle."""
    paths = [tmp_path / f"{number}.txt" for number in range(guarded.FEW + 1)]
    for number, path in enumerate(paths):
        path.write_text(LETTER.format(number))
    paths[3].write_text("")
    return paths


def told(results: list[list[Result]]) -> list[tuple[str, str | None]]:
    """Return each result's path and reference, or its error's code."""
    return [(Path(r.path).name, r.error.code if r.error else r.reference) for each in results for r in each]


def load() -> Callable[[Path], list[Result]]:
    """Return a check that takes longer for the first file than for all others."""
    return late


def late(path: Path) -> list[Result]:
    """Give a file's result, that of the first one late, and none of the last one."""
    if path.name == "0.txt":
        time.sleep(0.5)
    if path.name == f"{guarded.FEW}.txt":
        raise KeyError("Dear Mr Petrenko")
    return guarded.check_file(path, Settings())


def test_many_files_are_checked_by_workers_and_told_in_their_order(letters: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes long holds back the results after it, and one that makes the program fail is a result as well."""
    monkeypatch.setattr(guarded, "loader", lambda settings, choice: load)
    results = list(check_files(letters, Settings(workers=2)))
    expected: list[tuple[str, str | None]] = [(f"{number}.txt", f"CMP-{number}") for number in range(guarded.FEW + 1)]
    expected[3] = ("3.txt", ErrorCode.EMPTY)
    expected[-1] = (f"{guarded.FEW}.txt", ErrorCode.CORRUPT)
    assert told(results) == expected
    assert results[-1][0].path == str(letters[-1])
    assert results[-1][0].sha256 is not None
    assert "KeyError" in str(results[-1][0].error)
    assert "Petrenko" not in str(results[-1][0].error)


def test_few_files_start_no_workers(letters: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter is checked in the process itself, before a worker would have started."""
    monkeypatch.setattr(Pool, "run", None)
    assert told(list(check_files(letters[:4], Settings()))) == [
        *(("0.txt", "CMP-0"), ("1.txt", "CMP-1"), ("2.txt", "CMP-2"), ("3.txt", ErrorCode.EMPTY)),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timers that interrupt")
def test_a_file_that_takes_too_long_is_too_slow(letters: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The next file is checked all the same."""
    check, slow = guarded.check_file, iter([True, False])
    monkeypatch.setattr(guarded, "check_file", lambda *given: hang() if next(slow) else check(*given))
    assert told(list(check_files(letters[:2], Settings(limits=Limits(seconds=2))))) == [("0.txt", ErrorCode.TOO_SLOW), ("1.txt", "CMP-1")]


def hang() -> list[Result]:
    """Take for ever, in a place where failures of libraries are expected."""
    while True:
        try:
            time.sleep(60)
        except Exception:  # noqa: BLE001 - what a reader does with a bad file
            return []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_a_file_that_eats_memory_is_too_large(letters: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is taken back afterwards."""
    monkeypatch.setattr(guarded, "check_file", lambda *_: bytearray(400_000_000))
    settings = Settings(limits=Limits(memory_bytes=100_000_000))
    assert told(list(check_files(letters[:1], settings))) == [("0.txt", ErrorCode.TOO_LARGE)]
    assert len(bytearray(400_000_000)) == 400_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_memory_that_is_taken_already_does_not_count() -> None:
    """The limit is on what comes on top, so that it need not know what a program's libraries take."""
    before = bytearray(300_000_000)
    with memory_limit(200_000_000):
        assert len(bytearray(100_000_000)) < len(before)
        with pytest.raises(MemoryError):
            bytearray(300_000_000)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timers that interrupt")
def test_time_that_is_not_used_up_is_forgotten() -> None:
    """Work after a letter that was checked in time is not interrupted."""
    with time_limit(0.05):
        pass
    time.sleep(0.1)
    with pytest.raises(OutOfTime), time_limit(0.05):
        time.sleep(60)
