"""Settings as landlords write them, and the slips that they make."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.settings import SettingsError, load_settings


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "settings.toml"
    path.write_bytes(content)
    return path


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    """Some editors put a mark before UTF-8: it is no part of the settings."""
    assert load_settings(saved(tmp_path, b"\xef\xbb\xbflandlord = 'Marl Homes'")).landlord == "Marl Homes"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("landlord = 'Caf\u00e9 Homes'".encode("cp1252"), "not in UTF-8"),
        (b"landlord = ", "not valid TOML"),
        (b"staff = " + b"[" * 5000, "not valid TOML"),
        (b"landlord = 3", "landlord"),
        (b"[limits]\nseconds = inf", "limits.seconds"),
        (b"landlords = 'Marl Homes'", "landlords"),
    ],
)
def test_settings_that_cannot_be_used_say_why(tmp_path: Path, content: bytes, said: str) -> None:
    """Each fault in a settings file has a message of its own."""
    with pytest.raises(SettingsError, match=said):
        load_settings(saved(tmp_path, content))


@pytest.mark.parametrize("path", [Path(), Path("no-such.toml"), Path("x" * 5000)], ids=["folder", "missing", "too-long"])
def test_a_path_that_is_no_file_is_told(path: Path) -> None:
    """A folder, a missing file or an impossible name for the settings is an error with advice."""
    with pytest.raises(SettingsError, match="Check the path"):
        load_settings(path)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable stands above the same setting in a file."""
    monkeypatch.setenv("LETTERPROOF_LIMITS__PAGES", "7")
    settings = load_settings(saved(tmp_path, b"[limits]\npages = 3\nseconds = 9"))
    assert (settings.limits.pages, settings.limits.seconds) == (7, 9)


def test_a_misspelt_variable_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that looks like a setting and is none would pass unseen."""
    monkeypatch.setenv("LETTERPROOF_LANLORD", "Marl Homes")
    with pytest.raises(SettingsError, match="LETTERPROOF_LANDLORD"):
        load_settings()
