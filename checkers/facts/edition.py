"""The edition of the Code that governs: by the complaint's date where the letter gives it, and by whose service the complaint is about."""

from __future__ import annotations

import datetime as dt
import re

from checkers.facts.dates import dates_in
from checkers.reading import Reading
from models.codes import code, edition_for
from models.finding import Edition

RULES = "facts/edition"
_MADE = re.compile(
    r"\b(?:complain(?:t|ed)?|letter|e-?mail|form|call|rang|wrote|contacted|report)\b[^.]{0,60}\b(?:of|on|dated"
    r"|received|made|logged|in|reached us|came in)\b"
    r"|\b(?:received|logged|complained|registered|raised)\b"
)
_LAG = dt.timedelta(days=240)  # a complaint answered later than this is not known; an older date is of the events complained of
_COUNCIL = re.compile(r"\bcouncil\b")


def edition_of(reading: Reading, date: dt.date | None) -> Edition:
    """Return the edition that governs a letter of `date`; without a date the newest of the Housing Ombudsman's."""
    in_force = date is None or date >= code(Edition.LGSCO_2024).since
    if in_force and _council_service(reading):
        return Edition.LGSCO_2024
    if date is None:
        return Edition.HOS_2024
    edition = edition_for(date)
    made = _complaint_date(reading, date)
    return edition_for(made) if made is not None and edition is Edition.HOS_2024 else edition


def _complaint_date(reading: Reading, date: dt.date) -> dt.date | None:
    """Return the day when the complaint was made, where the letter gives one shortly before the Code's change."""
    change = code(Edition.HOS_2024).since
    if date - change > _LAG:
        return None
    found = [
        m.date
        for s in reading.body
        if _MADE.search(s.low) and "complain" in s.low
        for m in dates_in(s, date)
        if dt.timedelta(0) <= date - m.date <= _LAG
    ]
    return min(found) if found else None


def _council_service(reading: Reading) -> bool:
    """Tell whether a council answers for another service than its landlord's: the subject speaks of one more than of the home it lets."""
    if not _COUNCIL.search(reading.low):
        return False
    named = {n.body.id for n in reading.namings}
    if "lgsco" in named and "housing" not in named and any(reading.says(RULES, s, "not_landlord") for s in reading.sentences):
        return True
    services, landlord = (sum(reading.says(RULES, s, label) for s in reading.body) for label in ("council_service", "landlord"))
    return services >= 2 and services > landlord
