"""From a request to a job: a file as multipart, or a text as JSON. Both are held in memory, and never written to disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from app.web.jobs import TEXT, Job, Task
from app.web.refusals import Refused
from checkers import Choice
from models.finding import Edition, Kind
from models.settings import Limits

ROOM = 100_000  # bytes that a request may have beside the file
SECONDS = 60  # that a client may take to send it
PASSED_OVER = 4  # times the size that is allowed: so much is read of a request that is too large, for its sender to hear why
_TOO_LARGE = "The file is larger than {:,} bytes. Send a smaller copy, or raise limits.file_bytes."


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Chosen(BaseModel):
    """What the user chose, instead of what is worked out."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = None
    stage: Annotated[int, Field(ge=1, le=3), BeforeValidator(_whole)] | None = None  # in JSON, 2.0 is a whole number, too
    edition: Edition | None = None

    def choice(self) -> Choice:
        """Return it as the checkers take it."""
        return Choice(kind=self.kind, stage=self.stage, edition=self.edition)


class TextRequest(Chosen):
    """A letter as text."""

    text: str


class _InMemory(MultiPartParser):
    spool_max_size = 0  # no size is too large to be held in memory: the request's own size is limited


class Held:
    """How many bytes of requests are held at once."""

    def __init__(self, most: int) -> None:
        self._free = most

    def take(self, size: int) -> None:
        """Count so many bytes more. Raises Refused where they are too many."""
        if size > self._free:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many letters are being sent. Try again in a moment.", code="busy")
        self._free -= size

    def give_back(self, size: int) -> None:
        """Count so many bytes less."""
        self._free += size


def largest(limits: Limits) -> int:
    """Return how many bytes a request may have."""
    return limits.file_bytes + ROOM


def media_type(request: Request) -> str:
    """Return the content type that a request claims, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_text(request: Request) -> bool:
    """Tell whether a request says that it brings a text, and not a file."""
    return media_type(request) == "application/json"


async def body_of(request: Request, limits: Limits, held: Held) -> bytes:
    """Return a request's body, counted in `held`. Raises Refused where it is too large or comes too slowly."""
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in _stream(request, largest(limits), _TOO_LARGE.format(limits.file_bytes)):
                held.take(len(chunk))
                body += chunk
    except TimeoutError as error:
        held.give_back(len(body))
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, f"The letter did not arrive within {SECONDS} seconds. Send it again.") from error
    except BaseException:
        held.give_back(len(body))
        raise
    return bytes(body)


async def _stream(request: Request, most: int, message: str) -> AsyncGenerator[bytes, None]:
    """Yield a body's pieces until it proves too large; then pass over what still comes, and raise Refused."""
    said = request.headers.get("content-length", "")
    size = 0
    is_over = said.isdigit() and int(said) > most
    async for chunk in request.stream():
        size += len(chunk)
        is_over = is_over or size > most
        if not is_over:
            yield chunk
        elif size > PASSED_OVER * most:
            break
    if is_over:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, code="too_large")


async def job_of(request: Request, task: Task, body: bytes, limits: Limits) -> Job:
    """Return what a request asks for. Raises Refused where it cannot be told."""
    if is_text(request):
        return _of_text(task, body)
    if media_type(request) == "multipart/form-data":
        return await _of_form(request, task, body, limits)
    raise Refused(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        'Send a file as multipart/form-data in the field "file", or a text as application/json: {"text": "…"}.',
    )


def _of_text(task: Task, body: bytes) -> Job:
    try:
        asked = TextRequest.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise _misfit(error) from error
    return Job(task, asked.text, TEXT, asked.choice())


async def _of_form(request: Request, task: Task, body: bytes, limits: Limits) -> Job:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await _InMemory(request.headers, stream(), max_files=1, max_fields=len(Chosen.model_fields)).parse()
    except (MultiPartException, ValueError) as error:  # ValueError: a header or a name that is no text
        raise Refused(HTTPStatus.BAD_REQUEST, "The form cannot be read. Send one file, as multipart/form-data.") from error
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, 'There is no file. Send it in the field "file", with a file name.', code="invalid")
    content = await file.read()
    if len(content) > limits.file_bytes:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE.format(limits.file_bytes), code="too_large")
    return Job(task, content, _name(file.filename), _chosen(form).choice())


def _chosen(form: FormData) -> Chosen:
    fields: Mapping[str, Any] = {name: value for name, value in form.items() if name != "file"}
    try:
        return Chosen.model_validate_strings(fields)
    except ValidationError as error:
        raise _misfit(error) from error


def _name(name: str | None) -> str:
    """Return the name of an uploaded file without folders; some programs send them."""
    return PurePosixPath((name or "").replace("\\", "/")).name or TEXT


def _misfit(error: ValidationError) -> Refused:
    """Return what is said of values that do not fit, without them."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Refused(HTTPStatus.BAD_REQUEST, "The request is not valid JSON in UTF-8.", code="bad_request")
    said = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'request'}: {fault['msg']}" for fault in faults)
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{said}. See docs/api.md.", code="invalid")
