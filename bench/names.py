"""How well names are found, by origin: `python -m bench.names`; `--table` prints the table of docs/people.md, `--misses` what was missed.

The names are the half of bench/names.toml that nothing was learned from, the sentences those of bench/sentences.toml that are kept for
measuring. A name is found where the program's places cover every word of it. False names are places that touch none.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.people import MEASURING, names
from bench.sentences import Filled, filled, sentences
from checkers import Choice
from checkers.facts import facts_of
from checkers.people import people_of
from checkers.people.detect import people_in
from checkers.reading import read
from models.letter import Block, compose
from models.settings import Settings

ROUNDS = 24  # letters of each origin


@dataclass
class Count:
    """Names found of names there are, and places that are no names."""

    found: int = 0
    there: int = 0
    false: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The share of names that was found."""
        return self.found / max(1, self.there)

    @property
    def precision(self) -> float:
        """The share of the names found that are names."""
        return self.found / max(1, self.found + self.false)


def letters(origin: tuple[Sequence[str], Sequence[str]], chance: random.Random) -> Iterator[tuple[str, list[tuple[str, Filled]]]]:
    """Yield letters with people of an origin in each sort of place: for each its blocks, with their sort."""
    sets = sentences()["letters"]
    for number in range(ROUNDS):
        sorts = [("address", number), ("salutation", number), *(("acting", number * 4 + n) for n in range(4))]
        sorts += [("slips", 2 * number), ("slips", 2 * number + 1), ("near_misses", 3 * number), ("near_misses", 3 * number + 1)]
        sorts += [("near_misses", 3 * number + 2), ("signature", number)]
        yield "letter", [(sort, filled(sets[sort][at % len(sets[sort])], origin, chance)) for sort, at in sorts]


def judged(texts: list[Filled]) -> Iterator[tuple[list[bool], int]]:
    """Read texts as the blocks of one letter; yield for each which of its names are found, and how many places are no names."""
    blocks = [Block(one.text) for one in texts]
    letter = compose("letter.txt", b"", blocks)
    reading, settings = read(letter), Settings()
    named = people_of(reading, facts_of(reading, Choice()), settings).names
    companies = {person.text for person in people_in(reading, settings) if person.company}
    places = [(place.start, place.end) for name in named if name.text not in companies for place in name.places]
    for one, passage in zip(texts, letter.passages, strict=True):
        covered = {at for start, end in places for at in range(start - passage.start, end - passage.start)}
        found = [all(at in covered for at in range(*span) if one.text[at].isalnum()) for span in one.wanted]
        own = [(s - passage.start, e - passage.start) for s, e in places if passage.start <= s < passage.end]
        yield found, sum(not any(s < end and start < e for start, end in one.wanted) for s, e in own)


def measured(which: str) -> tuple[dict[str, Count], dict[str, Count]]:
    """Return the counts by origin, and by sort of place, over letters or over general sentences."""
    by_origin: defaultdict[str, Count] = defaultdict(Count)
    by_sort: defaultdict[str, Count] = defaultdict(Count)
    chance = random.Random(1)  # noqa: S311 - a bench
    for origin, both in names(MEASURING).items():
        sets = letters(both, chance) if which == "letters" else _alone(both, chance)
        for _, texts in sets:
            for (sort, one), (found, false) in zip(texts, judged([one for _, one in texts]), strict=True):
                for count in (by_origin[origin], by_sort[sort]):
                    count.found += sum(found)
                    count.there += len(found)
                    count.false += false
                    count.missed += [one.text.replace("\n", " / ")] * (not all(found) or false > 0)
    return by_origin, by_sort


def _alone(origin: tuple[Sequence[str], Sequence[str]], chance: random.Random) -> Iterator[tuple[str, list[tuple[str, Filled]]]]:
    for sort, templates in sentences()["general"].items():
        for template in templates:
            yield "sentence", [(sort, filled(template, origin, chance))]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", action="store_true", help="print the table of docs/people.md")
    parser.add_argument("--misses", action="store_true", help="print sentences that were not read right")
    chosen = parser.parse_args()
    (by_origin, by_sort), (general, _) = measured("letters"), measured("general")
    if chosen.table:
        print("| origin | names in letters | recall | names in general sentences | recall |\n| --- | --- | --- | --- | --- |")
        for origin, count in by_origin.items():
            other = general[origin]
            print(f"| {_said(origin)} | {count.there} | {count.recall:.1%} | {other.there} | {other.recall:.1%} |")
        return
    for origin, count in sorted(by_origin.items(), key=lambda pair: pair[1].recall):
        print(f"{origin:22} {count.there:5} {count.recall:7.1%} {count.false:4} false   general {general[origin].recall:7.1%}")
    for sort, count in by_sort.items():
        print(f"{sort:22} {count.there:5} {count.recall:7.1%} {count.false:4} false")
    for which, counts in (("letters", by_origin), ("general", general)):
        whole = Count(*(sum(getattr(c, part) for c in counts.values()) for part in ("found", "there", "false")))
        print(f"{which}: recall {whole.recall:.3f} of {whole.there}, precision {whole.precision:.3f}")
    if chosen.misses:
        print(*(text for counts in (by_origin, general) for count in counts.values() for text in count.missed), sep="\n")


def _said(origin: str) -> str:
    first, *others = origin.replace("_", " ").split()
    return " ".join((first.title(), *(w if w == "and" else w.title() for w in others)))


if __name__ == "__main__":
    main()
