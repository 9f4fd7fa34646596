"""`letterproof evaluate` as those meet it who change rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.exits import Exit
from app.main import main

LETTER = """---
id: marl-01
voice: marl
kind: {kind}
stage: 1
edition: hos-2024
date: 2025-03-14
elements: {{stage: present, definition: present, outcomes_sought: missing, decision: {decision}, reasons: present, remedy: present,
  outstanding_actions: missing, escalation_route: missing, ombudsman_details: missing, timescale: not_applicable}}
ambiguous: [definition]
names: [{{text: Mrs Khan, role: resident}}, {{text: Tom Reed, role: signatory}}]
flags: []
spans: {{decision: ["I uphold your complaint"]}}
---
@body
14 March 2025

Dear Mrs Khan

# Stage 1 response

You complained that your boiler was left broken for nine days in February, and that nobody told you why.

I uphold your complaint. Our records show that we were told on 2 February and that our engineer came on 11 February.

I am sorry that you were without heating for nine days. We will pay you £90 by 28 March 2025.

Yours sincerely

Tom Reed
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "marl-01.md").write_text(LETTER.format(kind="response", decision="present"), encoding="utf-8")
    return folder


def test_figures_are_counted_from_the_labels(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Kind, gaps, names and evidence are right where the program and the labels agree; ambiguous elements are left out."""
    assert main(["evaluate", str(corpus), "--format", "json"]) == Exit.FINE
    figures = json.loads(capsys.readouterr().out)["all"]
    assert figures["shares"]["kind"] == {"right": 1, "of": 1, "share": 1.0}
    assert figures["shares"]["evidence"]["of"] == 1
    assert figures["found"]["ombudsman_details"]["right"] == 1
    assert "definition" not in figures["found"]
    assert figures["found"]["names"]["right"] == 2


def test_a_mistake_is_listed_with_the_words_that_misled(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Labels that say otherwise than the program make a mistake, shown with the sentence it went by."""
    (corpus / "marl-01.md").write_text(LETTER.format(kind="response", decision="missing"), encoding="utf-8")
    main(["evaluate", str(corpus), "--mistakes"])
    listed = capsys.readouterr().out.partition("Mistakes")[2]
    assert "marl-01  decision: missing → present  I uphold your complaint" in listed


def test_a_change_is_shown_against_a_baseline(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is decided otherwise than before is shown letter by letter, and called better or worse by the labels."""
    baseline = tmp_path / "baseline.jsonl"
    main(["evaluate", str(corpus), "--keep", str(baseline)])
    kept = json.loads(baseline.read_text(encoding="utf-8"))
    kept["elements"]["decision"] = "missing"
    kept["flags"] = ["late"]
    baseline.write_text(json.dumps(kept), encoding="utf-8")
    capsys.readouterr()
    assert main(["evaluate", str(corpus), "--against", str(baseline)]) == Exit.FINE
    shown = capsys.readouterr().out
    assert "decision: missing → present  better" in shown
    assert "late: raised → –  better" in shown
    assert "1 of 1 letters are judged otherwise" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--voices", "nobody"], "no annotated letters"),
        (["--voices", "test"], "cannot be read"),
        (["--against", "none.jsonl"], "no baseline"),
    ],
)
def test_wrong_usage_says_what_to_do(corpus: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    """Voices that are not there and files that are no baseline are told."""
    assert main(["evaluate", str(corpus), *arguments]) == Exit.USAGE
    assert said in capsys.readouterr().err


def test_labels_that_do_not_follow_the_format_are_told(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A kind that is none is an error that names the file."""
    (corpus / "marl-01.md").write_text(LETTER.format(kind="poem", decision="present"), encoding="utf-8")
    assert main(["evaluate", str(corpus)]) == Exit.USAGE
    assert "marl-01.md" in capsys.readouterr().err
