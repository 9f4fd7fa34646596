"""`letterproof recheck`, `runs` and `forget`: the care of a store."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import sys
from contextlib import closing
from itertools import groupby
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from app.batch import ended
from app.checking import settings_of
from app.exits import Exit, Misuse
from app.show import PIPE_WIDTH, PipeConsole, shown_path
from flows.recheck import Report
from flows.recheck import recheck as judge_again
from flows.store import Change, Choice, KeptFile, open_store
from models.words import ELEMENTS, FLAGS

_LISTED = 20  # paths that are printed; --format json has all
_STATES = {"finished": "green", "failed": "red", "running": "yellow"}


@ended
def recheck(chosen: argparse.Namespace) -> int:
    """Judge again what the store holds, say what changed, and return the exit status."""
    settings = settings_of(chosen)
    with closing(open_store(chosen.store)) as store, _progress() as progress:
        task = progress.add_task("Judging letters again", total=None)
        report = judge_again(store, settings, lambda done, due: progress.update(task, completed=done, total=due))
    if chosen.format == "json":
        print(json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False))
    else:
        _print_changes(report)
    print(f"{report.due} files: {report.checked} judged again, {len(report.left)} not, in {report.seconds:.0f} s.", file=sys.stderr)
    if report.left:
        print("Not judged again, because the file is not there as it was, and its text is not kept:", file=sys.stderr)
        _print_paths(report.left)
    return Exit.FINE


@ended
def runs(chosen: argparse.Namespace) -> int:
    """List the runs of the store, and return the exit status."""
    if chosen.last < 0:
        raise Misuse(f"--last is a number of runs, not {chosen.last}. Write 0 for all.")
    with closing(open_store(chosen.store, write=False)) as store:
        frame, failures = store.runs(), store.failures()
    listed = [_described(row, failures.get(row["id"], {})) for row in frame.tail(chosen.last or len(frame)).to_dict("records")]
    if chosen.format == "json":
        print(json.dumps(listed, indent=2, ensure_ascii=False))
    else:
        _print(_runs_table(listed))
    return Exit.FINE


@ended
def forget(chosen: argparse.Namespace) -> int:
    """Remove letters from the store, or say which would go, and return the exit status."""
    choice = Choice(chosen.before if chosen.older_than is None else _days_ago(chosen.older_than), chosen.reference, chosen.letter)
    with closing(open_store(chosen.store, write=not chosen.dry_run)) as store:
        gone = store.chosen(choice) if chosen.dry_run else store.forget(choice)
    for file in gone:
        print(shown_path(f"{file.source}/{file.path}"))
    _say_gone(gone, "would be forgotten" if chosen.dry_run else "forgotten")
    return Exit.FINE


def _days_ago(days: int) -> dt.date:
    try:
        return dt.date.today() - dt.timedelta(days=days)
    except OverflowError as error:
        raise Misuse(f"--older-than is a number of days that the calendar goes back, not {days}.") from error


def _described(run: dict[Any, Any], failures: dict[str, int]) -> dict[str, Any]:
    """Return what is said of a run: times in UTC as ISO 8601, the duration in seconds, failed letters by error code."""
    times = {name: None if pd.isna(run[name]) else f"{run[name].isoformat()}Z" for name in ("started", "finished")}
    seconds = None if times["finished"] is None else (run["finished"] - run["started"]).total_seconds()
    counts = {name: int(run[name]) for name in ("seen", "checked", "unchanged", "failed", "left")}
    said = {name: run[name] for name in ("task", "source", "rules", "state")}
    said["reason"] = None if pd.isna(run["reason"]) else run["reason"]
    return {"id": int(run["id"]), **said, **times, "seconds": seconds, **counts, "failures": failures}


def _runs_table(listed: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("run", "task", "archive", "started (UTC)"):
        table.add_column(heading, overflow="fold" if heading == "archive" else "ellipsis", no_wrap=heading != "archive")
    for heading in ("took", "files", "checked", "unchanged", "failed", "left"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("state", overflow="fold")
    for run in listed:
        why = run["reason"] or ", ".join(f"{count} {code}" for code, count in sorted(run["failures"].items()))
        state = Text.assemble((run["state"], _STATES[run["state"]]), f": {why}" if why else "")
        words = [str(run["id"]), run["task"], shown_path(run["source"]), run["started"][:16].replace("T", " "), _took(run["seconds"])]
        counts = [f"{run[name]:,}" for name in ("seen", "checked", "unchanged", "failed", "left")]
        table.add_row(*map(Text, [*words, *counts]), state)
    return table


def _took(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {int(seconds) % 60:02} s" if minutes else f"{int(seconds)} s"


def _print_changes(report: Report) -> None:
    if not report.changes:
        print("No letter is judged otherwise than before.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("what", "before", "now"):
        table.add_column(heading)
    table.add_column("letters", justify="right")
    for words, changes in groupby(sorted(report.changes, key=_order), key=_order):
        table.add_row(*words[1:], f"{len(list(changes)):,}")
    _print(table)


def _order(change: Change) -> tuple[int, str, str, str]:
    """Return where a change stands in the table, and its words: verdicts first, then elements, then flags."""
    place = ("verdict", "element", "flag").index(change.what)
    named = {"": "Verdict"} | {str(name): words for name, words in (*ELEMENTS.items(), *FLAGS.items())}
    return place, named[change.name], change.before or "–", change.after or "–"


def _say_gone(gone: list[KeptFile], done: str) -> None:
    letters = sum(file.letters for file in gone)
    print(f"{len(gone)} files with {letters} letters {done}.", file=sys.stderr)
    there = sum(file.is_there for file in gone)
    if there:
        advice = "Take them out of it as well, or the next run finds them again."
        print(f"{there} of these files were in the archive at its last run. {advice}", file=sys.stderr)


def _print_paths(paths: list[str]) -> None:
    for path in paths[:_LISTED]:
        print(f"  {shown_path(path)}", file=sys.stderr)
    if len(paths) > _LISTED:
        print(f"  and {len(paths) - _LISTED} more: --format json lists them all.", file=sys.stderr)


def _print(table: Table) -> None:
    console = PipeConsole(highlight=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH * 2
    console.print(table)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
