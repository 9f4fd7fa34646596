"""`letterproof nightly`, `sample` and `summary`: what works on a store of results."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from sqlalchemy.exc import SQLAlchemyError

from app.checking import settings_of
from app.exits import Exit, Misuse
from flows.archive import NightlyError, RunReport
from flows.nightly import run_nightly, serve_nightly
from flows.pool import PoolError
from flows.sampling import draw
from flows.store import Store, StoreError, open_store
from models.finding import Verdict
from models.settings import SettingsError
from reports.files import ReportError


def nightly(chosen: argparse.Namespace) -> int:
    """Run the nightly batch once, or at the times of a schedule, and return the exit status."""
    try:
        if chosen.schedule:
            serve_nightly(chosen.archive, chosen.store, chosen.out, chosen.schedule, chosen.settings)
            return Exit.FINE
        report = run_nightly(chosen.archive, chosen.store, chosen.out, chosen.settings)
    except (NightlyError, StoreError, SettingsError, ValueError) as error:
        raise Misuse(str(error)) from error
    except (PoolError, ReportError) as error:
        return _unfinished(error)
    except SQLAlchemyError as error:  # its message may quote letters
        return _unfinished(f"the store failed in the middle of the run ({type(error).__name__}). What was checked is kept; run it again.")
    _say(report)
    print(report.summary)
    return Exit.FINE


def sample(chosen: argparse.Namespace) -> int:
    """Draw a sample for review, write its workbook, and return the exit status."""
    from reports.sample import write_sample

    if chosen.out.exists():
        raise Misuse(f"{chosen.out} is there already, and may hold a review. Name another file with --out, or move that one away.")
    with closing(_store(chosen.store)) as store:
        letters = store.letters(chosen.since, chosen.until)
    letters = letters[letters["verdict"] != Verdict.UNREADABLE]
    try:
        drawn = draw(letters, chosen.size, chosen.seed)
    except ValueError as error:
        raise Misuse(str(error)) from error
    if drawn.empty:
        raise Misuse("there are no checked letters in this store and period. Run `letterproof nightly` first, or choose another period.")
    try:
        print(write_sample(drawn, chosen.out, chosen.seed, len(letters)))
    except ReportError as error:
        return _unfinished(error)
    return Exit.FINE


def summary(chosen: argparse.Namespace) -> int:
    """Write the compliance summary, and return the exit status."""
    from reports.summary import write_summary

    landlord = settings_of(chosen).landlord
    period = (chosen.since, chosen.until)
    with closing(_store(chosen.store)) as store:
        frames = store.letters(*period), store.elements(*period), store.flags(*period)
    try:
        print(write_summary(*frames, chosen.out, period, landlord))
    except ReportError as error:
        return _unfinished(error)
    return Exit.FINE


def _store(url: str) -> Store:
    """Open a store that must be there. Raises Misuse where it is not."""
    try:
        return open_store(url, write=False)
    except StoreError as error:
        raise Misuse(str(error)) from error


def _unfinished(error: Exception | str) -> int:
    print(f"letterproof: {error}", file=sys.stderr)
    return Exit.UNFINISHED


def _say(report: RunReport) -> None:
    counts = f"{report.seen} files: {report.checked} checked, {report.unchanged} unchanged, {report.failed} could not be read"
    print(f"Run {report.run}: {counts}, in {report.seconds:.0f} s. The compliance summary:", file=sys.stderr)
