"""How the command ends: its exit statuses, and the one exception that all of its parts raise for wrong usage."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses, a stable interface."""

    FINE = 0
    GAPS = 1
    USAGE = 2
    UNREADABLE = 3
    UNFINISHED = 4
    INTERRUPTED = 130


class Misuse(Exception):
    """The command was called in a way that cannot be carried out. The message says what to do."""
