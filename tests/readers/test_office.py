"""Old Word documents go through LibreOffice where it is installed, and are refused with advice where it is not."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from making import error_of
from making_ole import ole_bytes

from models.finding import ErrorCode
from models.settings import Limits

_OLD = ole_bytes({"WordDocument": bytes(64)})


def _program(folder: Path, script: str) -> None:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where LibreOffice is not installed, the message says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    error = error_of(_OLD).error
    assert (error.code, "LibreOffice" in error.message) == (ErrorCode.UNSUPPORTED, True)


def test_libreoffice_that_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that LibreOffice cannot open is corrupt."""
    _program(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert error_of(_OLD).error.code is ErrorCode.CORRUPT


def test_libreoffice_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the time limit LibreOffice is ended with all that it started, and nothing is left in the temporary folder."""
    _program(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    assert error_of(_OLD, Limits(seconds=0.5)).error.code is ErrorCode.TOO_SLOW
    assert list(temporary.iterdir()) == []
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        if not _is_running(child):
            return
        time.sleep(0.02)
    pytest.fail("the program that LibreOffice started is still running")


def _is_running(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
