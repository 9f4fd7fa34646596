"""The store: what was found in each letter of each archive, in SQLite or PostgreSQL.

It holds quotations from letters and names of people; a letter's whole text only where the setting `keep_text` says so. Times are UTC.
"""

from __future__ import annotations

from flows.store.errors import NoStoreError, StoreError
from flows.store.opening import open_store, store_address
from flows.store.reading import require_results
from flows.store.records import CaseRow, Change, CheckedFile, Choice, Counts, KeptFile, Task
from flows.store.store import Store

__all__ = [
    "CaseRow",
    "Change",
    "CheckedFile",
    "Choice",
    "Counts",
    "KeptFile",
    "NoStoreError",
    "Store",
    "StoreError",
    "Task",
    "open_store",
    "require_results",
    "store_address",
]
