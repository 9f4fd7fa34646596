"""What a store holds is judged again by new rules, from kept text or from the files, and says what changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import rmtree

import pytest

from flows import recheck as recheck_module
from flows.batch import Batch
from flows.checking import letters_under, rules_in_force
from flows.guarded import batch_pool
from flows.kept import pack, unpack
from flows.recheck import Report, recheck
from flows.sources import open_source
from flows.store import Counts, Store, open_store
from models.finding import FlagName, Result
from models.settings import Limits, Settings
from readers import read

ARCHIVE = Path(__file__).parents[2] / "samples" / "archive"
KEEP = Settings(workers=1, keep_text=True, settle_seconds=0)


def samples() -> list[Path]:
    """Return a sample of each kind of file."""
    by_suffix = {path.suffix: path for path in letters_under(ARCHIVE)}
    return sorted(by_suffix.values())


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.suffix)
def test_what_is_unpacked_is_what_was_read(path: Path) -> None:
    """A letter that was kept is the very letter that was read, whatever its format: every passage, page and place."""
    found = read(path, Limits())
    again = unpack("elsewhere.eml", pack(str(path), found))
    assert [vars_of(one) for one in again] == [{**vars_of(one), "path": one.path.replace(str(path), "elsewhere.eml")} for one in found]


def vars_of(one: object) -> dict[str, object]:
    """Return the fields of a record, an error by what it says."""
    fields = {name: getattr(one, name) for name in one.__slots__}  # type: ignore[attr-defined]
    return {name: (value.code, value.message) if isinstance(value, Exception) else value for name, value in fields.items()}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of a letter, an e-mail with letters attached, and a damaged file."""
    folder = tmp_path_factory.mktemp("archive")
    for path in samples():
        if path.suffix in (".eml", ".docx"):
            (folder / path.name).write_bytes(path.read_bytes())
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7 nothing else")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with closing(open_store(str(tmp_path / "letters.db"))) as opened:
        yield opened


def nightly(store: Store, archive: Path, settings: Settings) -> Counts:
    """Check the archive as one chunk."""
    run = store.start_run(archive.as_posix(), rules_in_force(settings))
    with batch_pool(settings) as pool:
        source = open_source(str(archive))
        batch = Batch(store, run, source, settings)
        counts = batch.keep(batch.chunk(source.files()).check(pool, judged=batch.judged))
    store.end_run(run)
    return counts


def results(store: Store) -> list[Result]:
    """Return the results of all letters, by path."""
    return sorted((Result.model_validate_json(r) for r in store.with_results(store.letters())["result"]), key=lambda r: r.path)


def again(store: Store, settings: Settings) -> Report:
    """Recheck the store."""
    told: list[tuple[int, int]] = []
    report = recheck(store, settings, lambda done, due: told.append((done, due)))
    assert not told or told[-1][0] == told[-1][1] == report.due
    return report


def test_kept_letters_are_judged_without_their_files_as_if_they_were_read_anew(store: Store, archive: Path, tmp_path: Path) -> None:
    """The recheck gives the very results of a run over the files by the same rules, after the archive is gone."""
    moved = tmp_path / "archive"
    moved.mkdir()
    for path in letters_under(archive):
        (moved / path.name).write_bytes(path.read_bytes())
    nightly(store, moved, KEEP)
    rmtree(moved)
    changed = KEEP.model_copy(update={"ignore_flags": (FlagName.ACTION_WITHOUT_DATE, FlagName.LATE), "staff": ("Priya Nair",)})
    report = again(store, changed)
    assert (report.due, report.checked, report.left) == (3, 3, [])
    with closing(open_store(str(tmp_path / "fresh.db"))) as fresh:
        nightly(fresh, archive, changed)
        assert results(store) == results(fresh)
    assert store.runs()["task"].tolist() == ["nightly", "recheck"]
    assert again(store, changed).due == 0


def test_files_whose_text_is_not_kept_are_read_where_they_were(store: Store, archive: Path, tmp_path: Path) -> None:
    """What is gone, or is another letter now, keeps its judgement, is named, and is tried again the next time."""
    own = tmp_path / "archive"
    own.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (own / name).write_text(f"Dear Mr Petrenko, {name} is our stage 1 response to your complaint. " * 5)
    settings = Settings(workers=1, settle_seconds=0)
    nightly(store, own, settings)
    before = results(store)
    (own / "b.txt").unlink()
    (own / "c.txt").write_text("Another letter.")
    report = again(store, settings.model_copy(update={"staff": ("Priya Nair",)}))
    assert (report.due, report.checked, sorted(report.left)) == (3, 1, [f"{own}/b.txt", f"{own}/c.txt"])
    assert results(store) == before
    row = store.runs().iloc[1]
    assert (row["seen"], row["checked"], row["failed"], row["state"]) == (3, 1, 2, "finished")
    assert again(store, settings.model_copy(update={"staff": ("Priya Nair",)})).due == 2


def test_a_recheck_says_what_changed(store: Store, archive: Path) -> None:
    """Verdicts, elements and flags are compared with the judgement before, letter by letter."""
    nightly(store, archive, KEEP)
    raised = store.flags()["flag"].unique().tolist()
    report = again(store, KEEP.model_copy(update={"ignore_flags": tuple(map(FlagName, raised))}))
    gone = [change for change in report.changes if change.what == "flag"]
    assert {change.name for change in gone} == set(raised)
    assert {(change.before, change.after) for change in gone} == {("raised", None)}
    assert store.flags().empty


def test_text_that_other_readers_read_is_used_only_where_the_file_is_gone(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New readers read the file anew; the old text is better than no judgement by the new rules."""
    found = read(next(p for p in letters_under(archive) if p.suffix == ".docx"), Limits())
    text = recheck_module.KeptText("older readers", pack(found[0].path, found))
    job = recheck_module._Job("/nowhere", "a.docx", "0", text)
    old = recheck_module._judge(KEEP, job)
    assert old is not None
    assert old.text is text
    path = Path(found[0].path)
    there = recheck_module._Job(str(archive), path.name, found[0].sha256 or "", text)
    new = recheck_module._judge(KEEP, there)
    assert new is not None
    assert new.text is not None
    assert new.text.reading != "older readers"
    assert [r.elements for r in new.results] == [r.elements for r in old.results]
