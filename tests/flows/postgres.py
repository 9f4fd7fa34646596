"""A real PostgreSQL server of a test's own, which can be stopped and started again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Server:
    """A server whose data is in `folder`, and which listens on `port` of this machine."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder}"
        self._run("pg_ctl", "start", "-w", "-D", str(self.folder / "data"), "-o", options, "-l", str(self.folder / "log"))

    def stop(self) -> None:
        """End it at once, as a machine that loses its power does."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.folder / "data"))

    @classmethod
    def made(cls, folder: Path) -> Server:
        """Make one in a folder, or skip the test where PostgreSQL is not installed."""
        if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
            pytest.skip("PostgreSQL's initdb and pg_ctl are not on the path")
        folder.mkdir()
        if os.geteuid() == 0:  # whom PostgreSQL does not let run it
            shutil.chown(folder, "postgres")
            for parent in folder.parents:
                parent.chmod(parent.stat().st_mode | 0o011) if parent.owner() == "root" and parent.stat().st_mode & 0o077 == 0 else None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            server = cls(folder, free.getsockname()[1])
        server._run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync")
        return server

    def _run(self, *command: str) -> None:
        user = "postgres" if os.geteuid() == 0 else None
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
