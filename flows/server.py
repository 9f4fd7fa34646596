"""A Prefect server for one run, which ends when the program that started it closes its standard input, or ends however it ends.

It is started as `python -m flows.server PORT`. Signals are left to that program: a service manager sends them to both at once, and the
run has to tell the server that it was stopped.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator

import uvicorn

STOP_SECONDS = 10  # for requests under way, before the server is ended hard


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals ignored."""
        yield


def main(port: int) -> None:
    """Serve Prefect's API on this port of 127.0.0.1 until standard input ends."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    config = uvicorn.Config("prefect.server.api.server:create_app", factory=True, host="127.0.0.1", port=port, log_level="critical")
    server = _Server(config)
    threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    server.run()
    os._exit(0)  # Prefect's threads take seconds to end, and have nothing left to do


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    while os.read(0, 1):  # not sys.stdin: Python cannot end while a thread reads from that
        pass
    server.should_exit = True
    time.sleep(STOP_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
