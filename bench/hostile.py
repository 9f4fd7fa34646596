"""Text made to be slow: how much longer twice the text takes to judge, piece by piece: `python -m bench.hostile`.

Each piece is one with which many patterns begin. 2 is linear; 4 would be the square.
"""

from __future__ import annotations

import time

from checkers import check
from models.settings import Settings
from readers import letter_from_text

OPENING = "Dear Mrs Okoro\n\nYour complaint at stage 1.\n\n"
PIECES = ("[", '"', "we ", "if you ", "Mr Mr ", "£1 ", "a ", "3 May 2025 ", ", that ", "the complaint that we found you said ", "line\n")
LENGTH = 10_000  # characters
ROUNDS = 3


def seconds(piece: str, length: int) -> float:
    """Return the best time of several rounds to judge a text of about `length` characters that repeats `piece`."""
    letter = letter_from_text(OPENING + piece * (length // len(piece)))
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        check(letter, Settings())
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    """Print a row for each piece."""
    seconds("a ", 100)  # load everything first
    print(f"{'piece':40} {'ratio':>6}")
    for piece in PIECES:
        print(f"{piece!r:40} {seconds(piece, 2 * LENGTH) / seconds(piece, LENGTH):6.2f}")


if __name__ == "__main__":
    main()
