"""Each edition of the Code, cell by cell, against tables written out by hand."""

from __future__ import annotations

import datetime
import re
from itertools import product
from typing import Any

import holidays
import numpy as np
import pytest

from models.codes import BANK_HOLIDAYS, Clock, CodeError, Detail, Limit, Standing, code, edition_for, ombudsmen, parse
from models.codes.working_days import working_days, working_days_between
from models.finding import Edition, Element, FlagName, Kind, Requirement

ABBREVIATIONS = {"ack": Kind.ACKNOWLEDGEMENT, "resp": Kind.RESPONSE, "ext": Kind.EXTENSION, "ref": Kind.REFUSAL}

# Columns in the order of Element: stage, definition, outcomes_sought, decision, reasons, remedy, outstanding_actions, escalation_route,
# ombudsman_details, timescale. A paragraph alone is a must, with ? a should; - is nothing asked. "ref 0" is the refusal to accept.
MATRIX: dict[Edition, str] = {
    Edition.HOS_2022: """
        ack 1   4.1?    4.2     4.2     -       -       -       -       -       2.8     5.1?
        ack 2   5.10?   5.10    5.10    -       -       -       -       -       2.8     5.13?
        ack 3   5.10?   5.10    5.10    -       -       -       -       -       2.8     5.18?
        resp 1  5.8(1)  5.8(2)  -       5.8(3)  5.8(4)  5.8(5)  5.8(6)  5.8(7)  2.8     -
        resp 2  5.16    5.16    -       5.16    5.16    5.16    5.16    5.16    5.16    -
        resp 3  5.20    5.20    -       5.20    5.20    5.20    5.20    5.20    5.20    -
        ext 1   -       -       -       -       5.1     -       -       -       5.3?    5.1
        ext 2   -       -       -       -       5.13    -       -       -       5.15?   5.13
        ext 3   -       -       -       -       5.18?   -       -       -       5.19?   5.18?
        ref 0   -       -       -       1.9     1.9     -       -       1.9     1.9     -
        ref 2   -       -       -       5.9     5.9     -       -       5.9     5.9     -
        ref 3   -       -       -       4.14    4.14    -       -       2.8     2.8     -
        """,
    Edition.HOS_2024: """
        ack 1   6.2?    5.6     5.6     -       -       -       -       -       3.7     6.3?
        ack 2   6.11?   5.6     5.6     -       -       -       -       -       3.7     6.14?
        resp 1  6.9a    6.9b    6.9b?   6.9c    6.9d    6.9e    6.9f    6.9g    3.7     -
        resp 2  6.19a   6.19b   6.19b?  6.19c   6.19d   6.19e   6.19f   6.19g   6.19g   -
        ext 1   -       -       -       -       6.4     -       -       -       6.5     6.4
        ext 2   -       -       -       -       6.15    -       -       -       6.16    6.15
        ref 0   -       -       -       2.4     2.4     -       -       2.4     2.4     -
        ref 2   -       -       -       5.11    5.11    -       -       5.11    5.11    -
        """,
    Edition.LGSCO_2024: """
        ack 1   6.2?    5.4?    -       -       -       -       -       -       3.7?    6.3?
        ack 2   6.2?    5.4?    -       -       -       -       -       -       3.7?    6.3?
        resp 1  6.8?    6.7?    -       6.7?    6.7?    7.1?    7.3?    6.8?    3.7?    -
        resp 2  6.8?    6.7?    -       6.7?    6.7?    7.1?    7.3?    3.7?    3.7?    -
        ext 1   -       -       -       -       6.4?    -       -       -       6.5?    6.4?
        ext 2   -       -       -       -       5.5?    -       -       -       3.7?    5.5?
        ref 0   -       -       -       2.4?    2.4?    -       -       2.4?    2.4?    -
        ref 2   -       -       -       5.7?    5.7?    -       -       5.7?    5.7?    -
        """,
}

# How each edition numbers its paragraphs.
PARAGRAPHS = {
    Edition.HOS_2022: r"[1-9]\.[1-9]\d?|5\.8\([1-7]\)",
    Edition.HOS_2024: r"[1-7]\.[1-9]\d?|6\.(9|19)[a-g]",
    Edition.LGSCO_2024: r"[1-7]\.[1-8]",
}

LIMITS: dict[Edition, set[tuple[str, int, int, str, str | None, int | None]]] = {
    Edition.HOS_2022: {
        ("ack", 1, 5, "receipt", "4.1", None),
        ("resp", 1, 10, "logged", "5.1", 10),
        ("ext", 1, 10, "logged", "5.1", 10),
        ("resp", 2, 20, "escalated", "5.13", 10),
        ("ext", 2, 20, "escalated", "5.13", 10),
        ("resp", 3, 20, "escalated", "5.18", None),
        ("ext", 3, 20, "escalated", "5.18", None),
    },
    Edition.HOS_2024: {
        ("ack", 1, 5, "receipt", "6.2", None),
        ("resp", 1, 10, "acknowledged", "6.3", 10),
        ("ext", 1, 10, "acknowledged", "6.4", 10),
        ("ack", 2, 5, "request", "6.11", None),
        ("resp", 2, 20, "acknowledged", "6.14", 20),
        ("ext", 2, 20, "acknowledged", "6.15", 20),
    },
    Edition.LGSCO_2024: {
        ("ack", 1, 5, "receipt", "6.2", None),
        ("resp", 1, 10, "acknowledged", "6.3", 10),
        ("ext", 1, 10, "acknowledged", "6.4", 10),
        ("ack", 2, 5, "request", None, None),
        ("resp", 2, 20, "acknowledged", None, 20),
        ("ext", 2, 20, "acknowledged", None, 20),
    },
}

# The paragraph of each flag in a stage 1 response and in a stage 2 response; a flag that is not listed has none in any edition.
FLAGS: dict[Edition, dict[str, tuple[str | None, str | None]]] = {
    Edition.HOS_2022: {
        "staff_name": ("4.9", "4.9"),
        "contractor_name": ("4.9", "4.9"),
        "ghost_stage": ("4.1", "4.1"),
        "inconsistent_stage": ("5.8(1)", "5.16"),
        "wrong_next_step": ("5.17", "5.17"),
        "outdated_ombudsman_contact": ("2.7", "2.7"),
        "wrong_ombudsman": ("2.8", "5.16"),
        "action_without_date": ("6.5", "6.5"),
        "late": ("5.1", "5.13"),
        "name_mismatch": ("4.7", "4.7"),
        "plain_language": ("5.8", "5.16"),
    },
    Edition.HOS_2024: {
        "ghost_stage": ("5.2", "5.2"),
        "inconsistent_stage": ("6.9a", "6.19a"),
        "wrong_next_step": ("5.3", "6.20"),
        "outdated_ombudsman_contact": ("3.7", "3.7"),
        "wrong_ombudsman": ("3.7", "6.19g"),
        "reason_demanded": ("6.12", "6.12"),
        "action_without_date": ("7.3", "7.3"),
        "late": ("6.3", "6.14"),
        "plain_language": ("6.9", "6.19"),
    },
    Edition.LGSCO_2024: {
        "ghost_stage": ("5.2", "5.2"),
        "outdated_ombudsman_contact": ("3.7", "3.7"),
        "wrong_ombudsman": ("3.7", "3.7"),
        "action_without_date": ("7.3", "7.3"),
        "late": ("6.3", None),
    },
}

Row = tuple[Edition, Kind, int | None, list[str]]


def rows() -> list[Row]:
    """Return the matrix as rows: edition, kind, stage (None for a refusal to accept) and a cell for each element."""
    lines = [(edition, line.split()) for edition, table in MATRIX.items() for line in table.strip().splitlines()]
    return [(edition, ABBREVIATIONS[words[0]], int(words[1]) or None, words[2:]) for edition, words in lines]


ROWS = rows()
EVERY = [(edition, kind, stage) for edition, kind in product(Edition, Kind) for stage in (None, 1, 2, 3)]


@pytest.mark.parametrize(("edition", "kind", "stage", "cells"), ROWS, ids=lambda value: str(value) if not isinstance(value, list) else "")
def test_matrix(edition: Edition, kind: Kind, stage: int | None, cells: list[str]) -> None:
    """Each letter of each edition asks of each element exactly what the table says, by the same paragraph."""
    found = []
    for element in Element:
        rule = code(edition).rule(kind, stage, element)
        mark = {Requirement.MUST: "", Requirement.SHOULD: "?", Requirement.NONE: "-"}[rule.requirement]
        found.append(f"{rule.paragraph or ''}{mark}")
    assert found == cells


def test_matrix_is_whole() -> None:
    """The table above has a row for every letter that an edition can have, so that the test above leaves none out."""
    stages = {Edition.HOS_2022: (1, 2, 3), Edition.HOS_2024: (1, 2), Edition.LGSCO_2024: (1, 2)}
    listed = {(edition, kind, stage or 1) for edition, kind, stage, _ in ROWS}
    assert listed == {(edition, kind, stage) for edition in Edition for kind in ABBREVIATIONS.values() for stage in stages[edition]}
    assert len(listed) == len(ROWS)


@pytest.mark.parametrize(("edition", "kind", "stage"), EVERY)
def test_every_rule_can_be_used(edition: Edition, kind: Kind, stage: int | None) -> None:
    """For any kind and stage there is a rule; one that asks something has a paragraph, one plain sentence and wording to paste."""
    for element in Element:
        rule = code(edition).rule(kind, stage, element)
        assert re.fullmatch(r"[A-Z][^.]*\.", rule.words), "one sentence"
        if rule.requirement is Requirement.NONE:
            assert rule.paragraph is None
            assert rule.suggestion is None
        else:
            assert re.fullmatch(PARAGRAPHS[edition], rule.paragraph or "")
            assert rule.suggestion
            assert not re.search(r"[{}]|\n|  ", rule.suggestion), "filled in, on one line"
            assert not re.search(r"[][]", re.sub(r"\[[^][]+\]", "", rule.suggestion)), "blanks closed, and none within another"


@pytest.mark.parametrize(("edition", "stage"), list(product(Edition, (None, 1, 2, 3))))
def test_other_letters_are_asked_nothing(edition: Edition, stage: int | None) -> None:
    """A letter that is none of the four kinds is asked for no element."""
    assert {code(edition).rule(Kind.OTHER, stage, element).requirement for element in Element} == {Requirement.NONE}


@pytest.mark.parametrize(("edition", "kind", "element"), list(product(Edition, Kind, Element)))
def test_unknown_stage_is_read_as_stage_1(edition: Edition, kind: Kind, element: Element) -> None:
    """Where the stage is not known the rules of stage 1 hold; for a refusal that is the refusal to accept."""
    assert code(edition).rule(kind, None, element) == code(edition).rule(kind, 1, element)


@pytest.mark.parametrize("edition", [Edition.HOS_2024, Edition.LGSCO_2024])
def test_a_third_stage_is_read_as_the_last(edition: Edition) -> None:
    """A letter that calls itself stage 3 where there are two stages is asked what a final response is asked."""
    third, second = (code(edition).rule(Kind.RESPONSE, stage, Element.ESCALATION_ROUTE) for stage in (3, 2))
    assert third == second
    assert "final response" in (third.suggestion or "")


@pytest.mark.parametrize("edition", Edition)
def test_limits(edition: Edition) -> None:
    """The time limits are those of the table, each once."""
    listed = {
        Limit(ABBREVIATIONS[kind], stage, days, Clock(clock), paragraph, extra)
        for kind, stage, days, clock, paragraph, extra in LIMITS[edition]
    }
    assert set(code(edition).limits) == listed
    assert len(code(edition).limits) == len(listed)


def test_limit_of_a_letter() -> None:
    """A limit is found by kind and stage; a 2022 escalation's acknowledgement and a refusal have none."""
    found = code(Edition.HOS_2024).limit(Kind.RESPONSE, 2)
    assert found is not None
    assert (found.days, found.extension_days, found.clock) == (20, 20, Clock.ACKNOWLEDGED)
    assert code(Edition.HOS_2022).limit(Kind.ACKNOWLEDGEMENT, 2) is None
    assert code(Edition.HOS_2024).limit(Kind.REFUSAL, None) is None


@pytest.mark.parametrize(("edition", "flag"), list(product(Edition, FlagName)))
def test_flags(edition: Edition, flag: FlagName) -> None:
    """Each flag rests on the paragraph of the table, or on none."""
    found = tuple(code(edition).flag_paragraph(flag, Kind.RESPONSE, stage) for stage in (1, 2))
    assert found == FLAGS[edition].get(flag, (None, None))


@pytest.mark.parametrize(
    ("edition", "flag", "kind", "stage", "paragraph"),
    [
        (Edition.HOS_2022, FlagName.LATE, Kind.ACKNOWLEDGEMENT, 1, "4.1"),
        (Edition.HOS_2022, FlagName.LATE, Kind.ACKNOWLEDGEMENT, 2, None),
        (Edition.HOS_2022, FlagName.WRONG_OMBUDSMAN, Kind.RESPONSE, 3, "5.20"),
        (Edition.HOS_2022, FlagName.STAFF_NAME, Kind.ACKNOWLEDGEMENT, None, "4.9"),
        (Edition.HOS_2024, FlagName.LATE, Kind.EXTENSION, 2, "6.15"),
        (Edition.HOS_2024, FlagName.LATE, Kind.REFUSAL, None, None),
        (Edition.HOS_2024, FlagName.REASON_DEMANDED, Kind.ACKNOWLEDGEMENT, 2, "6.12"),
        (Edition.HOS_2024, FlagName.ACTION_WITHOUT_DATE, Kind.EXTENSION, 1, None),
    ],
)
def test_flags_of_other_letters(edition: Edition, flag: FlagName, kind: Kind, stage: int | None, paragraph: str | None) -> None:
    """A flag's paragraph goes by kind and stage where the edition says it of some letters only."""
    assert code(edition).flag_paragraph(flag, kind, stage) == paragraph


def source(*rules: dict[str, Any]) -> dict[str, Any]:
    """Return an edition's TOML, parsed, with these rows alone."""
    head = {"title": "A Code", "ombudsman": "housing", "max_stages": 2, "in_force": {"from": datetime.date(2030, 4, 1)}}
    return {**head, "limit": [], "flags": {}, "rule": list(rules)}


def row(letter: str) -> dict[str, Any]:
    """Return a row that asks this letter for its stage."""
    return {"element": "stage", "requirement": "must", "letters": {letter: "1.1"}, "words": "Say it.", "suggestion": "Stage {stage}."}


def test_a_row_of_its_own_edition() -> None:
    """A new edition is its rows, and asks nothing that no row names."""
    edition = parse(Edition.HOS_2024, source(row("response 2")))
    assert edition.rule(Kind.RESPONSE, 2, Element.STAGE).suggestion == "Stage 2."
    assert edition.rule(Kind.RESPONSE, 1, Element.STAGE).requirement is Requirement.NONE


def test_two_rows_for_one_letter() -> None:
    """Two rows for the same element of the same letter are refused, since only one could hold."""
    with pytest.raises(CodeError, match="Two rows speak of stage in 'response 1'"):
        parse(Edition.HOS_2024, source(row("response 1"), row("response 1")))


@pytest.mark.parametrize("letter", ["response 3", "refusal 1", "other 1", "reponse 1"])
def test_a_row_for_no_letter(letter: str) -> None:
    """A row for a stage that the edition does not have, or a misspelt letter, is refused rather than passed over."""
    with pytest.raises(CodeError, match=letter):
        parse(Edition.HOS_2024, source(row(letter)))


def test_stages() -> None:
    """The 2022 Code allows a third stage, the two of 2024 do not."""
    assert [code(edition).max_stages for edition in Edition] == [3, 2, 2]


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        ("2021-06-30", Edition.HOS_2022),
        ("2022-04-01", Edition.HOS_2022),
        ("2024-02-08", Edition.HOS_2022),
        ("2024-03-31", Edition.HOS_2022),
        ("2024-04-01", Edition.HOS_2024),
        ("2026-04-01", Edition.HOS_2024),
    ],
)
def test_edition_for(day: str, edition: Edition) -> None:
    """The day of the complaint settles the edition: 2022 before 1 April 2024, however early; never the council's Code."""
    assert edition_for(datetime.date.fromisoformat(day)) is edition


def test_in_force() -> None:
    """One edition of the Housing Ombudsman's Code ends on the day before the next begins."""
    before, after = code(Edition.HOS_2022), code(Edition.HOS_2024)
    assert before.since == datetime.date(2022, 4, 1)
    assert before.until == datetime.date(2024, 3, 31)
    assert after.since == datetime.date(2024, 4, 1)
    assert after.until is None
    assert code(Edition.LGSCO_2024).since == datetime.date(2024, 2, 8)


@pytest.mark.parametrize(
    ("edition", "details"),
    [
        (Edition.HOS_2022, ["Housing Ombudsman Service", "0300 111 3000", "www.housing-ombudsman.org.uk", "PO Box 1484", "PR2 0ET"]),
        (Edition.HOS_2024, ["Housing Ombudsman Service", "0300 111 3000", "www.housing-ombudsman.org.uk", "PO Box 1484", "PR2 0ET"]),
        (Edition.LGSCO_2024, ["Local Government and Social Care Ombudsman", "0300 061 0614", "www.lgo.org.uk", "PO Box 4771", "CV4 0EH"]),
    ],
)
def test_suggested_ombudsman_details_work(edition: Edition, details: list[str]) -> None:
    """Wherever the ombudsman's details are asked for, the wording to paste has the right ombudsman and every current way to reach it."""
    for kind, stage in product(ABBREVIATIONS.values(), (1, 2, 3)):
        suggestion = code(edition).rule(kind, stage, Element.OMBUDSMAN_DETAILS).suggestion or ""
        assert [part for part in details if part not in suggestion] == []


@pytest.mark.parametrize(
    ("edition", "kind", "stage", "element", "words"),
    [
        (Edition.HOS_2022, Kind.RESPONSE, 3, Element.STAGE, "stage 3 response"),
        (Edition.HOS_2022, Kind.RESPONSE, 2, Element.ESCALATION_ROUTE, "stage 3"),
        (Edition.HOS_2022, Kind.RESPONSE, 3, Element.ESCALATION_ROUTE, "final response"),
        (Edition.HOS_2022, Kind.ACKNOWLEDGEMENT, 1, Element.TIMESCALE, "10 working days of logging"),
        (Edition.HOS_2022, Kind.REFUSAL, None, Element.REASONS, "six months"),
        (Edition.HOS_2022, Kind.REFUSAL, 3, Element.DECISION, "stage 3"),
        (Edition.HOS_2024, Kind.RESPONSE, 1, Element.ESCALATION_ROUTE, "stage 2"),
        (Edition.HOS_2024, Kind.RESPONSE, 1, Element.ESCALATION_ROUTE, "do not have to tell us why"),
        (Edition.HOS_2024, Kind.RESPONSE, 2, Element.ESCALATION_ROUTE, "final response"),
        (Edition.HOS_2024, Kind.ACKNOWLEDGEMENT, 2, Element.TIMESCALE, "20 working days of this letter"),
        (Edition.HOS_2024, Kind.REFUSAL, None, Element.REASONS, "12 months"),
        (Edition.HOS_2024, Kind.REFUSAL, 2, Element.ESCALATION_ROUTE, "take this decision to the Housing Ombudsman"),
        (Edition.LGSCO_2024, Kind.RESPONSE, 2, Element.ESCALATION_ROUTE, "Local Government and Social Care Ombudsman"),
    ],
)
def test_suggestions_suit_the_letter(edition: Edition, kind: Kind, stage: int | None, element: Element, words: str) -> None:
    """The wording to paste names the stage, the time and the next step that this letter has in this edition."""
    assert words in (code(edition).rule(kind, stage, element).suggestion or "")


def test_only_2024_forbids_asking_for_reasons() -> None:
    """No wording offered for a 2022 letter rests on the later ban on demanding reasons."""
    assert "why" not in (code(Edition.HOS_2022).rule(Kind.RESPONSE, 1, Element.ESCALATION_ROUTE).suggestion or "")


def standing(details: tuple[Detail, ...], value: str, day: str) -> Standing:
    """Return the standing on `day` of the one detail with that value."""
    (detail,) = (detail for detail in details if detail.value == value)
    return detail.standing(datetime.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("value", "day", "expected"),
    [
        ("PR2 0ET", "2025-03-14", Standing.CURRENT),
        ("L33 7WQ", "2022-03-31", Standing.CURRENT),
        ("L33 7WQ", "2022-04-01", Standing.CHECK),
        ("L33 7WQ", "2024-12-31", Standing.CHECK),
        ("L33 7WQ", "2025-01-01", Standing.OUTDATED),
        ("E14 9GE", "2021-12-31", Standing.CURRENT),
        ("E14 9GE", "2022-01-01", Standing.OUTDATED),
        ("WC2B 4HN", "2025-01-01", Standing.OUTDATED),
    ],
)
def test_housing_ombudsman_addresses(value: str, day: str, expected: Standing) -> None:
    """An old address of the Housing Ombudsman is doubtful or out of date by the letter's date."""
    assert standing(ombudsmen().housing.postcodes, value, day) is expected


def test_housing_ombudsman_email() -> None:
    """The e-mail address is right until new cases went to the web form, and doubtful, not wrong, from then."""
    emails = ombudsmen().housing.emails
    assert standing(emails, "info@housing-ombudsman.org.uk", "2026-01-12") is Standing.CURRENT
    assert standing(emails, "info@housing-ombudsman.org.uk", "2026-01-13") is Standing.CHECK


def test_old_names() -> None:
    """The Local Government Ombudsman was renamed on 19 June 2017; the Independent Housing Ombudsman is an old name."""
    assert standing(ombudsmen().lgsco.names, "Local Government Ombudsman", "2017-06-18") is Standing.CURRENT
    assert standing(ombudsmen().lgsco.names, "Local Government Ombudsman", "2017-06-19") is Standing.OUTDATED
    assert standing(ombudsmen().housing.names, "Independent Housing Ombudsman", "2023-01-01") is Standing.OUTDATED


def test_others_are_neither() -> None:
    """Other nations' and trades' bodies are listed apart; only the regulator and the tribunal may stand beside the right ombudsman."""
    others = {body.id: body for body in ombudsmen().others}
    nations = {"wales", "scotland", "northern-ireland"}
    trades = {"property-ombudsman", "property-redress", "financial", "phso", "new-homes"}
    assert set(others) == nations | trades | {"regulator", "tribunal"}
    assert {name for name, body in others.items() if body.beside} == {"regulator", "tribunal"}


def test_no_value_names_two_bodies() -> None:
    """A name, phone, address or web address belongs to one body only, so that it can tell which one a letter means."""
    found = ombudsmen()
    values = [
        detail.value
        for body in (found.housing, found.lgsco, *found.others)
        for detail in (*body.names, *body.phones, *body.emails, *body.webs, *body.postcodes)
    ]
    assert len(values) == len(set(values))


def test_designated_person() -> None:
    """The designated person's step ended on 1 October 2022."""
    assert ombudsmen().designated_person_abolished == datetime.date(2022, 10, 1)


def test_bank_holidays_are_those_of_the_calendar_package() -> None:
    """The list that spares each check a slow import says what the package says; where that has changed, put its days in the file."""
    listed = BANK_HOLIDAYS.read_text(encoding="ascii").split()
    years = range(int(listed[0][:4]), int(listed[-1][:4]) + 1)
    assert listed == [day.isoformat() for day in sorted(holidays.country_holidays("GB", subdiv="ENG", years=years))]


def test_working_days_of_many_letters_are_those_of_each() -> None:
    """England's bank holidays and weekends do not count; an end before its start is told."""
    starts = np.array(["2025-04-14", "2025-12-24", "2025-03-07", "2025-03-10", "2025-03-10"], dtype="datetime64[D]")
    ends = np.array(["2025-04-22", "2026-01-02", "2025-03-10", "2025-03-10", "2025-03-07"], dtype="datetime64[D]")
    assert working_days_between(starts, ends).tolist() == [4, 4, 1, 0, -1]
    pairs = zip(starts.tolist(), ends.tolist(), strict=True)
    assert [working_days(start, end) for start, end in pairs] == [4, 4, 1, 0, -1]
    assert working_days_between(starts[:0], ends[:0]).tolist() == []
