"""Drawing letters for review."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

import pandas as pd

OTHER = "other"
OTHER_SHARE = 10  # of a sample, at most one letter in so many is of kind `other`, unless there is nothing else to draw


def draw(letters: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """Return `size` of the letters (of `Store.letters`'s columns), or all where there are fewer, sorted by kind, stage and path.

    The draw is random, and the same for the same letters and seed whatever the order of the rows. Unreadable files are never drawn.
    Each kind and stage has its share, by largest remainder and at least one letter where `size` allows; letters of kind `other` are one
    small group. Raises ValueError where `size` is below 1.
    """
    if size < 1:
        raise ValueError(f"A sample has at least one letter, not {size}. Ask for 1 or more.")
    readable = letters[letters["verdict"] != "unreadable"]
    group = [kind if kind == OTHER else f"{kind} {stage}" for kind, stage in zip(readable["kind"], readable["stage"], strict=True)]
    lot = [_lot(seed, *row) for row in zip(readable["path"], readable["source"], readable["id"], strict=True)]
    drawn = readable.assign(_group=group, _lot=lot).sort_values("_lot")
    seats = _seats(Counter(group), min(size, len(drawn)))
    chosen = drawn[drawn.groupby("_group").cumcount() < drawn["_group"].map(seats)]
    return chosen.sort_values(["_group", "path", "_lot"]).drop(columns=["_group", "_lot"]).reset_index(drop=True)


def _lot(seed: int, path: str, source: str, number: int) -> str:
    """Return a letter's lot: as good as random, but the same on every machine and with every version of every library."""
    drawn = hashlib.sha256(f"{seed} {path}".encode()).hexdigest()
    return f"{drawn} {source} {number:012}"


def _seats(groups: Mapping[str, int], size: int) -> dict[str, int]:
    """Share `size` seats among groups of these many letters (`size` is at most their sum)."""
    others = groups.get(OTHER, 0)
    if not others:
        return _shared(groups, size)
    rest = {group: count for group, count in groups.items() if group != OTHER}
    fair = round(size * others / sum(groups.values()))
    least = max(size - sum(rest.values()), 1 if size >= len(groups) else 0)
    seats = max(least, min(fair, size // OTHER_SHARE))
    return {OTHER: seats, **_shared(rest, size - seats)}


def _shared(groups: Mapping[str, int], size: int) -> dict[str, int]:
    """Share in proportion by largest remainder, with at least one seat a group where there are as many seats as groups."""
    total = sum(groups.values())
    seats = dict.fromkeys(sorted(groups), 1 if size >= len(groups) else 0)
    for _ in range(size - sum(seats.values())):
        furthest = max((g for g in seats if seats[g] < groups[g]), key=lambda g: size * groups[g] / total - seats[g])
        seats[furthest] += 1
    return seats
