"""A worker that hangs, dies or fails costs one job."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from flows.pool import Cause, Failure, Pool, PoolError

MEMORY = 300_000_000
LEAKED: list[int] = []


def load(folder: Path) -> Callable[[str], str]:
    """Note in `folder` that a worker has loaded, and return what it does."""
    (folder / str(os.getpid())).touch()
    return do


def do(job: str) -> str:
    """Return the job doubled, or do the mischief that it names."""
    if job == "hang":
        time.sleep(600)
    if job == "die":
        os._exit(9)
    if job in ("SIGKILL", "SIGSEGV"):
        os.kill(os.getpid(), getattr(signal, job))
    if job == "eat":
        bytearray(4 * MEMORY)
    if job.startswith("die once ") and not (mark := Path(job.removeprefix("die once "))).exists():
        mark.touch()
        os._exit(9)
    if job == "leak":
        LEAKED.extend(range(3_000_000))
    if job == "raise":
        raise ValueError("Dear Mr Petrenko")
    if job == "print":
        print("Dear Mr Petrenko", flush=True)
        os.write(2, b"Dear Mr Petrenko")
    return job * 2


def broken() -> Callable[[str], str]:
    """Fail as a language pipeline that is not installed does."""
    raise OSError("no pipeline")


def run(pool: Pool[str, str], *jobs: str) -> list[str | Failure]:
    """Return the outcomes in the order of the jobs."""
    return [outcome for _, outcome in sorted(pool.run(jobs), key=lambda pair: pair[0])]


def test_each_job_gives_its_answer_and_workers_load_once(tmp_path: Path) -> None:
    """Two chunks go through the same workers, at most two, each of which loads the pipeline a single time."""
    with Pool(partial(load, tmp_path), 2, 30, MEMORY) as pool:
        assert run(pool, *"abcdef") == ["aa", "bb", "cc", "dd", "ee", "ff"]
        assert run(pool, "g", "h") == ["gg", "hh"]
    assert len(list(tmp_path.iterdir())) in (1, 2)


def test_no_worker_starts_without_jobs(tmp_path: Path) -> None:
    """A night on which nothing has changed costs no loading."""
    with Pool(partial(load, tmp_path), 2, 30, MEMORY) as pool:
        assert run(pool) == []
    assert list(tmp_path.iterdir()) == []


def test_a_job_that_hangs_dies_or_raises_costs_only_itself(tmp_path: Path) -> None:
    """Every other job of the chunk is answered, and each failure says its cause."""
    with Pool(partial(load, tmp_path), 2, 1, MEMORY) as pool:
        slow, died, raised, *rest = run(pool, "hang", "die", "raise", *"abcd")
        again = run(pool, "e")
    assert rest == ["aa", "bb", "cc", "dd"]
    assert again == ["ee"]
    assert slow == Failure(Cause.SLOW)
    assert died == Failure(Cause.DIED)
    assert isinstance(raised, Failure)
    assert raised.cause is Cause.RAISED


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory, and has all of these signals")
def test_a_job_that_eats_memory_or_is_killed_costs_only_itself(tmp_path: Path) -> None:
    """Memory has its own cause, so that the user can be told of the limit; a crash in a library is a death."""
    with Pool(partial(load, tmp_path), 1, 30, MEMORY) as pool:
        assert run(pool, "eat", "a", "SIGKILL", "b", "SIGSEGV", "c") == [
            *(Failure(Cause.LARGE), "aa", Failure(Cause.DIED), "bb", Failure(Cause.DIED), "cc"),
        ]
    assert len(list(tmp_path.iterdir())) == 6  # each that was killed had a second try


def test_workers_are_replaced_after_many_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a library never gives back goes with its process, and no job is lost."""
    monkeypatch.setattr("flows.pool.RENEW", 2)
    with Pool(partial(load, tmp_path), 1, 30, MEMORY) as pool:
        assert run(pool, *"abcde") == ["aa", "bb", "cc", "dd", "ee"]
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what memory a process takes")
def test_workers_are_replaced_when_their_memory_has_grown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that leaks does not take the machine's memory, and no job is lost."""
    monkeypatch.setattr("flows.pool.RENEW_BYTES", 30_000_000)
    with Pool(partial(load, tmp_path), 1, 30, MEMORY) as pool:
        assert run(pool, "a", "leak", "b", "c") == ["aa", "leakleak", "bb", "cc"]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_job_whose_worker_was_killed_by_others_is_done_by_another(tmp_path: Path) -> None:
    """The system that is short of memory, or a person, ends a worker: the letter is not to blame."""
    (tmp_path / "loaded").mkdir()
    with Pool(partial(load, tmp_path / "loaded"), 1, 30, MEMORY) as pool:
        job = f"die once {tmp_path / 'died'}"
        assert run(pool, job, "a") == [job * 2, "aa"]
    assert len(list((tmp_path / "loaded").iterdir())) == 2


def test_several_threads_share_the_workers(tmp_path: Path) -> None:
    """Chunks that are under way at once have each their own answers, from workers that load once."""
    with Pool(partial(load, tmp_path), 2, 30, MEMORY) as pool, ThreadPoolExecutor(4) as threads:
        chunks = ["abc", "de", "fghi", "j"]
        answers = list(threads.map(lambda chunk: run(pool, *chunk), chunks))
    assert answers == [[letter * 2 for letter in chunk] for chunk in chunks]
    assert len(list(tmp_path.iterdir())) <= 2


def test_a_pool_that_is_closed_blames_no_job(tmp_path: Path) -> None:
    """A run that is stopped does not take the letters in work for bad ones."""
    with ThreadPoolExecutor(2) as threads:
        with Pool(partial(load, tmp_path), 1, 30, MEMORY) as pool:
            outcomes = [threads.submit(run, pool, "hang", "a")]
            while not pool.processes or not list(tmp_path.iterdir()):
                time.sleep(0.05)
            outcomes.append(threads.submit(run, pool, "b", "c"))  # of which none has begun
            time.sleep(0.2)
        for outcome in outcomes:
            with pytest.raises(PoolError, match="were ended"):
                outcome.result(30)
        with pytest.raises(PoolError, match="were ended"):
            run(pool, "a")


def test_a_failure_names_the_line_and_never_the_message(tmp_path: Path) -> None:
    """Messages of exceptions may quote the letter."""
    with Pool(partial(load, tmp_path), 1, 30, MEMORY) as pool:
        (failure,) = run(pool, "raise")
    assert isinstance(failure, Failure)
    assert failure.detail.startswith("ValueError at test_pool.py:")
    assert "Petrenko" not in failure.detail


def test_what_a_library_prints_in_a_worker_is_not_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither output nor error output of a worker reaches the terminal."""
    with Pool(partial(load, tmp_path), 1, 30, MEMORY) as pool:
        assert run(pool, "print") == ["printprint"]
    assert capfd.readouterr() == ("", "")


def test_workers_that_cannot_start_are_an_error_that_says_why() -> None:
    """A batch without its language pipeline stops at once instead of failing every letter."""
    with Pool(broken, 2, 30, MEMORY) as pool, pytest.raises(PoolError, match="could not start .*OSError: no pipeline"):
        run(pool, "a", "b", "c")


@pytest.mark.parametrize("busy", [False, True])
def test_workers_end_with_the_program_that_started_them(tmp_path: Path, busy: bool) -> None:
    """A batch that is killed leaves no process behind, be it at work or idle."""
    job, last = ("hang", "pass") if busy else ("a", "os._exit(1)")
    code = (
        f"import os, sys, threading, time; sys.path[:0] = [{str(Path(__file__).parent)!r}]\n"
        "from functools import partial; from pathlib import Path\n"
        "from flows.pool import Pool; import test_pool\n"
        "def killed():\n"
        f"    while not list(Path({str(tmp_path)!r}).iterdir()): pass\n"
        "    time.sleep(0.5)  # until the worker is at its job\n"
        "    os._exit(1)\n"
        "if __name__ == '__main__':\n"
        f"    threading.Thread(target=killed).start() if {busy} else None\n"
        f"    with Pool(partial(test_pool.load, Path({str(tmp_path)!r})), 1, 60, 10**9) as pool:\n"
        f"        list(pool.run([{job!r}]))\n"
        f"        {last}\n"
    )
    script = tmp_path.parent / f"{tmp_path.name}.py"
    script.write_text(code)
    root = str(Path(__file__).parents[2])
    ended = subprocess.run([sys.executable, str(script)], check=False, env={**os.environ, "PYTHONPATH": root}, timeout=60)
    assert ended.returncode == 1
    (worker,) = (int(path.name) for path in tmp_path.iterdir())
    for _ in range(100):
        if not _runs(worker):
            break
        time.sleep(0.1)
    assert not _runs(worker)


def _runs(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    if not status.parent.parent.is_dir():
        pytest.skip("this system has no /proc to look for the process in")
    return status.is_file() and "State:\tZ" not in status.read_text()
