"""The nightly run: what it refuses to start with, and whole runs under Prefect."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kept import POSTGRES

import readers
from app.exits import Exit
from flows.archive import NightlyError, RunReport
from flows.index import IndexReport
from flows.kept import Judged, judged
from flows.nightly import Options, prefect_server, run_nightly, serve_nightly
from flows.sources import Content, NoSourceError
from flows.store import Store, StoreError, open_store, store_address
from models.settings import Settings, SettingsError

ROOT = Path(__file__).parents[2]
LETTER = """14 March 2025

Dear Mr Petrenko

Stage 1 response to your complaint CMP-{number}

You complained that your gate was not mended. I uphold your complaint because we lost your report. I apologise for that.
"""


@dataclass(frozen=True)
class Place:
    """Where a run reads and writes."""

    archive: Path
    store: str
    out: Path
    settings: Path

    def run(self) -> RunReport:
        """Run the nightly batch."""
        return run_nightly(self.archive, self.store, self.out, self.settings)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return an archive of three letters and a bad file, with settings of its own."""
    archive = tmp_path / "archive"
    (archive / "2025").mkdir(parents=True)
    for number in range(3):
        (archive / "2025" / f"{number}.txt").write_text(LETTER.format(number=number))
    (archive / "2025" / "empty.docx").touch()
    (tmp_path / "settings.toml").write_text("workers = 1\nchunk = 2\nsettle_seconds = 0\n")
    return Place(archive, f"sqlite:///{tmp_path}/letters.db", tmp_path / "out", tmp_path / "settings.toml")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give Prefect a home of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        patch.delenv("PREFECT_API_URL", raising=False)
        yield


@pytest.fixture(scope="module")
def server(home: None) -> Iterator[None]:
    """Start one server for all runs in this process."""
    with prefect_server("letterproof-test"):
        yield


def test_an_archive_that_is_not_there_is_refused(place: Place) -> None:
    """The message names the folder."""
    with pytest.raises(NoSourceError, match=r"There is no folder .*gone"):
        run_nightly(place.archive / "gone", place.store, place.out)


def test_an_archive_that_cannot_be_opened_is_refused(place: Place, tmp_path: Path) -> None:
    """A folder that nobody can look into is no archive with one bad file."""
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(NoSourceError, match=r"loop cannot be opened \(.+\)\. Check the path of the archive"):
        run_nightly(tmp_path / "loop", place.store, place.out)


def test_a_closed_archive_is_refused(place: Place) -> None:
    """A mount whose rights were lost does not pass for an archive of one file."""
    place.archive.chmod(0)
    try:
        if os.access(place.archive, os.R_OK):
            pytest.skip("this account may open everything")
        with pytest.raises(NoSourceError, match="cannot be opened"):
            place.run()
    finally:
        place.archive.chmod(0o700)


def test_a_home_that_cannot_be_written_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which variable sets another."""
    monkeypatch.setenv("PREFECT_HOME", str(place.settings / "prefect"))
    with pytest.raises(NightlyError, match=r"settings\.toml/prefect cannot be written .*Set PREFECT_HOME"):
        place.run()


def test_an_archive_without_letters_is_refused(place: Place, tmp_path: Path) -> None:
    """The message says which files would have been read; no store is made."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoSourceError, match=r"no letters under .*empty.*\.docx, .*\.eml"):
        run_nightly(tmp_path / "empty", place.store, place.out)
    assert not (tmp_path / "letters.db").exists()


def test_a_wrong_store_is_refused_before_anything_starts(place: Place) -> None:
    """A wrong URL takes no ten seconds to find, and leaves no folder behind."""
    with pytest.raises(StoreError, match="sqlite:///"):
        run_nightly(place.archive, "mysql://server/letters", place.out)
    assert not place.out.exists()


def test_an_output_folder_that_cannot_be_made_is_refused(place: Place) -> None:
    """A file in the way of the folder gives a message."""
    with pytest.raises(NightlyError, match="--out"):
        run_nightly(place.archive, place.store, place.archive / "2025" / "0.txt" / "out")


def test_wrong_settings_are_refused(place: Place) -> None:
    """Settings are read before a run is recorded."""
    place.settings.write_text("wokers = 2\n")
    with pytest.raises(SettingsError, match="wokers"):
        place.run()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("cron", ["nightly", "61 2 * * *", "", "0 2 * *", "0 0 2 * * *", "@daily"])
def test_a_schedule_that_is_none_is_refused(place: Place, cron: str) -> None:
    """The message shows a schedule that is one."""
    with pytest.raises(NightlyError, match="0 2"):
        serve_nightly(place.archive, place.store, place.out, cron, place.settings)


@pytest.mark.slow
@pytest.mark.usefixtures("server")
@pytest.mark.skipif(POSTGRES not in os.environ, reason=f"{POSTGRES} names no PostgreSQL server")
def test_prefect_is_given_no_password(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect keeps and shows a run's parameters, so the store's password goes by the environment."""
    monkeypatch.setenv("PGPASSWORD", "")
    address = store_address(os.environ[POSTGRES])
    address = address.set(password=address.password or "opensesame")
    monkeypatch.setattr("flows.flow.nightly", lambda **parameters: parameters)
    parameters = run_nightly(place.archive, address.render_as_string(hide_password=False), place.out, place.settings)
    assert str(address.password) not in str(parameters)
    assert os.environ["PGPASSWORD"] == address.password


@pytest.mark.usefixtures("home")
def test_a_server_that_does_not_answer_is_named(place: Place) -> None:
    """A Prefect server that was set and is not there is a message, not a traceback."""
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415 - after its home is set

    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:1/api"}),
        pytest.raises(NightlyError, match=r"127\.0\.0\.1:1/api does not answer"),
    ):
        place.run()


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_each_night_checks_what_is_new_or_changed(place: Place, tmp_path: Path) -> None:
    """The numbers add up each night; a bad file is a row; the store and the summary hold all letters."""
    first = place.run()
    assert (first.seen, first.checked, first.unchanged, first.failed, first.unreadable) == (4, 3, 0, 1, 1)
    assert first.summary == (tmp_path / "out" / "summary.html").resolve()
    assert first.summary.read_text(encoding="utf-8").strip().endswith("</html>")
    second = place.run()
    assert (second.seen, second.checked, second.unchanged, second.failed, second.unreadable) == (4, 0, 4, 0, 1)
    (place.archive / "2025" / "1.txt").write_text(LETTER.format(number="1-changed"))
    (place.archive / "new.txt").write_text(LETTER.format(number="new"))
    third = place.run()
    assert (third.seen, third.checked, third.unchanged, third.failed) == (5, 2, 3, 0)
    store = open_store(place.store, write=False)
    letters = store.with_results(store.letters()).set_index("path")
    assert sorted(letters.index) == ["2025/0.txt", "2025/1.txt", "2025/2.txt", "2025/empty.docx", "new.txt"]
    assert letters.loc["2025/empty.docx", "error_code"] == "empty"
    changed = hashlib.sha256((place.archive / "2025" / "1.txt").read_bytes()).hexdigest()
    assert json.loads(str(letters.loc["2025/1.txt", "result"]))["sha256"] == changed
    assert store.runs()["state"].tolist() == ["finished"] * 3
    assert store.runs()["id"].tolist() == [first.run, second.run, third.run]
    store.close()


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_a_zip_with_patterns_and_an_index_runs_like_a_folder(place: Place, tmp_path: Path) -> None:
    """The patterns choose, the index is kept and shown, its faults are listed, and what is being written is left."""
    with zipfile.ZipFile(tmp_path / "letters.zip", "w") as package:
        for path in place.archive.rglob("*.*"):
            package.write(path, path.relative_to(place.archive))
    (tmp_path / "cases.csv").write_text("Path,Team,Received\n2025/0.txt,Repairs,2025-03-03\n2025/9.txt,Repairs,soon\n")
    options = Options(exclude=("*.docx", "/2025/2.txt"), index=tmp_path / "cases.csv")
    report = run_nightly(tmp_path / "letters.zip", place.store, place.out, place.settings, options)
    assert (report.seen, report.checked, report.left) == (2, 2, 0)
    assert report.index == IndexReport(2, 2, place.out.resolve() / "index-faults.csv")
    faults = report.index.path.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in faults] == [["Row", "Column"], ["3", "received"], ["3", "path"]]
    assert "Repairs" in report.summary.read_text(encoding="utf-8")
    place.settings.write_text(f"workers = 1\nsettle_seconds = 3600\nindex = '{tmp_path}/gone.csv'\n")
    (tmp_path / "letters.zip").touch()
    report = run_nightly(tmp_path / "letters.zip", place.store, place.out, place.settings)
    assert (report.seen, report.unchanged, report.left, report.failed) == (4, 2, 2, 0)
    assert report.index == IndexReport(None, 1, place.out.resolve() / "index-faults.csv")
    assert "Repairs" in report.summary.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_prefect_shows_what_a_run_did(place: Place) -> None:
    """State, names, tags and artifacts tell an operator how it went, and name no file."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - after its home is set
    from prefect.client.schemas.filters import FlowRunFilter  # noqa: PLC0415
    from prefect.client.schemas.sorting import FlowRunSort  # noqa: PLC0415

    states = []
    for _ in range(2):
        place.run()
        with get_client(sync_client=True) as client:
            last = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)[0]
            states.append((last.state_name, last.state.message))
            assert last.name.startswith("archive 20")
            assert "letterproof" in last.tags
            artifacts = client.read_artifacts(artifact_filter=None, flow_run_filter=FlowRunFilter(id={"any_": [last.id]}))
        by_key = {artifact.key: artifact for artifact in artifacts}
        assert by_key["letterproof-progress"].data == 100
        assert ".docx" not in str(by_key)
    assert states[0] == ("CompletedWithFailures", "4 files: 3 checked, 0 unchanged, 1 could not be read, 0 left for the next run.")
    assert states[1][0] == "Completed"
    table = {row["what"]: row["files"] for row in json.loads(str(by_key["letterproof-run"].data))}
    assert (table["seen"], table["unchanged"], table["unreadable"]) == (4, 4, 1)


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_a_run_that_fails_keeps_what_it_had_done(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error reaches the caller, the run is marked failed, and the next run goes on from there."""
    from flows.batch import Batch  # noqa: PLC0415 - beside the flow, which is imported late too

    keep, calls = Batch.keep, iter([False, True])

    def fail_second(*arguments: object) -> object:
        if next(calls):
            raise RuntimeError("the disk is full")
        return keep(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Batch, "keep", fail_second)
        with pytest.raises(RuntimeError, match="the disk is full"):
            place.run()
    store = open_store(place.store, write=False)
    assert store.runs()["state"].tolist() == ["failed"]
    assert len(store.letters()) == 2
    assert place.run().unchanged == 2
    assert store.runs()["state"].tolist() == ["failed", "finished"]
    store.close()


@pytest.mark.slow
def test_a_run_prints_nothing_where_there_is_no_terminal(place: Place, tmp_path: Path) -> None:
    """Neither Prefect nor a library nor a progress bar writes into the log of a scheduled job."""
    command = _command(place, "run_nightly(*places)")
    ended = subprocess.run(command, check=False, capture_output=True, env=_environment(tmp_path), timeout=120)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


@pytest.mark.slow
@pytest.mark.usefixtures("server")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory, and has all of these signals")
def test_letters_that_break_their_worker_cost_one_row_each(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter that hangs, eats memory or crashes a library stops nothing: the run finishes, and the others are checked."""
    place.settings.write_text("workers = 2\nsettle_seconds = 0\n[limits]\nseconds = 5\nmemory_bytes = 300_000_000\n")
    expected = {"hang": "too_slow", "eat": "too_large", "SIGKILL": "corrupt", "SIGSEGV": "corrupt"}
    for mischief in expected:
        (place.archive / f"{mischief}.txt").write_text(mischief)
    monkeypatch.setattr("flows.guarded.batch_loader", mischievous_loader)
    report = place.run()
    assert (report.seen, report.checked, report.failed, report.unreadable) == (8, 3, 5, 5)
    store = open_store(place.store, write=False)
    errors = store.letters().set_index("path")["error_code"].dropna().to_dict()
    store.close()
    assert errors == {"2025/empty.docx": "empty", **{f"{mischief}.txt": code for mischief, code in expected.items()}}


def mischievous_loader(settings: Settings) -> Callable[[], Callable[[Content], Judged]]:
    """Return what workers load: a check that is the program's own, but for files that say what mischief they do."""
    return partial(_mischievous, dict(settings))


def _mischievous(values: dict[str, Any]) -> Callable[[Content], Judged]:
    return partial(_check, Settings.model_construct(**values))


def _check(settings: Settings, content: Content) -> Judged:
    match Path(content.path).stem:
        case "hang":
            time.sleep(600)
        case "eat":
            bytearray(2_000_000_000)
        case "SIGKILL" | "SIGSEGV" as name:
            os.kill(os.getpid(), getattr(signal, name))
    return judged(content.path, readers.read_bytes(content.data, content.path, settings.limits), settings)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows none of these signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_run_that_is_stopped_keeps_what_it_had_done(place: Place, tmp_path: Path, name: str) -> None:
    """However a run in a large archive is ended, no process stays behind; where it is told to end, it is recorded as failed.

    The proxy is one that no call to the run's own Prefect server may go through.
    """
    for number in range(5000):
        (place.archive / f"{number}.txt").write_text(LETTER.format(number=number))
    proxies = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy"), "socks5h://127.0.0.1:9")
    command = [
        sys.executable,
        "-m",
        "app",
        "nightly",
        place.archive,
        "--store",
        place.store,
        "--out",
        place.out,
        "--settings",
        place.settings,
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=_environment(tmp_path) | proxies, text=True, cwd=ROOT) as running:
        assert _has(place, lambda store: not store.letters().empty, 60)
        assert _processes(tmp_path)
        running.send_signal(getattr(signal, name))
        _, err = running.communicate(timeout=60)
    if name != "SIGKILL":
        assert (running.returncode, err) == (Exit.INTERRUPTED, "letterproof: stopped.\n")
    end = time.monotonic() + 20
    while _processes(tmp_path) and time.monotonic() < end:
        time.sleep(0.2)
    assert _processes(tmp_path) == []
    store = open_store(place.store, write=False)
    row = store.runs().iloc[0]
    assert row["state"] == ("running" if name == "SIGKILL" else "failed")
    assert 0 < row["seen"] == store.letters()["path"].nunique() < 5000
    store.close()


def _processes(tmp_path: Path) -> list[str]:
    """Return the processes whose environment names the folder of this test."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("this system has no /proc to look for processes in")
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if str(tmp_path / "prefect").encode() in environment.read_bytes():
                found.append(environment.parent.name)
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process on Windows cannot be sent Ctrl-C alone")
def test_schedules_run_side_by_side_until_stopped(place: Place, tmp_path: Path) -> None:
    """Two archives served under one home both have their runs; SIGTERM and Ctrl-C end a schedule and its server, and say nothing more."""
    other = replace(place, store=f"sqlite:///{tmp_path}/other.db", out=tmp_path / "other")
    command = _command(place, "serve_nightly(*places[:3], '* * * * *', places[3])")
    beside = [sys.executable, "-m", "app", "nightly", other.archive, "--store", other.store, "--out", other.out, "--schedule", "* * * * *"]
    with (
        subprocess.Popen(beside, stderr=subprocess.PIPE, env=_environment(tmp_path), text=True, cwd=ROOT) as second,
        subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(tmp_path), text=True) as serving,
    ):
        try:
            assert _has(place, lambda store: "finished" in set(store.runs()["state"]), 150)
            assert _has(other, lambda store: "finished" in set(store.runs()["state"]), 60)
            time.sleep(3)  # until the runs have told how they went
        finally:
            serving.send_signal(signal.SIGINT)
            second.send_signal(signal.SIGTERM)
        out, err = serving.communicate(timeout=60)
        second.communicate(timeout=60)
    assert second.returncode == 0
    assert serving.returncode == 0
    assert out == ""
    assert re.fullmatch(r"(\S+ [\d-]+ [\d:]+: CompletedWithFailures\. .*\n|\S+ [\d-]+ [\d:]+: Completed\. .*\n)+", err)


def _has(place: Place, sought: Callable[[Store], bool], seconds: float) -> bool:
    """Tell whether what is sought comes to be in the store within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.5)
        store = open_store(place.store)
        found = sought(store)
        store.close()
        if found:
            return True
    return False


def _command(place: Place, call: str) -> list[str]:
    code = f"""
from pathlib import Path
from flows.nightly import run_nightly, serve_nightly
places = (Path({str(place.archive)!r}), {place.store!r}, Path({str(place.out)!r}), Path({str(place.settings)!r}))
if __name__ == "__main__":
    {call}
"""
    script = place.settings.with_name("script.py")
    script.write_text(code)
    return [sys.executable, str(script)]


def _environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**kept, "PREFECT_HOME": str(tmp_path / "prefect"), "PYTHONPATH": os.pathsep.join([str(ROOT), kept.get("PYTHONPATH", "")])}
