"""Which days in a letter count when it is told whether it is late."""

from __future__ import annotations

import pytest
from responses import judged_response, raised

from models.finding import FlagName

LETTER = (
    "28 March 2025",
    "Dear Mr Boateng",
    "{day}",
    "This is our stage 1 response. I have read the diary of the site and spoken to its manager.",
    "I uphold your complaint, because the contractor cut the boards without water and nobody stopped it.",
    "We will pay you £90 by 11 April 2025 and have the windows washed on 9 April 2025.",
    "If you do not accept this, write to us and it goes to stage 2.",
    "Yours sincerely",
    "Complaints team",
)


def _is_late(day: str) -> bool:
    return FlagName.LATE in raised(judged_response(*(line.format(day=day) for line in LETTER)))


@pytest.mark.parametrize(
    "day",
    [
        "We acknowledged your complaint about the dust on 3 February 2025.",
        "Your complaint reached us on 20 January 2025.",
        "Your common letter about the dust came to us on 20 January 2025.",
        "It was received on 20 January 2025.",
        "Your e-mail about the dust reached the office on Monday 20 January 2025.",
        "We told you on 3 February 2025 that we had your complaint about the dust.",
    ],
)
def test_the_day_of_the_complaint_counts(day: str) -> None:
    """From it more working days have gone by than the Code allows."""
    assert _is_late(day)


@pytest.mark.parametrize(
    "owned",
    [
        "This letter is late",
        "So this letter reaches you after the ten working days.",
        "So you should have had this by 20 March.",
        "We are late.",
        "So yes, I've sailed well past our ten working days.",
        "Ten working days led to 20 March, and today is 28 March.",
        "The answer had been due on 20 March.",
        "You should've had an answer from us by the 20 March.",
    ],
)
def test_a_letter_that_owns_up_to_it_is_late(owned: str) -> None:
    """Without a day that anything could be counted from; a heading owns up as well."""
    assert _is_late(owned)


@pytest.mark.parametrize(
    "day",
    [
        "As I have recorded it, your complaint is that since 9 January 2025 dust has come in through the windows.",
        "The complaint is twofold: that the letter of 9 January 2025 ought never to have been sent to you, and that the dust came in.",
        "You complain of three things: that on 9 January 2025 the dust came in; that nobody rang back; and that this was denied.",
        "You wrote that from the evening of 9 January 2025 the dust came in through the windows.",
        "> I had your letter of 9 January 2025 about the dust, and it does not answer my complaint.",
        "You write about the answer that was sent to you on 9 January 2025 when you complained of the dust.",
        "Your complaint about the dust has reached us, with what you were told on 9 January 2025.",
    ],
)
def test_the_days_of_other_events_do_not(day: str) -> None:
    """What the complaint is about, and what the landlord itself sent or said, happened before it."""
    assert not _is_late(day)


def test_a_letter_before_the_day_it_was_due_is_not_late() -> None:
    """The letter says itself when its time ends, and that day is still to come."""
    told = "We acknowledged your complaint about the dust on 3 February 2025."
    assert _is_late(told)
    assert not _is_late(f"{told} Our answer was due, with the ten days that you gave us, on 2 April 2025.")


def test_what_was_recorded_before_the_complaint_is_not_its_logging() -> None:
    """It is what the complaint is about."""
    received = "We received your complaint about the dust on 17 March 2025 and acknowledged it on 20 March 2025."
    told = f"The inspection on 9 January 2025 recorded dust on every sill. {received}"
    letter = [line.format(day=told).replace("2025", "2023") for line in LETTER]  # in 2023 the time ran from the logging
    assert FlagName.LATE not in raised(judged_response(*letter))


@pytest.mark.parametrize(("days", "is_late"), [(("18 September", "27 October"), False), (("18 September", "6 October"), True)])
def test_a_stage_is_acknowledged_after_it_was_asked_for(days: tuple[str, str], is_late: bool) -> None:
    """What was acknowledged before was the complaint at stage 1; then the day of the request counts."""
    acknowledged, asked = days
    story = (
        "24 November 2025",
        "Dear Mr Boateng",
        f"We acknowledged your complaint on {acknowledged} 2025, and our stage 1 answer followed.",
        f"You asked us on {asked} 2025 to look again at the dust from the site.",
        "This is our stage 2 response. I have read the diary of the site and spoken to its manager.",
        *LETTER[4:6],
        "If you do not accept this, you can go to the Housing Ombudsman on 0300 111 3000.",
        *LETTER[7:],
    )
    assert (FlagName.LATE in raised(judged_response(*story, stage=2))) is is_late
