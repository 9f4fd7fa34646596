"""The nightly run as a Prefect flow. Import this only after Prefect is set up, as `flows.nightly` does."""

from __future__ import annotations

import contextlib
import datetime as dt
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from anyio.from_thread import start_blocking_portal
from prefect import Flow, State, flow, runtime, task
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.schedules import CronSchedule
from prefect.futures import PrefectFuture
from prefect.runner import Runner
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.types.entrypoint import EntrypointType
from rich.console import Console

from flows.alone import alone
from flows.archive import TIMEZONE, ClusterError, MiscountError, NightlyError, RunReport
from flows.batch import Batch, Checked, Chunk
from flows.checking import printable, rules_in_force
from flows.cluster import check_here
from flows.guarded import batch_pool
from flows.index import IndexReport, take_index
from flows.sources import Chosen, SourceError, SourceFile, listed, open_source
from flows.stopping import PATIENCE, Stop, held_back
from flows.store import Counts, Store, StoreError, open_store
from flows.telling import Teller, log
from models.settings import Settings, load_settings

TAGS = ["letterproof"]
_AHEAD = 2  # chunks under way for each that is being kept
_TELL_SECONDS = 5
_LOOK_SECONDS = 0.2  # how often a run that waits looks whether it is told to end
_CLUSTER_SECONDS = 60
SERVICE = "_LETTERPROOF_SERVICE"  # the environment variable that tells a scheduled run which process serves it
_STOP_SECONDS = PATIENCE + 10  # where Prefect's server is gone, Prefect tries to reach it for a while


def _run_name() -> str:
    """Return what a run is called on Prefect's pages: its archive's own name, and when it began."""
    archive = str(runtime.flow_run.parameters["archive"])
    return f"{PurePath(archive).name or archive} {dt.datetime.now(ZoneInfo(TIMEZONE)):%Y-%m-%d %H:%M}"


@flow(name="letterproof-nightly", flow_run_name=_run_name, persist_result=False)
def nightly(
    archive: str,
    store_url: str,
    out: str,
    settings_file: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    index: str | None = None,
    cluster: str | None = None,
) -> State[RunReport]:
    """Check what is new or changed in the archive, then write the summary of all that the store holds.

    `include`, `exclude` and `index` stand for the settings of the same names, where they are given. `cluster` is the address of a Dask
    scheduler whose workers check the letters, in place of this machine's.
    """
    began = time.monotonic()
    _end_with_service()
    settings = load_settings(Path(settings_file) if settings_file else None)
    source = open_source(archive)
    files = listed(source, Chosen(include or settings.include, exclude or settings.exclude))
    with contextlib.closing(open_store(store_url)) as store, alone(store_url, source.name), held_back() as stop:
        run = store.start_run(source.name, rules_in_force(settings))
        try:
            batch = Batch(store, run, source, settings)
            with Teller(run, len(files), as_json=settings.log_format == "json") as teller:
                hands = _machine(batch, settings, teller) if cluster is None else _cluster(cluster, settings, teller)
                total = _check_all(batch, files, hands, stop)
            _add_up(len(files), total)
            unreadable = batch.unreadable(files)
            indexed = take(Path(named), store, source.name, files, Path(out)) if (named := index or settings.index) else None
            summary = summarise(store, Path(out), settings.landlord)
        except BaseException as error:
            if settings.log_format == "json":
                log("failed", run=run, reason=type(error).__name__)
            with contextlib.suppress(StoreError):  # where the store itself has failed, its own error is the one to show
                store.end_run(run, failed=True, reason=type(error).__name__)
            raise
        store.end_run(run)
        reasons = store.failures().get(run, {})
    counts = (total.seen, total.checked, total.unchanged, total.failed)
    report = RunReport(run, *counts, unreadable, time.monotonic() - began, summary, total.left, indexed)
    _table(report, reasons)
    if settings.log_format == "json":
        log("finished", run=run, seconds=round(report.seconds, 1), **asdict(total), unreadable=unreadable, failures=reasons)
    return _state(report)


@dataclass(frozen=True)
class _Hands:
    """What checks chunks: `submit` starts on one, and `ahead` are under way at a time, so that nobody waits while results are kept."""

    submit: Callable[[Chunk, str], PrefectFuture[Checked]]
    ahead: int


@contextlib.contextmanager
def _machine(batch: Batch, settings: Settings, teller: Teller) -> Iterator[_Hands]:
    """Check chunks by worker processes of this machine."""
    runner: ThreadPoolTaskRunner[Checked] = ThreadPoolTaskRunner(max_workers=_AHEAD)
    with runner, batch_pool(settings) as pool:

        def submit(chunk: Chunk, span: str) -> PrefectFuture[Checked]:
            work = partial(chunk.check, pool, teller.advance, batch.judged)
            return runner.submit(check_chunk, {"work": work, "span": span})

        yield _Hands(submit, _AHEAD)


@contextlib.contextmanager
def _cluster(address: str, settings: Settings, teller: Teller) -> Iterator[_Hands]:
    """Check chunks by the workers of a Dask cluster, which read the source themselves."""
    from distributed import KilledWorker  # noqa: PLC0415 - an extra
    from distributed.comm.core import CommClosedError  # noqa: PLC0415
    from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415

    rules = rules_in_force(settings)
    with DaskTaskRunner(address=address) as runner:
        try:
            runner.client.wait_for_workers(1, timeout=_CLUSTER_SECONDS)
        except (OSError, TimeoutError) as error:
            raise NightlyError(
                f"The Dask cluster at {address} does not answer, or has no workers. Start it, or check --address."
            ) from error

        def submit(chunk: Chunk, span: str) -> PrefectFuture[Checked]:
            work = partial(check_here, chunk, dict(settings), rules)
            future: PrefectFuture[Checked] = runner.submit(check_chunk, {"work": work, "span": span})
            future.add_done_callback(lambda _: teller.advance(len(chunk.files)))
            return future

        try:
            yield _Hands(submit, _AHEAD * sum(runner.client.nthreads().values()))
        except (CancelledError, CommClosedError, KilledWorker) as error:
            said = f"The Dask cluster at {address} failed ({type(error).__name__}). Look at its workers, and run again: nothing is lost."
            raise ClusterError(said) from error


def _check_all(batch: Batch, files: list[SourceFile], work: contextlib.AbstractContextManager[_Hands], stop: Stop) -> Counts:
    total = Counts()
    under_way: deque[PrefectFuture[Checked]] = deque()
    with work as hands:
        stop.heed()
        progress = _Progress(len(files))
        submitted = 0
        for chunk in batch.chunks(files):
            stop.heed()
            first, submitted = submitted + 1, submitted + len(chunk.files)
            under_way.append(hands.submit(chunk, f"{first}-{submitted} of {len(files)}"))
            if len(under_way) == hands.ahead:
                total += batch.keep(_awaited(under_way.popleft(), stop))
                progress.tell(total.seen)
        while under_way:
            total += batch.keep(_awaited(under_way.popleft(), stop))
        progress.tell(total.seen)
    return total


def _awaited(future: PrefectFuture[Any] | Future[Any], stop: Stop) -> Any:
    """Return what a future comes to, or end before where this process is told to."""
    done = threading.Event()
    future.add_done_callback(lambda _: done.set())
    while not done.wait(_LOOK_SECONDS):
        stop.heed()
    return future.result()


class _Progress:
    """The run's progress on Prefect's pages. Where it cannot be told, the run goes on."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._told = time.monotonic()
        self._artifact: UUID | None = None
        with contextlib.suppress(Exception):
            self._artifact = cast("UUID", create_progress_artifact(0.0, "letterproof-progress", "Files looked at"))

    def tell(self, done: int) -> None:
        """Show that so many files are done, if some time has passed, or all are."""
        if self._artifact is None or (done < self._total and time.monotonic() - self._told < _TELL_SECONDS):
            return
        self._told = time.monotonic()
        with contextlib.suppress(Exception):
            update_progress_artifact(self._artifact, 100 * done / self._total)


def _table(report: RunReport, reasons: Mapping[str, int]) -> None:
    """Show the run's counts on Prefect's pages: numbers only."""
    counts = [(name, getattr(report, name)) for name in ("seen", "checked", "unchanged", "failed", "left", "unreadable")]
    rows = [{"what": what, "files": number} for what, number in counts]
    rows += [{"what": f"failed: {reason}", "files": number} for reason, number in sorted(reasons.items())]
    with contextlib.suppress(Exception):
        create_table_artifact(rows, "letterproof-run", f"Run {report.run} in the store")


def _state(report: RunReport) -> State[RunReport]:
    """Return the state that the run ends in: complete, or complete but for files that could not be read."""
    said = f"{report.seen} files: {report.checked} checked, {report.unchanged} unchanged, {report.failed} could not be read"
    said += f", {report.left} left for the next run."
    return Completed(name="CompletedWithFailures" if report.failed else "Completed", message=said, data=report)


def _add_up(files: int, total: Counts) -> None:
    if files != total.seen or not total.add_up:
        raise MiscountError(f"The numbers do not add up: {files} files, {total}. Report this to the makers of letterproof.")


def _is_storage_fault(_task: object, _run: object, state: State[Any]) -> bool:
    """Tell whether a task failed by a storage or the database, which may be back when it is tried again."""
    try:
        state.result()
    except (SourceError, StoreError):
        return True
    except BaseException:  # noqa: BLE001 - whatever else it is, trying again does not mend it
        return False
    return False


_AT_STORAGE: dict[str, Any] = {
    "retries": 2,
    "retry_delay_seconds": [10, 60],
    "retry_condition_fn": _is_storage_fault,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}


@task(name="check-chunk", task_run_name="files {span}", **_AT_STORAGE)
def check_chunk(work: Callable[[], Checked], span: str) -> Checked:  # noqa: ARG001 - the run is named after the span
    """Check a chunk of files. A bad file is a result like others; only a fault of the storage is tried again."""
    return work()


@task(name="take-index", **_AT_STORAGE)
def take(path: Path, store: Store, source: str, files: list[SourceFile], out: Path) -> IndexReport:
    """Keep the index of cases. What is wrong in it is listed, and stops nothing."""
    return take_index(path, store, source, [printable(file.path) for file in files], out)


@task(name="summarise", **_AT_STORAGE)
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
    by_path = EntrypointType.MODULE_PATH
    runner.add_flow(nightly, name=name, schedules=[schedule], parameters=parameters, tags=TAGS, entrypoint_type=by_path)
    # Prefect's runner is in a thread: its own answer to SIGTERM, in the main one, waits for ever.
    with held_back() as stop, start_blocking_portal() as portal:
        serving = portal.start_task_soon(runner.start)
        try:
            _awaited(serving, stop)
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
