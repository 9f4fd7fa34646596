"""Passages in which one element is judged: more ways to word it than whole letters can hold.

`samples/passages/` holds lists of them, a file an element (samples/passages/README.md has the format). A passage says nothing of the other
elements, so nothing is learned of these from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict

from bench.examples import columns, mark, rows_of
from checkers import carried
from checkers.reading import read
from models.corpus import Annotated, CorpusError, Labels, blocks
from models.finding import Edition, Element, Kind, Status
from models.language.labelling import Example
from models.letter import compose

PEOPLE, DENSE = "people", "dense"
DENSE_FILES = ("firms", "prose")  # how the names of files begin whose letters are full of contractors
_NUMBER = re.compile(r"-\d+$")


class Passage(BaseModel):
    """Some sentences of a letter: whether they hold the element, with the words that carry it, and those that leave a point undecided."""

    model_config = ConfigDict(extra="forbid")

    status: Status
    kind: Kind
    stage: Literal[1, 2, 3] | None
    text: str
    words: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()


def load_passages(folder: Path) -> Iterator[tuple[Element, Passage]]:
    """Yield the passages under `folder` with the element that each is about. Raises CorpusError where one does not follow the format."""
    for path in sorted(folder.glob("*.yaml")):
        element = Element(_NUMBER.sub("", path.stem))
        for number, one in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1):
            passage = Passage.model_validate(one)
            unknown = [words for words in (*passage.words, *passage.left_open) if words not in passage.text]
            if unknown:
                raise CorpusError(f"{path}, passage {number}: “{unknown[0]}” does not stand in its text")
            yield element, passage


def example(element: Element, passage: Passage) -> Example:
    """Return what is learned from a passage: of its element alone, and of points left open where it is about decisions."""
    text = "\n\n".join(_row(line) for line in passage.text.split("\n"))
    letter = compose(element, text.encode(), blocks(text))
    reading = read(letter)
    parts = carried.parts(reading)
    wanted = np.zeros((len(parts), len(carried.LABELS)), dtype="f")
    counts = np.zeros_like(wanted)
    counts[:, columns(element)] = 1
    mark(wanted, counts, rows_of(parts, letter.text, _lines(passage.words)), element, passage.status)
    if element is Element.DECISION:
        refusing = passage.words if passage.kind is Kind.REFUSAL else ()
        for label, words in ((carried.LEFT_OPEN, passage.left_open), (carried.REFUSES, refusing)):
            column = carried.LABELS.index(label)
            counts[:, column] = 1
            wanted[rows_of(parts, letter.text, _lines(words)), column] = 1
    return Example(carried.seen(reading, parts), wanted, counts)


def load_people(folder: Path) -> Iterator[Annotated]:
    """Yield the short letters under `folder` of which only the names are labelled, as annotated letters of the voices PEOPLE and DENSE.

    Those of DENSE name far more contractors' companies than letters do.
    """
    for path in sorted((folder / PEOPLE).glob("*.yaml")):
        voice = DENSE if path.stem.startswith(DENSE_FILES) else PEOPLE
        for number, one in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1):
            identity, text = f"{PEOPLE}-{path.stem}-{number}", one["text"]
            labels = Labels(
                id=identity,
                voice=voice,
                kind=one["kind"],
                stage=None,
                edition=Edition.HOS_2024,
                date=None,
                elements=dict.fromkeys(Element, Status.NOT_APPLICABLE),
                names=one["names"],
            )
            yield Annotated(compose(identity, text.encode(), blocks(text)), labels)


def _lines(quotes: Iterable[str]) -> list[str]:
    """Cut quotations at line breaks, which part paragraphs here."""
    return [line for words in quotes for line in words.split("\n")]


def _row(line: str) -> str:
    """Write a table's row as the corpus does."""
    return f"| {line} |" if " | " in line else line
