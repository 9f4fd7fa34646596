"""What is said to a client whose request cannot be carried out, always in one shape: `{"error": {"code", "message"}}`."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel
from starlette.responses import JSONResponse


class Said(BaseModel):
    """Why a request was refused: a word for programs, and a sentence for people that says what to do."""

    code: str
    message: str


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a success."""

    error: Said


class Refused(Exception):
    """A request that is not carried out. The message says what to do, and holds nothing of a letter."""

    def __init__(self, status: HTTPStatus, message: str, *, code: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.said = Said(code=code or status.name.lower(), message=message)

    def answer(self) -> JSONResponse:
        """Return what is sent to the client."""
        return JSONResponse(ErrorAnswer(error=self.said).model_dump(), self.status, self.headers)
