"""Language data that ships with the project: what was trained, and names of people in England, folded (lower case, no accents)."""

from __future__ import annotations

import random
import unicodedata
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Adam, fix_random_seed

HERE = Path(__file__).parent
_BAG = {"@architectures": "spacy.TextCatBOW.v3", "ngram_size": 1, "no_output_layer": False, "length": 65_536, "exclusive_classes": True}
_EPOCHS, _RATE, _BATCH = 10, 0.002, 16


class Trained(StrEnum):
    """A trained component that tells of a letter which kind it is, or which stage it belongs to."""

    KINDS = "kinds"
    STAGES = "stages"


_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ı": "i", "’": "'"})


@cache
def pipeline() -> Language:
    """Return the spaCy pipeline that finds tokens and sentences; loaded once in a process."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def _new_component() -> Any:
    """Return a component that tells what a letter is, untrained: spaCy's bag of words."""
    return pipeline().create_pipe("textcat", config={"model": _BAG})


@cache
def _component(name: Trained) -> Any:
    return _new_component().from_disk(HERE / name, exclude=["vocab"])


def keep_component(name: Trained, trained: Any) -> None:
    """Write a trained component to where `likelihoods` finds it."""
    trained.to_disk(HERE / name, exclude=["vocab"])


def likelihoods(name: Trained, text: list[str]) -> dict[str, float]:
    """Return how likely each label of a component is of a letter, given as its tokens."""
    return judge_with(_component(name), [text])[0]


def judge_with(trained: Any, texts: list[list[str]]) -> list[dict[str, float]]:
    """Return for each text, given as its tokens, how likely each label of a component is that was just trained."""
    docs = [Doc(pipeline().vocab, words=words or ["-"]) for words in texts]
    return [dict(zip(trained.labels, map(float, row), strict=True)) for row in trained.predict(docs)]


def train_component(labels: list[str], examples: list[tuple[list[str], dict[str, float]]]) -> Any:
    """Return the component trained on texts, given as their tokens, with their labels. The same examples give the same component."""
    fix_random_seed(0)
    shuffle = random.Random(0)  # noqa: S311 - the order of training examples is no secret
    trained = _new_component()
    for label in labels:
        trained.add_label(label)
    known = [Example.from_dict(Doc(pipeline().vocab, words=words or ["-"]), {"cats": cats}) for words, cats in examples]
    trained.initialize(lambda: known[:50], nlp=pipeline())
    optimiser = Adam(_RATE)
    for _ in range(_EPOCHS):
        shuffle.shuffle(known)
        for start in range(0, len(known), _BATCH):
            trained.update(known[start : start + _BATCH], sgd=optimiser)
    return trained


def folded(name: str) -> str:
    """Return a name in lower case without accents, as the lists have it."""
    if name.isascii():
        return name.lower()
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return plain.casefold().translate(_LETTERS)


@cache
def first_names() -> frozenset[str]:
    """Return first names of many origins, folded."""
    return _listed("first_names")


@cache
def surnames() -> frozenset[str]:
    """Return surnames of many origins, folded."""
    return _listed("surnames")


@cache
def english() -> frozenset[str]:
    """Return the words of English that a dictionary writes in lower case: two letters or more, none with an accent."""
    return _listed("english")


def _listed(name: str) -> frozenset[str]:
    return frozenset((HERE / f"{name}.txt").read_text(encoding="utf-8").split())
