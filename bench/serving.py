"""How long the server takes for officers who type: `python -m bench.serving`.

First one officer: the server's time to check a two-page letter again, against the bare check in this process. Then many at once, each
checking the letter again, thinking, and again, in turn with one officer alone. All on this machine, so that the officers' own work and
whatever else it does count, too.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import httpx

import checkers
import readers
from models.letter import Letter
from models.settings import Settings

LETTER = Path(__file__).parents[1] / "samples" / "letters" / "stage2-response.pdf"
CHECKS = 40
OFFICERS = 20
THINKING = 2.0  # seconds between one answer and the next request, on average
ROUNDS = 4
SECONDS = 10  # a round
_SEED = 7


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--letter", type=Path, default=LETTER)
    parser.add_argument("--officers", type=int, default=OFFICERS)
    chosen = parser.parse_args()
    text = _text(chosen.letter)
    with served() as address:
        bare, alone = _in_turn(text, address)
        print(f"a letter of {len(text)} characters, checked again {CHECKS} times, in turn with the bare check\n")
        print(f"{'':24}{'median ms':>10}{'ratio':>8}")
        print(f"{'bare check':24}{1000 * bare:10.1f}{1:8.2f}")
        print(f"{'server, one officer':24}{1000 * alone:10.1f}{alone / bare:8.2f}\n")
        print(f"officers at once, about {THINKING:.0f} s of thought between checks, {ROUNDS} rounds of {SECONDS} s each, in turn\n")
        print(f"{'officers':>8}{'checks':>8}{'median ms':>11}{'95th ms':>9}{'median ratio':>14}{'95th ratio':>12}")
        rounds = [[asyncio.run(_office(text, address, officers)) for officers in (1, chosen.officers)] for _ in range(ROUNDS)]
        one, many = (list(chain.from_iterable(times)) for times in zip(*rounds, strict=True))
        for officers, times in ((1, one), (chosen.officers, many)):
            (median, late), (first, first_late) = _middle_and_end(times), _middle_and_end(one)
            ratios = f"{median / first:14.2f}{late / first_late:12.2f}"
            print(f"{officers:8}{len(times):8}{1000 * median:11.1f}{1000 * late:9.1f}{ratios}")


def _middle_and_end(times: list[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


@contextmanager
def served() -> Iterator[str]:
    """Yield the address of a server of its own, once its workers are ready."""
    command = [sys.executable, "-m", "app", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as server:  # noqa: S603 - our own command
        try:
            printed = server.stdout.readline() if server.stdout else ""
            address = next(word for word in printed.split() if word.startswith("http")).rstrip("/")
            for _ in range(2 * CHECKS):  # each worker has its turn
                httpx.post(f"{address}/api/v1/review", json={"text": "Dear Mrs Khan"}, timeout=60).raise_for_status()
            yield address
        finally:
            server.terminate()


def _text(path: Path) -> str:
    letter, *_ = readers.read(path, Settings().limits)
    if not isinstance(letter, Letter):
        sys.exit(letter.error.message)
    return letter.text


def _in_turn(text: str, address: str) -> tuple[float, float]:
    """Return the median times of the bare check and of the server, in seconds."""
    settings = Settings()
    bare, served_in = [], []
    with httpx.Client(timeout=60) as client:
        for number in range(CHECKS):
            typed = f"{text}\n{number}"
            began = time.perf_counter()
            checkers.check(readers.letter_from_text(typed), settings)
            between = time.perf_counter()
            client.post(f"{address}/api/v1/review", json={"text": typed}).raise_for_status()
            bare.append(between - began)
            served_in.append(time.perf_counter() - between)
    return statistics.median(bare), statistics.median(served_in)


async def _office(text: str, address: str, officers: int) -> list[float]:
    """Return the times of all checks, in seconds."""
    times: list[float] = []
    await asyncio.gather(*(_officer(text, address, random.Random(_SEED + number), times) for number in range(officers)))  # noqa: S311 - no secret
    return times


async def _officer(text: str, address: str, luck: random.Random, times: list[float]) -> None:
    async with httpx.AsyncClient(timeout=60, verify=False) as client:  # noqa: S501 - no TLS here, and its set-up takes long
        until = time.perf_counter() + SECONDS
        await asyncio.sleep(luck.uniform(0, THINKING))
        while (began := time.perf_counter()) < until:
            answer = await client.post(f"{address}/api/v1/review", json={"text": f"{text}\n{luck.random()}"})
            answer.raise_for_status()
            times.append(time.perf_counter() - began)
            await asyncio.sleep(luck.uniform(THINKING / 2, 3 * THINKING / 2))


if __name__ == "__main__":
    main()
