"""Keeping what was read in a file, so that it can be judged again without the file, exactly as if it were read anew."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import checkers
from flows.checking import NO_CHOICE, reading_in_force, result_of
from models.finding import ErrorCode, ReadError, Result
from models.letter import KeptText, Letter, Part, Passage, Style, Unread
from models.settings import Settings


@dataclass(frozen=True, slots=True)
class Judged:
    """A file's results, and what was read in it where that is to be kept."""

    results: list[Result]
    text: KeptText | None = None


def judged(path: str, found: Sequence[Letter | Unread], settings: Settings, choice: checkers.Choice = NO_CHOICE) -> Judged:
    """Judge what was read in the file at `path`, and keep its text where the settings say so."""
    results = [result_of(one, settings, choice) for one in found]
    return Judged(results, KeptText(reading_in_force(settings), pack(path, found)) if settings.keep_text else None)


def pack(path: str, found: Sequence[Letter | Unread]) -> bytes:
    """Return what was read in the file at `path`, in little space."""
    return zlib.compress(json.dumps([_packed(path, one) for one in found]).encode())


def unpack(path: str, content: bytes) -> list[Letter | Unread]:
    """Return what `pack` was given, as if it had been read in a file at `path`. Raises ValueError where `content` is damaged."""
    try:
        return [_unpacked(path, one) for one in json.loads(zlib.decompress(content))]
    except (zlib.error, KeyError, TypeError) as error:
        raise ValueError("This is no kept text.") from error


def _packed(path: str, one: Letter | Unread) -> dict[str, Any]:
    kept = {"part": one.path.removeprefix(path), "sha256": one.sha256}
    if isinstance(one, Unread):
        return {**kept, "code": one.error.code, "message": one.error.message}
    return {**kept, "text": one.text, "attached": one.attached, "passages": [_bare(passage) for passage in one.passages]}


def _bare(passage: Passage) -> dict[str, Any]:
    """Return what a passage has beside its words, which the letter's text holds."""
    return {name: value for name, value in asdict(passage).items() if name != "text" and value is not None}


def _unpacked(path: str, kept: dict[str, Any]) -> Letter | Unread:
    name, sha256 = path + kept["part"], kept["sha256"]
    if "code" in kept:
        return Unread(name, sha256, ReadError(ErrorCode(kept["code"]), kept["message"]))
    text = kept["text"]
    passages = tuple(_whole(text, passage) for passage in kept["passages"])
    return Letter(name, sha256, text, passages, kept["attached"])


def _whole(text: str, kept: dict[str, Any]) -> Passage:
    start, end = kept["start"], kept["end"]
    part, style = Part(kept["part"]), Style(kept["style"])
    return Passage(text[start:end], start, end, part, style, kept.get("page"), kept.get("anchor"), kept.get("confidence"))
