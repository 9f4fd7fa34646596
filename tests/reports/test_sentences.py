"""What the summary says in sentences."""

from __future__ import annotations

import datetime
import math

import pandas as pd
import pytest
from report_frames import Frames, elements_frame, flags_frame, letters_frame

from models import words
from reports import figures
from reports.sentences import NOTHING, key_figures, made, period_words, trend


def _months(*counts: tuple[int, int]) -> pd.DataFrame:
    months = pd.date_range("2025-01-01", periods=len(counts), freq="MS")
    rows = [(month, hits, n, hits / n, *figures.wilson(hits, n)) for month, (hits, n) in zip(months, counts, strict=True)]
    return pd.DataFrame(rows, columns=["month", "compliant", "n", "share", "low", "high"])


def test_key_figures_are_said_plainly(frames: Frames) -> None:
    """The first sentence holds the share and its interval; the others what is wrong, and what is in no figure."""
    assert key_figures(*frames) == [
        "Of 3 complaint letters, 1 (33%, 95% interval 6% to 79%) met every requirement that the program checks.",
        (
            "Something that the Code requires is missing or incomplete in 2 letters. "
            "The commonest gap is “Decision on the complaint”, in 2 of the 3 letters that must have it."
        ),
        "In 1 letter, something contradicts the Code or would mislead the resident.",
        "Of 2 letters with gaps, 1 is a final response (stage 2 or later), which no later letter can put right.",
        "There are too few letters to speak of a trend: that takes two months with at least 10 dated complaint letters each.",
        "1 other letter is not about a complaint, or not one that the Code covers.",
        "1 file could not be read, and is in none of these figures.",
    ]


def test_no_gap_is_said_too() -> None:
    """Letters without fault get a sentence that says so, and none of what they do not have."""
    said = key_figures(letters_frame({}), elements_frame((1, "stage", "present", "must")), flags_frame())
    assert said[0].startswith("Of 1 complaint letter, 1 (100%, 95% interval 21% to 100%)")
    assert said[1] == "No letter lacks anything that the Code says it must have."
    assert len(said) == 3


def test_no_letters_and_no_complaint_letters_are_said() -> None:
    """Without letters, or without complaint letters, nothing is divided by nothing."""
    assert key_figures(letters_frame(), elements_frame(), flags_frame()) == [NOTHING]
    other = letters_frame({"kind": "other", "verdict": "out_of_scope", "stage": None})
    assert key_figures(other, elements_frame(), flags_frame())[0] == "None of the letters is a complaint letter that could be read."


@pytest.mark.parametrize(
    ("months", "words_said"),
    [
        (_months((2, 20), (5, 20), (18, 20)), "rose from 10% in January 2025 to 90% in March 2025."),
        (_months((18, 20), (2, 20)), "fell from 90% in January 2025 to 10% in February 2025."),
        (_months((10, 20), (12, 20)), "The difference may be chance"),
        (_months((0, 9), (20, 20), (9, 9)), "too few letters"),
        (_months((0, 9), (10, 20), (12, 20), (9, 9)), "went from 50% in February 2025 to 60% in March 2025."),
    ],
)
def test_a_trend_is_claimed_only_of_months_with_enough_letters(months: pd.DataFrame, words_said: str) -> None:
    """A rise or fall takes two months of ten letters or more whose intervals do not meet."""
    assert words_said in trend(months)


def test_the_making_names_landlord_archives_and_rules(frames: Frames) -> None:
    """The summary says from which archive and by which edition its figures come; only judged letters count for the edition."""
    facts = dict(made(frames[0], (datetime.date(2025, 3, 1), datetime.date(2025, 4, 30)), "Harrow Vale Homes"))
    assert facts["Landlord"] == "Harrow Vale Homes"
    assert facts["Period"].startswith("Letters from 1 March 2025 to 30 April 2025.")
    assert facts["Archive"] == "archive (5 letters or files)"
    assert facts["Rules"].endswith("2024 (3 letters)")
    assert facts["Checked"] == "On 1 September 2025"


def test_open_periods_have_words() -> None:
    """A period may be open at either end, or both."""
    day = datetime.date(2025, 3, 1)
    assert [period_words(period) for period in ((day, None), (None, day), (None, None))] == [
        "Letters from 1 March 2025",
        "Letters until 1 March 2025",
        "All letters checked so far",
    ]


def test_every_term_of_the_contract_has_words() -> None:
    """No kind, verdict, element, status, requirement, flag, severity or role is without plain words, and no two share them."""
    tables = (words.KINDS, words.VERDICTS, words.ELEMENTS, words.STATUSES, words.REQUIREMENTS, words.FLAGS, words.SEVERITIES, words.ROLES)
    for table in tables:
        assert list(table) == list(type(next(iter(table))))
        assert len(set(table.values())) == len(table)


def test_shares_of_nothing_stay_missing() -> None:
    """A kind without complaint letters has no share, and so none can be printed."""
    assert math.isnan(figures.by_kind(letters_frame({"kind": "other", "verdict": "out_of_scope", "stage": None}))["share"].iloc[0])
