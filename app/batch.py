"""`letterproof nightly`, `sample` and `summary`: what works on a store of results."""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Callable
from contextlib import closing

from app.checking import settings_of
from app.exits import Exit, Misuse
from flows.archive import ClusterError, MiscountError, NightlyError, RunReport
from flows.index import IndexReport
from flows.nightly import Options, run_nightly, serve_nightly
from flows.pool import PoolError
from flows.sampling import draw
from flows.sources import NoSourceError, SourceError
from flows.store import NoStoreError, StoreError, open_store, require_results
from models.finding import Verdict
from models.settings import SettingsError
from reports.files import ReportError

Command = Callable[[argparse.Namespace], int]


def ended(command: Command) -> Command:
    """Turn what can go wrong into an exit status: 2 where the command cannot begin, 4 where it cannot finish."""

    @functools.wraps(command)
    def run(chosen: argparse.Namespace) -> int:
        try:
            return command(chosen)
        except (NightlyError, NoSourceError, NoStoreError, SettingsError) as error:
            raise Misuse(str(error)) from error
        except (ClusterError, MiscountError, PoolError, ReportError, SourceError, StoreError) as error:
            print(f"letterproof: {error}", file=sys.stderr)
            return Exit.UNFINISHED

    return run


@ended
def nightly(chosen: argparse.Namespace) -> int:
    """Run the nightly batch once, or at the times of a schedule, and return the exit status."""
    if (chosen.runner == "dask") != (chosen.address is not None):
        raise Misuse("--runner dask and --address belong together: the address is that of the cluster's scheduler, tcp://host:8786.")
    options = Options(tuple(chosen.include), tuple(chosen.exclude), chosen.index, chosen.address)
    if chosen.schedule is not None:
        serve_nightly(chosen.archive, chosen.store, chosen.out, chosen.schedule, chosen.settings, options)
        return Exit.FINE
    report = run_nightly(chosen.archive, chosen.store, chosen.out, chosen.settings, options)
    if settings_of(chosen).log_format == "text":
        _say(report)
    print(report.summary)
    return Exit.FINE


@ended
def sample(chosen: argparse.Namespace) -> int:
    """Draw a sample for review, write its workbook, and return the exit status."""
    from reports.sample import write_sample

    if chosen.out.exists():
        raise Misuse(f"{chosen.out} is there already, and may hold a review. Name another file with --out, or move that one away.")
    with closing(open_store(chosen.store, write=False)) as store:
        letters = store.letters(chosen.since, chosen.until)
        letters = letters[letters["verdict"] != Verdict.UNREADABLE]
        try:
            drawn = store.with_results(draw(letters, chosen.size, chosen.seed))
        except ValueError as error:
            raise Misuse(str(error)) from error
    if drawn.empty:
        raise Misuse("there are no checked letters in this store and period. Run `letterproof nightly` first, or choose another period.")
    require_results(drawn)
    print(write_sample(drawn, chosen.out, chosen.seed, len(letters)))
    return Exit.FINE


@ended
def summary(chosen: argparse.Namespace) -> int:
    """Write the compliance summary, and return the exit status."""
    from reports.summary import write_summary

    landlord = settings_of(chosen).landlord
    period = (chosen.since, chosen.until)
    with closing(open_store(chosen.store, write=False)) as store:
        frames = store.letters(*period), store.elements(*period), store.flags(*period)
        cases = store.cases()
    print(write_summary(*frames, chosen.out, period, landlord, cases))
    return Exit.FINE


def _say(report: RunReport) -> None:
    if report.index is not None:
        _say_index(report.index)
    counts = f"{report.seen} files: {report.checked} checked, {report.unchanged} unchanged, {report.failed} could not be read"
    if report.left:
        counts += f", {report.left} still being written (left for the next run)"
    total = f" Of all files, {report.unreadable} cannot be read." if report.unreadable > report.failed else ""
    print(f"Run {report.run}: {counts}, in {report.seconds:.0f} s.{total} The compliance summary:", file=sys.stderr)


def _say_index(index: IndexReport) -> None:
    rows = "It could not be used" if index.rows is None else f"{index.rows} rows are used"
    faults = f"{index.faults} {'fault' if index.faults == 1 else 'faults'}, listed in {index.path}" if index.faults else "no faults"
    print(f"The index: {rows}; {faults}.", file=sys.stderr)
