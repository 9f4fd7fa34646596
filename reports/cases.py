"""Letters and the index of cases: whose letters they are, and whether they went out in time.

The frame `cases` is the store's: id, source, row, path, reference, case, team and the days received, acknowledged, logged, escalated and
sent (datetime64, missing where the index has none). A row with a path speaks of that file's letters, one without of all letters with its
reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from models.codes import Clock, Code, Limit, code
from models.codes.working_days import working_days_between
from models.finding import Edition, Kind, Verdict
from reports.figures import complaint_letters, with_interval

NOT_LISTED = "Not in the index"
NO_TEAM = "No team given"
DAYS = ("received", "acknowledged", "logged", "escalated", "sent")


class Timing(StrEnum):
    """Whether a letter went out within its limit; `extended` where that takes the days that an extension letter adds."""

    IN_TIME = "in_time"
    EXTENDED = "extended"
    LATE = "late"
    UNKNOWN = "unknown"


def path_key(path: str) -> str:
    """Return what a path in the index and a letter's path share where they are the same: strokes and capitals do not count."""
    return path.strip().replace("\\", "/").removeprefix("./").lstrip("/").casefold()


def reference_key(reference: str) -> str:
    """Return what two ways to write a reference share: its letters and digits."""
    return "".join(filter(str.isalnum, reference.casefold()))


def joined(letters: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the letters with what the index says of each: found by its path, else by the file that it is attached to, else its reference.

    Added columns: row_id (Int64, missing where no row speaks of the letter), case_key (the same for letters of one case), case, team, the
    days, and `went`: the day when the letter went out, which is the row's `sent` where the row speaks of this letter alone, else the
    letter's own date. Days that the index has in another row of the same case are filled in.
    """
    places, exact = _places(letters, cases)
    listed = np.array([place is not None for place in places], dtype=bool)
    rows = cases.reset_index(drop=True).reindex([-1 if place is None else place for place in places]).set_axis(letters.index)
    keys = [_case_key(*row) for row in zip(rows["case"], rows["reference"], rows["id"], strict=True)]
    found = letters.assign(row_id=rows["id"].astype("Int64"), case_key=keys, **{name: rows[name] for name in ("case", "team", *DAYS)})
    alone = np.array(exact, dtype=bool) | (rows["path"].isna() & ~found["row_id"].duplicated(keep=False))
    went = found["sent"].where(alone & listed).fillna(found["date"])
    filled = {day: found[day].fillna(found.groupby("case_key")[day].transform("min")).where(listed) for day in DAYS if day != "sent"}
    return found.assign(went=went, **filled)


def _places(letters: pd.DataFrame, cases: pd.DataFrame) -> tuple[list[int | None], list[bool]]:
    """Return the place in `cases` of the row of each letter, and whether it names the letter's file."""
    by_path: dict[tuple[str, str], int] = {}
    by_reference: dict[tuple[str, str], int] = {}
    general = cases["path"].isna().to_numpy()
    for place, (source, path, reference) in enumerate(zip(cases["source"], cases["path"], cases["reference"], strict=True)):
        if pd.notna(path):
            by_path.setdefault((source, path_key(path)), place)
        if pd.notna(reference):
            key = (source, reference_key(reference))
            if general[place] and not general[by_reference.get(key, place)]:
                by_reference[key] = place
            by_reference.setdefault(key, place)
    places: list[int | None] = []
    exact = []
    for source, path, reference in zip(letters["source"], letters["path"], letters["reference"], strict=True):
        named = next((by_path[source, key] for key in _files(path_key(path)) if (source, key) in by_path), None)
        exact.append(named is not None)
        like = None if pd.isna(reference) else by_reference.get((source, reference_key(reference)))
        places.append(like if named is None else named)
    return places, exact


def _files(path: str) -> Iterator[str]:
    """Yield a letter's path, then those of the e-mails that it is attached to."""
    yield path
    while "#" in path:
        path = path.rpartition("#")[0]
        yield path


def _case_key(case: Any, reference: Any, row: Any) -> str:
    name = next((str(each) for each in (case, reference) if pd.notna(each)), None)
    return reference_key(name) if name else f"row {row}"


def by_team(found: pd.DataFrame) -> pd.DataFrame:
    """Return the complaint letters of `joined` by team, the largest first; those without a team and those not in the index last.

    Columns: team, compliant, n (complaint letters), share (of `n` that are compliant), low, high, timed (responses of which the days are
    known), in_time (of these, within the limit, extensions counted).
    """
    complaints = complaint_letters(found)
    timing = response_timing(found).reindex(complaints.index)
    team = complaints["team"].where(complaints["team"].notna(), NO_TEAM).where(complaints["row_id"].notna(), NOT_LISTED)
    ones = {
        "compliant": complaints["verdict"].eq(Verdict.COMPLIANT),
        "n": complaints["verdict"].notna(),
        "timed": timing.isin([Timing.IN_TIME, Timing.EXTENDED, Timing.LATE]),
        "in_time": timing.isin([Timing.IN_TIME, Timing.EXTENDED]),
    }
    counts = pd.DataFrame({"team": team, **{name: column.astype(int) for name, column in ones.items()}}).groupby("team").sum().reset_index()
    last = counts["team"].map({NO_TEAM: 1, NOT_LISTED: 2}).fillna(0)
    ordered = counts.assign(last=last).sort_values(["last", "n", "team"], ascending=[True, False, True], ignore_index=True)
    return with_interval(ordered.drop(columns="last"), "compliant")


def timeliness(found: pd.DataFrame) -> pd.DataFrame:
    """Return for acknowledgements (a row a case) and responses by stage (a row a letter) how many were in time.

    Columns: kind, stage (Int64), in_time, extended, late, unknown, n (those of which the days are known), share (of `n` in time, extensions
    counted), low, high. Only what the index speaks of is counted.
    """
    listed = found[found["row_id"].notna()]
    responses = pd.DataFrame({"kind": Kind.RESPONSE.value, "stage": listed["stage"], "timing": response_timing(listed)}).dropna(
        subset="timing"
    )
    acknowledged = pd.DataFrame({"kind": Kind.ACKNOWLEDGEMENT.value, "stage": 1, "timing": _acknowledged(listed)})
    steps = pd.concat([acknowledged.astype({"stage": "Int64"}), responses.astype({"stage": "Int64"})])
    ones = {timing.value: steps["timing"].eq(timing).astype(int) for timing in Timing}
    counts = steps[["kind", "stage"]].assign(**ones).groupby(["kind", "stage"], dropna=False).sum().reset_index()
    counts = counts.assign(met=counts["in_time"] + counts["extended"], n=counts["in_time"] + counts["extended"] + counts["late"])
    return with_interval(counts, "met")


def response_timing(found: pd.DataFrame) -> pd.Series:
    """Return whether each response among the complaint letters of `joined` was in time; by the letters' index, without other letters."""
    complaints = complaint_letters(found)
    extended = complaints[complaints["kind"].eq(Kind.EXTENSION)]
    responses = complaints[complaints["kind"].eq(Kind.RESPONSE)]
    timed = pd.Series(Timing.UNKNOWN.value, index=responses.index, dtype=object)
    for edition, stage in responses[["edition", "stage"]].dropna().drop_duplicates().itertuples(index=False):
        letters = responses[responses["edition"].eq(edition) & responses["stage"].eq(stage)]
        longer = letters["case_key"].isin(extended.loc[extended["stage"].eq(stage), "case_key"])
        timed.update(_timing(letters, code(Edition(edition)), int(stage), longer))
    return timed


def _timing(letters: pd.DataFrame, edition: Code, stage: int, longer: pd.Series) -> pd.Series:
    """Count the working days from the day that the edition's clock starts to the day when each response of this stage went out."""
    limit, before = edition.limit(Kind.RESPONSE, stage), edition.limit(Kind.ACKNOWLEDGEMENT, stage)
    timed = pd.Series(Timing.UNKNOWN.value, index=letters.index, dtype=object)
    if limit is None:
        return timed
    tried = pd.Series(data=False, index=letters.index)
    for event, more in _starts(limit, before.days if before else 0):
        known = ~tried & letters[event].notna() & letters["went"].notna()
        tried |= known
        added = longer[known].astype(int) * (limit.extension_days or 0)
        timed.update(_judged(letters.loc[known, event], letters.loc[known, "went"], limit.days + more, added))
    return timed


def _starts(limit: Limit, before: int) -> Iterator[tuple[str, int]]:
    """Yield the days of the index from which a response's limit can be counted, the edition's own first, with the working days on top.

    `before` is how many days the acknowledgement may take: where the clock starts with it and its day is not known, those are on top.
    The index's `acknowledged` is of the complaint, not of its escalation.
    """
    first = limit.stage == 1
    match limit.clock:
        case Clock.ACKNOWLEDGED if first:
            yield from (("acknowledged", 0), ("received", before))
        case Clock.LOGGED if first:
            yield from (("logged", 0), ("received", before))
        case Clock.ACKNOWLEDGED:
            yield "escalated", before
        case Clock.RECEIPT:
            yield "received", 0
        case _:
            yield "escalated", 0


def _acknowledged(listed: pd.DataFrame) -> pd.Series:
    """Return for each case whether its complaint was acknowledged in time: by the index's day, else by the letter's."""
    complaints = complaint_letters(listed)
    cases = complaints.groupby("case_key").agg(received=("received", "min"), given=("acknowledged", "min"), edition=("edition", "first"))
    own = complaints[complaints["kind"].eq(Kind.ACKNOWLEDGEMENT) & complaints["stage"].fillna(1).eq(1)]
    day = cases["given"].fillna(own.groupby("case_key")["went"].min())
    timed = pd.Series(Timing.UNKNOWN.value, index=cases.index, dtype=object)
    for edition in cases["edition"].dropna().unique():
        limit = code(Edition(edition)).limit(Kind.ACKNOWLEDGEMENT, 1)
        known = cases["edition"].eq(edition) & cases["received"].notna() & day.notna()
        if limit is not None:
            timed.update(_judged(cases.loc[known, "received"], day[known], limit.days, pd.Series(0, index=cases.index[known])))
    return timed


def _judged(starts: pd.Series, ends: pd.Series, allowed: int, added: pd.Series) -> pd.Series:
    """Return the timing of letters that went out at `ends`; where that is before the start, the days are of different stages, or wrong."""
    taken = working_days_between(starts.to_numpy("datetime64[D]"), ends.to_numpy("datetime64[D]"))
    met = [taken < 0, taken <= allowed, taken <= allowed + added.to_numpy()]
    outcomes = [Timing.UNKNOWN.value, Timing.IN_TIME.value, Timing.EXTENDED.value]
    return pd.Series(np.select(met, outcomes, Timing.LATE.value), index=starts.index, dtype=object)
