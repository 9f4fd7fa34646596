"""How long reports take over a large store: `python -m bench.store [--store URL] [--letters N] [--from FOLDER]`.

Fills the store, where it is empty, with results of the letters in a folder of samples, each many times under other paths, dates and
references, and then times what `letterproof summary` does with it, and its memory. A store on SQLite is kept for the next time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import itertools
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from flows.checking import letters_under
from flows.guarded import check_files
from flows.store import CheckedFile, Counts, Store, open_store
from models.finding import Result, Verdict
from models.settings import Settings

CHUNK = 500
YEARS = 10
Answer = TypeVar("Answer")


def made(samples: Sequence[Result], count: int) -> Iterator[CheckedFile]:
    """Yield so many files, each with the result of a sample as if it were of a letter of its own."""
    first = dt.date(2016, 1, 4)
    for number, sample in zip(range(count), itertools.cycle(samples), strict=False):
        path = f"{number % 997:03}/letter-{number:06}.docx"
        sha256 = hashlib.sha256(path.encode()).hexdigest()
        day = first + dt.timedelta(days=number * 365 * YEARS // count)
        values = {"path": path, "sha256": sha256}
        if sample.verdict is not Verdict.UNREADABLE:
            values |= {"reference": f"CMP-{number:06}", "date": day.isoformat()}
        yield CheckedFile(path, sha256, (sample.model_copy(update=values),))


def fill(store: Store, folder: Path, count: int) -> None:
    """Keep so many made results as one finished run."""
    samples = [result for results in check_files(letters_under(folder), Settings()) for result in results]
    run = store.start_run("/archive", "bench")
    files = made(samples, count)
    while chunk := list(itertools.islice(files, CHUNK)):
        store.save(run, chunk, Counts(seen=len(chunk), checked=len(chunk)))
    store.end_run(run)


def timed(what: str, work: Callable[[], Answer]) -> Answer:
    """Do the work, and print how long it took, by the clock and the processor, and how much memory the process has taken at most so far."""
    began, worked = time.perf_counter(), time.process_time()
    answer = work()
    clock, work_done = time.perf_counter() - began, time.process_time() - worked
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<12} {clock:6.1f} s ({work_done:.1f} s of work)   at most {taken:6,.0f} MB so far", flush=True)
    return answer


def main() -> None:
    """Fill the store where it is empty, and print the times."""
    from reports.summary import write_summary  # noqa: PLC0415 - so that filling does not count its memory

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", default=str(Path(tempfile.gettempdir()) / "letterproof-bench.db"))
    parser.add_argument("--letters", type=int, default=200_000)
    parser.add_argument("--from", dest="folder", type=Path, default=Path("samples/archive"))
    chosen = parser.parse_args()
    with closing(open_store(chosen.store)) as store, tempfile.TemporaryDirectory() as out:
        if store.runs().empty:
            timed("fill", lambda: fill(store, chosen.folder, chosen.letters))
        letters = timed("letters", store.letters)
        elements = timed("elements", store.elements)
        flags = timed("flags", store.flags)
        timed("report", lambda: write_summary(letters, elements, flags, Path(out)))
        print(f"{len(letters):,} letters, {len(elements):,} elements, {len(flags):,} flags")


if __name__ == "__main__":
    main()
