"""Rules as data: patterns with examples that must fire and examples that must not.

A rule file is TOML beside the checker that uses it. Each `[[rule]]` has

- `id`: its name, unique in the file;
- `label`: what a sentence that matches does (the checker decides what follows);
- `pattern`: a regular expression over the sentence in lower case with straight quotes, `%name%` standing for a fragment of
  `checkers/fragments.toml`; back-references, conditions and possessive counts are not understood (checkers/sieve.py);
- `unless` (optional): where this also matches, the rule stays quiet;
- `fires` and `quiet`: sentences that must and must not match. A test holds each rule to them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from checkers.sieve import Sieve

HERE = Path(__file__).parent
_FRAGMENT = re.compile(r"%([a-z_]+)%")


@dataclass(frozen=True)
class Rule:
    """One rule; see the module's description for its fields. Patterns are compiled when first needed: many never are, for one letter."""

    id: str
    label: str
    written: str
    unless_written: str | None
    fires: tuple[str, ...]
    quiet: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What the rule looks for."""
        return compiled(self.written)

    @cached_property
    def unless(self) -> re.Pattern[str] | None:
        """What keeps it quiet."""
        return compiled(self.unless_written) if self.unless_written else None

    def search(self, text: str) -> re.Match[str] | None:
        """Return where the rule fires in `text` (already lowered), or None."""
        found = self.pattern.search(text)
        if found is None or (self.unless is not None and self.unless.search(text)):
            return None
        return found


@dataclass(frozen=True)
class RuleSet:
    """The rules of one file."""

    name: str
    rules: tuple[Rule, ...]

    @cached_property
    def _sieve(self) -> Sieve:
        return Sieve([_filled(rule.written) for rule in self.rules])

    def possible(self, text: str) -> Iterator[Rule]:
        """Yield the rules that may fire in `text`; no other does."""
        return map(self.rules.__getitem__, self._sieve.possible(text))

    def matches(self, text: str, label: str | None = None) -> Iterator[tuple[Rule, re.Match[str]]]:
        """Yield each rule (of `label`, where one is given) that fires in `text`, with its match."""
        for rule in self.possible(text):
            if (label is None or rule.label == label) and (found := rule.search(text)) is not None:
                yield rule, found

    def first(self, text: str, label: str | None = None) -> tuple[Rule, re.Match[str]] | None:
        """Return the first rule that fires in `text`, with its match, or None."""
        return next(self.matches(text, label), None)

    def says(self, text: str, label: str | None = None) -> bool:
        """Tell whether any rule fires in `text`."""
        return self.first(text, label) is not None


def lowered(text: str) -> str:
    """Return `text` in lower case with straight quotes and plain dashes, every character in its place."""
    return in_lower_case(text).translate(_PLAIN)


def in_lower_case(text: str) -> str:
    """Return `text` in lower case, every character in its place."""
    low = text.lower()
    if len(low) != len(text):  # a few letters (İ) grow when lowered; offsets must hold
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low


_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "\n": " "})


@cache
def load(name: str) -> RuleSet:
    """Return the rules of `checkers/<name>.toml`. Raises KeyError for a fragment that does not exist."""
    rows = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["rule"]
    return RuleSet(name, tuple(_rule(row) for row in rows))


@cache
def words(name: str, group: str) -> frozenset[str]:
    """Return a group of words from `checkers/<name>.toml`. Raises KeyError for a group that does not exist."""
    return frozenset(tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))[group])


def names() -> list[str]:
    """Return the names of all rule files, as `load` takes them."""
    return sorted(p.relative_to(HERE).with_suffix("").as_posix() for p in HERE.rglob("*.toml") if p.stem not in ("fragments", "words"))


def compiled(pattern: str) -> re.Pattern[str]:
    """Return `pattern` with its fragments filled in, compiled."""
    return re.compile(_filled(pattern))


def _rule(row: dict[str, str | list[str]]) -> Rule:
    unless = row.get("unless")
    return Rule(
        id=str(row["id"]),
        label=str(row["label"]),
        written=str(row["pattern"]),
        unless_written=str(unless) if unless else None,
        fires=tuple(row["fires"]),
        quiet=tuple(row["quiet"]),
    )


def _filled(pattern: str) -> str:
    while _FRAGMENT.search(pattern):
        pattern = _FRAGMENT.sub(lambda m: f"(?:{_fragments()[m[1]]})", pattern)
    return pattern


@cache
def _fragments() -> dict[str, str]:
    fragments: dict[str, str] = tomllib.loads((HERE / "fragments.toml").read_text(encoding="utf-8"))
    return fragments
