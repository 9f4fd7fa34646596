"""A real PostgreSQL server of a test's own, which can be stopped and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest


class Server:
    """A server that listens on a port of this machine. Skips the test where PostgreSQL is not installed."""

    def __init__(self) -> None:
        if shutil.which("initdb") is None or shutil.which("postgres") is None:
            pytest.skip("PostgreSQL's initdb and postgres are not on the path")
        self._user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL does not let root run it
        self._folder = Path(tempfile.mkdtemp(prefix="letterproof-postgres-"))  # where its user can come
        if self._user:
            shutil.chown(self._folder, self._user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        command = ["initdb", "-D", "data", "-U", "postgres", "-A", "trust", "--no-sync"]
        subprocess.run(command, check=True, user=self._user, stdout=subprocess.DEVNULL, cwd=self._folder)
        self.start()

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["postgres", "-D", "data", "-p", str(self._port), "-h", "127.0.0.1", "-k", str(self._folder)]
        self._process = subprocess.Popen(command, user=self._user, stderr=subprocess.DEVNULL, cwd=self._folder)
        asking = ["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        end = time.monotonic() + 60
        while subprocess.run(asking, check=False).returncode != 0:
            assert time.monotonic() < end, "PostgreSQL does not answer"
            time.sleep(0.1)

    def stop(self) -> None:
        """End it at once, as a machine that loses its power does."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)

    def remove(self) -> None:
        """End it for good."""
        self.stop()
        shutil.rmtree(self._folder)
