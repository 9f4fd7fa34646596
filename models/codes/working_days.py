"""England's working days, in which the Codes count their time limits."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import numpy.typing as npt

from models.codes import BANK_HOLIDAYS

Days = npt.NDArray[np.datetime64]


def working_days(start: dt.date, end: dt.date) -> int:
    """Count England's working days after `start` up to and including `end`; negative where `end` is earlier."""
    if end < start:
        return -working_days(end, start)
    one = np.timedelta64(1, "D")
    return int(np.busday_count(np.datetime64(start) + one, np.datetime64(end) + one, busdaycal=_calendar(start.year, end.year)))


def working_days_between(starts: Days, ends: Days) -> npt.NDArray[np.int64]:
    """Count working days as `working_days` does, for each start (datetime64[D]) and its end; -1 where the end is earlier.

    No day may be missing.
    """
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    one = np.timedelta64(1, "D")
    years = [int(str(day)[:4]) for day in (min(starts.min(), ends.min()), max(starts.max(), ends.max()))]
    counted = np.busday_count(starts + one, np.maximum(starts, ends) + one, busdaycal=_calendar(years[0], years[1]))
    return np.where(ends < starts, -1, counted)


@cache
def _calendar(first: int, last: int) -> np.busdaycalendar:
    listed = BANK_HOLIDAYS.read_text(encoding="ascii").split()
    if listed[0][:4] <= str(first) and str(last) <= listed[-1][:4]:
        return np.busdaycalendar(holidays=np.array(listed, dtype="datetime64[D]"))
    import holidays  # noqa: PLC0415 - slow to import, so its days for the years of most letters are listed

    return np.busdaycalendar(holidays=sorted(holidays.country_holidays("GB", subdiv="ENG", years=range(first, last + 1))))
