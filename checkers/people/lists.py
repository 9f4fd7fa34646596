"""The landlord's own lists of staff and contractors, as the settings have them: names written there, and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.directory import Directory, Entry
from models.settings import Settings

_LEGAL = frozenset({"ltd", "limited", "plc", "llp"})


@dataclass(frozen=True)
class Lists:
    """What the settings say of staff and contractors."""

    settings: Settings

    def staff(self, words: Sequence[str]) -> Entry | None:
        """Return the entry of a member of staff, by the folded words of the name; None where there is none."""
        return self._found(self._staff, words)

    def contractor(self, words: Sequence[str]) -> Entry | None:
        """Return the entry of a contractor or of one of its workers, by the folded words of the name; "Ltd" may be left out."""
        if not self._contractors:
            return None
        plain = [word for word in words if word not in _LEGAL]
        return self._found(self._contractors, words) or (self._found(self._contractors, plain) if plain else None)

    @cached_property
    def _staff(self) -> tuple[Directory, ...]:
        return _filled(self.settings.staff, self.settings.staff_file)

    @cached_property
    def _contractors(self) -> tuple[Directory, ...]:
        return _filled(self.settings.contractors, self.settings.contractors_file)

    @staticmethod
    def _found(directories: tuple[Directory, ...], words: Sequence[str]) -> Entry | None:
        return next((entry for one in directories if (entry := one.find(words))), None)


def _filled(names: Sequence[str], file: Directory | None) -> tuple[Directory, ...]:
    """Return what there is of a list in the settings and one in a file."""
    both = Directory(tuple(Entry(name) for name in names)), file or Directory()
    return tuple(one for one in both if one.entries)
