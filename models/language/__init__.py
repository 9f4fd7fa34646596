"""Language data that ships with the project: the trained pipeline, and names of people in England, folded (lower case, no accents)."""

from __future__ import annotations

import json
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
_BAG = {"@architectures": "spacy.TextCatBOW.v3", "ngram_size": 1, "no_output_layer": False, "length": 65_536}


class Trained(StrEnum):
    """A trained component: `sentences` says which elements a sentence carries, `letters` what kind a letter is."""

    SENTENCES = "sentences"
    LETTERS = "letters"


_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ı": "i", "’": "'"})


@cache
def pipeline() -> Language:
    """Return the spaCy pipeline that finds tokens and sentences; loaded once in a process."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def new_component(name: Trained) -> Any:
    """Return the component untrained: spaCy's bag of words, with several labels for a sentence, with one for a letter."""
    several = name is Trained.SENTENCES
    model = {**_BAG, "exclusive_classes": not several}
    return pipeline().create_pipe("textcat_multilabel" if several else "textcat", config={"model": model})


@cache
def component(name: Trained) -> tuple[Any, dict[str, float]]:
    """Return the component as trained, and for each of its labels the likelihood from which it counts."""
    thresholds: dict[str, float] = json.loads((HERE / name / "thresholds.json").read_text(encoding="utf-8"))
    return new_component(name).from_disk(HERE / name, exclude=["vocab"]), thresholds


def keep_component(name: Trained, trained: Any, thresholds: dict[str, float]) -> None:
    """Write a trained component, and its thresholds, to where `component` finds them."""
    trained.to_disk(HERE / name, exclude=["vocab"])
    (HERE / name / "thresholds.json").write_text(json.dumps(thresholds, indent=1) + "\n", encoding="utf-8")


def likelihoods(name: Trained, texts: list[list[str]]) -> list[dict[str, float]]:
    """Return for each text, given as its tokens, how likely each label is."""
    return judge_with(component(name)[0], texts)


def judge_with(trained: Any, texts: list[list[str]]) -> list[dict[str, float]]:
    """Return the same by a component at hand, which was just trained."""
    if not texts:
        return []
    docs = [Doc(pipeline().vocab, words=words or ["-"]) for words in texts]
    return [dict(zip(trained.labels, map(float, row), strict=True)) for row in trained.predict(docs)]


def train_component(
    name: Trained, labels: list[str], examples: list[tuple[list[str], dict[str, float]]], epochs: int, rate: float, batch: int
) -> Any:
    """Return the component trained on texts, given as their tokens, with their labels. The same examples give the same component."""
    fix_random_seed(0)
    shuffle = random.Random(0)  # noqa: S311 - the order of training examples is no secret
    trained = new_component(name)
    for label in labels:
        trained.add_label(label)
    known = [Example.from_dict(Doc(pipeline().vocab, words=words or ["-"]), {"cats": cats}) for words, cats in examples]
    trained.initialize(lambda: known[:50], nlp=pipeline())
    optimiser = Adam(rate)
    for _ in range(epochs):
        shuffle.shuffle(known)
        for start in range(0, len(known), batch):
            trained.update(known[start : start + batch], sgd=optimiser)
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
    return _names("first_names")


@cache
def surnames() -> frozenset[str]:
    """Return surnames of many origins, folded."""
    return _names("surnames")


def _names(name: str) -> frozenset[str]:
    return frozenset((HERE / f"{name}.txt").read_text(encoding="utf-8").split())
