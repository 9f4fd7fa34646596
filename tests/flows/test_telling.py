"""A log tells how far a run is, in lines for people or for programs, and nothing of the letters."""

from __future__ import annotations

import json

import pytest

from flows.telling import Teller


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a line be due whenever something is done."""
    monkeypatch.setattr("flows.telling.EVERY", 0)


@pytest.mark.usefixtures("often")
def test_a_log_has_plain_lines_with_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    """No bar is drawn where there is no terminal."""
    with Teller(1, 3000, as_json=False) as teller:
        teller.advance(1500)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("1,500 of 3,000 files, ")
    assert line.endswith(" a second, 0:00:00 left")


@pytest.mark.usefixtures("often")
def test_a_structured_log_has_an_event_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is JSON with its time and event."""
    with Teller(7, 4, as_json=True) as teller:
        teller.advance(1)
        teller.advance(3)
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [event["event"] for event in events] == ["started", "progress", "progress"]
    assert [event.get("done") for event in events] == [None, 1, 4]
    assert {(event["run"], event["files"]) for event in events} == {(7, 4)}
    assert all(event["time"].endswith("+00:00") for event in events)


def test_a_short_run_has_nothing_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    """A job that cron starts sends no mail for progress within its first minute."""
    with Teller(1, 10, as_json=False) as teller:
        teller.advance(10)
    assert capsys.readouterr() == ("", "")
