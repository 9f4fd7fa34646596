"""The API and the page as one application. docs/api.md describes it for those who call it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from app.web.door import Door
from app.web.incoming import Held, TextRequest, body_of, is_text, job_of, largest
from app.web.jobs import Answer, Checked, Job, Review, Task, failed
from app.web.refusals import ErrorAnswer, Refused
from app.web.words import vocabulary
from app.web.workers import Workers
from flows.guarded import unchecked
from flows.pool import Failure
from models.finding import FileError
from models.settings import Settings

PAGE = Path(__file__).parent / "page"
_SCHEMAS = "#/components/schemas/{model}"
REFUSALS = (400, 401, 403, 408, 413, 415, 422, 429, 503)
REQUESTS_HELD = 10  # of the largest size; many more of a draft's
_JSON = "application/json"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def application(settings: Settings) -> ASGIApp:
    """Return what a web server serves. Its worker processes start and end with it."""
    service = _Service(settings)
    api = FastAPI(
        title="letterproof",
        version=version("letterproof"),
        summary="Checks complaint letters against the Complaint Handling Code.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # FastAPI's page loads its scripts from elsewhere
        redoc_url=None,
        lifespan=service.lifespan,
        exception_handlers=_HANDLERS,
    )
    api.post("/api/v1/check", operation_id="check", **_described(Checked))(service.check)
    api.post("/api/check", operation_id="check_newest", **_described(Checked))(service.check)
    api.post("/api/v1/review", operation_id="review", **_described(Review))(service.review)
    api.post("/api/v1/annotate", operation_id="annotate", **_described(None))(service.annotate)
    api.get("/api/v1/words", operation_id="words")(vocabulary)
    page = Starlette(routes=[Mount("/", StaticFiles(directory=PAGE, html=True))], exception_handlers=_HANDLERS)
    return Door(api, page, settings)


class _Service:
    """What the endpoints share. Texts have workers of their own, so that no file holds up someone who types."""

    def __init__(self, settings: Settings) -> None:
        number = settings.workers or os.cpu_count() or 1
        self._limits = settings.limits
        self._texts, self._files = Workers(settings, number), Workers(settings, number)
        self._held = Held(REQUESTS_HELD * largest(settings.limits))

    @contextlib.asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        every = (self._texts, self._files)
        for workers in every:
            workers.start()
        yield
        for workers in every:
            workers.stop()

    async def check(self, request: Request) -> Response:
        """Check the letters in a file, or a text. A file that cannot be read has a result that says why."""
        return await self._answer(request, Task.CHECK, _JSON)

    async def review(self, request: Request) -> Response:
        """Check as `check` does, and return each letter's text beside its result."""
        return await self._answer(request, Task.REVIEW, _JSON)

    async def annotate(self, request: Request) -> Response:
        """Return a Word document with what was found in it as comments."""
        return await self._answer(request, Task.ANNOTATE, _WORD)

    async def _answer(self, request: Request, task: Task, media_type: str) -> Response:
        body = await body_of(request, self._limits, self._held)
        try:
            job = await job_of(request, task, body, self._limits)
            outcome = await self._outcome(request, job)
        finally:
            self._held.give_back(len(body))
        answer = failed(job, unchecked(outcome)) if isinstance(outcome, Failure) else outcome
        if isinstance(answer, FileError):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, answer.message, code=answer.code)
        return Response(answer, media_type=media_type)

    async def _outcome(self, request: Request, job: Job) -> Answer | Failure:
        """Return what a worker says. Raises ClientDisconnect where the client has gone: a page drops the check of a text that is edited."""
        workers = self._texts if is_text(request) else self._files
        work, gone = asyncio.ensure_future(workers.do(job)), asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise ClientDisconnect
            return work.result()
        finally:
            work.cancel()
            gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _refused(_: Request, error: Exception) -> Response:
    """Answer whatever goes wrong in one shape: what is refused here or by the framework, and what fails."""
    if isinstance(error, Refused):
        return error.answer()
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.status_code)
        headers = dict(error.headers) if error.headers else None
        return Refused(status, f"{status.phrase}. docs/api.md lists what can be asked.", headers=headers).answer()
    message = "letterproof failed on this request. Report the line that it printed to its makers."
    return Refused(HTTPStatus.INTERNAL_SERVER_ERROR, message, code="failed").answer()


_HANDLERS: dict[Any, Any] = {HTTPException: _refused, Refused: _refused, Exception: _refused}


def _described(answer: type[Checked | Review] | None) -> dict[str, Any]:
    """Return what the OpenAPI description says of an endpoint that takes a letter; without `answer`, it takes and gives a Word document."""
    file = {"type": "string", "format": "binary"}
    chosen = {
        "kind": {"$ref": _SCHEMAS.format(model="Kind")},
        "stage": {"type": "integer", "enum": [1, 2, 3]},
        "edition": {"$ref": _SCHEMAS.format(model="Edition")},
    }
    form = {"type": "object", "properties": {"file": file, **chosen}, "required": ["file"], "additionalProperties": False}
    text = TextRequest.model_json_schema(ref_template=_SCHEMAS)
    del text["$defs"]  # FastAPI has them already, from the answers
    refusals = {status: {"model": ErrorAnswer, "description": HTTPStatus(status).phrase} for status in REFUSALS}
    taken = {"multipart/form-data": {"schema": form}, **({_JSON: {"schema": text}} if answer else {})}
    given: dict[str, Any] = {"model": answer} if answer else {"content": {_WORD: {"schema": file}}}
    return {
        "response_class": Response,
        "responses": {200: {**given, "description": "Done"}, **refusals},
        "openapi_extra": {"requestBody": {"required": True, "content": taken}},
    }
