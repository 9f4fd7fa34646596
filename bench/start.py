"""How long one check takes from a cold start, against `import spacy` in the same run: `python -m bench.start LETTER`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

ROUNDS = 7


def seconds(*command: str) -> float:
    """Return how long a command takes."""
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - our own commands
    return time.perf_counter() - began


def main() -> None:
    """Print both times, the best of several rounds in turn, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letter")
    letter = parser.parse_args().letter
    rounds = [(seconds(sys.executable, "-m", "app", "check", letter), seconds(sys.executable, "-c", "import spacy")) for _ in range(ROUNDS)]
    check, spacy = (min(times) for times in zip(*rounds, strict=True))
    print(f"letterproof check {check:.2f} s, import spacy {spacy:.2f} s, ratio {check / spacy:.2f} (best of {ROUNDS})")


if __name__ == "__main__":
    main()
