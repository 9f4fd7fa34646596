"""What is forgotten leaves no trace in the store, and everything else stays as it was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from kept import kept, result

from flows.store import CaseRow, CheckedFile, Choice, Counts, Store, open_store
from flows.store.schema import metadata
from models.finding import ErrorCode, Name, ReadError, Result, Role
from models.letter import KeptText

SECRET = "Adaeze Quillfeather"


def save(store: Store, *files: CheckedFile, rules: str = "r1") -> None:
    """Keep the files as one finished run."""
    run = store.start_run("/archive", rules)
    store.save(run, files, Counts(seen=len(files), checked=len(files)))
    store.end_run(run)


def paths(store: Store, choice: Choice) -> list[str]:
    """Return the paths of what a choice means."""
    return [file.path for file in store.chosen(choice)]


def rows(store: Store) -> dict[str, int]:
    """Return how many rows each table of letters has."""
    with store._engine.connect() as connection:
        own = [table for table in metadata.sorted_tables if table.name not in ("runs", "chunks")]
        return {t.name: connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in own}


def test_letters_are_chosen_by_age(store: Store) -> None:
    """A day is not before itself; what has no date counts by the day it came in; an e-mail is as old as the newest letter in it."""
    mail = kept("mail.eml", results=(result("mail.eml", date="2019-01-01"), result("mail.eml#a", date="2025-01-01")))
    unread = Result.unreadable("bad.pdf", "bad.pdf", ReadError(ErrorCode.CORRUPT, "It is damaged."))
    save(store, kept("old", date="2019-12-31"), kept("new", date="2020-01-01"), kept("undated", date=None), mail)
    save(store, kept("bad.pdf", results=(unread,)))
    assert paths(store, Choice(before=dt.date(2020, 1, 1))) == ["old"]
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    assert paths(store, Choice(before=tomorrow)) == ["bad.pdf", "mail.eml", "new", "old", "undated"]


def test_letters_are_chosen_by_case(store: Store) -> None:
    """Every file with a letter of the case, whoever wrote its number in capitals."""
    save(store, kept("a", reference="CMP-7"), kept("b", reference="CMP-70"))
    save(store, kept("m", results=(result("m", reference=None), result("m#x", reference="cmp-7"))))
    assert paths(store, Choice(reference="Cmp-7")) == ["a", "m"]


@pytest.mark.parametrize("name", ["2025/a.txt", "/archive/2025/a.txt", "c" * 64, "C" * 64])
def test_a_letter_is_chosen_with_its_copies(store: Store, name: str) -> None:
    """By its path in the archive, its whole path, or its hash: a resident who asks to be forgotten means every copy."""
    save(store, kept("2025/a.txt", "c" * 64), kept("copy.txt", "c" * 64), kept("other.txt", "d" * 64))
    assert paths(store, Choice(letter=name)) == ["2025/a.txt", "copy.txt"]


@pytest.mark.parametrize("name", ["mail.eml#a.pdf", "/archive/mail.eml#a.pdf", "e" * 64])
def test_an_attached_letter_is_chosen_with_its_mail(store: Store, name: str) -> None:
    """The mail says what is attached to it."""
    save(store, kept("mail.eml", results=(result("mail.eml"), result("mail.eml#a.pdf", sha256="e" * 64))), kept("other.txt"))
    assert paths(store, Choice(letter=name)) == ["mail.eml"]


def test_what_the_last_run_saw_in_the_archive_is_told(store: Store) -> None:
    """It would come back with the next run."""
    save(store, kept("gone", reference="R"))
    save(store, kept("there", reference="R"))
    assert [(file.path, file.is_there) for file in store.chosen(Choice(reference="R"))] == [("gone", False), ("there", True)]


def test_nothing_is_left_of_what_is_forgotten(store: Store) -> None:
    """Results, elements, flags, history and text go; other letters keep theirs; the record of runs stays."""
    text = KeptText("readers", b"packed")
    for rules in ("r0", "r1"):
        save(store, kept("other", date="2025-01-01"), CheckedFile("a", "a", (result("a", date="2019-01-01"),), text), rules=rules)
    before = rows(store)
    assert [file.path for file in store.forget(Choice(before=dt.date(2020, 1, 1)))] == ["a"]
    after = rows(store)
    assert (before["texts"], after["texts"]) == (1, 0)
    assert {name: count * 2 for name, count in after.items() if name != "texts"} == {n: c for n, c in before.items() if n != "texts"}
    assert store.letters()["path"].tolist() == ["other"]
    assert store.runs()["seen"].tolist() == [2, 2]
    assert store.forget(Choice(before=dt.date(2020, 1, 1))) == []


def test_no_words_are_left_in_the_file(tmp_path: Path) -> None:
    """Neither what was forgotten nor what had been replaced before stands anywhere in the database's files."""
    store = open_store(str(tmp_path / "letters.db"))
    named = Name(text=SECRET, role=Role.STAFF, places=())
    for rules, names in (("r0", (named,) * 200), ("r1", (named,))):
        save(store, kept("a", names=names, reference=SECRET), *(kept(f"{n}") for n in range(50)), rules=rules)
    assert any(SECRET.encode() in path.read_bytes() for path in tmp_path.iterdir())
    size = (tmp_path / "letters.db").stat().st_size
    store.forget(Choice(reference=SECRET))
    store.close()
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.iterdir())
    assert (tmp_path / "letters.db").stat().st_size < size


def test_rows_of_the_index_go_with_their_letters(store: Store) -> None:
    """Those of the file, and those of a reference that no letter has any more; a case of which a letter is left stays."""
    save(store, kept("a.txt", reference="CMP-7"), kept("b.txt", reference="CMP-7"), kept("c.txt", reference="CMP-8"))
    store.keep_cases("/archive", [CaseRow(2, "A.TXT"), CaseRow(3, None, "CMP 7"), CaseRow(4, None, "CMP-8"), CaseRow(5, "c.txt", "CMP-8")])
    store.forget(Choice(letter="a.txt"))
    assert store.cases()["row"].tolist() == [3, 4, 5]
    store.forget(Choice(reference="CMP-8"))
    assert store.cases()["row"].tolist() == [3]
