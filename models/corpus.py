"""Annotated letters: Markdown files that say what a checker should find in them. docs/corpus.md describes the format."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from models.finding import Edition, Element, FlagName, Kind, Role, Status
from models.letter import Block, Letter, Part, Style, compose

VOICES = "voices.toml"
_MARKERS = {"@header": Part.HEADER, "@footer": Part.FOOTER, "@body": Part.BODY}
_ITEM = re.compile(r"(?:[-*•]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+")


class CorpusError(Exception):
    """An annotated letter that does not follow the format. The message names the file and the fault."""


class NameLabel(BaseModel):
    """A person in the letter and who they are."""

    text: str
    role: Role


class PointLabel(BaseModel):
    """A point of the complaint, and the words that decide it (None: nothing does)."""

    point: str
    decision: str | None


class Labels(BaseModel):
    """What two careful readers find in the letter.

    `points`, `left_open` (words that leave a point undecided) and `flag_words` (words that raise a flag) are None where nobody marked them.
    """

    model_config = ConfigDict(extra="ignore")

    id: str
    voice: str
    kind: Kind
    stage: Literal[1, 2, 3] | None
    edition: Edition
    date: dt.date | None
    elements: dict[Element, Status]
    ambiguous: frozenset[Element] = frozenset()
    names: tuple[NameLabel, ...] = ()
    flags: frozenset[FlagName] = frozenset()
    spans: dict[Element, tuple[str, ...]] = Field(default_factory=dict)
    points: tuple[PointLabel, ...] | None = None
    left_open: tuple[str, ...] | None = None
    flag_words: dict[FlagName, tuple[str, ...]] | None = None

    @field_validator("elements")
    @classmethod
    def _all_ten(cls, value: dict[Element, Status]) -> dict[Element, Status]:
        absent = [e.value for e in Element if e not in value]
        if absent:
            raise ValueError(f"no label for {', '.join(absent)}")
        return value


@dataclass(frozen=True, slots=True)
class Annotated:
    """A letter with its labels."""

    letter: Letter
    labels: Labels


def load(path: Path) -> Annotated:
    """Return the annotated letter in `path`. Raises CorpusError where the file does not follow the format."""
    content = path.read_bytes()
    front, text = parted(content)
    try:
        labels = Labels.model_validate(yaml.safe_load(front))
    except (yaml.YAMLError, ValidationError) as error:
        raise CorpusError(f"{path}: {error}") from error
    return Annotated(composed(path.as_posix(), content, text), labels)


def parted(content: bytes) -> tuple[str, str]:
    """Return the front matter of an annotated letter's file, and the letter's text below it."""
    _, front, text = [*content.decode("utf-8").replace("\r\n", "\n").split("---\n", 2), "", ""][:3]
    return front, text


def composed(path: str, content: bytes, text: str) -> Letter:
    """Return the letter whose `text` is written in the corpus's Markdown; `content` are the bytes that it was read from."""
    return compose(path, content, _header_first(list(blocks(text))))


def load_all(folder: Path) -> Iterator[Annotated]:
    """Yield the annotated letters under `folder`, by path. Files without front matter are passed over."""
    for path in sorted(folder.rglob("*.md")):
        if path.read_text(encoding="utf-8").startswith("---\n"):
            yield load(path)


def load_voices(folder: Path, which: str | None = None) -> list[Annotated]:
    """Return the annotated letters under `folder` of some voices: names with commas, all without `which`.

    `test` are the voices that `voices.toml` in the folder keeps apart for measuring, `train` all others. Raises CorpusError where a letter
    does not follow the format, or there is no such list.
    """
    letters = list(load_all(folder))
    if which is None:
        return letters
    if which not in ("test", "train"):
        return [one for one in letters if one.labels.voice in which.split(",")]
    test = listed_voices(folder, "test")
    return [one for one in letters if (one.labels.voice in test) is (which == "test")]


def listed_voices(folder: Path, name: str) -> frozenset[str]:
    """Return the voices that `voices.toml` in the folder lists under a name. Raises CorpusError where there is no such list."""
    try:
        return frozenset(tomllib.loads((folder / VOICES).read_text(encoding="utf-8"))[name])
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise CorpusError(f"{folder / VOICES} does not list the {name} voices") from error


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a letter in the corpus's Markdown."""
    part = Part.BODY
    for chunk in re.split(r"\n\s*\n|(?=^@(?:header|footer|body)$)", text, flags=re.MULTILINE):
        lines = chunk.strip("\n").splitlines()
        if lines and lines[0].strip() in _MARKERS:
            part = _MARKERS[lines.pop(0).strip()]
        yield from _chunk(lines, part)


def _chunk(lines: list[str], part: Part) -> Iterator[Block]:
    plain: list[str] = []
    for line in lines:
        special = _special(line.strip(), part)
        if special is None and not _separator(line):
            plain.append(line.strip())
        elif special is not None:
            if plain:
                yield Block("\n".join(plain), part)
                plain = []
            yield special
    if plain:
        yield Block("\n".join(plain), part)


def _special(line: str, part: Part) -> Block | None:
    if line.startswith("#"):
        return Block(line.lstrip("#").strip(), part, Style.HEADING)
    if _ITEM.match(line):
        return Block(line, part, Style.ITEM)
    if line.startswith("|") and not _separator(line):
        return Block(" | ".join(c.strip() for c in line.strip("|").split("|")), Part.TABLE, Style.ROW)
    return None


def _separator(line: str) -> bool:
    return bool(re.fullmatch(r"\|[\s:|-]+\|?", line.strip()))


def _header_first(found: list[Block]) -> list[Block]:
    """Readers give headers first and footers last; so does the corpus."""
    order = {Part.HEADER: 0, Part.FOOTER: 2}
    return sorted(found, key=lambda b: order.get(b.part, 1))
