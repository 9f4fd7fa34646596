"""`letterproof serve` as it runs: a real server with real workers, and the letters and rubbish that people send to it."""

from __future__ import annotations

import concurrent.futures
import io
import json
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import jsonschema
import pytest
import schemathesis
from schemathesis.checks import CHECKS

from app.main import main
from bench.hostile_files import FILES

pytestmark = pytest.mark.slow
LETTERS = Path("samples/letters")
DRAFT = LETTERS / "third-stage.docx"
TEXT = "3 March 2025\n\nDear Mrs Okonkwo\n\nThis is our stage 1 response to your complaint. I uphold it.\n\nYours sincerely\n\nTom Reed\n"
SETTINGS = {"LETTERPROOF_WORKERS": "1", "LETTERPROOF_LIMITS__REQUESTS": "1000000", "LETTERPROOF_LIMITS__FILE_BYTES": "400000"}
REFUSED = {"positive_data_acceptance"}  # of documents made at random few are Word's


@dataclass
class Server:
    """A running server, and the file that it prints to."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def post(self, path: str, **sent: Any) -> httpx.Response:
        return httpx.post(f"{self.address}/api/{path}", timeout=60, **sent)

    def check(self, path: Path) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = self.post("v1/check", files={"file": (path.name, path.read_bytes())}).json()["results"]
        return results


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a server for all tests here; at the end, it stops when asked to, and has printed nothing of what was sent, and no traceback."""
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "app", "serve", "--port", "0"]
    environment = {**os.environ, **SETTINGS, "TMPDIR": str(folder)}
    log = folder / "log"
    with log.open("wb") as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment) as process:
        assert process.stdout is not None
        words = process.stdout.readline().decode().split()
        running = Server(process, next(word.rstrip("/") for word in words if word.startswith("http")), log)
        running.post("v1/check", json={"text": TEXT}).raise_for_status()
        yield running
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert process.stdout.read() == b""
    assert set(log.read_text().splitlines()) <= {"WARNING:  Invalid HTTP request received."}
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["log"]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """Return what the command prints as JSON."""
    main(list(arguments))
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("path", [LETTERS / "stage1-response.docx", LETTERS / "extension.pdf", LETTERS / "acknowledgement.eml"])
def test_says_what_the_command_says(server: Server, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The server and `letterproof check` judge alike, and the answer follows the published schema."""
    [result] = server.check(path)
    [expected] = printed(capsys, "check", "--format", "json", str(path))
    assert result == {**expected, "path": path.name}
    jsonschema.validate(result, printed(capsys, "schema"), cls=jsonschema.Draft202012Validator)


def test_the_version_may_be_left_out(server: Server) -> None:
    """`/api/check` is the newest version."""
    assert server.post("check", json={"text": TEXT}).json() == server.post("v1/check", json={"text": TEXT}).json()


def test_what_the_user_chose_holds(server: Server) -> None:
    """Kind, stage and edition come with a text or a file alike."""
    chosen = {"kind": "response", "stage": 2, "edition": "hos-2022"}
    sent = [{"json": {"text": TEXT, **chosen}}, {"files": {"file": ("draft.txt", TEXT.encode())}, "data": chosen}]
    for each in sent:
        [result] = server.post("v1/check", **each).json()["results"]
        assert {name: result[name] for name in chosen} == chosen


def test_places_count_in_the_text_that_comes_with_them(server: Server) -> None:
    """A page can mark every quotation, with characters outside the basic plane before it, too."""
    [letter] = server.post("v1/review", json={"text": f"\U0001f3e0 {TEXT}"}).json()["letters"]
    text = letter["text"]
    quoted = [quote for element in letter["result"]["elements"] for quote in element["evidence"]]
    assert quoted
    assert all(text[quote["start"] : quote["end"]] == quote["text"] for quote in quoted)
    assert [text[passage["start"] : passage["end"]] for passage in letter["passages"]] == [part for part in text.split("\n\n") if part]
    assert letter["can_annotate"] is False


def test_an_email_brings_its_attachments(server: Server) -> None:
    """Each letter has its result; one that cannot be read stands among the others."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "tom@fenbridge.example", "Your complaint"
    mail.set_content(TEXT)
    mail.add_attachment(DRAFT.read_bytes(), maintype="application", subtype="octet-stream", filename="draft.docx")
    mail.add_attachment(b"", maintype="application", subtype="pdf", filename="empty.pdf")
    letters = server.post("v1/review", files={"file": ("mail.eml", mail.as_bytes())}).json()["letters"]
    assert [letter["result"]["path"] for letter in letters] == ["mail.eml", "mail.eml#draft.docx", "mail.eml#empty.pdf"]
    assert [letter["can_annotate"] for letter in letters] == [False, False, False]
    assert (letters[2]["result"]["verdict"], letters[2]["text"]) == ("unreadable", None)


def test_a_word_document_comes_back_with_comments(server: Server) -> None:
    """The page offers it where the server says so."""
    sent = {"files": {"file": (DRAFT.name, DRAFT.read_bytes())}}
    assert server.post("v1/review", **sent).json()["letters"][0]["can_annotate"] is True
    answer = server.post("v1/annotate", **sent)
    assert "wordprocessingml" in answer.headers["content-type"]
    assert "word/comments.xml" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"json": {"text": TEXT}}, "unsupported"),
        ({"files": {"file": ("letter.pdf", (LETTERS / "extension.pdf").read_bytes())}}, "unsupported"),
        ({"files": {"file": ("letter.docx", DRAFT.read_bytes()[:5000])}}, "corrupt"),
        ({"files": {"file": ("letter.docx", b"")}}, "empty"),
    ],
)
def test_what_cannot_hold_comments_is_told(server: Server, sent: dict[str, Any], code: str) -> None:
    """There is no document to answer with, so the answer is a refusal."""
    answer = server.post("v1/annotate", **sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "empty"),
        ("nul.docx", b"\0" * 3000, "unsupported"),
        ("cut.docx", DRAFT.read_bytes()[:3000], "corrupt"),
        ("photo.gif", b"GIF89a" + bytes(500), "unsupported"),
        ("\u202e\x1b[31mfdp\udcff.docx".encode("utf-8", "surrogateescape").decode("latin-1"), b"PK\x03\x04", "corrupt"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_result(server: Server, name: str, content: bytes, code: str) -> None:
    """The request was fine, so its status is too; the result says what to do, in the shape of all results."""
    answer = server.post("v1/check", files={"file": (name, content)})
    [result] = answer.json()["results"]
    assert (answer.status_code, result["verdict"], result["error"]["code"]) == (200, "unreadable", code)


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (" \n\0 ", "empty"), ("a" * 350_000, "too_large")])
def test_a_text_that_is_no_letter_is_a_result(server: Server, text: str, code: str) -> None:
    """As with a file."""
    [result] = server.post("v1/check", json={"text": text}).json()["results"]
    assert result["error"]["code"] == code


@pytest.mark.parametrize("name", FILES)
def test_hostile_files_are_answered(server: Server, name: str) -> None:
    """Files made to be slow or deep give a result like any other."""
    answer = server.post("v1/review", files={"file": ("letter", FILES[name](20_000))})
    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["letters"]


def test_many_at_once_are_all_answered(server: Server) -> None:
    """Nobody is lost in the line, and nobody gets another's answer."""
    with concurrent.futures.ThreadPoolExecutor(16) as officers:
        answers = list(officers.map(lambda n: server.post("v1/check", json={"text": f"Ref: CMP-{n:05}\n\n{TEXT}"}), range(32)))
    assert [answer.json()["results"][0]["reference"] for answer in answers] == [f"CMP-{n:05}" for n in range(32)]


def raw(server: Server, *pieces: bytes) -> socket.socket:
    """Send bytes as no library would, and return the open connection."""
    url = httpx.URL(server.address)
    connection = socket.create_connection((url.host, url.port or 0), timeout=20)
    for each in pieces:
        connection.sendall(each)
    return connection


HEAD = b"POST /api/v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

FORM = HEAD.replace(b"application/json", b"multipart/form-data; boundary=cut")


def test_requests_that_are_dropped_hold_nobody_up(server: Server) -> None:
    """Clients that leave in the middle of their request, or before its answer, leave the server as it was."""
    body = json.dumps({"text": TEXT * 20}).encode()
    for _ in range(30):
        raw(server, HEAD, b"Content-Length: %d\r\n\r\n" % len(body), body).close()
        raw(server, HEAD, b"Content-Length: %d\r\n\r\n" % len(body), body[:500]).close()
        raw(server, HEAD).close()
    assert server.post("v1/check", json={"text": TEXT}).status_code == HTTPStatus.OK


def test_a_slow_client_holds_nobody_up(server: Server) -> None:
    """Others are answered while one has not yet sent its letter."""
    with raw(server, HEAD, b"Content-Length: 100\r\n\r\n", b'{"te'):
        assert server.post("v1/check", json={"text": TEXT}).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        ([b"\0\xff\r\n\r\n"], b"400"),
        ([b"POST /api/v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"], b"400"),
        ([HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n"], b"400"),
        ([HEAD, b"Transfer-Encoding: chunked\r\n\r\n", *[b"%x\r\n%s\r\n" % (10_000, b" " * 10_000)] * 60, b"0\r\n\r\n"], b"413"),
        ([HEAD, b"Content-Length: 600000\r\n\r\n", b"x" * 600_000], b"413"),
        ([FORM, b"Content-Length: 20\r\n\r\n", b"--Mrs Khan\r\n        "], b"400"),
        ([HEAD, b"X: " + b"x" * 100_000 + b"\r\n\r\n"], b"400"),
    ],
)
def test_what_is_no_request_is_refused(server: Server, pieces: list[bytes], status: bytes) -> None:
    """Broken HTTP, and bodies that go on and on, end with an answer and not with a hang."""
    with raw(server, *pieces) as connection:
        assert connection.recv(100).split(b" ")[1] == status


def test_the_server_does_not_say_what_it_is_made_of(server: Server) -> None:
    """No header names software."""
    headers = httpx.get(f"{server.address}/").headers
    assert not {"server", "x-powered-by"} & set(headers)


@pytest.mark.parametrize(
    ("operation", "mode"),
    [(name, mode) for name in ("check", "review", "annotate") for mode in schemathesis.GenerationMode]
    + [("words", schemathesis.GenerationMode.POSITIVE)],
)
def test_the_api_is_as_it_is_described(server: Server, operation: str, mode: schemathesis.GenerationMode) -> None:
    """Requests made up from the description, right and wrong ones, are answered as it says."""
    description = schemathesis.openapi.from_url(f"{server.address}/api/openapi.json")
    made = description.find_operation_by_id(operation).as_strategy(generation_mode=mode)
    excluded = [check for check in CHECKS.get_all() if operation == "annotate" and check.__name__ in REFUSED]

    @hypothesis.settings(max_examples=15, database=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(case=made)
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=excluded)

    holds()
