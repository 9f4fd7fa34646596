"""How far two readers of the annotated letters agree: `python -m bench.agreement samples/corpus`.

The second reader saw the letters without labels; that reader's are in `second/<voice>.yaml`, by the letter's id. For each element: how
often both give the same status, and Cohen's kappa, which takes off the agreement of chance; elements that either calls ambiguous are
counted apart.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from models.corpus import Labels, load_all
from models.finding import Element

FACTS = ("kind", "stage", "edition", "date")


@dataclass
class Pairs:
    """What both readers say of one thing, letter by letter, and how often one of them called it ambiguous."""

    said: list[tuple[str, str]] = field(default_factory=list)
    ambiguous: int = 0

    @property
    def share(self) -> float:
        """How often they say the same."""
        return sum(one == other for one, other in self.said) / max(1, len(self.said))

    @property
    def kappa(self) -> float:
        """How much more often than by chance: 1 is always; 1 also where both always say one thing."""
        first, second = (Counter(side) for side in zip(*self.said, strict=True))
        chance = sum(first[status] * second[status] for status in first) / len(self.said) ** 2
        return 1.0 if chance == 1 else (self.share - chance) / (1 - chance)


def pairs(corpus: Path) -> tuple[int, dict[str, Pairs]]:
    """Return how many letters were read twice, and what both readers say of kind, stage, edition, date, each element and the flags."""
    second: dict[str, Any] = {}
    for path in sorted((corpus / "second").glob("*.yaml")):
        second |= yaml.safe_load(path.read_text(encoding="utf-8"))
    found = {name: Pairs() for name in (*(f"{fact} of the letter" for fact in FACTS), *Element, "flags, all alike")}
    letters = [one.labels for one in load_all(corpus) if one.labels.id in second]
    for labels in letters:
        for name, one, other in _compared(labels, second[labels.id]):
            if one is None:
                found[name].ambiguous += 1
            else:
                found[name].said.append((one, other))
    return len(letters), found


def _compared(labels: Labels, other: dict[str, Any]) -> Iterator[tuple[str, str | None, str]]:
    for fact in FACTS:
        yield f"{fact} of the letter", str(getattr(labels, fact)), str(other[fact])
    for element in Element:
        doubtful = element in labels.ambiguous or element in (other.get("ambiguous") or ())
        yield element, None if doubtful else str(labels.elements[element]), str(other["elements"][element])
    yield "flags, all alike", " ".join(sorted(labels.flags)), " ".join(sorted(other["flags"]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    letters, found = pairs(parser.parse_args().corpus)
    print(f"{letters} letters were read twice\n\n{'':22} {'compared':>9} {'alike':>7} {'kappa':>6} {'ambiguous':>10}")
    for name, one in found.items():
        print(f"{name:22} {len(one.said):9} {one.share:7.1%} {one.kappa:6.2f} {one.ambiguous:10}")


if __name__ == "__main__":
    main()
