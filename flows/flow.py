"""The nightly run as a Prefect flow. Import this only after Prefect is set up, as `flows.nightly` does."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from anyio.from_thread import start_blocking_portal
from prefect import Flow, State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.schedules import CronSchedule
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.archive import MiscountError, RunReport
from flows.batch import Batch
from flows.checking import printable, rules_in_force
from flows.guarded import batch_pool
from flows.index import IndexReport, take_index
from flows.kept import Judged
from flows.pool import Pool
from flows.sources import Chosen, Content, SourceFile, listed, open_source
from flows.store import Counts, Store, StoreError, open_store
from models.settings import Settings, load_settings

SERVICE = "_LETTERPROOF_SERVICE"  # the environment variable that tells a scheduled run which process serves it
_STOP_SECONDS = 10  # where Prefect's server is gone, Prefect tries to reach it for a while


@flow(name="letterproof-nightly", persist_result=False)
def nightly(
    archive: str,
    store_url: str,
    out: str,
    settings_file: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    index: str | None = None,
) -> RunReport:
    """Check what is new or changed in the archive, then write the summary of all that the store holds.

    `include`, `exclude` and `index` stand for the settings of the same names, where they are given.
    """
    began = time.monotonic()
    _end_with_service()
    settings = load_settings(Path(settings_file) if settings_file else None)
    source = open_source(archive)
    files = listed(source, Chosen(include or settings.include, exclude or settings.exclude))
    with contextlib.closing(open_store(store_url)) as store:
        run = store.start_run(source.name, rules_in_force(settings))
        try:
            batch = Batch(store, run, source, settings)
            total = _check_all(batch, files, settings)
            _add_up(len(files), total)
            unreadable = batch.unreadable(files)
            indexed = take(Path(named), store, source.name, files, Path(out)) if (named := index or settings.index) else None
            summary = summarise(store, Path(out), settings.landlord)
        except BaseException as error:
            with contextlib.suppress(StoreError):  # where the store itself has failed, its own error is the one to show
                store.end_run(run, failed=True, reason=type(error).__name__)
            raise
        store.end_run(run)
    counts = (total.seen, total.checked, total.unchanged, total.failed)
    return RunReport(run, *counts, unreadable, time.monotonic() - began, summary, total.left, indexed)


def _check_all(batch: Batch, files: list[SourceFile], settings: Settings) -> Counts:
    total = Counts()
    with batch_pool(settings) as pool, _progress() as progress:
        done = partial(progress.advance, progress.add_task("Checking letters", total=len(files)))
        for start in range(0, len(files), settings.chunk):
            total += check_chunk(batch, files[start : start + settings.chunk], pool, done)
    return total


def _add_up(files: int, total: Counts) -> None:
    if files != total.seen or not total.add_up:
        raise MiscountError(f"The numbers do not add up: {files} files, {total}. Report this to the makers of letterproof.")


@task(name="check-chunk", cache_policy=NO_CACHE, persist_result=False)
def check_chunk(batch: Batch, chunk: list[SourceFile], pool: Pool[Content, Judged], done: Callable[[int], None]) -> Counts:
    """Check a chunk of files. Results go to the store; a bad file is a row there, so there is nothing to try again."""
    return batch.check(chunk, pool, done)


@task(name="take-index", cache_policy=NO_CACHE, persist_result=False)
def take(path: Path, store: Store, source: str, files: list[SourceFile], out: Path) -> IndexReport:
    """Keep the index of cases. What is wrong in it is listed, and stops nothing."""
    return take_index(path, store, source, [printable(file.path) for file in files], out)


@task(name="summarise", cache_policy=NO_CACHE, persist_result=False)
def summarise(store: Store, out: Path, landlord: str | None) -> Path:
    """Write the compliance summary of all letters in the store, and return the path of its page."""
    from reports.summary import write_summary  # noqa: PLC0415 - it draws, and drawing is slow to import

    return write_summary(store.letters(), store.elements(), store.flags(), out, landlord=landlord, cases=store.cases())


@nightly.on_completion
@nightly.on_failure
def _tell(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - Prefect gives all three by name
    """Say how a scheduled run went: nobody waits for its report."""
    if flow_run.deployment_id is not None:
        Console(stderr=True).print(f"{flow_run.name}: {state.name}. {state.message or ''}", soft_wrap=True, markup=False)


def serve(name: str, parameters: dict[str, Any], schedule: CronSchedule) -> None:
    """Serve the flow at the times of the schedule, one run at a time, until KeyboardInterrupt; a run under way ends with it."""
    os.environ[SERVICE] = str(os.getpid())
    runner = Runner(name=name, limit=1)
    runner.add_flow(nightly, name=name, schedules=[schedule], parameters=parameters, entrypoint_type=EntrypointType.MODULE_PATH)
    with start_blocking_portal() as portal:  # in a thread: Prefect's own answer to SIGTERM, in the main one, waits for ever
        serving = portal.start_task_soon(runner.start)
        try:
            serving.result()
        except KeyboardInterrupt:
            _end_runs()
        finally:
            serving.cancel()


def _end_runs() -> None:
    for run in multiprocessing.active_children():
        run.join(1)  # it may have been sent the same signal
        run.terminate()  # Prefect makes an exception of it, and the run is recorded as failed
        run.join(_STOP_SECONDS)
        run.kill()


def _end_with_service() -> None:
    """Let a scheduled run, which has a process of its own, end when the service that started it is killed."""
    service = os.environ.get(SERVICE)
    if service is not None and os.getpid() != int(service):
        threading.Thread(target=_await_end_of, args=(int(service),), daemon=True).start()


def _await_end_of(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)  # the run is recorded as failed
    time.sleep(_STOP_SECONDS)
    os._exit(1)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
