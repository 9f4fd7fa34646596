"""Fill the measured tables in: `python -m bench.accuracy EVALUATION TRAINING AGREEMENT [PAGE]`, by default docs/accuracy.md.

EVALUATION is what `letterproof evaluate samples/corpus --voices test --format json` printed, TRAINING what `make train` did, AGREEMENT
what `python -m bench.agreement samples/corpus` did. The page says where a table goes: `<!-- measured NAME -->`, the table, `<!-- end -->`.
What stands between is replaced; the sentences around the tables stay to be written.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checkers.flags.weighing import WEIGHED as RAISING
from checkers.weighing import WEIGHED
from docs.tables import table
from models.finding import Element, FlagName

ALL_GAPS, ALL_FLAGS = "all gaps", "all flags"
SHARES = {
    "kind": "kind of letter",
    "stage": "stage",
    "edition": "edition of the Code",
    "date": "date",
    "whole letter": "whole letter: kind and all ten elements",
    "role of a found name": "role of a name that was found (share of names)",
    "evidence": "words quoted for an element are those that carry it (share of elements)",
}
_MARKED = re.compile(r"(<!-- measured (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_LEARNED = re.compile(r"^(\w+) +(\d+) +(\d+) +(\d\.\d+) +(\d\.\d+)$", re.MULTILINE)
_AGREED = re.compile(r"^(.+?) +(\d+) +([\d.]+%) +(-?\d\.\d+) +(\d+)$", re.MULTILINE)


def main() -> None:
    """Fill in the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("evaluation", "training", "agreement"):
        parser.add_argument(name, type=Path)
    parser.add_argument("page", type=Path, nargs="?", default=Path("docs/accuracy.md"))
    chosen = parser.parse_args()
    evaluation = json.loads(chosen.evaluation.read_text(encoding="utf-8"))
    found = tables(evaluation, chosen.training.read_text(encoding="utf-8"), chosen.agreement.read_text(encoding="utf-8"))
    page = chosen.page.read_text(encoding="utf-8")
    chosen.page.write_text(_MARKED.sub(lambda m: f"{m[1]}\n{found[m['name']]}\n\n{m[3]}", page), encoding="utf-8")


def tables(evaluation: dict[str, Any], training: str, agreement: str) -> dict[str, str]:
    """Return the measured tables by the names that the page gives them."""
    every = evaluation["all"]
    return {
        "shares": table(["what", "letters right"], ([said, _percent(every["shares"][name]["share"])] for name, said in SHARES.items())),
        "gaps": table(["element", "precision", "recall", "F1", "gaps in these letters"], _found(every, [*Element, ALL_GAPS])),
        "flags": table(["flag", "precision", "recall", "F1", "times in these letters"], _found(every, [*FlagName, ALL_FLAGS])),
        "people": table(["what", "precision", "recall", "F1", "number"], _found(every, ["names", "flagged names"])),
        "writers": table(["set", "letters", "kind", "stage", "gaps F1", "flags F1", "whole letters"], _writers(evaluation["voices"])),
        "learned": table(["element or flag", "letters", "gaps", "F1 by rules", "F1 weighed"], _learned(training)),
        "agreement": table(["what", "compared", "alike", "kappa", "ambiguous"], (list(m.groups()) for m in _AGREED.finditer(agreement))),
    }


def _found(every: dict[str, Any], names: list[Any]) -> Iterator[list[str]]:
    for name in (str(one) for one in names if str(one) in every["found"]):
        one = every["found"][name]
        yield [name, *(f"{one[what]:.2f}" for what in ("precision", "recall", "f1")), str(one["right"] + one["overlooked"])]


def _writers(voices: dict[str, Any]) -> Iterator[list[str]]:
    for voice, one in voices.items():
        shares, found = one["shares"], one["found"]
        gaps, flags = (f"{found[name]['f1']:.2f}" for name in (ALL_GAPS, ALL_FLAGS))
        kind, stage, whole = (f"{shares[name]['share']:.0%}" for name in ("kind", "stage", "whole letter"))
        yield [voice, str(one["letters"]), kind, stage, gaps, flags, whole]


def _learned(training: str) -> Iterator[list[str]]:
    return (list(m.groups()) for m in _LEARNED.finditer(training) if m[1] in (*WEIGHED, *RAISING))


def _percent(share: float) -> str:
    return f"{share:.1%}"


if __name__ == "__main__":
    main()
