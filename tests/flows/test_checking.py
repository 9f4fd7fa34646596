"""From a file to its results, and the files that a folder holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from checkers import Choice
from flows.checking import check_file, letters_under, rules_in_force
from models.finding import ErrorCode, Kind, Verdict
from models.settings import Limits, Settings

LETTER = """14 March 2025

Dear Mrs Adeyemi

Stage 1 response to your complaint CMP-10234

You complained that the leak in your bathroom was not repaired. I uphold your complaint, because our records show that we missed
two appointments. I apologise for this. We will repair the leak by 28 March 2025.

Yours sincerely
Joan Field
"""


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Return the path of a letter."""
    path = tmp_path / "letter.txt"
    path.write_text(LETTER, encoding="utf-8")
    return path


def test_a_letter_gives_one_result_under_its_own_path(letter: Path) -> None:
    """The result says what file it is of and lists all ten elements."""
    (result,) = check_file(letter, Settings())
    assert (result.path, result.error) == (str(letter), None)
    assert len(result.elements) == 10


def test_what_is_chosen_wins_over_what_is_worked_out(letter: Path) -> None:
    """An officer who knows the kind can say so."""
    (result,) = check_file(letter, Settings(), Choice(kind=Kind.OTHER))
    assert result.kind is Kind.OTHER


def test_a_file_that_cannot_be_read_is_a_result_with_its_error(tmp_path: Path) -> None:
    """Nothing is raised for a bad file."""
    (tmp_path / "empty.txt").touch()
    (result,) = check_file(tmp_path / "empty.txt", Settings())
    assert result.verdict is Verdict.UNREADABLE
    assert result.error is not None
    assert result.error.code is ErrorCode.EMPTY


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names that are no text")
def test_a_file_name_that_is_no_text_is_written_out(letter: Path) -> None:
    """A name in an old encoding can be checked and kept like any other."""
    strange = os.fsdecode(os.fsencode(letter.parent) + b"/caf\xe9.txt")
    letter.rename(strange)
    (path,) = letters_under(letter.parent)
    (result,) = check_file(path, Settings())
    assert result.path.endswith(r"/caf\xe9.txt")
    assert result.verdict is not Verdict.UNREADABLE


def test_letters_of_a_folder_are_those_that_a_reader_may_know(tmp_path: Path) -> None:
    """Sub-folders are entered and endings may be capitals; other files, hidden ones and lock files are left out."""
    found = ["a.docx", "b.PDF", "sub/c.md", "sub/deep/d.eml", "z.txt"]
    left_out = ["notes.xlsx", ".hidden.docx", "~$a.docx", ".git/e.txt", "no-ending", "folder.txt/inside.csv"]
    for name in [*found, *left_out]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in letters_under(tmp_path)] == found


def test_links_are_followed_once(tmp_path: Path) -> None:
    """A link back to a folder above does not send the search round for ever; a linked file is a letter."""
    archive = tmp_path / "archive"
    (archive / "sub").mkdir(parents=True)
    (archive / "sub" / "a.txt").touch()
    (tmp_path / "elsewhere.txt").touch()
    (archive / "sub" / "loop").symlink_to(archive, target_is_directory=True)
    (archive / "linked.txt").symlink_to(tmp_path / "elsewhere.txt")
    (archive / "dangling.txt").symlink_to(tmp_path / "gone.txt")
    assert [path.relative_to(archive).as_posix() for path in letters_under(archive)] == ["linked.txt", "sub/a.txt"]


def test_a_folder_that_may_not_be_opened_is_listed_itself(tmp_path: Path) -> None:
    """Letters that cannot be counted are not passed over in silence."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    try:
        if os.access(closed, os.R_OK):
            pytest.skip("this account may open everything")
        assert letters_under(tmp_path) == [closed]
    finally:
        closed.chmod(0o700)


def test_a_path_that_cannot_be_looked_at_is_listed_itself(tmp_path: Path) -> None:
    """A link that leads nowhere because of itself, or of its length, raises nothing and is not passed over."""
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "long.txt").symlink_to("x" * 300)
    (tmp_path / "a.txt").touch()
    assert [path.name for path in letters_under(tmp_path)] == ["a.txt", "long.txt", "loop"]


def test_rules_change_with_what_bears_on_judgement_only() -> None:
    """More workers do not check the archive anew; a longer staff list or another limit does."""
    rules = rules_in_force(Settings())
    assert rules == rules_in_force(Settings(workers=7, chunk=50, token=SecretStr("a-long-secret-token"), limits=Limits(requests=5)))
    assert rules != rules_in_force(Settings(staff=("Joan Field",)))
    assert rules != rules_in_force(Settings(limits=Limits(seconds=5)))


def test_checking_a_letter_imports_no_prefect() -> None:
    """`letterproof check` starts no server and loads nothing of one; nor does reading the store."""
    code = "import sys, flows.checking, flows.store, flows.batch, flows.nightly; sys.exit('prefect' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
