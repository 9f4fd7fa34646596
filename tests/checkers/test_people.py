"""Who is named in a letter, whoever they are: names that no list holds, near misses, the landlord's lists, wording, names left in."""

from __future__ import annotations

from pathlib import Path

import pytest
from responses import judged_response

from checkers.people.candidates import Page, marks
from checkers.people.detect import candidates
from checkers.reading import read
from models.directory import read_directory
from models.finding import Flag, FlagName, Result, Role, Severity
from models.letter import Block, compose
from models.settings import Settings

TOP = "Mrs Adaeze Okafor\n4 Elm Court\nMarl"
CLOSE = "Yours sincerely\n\nHelen Carter\nComplaints Manager"


def judged(*paragraphs: str, settings: Settings | None = None, greeting: str = "Dear Mrs Okafor", top: str = TOP) -> Result:
    """Return what is said of a stage 1 response with these paragraphs."""
    texts = (top, greeting, "Stage 1 complaint response", "Your complaint is that the roof leaked.", *paragraphs, "We uphold it.", CLOSE)
    return judged_response(*texts, settings=settings)


def roles(result: Result) -> dict[str, Role]:
    return {name.text: name.role for name in result.names}


def flagged(result: Result, *flags: FlagName) -> list[Flag]:
    return [flag for flag in result.flags if flag.flag in flags]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Our surveyor, Zbigniew Brzęczyk, visited on 3 May.", "Zbigniew Brzęczyk"),
        ("I spoke to Thangavelu Nadarajasingam about the missed visit.", "Thangavelu Nadarajasingam"),
        ("Mr Gebreyesus said that the lift had failed.", "Mr Gebreyesus"),
        ("On 14 June Ceinwen ap Gruffudd inspected the bathroom.", "Ceinwen ap Gruffudd"),
        ("The visit was cancelled by Noura al-Hakimi.", "Noura al-Hakimi"),
        ("The job was passed to E. de la Fuente in March.", "E. de la Fuente"),
        ("The house manager (T.K.) was up a ladder when I came.", "T.K."),
        ("Please ring KUSHTRIM BYTYQI about it.", "KUSHTRIM BYTYQI"),
        ("Mr.Wojtkowiak attended on 5 May.", "Mr.Wojtkowiak"),
        ("Miss Du0ng said that the tap had failed.", "Miss Du0ng"),
        ("The photographs are in Rufaro_Chikwanha_bathroom.pdf.", "Rufaro_Chikwanha"),
    ],
)
def test_a_name_that_no_list_holds_is_found_by_what_stands_round_it(sentence: str, name: str) -> None:
    """Titles, particles, initials, capitals, a lost space and the name of a file do not hide a name."""
    assert name in roles(judged(sentence))


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Our contractor Kestrow cleared the gutter on 4 May.", "Kestrow"),
        ("The gutter was cleared by our roofers, K&R, on 4 May.", "K&R"),
        ("We sent a sub-contractor called H3 to you, and H3 found the valve stuck.", "H3"),
        ("The contractor (Velmec) did not come, and we are sorry.", "Velmec"),
        ("The works were completed by Velmec on 9 May.", "Velmec"),
        ("Velmec's operative told you that the part was on order.", "Velmec"),
        ("Our contractor Dave Pullen cleared the gutter on 4 May.", "Dave Pullen"),
        ("Dave Pullen from our lift contractor came on 4 May.", "Dave Pullen"),
    ],
)
def test_who_is_introduced_as_a_contractor_is_one(sentence: str, name: str) -> None:
    """A firm or a person of whom the letter says outright that they are a contractor, or from one, is told so, by whatever name."""
    assert roles(judged(sentence))[name] is Role.CONTRACTOR


@pytest.mark.parametrize(
    "sentence", ["Our contractor Monday to Friday is closed.", "We told our contractor Preston was too far.", "Priya's engineer came."]
)
def test_what_follows_a_contractor_need_not_be_one(sentence: str) -> None:
    """Days and places are no firms, wherever they stand."""
    assert Role.CONTRACTOR not in roles(judged(sentence)).values()


@pytest.mark.parametrize(
    "sentence",
    [
        "The leak came from the riser in Adeyemi Court, on the corner of Kowalski Street.",
        "Will the work be done by May? Bill for the Grace Road job is attached.",
        "Our Repairs Manager met the Environmental Health Team of Salford City Council.",
        "The Housing Ombudsman Service can advise you under the Landlord and Tenant Act 1985.",
        "The boiler is a Vaillant Ecotec; British Gas was told the same day.",
        "The fence came down in Storm Eunice. Eunice took nine others in the street with it.",
    ],
)
def test_streets_bodies_and_products_are_nobody(sentence: str) -> None:
    """Capitals that are no person's name leave the people of the letter as they are."""
    assert roles(judged(sentence)).keys() == {"Mrs Adaeze Okafor", "Helen Carter"}


def test_a_common_word_is_marked_and_one_that_people_are_called_by_is_not() -> None:
    """A dictionary's word that a list of names has, too, may be anybody's name."""
    reading = read(compose("letter.txt", b"", [Block("We saw Quorum there.\nWe saw Rose there.")]))
    page = Page(reading, Settings())
    found = {page.text[c.start : c.end]: marks(page, c) for sentence, run in page.runs for c in candidates(page, sentence, run)[1]}
    assert "first is English" in found["Quorum"]
    assert "first is English" not in found["Rose"]


def test_a_greeting_is_no_part_of_a_name() -> None:
    """However the letter greets."""
    assert "Adaeze" in {name.text for name in judged("All is well.", greeting="Hiya Adaeze", top="4 Elm Court\nMarl").names}


def test_a_companys_name_ends_with_its_form() -> None:
    """What follows begins a sentence."""
    assert "Corvemoor Heating Ltd" in roles(judged("The boiler was seen by Corvemoor Heating Ltd. Each visit was logged."))


def test_a_person_is_listed_once_with_every_form_of_the_name() -> None:
    """Title and surname, first name alone, a slip of the pen and an e-mail address are one person's."""
    result = judged(
        "Our surveyor Katarzyna Wisniewska came. Ms Wisniewska took photographs. You told Katarzyna Wisneiwska about the bath.",
        "Write to katarzyna.wisniewska@fenmere.example.",
    )
    found = [name for name in result.names if "wis" in name.text.lower()]
    assert [len(name.places) for name in found] == [4]


def test_an_office_in_an_email_address_is_nobody() -> None:
    """A mailbox of a team has the form of a name."""
    assert roles(judged("Write to customer.relations@fenmere.example.")).keys() == {"Mrs Adaeze Okafor", "Helen Carter"}


def test_a_staff_file_names_and_describes(tmp_path: Path) -> None:
    """Whoever is in the landlord's list is staff, also where the name is misspelt, and is called by the job title of the list."""
    path = tmp_path / "staff.csv"
    path.write_text("Surname;First name;Job title\nReedham;Thomasina;Voids Planner\n", encoding="utf-8")
    result = judged("Thomasina Readham rang you.", settings=Settings(staff_file=read_directory(path)))
    assert roles(result)["Thomasina Readham"] is Role.STAFF
    (flag,) = flagged(result, FlagName.STAFF_NAME)
    assert flag.suggestion == 'Write "Our voids planner rang you" for "Thomasina Readham rang you".'


def test_a_contractors_file_tells_companies_and_their_workers(tmp_path: Path) -> None:
    """A company and a worker of the list are contractors; "Ltd" may be left out."""
    path = tmp_path / "contractors.csv"
    path.write_text("company,name\nPikehall Trevane Ltd,Jo Brank\nVerdantis,\n", encoding="utf-8")
    result = judged("Jo Brank rang, and Pikehall Trevane came.", settings=Settings(contractors_file=read_directory(path)))
    assert roles(result)["Jo Brank"] is roles(result)["Pikehall Trevane"] is Role.CONTRACTOR


def test_names_given_on_purpose_raise_no_flag() -> None:
    """A landlord that names its contacts on purpose says whom; they are listed, and not flagged."""
    sentence = "Our surveyor, Sarah Jones, visited you on 4 January."
    assert flagged(judged(sentence), FlagName.STAFF_NAME)
    result = judged(sentence, settings=Settings(named_on_purpose=("Sarah Jones",)))
    assert "Sarah Jones" in roles(result)
    assert not flagged(result, FlagName.STAFF_NAME)


def test_a_severity_can_be_set() -> None:
    """The settings' severity stands in the flag."""
    settings = Settings(severities={FlagName.STAFF_NAME: Severity.INFO})
    (flag,) = flagged(judged("Our surveyor, Sarah Jones, visited you on 4 January.", settings=settings), FlagName.STAFF_NAME)
    assert flag.severity is Severity.INFO


@pytest.mark.parametrize(
    ("sentence", "instead"),
    [
        ("Our surveyor, Sarah Jones, visited you.", "Our surveyor visited you"),
        ("Sarah Jones, our surveyor, visited you.", "Our surveyor visited you"),
        ("You told the housing officer Sarah Jones about it.", "You told the housing officer about it"),
        ("Sarah Jones (Repairs Manager) rang you.", "Our repairs manager rang you"),
        ("We read our surveyor Sarah Jones's notes.", "We read our surveyor's notes"),
        ("Your neighbour, Mr Hughes, disputes this.", "Your neighbour disputes this"),
    ],
)
def test_the_suggestion_keeps_the_sentence_and_loses_the_name(sentence: str, instead: str) -> None:
    """The word for who it is comes from the letter; comma, capital and possessive come out right."""
    (flag,) = flagged(judged(sentence), FlagName.STAFF_NAME, FlagName.CONTRACTOR_NAME, FlagName.THIRD_PARTY_NAME)
    assert flag.suggestion == f'Write "{instead}" for "{sentence.removesuffix(".")}".'


def test_people_listed_together_get_one_word() -> None:
    """ "Dave and Sam" are "our officers"; both flags say so."""
    settings = Settings(staff=("Dave Pullen", "Samir Reddy"))
    result = judged("Dave Pullen and Samir Reddy came on 5 May.", settings=settings)
    flags = flagged(result, FlagName.STAFF_NAME)
    assert len(flags) == 2
    assert all("Our officers came on 5 May" in (flag.suggestion or "") for flag in flags)


def test_a_greeting_to_another_than_the_address_is_a_mismatch() -> None:
    """The address is Mrs Okafor's, the salutation Mr Khan's: one of them was left in from another letter."""
    mixed = judged(greeting="Dear Mr Khan")
    assert [flag.text for flag in flagged(mixed, FlagName.NAME_MISMATCH)] == ["Mr Khan"]
    assert not flagged(judged(), FlagName.NAME_MISMATCH)


def test_joint_tenants_are_no_mismatch() -> None:
    """Who is greeted may be one of several to whom the letter goes."""
    result = judged(greeting="Dear Mr Khan and Mrs Okafor", top="Mr Imran Khan and Mrs Adaeze Okafor\n4 Elm Court\nMarl")
    assert not flagged(result, FlagName.NAME_MISMATCH)


@pytest.mark.parametrize(
    ("sentence", "mismatched"),
    [
        ("We inspected your home at 19 Oak Road on 3 May.", True),
        ("We inspected your home at 4 Elm Court on 3 May.", False),
        ("You moved from your former home at 19 Oak Road on 3 May.", False),
        ("Your neighbour's flat is 19 Oak Road.", False),
    ],
)
def test_another_address_as_the_readers_home_is_a_mismatch(sentence: str, mismatched: bool) -> None:
    """A home that is not where the letter goes was left in from another, unless the sentence speaks of a move."""
    assert bool(flagged(judged(sentence), FlagName.NAME_MISMATCH)) is mismatched
