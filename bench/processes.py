"""Work that is shared out to all processors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def shared_out(work: Callable[..., Answer], *columns: Iterable[Any]) -> list[Answer]:
    """Return what `work` answers to each row of the columns, in their order; each processor has a process, which takes row after row."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # in each process: more would only wait for each other's processors
    with ProcessPoolExecutor(mp_context=get_context("spawn"), max_workers=os.cpu_count()) as processes:
        return list(processes.map(work, *columns))
