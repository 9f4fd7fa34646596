"""The passages from which it is learned how an element is worded, and the short letters from which names are learned."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.passages import example, load_passages, load_people
from bench.short import measured
from checkers import carried
from models.corpus import CorpusError
from models.finding import Status
from reports.evaluation import ALL_NAMES, FLAGGED_NAMES

PASSAGES = Path(__file__).parents[2] / "samples" / "passages"
KEPT = PASSAGES / "kept"


def test_every_quotation_is_found_in_a_part_of_its_passage() -> None:
    """What carries an element is learned: no passage with quoted words is without a part that is wanted or left out."""
    for element, passage in load_passages(PASSAGES):
        learned = example(element, passage)
        own = carried.LABELS.index(element)
        assert bool(passage.words) is (passage.status is not Status.MISSING), passage.text
        if passage.words:
            assert learned.wanted[:, own].any() or not learned.counts[:, own].all(), passage.text


def test_a_passage_teaches_nothing_of_other_elements() -> None:
    """Only the element's own columns count: the passage may hold other elements, unlabelled."""
    for element, passage in load_passages(PASSAGES):
        counted = {carried.LABELS[column] for column in example(element, passage).counts.any(axis=0).nonzero()[0]}
        assert counted <= {element, carried.WEAKLY + element, carried.LEFT_OPEN, carried.REFUSES}


def test_no_passage_stands_twice() -> None:
    """A passage that is repeated would count twice."""
    texts = Counter(passage.text for _, passage in load_passages(PASSAGES))
    assert [text for text, number in texts.items() if number > 1] == []


@pytest.mark.parametrize("folder", [PASSAGES, KEPT], ids=["learned from", "kept apart"])
def test_names_of_the_short_letters_stand_in_them(folder: Path) -> None:
    """A label whose words are not in the letter would teach nothing, and could not be found."""
    for one in load_people(folder):
        assert [name.text for name in one.labels.names if name.text not in one.letter.text] == []


def test_nothing_is_learned_from_short_letters_that_are_kept_apart() -> None:
    """They would look better told than they are."""
    learned = {one.letter.text for one in load_people(PASSAGES)}
    assert not learned & {one.letter.text for one in load_people(KEPT)}


def test_names_of_the_letters_kept_apart_are_scored() -> None:
    """Each labelled name counts once, as found or as overlooked."""
    evaluation = measured(KEPT)
    assert evaluation.tallies[ALL_NAMES].number == sum(len(one.labels.names) for one in load_people(KEPT))
    assert list(evaluation.rows_of_names())[-1].startswith(FLAGGED_NAMES)


def test_words_that_do_not_stand_in_the_passage_are_refused(tmp_path: Path) -> None:
    """The message names the file, the passage and the words."""
    (tmp_path / "stage-1.yaml").write_text("- {status: present, kind: response, stage: 1, text: At stage 1., words: [stage one]}\n")
    with pytest.raises(CorpusError, match=r"stage-1\.yaml, passage 1: “stage one”"):
        list(load_passages(tmp_path))
