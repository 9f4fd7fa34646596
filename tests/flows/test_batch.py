"""A chunk of files goes into the store whatever is wrong with some of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kept import result

from flows.batch import Batch
from flows.checking import letters_under
from flows.kept import Judged
from flows.pool import Pool
from flows.store import Counts, Store, open_store
from models.finding import ErrorCode, ReadError, Result


def load() -> Callable[[Path], Judged]:
    """Return a check that does as the file says."""
    return judge


def judge(path: Path) -> Judged:
    """Return what `check` finds."""
    return Judged(check(path))


def check(path: Path) -> list[Result]:
    """Find a letter, a letter with an attachment, nothing readable, or no end."""
    text = path.read_text()
    if text == "hang":
        while True:
            pass
    if text == "die":
        os._exit(1)
    if text == "eat":
        bytearray(2_000_000_000)
    if text == "raise":
        raise KeyError("Dear Ms Kowalska")
    if text == "bad":
        return [Result.unreadable(str(path), None, ReadError(ErrorCode.CORRUPT, "It is damaged."))]
    if text == "mail":
        bad = Result.unreadable(f"{path}#b.pdf", None, ReadError(ErrorCode.ENCRYPTED, "It has a password."))
        return [result(str(path)), result(f"{path}#a.docx"), bad]
    return [result(str(path), reference=text)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store beside the archive."""
    opened = open_store(str(tmp_path / "letters.db"))
    yield opened
    opened.close()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return an empty archive."""
    (tmp_path / "archive" / "2025").mkdir(parents=True)
    return tmp_path / "archive"


def run(store: Store, archive: Path, paths: list[Path] | None = None, rules: str = "r1") -> Counts:
    """Check the archive, or the paths, as one chunk of a run of its own."""
    number = store.start_run(archive.as_posix(), rules)
    done: list[int] = []
    files = letters_under(archive) if paths is None else paths
    with Pool(load, 2, 1.5, 300_000_000) as pool:
        counts = Batch(store, number, archive).check(files, pool, done.append)
    store.end_run(number)
    assert sum(done) == counts.seen == len(files) == counts.checked + counts.unchanged + counts.failed
    return counts


def rows(store: Store) -> dict[str, str | None]:
    """Return the error of each letter, by its path."""
    letters = store.letters()
    errors = letters["error_code"].astype(object).where(letters["error_code"].notna(), None)
    return dict(zip(letters["path"], errors, strict=True))


def test_bad_files_are_rows_with_their_errors_and_the_rest_is_checked(store: Store, archive: Path) -> None:
    """A file that hangs, kills its worker, makes a checker fail or is damaged costs nobody else's result."""
    for name in ("good", "hang", "die", "raise", "bad", "mail", "fine"):
        (archive / "2025" / f"{name}.txt").write_text(name)
    (archive / "long").symlink_to("x" * 300)  # which nobody can look at, and which may lead to letters
    (archive / "loop.txt").symlink_to("loop.txt")
    assert run(store, archive) == Counts(seen=9, checked=3, failed=6)
    assert rows(store) == {
        "2025/good.txt": None,
        "2025/fine.txt": None,
        "2025/hang.txt": "too_slow",
        "2025/die.txt": "corrupt",
        "2025/raise.txt": "corrupt",
        "2025/bad.txt": "corrupt",
        "2025/mail.txt": None,
        "2025/mail.txt#a.docx": None,
        "2025/mail.txt#b.pdf": "encrypted",
        "long": "not_found",
        "loop.txt": "not_found",
    }
    messages = store.letters().set_index("path")["error_message"]
    assert "KeyError at test_batch.py:" in messages["2025/raise.txt"]
    assert not messages.str.contains("Kowalska").any()
    assert "limits.seconds" in messages["2025/hang.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_a_file_that_eats_memory_is_too_large(store: Store, archive: Path) -> None:
    """The message names the limit."""
    (archive / "eat.txt").write_text("eat")
    assert run(store, archive) == Counts(seen=1, failed=1)
    assert rows(store) == {"eat.txt": "too_large"}
    assert "limits.memory_bytes" in store.letters()["error_message"][0]


def test_only_what_is_new_or_changed_is_checked_again(store: Store, archive: Path) -> None:
    """Files are told by their content: a file saved again without a change is not checked, a changed one is."""
    for name in ("a", "b", "bad"):
        (archive / f"{name}.txt").write_text(name)
    assert run(store, archive) == Counts(seen=3, checked=2, failed=1)
    os.utime(archive / "a.txt", (0, 0))
    assert run(store, archive) == Counts(seen=3, unchanged=3)
    again = Batch(store, store.start_run(archive.as_posix(), "r1"), archive)
    assert again.unreadable(letters_under(archive)) == 1  # though it counts as unchanged
    assert again.unreadable([archive / "a.txt"]) == 0  # as if the bad one had been taken out
    (archive / "b.txt").write_text("changed")
    (archive / "new.txt").write_text("new")
    assert run(store, archive) == Counts(seen=4, checked=2, unchanged=2)
    assert sorted(store.letters()["reference"].dropna()) == ["a", "changed", "new"]


def test_other_rules_check_everything_again(store: Store, archive: Path) -> None:
    """A new version of the checkers reads the whole archive anew, and leaves one row a letter."""
    (archive / "a.txt").write_text("a")
    assert run(store, archive) == Counts(seen=1, checked=1)
    assert run(store, archive, rules="r2") == Counts(seen=1, checked=1)
    assert rows(store) == {"a.txt": None}


def test_a_file_that_vanishes_is_a_row_and_is_looked_at_again(store: Store, archive: Path) -> None:
    """A file that was listed and is gone fails; when it is back it is checked."""
    (archive / "a.txt").write_text("a")
    gone = archive / "gone.txt"
    assert run(store, archive, [archive / "a.txt", gone]) == Counts(seen=2, checked=1, failed=1)
    assert rows(store) == {"a.txt": None, "gone.txt": "not_found"}
    gone.write_text("back")
    assert run(store, archive) == Counts(seen=2, checked=1, unchanged=1)
    assert rows(store) == {"a.txt": None, "gone.txt": None}


def test_a_folder_in_place_of_a_file_is_a_row(store: Store, archive: Path) -> None:
    """What cannot be opened is counted as failed, with the reason."""
    assert run(store, archive, [archive / "2025"]) == Counts(seen=1, failed=1)
    assert rows(store) == {"2025": "not_found"}
    assert "could not be opened" in store.letters()["error_message"][0]


def test_a_file_that_may_not_be_read_is_a_row(store: Store, archive: Path) -> None:
    """The message says whose rights to look at."""
    path = archive / "closed.txt"
    path.write_text("a")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this account may read everything")
    assert run(store, archive) == Counts(seen=1, failed=1)
    assert "Let the account that runs letterproof read it" in store.letters()["error_message"][0]


def history(store: Store) -> list[tuple[str, str]]:
    """Return the path of each letter that was judged, now, with the rules that judged it."""
    with store._engine.connect() as connection:
        told = "SELECT path || part, judgements.rules FROM judgements JOIN files ON files.id = file_id ORDER BY 1, 2"
        return [(path, rules) for path, rules in connection.exec_driver_sql(told)]


def test_a_moved_file_keeps_its_history_and_is_not_judged_anew(store: Store, archive: Path) -> None:
    """Letters are known by their content: a case's folder that is renamed costs nothing, and counts nothing twice."""
    for name in ("mail", "b"):
        (archive / "2025" / f"{name}.txt").write_text(name)
    run(store, archive, rules="r0")
    run(store, archive)
    before = store.with_results(store.letters())["result"]
    (archive / "2025").rename(archive / "closed")
    assert run(store, archive) == Counts(seen=2, unchanged=2)
    letters = store.with_results(store.letters())
    assert sorted(letters["path"]) == ["closed/b.txt", "closed/mail.txt", "closed/mail.txt#a.docx", "closed/mail.txt#b.pdf"]
    assert sorted(letters["result"]) == sorted(before.str.replace('"path":"2025/', '"path":"closed/'))
    assert history(store) == [(path, rules) for path in sorted(letters["path"]) for rules in ("r0", "r1")]
    assert run(store, archive) == Counts(seen=2, unchanged=2)


def test_a_copied_file_has_what_was_said_of_the_first(store: Store, archive: Path) -> None:
    """Nothing is judged, both are letters of the archive, and changing one leaves the other."""
    (archive / "a.txt").write_text("a")
    run(store, archive)
    (archive / "b.txt").write_text("a")
    assert run(store, archive) == Counts(seen=2, unchanged=2)
    assert store.letters()["reference"].tolist() == ["a", "a"]
    (archive / "a.txt").write_text("changed")
    assert run(store, archive) == Counts(seen=2, checked=1, unchanged=1)
    assert sorted(store.letters()["reference"]) == ["a", "changed"]
    assert history(store) == [("a.txt", "r1"), ("a.txt", "r1"), ("b.txt", "r1")]


def test_a_moved_archive_is_not_judged_anew(store: Store, archive: Path) -> None:
    """The letters are known, whatever the archive is called now."""
    (archive / "a.txt").write_text("a")
    run(store, archive)
    assert run(store, archive.rename(archive.with_name("moved"))) == Counts(seen=1, unchanged=1)


def test_a_name_with_another_ending_is_judged_anew(store: Store, archive: Path) -> None:
    """Readers doubt a text that calls itself a PDF."""
    (archive / "a.txt").write_text("a")
    run(store, archive)
    (archive / "a.txt").rename(archive / "a.pdf")
    assert run(store, archive) == Counts(seen=1, checked=1)


def test_a_letter_taken_out_of_the_archive_stays(store: Store, archive: Path) -> None:
    """What was sent was sent: tidying up an archive does not change last year's figures."""
    for name in ("a", "b"):
        (archive / f"{name}.txt").write_text(name)
    run(store, archive)
    (archive / "a.txt").unlink()
    assert run(store, archive) == Counts(seen=1, unchanged=1)
    assert store.letters()["path"].tolist() == ["a.txt", "b.txt"]
