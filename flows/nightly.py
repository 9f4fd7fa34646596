"""The nightly run: check all that is new or changed in an archive, and write the compliance summary.

Prefect is imported only when a run starts.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flows.archive import TIMEZONE, NightlyError, RunReport
from flows.sources import Chosen, absolute, listed, open_source
from flows.stopping import held_back
from flows.store import open_store, store_address
from models.settings import SETTINGS_FILE, load_settings

if TYPE_CHECKING:
    from prefect.client.schemas.schedules import CronSchedule

_CRON_FIELDS = 5
_SERVER_SECONDS = 120  # a fresh server makes its database first
_STOP_SECONDS = 15  # longer than the server gives itself
_LET_GO_SECONDS = 5  # at once, unless the server is gone
_PREFECT = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What stands in place of the settings of the same names, for one command: patterns, and the path of the index of cases.

    `cluster` is the address of a Dask scheduler; None means this machine.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    index: Path | None = None
    cluster: str | None = None


NO_OPTIONS = Options()


def run_nightly(
    archive: str | Path, store_url: str, out: Path, settings_file: Path | None = None, options: Options = NO_OPTIONS
) -> RunReport:
    """Check what is new or changed in `archive`, keep the results in the store, and write the summary into the folder `out`.

    `archive` is a folder, a ZIP or an address that fsspec reaches. Raises NoSourceError, NightlyError, NoStoreError or SettingsError before
    anything starts where the archive, the folder, the store or the settings cannot be used, SourceError where the archive fails on the
    way, and NightlyError where Prefect's server does not start. SIGTERM and SIGHUP end the run as Ctrl-C does, with
    KeyboardInterrupt.
    """
    parameters = _prepared(archive, store_url, out, settings_file, options)
    with held_back() as stop, prefect_server(_name(parameters)):
        from prefect import tags  # noqa: PLC0415 - Prefect reads its settings when it is imported

        from flows.flow import TAGS, nightly  # noqa: PLC0415

        stop.heed()
        try:
            with tags(*TAGS):
                report = cast("RunReport", nightly(**parameters))  # Prefect hands out what the state holds
        except BaseException as error:
            if _was_stopped(error):
                raise KeyboardInterrupt from error
            raise
    return report


def serve_nightly(
    archive: str | Path, store_url: str, out: Path, cron: str, settings_file: Path | None = None, options: Options = NO_OPTIONS
) -> None:
    """Run `run_nightly` at the times that `cron` says (London time) until stopped with Ctrl-C, as a Prefect deployment.

    Raises NightlyError where `cron` is none, else as `run_nightly`. The deployment is named after what it does, so that several can be
    served side by side.
    """
    parameters = _prepared(archive, store_url, out, settings_file, options)
    schedule = _schedule(cron)
    name = _name({**parameters, "cron": cron})
    with held_back(), prefect_server(name):
        from flows.flow import serve  # noqa: PLC0415

        serve(name, parameters, schedule)


def _prepared(archive: str | Path, store_url: str, out: Path, settings_file: Path | None, options: Options) -> dict[str, Any]:
    """Return the flow's parameters, after trying all that they name. Prefect keeps them, so they hold no password and no staff list."""
    settings = load_settings(settings_file)
    if options.cluster is not None and find_spec("prefect_dask") is None:
        raise NightlyError("A Dask cluster needs the package prefect-dask. Install letterproof with it: pip install 'letterproof[dask]'.")
    if settings_file is None and Path(SETTINGS_FILE).is_file():
        settings_file = Path(SETTINGS_FILE)
    listed(open_source(str(archive)), Chosen(options.include or settings.include, options.exclude or settings.exclude))
    open_store(store_url).close()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NightlyError(f"The folder {out} cannot be made ({error.strerror}). Choose another with --out.") from error
    chosen = {"include": list(options.include), "exclude": list(options.exclude), "index": options.index and str(options.index.resolve())}
    chosen["cluster"] = options.cluster
    return {
        "archive": absolute(str(archive)),
        "store_url": _without_password(store_url),
        "out": str(out.resolve()),
        "settings_file": None if settings_file is None else str(settings_file.resolve()),
        **{name: value for name, value in chosen.items() if value},
    }


def _name(parameters: Mapping[str, Any]) -> str:
    """Return a name that tells a run's archive, store and output apart from others'."""
    return "letterproof-" + hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:8]


def _without_password(store_url: str) -> str:
    """Return the store's URL, absolute, its password moved to where PostgreSQL's own library looks for one."""
    address = store_address(store_url)
    if address.get_backend_name() == "sqlite":
        address = address.set(database=str(Path(address.database or "").resolve()))
    elif isinstance(address.password, str):
        os.environ["PGPASSWORD"] = address.password
        address = address.set(password=None)
    return address.render_as_string()


def _was_stopped(error: BaseException | None) -> bool:
    """Tell whether a signal is behind an error: one that comes at a bad moment makes Prefect fail in other ways."""
    from prefect.exceptions import TerminationSignal  # noqa: PLC0415

    while error is not None and not isinstance(error, KeyboardInterrupt | TerminationSignal):
        error = error.__cause__ or error.__context__
    return error is not None


def _set_up_prefect() -> None:
    """Keep Prefect quiet, at home and without telemetry, unless its user has set otherwise."""
    for name, value in _PREFECT.items():
        os.environ.setdefault(name, value)
    home = Path(os.path.expanduser(os.environ.get("PREFECT_HOME") or "~/.prefect"))  # noqa: PTH111 - Path's raises where there is no home
    try:
        home.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=home).close()
    except OSError as error:
        advice = "Set PREFECT_HOME to a folder that can."
        raise NightlyError(f"Prefect's folder {home} cannot be written ({error.strerror}). {advice}") from error


def _schedule(cron: str) -> CronSchedule:
    _set_up_prefect()
    from prefect.client.schemas.schedules import CronSchedule  # noqa: PLC0415

    with contextlib.suppress(ValueError):
        schedule = CronSchedule(cron=cron, timezone=TIMEZONE)
        if len(cron.split()) == _CRON_FIELDS:  # Prefect takes seconds and years, too
            return schedule
    raise NightlyError(f"“{cron}” is no cron schedule. Write five fields, such as “0 2 * * *” for two o'clock every night.")


@contextlib.contextmanager
def prefect_server(name: str) -> Iterator[None]:
    """Run a Prefect server as long as the context, unless the user has set one with PREFECT_API_URL or a profile.

    The one that Prefect starts by itself has no scheduler, and Ctrl-C ends it before the run can say that it was stopped. Ours keeps its
    database under `name`, so that servers side by side do not take each other's runs.
    Raises NightlyError where the server does not start, or the one that is set does not answer.
    """
    _set_up_prefect()
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    if PREFECT_API_URL.value():
        _try_server(PREFECT_API_URL.value())
        yield
        return
    with (
        _private_server(name) as api,
        _environment(PREFECT_API_URL=api, no_proxy="*"),  # for scheduled runs, too; nobody else is called, and no proxy reaches this
        temporary_settings({PREFECT_API_URL: api}),
    ):
        yield


@contextlib.contextmanager
def _private_server(name: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603 - in a session of its own, out of Ctrl-C's reach
        [sys.executable, "-m", "flows.server", str(port)], env=_server_environment(name), stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        _await_server(server, port)
        yield f"http://127.0.0.1:{port}/api"
    finally:
        _let_go()
        _stop(server)


def _let_go() -> None:
    """End the services by which Prefect speaks with a server: the process keeps them, and its next run would ask one that is gone."""
    from prefect.concurrency.services import ConcurrencySlotAcquisitionWithLeaseService  # noqa: PLC0415
    from prefect.events.worker import EventsWorker  # noqa: PLC0415

    for service in (ConcurrencySlotAcquisitionWithLeaseService, EventsWorker):
        service.drain_all(timeout=_LET_GO_SECONDS, at_exit=False)


def _server_environment(name: str) -> dict[str, str]:
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, PREFECT_HOME  # noqa: PLC0415

    environment = {**os.environ, "PREFECT_UI_ENABLED": "false"}
    usual, own = (f"sqlite+aiosqlite:///{PREFECT_HOME.value() / file}" for file in ("prefect.db", f"{name}.db"))
    if PREFECT_API_DATABASE_CONNECTION_URL.value() == usual:  # the user has named none
        environment["PREFECT_API_DATABASE_CONNECTION_URL"] = own
    return environment


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.stdin is not None:
        server.stdin.close()
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set environment variables as long as the context."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _try_server(api: str) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        fault = client.api_healthcheck()
    if fault is not None:
        raise NightlyError(f"The Prefect server at {api} does not answer. Start it, or unset PREFECT_API_URL to run without.")


def _await_server(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _SERVER_SECONDS
    with held_back() as stop:
        while time.monotonic() < end and server.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            with contextlib.suppress(OSError), contextlib.closing(connection):
                connection.request("GET", "/api/health")
                if connection.getresponse().status == http.HTTPStatus.OK:
                    return
            time.sleep(0.2)
            stop.heed()
    raise NightlyError("Prefect's server did not start. Start one with `prefect server start`, set PREFECT_API_URL, and try again.")
