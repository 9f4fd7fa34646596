"""Where letters come from: what is listed and read of a folder, a ZIP and a storage, and what their faults cost."""

from __future__ import annotations

import os
import pickle
import re
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import given
from hypothesis import strategies as st

from flows.sources import ChangedError, Chosen, NoSourceError, Source, SourceError, SourceFile, absolute, listed, open_source
from flows.sources.packed import Packed
from flows.sources.remote import Remote
from models.finding import ErrorCode, ReadError

LETTERS = ["2024/05/b.PDF", "2025/a.txt", "2025/mail.eml", "z.pages"]
OTHERS = [".hidden.txt", "2025/.git/c.txt", "2025/notes.xlsx", "2025/~$a.docx", "no-ending"]
MOST = 1000
NO_PAUSES = (0.0, 0.0, 0.0)


def fill_folder(root: Path, files: dict[str, bytes]) -> str:
    """Write the files under a folder, and return how a user names it."""
    for name, content in files.items():
        (root / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "folder" / name).write_bytes(content)
    return str(root / "folder")


def fill_zip(root: Path, files: dict[str, bytes]) -> str:
    """Pack the files, and return how a user names the ZIP."""
    with zipfile.ZipFile(root / "letters.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return str(root / "letters.zip")


def fill_memory(root: Path, files: dict[str, bytes]) -> str:
    """Put the files into fsspec's storage in memory, and return their address."""
    address = f"memory://{root.name}/letters"
    fsspec.filesystem("memory").pipe({f"{address}/{name}": content for name, content in files.items()})
    return address


def fill_file_address(root: Path, files: dict[str, bytes]) -> str:
    """Write the files under a folder, and return its address."""
    return Path(fill_folder(root, files)).as_uri()


Fill = Callable[[Path, dict[str, bytes]], str]
ANY_SOURCE = pytest.mark.parametrize("fill", [fill_folder, fill_zip, fill_memory, fill_file_address])


@ANY_SOURCE
def test_letters_are_listed_and_read_by_their_path(tmp_path: Path, fill: Fill) -> None:
    """At any depth and sorted; other files, hidden ones and lock files are left out; an empty one is a file, too."""
    files = {name: name.encode() for name in LETTERS + OTHERS} | {"2025/empty.txt": b""}
    source = open_source(fill(tmp_path, files))
    found = source.files()
    assert [file.path for file in found] == sorted([*LETTERS, "2025/empty.txt"])
    assert all(file.modified is not None and file.size == len(files[file.path]) for file in found)
    assert {file.path: source.read(file, MOST) for file in found} == {path: files[path] for path in [*LETTERS, "2025/empty.txt"]}


@ANY_SOURCE
def test_a_source_reads_the_same_files_in_another_process(tmp_path: Path, fill: Fill) -> None:
    """A source pickles, and so do its files."""
    source = open_source(fill(tmp_path, {"a.txt": b"a"}))
    (file,) = source.files()
    there, its_file = pickle.loads(pickle.dumps((source, file)))
    assert (there.name, there.read(its_file, MOST)) == (source.name, b"a")
    assert str(tmp_path) in source.name or "memory://" in source.name


@ANY_SOURCE
def test_a_file_over_the_limit_is_an_error_of_its_own(tmp_path: Path, fill: Fill) -> None:
    """It is never read whole; one of just the size is read."""
    source = open_source(fill(tmp_path, {"fits.txt": bytes(10), "over.txt": bytes(11)}))
    fits, over = source.files()
    assert source.read(fits, 10) == bytes(10)
    with pytest.raises(ReadError, match=r"larger than 10 bytes.*limits\.file_bytes") as caught:
        source.read(over, 10)
    assert caught.value.code is ErrorCode.TOO_LARGE


@pytest.mark.parametrize("fill", [fill_folder, fill_memory, fill_zip])
def test_a_file_that_grows_after_it_was_listed_is_being_written(tmp_path: Path, fill: Fill) -> None:
    """What is read then may be the half of a letter; in a ZIP, the whole of it is in doubt."""
    source = open_source(fill(tmp_path, {"a.txt": b"half"}))
    (file,) = source.files()
    fill(tmp_path, {"a.txt": b"half and whole"})
    with pytest.raises(ChangedError):
        source.read(file, MOST)
    assert source.read(source.files()[0], MOST) == b"half and whole"


def test_a_file_that_is_written_over_in_place_is_being_written(tmp_path: Path) -> None:
    """The time tells, where the size does not."""
    source = open_source(fill_folder(tmp_path, {"a.txt": b"1"}))
    (file,) = source.files()
    os.utime(tmp_path / "folder" / "a.txt", (0, 0))
    with pytest.raises(ChangedError):
        source.read(file, MOST)


@pytest.mark.parametrize(("age", "settled"), [(0, False), (9.9, False), (10, True), (-3, False), (-3600, True)])
def test_a_file_is_settled_some_time_after_it_was_written(age: float, settled: bool) -> None:
    """A file from the future is the work of a wrong clock, and not left for ever."""
    assert SourceFile("a.txt", 1, 1000 - age).is_settled(10, 1000) is settled
    assert SourceFile("a.txt", 1, None).is_settled(10, 1000)


def test_a_folder_that_vanishes_costs_the_run_and_no_letter(tmp_path: Path) -> None:
    """A share that is cut off does not make thousands of letters unreadable; a single file that is gone is one."""
    source = open_source(fill_folder(tmp_path, {"a.txt": b"a", "b.txt": b"b"}))
    first, second = source.files()
    (tmp_path / "folder" / "a.txt").unlink()
    with pytest.raises(ReadError, match="was gone when its turn came"):
        source.read(first, MOST)
    (tmp_path / "folder").rename(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match=r"can no longer be opened .*nothing is lost"):
        source.read(second, MOST)


def test_what_cannot_be_looked_at_is_listed(tmp_path: Path) -> None:
    """A link that leads nowhere because of its length may hide letters."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "long").symlink_to("x" * 300)
    source = open_source(str(tmp_path / "folder"))
    assert source.files() == [SourceFile("long")]
    with pytest.raises(ReadError, match="could not be opened"):
        source.read(source.files()[0], MOST)


def test_ten_thousand_letters_are_listed_with_one_look_at_each(tmp_path: Path) -> None:
    """A large archive is listed whole, and its ZIP too."""
    names = [f"{number % 100:02}/{number}.txt" for number in range(10_000)]
    files = dict.fromkeys(names, b"")
    for fill in (fill_zip, fill_memory):
        assert len(open_source(fill(tmp_path, files)).files()) == 10_000


# ZIPs -----------------------------------------------------------------------------------------------------------------------------------


def packed(path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Packed:
    """Return a ZIP with these entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries:
            package.writestr(name, content)
    return Packed(path)


@pytest.mark.parametrize("name", ["../../etc/a.txt", "/etc/a.txt", "C:/letters/a.txt", "..\\a.txt", f"{'x' * 2000}/a.txt"])
def test_a_path_out_of_the_zip_is_a_row_with_its_reason(tmp_path: Path, name: str) -> None:
    """Nothing is written anywhere; the name stands in the list, cut where it has no end."""
    if len(name) > 1000:
        name = f"a/{'x' * 990}.txt.txt"
    source = packed(tmp_path / "a.zip", (name, b"text"), ("good.txt", b"good"))
    bad = next(file for file in source.files() if file.path != "good.txt")
    with pytest.raises(ReadError, match="leads out of the ZIP|one out of the ZIP"):
        source.read(bad, MOST)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_a_bomb_is_never_unpacked(tmp_path: Path) -> None:
    """An entry that says that it is large is not begun, and one that lies is damaged."""
    source = packed(tmp_path / "a.zip", ("bomb.txt", bytes(50_000_000)))
    with pytest.raises(ReadError, match="larger than 1,000 bytes"):
        source.read(source.files()[0], MOST)
    content = (tmp_path / "a.zip").read_bytes().replace((50_000_000).to_bytes(4, "little"), (500).to_bytes(4, "little"))
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(ReadError, match="damaged in its ZIP") as caught:
        source.read(source.files()[0], MOST)
    assert caught.value.code is ErrorCode.CORRUPT


def test_damage_costs_its_own_entry(tmp_path: Path) -> None:
    """The checksum is held against what is read."""
    source = packed(tmp_path / "a.zip", ("a.txt", b"a" * 100), ("b.txt", b"good"))
    content = bytearray((tmp_path / "a.zip").read_bytes())
    content[30 + len("a.txt") + 2] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(content)
    bad, good = source.files()
    with pytest.raises(ReadError, match="damaged in its ZIP"):
        source.read(bad, MOST)
    assert source.read(good, MOST) == b"good"


def test_an_entry_with_a_password_is_a_row_with_its_reason(tmp_path: Path) -> None:
    """Marked as encrypted, it is not tried."""
    source = packed(tmp_path / "a.zip", ("a.txt", b"secret"))
    content = bytearray((tmp_path / "a.zip").read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    (tmp_path / "a.zip").write_bytes(content)
    (file,) = source.files()
    assert file.fault is not None
    assert file.fault.code is ErrorCode.ENCRYPTED


def test_a_link_in_a_zip_is_no_letter(tmp_path: Path) -> None:
    """Its content is a path, which would be judged as a letter."""
    link = zipfile.ZipInfo("a.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    (file,) = packed(tmp_path / "a.zip", (link, b"/etc/passwd")).files()
    assert file.fault is not None


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entries_of_one_name_are_letters_of_their_own(tmp_path: Path) -> None:
    """None is lost: each later one has a name that says so."""
    source = packed(tmp_path / "a.zip", ("a.txt", b"1"), ("a.txt", b"2"), ("a.txt", b"3"))
    read = {file.path: source.read(file, MOST) for file in source.files()}
    assert read == {"a.txt": b"1", "a.txt (packed copy 2)": b"2", "a.txt (packed copy 3)": b"3"}


def test_a_zip_says_what_its_entries_hold(tmp_path: Path) -> None:
    """The stamp changes with the content and with nothing else."""
    before = packed(tmp_path / "a.zip", ("a.txt", b"1"), ("b.txt", b"1")).files()
    after = packed(tmp_path / "a.zip", ("a.txt", b"1"), ("b.txt", b"2")).files()
    assert before[0].stamp == before[1].stamp == after[0].stamp != after[1].stamp


def test_a_file_of_a_zip_can_be_read_without_a_list(tmp_path: Path) -> None:
    """As a recheck does; one that is not there is told."""
    packed(tmp_path / "a.zip", ("a.txt", b"1"))
    assert open_source(str(tmp_path / "a.zip")).read(SourceFile("a.txt"), MOST) == b"1"
    with pytest.raises(ReadError, match="was gone"):
        open_source(str(tmp_path / "a.zip")).read(SourceFile("b.txt"), MOST)


def test_a_zip_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """It is still being copied, say; one that vanishes in the middle stops the run."""
    source = packed(tmp_path / "a.zip", ("a.txt", b"1"))
    (file,) = source.files()
    whole = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(whole[:-10])
    with pytest.raises(NoSourceError, match="no whole ZIP"):
        source.files()
    (tmp_path / "a.zip").unlink()
    with pytest.raises(SourceError, match="can no longer be read"):
        source.read(file, MOST)


def test_a_zip_of_another_program_is_read(tmp_path: Path) -> None:
    """Names in the writer's own character set and streamed entries are read as they are."""
    (tmp_path / "Café £5.txt").write_text("text")
    try:
        subprocess.run(["zip", "-q", "-fd", "a.zip", "Café £5.txt"], cwd=tmp_path, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("no zip program here")
    (file,) = Packed(tmp_path / "a.zip").files()
    assert Packed(tmp_path / "a.zip").files() == [file]


# Storages -------------------------------------------------------------------------------------------------------------------------------


class Unsteady(MemoryFileSystem):  # type: ignore[misc] - fsspec has no types
    """A storage of which every third answer fails, or all where `down`."""

    protocol = "unsteady"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    calls = 0
    down = False
    closed = ""
    broken = ""

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.replace("unsteady://", "memory://")))

    def _stumble(self, path: str) -> None:
        cls = type(self)
        cls.calls += 1
        if cls.closed and cls.closed in path:
            raise PermissionError(13, "Permission denied", path)
        if cls.down or cls.calls % 3 == 0 or (cls.broken and cls.broken in path):
            raise ConnectionResetError(104, "Connection reset by peer", "https://storage.example/?sig=hunter2")

    def ls(self, path: str, detail: bool = True, **options: Any) -> Any:
        self._stumble(path)
        return super().ls(path, detail=detail, **options)

    def info(self, path: str, **options: Any) -> Any:
        self._stumble(path)
        return super().info(path, **options)

    def open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        if mode == "rb":
            self._stumble(path)
        return super().open(path, mode, **options)


@pytest.fixture
def unsteady() -> type[Unsteady]:
    """Return a storage of thirty letters, in three folders, that often fails."""
    fsspec.register_implementation("unsteady", Unsteady, clobber=True)
    Unsteady.clear_instance_cache()
    Unsteady.store, Unsteady.pseudo_dirs = {}, [""]
    Unsteady.calls, Unsteady.down, Unsteady.closed, Unsteady.broken = 0, False, "", ""
    system = fsspec.filesystem("unsteady")
    for number in range(30):
        system.pipe_file(f"/letters/{number % 3}/{number:02}.txt", str(number).encode())
    return Unsteady


def read_all(source: Source) -> dict[str, bytes]:
    """Return the content of every file of the source."""
    return {file.path: source.read(file, MOST) for file in source.files()}


def test_a_storage_that_fails_every_third_time_loses_nothing(unsteady: type[Unsteady]) -> None:
    """A fault is tried again."""
    read = read_all(Remote("unsteady://letters", NO_PAUSES))
    assert read == {f"{number % 3}/{number:02}.txt": str(number).encode() for number in range(30)}


def test_a_closed_folder_of_a_storage_is_a_row(unsteady: type[Unsteady]) -> None:
    """It is not tried again, and hides no letters in silence."""
    unsteady.closed = "letters/1"
    files = Remote("unsteady://letters", NO_PAUSES).files()
    (row,) = [file for file in files if file.fault]
    assert (row.path, len(files)) == ("1", 21)
    assert row.fault is not None
    assert "Permission denied" in row.fault.message


def test_a_file_that_a_storage_will_not_give_is_a_row(unsteady: type[Unsteady]) -> None:
    """The rest of the storage is there, so this is the file's own fault."""
    source = Remote("unsteady://letters", NO_PAUSES)
    files = source.files()
    unsteady.broken = "0/03.txt"
    unsteady.calls = 0
    with pytest.raises(ReadError, match="Connection reset by peer"):
        source.read(next(file for file in files if file.path == "0/03.txt"), MOST)
    assert source.read(files[0], MOST) == b"0"


def test_a_storage_that_goes_down_costs_the_run_and_no_letter(unsteady: type[Unsteady]) -> None:
    """What was kept of its letters stays; the message holds nothing of a request."""
    source = Remote("unsteady://letters", NO_PAUSES)
    files = source.files()
    unsteady.down = True
    with pytest.raises(SourceError, match="Run again when it does: nothing is lost") as caught:
        source.read(files[0], MOST)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(NoSourceError, match="cannot be opened"):
        source.files()


def test_a_storage_of_which_all_files_fail_is_given_up(unsteady: type[Unsteady]) -> None:
    """That the folder can be asked for does not mean that its files can."""
    source = Remote("unsteady://letters", ())
    unsteady.broken = ".txt"
    files = [SourceFile(f"{number % 3}/{number:02}.txt", 2) for number in range(30)]
    failed = 0
    with pytest.raises(SourceError):
        for file in files:
            unsteady.calls = 0
            try:
                source.read(file, MOST)
            except ReadError:
                failed += 1
    assert failed == 19


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve a folder over HTTP, and return its address."""
    fill_folder(tmp_path, {"2025/a.txt": b"a letter", "b.pdf": b"%PDF", "c.csv": b""})

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "folder")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_real_server_is_a_source(site: str) -> None:
    """Folders, sizes and contents come over a network as from a disk."""
    assert read_all(Remote(site, NO_PAUSES)) == {"2025/a.txt": b"a letter", "b.pdf": b"%PDF"}


@pytest.mark.parametrize(
    "address",
    ["sftp://user:hunter2@host/letters", "https://storage.example/letters?sig=hunter2", "zip://*::s3://key:hunter2@bucket/a.zip"],
)
def test_an_address_with_a_secret_is_refused(address: str) -> None:
    """It would stand in the store, in Prefect and in the list of processes; the message does not repeat it."""
    with pytest.raises(NoSourceError, match="FSSPEC_") as caught:
        open_source(address)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "said"),
    [("nonsense://letters", "is no address that can be read"), ("memory://nothing/here", "There is nothing at memory://nothing/here")],
)
def test_an_address_that_leads_nowhere_is_refused(address: str, said: str) -> None:
    """The message says what to check."""
    with pytest.raises(NoSourceError, match=said):
        open_source(address).files()


@pytest.mark.slow
def test_a_bucket_is_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real S3 server, asked by the real library: stamps come from it, and a changed object is noticed."""
    moto = pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    server = moto.ThreadedMotoServer(port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setitem(fsspec.config.conf, "s3", {"key": "k", "secret": "s", "endpoint_url": f"http://{host}:{port}"})
        system = fsspec.filesystem("s3")
        system.mkdir("archive")
        system.pipe({"archive/letters/2025/a.txt": b"a letter", "archive/letters/b.pdf": b"%PDF", "archive/letters/c.txt": b""})
        source = Remote("s3://archive/letters", NO_PAUSES)
        files = source.files()
        assert {file.path: source.read(file, MOST) for file in files} == {"2025/a.txt": b"a letter", "b.pdf": b"%PDF", "c.txt": b""}
        assert all(file.stamp and file.modified for file in files)
        system.pipe({"archive/letters/b.pdf": b"%PDF, longer"})
        with pytest.raises(ChangedError):
            source.read(files[1], MOST)
        assert files[0] == source.files()[0]
        assert files[1].stamp != source.files()[1].stamp
        with pytest.raises(NoSourceError):
            Remote("s3://nowhere/letters", NO_PAUSES).files()
    finally:
        server.stop()


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says where to read on."""
    monkeypatch.setitem(sys.modules, "paramiko", None)  # as if it were not installed
    monkeypatch.delitem(sys.modules, "fsspec.implementations.sftp", raising=False)
    with pytest.raises(NoSourceError, match=r"one more package.*paramiko.*docs/nightly\.md"):
        open_source("sftp://user@host/letters")


def test_an_archive_has_one_name_in_every_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path is made absolute, an address stays what it is."""
    monkeypatch.chdir(tmp_path)
    assert absolute("letters") == str(tmp_path.resolve() / "letters")
    assert absolute("s3://bucket/letters") == "s3://bucket/letters"


# Patterns -------------------------------------------------------------------------------------------------------------------------------


def chosen(paths: list[str], include: list[str], exclude: list[str]) -> list[str]:
    """Return the paths that the patterns choose."""
    return [file.path for file in Chosen(include, exclude).of([SourceFile(path, 1) for path in paths])]


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        ([], [], ["2019/a.pdf", "2024/a.docx", "2024/drafts/b.pdf", "c.PDF"]),
        (["*.pdf"], [], ["2019/a.pdf", "2024/drafts/b.pdf"]),
        (["/2024/"], [], ["2024/a.docx", "2024/drafts/b.pdf"]),
        ([], ["drafts/", "/2019/"], ["2024/a.docx", "c.PDF"]),
        ([], ["*.pdf", "!/2019/*.pdf"], ["2019/a.pdf", "2024/a.docx", "c.PDF"]),
        (["20[12]9/", "**/drafts/*"], ["b.*"], ["2019/a.pdf"]),
    ],
)
def test_patterns_mean_what_they_mean_to_git(include: list[str], exclude: list[str], left: list[str]) -> None:
    """A stroke at the front ties to the top, one at the end means a folder, `!` takes back."""
    assert chosen(["2019/a.pdf", "2024/a.docx", "2024/drafts/b.pdf", "c.PDF"], include, exclude) == left


def test_a_closed_folder_is_left_out_only_where_it_is_excluded() -> None:
    """Letters that match may be in it."""
    closed = [SourceFile("closed")]
    assert Chosen(["*.pdf"], []).of(closed) == closed
    assert Chosen([], ["closed/"]).of(closed) == []


@pytest.mark.parametrize("pattern", ["!", "a\\"])
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    """The message names the pattern and the setting."""
    with pytest.raises(NoSourceError, match=f"“{re.escape(pattern)}” in exclude is no pattern"):
        Chosen([], [pattern])


def test_patterns_that_leave_nothing_are_refused(tmp_path: Path) -> None:
    """A slip in a pattern does not pass for an archive without letters."""
    source = open_source(fill_folder(tmp_path, {"a.txt": b""}))
    with pytest.raises(NoSourceError, match=r"leave no letter of the 1 under"):
        listed(source, Chosen(["*.pdf"]))


NAMES = st.text("ab.[!", min_size=1, max_size=4).filter(lambda name: not set(name) <= {"."})
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


@given(path=PATHS, other=PATHS)
def test_every_file_is_either_included_or_excluded_by_the_same_pattern(path: str, other: str) -> None:
    """A path, written as a pattern, chooses itself and all under it; what it chooses as `include` is what it leaves out as `exclude`."""
    pattern = "/" + re.sub(r"([\[!\\*? ])", r"\\\1", path)
    paths = sorted({path, other, f"{path}/inside"})
    taken, rest = chosen(paths, [pattern], []), chosen(paths, [], [pattern])
    assert sorted(taken + rest) == paths
    assert taken == [each for each in paths if PurePosixPath(each).is_relative_to(path)]
