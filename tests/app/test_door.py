"""Who is let in to the API and the page, what is refused, and how that is said. Nothing here reaches a worker."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from starlette.requests import ClientDisconnect, Request

from app.exits import Exit
from app.main import main
from app.web import incoming
from app.web.api import application
from app.web.door import is_this_machine
from app.web.incoming import Held, body_of
from app.web.refusals import Refused
from models.settings import Limits, Settings

HERE = "http://127.0.0.1:8000"
TOKEN = "a-long-secret-of-the-landlord"
CHECK = "/api/v1/check"
JSON = {"Content-Type": "application/json"}
PART = 'Content-Disposition: form-data; name="{}"; filename="draft.txt"\r\n\r\nDear Mrs Khan\r\n'


class Client:
    """A client of an application that has no workers running."""

    def __init__(self, base_url: str = HERE, **values: Any) -> None:
        self.application = application(Settings(workers=1, **values))
        self.base_url = base_url

    def request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        return asyncio.run(self._request(method, path, **sent))

    def get(self, path: str, **sent: Any) -> httpx.Response:
        return self.request("GET", path, **sent)

    def post(self, path: str, **sent: Any) -> httpx.Response:
        return self.request("POST", path, **sent)

    async def _request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.application), base_url=self.base_url) as opened:
            return await opened.request(method, path, **sent)


async def pieces(number: int) -> AsyncIterator[bytes]:
    """Yield a body in pieces, whose length nobody knows before."""
    for _ in range(number):
        yield b"x" * 10_000


def form(*parts: str) -> dict[str, Any]:
    """Return a form made of parts, as a request's content and headers."""
    body = "".join(f"--cut\r\n{part}" for part in parts) + "--cut--\r\n"
    return {"content": body.encode(), "headers": {"Content-Type": "multipart/form-data; boundary=cut"}}


def field(name: str, value: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"content": b'{"text": ', "headers": JSON}, 400, "bad_request"),
        ({"content": b"", "headers": JSON}, 400, "bad_request"),
        ({"content": b'{"text": "\xff"}', "headers": JSON}, 400, "bad_request"),
        ({"content": b'{"text": "\\ud800"}', "headers": JSON}, 400, "bad_request"),
        ({"content": b"[" * 50_000, "headers": JSON}, 400, "bad_request"),
        ({"content": b"\0", "headers": JSON}, 400, "bad_request"),
        ({"json": {}}, 422, "invalid"),
        ({"json": []}, 422, "invalid"),
        ({"json": {"text": None}}, 422, "invalid"),
        ({"json": {"text": "Dear", "stage": "1"}}, 422, "invalid"),
        ({"json": {"text": "Dear", "stage": 4}}, 422, "invalid"),
        ({"json": {"text": "Dear", "kind": "newsletter"}}, 422, "invalid"),
        ({"json": {"text": "Dear", "edition": "hos-1999"}}, 422, "invalid"),
        ({"json": {"text": "Dear", "letter": "Dear"}}, 422, "invalid"),
        ({"content": b"Dear Mrs Khan"}, 415, "unsupported_media_type"),
        ({"content": b"Dear Mrs Khan", "headers": {"Content-Type": "text/plain"}}, 415, "unsupported_media_type"),
        ({"data": {"text": "Dear Mrs Khan"}}, 415, "unsupported_media_type"),
        ({"content": b"Dear", "headers": {"Content-Type": "multipart/form-data"}}, 400, "bad_request"),
        ({"content": b"Dear", "headers": {"Content-Type": "multipart/form-data; boundary=cut"}}, 400, "bad_request"),
        (form(field("kind", "response")), 422, "invalid"),
        (form(field("file", "Dear Mrs Khan")), 422, "invalid"),
        (form(PART.format("letter")), 422, "invalid"),
        (form(PART.format("file"), PART.format("file")), 400, "bad_request"),
        (form(PART.format("file"), field("stage", "two")), 422, "invalid"),
        (form(PART.format("file"), field("text", "Dear Mrs Khan")), 422, "invalid"),
        (form(PART.format("file"), *(field(f"f{number}", "x") for number in range(9))), 400, "bad_request"),
        (form("Content-Disposition: form-data\r\n\r\nDear\r\n"), 400, "bad_request"),
        ({"files": {"file": ("draft.docx", b"x" * 2000)}}, 413, "too_large"),
        ({"content": pieces(20), "headers": JSON}, 413, "too_large"),
        ({"content": b"", "headers": {**JSON, "Content-Length": "9" * 20}}, 413, "too_large"),
    ],
)
def test_misuse_is_told_in_one_shape(sent: dict[str, Any], status: int, code: str) -> None:
    """A request that cannot be carried out gets a status, a word for programs and a sentence for people, and no word of a letter."""
    answer = Client(limits=Limits(file_bytes=1000)).post(CHECK, **sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert len(answer.json()["error"]["message"]) > 20
    assert "Khan" not in answer.text
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", CHECK, 405, "method_not_allowed"), ("POST", "/api/v2/check", 404, "not_found"), ("GET", "/api/docs", 404, "not_found")],
)
def test_an_address_that_there_is_not_is_told_in_the_same_shape(method: str, path: str, status: int, code: str) -> None:
    """What the framework refuses looks like all else that is refused."""
    answer = Client().request(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/", "/page.js", "/api/openapi.json", "/api/v1/words", "/api/nothing", "/nothing"])
def test_every_answer_is_kept_by_nobody_and_loads_nothing_from_elsewhere(path: str) -> None:
    """Page, data and refusals alike say what a browser may do with them."""
    headers = Client().get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_the_page_gives_no_other_file_away() -> None:
    """An address cannot climb out of the page's folder."""
    served = Client()
    assert served.get("/").headers["content-type"].startswith("text/html")
    assert {served.get(path).status_code for path in ("/..%2fapi.py", "/../api.py", "/%2e%2e/api.py", "//etc/passwd")} == {404}


@pytest.mark.parametrize("host", ["letters.example", "127.0.0.1.letters.example", "localhost.letters.example:8000", "", "[::1"])
def test_a_foreign_name_for_this_machine_is_refused(host: str) -> None:
    """A web site whose name is made to lead here (DNS rebinding) can read nothing."""
    for path in ("/", "/api/v1/words"):
        answer = Client().get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_this_machines_own_names_are_let_in(host: str) -> None:
    """Any way to write this machine's own address works, with and without a port."""
    assert Client().get("/api/v1/words", headers={"Host": host}).status_code == HTTPStatus.OK


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_cannot_use_the_api(site: str) -> None:
    """A browser says from where a page asks; forms of other sites need not be checked."""
    answer = Client().post(CHECK, json={"text": "Dear"}, headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert Client().get("/api/v1/words", headers={"Sec-Fetch-Site": "same-origin"}).status_code == HTTPStatus.OK
    assert Client().get("/", headers={"Sec-Fetch-Site": site}).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "given", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer caf\xe9".encode("latin-1")]
)
def test_the_api_asks_for_its_token(given: str | bytes | None) -> None:
    """Without the very token nothing of the API is to be had, and no browser's own prompt is called up."""
    served = Client("http://letters.fenbridge.example", token=TOKEN)
    answer = served.get("/api/v1/words", headers={} if given is None else {"Authorization": given})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_who_has_the_token_is_let_in_under_any_name() -> None:
    """With a token the server may stand behind a name; the page itself needs none, for it asks the officer."""
    served = Client("http://letters.fenbridge.example", token=TOKEN)
    assert served.get("/api/v1/words", headers={"Authorization": f"bearer {TOKEN}"}).status_code == HTTPStatus.OK
    assert served.get("/").status_code == HTTPStatus.OK


def test_too_many_requests_are_put_off() -> None:
    """A client over the rate is told when to come again; the page itself is not counted."""
    served = Client(limits=Limits(requests=2))
    assert [served.get("/api/v1/words").status_code for _ in range(3)] == [200, 200, 429]
    refused = served.get("/api/v1/words")
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert refused.headers["retry-after"] == "60"
    assert served.get("/").status_code == HTTPStatus.OK


def test_guessed_tokens_count_as_requests() -> None:
    """Nobody can try tokens faster than the rate."""
    served = Client(token=TOKEN, limits=Limits(requests=2))
    assert [served.get("/api/v1/words", headers={"Authorization": "Bearer x"}).status_code for _ in range(3)] == [401, 401, 429]


def test_what_fails_is_told_without_the_letter(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A fault of the program names its own line, neither its message nor its traceback."""

    async def fail(*_: object) -> bytes:
        raise KeyError("Dear Mrs Khan")

    monkeypatch.setattr("app.web.api.body_of", fail)
    answer = Client().post(CHECK, json={"text": "Dear Mrs Khan"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "failed")
    assert "Khan" not in answer.text
    assert "KeyError at test_door.py" in caplog.text
    assert "Khan" not in caplog.text


def arriving(*messages: dict[str, Any], pause: float = 0) -> Request:
    """Return a request whose body arrives in these messages, and then no more."""
    waiting: Iterator[dict[str, Any]] = iter(messages)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        return next(waiting)

    return Request({"type": "http", "method": "POST", "path": CHECK, "headers": []}, receive)


def piece(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_client_that_sends_too_slowly_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are counted no longer."""
    monkeypatch.setattr(incoming, "SECONDS", 0.05)
    held = Held(100)
    with pytest.raises(Refused, match="did not arrive") as raised:
        asyncio.run(body_of(arriving(*[piece(b"x")] * 50, pause=0.01), Limits(), held))
    assert raised.value.status == HTTPStatus.REQUEST_TIMEOUT
    held.take(100)


def test_a_client_that_leaves_gives_its_room_back() -> None:
    """An upload that breaks off leaves nothing behind."""
    held = Held(100)
    with pytest.raises(ClientDisconnect):
        asyncio.run(body_of(arriving(piece(b"x" * 60), {"type": "http.disconnect"}), Limits(), held))
    held.take(100)


def test_more_than_can_be_held_at_once_is_put_off() -> None:
    """Many large uploads at once do not eat the machine's memory."""
    held = Held(100)
    asyncio.run(body_of(arriving(piece(b"x" * 60, more=False)), Limits(), held))
    with pytest.raises(Refused, match="Try again") as raised:
        asyncio.run(body_of(arriving(piece(b"x" * 60, more=False)), Limits(), held))
    assert raised.value.status == HTTPStatus.SERVICE_UNAVAILABLE


def test_an_upload_is_never_written_to_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file stays in memory while its form is read."""
    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", None)
    sent = form(PART.format("file").replace("Dear Mrs Khan", "Dear Mrs Khan " * 500_000))

    request = Request({"type": "http", "headers": [(b"content-type", sent["headers"]["Content-Type"].encode())]})
    job = asyncio.run(incoming.job_of(request, incoming.Task.CHECK, sent["content"], Limits()))
    assert len(job.content) == len("Dear Mrs Khan " * 500_000)


@pytest.mark.parametrize(
    ("given", "name"),
    [("draft.docx", "draft.docx"), ("C:\\Users\\tom\\draft.docx", "draft.docx"), ("/home/tom/draft.docx", "draft.docx"), ("..", "..")],
)
def test_only_a_files_name_is_kept(given: str, name: str) -> None:
    """Folders on an officer's computer are nobody's business."""
    assert incoming._name(given) == name


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "letters.fenbridge.example"])
def test_no_server_for_others_without_a_token(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It does not start, and says how it would."""
    assert main(["serve", "--host", host, "--port", "0"]) == Exit.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert "LETTERPROOF_TOKEN" in err


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machines_addresses_are_known(host: str) -> None:
    """No token is needed where nobody else can reach the server."""
    assert is_this_machine(host)


def test_a_short_token_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A token that could be guessed is no token; it is not printed."""
    monkeypatch.setenv("LETTERPROOF_TOKEN", "hunter2")
    assert main(["serve", "--port", "0"]) == Exit.USAGE
    err = capsys.readouterr().err
    assert "token" in err
    assert "hunter2" not in err


@pytest.mark.parametrize("port", ["taken", "99999"])
def test_a_port_that_cannot_be_had_is_told(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        chosen = str(taken.getsockname()[1]) if port == "taken" else port
        assert main(["serve", "--port", chosen]) == Exit.USAGE
    assert "--port" in capsys.readouterr().err


def test_the_description_is_whole() -> None:
    """Every part that the OpenAPI description points to is in it, and every endpoint that takes a letter says what it may refuse."""
    text = Client().get("/api/openapi.json").text
    description = json.loads(text)
    pointed = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert pointed <= set(description["components"]["schemas"])
    assert set(description["paths"]) == {f"/api/{path}" for path in ("check", "v1/check", "v1/review", "v1/annotate", "v1/words")}
    assert "413" in description["paths"][CHECK]["post"]["responses"]
