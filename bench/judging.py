"""How long judging takes beside reading, and how much memory: `python -m bench.judging samples/letters/*.pdf`.

For each letter: the time of the whole check (the file already read) as a share of the time that pdfplumber takes to extract the text of its
pages, in the same process; then the parts. Limits: a third for a letter of two pages, 700 MB for the process.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import pdfplumber

from checkers import Choice, check
from checkers.elements import by_rules
from checkers.facts import facts_of
from checkers.flags import flags
from checkers.people import people_of
from checkers.reading import read
from checkers.weighing import weighed
from models.letter import Letter
from models.settings import Settings
from readers import read as read_file

ROUNDS = 9
PARTS = ("reading", "facts", "elements", "people", "flags")


def best(*works: Callable[[], object]) -> list[float]:
    """Return the best time of each in several rounds, done in turn: milliseconds of the processor, so that other work does not count."""
    rounds = [[_seconds(work) for work in works] for _ in range(ROUNDS)]
    return [1000 * min(times) for times in zip(*rounds, strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def extracted(path: Path) -> int:
    """Extract the text of a PDF as pdfplumber does it, and return the number of pages."""
    with pdfplumber.open(path) as document:
        return len([page.extract_text() for page in document.pages])


def parts(letter: Letter) -> list[float]:
    """Return the best times of the parts of a check, in milliseconds; what an earlier part works out is at hand for the later ones."""
    rounds = []
    for _ in range(ROUNDS):
        marks = [time.process_time()]
        reading = read(letter)
        marks.append(time.process_time())
        facts = facts_of(reading, Choice())
        marks.append(time.process_time())
        found = weighed(reading, facts, by_rules(reading, facts))
        marks.append(time.process_time())
        people = people_of(reading, facts, Settings())
        marks.append(time.process_time())
        flags(reading, facts, people, found, Settings())
        marks.append(time.process_time())
        rounds.append([1000 * (after - before) for before, after in pairwise(marks)])
    return [min(times) for times in zip(*rounds, strict=True)]


def main() -> None:
    """Print a row for each letter, and the most memory that the process had."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", type=Path, nargs="+")
    print(f"{'letter':28} {'pages':>5} {'extract':>8} {'check':>7} {'ratio':>6}   " + " ".join(f"{part:>8}" for part in PARTS) + "   (ms)")
    for path in parser.parse_args().letters:
        letter = next(found for found in read_file(path, Settings().limits) if isinstance(found, Letter))
        judging, extracting = best(partial(check, letter, Settings()), partial(extracted, path))
        row = " ".join(f"{spent:8.1f}" for spent in parts(letter))
        print(f"{path.name:28} {extracted(path):5} {extracting:8.1f} {judging:7.1f} {judging / extracting:6.2f}   {row}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"\nmost memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
