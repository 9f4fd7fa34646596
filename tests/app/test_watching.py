"""`letterproof check --watch`: a letter is checked again whenever it is saved, however a program saves it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from app.checking import _files
from app.exits import Exit, Misuse
from app.main import main
from app.watching import saved

LETTERS = Path("samples/letters")


def rounds(paths: list[str], *steps: Callable[[], object]) -> list[list[str]]:
    """Return the names that are to be checked first, and after each pause in which a step was done; two pauses follow the last."""
    left = iter([*steps, *[lambda: None] * 2])

    def wait() -> None:
        next(left, _stop)()

    found = []
    with pytest.raises(InterruptedError):
        for files in saved(partial(_files, paths), wait):
            found.append([Path(file).name for file in files])  # noqa: PERF401 - what was found before the end counts
    return found


def _stop() -> None:
    raise InterruptedError


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """Return a draft."""
    path = tmp_path / "draft.txt"
    path.write_text("Dear Mrs Okafor", encoding="utf-8")
    return path


def test_a_file_that_is_left_alone(draft: Path) -> None:
    """A letter is checked once, and not again before it is saved."""
    assert rounds([str(draft)]) == [["draft.txt"]]


def test_a_file_that_is_written_in_place(draft: Path) -> None:
    """A letter is checked again when it was saved, and only once for each time."""
    assert rounds([str(draft)], lambda: draft.write_text("Dear Mr Okafor, at last")) == [["draft.txt"], ["draft.txt"]]


def test_a_save_by_rename(draft: Path) -> None:
    """Word and LibreOffice write another file and rename it; between, the letter is gone, and a lock file is no letter."""
    new = draft.with_name("~WRD0001.tmp")
    lock = draft.with_name(".~lock.draft.txt#")
    steps = (
        lambda: lock.write_text("Officer"),
        lambda: new.write_text("Dear Mrs Okafor"),
        draft.unlink,
        lambda: new.rename(draft),
        lock.unlink,
    )
    assert rounds([str(draft)], *steps) == [["draft.txt"], ["draft.txt"]]
    assert rounds([str(draft.parent)], *steps[:4], lock.unlink) == [["draft.txt"], ["draft.txt"]]


def test_a_file_that_is_still_being_written(draft: Path) -> None:
    """A letter that grows from look to look is checked when it is whole."""
    steps = [partial(draft.write_text, "Dear Mrs Okafor " * times) for times in (2, 3, 4)]
    assert rounds([str(draft)], *steps) == [["draft.txt"], ["draft.txt"]]


def test_a_save_that_keeps_size_and_time(draft: Path) -> None:
    """A program that gives a new file the old one's time is noticed all the same."""
    other = draft.with_name("other.txt")
    shutil.copy2(draft, other)
    assert rounds([str(draft)], lambda: os.replace(other, draft)) == [["draft.txt"], ["draft.txt"]]  # noqa: PTH105 - Path.replace is the same


def test_letters_that_come_and_go(draft: Path) -> None:
    """In a folder, a letter that is new is checked, and only that; one that is gone is not missed."""
    steps = (lambda: draft.with_name("second.txt").write_text("Dear Mr Hale"), lambda: None, draft.unlink)
    assert rounds([str(draft.parent)], *steps) == [["draft.txt"], ["second.txt"]]


def test_a_file_that_is_not_there_yet(draft: Path) -> None:
    """A letter that is named before it is saved is told as not found, then checked."""
    later = draft.with_name("later.txt")
    assert rounds([str(later)], lambda: later.write_text("Dear Mrs Okafor")) == [["later.txt"], ["later.txt"]]


@pytest.mark.parametrize("arguments", [["-"], ["--format", "json", str(LETTERS / "refusal.docx")]])
def test_what_cannot_be_watched(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """Standard input, and a list that would have no end, are wrong usage that says what to choose."""
    assert main(["check", "--watch", *arguments]) == Exit.USAGE
    assert "--watch" in capsys.readouterr().err


def test_a_folder_without_letters_is_wrong_usage(tmp_path: Path) -> None:
    """A folder without letters is told at once, as without --watch."""
    with pytest.raises(Misuse):
        next(saved(partial(_files, [str(tmp_path)]), lambda: None))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent otherwise on Windows")
def test_watching_ends_with_what_was_found_last(tmp_path: Path) -> None:
    """The command checks, checks again when the letter is mended, and Ctrl-C ends it with the status of the mended letter."""
    draft = tmp_path / "draft.docx"
    shutil.copy(LETTERS / "third-stage.docx", draft)
    command = [sys.executable, "-m", "app", "check", "--watch", "--format", "jsonl", str(draft)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        assert '"verdict":"gaps"' in watching.stdout.readline()
        assert "Ctrl-C ends" in watching.stderr.readline()
        shutil.copy(LETTERS / "stage1-response.docx", tmp_path / "new.docx")
        (tmp_path / "new.docx").replace(draft)
        assert '"verdict":"compliant"' in watching.stdout.readline()
        assert "Ctrl-C ends" in watching.stderr.readline()
        watching.send_signal(signal.SIGINT)
        assert watching.communicate(timeout=30) == ("", "")
    assert watching.returncode == Exit.FINE
