"""The landlord's lists of staff and contractors, as systems and spreadsheets save them."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.directory import read_directory
from models.settings import SettingsError, load_settings


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "list.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"Name,E-mail,Job title\nOla Nowak,,Surveyor\n",
        b'\xef\xbb\xbfFull Name;Job\r\n"Nowak, Ola";Surveyor\r\n',
        b"First name\tSurname\tRole\nOla\tNowak\tSurveyor\n",
        b"email,position\nola.nowak@fenmere.example,Surveyor\n",
    ],
    ids=["comma", "semicolon-and-mark", "tab", "e-mail"],
)
def test_lists_are_read_as_they_are_saved(tmp_path: Path, content: bytes) -> None:
    """Commas, semicolons, tabs, a byte-order mark, surname first, and an e-mail address in the place of a name."""
    entry = read_directory(saved(tmp_path, content)).find(["ola", "nowak"])
    assert entry is not None
    assert entry.job == "Surveyor"


def test_a_list_in_windows_own_encoding_is_read(tmp_path: Path) -> None:
    """Spreadsheets on Windows save CSV files so."""
    assert read_directory(saved(tmp_path, "Name\nZoë Müller\n".encode("cp1252"))).find(["zoe", "muller"])


def test_a_long_name_may_be_misspelt_and_a_short_one_not(tmp_path: Path) -> None:
    """A slip in a long name is passed over; short names are easily somebody else's."""
    directory = read_directory(saved(tmp_path, b"name\nAdaeze Okafor\nAl Ho\n"))
    assert directory.find(["adaeze", "okafar"])
    assert directory.find(["adaeze", "onyeka"]) is None
    assert directory.find(["al", "hi"]) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "save the list as CSV"),
        (b"", "no column"),
        (b"colour,size\nred,4\n", "first line must name"),
        (b'name\n"open', "CSV"),
    ],
    ids=["workbook", "empty", "no-names", "open-quote"],
)
def test_a_list_that_cannot_be_used_says_why_and_quotes_nothing(tmp_path: Path, content: bytes, said: str) -> None:
    """The message names the setting and what to do, not what stands in the file."""
    path = saved(tmp_path, content)
    settings = tmp_path / "letterproof.toml"
    settings.write_text(f"staff_file = '{path.as_posix()}'", encoding="utf-8")
    with pytest.raises(SettingsError, match=said) as caught:
        load_settings(settings)
    assert "staff_file" in str(caught.value)
    assert "red" not in str(caught.value)


def test_the_environment_can_name_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path in the environment is a path, not JSON."""
    monkeypatch.setenv("LETTERPROOF_CONTRACTORS_FILE", str(saved(tmp_path, b"company\nVerdantis Ltd\n")))
    listed = load_settings().contractors_file
    assert listed is not None
    assert listed.find(["verdantis", "ltd"])
