"""The trained parts: what they see, that they are kept whole, and that they generalise as a unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.language import english, labelling, pieces
from models.language.labelling import Example, Labeller, Seen

LABELS = ("sorry", "weather")
SORRY = ["we are sorry for the delay", "please accept our apology", "i apologise for that"]
WEATHER = ["it rained all week", "the sun was out on monday", "snow lay on the roof"]


def letter(lines: list[str]) -> Example:
    words = [line.split() for line in lines]
    wanted = np.array([[line in SORRY, line in WEATHER] for line in lines], dtype="f")
    return Example(Seen(words, words), wanted, np.ones_like(wanted))


@pytest.fixture(scope="module")
def trained() -> Labeller:
    return taught()


def taught() -> Labeller:
    """Return networks trained on letters and on a passage of one label."""
    letters = [letter(SORRY + WEATHER), letter(WEATHER + SORRY), letter([SORRY[0], WEATHER[1]])] * 12
    return labelling.train(letters, [letter(SORRY)], LABELS, {"sorry": 0.5})


def test_what_was_shown_is_known(trained: Labeller) -> None:
    """Each label is likelier in the sentences that carried it than in those that did not."""
    likely = trained.likelihoods(letter(SORRY + WEATHER).seen)
    assert likely[:3, 0].min() > 0.5 > likely[3:, 0].max()
    assert likely[3:, 1].min() > 0.5 > likely[:3, 1].max()


def test_the_same_letters_give_the_same_network(trained: Labeller) -> None:
    """Training is repeatable to the last bit on one machine."""
    seen = letter(SORRY).seen
    assert np.array_equal(trained.likelihoods(seen), taught().likelihoods(seen))


def test_what_is_kept_is_what_was_trained(trained: Labeller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network comes back from its files as it went in, but for half precision."""
    monkeypatch.setattr(labelling, "FOLDER", tmp_path)
    trained.keep("taught")
    back = labelling.load.__wrapped__("taught")
    assert (back.labels, back.thresholds, back.known) == (trained.labels, trained.thresholds, trained.known)
    seen = letter(SORRY).seen
    assert np.allclose(back.likelihoods(seen), trained.likelihoods(seen), atol=0.01)


def test_a_letter_without_sentences_has_no_rows(trained: Labeller) -> None:
    """Nothing in, nothing out."""
    assert trained.likelihoods(Seen([], [])).shape == (0, 2)


def test_words_of_like_meaning_have_like_vectors() -> None:
    """The vectors know what no rule was told: "repair" is nearer to "fix" than to "council"."""

    def near(one: str, other: str) -> float:
        a, b = (pieces.vectors()[list(pieces.pieces_of(word))].astype(float).mean(axis=0) for word in (one, other))
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    assert near("repair", "fix") > near("repair", "council")
    assert near("letter", "email") > near("letter", "boiler")


def test_a_dictionary_has_common_words_and_no_places() -> None:
    """What is written with a capital wherever it stands is no common word."""
    assert {"lorry", "quorum", "plasterer"} <= english()
    assert english().isdisjoint({"london", "danish", "okafor"})


def test_words_are_cut_into_the_longest_pieces() -> None:
    """A word that is not known whole is cut from its start; one of signs that are unknown is one unknown piece."""
    assert len(pieces.pieces_of("complaint")) == 1
    assert len(pieces.pieces_of("okonkwo")) > 1
    assert pieces.pieces_of("\U0001f600") == pieces.pieces_of("\U0001f601")


def test_what_is_learned_stays_small() -> None:
    """All that is shipped of networks, vectors and weights has less than 20 MB, lists of names apart."""
    learned = (path for path in pieces.FOLDER.parent.rglob("*") if path.suffix in {"", ".json", ".npz", ".npy"} and path.is_file())
    assert sum(path.stat().st_size for path in learned) < 20_000_000
