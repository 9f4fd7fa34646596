"""Score the checkers on annotated letters: `python -m bench.score samples/corpus [--voices test|train|NAME,NAME]`.

A gap is an element that is missing or incomplete. Elements that the labels call ambiguous are not scored. A name is found where one form of
it is part of the other.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import checkers
from models.corpus import Annotated, load_all
from models.finding import Element, FlagName, Name, Result, Role, Status
from models.language import folded
from models.settings import Settings

GAPS = {Status.MISSING, Status.INCOMPLETE}
FLAGGED = {Role.STAFF, Role.CONTRACTOR, Role.THIRD_PARTY}


@dataclass
class Tally:
    """Right, wrong and overlooked finds of one sort."""

    right: int = 0
    wrong: int = 0
    overlooked: int = 0

    def add(self, *, wanted: bool, found: bool) -> None:
        """Count one case."""
        self.right += wanted and found
        self.wrong += found and not wanted
        self.overlooked += wanted and not found

    def __str__(self) -> str:
        """Return precision, recall and F1 in a row."""
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.overlooked)
        f1 = 2 * self.right / max(1, 2 * self.right + self.wrong + self.overlooked)
        return f"{precision:9.2f} {recall:7.2f} {f1:6.2f} {self.right + self.overlooked:7}"


@dataclass
class Score:
    """All tallies over a set of letters."""

    letters: int = 0
    right: Counter[str] = field(default_factory=Counter)
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def add(self, annotated: Annotated, result: Result) -> None:
        """Count one letter."""
        labels = annotated.labels
        self.letters += 1
        self.right["kind"] += result.kind is labels.kind
        self.right["stage"] += result.stage == labels.stage
        self.right["edition"] += result.edition is labels.edition
        self.right["date"] += result.date == (labels.date.isoformat() if labels.date else None)
        scored = [f for f in result.elements if f.element not in labels.ambiguous]
        self.right["whole letter"] += result.kind is labels.kind and all(f.status is labels.elements[f.element] for f in scored)
        for finding in scored:
            case = {"wanted": labels.elements[finding.element] in GAPS, "found": finding.status in GAPS}
            self.tallies[finding.element].add(**case)
            self.tallies["all gaps"].add(**case)
        raised = {f.flag for f in result.flags}
        for flag in raised | labels.flags:
            for name in ("flags", flag):
                self.tallies[name].add(wanted=flag in labels.flags, found=flag in raised)
        self._add_names(annotated, result)

    def _add_names(self, annotated: Annotated, result: Result) -> None:
        left = list(result.names)
        for wanted in annotated.labels.names:
            found = next((n for n in left if _same(n.text, wanted.text)), None)
            self.tallies["names"].add(wanted=True, found=found is not None)
            self.tallies["flagged names"].add(wanted=wanted.role in FLAGGED, found=found is not None and found.role in FLAGGED)
            if found is not None:
                left.remove(found)
                self.right["roles"] += found.role is wanted.role
        for extra in left:
            self.tallies["names"].add(wanted=False, found=True)
            self.tallies["flagged names"].add(wanted=False, found=_is_flagged(extra))

    def rows(self) -> Iterator[str]:
        """Yield the table."""
        for what in ("kind", "stage", "edition", "date", "whole letter"):
            yield f"{what:26} {self.right[what] / max(1, self.letters):9.1%}"
        yield f"{'role of a found name':26} {self.right['roles'] / max(1, self.tallies['names'].right):9.1%}"
        yield f"\n{'':26} {'precision':>9} {'recall':>7} {'F1':>6} {'number':>7}"
        for name in (*Element, "all gaps", "names", "flagged names", *FlagName, "flags"):
            yield f"{name:26} {self.tallies[name]}"


def _is_flagged(name: Name) -> bool:
    return name.role in FLAGGED


def _same(one: str, other: str) -> bool:
    a, b = folded(one), folded(other)
    return a in b or b in a


def score(letters: Iterable[Annotated]) -> Score:
    """Check letters and count what was right."""
    total = Score()
    for annotated in letters:
        total.add(annotated, checkers.check(annotated.letter, Settings()))
    return total


def chosen(corpus: Path, which: str) -> list[Annotated]:
    """Return the letters of the test voices, of the training voices, or of the voices named."""
    test = set(tomllib.loads((corpus / "voices.toml").read_text(encoding="utf-8"))["test"])
    letters = list(load_all(corpus))
    if which == "train":
        return [a for a in letters if a.labels.voice not in test]
    voices = test if which == "test" else set(which.split(","))
    return [a for a in letters if a.labels.voice in voices]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--voices", default="test")
    arguments = parser.parse_args()
    letters = chosen(arguments.corpus, arguments.voices)
    print(f"{len(letters)} letters of {len({a.labels.voice for a in letters})} voices ({arguments.voices})\n")
    print("\n".join(score(letters).rows()))


if __name__ == "__main__":
    main()
