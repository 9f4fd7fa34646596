"""Twins of annotated letters: with a few words changed, one thing that readers find in the letter is another.

`samples/passages/twins/` holds what is changed (samples/passages/README.md has the format). A letter and its twin together show what makes
the difference; of all else in it, which was learned from the letter, a twin teaches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bench.examples import Prepared, columns, prepared
from checkers import carried
from checkers.facts.stage import WEIGHED as STAGE_NUMBER
from models.corpus import Annotated, CorpusError, Labels, composed, parted
from models.finding import Element, FlagName, Status
from models.language.labelling import Example, Seen

FOLDER = "twins"
_AROUND = 2  # parts on either side that the networks see with what is changed


class Edit(BaseModel):
    """Words that stand once in a letter, and those in their place."""

    model_config = ConfigDict(extra="forbid")

    old: str
    new: str


class Twin(BaseModel):
    """What is changed in the letter `of`, and what becomes of what thereby.

    `words` carry the element, or raise the flag, in the twin; `left_open` leave a point undecided; `also` could not but change, too.
    """

    model_config = ConfigDict(extra="forbid")

    of: str
    what: Element | FlagName | Literal["letter stage"]
    becomes: Status | bool | Literal[1, 2]
    edits: tuple[Edit, ...]
    words: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()
    also: dict[Element | FlagName, Status | bool] = {}


def load_twins(folder: Path, letters: Iterable[Annotated]) -> Iterator[tuple[Twin, Annotated]]:
    """Yield the twins that the files of a folder hold of these letters; those of others are passed over.

    Raises CorpusError where a file does not follow the format.
    """
    known = {one.labels.id: one for one in letters}
    for path in sorted(folder.glob("*.yaml")):
        for number, entry in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1):
            where = f"{path}, twin {number}"
            try:
                twin = Twin.model_validate(entry)
            except ValidationError as error:
                raise CorpusError(f"{where}: {error}") from error
            if twin.of in known:
                yield twin, _annotated(where, f"{path.stem}-{number}", twin, known[twin.of])


def _annotated(where: str, identity: str, twin: Twin, of: Annotated) -> Annotated:
    _, text = parted(Path(of.letter.path).read_bytes())
    for edit in twin.edits:
        if text.count(edit.old) != 1:
            raise CorpusError(f"{where}: “{edit.old}” stands {text.count(edit.old)} times in the letter")
        text = text.replace(edit.old, edit.new)
    unknown = [words for words in (*twin.words, *twin.left_open) if words not in text]
    if unknown:
        raise CorpusError(f"{where}: “{unknown[0]}” does not stand in the twin")
    return Annotated(composed(identity, text.encode(), text), _labels(identity, twin, of.labels))


def _labels(identity: str, twin: Twin, of: Labels) -> Labels:
    """Return the letter's labels as the twin's, with the words that carry what is another."""
    changed: Mapping[Any, Any] = {**twin.also, twin.what: twin.becomes}
    stated = {Element.STAGE: twin.words} if twin.what == STAGE_NUMBER else {}
    raising = {twin.what: twin.words} if isinstance(twin.what, FlagName) else {}
    carrying = {twin.what: twin.words} if isinstance(twin.what, Element) else stated
    flags = {flag: raised for flag, raised in changed.items() if isinstance(flag, FlagName)}
    return of.model_copy(
        update={
            "id": identity,
            "stage": changed.get(STAGE_NUMBER, of.stage),
            "elements": {element: changed.get(element, status) for element, status in of.elements.items()},
            "ambiguous": of.ambiguous - changed.keys(),
            "flags": frozenset(flag for flag in FlagName if flags.get(flag, flag in of.flags)),
            "spans": {**of.spans, **carrying},
            "flag_words": {**(of.flag_words or {}), **raising},
            "left_open": twin.left_open,
        }
    )


def prepared_twins(folder: Path, letters: Sequence[Prepared]) -> Iterator[Prepared]:
    """Yield the twins of these letters, each as components are trained on it."""
    of = {x.annotated.labels.id: x for x in letters}
    for twin, annotated in load_twins(folder, (x.annotated for x in letters)):
        x, like = prepared(annotated), of[twin.of]
        (example,) = x.learned_of
        about = {twin.what, Element.STAGE} if twin.what == STAGE_NUMBER else {twin.what}
        learned_of = tuple(_changed(example, like.seen, _taught(twin.what)))
        yield replace(x, weight=like.weight, about=frozenset(about), learned_of=learned_of)


def _taught(what: str) -> list[int]:
    """Return the columns of the labels that a twin teaches."""
    if what in (STAGE_NUMBER, Element.STAGE):
        return [carried.LABELS.index(label) for label in (Element.STAGE, *carried.OWN_STAGES)]
    if what == Element.DECISION:
        return [carried.LABELS.index(label) for label in (Element.DECISION, carried.LEFT_OPEN)]
    return columns(Element(what)) if what in carried.ELEMENTS else [carried.LABELS.index(what)] * (what in carried.LABELS)


def _changed(twin: Example, like: Seen, columns: list[int]) -> Iterator[Example]:
    """Yield what differs from the letter that a twin is like, with what stands around it; of the former these columns are learned."""
    seen, learned = twin.seen, np.zeros_like(twin.counts)
    alike = SequenceMatcher(None, list(map(tuple, like.words)), list(map(tuple, seen.words)), autojunk=False)
    for tag, _, _, start, end in alike.get_opcodes():
        if tag in ("replace", "insert"):
            learned[start:end, columns] = twin.counts[start:end, columns]
            around = slice(max(0, start - _AROUND), end + _AROUND)
            yield Example(Seen(seen.marks[around], seen.words[around]), twin.wanted[around], learned[around])
