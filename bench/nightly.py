"""What the nightly run costs, in ratios: `python -m bench.nightly [--letters N] [--folder FOLDER]`.

Everything is measured in one go on one machine, so that its speed does not matter; other programs should be idle. The archive is made by
`bench.archive` where FOLDER does not hold it yet. Prefect's server is started once, and how long that takes stands apart.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench.archive import write_archive
from flows.guarded import batch_pool
from flows.kept import Judged
from flows.limits import resident
from flows.nightly import prefect_server, run_nightly
from flows.pool import Pool
from flows.sources import Content, SourceFile, open_source
from models.settings import Settings

Answer = TypeVar("Answer")

PART = 500  # letters in a folder of the archive


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of the processors by this process and those that it started and awaited."""

    clock: float
    work: float

    @classmethod
    def on(cls, work: Callable[[], object]) -> Spent:
        """Do the work, and return what it took."""
        began, before = time.perf_counter(), _processors()
        work()
        return cls(time.perf_counter() - began, _processors() - before)


def _processors() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def bare(folder: Path, letters: int, workers: int) -> list[int]:
    """Read and judge so many letters, and nothing more; return the largest worker's memory in each tenth of them."""
    source = open_source(str(folder))
    files = source.files()[:letters]
    settings = Settings(workers=workers)
    taken = []
    with batch_pool(settings) as pool:
        for some in _parts(files, max(1, letters // 10)):
            most = 0
            for chunk in _parts(some, settings.chunk):
                for _ in pool.run([Content(file.path, source.read(file, settings.limits.file_bytes)) for file in chunk]):
                    most = max(most, _memory(pool))
            taken.append(most)
    return taken


def _parts(files: Sequence[SourceFile], size: int) -> Iterator[Sequence[SourceFile]]:
    return (files[start : start + size] for start in range(0, len(files), size))


def _memory(pool: Pool[Content, Judged]) -> int:
    return max((resident(process) or 0 for process in pool.processes), default=0)


class Nights:
    """Nightly runs over the first letters of an archive, each into a store of its own."""

    def __init__(self, folder: Path, work: Path) -> None:
        self._folder = folder
        self._work = work

    def archive(self, letters: int) -> Path:
        """Return a folder with so many of the letters, as links to whole folders of 500."""
        archive = self._work / f"archive-{letters}"
        if not archive.exists():
            archive.mkdir()
            for part in sorted(self._folder.iterdir())[: letters // PART]:
                (archive / part.name).symlink_to(part)
        return archive

    def run(self, letters: int, workers: int, store: str) -> Spent:
        """Run the batch over so many letters, and return what it took."""
        settings = self._work / "settings.toml"
        settings.write_text(f"workers = {workers}\nsettle_seconds = 0\n")
        archive, out = self.archive(letters), self._work / "out"
        return Spent.on(lambda: run_nightly(archive, f"sqlite:///{self._work}/{store}.db", out, settings))


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--letters", type=int, default=20_000, help=f"in steps of {PART}")
    parser.add_argument("--few", type=int, default=2_000, help=f"the smaller archive, in steps of {PART}")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "letterproof-archive")
    chosen = parser.parse_args()
    if chosen.letters % PART or chosen.few % PART or not PART <= chosen.few <= chosen.letters:
        parser.error(f"--letters and --few are numbers of letters in steps of {PART}, and few are not more than all")
    many, few, cores = chosen.letters, chosen.few, os.cpu_count() or 1
    write_archive(chosen.folder, many)
    with tempfile.TemporaryDirectory() as name:
        nights = Nights(chosen.folder, Path(name))
        memory: list[int] = []
        bare_many = Spent.on(lambda: memory.extend(bare(nights.archive(many), many, cores)))
        began = time.perf_counter()
        with prefect_server("letterproof-bench"):
            import flows.flow  # noqa: F401, PLC0415 - after Prefect is set up; it counts as start

            started = time.perf_counter() - began
            bare_few = [Spent.on(lambda workers=workers: bare(nights.archive(few), few, workers)) for workers in (1, 2)]  # type: ignore[misc]
            nightly_few = [nights.run(few, workers, f"few-{workers}") for workers in (1, 2)]
            first, second = nights.run(many, cores, "many"), nights.run(many, cores, "many")
    _print(
        [
            ("letters a second", many / first.clock),
            ("two workers against one: bare", bare_few[0].clock / bare_few[1].clock),
            ("two workers against one: nightly", nightly_few[0].clock / nightly_few[1].clock),
            ("nightly over bare, all processors, by the clock", first.clock / bare_many.clock),
            ("nightly over bare, all processors, their work", first.work / bare_many.work),
            ("nightly over bare, one worker, few letters", nightly_few[0].clock / bare_few[0].clock),
            ("first run over the second, server running", first.clock / second.clock),
            ("first run over the second, each with its server", (first.clock + started) / (second.clock + started)),
            ("a worker's memory in the last tenth over the first", memory[-1] / memory[0]),
            ("time a letter, many over few", first.clock / many / (nightly_few[-1].clock / few)),
        ],
    )
    print(
        f"{many:,} and {few:,} letters; {cores} processors; first {first.clock:.0f} s, second {second.clock:.1f} s, server {started:.1f} s"
    )


def _print(rows: list[tuple[str, float]]) -> None:
    for what, value in rows:
        print(f"{what:<55} {value:8.2f}", flush=True)


if __name__ == "__main__":
    main()
