"""A landlord's own lists of staff and of contractors: CSV files, as a personnel system or a spreadsheet saves them.

What stands in them is personal data: no message quotes a row, and nothing logs one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz, process

from models.language import folded

_COLUMNS = {
    "name": ("name", "full name", "display name", "employee", "employee name", "contact", "contact name"),
    "first": ("first name", "forename", "given name"),
    "last": ("last name", "surname", "family name"),
    "email": ("email", "e-mail", "email address", "e-mail address", "mail", "work email"),
    "job": ("job", "job title", "title", "role", "position", "post", "trade"),
    "company": ("company", "company name", "firm", "contractor", "supplier", "organisation", "business"),
}
_DELIMITERS = ",;\t|"
_ALIKE = 88  # per cent: two spellings of one name ("Okafor", "Okafar")
_SURE = 8  # letters: shorter names must be spelt alike


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in a list: a person, or a company where `name` is a company's; the job title where the list has one."""

    name: str
    job: str | None = None
    company: bool = False


@dataclass(frozen=True)
class Directory:
    """The people and companies of a list."""

    entries: tuple[Entry, ...] = ()

    @cached_property
    def _by_name(self) -> dict[str, Entry]:
        """Each entry by its name, folded, and by surname first too."""
        known = {}
        for entry in self.entries:
            words = folded(entry.name).replace(",", " ").split()
            known[" ".join(words)] = entry
            if "," in entry.name:
                known[" ".join((*words[1:], words[0]))] = entry
        return known

    def find(self, words: Iterable[str]) -> Entry | None:
        """Return the entry of a name, its words folded and without a title: spelt alike, or nearly so where it is long; else None."""
        words = list(words)
        name = " ".join(words)
        if not self.entries or name in self._by_name or len(words) == 1 or len(name) < _SURE:
            return self._by_name.get(name)
        near = process.extractOne(name, self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return self._by_name[near[0]] if near else None


def read_directory(path: Path) -> Directory:
    """Return the list in a CSV file: columns name (or first name and surname) or e-mail, and job title or company where it has them.

    Commas, semicolons or tabs part the columns; UTF-8 and Windows' own encoding are read. Raises ValueError, with what to do, where the
    file cannot be read or has no column that names anybody.
    """
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be opened. Check the path and that you may read it") from error
    if b"\x00" in content or content.startswith(b"PK"):
        raise ValueError(f"{path} is no CSV file. In a spreadsheet, save the list as CSV")
    lines = _text(content).splitlines()
    heading = lines[0] if lines else ""
    delimiter = max(_DELIMITERS, key=heading.count)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ValueError(f"{path} is no CSV file ({error}). Save the list again as CSV") from error
    columns = _columns(rows[0] if rows else [])
    if not {"name", "last", "email", "company"} & columns.keys():
        raise ValueError(f"{path} has no column that names anybody. Its first line must name the columns: name, email, job title, company")
    return Directory(tuple(entry for row in rows[1:] for entry in _entries({what: _cell(row, at) for what, at in columns.items()})))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _columns(heading: list[str]) -> dict[str, int]:
    """Return where each known column stands."""
    plain = [cell.strip().lower().replace("_", " ") for cell in heading]
    return {what: next(plain.index(n) for n in names if n in plain) for what, names in _COLUMNS.items() if not set(names).isdisjoint(plain)}


def _cell(row: list[str], at: int) -> str:
    return " ".join(row[at].split()) if at < len(row) else ""


def _entries(row: dict[str, str]) -> list[Entry]:
    """Return the person and the company of a row; a person without a name is named as in the e-mail address."""
    name = row.get("name") or " ".join(filter(None, (row.get("first"), row.get("last")))) or _of_mail(row.get("email", ""))
    found = [Entry(name, row.get("job") or None)] if name else []
    return [*found, *([Entry(row["company"], company=True)] if row.get("company") else [])]


def _of_mail(address: str) -> str:
    words = address.partition("@")[0].replace("_", ".").split(".")
    return " ".join(words).title() if len(words) > 1 and all(words) else ""
