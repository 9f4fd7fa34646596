"""The figures of the summary, each a function from the store's frames to a frame.

The frames are those of the store: `letters` (id, source, path, verdict, error_message, kind, stage, edition, date, reference, …),
`elements` (letter_id, element, status, requirement) and `flags` (letter_id, flag, severity). Shares are of 1, intervals are 95 % Wilson
intervals, and a share of nothing is missing (NaN). A complaint letter is one with the verdict `compliant` or `gaps`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum
from statistics import NormalDist
from typing import TypeVar

import pandas as pd

from models.finding import Element, FlagName, Kind, Requirement, Severity, Status, Verdict
from models.words import ELEMENTS, FLAGS

Term = TypeVar("Term", bound=StrEnum)

_Z = NormalDist().inv_cdf(0.975)
_FIRST_FINAL_STAGE = 2


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of `hits` in `n`, as shares; NaN for both ends where `n` is 0."""
    if n == 0:
        return math.nan, math.nan
    share, spread = hits / n, _Z**2 / n
    middle = share + spread / 2
    half = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return (0.0 if hits == 0 else low), (1.0 if hits == n else high)


def with_interval(counts: pd.DataFrame, hits: str) -> pd.DataFrame:
    """Return the counts with the share that the column `hits` has of the column `n`, and its interval: share, low, high."""
    pairs = [(int(hit), int(n)) for hit, n in zip(counts[hits], counts["n"], strict=True)]
    bounds = [wilson(hit, n) for hit, n in pairs]
    return counts.assign(
        share=pd.Series([hit / n if n else math.nan for hit, n in pairs], index=counts.index, dtype=float),
        low=pd.Series([low for low, _ in bounds], index=counts.index, dtype=float),
        high=pd.Series([high for _, high in bounds], index=counts.index, dtype=float),
    )


def complaint_letters(letters: pd.DataFrame) -> pd.DataFrame:
    """Return the complaint letters among `letters`."""
    return letters[letters["verdict"].isin([Verdict.COMPLIANT, Verdict.GAPS])]


def without_copies(letters: pd.DataFrame) -> pd.DataFrame:
    """Return the letters without those of the same content as one before: a letter that is kept twice was sent once.

    The column `sha256` tells; files that could not be read all stay, because each needs looking at.
    """
    copy = letters["sha256"].notna() & letters["sha256"].duplicated() & letters["verdict"].ne(Verdict.UNREADABLE)
    return letters[~copy]


def is_final_response(letters: pd.DataFrame) -> pd.Series:
    """Return for each letter whether it is a response at stage 2 or later, which the resident can take to no later stage under the Code."""
    return letters["kind"].eq(Kind.RESPONSE) & letters["stage"].astype("Int64").ge(_FIRST_FINAL_STAGE).fillna(value=False).astype(bool)


def by_kind(letters: pd.DataFrame) -> pd.DataFrame:
    """Return the letters that could be read, counted by kind and stage.

    Columns: kind, stage (Int64), compliant, gaps, out_of_scope, letters (all of them), n (complaint letters), share (of `n` that are
    compliant), low, high.
    """
    readable = letters[letters["verdict"] != Verdict.UNREADABLE]
    verdicts = [Verdict.COMPLIANT, Verdict.GAPS, Verdict.OUT_OF_SCOPE]
    ones = pd.DataFrame({verdict.value: readable["verdict"].eq(verdict).astype(int) for verdict in verdicts})
    keyed = ones.assign(kind=_in_order(readable["kind"], Kind), stage=readable["stage"].astype("Int64"), letters=1)
    counts = keyed.groupby(["kind", "stage"], dropna=False, observed=True).sum().reset_index()
    counts = counts.assign(kind=counts["kind"].astype(object), n=counts["compliant"] + counts["gaps"])
    return with_interval(counts[["kind", "stage", *(v.value for v in verdicts), "letters", "n"]], "compliant")


def element_shares(elements: pd.DataFrame) -> pd.DataFrame:
    """Return how many letters have each element, of those that must, and of those that should.

    Columns: element, requirement (must or should), present, incomplete, missing, n, share (of `n` that have it), low, high. Letters to
    which the element does not apply are not counted.
    """
    asked = elements[(elements["requirement"] != Requirement.NONE) & (elements["status"] != Status.NOT_APPLICABLE)]
    statuses = [Status.PRESENT, Status.INCOMPLETE, Status.MISSING]
    ones = pd.DataFrame({status.value: asked["status"].eq(status).astype(int) for status in statuses})
    element, requirement = _in_order(asked["element"], Element), _in_order(asked["requirement"], Requirement)
    keyed = ones.assign(element=element, requirement=requirement, n=1)
    counts = keyed.groupby(["element", "requirement"], observed=True).sum().reset_index()
    counts = counts.astype({"element": object, "requirement": object})
    return with_interval(counts[["element", "requirement", *(s.value for s in statuses), "n"]], "present")


def commonest_gaps(elements: pd.DataFrame) -> pd.DataFrame:
    """Return the elements that letters must have and do not, the commonest first.

    Columns: element, letters (without it), missing, incomplete, n (letters that must have it), share (of `n` without it), low, high.
    """
    shares = element_shares(elements)
    musts = shares[shares["requirement"] == Requirement.MUST]
    gaps = musts.assign(letters=musts["n"] - musts["present"])
    found = gaps[gaps["letters"] > 0][["element", "letters", "missing", "incomplete", "n"]]
    return with_interval(found, "letters").sort_values("letters", ascending=False, kind="stable", ignore_index=True)


def commonest_flags(flags: pd.DataFrame, letters: pd.DataFrame) -> pd.DataFrame:
    """Return the flags, the commonest first.

    Columns: flag, severity, letters (that it was raised in), times (raised in all), n (complaint letters), share (of `n`), low, high.
    """
    found = flags.groupby(["flag", "severity"], observed=True)["letter_id"].agg(letters="nunique", times="size").reset_index()
    counted = with_interval(found.assign(n=len(complaint_letters(letters))), "letters")
    return counted.sort_values(["letters", "times", "flag"], ascending=[False, False, True], ignore_index=True)


def by_month(letters: pd.DataFrame) -> pd.DataFrame:
    """Return the complaint letters by the month of their date, from the first to the last; undated letters are not counted.

    A month without letters has its row, so that a gap shows as one.
    Columns: month (its first day), compliant, n, share (of `n` that are compliant), low, high.
    """
    dated = complaint_letters(letters).dropna(subset="date")
    month = pd.to_datetime(dated["date"]).dt.to_period("M").dt.to_timestamp()
    counts = pd.DataFrame({"month": month, "compliant": dated["verdict"].eq(Verdict.COMPLIANT).astype(int), "n": 1})
    monthly = counts.groupby("month").sum().asfreq("MS", fill_value=0)
    return with_interval(monthly.rename_axis("month").reset_index(), "compliant")


def look_first(letters: pd.DataFrame, elements: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """Return the letters with gaps, those to look at first on top.

    Order: most things wrong first (elements that the letter must have and has not, and flags of severity `error`, each counted once);
    then final responses (stage 2 or later); then the newest; undated letters last. Columns: source, path, reference, kind, stage, date,
    things (wrong), final (whether a final response), wrong (in words).
    """
    musts = elements[elements["requirement"] == Requirement.MUST]
    errors = flags[flags["severity"] == Severity.ERROR].drop_duplicates(["letter_id", "flag"])
    found = {
        "Missing": _named(musts[musts["status"] == Status.MISSING], "element", Element, ELEMENTS),
        "Incomplete": _named(musts[musts["status"] == Status.INCOMPLETE], "element", Element, ELEMENTS),
        "Error": _named(errors, "flag", FlagName, FLAGS),
    }
    gaps = letters[letters["verdict"] == Verdict.GAPS]
    ranked = gaps.assign(
        things=[sum(len(names.get(letter, [])) for names in found.values()) for letter in gaps["id"]],
        wrong=[_in_words({what: names[letter] for what, names in found.items() if letter in names}) for letter in gaps["id"]],
        final=is_final_response(gaps),
        date=pd.to_datetime(gaps["date"]),
    )
    order = ["things", "final", "date", "path"]
    ranked = ranked.sort_values(order, ascending=[False, False, False, True], na_position="last", ignore_index=True)
    return ranked[["source", "path", "reference", "kind", "stage", "date", "things", "final", "wrong"]]


def unreadable(letters: pd.DataFrame) -> pd.DataFrame:
    """Return source, path and error_message of the files that could not be read, by path."""
    failed = letters[letters["verdict"] == Verdict.UNREADABLE]
    return failed.sort_values(["source", "path"], ignore_index=True)[["source", "path", "error_message"]]


def _in_order(values: pd.Series, terms: type[StrEnum]) -> pd.Categorical:
    """Return the values as categories that sort as the contract lists them, not by the alphabet."""
    return pd.Categorical(values, categories=[term.value for term in terms], ordered=True)


def _named(rows: pd.DataFrame, column: str, terms: type[Term], words: dict[Term, str]) -> dict[int, list[str]]:
    """Return for each letter the words for what its rows name, in the contract's order."""
    place = {term: number for number, term in enumerate(terms)}
    found: dict[int, set[Term]] = {}
    for letter, name in zip(rows["letter_id"], rows[column], strict=True):
        found.setdefault(int(letter), set()).add(terms(name))
    return {letter: [words[term] for term in sorted(names, key=place.__getitem__)] for letter, names in found.items()}


def _in_words(found: dict[str, Iterable[str]]) -> str:
    return " ".join(f"{what}: {'; '.join(names)}." for what, names in found.items())
