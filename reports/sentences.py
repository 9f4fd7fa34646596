"""What the summary says in sentences: the key figures, what they mean, and how they were made."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from models.codes import code
from models.finding import GAPS, Edition, Element, Kind, Requirement, Severity, Verdict
from models.words import ELEMENTS
from reports import cases, figures
from reports.words import day, percent, plural

Period = tuple[dt.date | None, dt.date | None]
Notes = list[tuple[str, str]]  # a label, and what it says

FEWEST = 10  # letters of which something is said in a sentence: of a month in a trend, or of a time limit

NOTHING = "There are no letters in this period. Choose other dates, or check letters first with “letterproof nightly”."
MEANING: Notes = [
    (
        "A program counted",
        (
            "Every figure comes from a program that read the letters. No person has confirmed them. To see how often the program is "
            "right about your letters, have a reviewer check a random sample (the command “letterproof sample” draws one)."
        ),
    ),
    (
        "Meets every requirement",
        (
            "The letter has all that the Code says a letter of its kind and stage must have, as far as it applies, and nothing in it "
            "contradicts the Code or would mislead the resident. It does not mean that the decision was right, or that the "
            "resident was treated fairly."
        ),
    ),
    (
        "95% interval",
        (
            "The range in which the true share most likely lies, if these letters are seen as a sample of how "
            "the landlord writes. The fewer "
            "the letters, the wider the range. It does not cover mistakes of the program."
        ),
    ),
    (
        "Small numbers",
        (
            f"Months with fewer than {FEWEST} complaint letters are shown, but nothing is concluded from them. "
            "A few letters can move a share a lot."
        ),
    ),
]

TIME_LIMITS = (
    "Time limits",
    (
        "Days come from the index that the landlord's case-management system gave, and are as right as that. "
        "Letters that the index does not speak of, or whose days it does not have, are in no figure of time."
    ),
)


def key_figures(letters: pd.DataFrame, elements: pd.DataFrame, flags: pd.DataFrame, found: pd.DataFrame | None = None) -> list[str]:
    """Return the key figures in plain sentences, the most important first; of time limits where `found` joins the letters to an index."""
    if letters.empty:
        return [NOTHING]
    complaints = figures.complaint_letters(letters)
    if complaints.empty:
        return ["None of the letters is a complaint letter that could be read.", *_left_out(letters)]
    return [
        _headline(complaints),
        *_gaps(elements),
        *_errors(flags),
        *_final(complaints),
        *([] if found is None else time_limits(cases.timeliness(found))),
        trend(figures.by_month(letters)),
        *_left_out(letters),
    ]


def time_limits(steps: pd.DataFrame) -> list[str]:
    """Return a sentence for each row of `reports.cases.timeliness` of which enough is known."""
    said = []
    for step in steps[steps["n"] >= FEWEST].to_dict("records"):
        what = "complaint" if step["kind"] == Kind.ACKNOWLEDGEMENT else f"stage {step['stage']} response"
        done = "acknowledged" if step["kind"] == Kind.ACKNOWLEDGEMENT else "sent"
        longer = f", {step['extended']:,} of them in extended time" if step["extended"] else ""
        kept = f"{step['met']:,} ({percent(step['share'])}) {_were(step['met'])} {done} within the Code's time limit{longer}"
        said.append(f"Of {plural(step['n'], what)} whose days are known, {kept}.")
    return said


def copies(letters: pd.DataFrame, counted: pd.DataFrame) -> list[str]:
    """Return what is said of letters that were left out because the same letter is among those that are counted."""
    number = len(letters) - len(counted)
    more = plural(number, "more copy", "more copies")
    return [f"{more} of these letters {_be(number)} in the archive, and counted in none of these figures."] if number else []


def trend(months: pd.DataFrame) -> str:
    """Return what can be said of the trend, from the frame of `figures.by_month`: only of months with enough letters."""
    enough = months[months["n"] >= FEWEST]
    if len(enough) < 2:
        return f"There are too few letters to speak of a trend: that takes two months with at least {FEWEST} dated complaint letters each."
    first, last = enough.iloc[0], enough.iloc[-1]
    moved = f"from {percent(first['share'])} in {first['month']:%B %Y} to {percent(last['share'])} in {last['month']:%B %Y}"
    if last["low"] > first["high"]:
        return f"The share of complaint letters that meet every requirement rose {moved}."
    if last["high"] < first["low"]:
        return f"The share of complaint letters that meet every requirement fell {moved}."
    return f"The share of complaint letters that meet every requirement went {moved}. The difference may be chance: the intervals overlap."


def period_words(period: Period) -> str:
    """Return the period in words."""
    since, until = (day(pd.Timestamp(end)) if end else None for end in period)
    if since and until:
        return f"Letters from {since} to {until}"
    if since:
        return f"Letters from {since}"
    return f"Letters until {until}" if until else "All letters checked so far"


def made(letters: pd.DataFrame, period: Period, landlord: str | None) -> Notes:
    """Return how the summary was made: for whom, from which letters, by which rules and when."""
    notes = [("Landlord", landlord)] if landlord else []
    dated = "A letter counts by its date, or by the day it was checked where its date could not be read."
    notes.append(("Period", f"{period_words(period)}. {dated}"))
    archives = sorted(letters["source"].unique())
    held = [plural(int(letters["source"].eq(archive).sum()), "letter or file", "letters or files") for archive in archives]
    notes += [("Archive", f"{archive} ({count})") for archive, count in zip(archives, held, strict=True)]
    editions = figures.complaint_letters(letters)["edition"]
    judged = {edition: int(editions.eq(edition).sum()) for edition in Edition}
    notes += [("Rules", f"{code(edition).title} ({plural(count, 'letter')})") for edition, count in judged.items() if count]
    checked = pd.to_datetime(letters["checked_at"])
    if len(checked):
        notes.append(("Checked", _between(day(checked.min()), day(checked.max()))))
    notes.append(("Summary made", day(pd.Timestamp.now())))
    return notes


def _headline(complaints: pd.DataFrame) -> str:
    n, met = len(complaints), int(complaints["verdict"].eq(Verdict.COMPLIANT).sum())
    low, high = figures.wilson(met, n)
    interval = f"{percent(met / n)}, 95% interval {percent(low)} to {percent(high)}"
    return f"Of {plural(n, 'complaint letter')}, {met:,} ({interval}) met every requirement that the program checks."


def _gaps(elements: pd.DataFrame) -> list[str]:
    gaps = figures.commonest_gaps(elements)
    if gaps.empty:
        return ["No letter lacks anything that the Code says it must have."]
    top = gaps.iloc[0]
    musts = elements[(elements["requirement"] == Requirement.MUST) & elements["status"].isin(GAPS)]
    lacking = musts["letter_id"].nunique()
    most = f"“{ELEMENTS[Element(top['element'])]}”, in {top['letters']:,} of the {plural(top['n'], 'letter')} that must have it"
    return [f"Something that the Code requires is missing or incomplete in {plural(lacking, 'letter')}. The commonest gap is {most}."]


def _errors(flags: pd.DataFrame) -> list[str]:
    count = flags[flags["severity"] == Severity.ERROR]["letter_id"].nunique()
    return [f"In {plural(count, 'letter')}, something contradicts the Code or would mislead the resident."] if count else []


def _final(complaints: pd.DataFrame) -> list[str]:
    gaps = complaints[complaints["verdict"] == Verdict.GAPS]
    final = int(figures.is_final_response(gaps).sum())
    if not final:
        return []
    many = "is a final response" if final == 1 else "are final responses"
    return [f"Of {plural(len(gaps), 'letter')} with gaps, {final:,} {many} (stage 2 or later), which no later letter can put right."]


def _left_out(letters: pd.DataFrame) -> list[str]:
    other = int(letters["verdict"].eq(Verdict.OUT_OF_SCOPE).sum())
    failed = int(letters["verdict"].eq(Verdict.UNREADABLE).sum())
    notes = []
    if other:
        notes.append(f"{plural(other, 'other letter')} {_be(other)} not about a complaint, or not one that the Code covers.")
    if failed:
        notes.append(f"{plural(failed, 'file')} could not be read, and {_be(failed)} in none of these figures.")
    return notes


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _between(first: str, last: str) -> str:
    return f"On {first}" if first == last else f"Between {first} and {last}"
