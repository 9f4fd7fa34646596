"""Prefect's server of a run: started with it, and gone with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.nightly import run_nightly

LETTER = "14 March 2025\n\nDear Mr Petrenko\n\nStage 1 response\n\nYou complained that your gate was not mended. I uphold your complaint."


@pytest.mark.slow
def test_two_runs_of_one_process_have_a_server_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second asks its own, not the one that ended with the first."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    archive, settings, store = tmp_path / "archive", tmp_path / "settings.toml", f"sqlite:///{tmp_path}/letters.db"
    archive.mkdir()
    settings.write_text("workers = 1\nsettle_seconds = 0\n")
    for number in range(2):
        (archive / f"{number}.txt").write_text(f"{LETTER} My reference is {number}.")
        assert run_nightly(archive, store, tmp_path / "out", settings).checked == 1
        from prefect.concurrency import services  # noqa: PLC0415 - Prefect reads its settings when it is imported

        services._no_limits_cache.clear()  # for five seconds it would ask no server at all
