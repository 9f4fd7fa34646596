"""The nightly run: check all that is new or changed in an archive, and write the compliance summary.

Prefect is imported only when a run starts.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.archive import NightlyError, RunReport, listed
from flows.store import open_store, store_address
from models.settings import SETTINGS_FILE, load_settings

if TYPE_CHECKING:
    from prefect.client.schemas.schedules import CronSchedule

TIMEZONE = "Europe/London"
_SERVER_SECONDS = 120  # a fresh server makes its database first
_PREFECT = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
}


def run_nightly(archive: Path, store_url: str, out: Path, settings_file: Path | None = None) -> RunReport:
    """Check what is new or changed under `archive`, keep the results in the store, and write the summary into the folder `out`.

    Raises NightlyError, StoreError or SettingsError before anything starts where the archive, the folder, the store or the settings
    cannot be used, and NightlyError where Prefect's server does not start.
    """
    parameters = _prepared(archive, store_url, out, settings_file)
    with prefect_server():
        from flows.flow import nightly  # noqa: PLC0415 - Prefect reads its settings when it is imported

        report: RunReport = nightly(**parameters)
    return report


def serve_nightly(archive: Path, store_url: str, out: Path, cron: str, settings_file: Path | None = None) -> None:
    """Run `run_nightly` at the times that `cron` says (London time) until stopped with Ctrl-C, as a Prefect deployment.

    Raises ValueError where `cron` is none, else as `run_nightly`.
    """
    parameters = _prepared(archive, store_url, out, settings_file)
    schedule = _schedule(cron)
    with prefect_server():
        from flows.flow import serve  # noqa: PLC0415

        serve(parameters, schedule)


def _prepared(archive: Path, store_url: str, out: Path, settings_file: Path | None) -> dict[str, Any]:
    """Return the flow's parameters, after trying all that they name. Prefect keeps them, so they hold no password and no staff list."""
    if settings_file is None and Path(SETTINGS_FILE).is_file():
        settings_file = Path(SETTINGS_FILE)
    load_settings(settings_file)
    listed(archive)
    open_store(store_url).close()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NightlyError(f"The folder {out} cannot be made ({error.strerror}). Choose another with --out.") from error
    return {
        "archive": str(archive.resolve()),
        "store_url": _without_password(store_url),
        "out": str(out.resolve()),
        "settings_file": None if settings_file is None else str(settings_file.resolve()),
    }


def _without_password(store_url: str) -> str:
    """Return the store's URL, absolute, its password moved to where PostgreSQL's own library looks for one."""
    address = store_address(store_url)
    if address.get_backend_name() == "sqlite":
        address = address.set(database=str(Path(address.database or "").resolve()))
    elif isinstance(address.password, str):
        os.environ["PGPASSWORD"] = address.password
        address = address.set(password=None)
    return address.render_as_string()


def _set_up_prefect() -> None:
    """Keep Prefect quiet, at home and without telemetry, unless its user has set otherwise."""
    for name, value in _PREFECT.items():
        os.environ.setdefault(name, value)


def _schedule(cron: str) -> CronSchedule:
    _set_up_prefect()
    from prefect.client.schemas.schedules import CronSchedule  # noqa: PLC0415

    try:
        return CronSchedule(cron=cron, timezone=TIMEZONE)
    except ValueError as error:
        raise ValueError(f"“{cron}” is no cron schedule. Write five fields, such as “0 2 * * *” for two o'clock every night.") from error


@contextlib.contextmanager
def prefect_server() -> Iterator[None]:
    """Run a Prefect server as long as the context, unless the user has set one with PREFECT_API_URL or a profile.

    The one that Prefect starts by itself has no scheduler, and Ctrl-C ends it before the run can say that it was stopped.
    Raises NightlyError where the server does not start, or the one that is set does not answer.
    """
    _set_up_prefect()
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    if PREFECT_API_URL.value():
        _try_server(PREFECT_API_URL.value())
        yield
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app", "--log-level", "critical"]
    environment = {**os.environ, "PREFECT_UI_ENABLED": "false"}
    server = subprocess.Popen(  # noqa: S603 - in a session of its own, out of Ctrl-C's reach
        [*command, "--host", "127.0.0.1", "--port", str(port)], env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _await_server(server, port)
        api = f"http://127.0.0.1:{port}/api"
        os.environ["PREFECT_API_URL"] = api  # for the process that each scheduled run is given
        with temporary_settings({PREFECT_API_URL: api}):
            yield
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        server.terminate()
        server.wait()


def _try_server(api: str) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        fault = client.api_healthcheck()
    if fault is not None:
        raise NightlyError(f"The Prefect server at {api} does not answer. Start it, or unset PREFECT_API_URL to run without.")


def _await_server(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _SERVER_SECONDS
    while time.monotonic() < end and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.request("GET", "/api/health")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        time.sleep(0.2)
    raise NightlyError("Prefect's server did not start. Start one with `prefect server start`, set PREFECT_API_URL, and try again.")
