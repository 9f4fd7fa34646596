"""The nightly run as a Prefect flow. Import this only after Prefect is set up, as `flows.nightly` does."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from prefect import Flow, State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.schedules import CronSchedule
from prefect.types.entrypoint import EntrypointType
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.archive import NightlyError, RunReport, listed
from flows.batch import Batch, loader
from flows.checking import rules_in_force
from flows.pool import Pool
from flows.store import Counts, Store, StoreError, open_store
from models.finding import Result
from models.settings import Settings, load_settings


@flow(name="letterproof-nightly", persist_result=False)
def nightly(archive: str, store_url: str, out: str, settings_file: str | None = None) -> RunReport:
    """Check what is new or changed in the archive, then write the summary of all that the store holds."""
    began = time.monotonic()
    settings = load_settings(Path(settings_file) if settings_file else None)
    source = Path(archive)
    paths = listed(source)
    with contextlib.closing(open_store(store_url)) as store:
        run = store.start_run(source.as_posix(), rules_in_force(settings))
        try:
            total = _check_all(Batch(store, run, source), paths, settings)
            _add_up(len(paths), total)
            summary = summarise(store, Path(out), settings.landlord)
        except BaseException:
            with contextlib.suppress(StoreError):  # where the store itself has failed, its own error is the one to show
                store.end_run(run, failed=True)
            raise
        store.end_run(run)
    return RunReport(run, total.seen, total.checked, total.unchanged, total.failed, time.monotonic() - began, summary)


def _check_all(batch: Batch, paths: list[Path], settings: Settings) -> Counts:
    total = Counts()
    workers = settings.workers or os.cpu_count() or 1
    with Pool(loader(settings), workers, settings.limits.seconds) as pool, _progress() as progress:
        done = partial(progress.advance, progress.add_task("Checking letters", total=len(paths)))
        for start in range(0, len(paths), settings.chunk):
            total += check_chunk(batch, paths[start : start + settings.chunk], pool, done)
    return total


def _add_up(files: int, total: Counts) -> None:
    if not files == total.seen == total.checked + total.unchanged + total.failed:
        raise NightlyError(f"The numbers do not add up: {files} files, {total}. Report this to the makers of letterproof.")


@task(name="check-chunk", cache_policy=NO_CACHE, persist_result=False)
def check_chunk(batch: Batch, chunk: list[Path], pool: Pool[Path, list[Result]], done: Callable[[int], None]) -> Counts:
    """Check a chunk of files. Results go to the store; a bad file is a row there, so there is nothing to try again."""
    return batch.check(chunk, pool, done)


@task(name="summarise", cache_policy=NO_CACHE, persist_result=False)
def summarise(store: Store, out: Path, landlord: str | None) -> Path:
    """Write the compliance summary of all letters in the store, and return the path of its page."""
    from reports.summary import write_summary  # noqa: PLC0415 - it draws, and drawing is slow to import

    return write_summary(store.letters(), store.elements(), store.flags(), out, landlord=landlord)


@nightly.on_completion
@nightly.on_failure
def _tell(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - Prefect gives all three by name
    """Say how a scheduled run went: nobody waits for its report."""
    if flow_run.deployment_id is not None:
        Console(stderr=True).print(f"{flow_run.name}: {state.name}. {state.message or ''}", soft_wrap=True, markup=False)


def serve(parameters: dict[str, Any], schedule: CronSchedule) -> None:
    """Serve the flow at the times of the schedule, one run at a time, until stopped."""
    nightly.serve(
        name="letterproof",
        schedules=[schedule],
        parameters=parameters,
        limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
        print_starting_message=False,
    )


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
