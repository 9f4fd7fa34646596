"""The twins of annotated letters: each shows what a few words make of one thing that readers find in its letter."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bench.examples import prepared
from bench.twins import FOLDER, Twin, load_twins, prepared_twins
from checkers import carried
from checkers.facts.stage import WEIGHED as STAGE_NUMBER
from models.corpus import Annotated, CorpusError, load_voices
from models.finding import Element, FlagName, Status

SAMPLES = Path(__file__).parents[2] / "samples"
TWINS = SAMPLES / "passages" / FOLDER


@pytest.fixture(scope="module", name="letters")
def _letters() -> list[Annotated]:
    return load_voices(SAMPLES / "corpus", "train")


@pytest.fixture(scope="module", name="twins")
def _twins(letters: list[Annotated]) -> list[tuple[Twin, Annotated]]:
    return list(load_twins(TWINS, letters))


def test_every_twin_is_of_a_letter_that_is_learned_from(twins: list[tuple[Twin, Annotated]]) -> None:
    """A twin of a letter kept apart would let its voice be learned. Every one follows the format, and its words stand in it."""
    written = sum(path.read_text(encoding="utf-8").count("- of: ") for path in TWINS.glob("*.yaml"))
    assert len(twins) == written > 0


def test_what_a_twin_teaches_is_another_than_in_its_letter(letters: list[Annotated], twins: list[tuple[Twin, Annotated]]) -> None:
    """Else the pair would show nothing."""
    of = {one.labels.id: one.labels for one in letters}
    for twin, annotated in twins:
        before, after = of[twin.of], annotated.labels
        if twin.what == STAGE_NUMBER:
            assert before.stage != after.stage, annotated.labels.id
        elif isinstance(twin.what, FlagName):
            assert (twin.what in before.flags) is not (twin.what in after.flags), annotated.labels.id
        else:
            assert before.elements[Element(twin.what)] is not after.elements[Element(twin.what)] is twin.becomes, annotated.labels.id


def test_no_twin_stands_twice(twins: list[tuple[Twin, Annotated]]) -> None:
    """A twin that is repeated would count twice."""
    texts = Counter(annotated.letter.text for _, annotated in twins)
    assert [text for text, number in texts.items() if number > 1] == []


def _pair(tmp_path: Path, letters: list[Annotated], **twin: object) -> Path:
    entry = {"of": letters[0].labels.id, "what": "reasons", "becomes": "missing", **twin}
    (tmp_path / "reasons.yaml").write_text(yaml.safe_dump([entry]))
    return tmp_path


def test_a_twin_teaches_what_is_changed_and_no_more(tmp_path: Path, letters: list[Annotated]) -> None:
    """Networks are given the changed sentence with those around it; only the column of its element counts, and only there."""
    words = "The pump failed because nobody had looked at it."
    old = next(s.text for s in prepared(letters[0]).reading.prose if letters[0].letter.text.count(s.text) == 1 and "\n" not in s.text)
    folder = _pair(tmp_path, letters, becomes="present", edits=[{"old": old, "new": words}], words=[words])
    (twin,) = prepared_twins(folder, [prepared(letters[0])])
    (example,) = twin.learned_of
    rows, columns = example.counts.nonzero()
    own = carried.LABELS.index(Element.REASONS)
    assert set(columns) == {own, carried.LABELS.index(carried.WEAKLY + Element.REASONS)}
    assert {" ".join(example.seen.words[row]) for row in rows} == {"the pump failed because nobody had looked at it ."}
    assert example.wanted[rows[0], own] == 1
    assert twin.annotated.labels.elements[Element.REASONS] is Status.PRESENT
    assert twin.teaches(Element.REASONS)
    assert not twin.teaches(Element.DECISION)


@pytest.mark.parametrize(
    ("twin", "fault"),
    [
        ({"edits": [{"old": "no such words", "new": ""}]}, r"“no such words” stands 0 times in the letter"),
        ({"edits": [], "words": ["no such words"]}, r"“no such words” does not stand in the twin"),
        ({"edits": [], "becomes": "gone"}, "becomes"),
    ],
    ids=["words to change", "words to carry it", "no status"],
)
def test_a_fault_is_named(tmp_path: Path, letters: list[Annotated], twin: dict[str, object], fault: str) -> None:
    """The message names the file, the twin and the fault."""
    with pytest.raises(CorpusError, match=rf"(?s)reasons\.yaml, twin 1: .*{fault}"):
        list(load_twins(_pair(tmp_path, letters, **twin), letters))
