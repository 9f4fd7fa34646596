"""`letterproof annotate` as an officer meets it: where the copy goes, what is spared, and how it ends."""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
from pathlib import Path

import docx
import pytest

from app.exits import Exit
from app.main import main
from reports import annotated

LETTERS = Path("samples/letters")
FAULTY = LETTERS / "third-stage.docx"
GOOD = LETTERS / "stage1-response.docx"


def comments(path: Path) -> list[str]:
    """Return the texts of the comments in a Word document."""
    return [comment.text for comment in docx.Document(str(path)).comments]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """Return a faulty draft that the test may do with as it likes."""
    return Path(shutil.copy(FAULTY, tmp_path / "draft.docx"))


def test_a_copy_is_written(capsys: pytest.CaptureFixture[str], draft: Path, tmp_path: Path) -> None:
    """The copy has the comments, the draft is as it was, and one line says where the copy is and how much is to be done."""
    copy = tmp_path / "checked.docx"
    assert main(["annotate", str(draft), "-o", str(copy)]) == Exit.GAPS
    assert capsys.readouterr() == (f"{copy}: 2 missing, 10 to look at\n", "")
    assert "Decision on the complaint: missing (must, paragraph 6.19c)" in comments(copy)[0]
    assert draft.read_bytes() == FAULTY.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"draft.docx", "checked.docx"}


def test_the_copy_of_a_good_letter(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A letter without gaps ends with 0, and its copy says that nothing is missing."""
    copy = tmp_path / "checked.docx"
    assert main(["annotate", str(GOOD), "--out", str(copy)]) == Exit.FINE
    assert capsys.readouterr().out == f"{copy}: meets every requirement\n"
    assert comments(copy)[0].startswith("Nothing is missing.")


def test_without_a_name_the_copy_stands_beside_the_draft(draft: Path) -> None:
    """The copy of draft.docx is draft-checked.docx."""
    main(["annotate", str(draft)])
    assert comments(draft.with_name("draft-checked.docx"))


def test_the_choices_of_check_hold(draft: Path, tmp_path: Path) -> None:
    """What the officer says of the letter is what it is judged as."""
    copy = tmp_path / "checked.docx"
    main(["annotate", str(draft), "-o", str(copy), "--kind", "acknowledgement", "--stage", "1", "--edition", "hos-2022"])
    assert "Acknowledgement at stage 1" in comments(copy)[0]
    assert "2022" in comments(copy)[0].splitlines()[2]


def test_a_copy_that_is_there_is_spared(capsys: pytest.CaptureFixture[str], draft: Path, tmp_path: Path) -> None:
    """A copy in which an officer may have worked is written over only on request."""
    copy = tmp_path / "checked.docx"
    copy.write_bytes(b"an afternoon's work")
    assert main(["annotate", str(draft), "-o", str(copy)]) == Exit.USAGE
    assert "--overwrite" in capsys.readouterr().err
    assert copy.read_bytes() == b"an afternoon's work"
    assert main(["annotate", str(draft), "-o", str(copy), "--overwrite"]) == Exit.GAPS
    assert comments(copy)


def test_comments_in_the_draft_itself(draft: Path) -> None:
    """The draft's own name puts the comments into the draft, as often as wished, through a link too; who may read it stays the same."""
    draft.chmod(0o640)
    link = draft.with_name("link.docx")
    link.symlink_to(draft)
    assert main(["annotate", str(draft), "-o", str(draft)]) == Exit.GAPS
    once = comments(draft)
    assert main(["annotate", str(link), "-o", str(link)]) == Exit.GAPS
    assert comments(draft) == once
    assert link.is_symlink()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o640


def test_a_draft_that_only_its_officer_may_read(draft: Path, tmp_path: Path) -> None:
    """The copy is guarded as well as the draft."""
    draft.chmod(0o600)
    main(["annotate", str(draft), "-o", str(tmp_path / "checked.docx")])
    assert stat.S_IMODE((tmp_path / "checked.docx").stat().st_mode) == 0o600


def test_a_draft_saved_meanwhile(capsys: pytest.CaptureFixture[str], draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an officer saved while the draft was checked is never written over."""

    def saving(content: bytes, *rest: object) -> bytes:
        draft.write_bytes(GOOD.read_bytes())
        return content

    monkeypatch.setattr("app.annotate.annotated", saving)
    assert main(["annotate", str(draft), "-o", str(draft)]) == Exit.UNFINISHED
    assert "saved anew" in capsys.readouterr().err
    assert draft.read_bytes() == GOOD.read_bytes()
    assert [path.name for path in draft.parent.iterdir()] == ["draft.docx"]


@pytest.mark.parametrize("name", ["no-decision.pdf", "ghost-stage.eml", "template-text.txt"])
def test_other_formats_are_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    """For a letter that is no Word document the message says what to do."""
    assert main(["annotate", str(LETTERS / name), "-o", str(tmp_path / "checked.docx")]) == Exit.USAGE
    assert "Save it as .docx" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_word_would_not_open(capsys: pytest.CaptureFixture[str], draft: Path) -> None:
    """A copy must end as the draft does."""
    assert main(["annotate", str(draft), "-o", str(draft.with_name("checked.pdf"))]) == Exit.USAGE
    assert "must end as" in capsys.readouterr().err


@pytest.mark.parametrize(("content", "told"), [(b"", "empty"), (b"PK\x03\x04" + bytes(40), "damaged"), (None, "no such file")])
def test_a_draft_that_cannot_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None, told: str) -> None:
    """An unreadable draft ends as it does in `check`, and nothing is written."""
    draft = tmp_path / "draft.docx"
    if content is not None:
        draft.write_bytes(content)
    before = list(tmp_path.iterdir())
    assert main(["annotate", str(draft)]) == Exit.UNREADABLE
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == before


def test_a_folder_is_no_draft(capsys: pytest.CaptureFixture[str]) -> None:
    """A folder, the one that the officer is in too, is told as one."""
    assert main(["annotate", "."]) == Exit.UNREADABLE
    assert "This is a folder" in capsys.readouterr().err


def test_a_failure_names_no_words_of_the_letter(capsys: pytest.CaptureFixture[str], draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program itself fails, the message says so without a traceback or a word of the letter."""
    monkeypatch.setattr(annotated.WordFile, "saved", lambda self: 1 / 0)
    assert main(["annotate", str(draft)]) == Exit.UNREADABLE
    assert "letterproof failed on this file (ZeroDivisionError" in capsys.readouterr().err


def test_a_place_that_cannot_be_written(capsys: pytest.CaptureFixture[str], draft: Path) -> None:
    """A copy that cannot be written ends with what to do."""
    assert main(["annotate", str(draft), "-o", str(draft / "checked.docx")]) == Exit.UNFINISHED
    assert "choose another place" in capsys.readouterr().err


def test_the_copy_is_a_sound_package(draft: Path) -> None:
    """Every entry of the copy unpacks, and none stands twice."""
    main(["annotate", str(draft)])
    with zipfile.ZipFile(io.BytesIO(draft.with_name("draft-checked.docx").read_bytes())) as package:
        assert package.testzip() is None
        assert len(set(package.namelist())) == len(package.namelist())
