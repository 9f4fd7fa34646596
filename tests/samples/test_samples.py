"""The samples: every file has its labels, and reads as the annotated letter that it was made from."""

from __future__ import annotations

import functools
import json
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from models.corpus import Annotated, load
from models.finding import Edition, Kind
from models.letter import Letter, Part, Unread
from models.settings import Limits
from readers import read
from samples.render import plan, render
from samples.writers.fonts import FontMissingError, font_files
from samples.writers.office import OfficeMissingError, office_file

SAMPLES = Path(__file__).parents[2] / "samples"
SHELVES = ("archive", "letters")
ENOUGH_WORDS = 0.98
MOST_BYTES, MOST_BYTES_OF_ALL = 300_000, 6_000_000


def labels(shelf: str) -> dict[str, dict[str, Any]]:
    """Return what the labels of a folder say, by path."""
    found: dict[str, dict[str, Any]] = json.loads((SAMPLES / shelf / "labels.json").read_text(encoding="utf-8"))
    return found


def labelled(*, error: bool, source: bool = True) -> list[tuple[str, str]]:
    """Return folder and path of each entry: those with an expected error, or those made from an annotated letter (or not)."""
    entries = ((shelf, path, entry) for shelf in SHELVES for path, entry in labels(shelf).items())
    return [(shelf, path) for shelf, path, entry in entries if ("error" in entry) is error and bool(entry.get("letter")) is source]


def annotated(shelf: str, path: str) -> Annotated:
    """Return the annotated letter that a file was made from."""
    identity: str = labels(shelf)[path]["letter"]
    return load(SAMPLES / "corpus" / identity.rpartition("-")[0] / f"{identity}.md")


@functools.cache
def reading(shelf: str, path: str) -> Letter | Unread:
    """Return what the readers make of a file, or of a letter attached to it."""
    file, _, attached = path.partition("#")
    (found,) = [one for one in read(SAMPLES / shelf / file, Limits()) if one.path.partition("#")[2] == attached]
    return found


def letter(shelf: str, path: str) -> Letter:
    """Return the letter in a file, and fail where it cannot be read."""
    found = reading(shelf, path)
    assert isinstance(found, Letter), found.error.message
    return found


def words(text: str) -> Counter[str]:
    """Return how often each word stands in the text."""
    return Counter(re.findall(r"\w+", text.lower()))


def agreement(found: Counter[str], wanted: Counter[str]) -> float:
    """Return the F1 of the words found against those wanted."""
    return 2 * (found & wanted).total() / (found.total() + wanted.total())


def written(shelf: str, path: str) -> str:
    """Return what was written into a file: the annotated letter, and for a message the lines of its head that the letter has not."""
    text = annotated(shelf, path).letter.text
    if not path.endswith(".eml"):
        return text
    head = letter(shelf, path).passages[0].text.split("\n")
    return "\n".join([text, *(line for line in head if line not in text)])


@pytest.mark.parametrize("shelf", SHELVES)
def test_every_file_has_labels(shelf: str) -> None:
    """Each file has labels, and all labels are of a file."""
    files = {path.relative_to(SAMPLES / shelf).as_posix() for path in (SAMPLES / shelf).rglob("*") if path.is_file()}
    assert {path.partition("#")[0] for path in labels(shelf)} == files - {"labels.json"}


@pytest.mark.parametrize(("shelf", "path"), labelled(error=False))
def test_the_whole_letter_reads(shelf: str, path: str) -> None:
    """A file's text has the words of the annotated letter, and few others."""
    assert agreement(words(letter(shelf, path).text), words(written(shelf, path))) >= ENOUGH_WORDS


@pytest.mark.parametrize(("shelf", "path"), [*labelled(error=False), *labelled(error=False, source=False)])
def test_every_name_reads(shelf: str, path: str) -> None:
    """A file's text has each of the names that its labels list."""
    text = " ".join(letter(shelf, path).text.split())
    assert [name["text"] for name in labels(shelf)[path]["names"] if name["text"] not in text] == []


@pytest.mark.parametrize(("shelf", "path"), labelled(error=True, source=False))
def test_a_bad_file_gives_its_error(monkeypatch: pytest.MonkeyPatch, shelf: str, path: str) -> None:
    """A damaged file gives the error code that its labels expect, a scan where OCR is not installed."""
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    found = reading(shelf, path)
    assert isinstance(found, Unread)
    assert found.error.code == labels(shelf)[path]["error"]


@pytest.mark.parametrize(("shelf", "path"), labelled(error=False))
def test_labels_are_the_annotated_letters(shelf: str, path: str) -> None:
    """A letter's labels are those of the annotated letter; after a correction there, `python -m samples.render --labels` copies it."""
    wanted = annotated(shelf, path).labels.model_dump(mode="json", include=set(labels(shelf)[path]) - {"letter"})
    for key, value in labels(shelf)[path].items():
        if key in {"flags", "ambiguous"}:
            assert sorted(wanted[key]) == value
        elif key != "letter":
            assert wanted[key] == value


def test_no_letter_is_kept_apart_for_measuring() -> None:
    """No sample is made from a voice that is kept unseen."""
    unseen = set(tomllib.loads((SAMPLES / "corpus" / "voices.toml").read_text(encoding="utf-8"))["test"])
    assert not unseen & {annotated(*one).labels.voice for one in labelled(error=False)}


def test_the_archive_is_varied() -> None:
    """The archive has letters of every kind, stage, edition and error, from many landlords, in folders by year and month."""
    entries = labels("archive")
    good = [entry for entry in entries.values() if "error" not in entry]
    assert len(good) >= 64
    assert {entry["kind"] for entry in good} == set(Kind)
    assert {entry["stage"] for entry in good} == {None, 1, 2, 3}
    assert {entry["edition"] for entry in good} == set(Edition)
    assert {entry["error"] for entry in entries.values() if "error" in entry} == {"encrypted", "corrupt", "empty", "no_text"}
    assert len({annotated("archive", path).labels.voice for shelf, path in labelled(error=False) if shelf == "archive"}) >= 8
    assert all(path.startswith(entry["date"][:7].replace("-", "/")) for path, entry in entries.items() if "error" not in entry)


def test_letters_attached_to_mail_have_a_cover_of_kind_other() -> None:
    """An e-mail that only covers an attached letter is of kind `other`, and the letter has its own labels."""
    attached = [path for path in labels("archive") if "#" in path]
    assert len(attached) >= 3
    assert {labels("archive")[path.partition("#")[0]]["kind"] for path in attached} == {"other"}


@pytest.mark.parametrize("path", ["letters/stage1-response.docx", "archive/2022/11/TQ CR 22 03390 - Stage One.docx"])
def test_word_letters_have_a_letterhead(path: str) -> None:
    """A Word letter's letterhead stands in a real header and its footer in a real footer."""
    shelf, _, name = path.partition("/")
    assert {Part.HEADER, Part.FOOTER} <= {passage.part for passage in letter(shelf, name).passages}


def test_word_letters_have_boxes() -> None:
    """The Ombudsman's paragraph of some Word letters stands in a text box."""
    passages = letter("archive", "2025/12/TQ CR 25 04126 - Outcome.docx").passages
    assert ["0300 111 3000" in passage.text or "Ombudsman" in passage.text for passage in passages if passage.part is Part.BOX] == [True]


def test_samples_stay_small() -> None:
    """No file is over 300 KB, and all together are under 6 MB."""
    sizes = [path.stat().st_size for shelf in SHELVES for path in (SAMPLES / shelf).rglob("*") if path.is_file()]
    assert max(sizes) < MOST_BYTES
    assert sum(sizes) < MOST_BYTES_OF_ALL


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LibreOffice, or without a typeface, the writers say what to install."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OfficeMissingError, match="Install it"):
        office_file(b"")
    with pytest.raises(FontMissingError, match="Install it"):
        font_files("No Such Typeface")


def test_the_same_letter_gives_the_same_file() -> None:
    """Word documents and e-mails come out the same each time, so that only what was changed shows as changed."""
    planned = [file for file in plan()["archive"] if file.by == "note" and file.attached and file.attached.endswith(".docx")]
    assert planned
    assert [render(file) for file in planned] == [render(file) for file in planned]
