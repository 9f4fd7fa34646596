"""The work of a chunk in a process of a Dask cluster, which keeps loaded workers from one chunk to the next."""

from __future__ import annotations

import threading
from typing import Any

from flows.archive import ClusterError
from flows.batch import Checked, Chunk
from flows.checking import rules_in_force
from flows.guarded import batch_pool
from flows.kept import Judged
from flows.pool import Pool
from flows.sources import Content
from models.settings import Settings

_lock = threading.Lock()
_pools: dict[str, Pool[Content, Judged]] = {}  # one at most: that of the settings of the last chunk


def check_here(chunk: Chunk, values: dict[str, Any], rules: str) -> Checked:
    """Check a chunk in this process of a cluster, whose program must judge as that of the run does, by the same `rules`.

    Letters are read in children of this process, as many as it has threads, and held to their limits there.
    Raises ClusterError where another version of letterproof is installed here.
    """
    settings = Settings.model_construct(**values)
    if rules_in_force(settings) != rules:
        raise ClusterError(
            "A worker of the cluster judges letters otherwise than this program. Install the same version of letterproof on all machines, "
            "with the same extras, and start the workers again."
        )
    return chunk.check(_pool(settings))


def _pool(settings: Settings) -> Pool[Content, Judged]:
    key = settings.model_dump_json()
    with _lock:
        if key not in _pools:
            for old in _pools.values():
                old.__exit__(None, None, None)
            _pools.clear()
            _pools[key] = batch_pool(settings.model_copy(update={"workers": _threads()}))
        return _pools[key]


def _threads() -> int:
    """Return how many tasks this process takes at a time, and let it have children, which a daemon may not."""
    import multiprocessing  # noqa: PLC0415

    from distributed import get_worker  # noqa: PLC0415 - an extra

    multiprocessing.current_process().daemon = False
    return int(get_worker().state.nthreads)
