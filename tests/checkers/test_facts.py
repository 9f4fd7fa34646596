"""What is told of a letter before anything is judged: the day that it bears, and by which edition it is judged."""

from __future__ import annotations

import pytest
from responses import judged_response, raised

from models.finding import FlagName


@pytest.mark.parametrize(
    "form",
    [
        "Received 24 February 2026. Receipt sent 27 February 2026. Answered 12 March 2026.",
        "First answer issued 27 January 2026. This form issued to you 12 March 2026.",
        "Complaint registered on 24 February 2026. Answer is given on 12 March 2026.",
        "Your note came on 24 February 2026. This answer: Thursday 12 March 2026.",
        "Register entry of 24 February 2026. Date of this document: 12 March 2026.",
        "You wrote: 24 February 2026\nToday: 12 March 2026",
    ],
)
def test_a_form_bears_the_day_on_which_it_was_issued(form: str) -> None:
    """Not the first of the days that it lists."""
    assert judged_response("Complaint form", form, "We uphold your complaint about the lift.").date == "2026-03-12"


def test_a_year_may_follow_of() -> None:
    """As some write it."""
    assert judged_response("Sheffield, on the 5th of June of 2024", "It was logged on 3 June 2024.", "We uphold it.").date == "2024-06-05"


@pytest.mark.parametrize(("year", "is_raised"), [(2023, False), (2025, True)])
def test_reasons_may_be_demanded_under_the_code_of_2022(year: int, is_raised: bool) -> None:
    """That Code does not say that they may not."""
    demand = "You can ask for stage 2 by writing to us. You must give your reasons for asking."
    result = judged_response(f"12 March {year}", "Dear Mr Boateng", "Stage 1 response", "We uphold your complaint about the lift.", demand)
    assert (FlagName.REASON_DEMANDED in raised(result)) is is_raised
