"""Whatever ends a run, and whenever: the next one leaves the store that an undisturbed run leaves.

Minutes long, so only where LETTERPROOF_TEST_KILLS says how many times each is killed; LETTERPROOF_TEST_SEED says at which moments
(else drawn anew each time).
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from postgres import Server
from same import content

from app.exits import Exit
from flows.archive import BusyError, RunReport
from flows.nightly import prefect_server, run_nightly
from flows.store import NoStoreError, StoreError, open_store, store_address

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("LETTERPROOF_TEST_KILLS", "0"))
SEED = int(os.environ.get("LETTERPROOF_TEST_SEED", "0")) or random.randrange(1, 1_000_000)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for workers in /proc"),
    pytest.mark.skipif(not KILLS, reason="LETTERPROOF_TEST_KILLS does not say how often to kill"),
]


@dataclass(frozen=True)
class Night:
    """An archive with its settings, and how to run over it."""

    folder: Path

    def run(self, store: str) -> RunReport:
        """Run in this process."""
        return run_nightly(self.folder / "archive", store, self.folder / "out", self.folder / "settings.toml")

    def start(self, store: str, before: str = "") -> subprocess.Popen[str]:
        """Start a run as a program, which first does what is written in `before`."""
        places = f"Path({str(self.folder / 'archive')!r}), {store!r}, Path({str(self.folder / 'out')!r}), Path({str(self.folder)!r})"
        script = self.folder / "script.py"
        script.write_text(
            f"""
from pathlib import Path
from app.main import main
if __name__ == "__main__":
    archive, store, out, folder = {places}
    {before}
    raise SystemExit(main(["nightly", str(archive), "--store", store, "--out", str(out), "--settings", str(folder / "settings.toml")]))
"""
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(script)]
        return subprocess.Popen(command, env=environment, text=True, stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Give an archive of all formats, some of it bad, and a Prefect server that all runs use."""
    folder = tmp_path_factory.mktemp("killed")
    shutil.copytree(ROOT / "samples" / "archive", folder / "archive")
    for number, letter in enumerate(sorted((folder / "archive").rglob("*.docx"))[:5]):
        shutil.copy(letter, folder / "archive" / f"copy {number}.docx")
    (folder / "settings.toml").write_text("workers = 2\nchunk = 4\nsettle_seconds = 0\nkeep_text = true\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(folder / "prefect"))
        patch.delenv("PREFECT_API_URL", raising=False)
        with prefect_server("letterproof-test-killed"):
            yield Night(folder)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Start a PostgreSQL server."""
    made = Server()
    yield made
    made.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Return what names a new store."""
    if request.param == "sqlite":
        return lambda name: f"sqlite:///{tmp_path}/{name}.db"
    return lambda name: database(request.getfixturevalue("server"), name)


def database(server: Server, name: str) -> str:
    """Return the URL of a database of this name, made anew."""
    engine = sa.create_engine(store_address(server.url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.url.removesuffix("postgres") + name


def seen(store: str) -> int | None:
    """Return how many files the run under way has kept, or None before it begins."""
    with contextlib.suppress(NoStoreError, StoreError), closing(open_store(store, write=False)) as opened:
        runs = opened.runs()
        return None if runs.empty else int(runs["seen"].iloc[-1])
    return None


def until(moment: Callable[[], bool], running: subprocess.Popen[str]) -> None:
    """Wait for a moment, or the end of the run."""
    while running.poll() is None and not moment():
        time.sleep(0.02)


def workers(running: subprocess.Popen[str]) -> list[int]:
    """Return the ids of the run's children."""
    found = []
    for task in Path(f"/proc/{running.pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found


def kill(running: subprocess.Popen[str], victim: str, chance: random.Random) -> None:
    """Kill a worker, the run alone, or the run with all its workers."""
    with contextlib.suppress(ProcessLookupError, IndexError):
        if victim == "worker":
            os.kill(chance.choice(workers(running)), signal.SIGKILL)
        elif victim == "run":
            running.kill()
        else:
            os.killpg(running.pid, signal.SIGKILL)


def ended_well(store: str, report: RunReport) -> bool:
    """Tell whether all files are accounted for, and the last run is recorded as finished."""
    with closing(open_store(store, write=False)) as opened:
        last = opened.runs().iloc[-1]
    counted = report.checked + report.unchanged + report.failed + report.left
    return report.seen == counted == last["seen"] and last["state"] == "finished"


def test_killed_at_random_moments_nothing_is_lost(night: Night, stores: Callable[[str], str]) -> None:
    """A worker, the run, or both at once are killed, wherever they are; the next run ends with the store of an undisturbed one."""
    chance = random.Random(SEED)
    undisturbed = stores("undisturbed")
    with night.start(undisturbed) as running:
        until(lambda: seen(undisturbed) is not None, running)
        began = time.monotonic()
        running.communicate(timeout=300)
        takes = time.monotonic() - began
    assert running.returncode == Exit.FINE
    expected = content(undisturbed)
    for number in range(KILLS):
        store, victim, moment = stores(f"kill_{number}"), chance.choice(["worker", "run", "all"]), chance.uniform(0, takes)
        with night.start(store) as running:
            until(lambda store=store: seen(store) is not None, running)  # type: ignore[misc]
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(moment)
            kill(running, victim, chance)
            running.communicate(timeout=300)
        report = night.run(store)
        said = f"seed {SEED}, kill {number}: {victim} after {moment:.2f} of {takes:.2f} s"
        assert ended_well(store, report), said
        assert content(store) == expected, said


def test_a_full_disk_loses_nothing(night: Night, tmp_path: Path) -> None:
    """Where no file may grow any more in the middle of a run, it ends with a message, and the next goes on from there."""
    undisturbed, store = (f"sqlite:///{tmp_path}/{name}.db" for name in ("undisturbed", "full"))
    night.run(undisturbed)
    size = (tmp_path / "undisturbed.db").stat().st_size
    limit = f"""
    import resource
    from flows.store import errors
    errors.PAUSES = (0.1,)
    resource.setrlimit(resource.RLIMIT_FSIZE, ({size // 2}, {size // 2}))
"""
    with night.start(store, limit) as running:
        _, err = running.communicate(timeout=300)
    assert running.returncode == Exit.UNFINISHED
    assert "could not be written" in err
    assert 0 < (seen(store) or 0) < len(content(undisturbed)["files"])
    report = night.run(store)
    assert ended_well(store, report)
    assert report.unchanged > 0
    assert content(store) == content(undisturbed)


def test_a_database_that_is_gone_for_a_while_is_waited_for(night: Night, server: Server) -> None:
    """The server is stopped hard in the middle of a run and comes back: the same run finishes."""
    undisturbed, store = database(server, "undisturbed"), database(server, "gone")
    night.run(undisturbed)
    with night.start(store) as running:
        until(lambda: (seen(store) or 0) > 0, running)
        assert running.poll() is None
        server.stop()
        time.sleep(float(os.environ.get("LETTERPROOF_TEST_GONE", "3")))
        server.start()
        _, err = running.communicate(timeout=300)
    assert (running.returncode, "Traceback" in err) == (Exit.FINE, False)
    assert content(store) == content(undisturbed)


def test_two_runs_over_one_archive_are_one_too_many(night: Night, stores: Callable[[str], str]) -> None:
    """The second says so and changes nothing; a run into another store is free to go."""
    store, other = stores("busy"), stores("other")
    with night.start(store) as running:
        until(lambda: seen(store) is not None, running)
        with pytest.raises(BusyError, match="under way into the same store"):
            night.run(store)
        assert night.run(other).seen > 0
        running.communicate(timeout=300)
    assert running.returncode == Exit.FINE
    with closing(open_store(store, write=False)) as opened:
        assert opened.runs()["state"].tolist() == ["finished"]
