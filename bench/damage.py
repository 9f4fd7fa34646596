"""Damaged PDFs: how many are judged by what is left of them: `python -m bench.damage [--rounds N]`.

Each round damages one of the sample letters in one way. A text is lost where under 90 % of the words are read, in their order, and no
error is raised.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path

from models.letter import Letter
from models.settings import Limits
from readers import read_bytes
from samples.render import SAMPLES

KEPT = 0.9
SEED = 20261122


def _flip(content: bytearray, random: random.Random) -> None:
    for _ in range(random.choice((1, 4, 30))):
        content[random.randrange(len(content))] = random.randrange(256)


def _blank(content: bytearray, random: random.Random) -> None:
    start, length = _span(content, random)
    content[start : start + length] = bytes(length)


def _cut(content: bytearray, random: random.Random) -> None:
    start, length = _span(content, random)
    del content[start : start + length]


def _garble(content: bytearray, random: random.Random) -> None:
    start, length = _span(content, random)
    content[start : start + length] = random.randbytes(length)


def _repeat(content: bytearray, random: random.Random) -> None:
    start, length = _span(content, random)
    content[start:start] = content[start : start + length]


def _lines(content: bytearray, random: random.Random) -> None:
    """Write Unix line ends, as a transfer as text does."""
    content[:] = content.replace(b"\r", b"\n") if random.random() < 0.5 else content.replace(b"\n", b"\r\n")


def _span(content: bytearray, random: random.Random) -> tuple[int, int]:
    length = random.choice((1, 16, 512, 4096))
    return random.randrange(len(content) - length), length


WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _blank, _cut, _garble, _repeat, _lines)


def letters() -> Iterator[Path]:
    """Yield the sample letters that are sound PDFs."""
    for path in sorted(SAMPLES.glob("letters/*.pdf")) + sorted(SAMPLES.glob("archive/**/*.pdf")):
        if isinstance(read_bytes(path.read_bytes(), path.name, Limits())[0], Letter):
            yield path


def kept(whole: str, left: str) -> float:
    """Return the share of the words of `whole` that `left` has, in their order."""
    before, after = whole.split(), left.split()
    return sum(block.size for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()) / len(before)


def main() -> None:
    """Print what became of the damaged letters, by the way of damage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)  # noqa: S311 (to damage letters, the same way each time)
    whole = {path: read_bytes(path.read_bytes(), path.name, Limits())[0] for path in letters()}
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    longest = 0.0
    for number in range(arguments.rounds):
        path, way = chance.choice(list(whole)), WAYS[number % len(WAYS)]
        content = bytearray(path.read_bytes())
        way(content, chance)
        began = time.perf_counter()
        (left,) = read_bytes(bytes(content), path.name, Limits())
        longest = max(longest, time.perf_counter() - began)
        found[way.__name__.strip("_")][_fate(whole[path], left)] += 1
    print(f"{'way':10} {'read':>6} {'lost':>6} {'refused':>8}")
    for name, fates in [*found.items(), ("all", sum(found.values(), Counter[str]()))]:
        print(f"{name:10} {fates['read']:6} {fates['lost']:6} {fates['refused']:8}")
    print(f"longest: {longest:.2f} s")


def _fate(whole: object, left: object) -> str:
    if not isinstance(left, Letter):
        return "refused"
    assert isinstance(whole, Letter)  # noqa: S101 (only letters that were read are damaged)
    return "read" if kept(whole.text, left.text) >= KEPT else "lost"


if __name__ == "__main__":
    main()
