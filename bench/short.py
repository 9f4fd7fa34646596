"""How well people are told in short letters that nothing was learned from: `python -m bench.short samples/passages/kept`.

In these letters only names are labelled (samples/passages/README.md). `--mistakes` lists what is told otherwise.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.passages import load_people
from checkers import Choice
from checkers.facts import facts_of
from checkers.people import people_of
from checkers.reading import read
from models.settings import Settings
from reports.evaluation import Evaluation


def measured(folder: Path) -> Evaluation:
    """Return the figures on the names in the short letters under a folder."""
    evaluation = Evaluation()
    for annotated in load_people(folder):
        reading = read(annotated.letter)
        evaluation.add_names(annotated, people_of(reading, facts_of(reading, Choice()), Settings()).names)
    return evaluation


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mistakes", action="store_true", help="list the names that are told otherwise than they are labelled")
    chosen = parser.parse_args()
    evaluation = measured(chosen.folder)
    print(*evaluation.rows_of_names(), sep="\n")
    if chosen.mistakes:
        print(*(f"{one.letter}  {one.words}: {one.found} for {one.wanted}" for one in evaluation.mistakes), sep="\n")


if __name__ == "__main__":
    main()
