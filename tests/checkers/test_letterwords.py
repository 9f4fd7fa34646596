"""What a letter's words say of it as a whole."""

from __future__ import annotations

import datetime as dt

import pytest

from checkers import carried, letterwords
from checkers.facts.stage import answer_in
from checkers.reading import Reading, read
from models.finding import Element
from models.language import questions
from models.letter import Block, compose

DAY = dt.date(2026, 1, 13)
OPENING = "Thank you for your call about the lift at Wern Court, which we have logged as a complaint."
ROUTE = "If you are not happy with this answer, ring 01632 960417 and a director will look at it again."


def _read(*texts: str) -> Reading:
    return read(compose("letter.txt", b"", [Block(text) for text in texts]))


def test_words_are_marks_alone_and_in_pairs() -> None:
    """Numbers are alike; words of the opening count apart, too."""
    found = letterwords.marks(_read(OPENING, "It stood still for 9 days."))
    assert {"lift", "the lift", "^lift", "^the lift", "for 0", "0 days"} <= found


def test_words_further_on_are_not_of_the_opening() -> None:
    """A letter says what it is in its first sentences."""
    found = letterwords.marks(_read(*[OPENING] * 8, "The pump had failed."))
    assert "pump" in found
    assert "^pump" not in found


def test_words_of_the_likeliest_sentences_go_by_their_label() -> None:
    """What is told of the way further is marked as such, and what stands elsewhere is not."""
    found = letterwords.marks(_read(OPENING, "The pump had failed.", ROUTE))
    assert f"{Element.ESCALATION_ROUTE}=director" in found
    assert f"{Element.ESCALATION_ROUTE}=pump" not in found


def test_a_question_looks_at_the_sentences_of_its_own_labels() -> None:
    """Words of the whole letter are seen by all."""
    route = f"{Element.ESCALATION_ROUTE}=director"
    assert letterwords.is_seen(letterwords.STAGE, route)
    assert not letterwords.is_seen(letterwords.KIND, route)
    assert all(letterwords.is_seen(question, "^the lift") for question in letterwords.LOOKED_AT)


def test_every_question_is_answered() -> None:
    """Its outcomes are likely by 1 together; where there are two, the second stands for both."""
    reading = _read(OPENING, ROUTE)
    answers = letterwords.answers(reading)
    assert list(answers) == list(letterwords.LOOKED_AT)
    assert all(sum(likely.values()) == pytest.approx(1) for likely in answers.values())
    assert [len(letterwords.odds(reading, question)) for question in (letterwords.STAGE, Element.REASONS)] == [4, 1]


def test_questions_are_kept_as_they_were_learned(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come back from their files as they went in, but for half precision."""
    learned = questions.load()
    monkeypatch.setattr(questions, "FOLDER", tmp_path)
    learned.keep()
    back = questions.load.__wrapped__()
    marks = letterwords.marks(_read(OPENING, ROUTE))
    assert back.answers(marks) == learned.answers(marks)


@pytest.mark.parametrize(
    ("day", "taking"),
    [
        ("Tuesday 27 January", 10),
        ("10 February", 20),
        ("13 January", 0),
        ("9 January", None),
        ("30 September", None),
    ],
    ids=["stage 1", "stage 2", "the same day", "past", "far off"],
)
def test_how_long_an_answer_takes(day: str, taking: int | None) -> None:
    """Working days are counted to the day of the likeliest sentence, where it is one in which an answer may come."""
    reading = _read(OPENING, f"You will have our full written answer by {day}.", "The engineer comes on 4 March.")
    assert carried.likeliest(reading, Element.TIMESCALE)[0].low.startswith("you will have")
    assert answer_in(reading, DAY) == taking
