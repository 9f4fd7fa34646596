"""One run at a time over an archive into a store, and no lock that outlives its run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.alone import alone
from flows.archive import BusyError
from flows.store import open_store

HOLD = """
import sys
from flows.alone import alone
with alone(sys.argv[1], "/archive"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_over_the_archive_is_refused(store_url: str) -> None:
    """Other archives, and other stores, are free, and the archive is when the first run is done."""
    open_store(store_url).close()
    with alone(store_url, "/archive"):
        with pytest.raises(BusyError, match="under way into the same store"), alone(store_url, "/archive"):
            pass
        with alone(store_url, "/other"):
            pass
    with alone(store_url, "/archive"):
        pass


def test_a_run_that_is_killed_leaves_no_lock(store_url: str) -> None:
    """However a run ends, the next one may begin."""
    open_store(store_url).close()
    command = [sys.executable, "-c", HOLD, store_url]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError), alone(store_url, "/archive"):
            pass
        holder.kill()
        holder.wait()
    if store_url.startswith("sqlite"):  # PostgreSQL takes a moment to see that its client is gone
        with alone(store_url, "/archive"):
            pass
