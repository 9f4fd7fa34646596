"""Which of the stages that a letter names it claims as its own."""

from __future__ import annotations

import pytest

from checkers import Choice, check
from checkers.facts.claims import claims, named_stages
from checkers.facts.outright import outright
from checkers.reading import read
from checkers.stagenumbers import stage_places
from models.finding import Element, FlagName, Kind, Result, Status
from models.letter import Block, Letter, Style, compose
from models.settings import Settings

LETTER = (
    "Dear Mrs Okafor",
    "{first}",
    "You complained that the lift stood still for nine days in May and that nobody told you why.",
    "{looked}",
    "I uphold your complaint. The lift company was called a week late, because the fault report lay unread in our office.",
    "We will pay you £80 by 14 July 2025 for the nine days that you had to climb the stairs.",
    "{going_on}",
    "Yours sincerely",
    "Tenancy services",
)
FIRST = {
    "first": "This is our stage 1 response to your complaint.",
    "looked": "I have read the lift log and spoken to the caretaker.",
    "going_on": "If you are not happy with this answer, tell us by 30 July and it goes to stage 2.",
}
SECOND = {
    "first": "This letter is our stage 2 response.",
    "looked": "The stage 1 answer of 2 June found nothing wrong. I have read the lift log again.",
    "going_on": "You may now go to the Housing Ombudsman, 0300 111 3000, www.housing-ombudsman.org.uk.",
}


def _letter(title: str, said: dict[str, str]) -> Letter:
    texts = [line.format(**said) for line in LETTER]
    return compose("letter.txt", b"", [Block(title, style=Style.HEADING), *(Block(text) for text in texts)])


def _judged(title: str, said: dict[str, str]) -> Result:
    return check(_letter(title, said), Settings(), Choice())


@pytest.mark.parametrize(
    ("low", "numbers"),
    [
        ("this is stage 2 of our complaints procedure", [2]),
        ("the first stage was answered in may and step two is next", [1, 2]),
        ("s1 response to your complaint", [1]),
        ("there are two stages", []),
        ("you rang twice", []),
    ],
)
def test_stages_are_found_where_they_are_named(low: str, numbers: list[int]) -> None:
    """By figure or by word, whatever a stage is called; how many there are names none."""
    found = list(stage_places(low))
    assert [number for _, _, number in found] == numbers
    assert all(low[start:end].strip() for start, end, _ in found)


@pytest.mark.parametrize(("said", "own", "other"), [(FIRST, 1, 2), (SECOND, 2, 1)])
def test_the_letters_own_stage_is_claimed_and_another_is_not(said: dict[str, str], own: int, other: int) -> None:
    """The stage before, and the one that comes next, are only spoken of."""
    reading = read(_letter("Your complaint about the lift", said))
    likely = {claim.number: claim.likely for claim in claims(reading, Kind.RESPONSE)}
    assert likely[own] > 0.5 > likely[other]


def test_a_claim_stands_where_the_stage_is_named() -> None:
    """Its place in the letter's text holds the words that name it."""
    letter = _letter("Your complaint about the lift", SECOND)
    assert {letter.text[c.start : c.end] for c in claims(read(letter), Kind.RESPONSE)} == {"stage 1", "stage 2"}


def test_two_stages_claimed_are_incomplete_and_both_are_quoted() -> None:
    """The heading says one stage and the text another: the reader cannot know which answer this is."""
    result = _judged("Stage 2 decision: the lift at Orchard Court", FIRST)
    (stage,) = (finding for finding in result.elements if finding.element is Element.STAGE)
    assert stage.status is Status.INCOMPLETE
    quoted = " ".join(evidence.text for evidence in stage.evidence).lower()
    assert "stage 2 decision" in quoted
    assert "stage 1 response" in quoted
    assert FlagName.INCONSISTENT_STAGE in {flag.flag for flag in result.flags}


@pytest.mark.parametrize("said", [FIRST, SECOND])
def test_one_stage_claimed_is_no_contradiction(said: dict[str, str]) -> None:
    """Letters speak of other stages all the time."""
    result = _judged("Your complaint about the lift", said)
    assert FlagName.INCONSISTENT_STAGE not in {flag.flag for flag in result.flags}


@pytest.mark.parametrize(
    "said",
    [
        "This is stage 2, and there’s nothing after it with us.",
        "We have dealt with it at stage 2.",
        "For your own file, put this down as our stage 2 reply.",
    ],
)
def test_a_stage_claimed_outright_is_not_missing(said: str) -> None:
    """Whatever else the letter is like, the sentence that says it is quoted."""
    result = _judged("Your complaint about the lift", SECOND | {"first": "I have your letter.", "going_on": f"{said} {SECOND['going_on']}"})
    (stage,) = (finding for finding in result.elements if finding.element is Element.STAGE)
    assert stage.status is Status.PRESENT
    assert said in [evidence.text for evidence in stage.evidence]


@pytest.mark.parametrize(
    ("lines", "claimed"),
    [
        (("STAGE 2, FINAL LOOK", "Dear Mrs Okafor", "I have your letter."), [2]),
        (("The tenants' office", "Dear Mrs Okafor", "Stage 1, as you know, was a letter from the caretaker's office."), []),
        (("Subject: Re: your stage 1 outcome", "Dear Mrs Okafor", "What follows is our second-stage answer."), [2]),
        (("Stage 1 response sent: 12 December 2025", "Dear Mrs Okafor", "This is our stage 2 response."), [2]),
        (("Stage 2", "Dear Mrs Okafor", "With this note Stage 1 is answered."), [1, 2]),
    ],
)
def test_stages_are_claimed_outright_in_titles_and_sentences(lines: tuple[str, ...], claimed: list[int]) -> None:
    """Above the salutation a line that is little else does; what was sent, or is answered, claims none."""
    reading = read(compose("letter.txt", b"", [Block(line) for line in lines]))
    assert [claim.number for claim in outright(reading)] == claimed


def test_a_letter_without_stages_claims_none() -> None:
    """Nothing in, nothing out."""
    reading = read(compose("letter.txt", b"", [Block("Thank you for your letter. We are looking into it.")]))
    assert named_stages(reading) == []
    assert claims(reading, Kind.ACKNOWLEDGEMENT) == ()
