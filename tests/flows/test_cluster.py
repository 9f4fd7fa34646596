"""The nightly run on a Dask cluster of processes of their own: the same store as on one machine."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from same import content

from flows.archive import ClusterError, NightlyError
from flows.cluster import check_here
from flows.nightly import Options, prefect_server, run_nightly
from models.settings import Settings

pytest.importorskip("prefect_dask")
ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def started(*words: str, say: str) -> Iterator[str]:
    """Start a program of Dask, and give what it says of itself after `say`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as program:
        try:
            assert program.stderr is not None
            yield next(found[1] for line in program.stderr if (found := re.search(say, line)))
        finally:
            program.kill()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a scheduler and two workers under their nannies, and return the scheduler's address."""
    work = str(tmp_path_factory.mktemp("dask"))
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("PREFECT_HOME", work)
        patch.delenv("PREFECT_API_URL", raising=False)
        host = "--host", "127.0.0.1"
        scheduler = ("dask_scheduler", *host, "--port", "0", "--no-dashboard")
        address = stack.enter_context(started(*scheduler, say=r"Scheduler at: +(tcp:\S+)"))
        for _ in range(2):
            worker = ("dask_worker", address, *host, "--nthreads", "1", "--no-dashboard", "--local-directory", work)
            stack.enter_context(started(*worker, say=r"(Registered to)"))
        stack.enter_context(prefect_server("letterproof-test-cluster"))
        yield address


@pytest.mark.slow
def test_a_cluster_leaves_the_same_store_as_one_machine(cluster: str, tmp_path: Path) -> None:
    """Letters, bad files, a letter that was moved and one in a copy: all are as if one machine had done it, each counted alike."""
    archive = tmp_path / "archive"
    shutil.copytree(ROOT / "samples" / "archive" / "2024", archive / "2024")
    (tmp_path / "settings.toml").write_text("chunk = 5\nworkers = 1\nsettle_seconds = 0\n")
    reports = {}
    for night in range(2):
        for name, options in (("one", Options()), ("many", Options(cluster=cluster))):
            store = f"sqlite:///{tmp_path}/{name}.db"
            reports[name] = run_nightly(archive, store, tmp_path / name, tmp_path / "settings.toml", options)
        one, many = ((r.seen, r.checked, r.unchanged, r.failed, r.unreadable) for r in (reports["one"], reports["many"]))
        assert one == many
        assert content(f"sqlite:///{tmp_path}/one.db") == content(f"sqlite:///{tmp_path}/many.db")
        if night == 0:
            letters = sorted((archive / "2024").rglob("*.docx"))
            letters[0].rename(archive / "moved.docx")
            shutil.copy(letters[1], archive / "copy.docx")
            (archive / "new.docx").write_bytes(b"no document")
    assert reports["many"].unchanged == reports["many"].seen - 1


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_is_named(cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run says which option to look at."""
    monkeypatch.setattr("flows.flow._CLUSTER_SECONDS", 1)
    with pytest.raises(NightlyError, match=r"tcp://127\.0\.0\.1:1 does not answer.*--address"):
        run_nightly(ROOT / "samples" / "archive", f"sqlite:///{tmp_path}/l.db", tmp_path, options=Options(cluster="tcp://127.0.0.1:1"))


def test_a_worker_of_another_version_is_refused() -> None:
    """A worker whose rules are others would judge otherwise, and the store would say that the run's rules did."""
    with pytest.raises(ClusterError, match="same version"):
        check_here(None, dict(Settings()), "other rules")  # type: ignore[arg-type]
