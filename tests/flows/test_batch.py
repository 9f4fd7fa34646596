"""A chunk of files goes into the store whatever is wrong with some of them."""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from kept import result

from flows.batch import Batch
from flows.kept import Judged
from flows.pool import Pool
from flows.sources import Content, SourceError, SourceFile, open_source
from flows.sources.remote import Remote
from flows.store import Counts, Store, open_store
from models.finding import ErrorCode, ReadError, Result
from models.settings import Limits, Settings

AT_ONCE = Settings(settle_seconds=0)  # files that a test has just written are not left for the next run


def load() -> Callable[[Path], Judged]:
    """Return a check that does as the file says."""
    return judge


def judge(content: Content) -> Judged:
    """Return what `check` finds."""
    return Judged(check(content.path, content.data.decode()))


def check(path: str, text: str) -> list[Result]:
    """Find a letter, a letter with an attachment, nothing readable, or no end."""
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
        return [Result.unreadable(path, None, ReadError(ErrorCode.CORRUPT, "It is damaged."))]
    if text == "mail":
        bad = Result.unreadable(f"{path}#b.pdf", None, ReadError(ErrorCode.ENCRYPTED, "It has a password."))
        return [result(path), result(f"{path}#a.docx"), bad]
    return [result(path, reference=text)]


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


def run(
    store: Store, archive: Path | str, files: list[SourceFile] | None = None, rules: str = "r1", settings: Settings = AT_ONCE
) -> Counts:
    """Check the archive, or the files, as one chunk of a run of its own."""
    source = open_source(str(archive))
    number = store.start_run(source.name, rules)
    done: list[int] = []
    files = source.files() if files is None else files
    with Pool(load, 2, 1.5, 300_000_000) as pool:
        batch = Batch(store, number, source, settings)
        counts = batch.keep(batch.chunk(files).check(pool, done.append, batch.judged))
    store.end_run(number)
    assert counts.add_up
    assert sum(done) == counts.seen == len(files)
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
    source = open_source(str(archive))
    again = Batch(store, store.start_run(source.name, "r1"), source, AT_ONCE)
    assert again.unreadable(source.files()) == 1  # though it counts as unchanged
    assert again.unreadable([SourceFile("a.txt")]) == 0  # as if the bad one had been taken out
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
    assert run(store, archive, [SourceFile("a.txt"), SourceFile("gone.txt")]) == Counts(seen=2, checked=1, failed=1)
    assert rows(store) == {"a.txt": None, "gone.txt": "not_found"}
    gone.write_text("back")
    assert run(store, archive) == Counts(seen=2, checked=1, unchanged=1)
    assert rows(store) == {"a.txt": None, "gone.txt": None}


def test_a_folder_in_place_of_a_file_is_a_row(store: Store, archive: Path) -> None:
    """What cannot be opened is counted as failed, with the reason."""
    assert run(store, archive, [SourceFile("2025")]) == Counts(seen=1, failed=1)
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


def test_a_file_that_is_being_written_is_left_for_the_next_run(store: Store, archive: Path) -> None:
    """It is counted, what was said of it before stays, and when it has settled it is checked."""
    (archive / "old.txt").write_text("old")
    (archive / "growing.txt").write_text("half")
    os.utime(archive / "old.txt", (0, 0))
    assert run(store, archive, settings=Settings(settle_seconds=60)) == Counts(seen=2, checked=1, left=1)
    assert rows(store) == {"old.txt": None}
    assert store.runs()["left"].tolist() == [1]
    os.utime(archive / "growing.txt", (0, 0))
    assert run(store, archive, settings=Settings(settle_seconds=60)) == Counts(seen=2, checked=1, unchanged=1)
    (archive / "old.txt").write_text("growing again")
    assert run(store, archive, settings=Settings(settle_seconds=60)) == Counts(seen=2, unchanged=1, left=1)
    assert sorted(store.letters()["reference"]) == ["half", "old"]


def test_a_file_that_changes_after_it_was_listed_is_left(store: Store, archive: Path) -> None:
    """However long ago it was written by the storage's clock."""
    (archive / "a.txt").write_text("a")
    listed = open_source(str(archive)).files()
    (archive / "a.txt").write_text("a, and more")
    assert run(store, archive, listed) == Counts(seen=1, left=1)
    assert run(store, archive) == Counts(seen=1, checked=1)


def test_a_file_too_large_to_be_read_is_unchanged_until_it_changes(store: Store, archive: Path) -> None:
    """Its size is all that counts: it is not read to be told that it is too large."""
    small = Settings(settle_seconds=0, limits=Limits(file_bytes=3))
    (archive / "a.txt").write_text("four")
    assert run(store, archive, settings=small) == Counts(seen=1, failed=1)
    assert rows(store) == {"a.txt": "too_large"}
    assert run(store, archive, settings=small) == Counts(seen=1, unchanged=1)
    (archive / "a.txt").write_text("abc")
    assert run(store, archive, settings=small) == Counts(seen=1, checked=1)


def test_a_zip_is_checked_like_a_folder_and_read_again_only_where_it_changed(store: Store, tmp_path: Path) -> None:
    """Its letters are told by the checksums that it holds, its locked ones too; letters known from elsewhere are not judged again."""
    path = tmp_path / "letters.zip"
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as package:
        for name, text in (("a.txt", "a"), ("b/bad.txt", "bad"), (link, "a.txt")):
            package.writestr(name, text)
    assert run(store, str(path)) == Counts(seen=3, checked=1, failed=2)
    assert rows(store) == {"a.txt": None, "b/bad.txt": "corrupt", "link.txt": "unsupported"}
    assert run(store, str(path)) == Counts(seen=3, unchanged=3)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("copy.txt", "a")
        package.writestr("new.txt", "new")
    assert run(store, str(path)) == Counts(seen=5, checked=1, unchanged=4)
    assert sorted(store.letters()["path"]) == ["a.txt", "b/bad.txt", "copy.txt", "link.txt", "new.txt"]


class Stamped(MemoryFileSystem):  # type: ignore[misc] - fsspec has no types
    """A storage in memory that says what its files hold, as S3 does, and counts how often one is read."""

    protocol = "stamped"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    async_impl = False
    reads = 0
    down = False

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.replace("stamped://", "memory://")))

    def ls(self, path: str, detail: bool = True, **options: Any) -> Any:
        return [{**entry, "ETag": hashlib.md5(self._content(entry)).hexdigest()} for entry in super().ls(path, detail=True, **options)]

    def _content(self, entry: dict[str, Any]) -> bytes:
        return b"" if entry["type"] == "directory" else self.store[entry["name"]].getvalue()

    def open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        type(self).reads += mode == "rb"
        if self.down:
            raise ConnectionResetError(104, "Connection reset by peer")
        return super().open(path, mode, **options)

    def info(self, path: str, **options: Any) -> Any:
        if self.down:
            raise ConnectionResetError(104, "Connection reset by peer")
        return super().info(path, **options)


@pytest.fixture
def stamped(monkeypatch: pytest.MonkeyPatch) -> type[Stamped]:
    """Return an empty storage with checksums, in which nothing is waited for."""
    monkeypatch.setattr("flows.sources.remote.time.sleep", lambda _: None)
    fsspec.register_implementation("stamped", Stamped, clobber=True)
    Stamped.store, Stamped.pseudo_dirs, Stamped.reads, Stamped.down = {}, [""], 0, False
    return Stamped


def test_what_a_storage_says_is_unchanged_is_not_fetched(store: Store, stamped: type[Stamped]) -> None:
    """A file written again with the same content is not judged anew, and then known by its new stamp."""
    system = fsspec.filesystem("stamped")
    for name in ("a", "bad"):
        system.pipe_file(f"/letters/{name}.txt", name.encode())
    assert run(store, "stamped://letters") == Counts(seen=2, checked=1, failed=1)
    stamped.reads = 0
    assert run(store, "stamped://letters") == Counts(seen=2, unchanged=2)
    assert stamped.reads == 0
    system.pipe_file("/letters/a.txt", b"changed")
    assert run(store, "stamped://letters") == Counts(seen=2, checked=1, unchanged=1)
    assert stamped.reads == 1


def test_a_storage_that_goes_down_leaves_the_store_as_it_was(store: Store, stamped: type[Stamped]) -> None:
    """The run fails; thousands of letters do not become unreadable, and the next run goes on."""
    system = fsspec.filesystem("stamped")
    system.pipe_file("/letters/a.txt", b"a")
    assert run(store, "stamped://letters") == Counts(seen=1, checked=1)
    system.pipe_file("/letters/a.txt", b"changed")
    stamped.down = True
    with pytest.raises(SourceError, match="does not answer"):
        run(store, "stamped://letters")
    assert store.letters()["reference"].tolist() == ["a"]
    stamped.down = False
    assert run(store, "stamped://letters") == Counts(seen=1, checked=1)
    assert store.letters()["reference"].tolist() == ["changed"]


def test_a_storage_that_can_is_asked_for_several_files_at_a_time(
    store: Store, stamped: type[Stamped], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file is looked at once, whichever is there first."""
    monkeypatch.setattr(Remote, "abreast", 4)
    system = fsspec.filesystem("stamped")
    for number in range(40):
        system.pipe_file(f"/letters/{number}.txt", f"letter {number}".encode())
    assert run(store, "stamped://letters") == Counts(seen=40, checked=40)
    assert stamped.reads == 40
    assert sorted(store.letters()["reference"]) == sorted(f"letter {number}" for number in range(40))


def test_a_large_chunk_is_taken_in_pieces_that_fit_into_memory(store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is still kept and counted as one."""
    monkeypatch.setattr("flows.batch._AT_ONCE", 10)
    for number in range(5):
        (archive / f"{number}.txt").write_text(f"letter {number}")
    assert run(store, archive) == Counts(seen=5, checked=5)
    assert len(store.letters()) == 5
