"""The wording that is suggested, put in and filled in, is what the Code asked for: a letter can be mended by it alone."""

from __future__ import annotations

import re
from functools import cache

import pytest

import readers
from checkers import Choice, check
from models.codes import code
from models.finding import Edition, Element, Finding, FlagName, Kind, Requirement, Result, Status
from models.settings import Settings

BLANK = re.compile(r"\[[^\]]+\]")
# How an officer fills in each blank; those that offer another wording are taken out.
FILLED = {
    "[reference]": "CMP-10442",
    "[what happened or was not done, where and when; each point on its own line]": (
        "the boiler at 12 Almond Road broke down on 3 February and was not repaired until 24 February"
    ),
    "[each point on its own line]": "the boiler broke down on 3 February, and nobody repaired it until 24 February",
    "[what the resident wants]": "pay you £150 for the electric heaters that you had to run",
    "[uphold / partly uphold / do not uphold]": "uphold",
    "[point]": "the boiler was not repaired in time",
    "[records, visits, people spoken to]": "our repair records and the engineer's notes of 5 and 24 February",
    "[what happened]": "the part was ordered on 5 February but nobody chased it for two weeks",
    "[policy, agreement or law]": "our repairs policy",
    "[policy or law]": "our repairs policy",
    "[what should have happened]": "restored your heating within one working day",
    "[the failing found]": "we left you without heating for three weeks",
    "[work, payment or change]": "pay you £150",
    "[action, payment or change]": "pay you £150",
    "[Team]": "The heating team",
    "[action still to be done]": "service the boiler",
    "[date]": "28 March 2025",
    "[day]": "14 March 2025",
    "[number]": "5",
    "[team]": "the complaints team",
    "[phone]": "0300 496 0142",
    "[e-mail address]": "complaints@almond.example",
    "[address]": "Almond House, 1 Mill Lane, Leeds LS1 4AB",
    "[what is still to be found out or done]": "the surveyor's report on the damp has not reached us yet",
    "[what has held it up]": "two of those whom we have to ask were ill last week",
    "[its words on such matters]": "we do not look again at a matter that has been through the procedure",
    "[facts]": "we answered the same points in our letter of 4 June 2024",
    "[what you decided, and why]": "we decided not to, because nothing kept you from writing to us earlier",
}
GROUND = "we already considered it in complaint CMP-09113 and answered it on 4 June 2024"  # for blanks that offer grounds to choose from
ALTERNATIVE = re.compile(r"^\[(?:or: |the same for|if )", re.IGNORECASE)
HEAD = """Almond Homes
Almond House, 1 Mill Lane, Leeds LS1 4AB

{date}

Mrs Amina Khan
12 Almond Road
Leeds LS2 7QQ

Dear Mrs Khan"""
TAIL = """Yours sincerely

Grace Obi
Complaints Officer"""
DATES = {Edition.HOS_2022: "10 March 2023", Edition.HOS_2024: "10 March 2025", Edition.LGSCO_2024: "10 March 2025"}
LETTERS = [
    (edition, kind, stage, element)
    for edition in Edition
    for kind in Kind
    for stage in range(1, code(edition).max_stages + 1)
    for element in Element
    if code(edition).rule(kind, stage, element).requirement is not Requirement.NONE
]


def suggested(edition: Edition, kind: Kind, stage: int, element: Element) -> str:
    return code(edition).rule(kind, stage, element).suggestion or ""


def filled(wording: str, year: str = "2025") -> str:
    """Return the wording as an officer leaves it: blanks filled in, other choices taken out."""
    return re.sub(r"  +", " ", BLANK.sub(lambda blank: answer(blank.group()), wording)).strip().replace("2025", year)


def answer(blank: str) -> str:
    return "" if ALTERNATIVE.match(blank) else FILLED.get(blank) or (GROUND if " / " in blank or "exclusion" in blank else FILLED[blank])


# How a letter says each element without our wording. What a letter of another kind says is not said here.
OWN = {
    "response": {
        Element.STAGE: "This letter answers your complaint CMP-10442 at stage {stage}.",
        Element.DEFINITION: "Your complaint is that your boiler broke down on 3 February and that nobody mended it for three weeks.",
        Element.OUTCOMES_SOUGHT: "You would like £150 towards the electric heaters that you had to run.",
        Element.DECISION: "I uphold your complaint.",
        Element.REASONS: (
            "The engineer ordered the part on 5 February. Nobody chased it until the 19th, though our policy is to mend boilers in a day."
        ),
        Element.REMEDY: "I am sorry that we left you in the cold for three weeks. We paid £150 to your rent account on 7 March.",
        Element.OUTSTANDING_ACTIONS: "An engineer will service the boiler on 28 March. Nothing else is left to do.",
    },
    "acknowledgement": {
        Element.STAGE: "Thank you for your complaint of 6 March. It is logged at stage {stage} under the number CMP-10442.",
        Element.DEFINITION: "You tell us that your boiler broke down on 3 February and that nobody mended it for three weeks.",
        Element.OUTCOMES_SOUGHT: "You would like £150 towards the electric heaters that you had to run.",
        Element.TIMESCALE: "You will have our answer by 24 March.",
    },
    "extension": {
        Element.REASONS: (
            "Your stage {stage} answer was due on 14 March. It will be late: the surveyor fell ill, and his report is not with us yet."
        ),
        Element.TIMESCALE: "You will have our stage {stage} answer by 28 March, and an update from us every five days until then.",
    },
    "refusal": {
        Element.DECISION: "I am writing to say that we will not take your letter of 6 March as a {complaint}.",
        Element.REASONS: (
            "Our policy does not let us look at a matter twice. I answered the same points on 4 June 2024. What you sent is not new."
        ),
        Element.ESCALATION_ROUTE: "You can ask the Ombudsman to look at whether this refusal is right.",
    },
}


@cache
def judged(text: str, kind: Kind, stage: int, edition: Edition) -> Result:
    letter = readers.read_bytes(text.encode(), "letter.txt", Settings().limits)[0]
    return check(letter, Settings(), Choice(kind=kind, stage=stage, edition=edition))


def letter(parts: list[str], edition: Edition) -> str:
    return "\n\n".join([HEAD.format(date=DATES[edition]), *parts, TAIL])


def found(result: Result, element: Element) -> Finding:
    return next(each for each in result.elements if each.element is element)


@pytest.mark.parametrize(("edition", "kind", "stage"), sorted({row[:3] for row in LETTERS}))
def test_a_letter_of_suggestions_alone_has_nothing_missing(edition: Edition, kind: Kind, stage: int) -> None:
    asked = [element for e, k, s, element in LETTERS if (e, k, s) == (edition, kind, stage)]
    year = DATES[edition][-4:]
    result = judged(letter([filled(suggested(edition, kind, stage, element), year) for element in asked], edition), kind, stage, edition)
    assert {each: found(result, each).status for each in asked} == dict.fromkeys(asked, Status.PRESENT)
    assert [flag for flag in result.flags if flag.severity == "error"] == []


def own(kind: Kind, stage: int, edition: Edition, element: Element) -> str:
    """Return the element in words that are not ours; the details of the ombudsman are what they are, and so is the way there."""
    said = OWN[kind].get(element) or suggested(edition, kind, stage, element)
    complaint = "complaint" if stage == 1 else f"complaint at stage {stage}"
    return filled(said.format(stage=stage, complaint=complaint), DATES[edition][-4:])


@pytest.mark.parametrize(("edition", "kind", "stage", "element"), LETTERS)
def test_wording_put_in_and_filled_in_is_what_was_missing(edition: Edition, kind: Kind, stage: int, element: Element) -> None:
    """In an otherwise good letter the element is found once its wording is in."""
    asked = [each for e, k, s, each in LETTERS if (e, k, s) == (edition, kind, stage)]
    mended = filled(suggested(edition, kind, stage, element), DATES[edition][-4:])
    parts = [mended if each is element else own(kind, stage, edition, each) for each in asked]
    assert found(judged(letter(parts, edition), kind, stage, edition), element).status is Status.PRESENT


@pytest.mark.parametrize("wording", sorted({suggested(*row) for row in LETTERS}))
def test_every_blank_is_pointed_at_until_it_is_filled_in(wording: str) -> None:
    result = judged(letter([wording], Edition.HOS_2024), Kind.RESPONSE, 1, Edition.HOS_2024)
    assert {flag.text for flag in result.flags if flag.flag is FlagName.PLACEHOLDER} == set(BLANK.findall(wording))
