"""The command as its users and their scripts meet it: what it prints, where, and with which exit status."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from app.exits import Exit
from app.main import main
from models.finding import Element

LETTERS = Path("samples/letters")
NO_DECISION = LETTERS / "no-decision.pdf"


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what went to standard output, after making sure that nothing else did."""
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_json_follows_the_published_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """Every result, of good letters and of unreadable files, follows the schema that the command itself prints."""
    main(["schema"])
    schema = json.loads(printed(capsys))
    main(["check", "--format", "json", str(LETTERS), "samples/archive/no-such-letter.pdf"])
    results = json.loads(printed(capsys))
    assert len(results) > len(list(LETTERS.glob("*.*"))) - 2
    for result in results:
        jsonschema.validate(result, schema, cls=jsonschema.Draft202012Validator)
        assert result["error"] or [e["element"] for e in result["elements"]] == list(Element)


def test_places_count_the_characters_of_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Every quotation stands where its place says, in the text that `letterproof text` prints."""
    main(["text", str(NO_DECISION)])
    text = printed(capsys).removesuffix("\n")
    main(["check", "--format", "jsonl", str(NO_DECISION)])
    result = json.loads(printed(capsys))
    quoted = [e for element in result["elements"] for e in element["evidence"]]
    named = [{**place, "text": name["text"]} for name in result["names"] for place in name["places"][:1]]
    assert quoted
    assert named
    assert all(text[q["start"] : q["end"]] == q["text"] for q in quoted)
    assert all(text[n["start"] : n["end"]] in n["text"] or n["text"] in text for n in named)


def test_a_good_letter_exits_with_0_and_a_faulty_one_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    """The exit status tells a script whether a letter has gaps."""
    assert main(["check", str(LETTERS / "stage1-response.docx")]) == Exit.FINE
    assert main(["check", str(NO_DECISION)]) == Exit.GAPS
    shown = capsys.readouterr().out
    assert "Decision on the complaint: missing" in shown
    assert "Write: " in shown
    assert "\x1b[" not in shown


def test_an_unreadable_file_wins_over_gaps(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Where one file cannot be read, the status says so, and the others are checked all the same."""
    empty = tmp_path / "empty.docx"
    empty.touch()
    assert main(["check", "--format", "json", str(empty), str(NO_DECISION)]) == Exit.UNREADABLE
    unreadable, gaps = json.loads(printed(capsys))
    assert (unreadable["verdict"], unreadable["error"]["code"], unreadable["elements"]) == ("unreadable", "empty", [])
    assert gaps["verdict"] == "gaps"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("photo.pdf", b"GIF89a" + bytes(64), "unsupported"),
        ("cut.docx", b"PK\x03\x04" + bytes(40), "corrupt"),
        ("nothing.txt", b"", "empty"),
    ],
)
def test_bad_files_say_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, content: bytes, code: str) -> None:
    """A file that is no letter gets its code and a sentence of advice, in `check` and in `text`."""
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["check", "--format", "jsonl", str(path)]) == Exit.UNREADABLE
    error = json.loads(printed(capsys))["error"]
    assert error["code"] == code
    assert len(error["message"]) > 20
    assert main(["text", str(path)]) == Exit.UNREADABLE
    assert error["message"] in capsys.readouterr().err


def test_a_missing_path_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    """A path that is not there is a result with code not_found, not a traceback."""
    assert main(["check", "--format", "jsonl", "no/such/letter.docx"]) == Exit.UNREADABLE
    assert json.loads(printed(capsys))["error"]["code"] == "not_found"


@pytest.mark.parametrize("command", ["check", "text"])
def test_a_path_that_cannot_be_looked_up_is_not_found(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """A name that is too long for the file system is a file that is not there, whatever the system says of it."""
    assert main([command, "x" * 5000 + ".docx"]) == Exit.UNREADABLE
    assert "Check the path" in "".join(capsys.readouterr())


def test_an_attachment_that_is_not_there_names_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip in an attachment's name never prints another letter."""
    mail = Path("samples/archive/2026/01/HCC-CC-26-0017.eml")
    main(["check", "--format", "json", str(mail)])
    attached = [result["path"] for result in json.loads(printed(capsys))][1:]
    assert main(["text", f"{mail}#nosuch.pdf"]) == Exit.UNREADABLE
    out, err = capsys.readouterr()
    assert out == ""
    assert attached
    assert all(path in err for path in attached)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_unfinished() -> None:
    """A full disk behind standard output is told, and is not taken for gaps."""
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([sys.executable, "-m", "app", "schema"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == Exit.UNFINISHED
    assert "could not be written" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_reader_who_has_seen_enough_is_no_fault() -> None:
    """`letterproof check … | head -1` ends quietly with status 0."""
    command = [sys.executable, "-m", "app", "check", *[str(LETTERS / "stage1-response.docx")] * 40]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as ran:
        assert ran.stdout is not None
        assert ran.stderr is not None
        ran.stdout.readline()
        ran.stdout.close()
        assert (ran.wait(), ran.stderr.read()) == (Exit.FINE, "")


def test_a_file_name_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Control characters in a file's name are written out, not obeyed."""
    odd = tmp_path / "\x1b[2Jletter.txt"
    try:
        odd.write_text("Dear Mrs Okoro, we have logged your complaint today.", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such names")
    main(["check", str(odd)])
    shown = printed(capsys)
    assert "\x1b" not in shown
    assert r"\x1b[2Jletter.txt" in shown.replace("\n", "")


def test_a_folder_without_letters_is_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A folder in which there is nothing to check says which files are read."""
    assert main(["check", str(tmp_path)]) == Exit.USAGE
    assert ".docx" in capsys.readouterr().err


def test_standard_input_is_a_letter(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft may be piped in as plain text."""
    draft = b"Dear Mrs Okoro\n\nThank you for your complaint of 3 March 2025. We logged it today at stage 1.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(draft)))
    main(["check", "--format", "jsonl", "-"])
    result = json.loads(printed(capsys))
    assert (result["path"], result["kind"], result["stage"]) == ("-", "acknowledgement", 1)


def test_a_whole_file_may_be_piped_in(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input is read by its content like any file: a Word document is not taken for text."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((LETTERS / "stage1-response.docx").read_bytes())))
    assert main(["check", "--format", "jsonl", "-"]) == Exit.FINE
    assert json.loads(printed(capsys))["kind"] == "response"


@pytest.mark.parametrize("stdin", [None, io.TextIOWrapper(io.BytesIO(b" \n"))], ids=["closed", "blank"])
def test_nothing_piped_in_is_an_empty_letter(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stdin: io.TextIOWrapper | None
) -> None:
    """Where nothing comes in, or standard input is closed, the result says so."""
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["check", "--format", "jsonl", "-"]) == Exit.UNREADABLE
    assert json.loads(printed(capsys))["error"]["code"] == "empty"


def test_what_the_user_says_of_a_letter_stands(capsys: pytest.CaptureFixture[str]) -> None:
    """Kind, stage and edition may be given, and what each asks for follows."""
    main(["check", "--format", "jsonl", "--kind", "extension", "--stage", "2", "--edition", "hos-2024", str(NO_DECISION)])
    result = json.loads(printed(capsys))
    assert (result["kind"], result["stage"], result["edition"]) == ("extension", 2, "hos-2024")
    assert next(e for e in result["elements"] if e["element"] == "timescale")["requirement"] == "must"


def test_settings_that_do_not_fit_are_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Bad settings name the setting and where to read about it."""
    bad = tmp_path / "letterproof.toml"
    bad.write_text("workers = -1\n", encoding="utf-8")
    assert main(["check", "--settings", str(bad), str(NO_DECISION)]) == Exit.USAGE
    assert "workers" in capsys.readouterr().err


def test_listed_staff_are_known(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A name in the landlord's staff list is found as staff, whatever it looks like."""
    settings, letter = tmp_path / "own.toml", tmp_path / "draft.txt"
    settings.write_text('staff = ["Xq Vlorp"]\n', encoding="utf-8")
    letter.write_text("Dear Mrs Okoro\n\nYour complaint is upheld. We asked Xq Vlorp about the lift.\n", encoding="utf-8")
    main(["check", "--format", "jsonl", "--settings", str(settings), str(letter)])
    assert {"Xq Vlorp": "staff"}.items() <= {n["text"]: n["role"] for n in json.loads(printed(capsys))["names"]}.items()


@pytest.mark.parametrize("url", ["nonsense://x", "sqlite:////proc/no/such/place.db"])
@pytest.mark.parametrize("command", [["summary"], ["sample"], ["nightly", "samples/letters"]])
def test_a_bad_store_is_wrong_usage(capsys: pytest.CaptureFixture[str], command: list[str], url: str, tmp_path: Path) -> None:
    """A store URL that is wrong or not writable is said before anything starts."""
    assert main([*command, "--store", url, "--out", str(tmp_path / "out")]) == Exit.USAGE
    assert "letterproof: " in capsys.readouterr().err


def test_a_text_too_long_to_be_a_letter_is_too_large(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A megabyte of text is refused in so many words, before anything tries to judge it."""
    path = tmp_path / "long.txt"
    path.write_text("Dear Mrs Okoro. " * 80_000, encoding="utf-8")
    assert main(["check", "--format", "jsonl", str(path)]) == Exit.UNREADABLE
    assert json.loads(printed(capsys))["error"]["code"] == "too_large"


def test_a_review_is_never_written_over(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A workbook that is there already may hold a reviewer's verdicts: `sample` leaves it alone and says so."""
    review = tmp_path / "review.xlsx"
    review.write_bytes(b"an afternoon's work")
    assert main(["sample", "--store", f"sqlite:///{tmp_path}/letters.db", "--out", str(review)]) == Exit.USAGE
    assert "there already" in capsys.readouterr().err
    assert review.read_bytes() == b"an afternoon's work"
