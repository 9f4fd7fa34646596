"""What a letter's sentences do, by the day that they name."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from checkers import Choice
from checkers.days import likeliest_by_day
from checkers.facts import Facts, facts_of
from checkers.logistic import log_odds
from checkers.reading import Reading, read
from models.finding import Element, Kind
from models.letter import Block, compose

LABELS = (Element.OUTSTANDING_ACTIONS,)
NOTHING = log_odds([0.0])[0]  # where no sentence names such a day


def _read(*texts: str) -> tuple[Reading, Facts]:
    reading = read(compose("letter.txt", b"", [Block(text) for text in ("3 March 2025", "Dear Mrs Khan", *texts)]))
    return reading, replace(facts_of(reading, Choice(kind=Kind.RESPONSE, stage=1)), date=dt.date(2025, 3, 3))


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("A plumber will fit the new pump on 17 March 2025.", 0),
        ("A plumber will fit the new pump on 17 February 2025.", 1),
    ],
    ids=["to come", "gone by"],
)
def test_a_sentence_counts_by_its_day(text: str, row: int) -> None:
    """The same words are told apart by the letter's date; the other sort has no sentence."""
    told = likeliest_by_day(*_read(text), LABELS)
    assert told[row] > NOTHING
    assert told[1 - row] == pytest.approx(NOTHING)


def test_how_many_days_are_to_come() -> None:
    """As a share of four sentences."""
    come = [f"We will call on {day} March 2025 at noon." for day in range(10, 16)]
    assert [likeliest_by_day(*_read(*come[:number]), LABELS)[-1] for number in (0, 1, 6)] == [0, 0.25, 1]


def test_a_letter_without_a_date_has_neither() -> None:
    """All its sentences are of the third sort."""
    reading, facts = _read("A plumber will fit the new pump on 17 March 2025.")
    ahead, gone, neither, number = likeliest_by_day(reading, replace(facts, date=None), LABELS)
    assert (ahead, gone, number) == (pytest.approx(NOTHING), pytest.approx(NOTHING), 0)
    assert neither > NOTHING
