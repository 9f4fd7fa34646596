"""Text made to be slow: how much longer twice the text takes to judge, case by case: `python -m bench.hostile`.

A piece that is repeated is one with which many patterns begin, or one that the tokeniser could stumble over; other cases have many
different names, dates, addresses or headings. 2 is linear; 4 would be the square.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, repeat

from checkers import check
from models.language import first_names, surnames
from models.letter import Letter
from models.settings import Settings
from readers import letter_from_text

OPENING = "Dear Mrs Okoro\n\nYour complaint at stage 1.\n\n"
PIECES = (
    *("[", "[[[[", '"', "x", "a-", "1-", "A1/", "   x", "line\n", "- upheld\n", "a ", "we ", "if ", "if you ", "complaint ", "stage 1 "),
    *(
        "ref ",
        "£1 ",
        "Mr ",
        "Mr Smith MP ",
        "Jane Hill Ltd ",
        "3 May 2025 ",
        "the 3rd ",
        ", that ",
        "the complaint that we found you said ",
    ),
    "info@housing-ombudsman.org.uk 0300 111 3000 ",
)
FIRST, LAST = (sorted(n.title() for n in names if n.isalpha() and len(n) > 4) for names in (first_names(), surnames()))
CASES: dict[str, Callable[[int], str]] = {
    "different names": lambda n: f"We spoke to {FIRST[n % len(FIRST)]} {LAST[n % len(LAST)]} about it. ",
    "different names, one sentence": lambda n: f"Mr {LAST[n % len(LAST)]}, ",
    "one surname": lambda n: f"We spoke to {FIRST[n % len(FIRST)]} Hughes about it. ",
    "different dates": lambda n: f"We came on {n % 28 + 1} May {2000 + n % 99}. ",
    "e-mail addresses": lambda n: f"a{n}@example.org ",
    "headings": lambda n: f"What We Found {n}\n\n",
}
LENGTHS = (20_000, 40_000)  # characters
ROUNDS = 3


def made(pieces: Iterator[str], length: int) -> Letter:
    """Return a letter of about `length` characters, made of one piece after another."""
    text = OPENING
    while len(text) < length:
        text += next(pieces)
    return letter_from_text(text)


def seconds(letter: Letter) -> float:
    """Return the best time of several rounds to judge a letter."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        check(letter, Settings())
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    """Print a row for each case: the ratio, and the time for the longer text."""
    seconds(letter_from_text(OPENING))  # load everything first
    print(f"{'case':50} {'ratio':>6} {'seconds':>8}")
    for piece in PIECES:
        _row(repr(piece), partial(repeat, piece))
    for name, numbered in CASES.items():
        _row(name, partial(_numbered, numbered))


def _numbered(piece: Callable[[int], str]) -> Iterator[str]:
    return map(piece, count())


def _row(name: str, pieces: Callable[[], Iterator[str]]) -> None:
    once, twice = (seconds(made(pieces(), length)) for length in LENGTHS)
    print(f"{name:50} {twice / once:6.2f} {twice:8.2f}")


if __name__ == "__main__":
    main()
