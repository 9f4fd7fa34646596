"""Which ombudsman a letter sends the resident to."""

from __future__ import annotations

import pytest
from responses import judged_response, raised

from models.finding import FlagName

RIGHT = "The Housing Ombudsman Service will look at it: 0300 111 3000, www.housing-ombudsman.org.uk."


def _is_wrong(*lines: str) -> bool:
    top = ("12 March 2025", "Dear Mr Boateng", "Stage 2 response", "We uphold your complaint about the damp because nobody came.")
    return FlagName.WRONG_OMBUDSMAN in raised(judged_response(*top, *lines, "Yours sincerely", "Complaints team", stage=2))


@pytest.mark.parametrize(
    "beside",
    [
        "If you prefer, the Local Government and Social Care Ombudsman (0300 061 0614) takes complaints about damp just as well.",
        "Or you can go to the Public Services Ombudsman for Wales on 0300 790 0203.",
        "As we manage your home for its owner, The Property Ombudsman can look at it, too: 01722 333306.",
    ],
)
def test_a_wrong_ombudsman_beside_the_right_one_is_still_wrong(beside: str) -> None:
    """The resident may go there, and lose months."""
    assert _is_wrong(RIGHT, beside)


@pytest.mark.parametrize(
    "beside",
    [
        "For other council services, such as homelessness, there is the Local Government and Social Care Ombudsman (0300 061 0614).",
        "Your home being in England, the Public Services Ombudsman for Wales has no part to play.",
        "This is not a matter for the Local Government and Social Care Ombudsman.",
        "The First-tier Tribunal decides what a service charge may contain.",
    ],
)
def test_a_body_that_is_named_for_another_reason_is_not(beside: str) -> None:
    """A letter may say who takes other complaints, and who does not take this one."""
    assert not _is_wrong(RIGHT, beside)
