"""`letterproof serve`: the page and the API, on this machine."""

from __future__ import annotations

import argparse
import logging
import signal
import socket

import uvicorn

from app.checking import settings_of
from app.exits import Exit, Misuse
from app.web.api import application
from app.web.door import is_this_machine
from models.settings import Settings

STOP_SECONDS = 5  # for requests under way


def serve(chosen: argparse.Namespace) -> int:
    """Serve until stopped, and return the exit status. Raises Misuse where that cannot begin."""
    settings = settings_of(chosen)
    listening = _listening(chosen.host, chosen.port, settings)
    config = uvicorn.Config(
        application(settings),
        log_level="warning",
        access_log=False,  # addresses hold nothing of a letter, but nobody needs them
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # it tells characters of what was sent
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), lambda *_: None)  # uvicorn takes them while it runs, and sends them on when it has ended
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    print(f"letterproof is at http://{host}:{listening.getsockname()[1]}/ (Ctrl-C stops it)", flush=True)
    uvicorn.Server(config).run(sockets=[listening])
    return Exit.FINE


def _listening(host: str, port: int, settings: Settings) -> socket.socket:
    if settings.token is None and not is_this_machine(host):
        raise Misuse(
            f"at {host} others can reach this server, so it needs a token. Set LETTERPROOF_TOKEN to 16 characters or more that nobody "
            "can guess, or leave --host out to serve this machine only."
        )
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise Misuse(f"cannot listen at {host}, port {port} ({error}). Choose another --port or --host.") from error
