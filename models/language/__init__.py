"""Language data that ships with the project: the trained pipeline, and names of people in England, folded (lower case, no accents)."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

HERE = Path(__file__).parent
TRAINED = HERE / "sentences"  # what the trained component learned, and its thresholds
_COMPONENT = "textcat_multilabel"
_MODEL = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": False, "ngram_size": 1, "no_output_layer": False, "length": 65_536}
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ı": "i", "’": "'"})


@cache
def pipeline() -> Language:
    """Return the spaCy pipeline that finds tokens and sentences; loaded once in a process."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def new_categoriser() -> Any:
    """Return an untrained component that says which elements a sentence carries (spaCy's multi-label bag of words)."""
    return pipeline().create_pipe(_COMPONENT, config={"model": _MODEL})


@cache
def categoriser() -> tuple[Any, dict[str, float]]:
    """Return the trained component, and for each of its labels the likelihood from which a sentence counts."""
    thresholds: dict[str, float] = json.loads((TRAINED / "thresholds.json").read_text(encoding="utf-8"))
    return new_categoriser().from_disk(TRAINED, exclude=["vocab"]), thresholds


def keep_categoriser(trained: Any, thresholds: dict[str, float]) -> None:
    """Write a trained component, and its thresholds, to where `categoriser` finds them."""
    trained.to_disk(TRAINED, exclude=["vocab"])
    (TRAINED / "thresholds.json").write_text(json.dumps(thresholds, indent=1) + "\n", encoding="utf-8")


def folded(name: str) -> str:
    """Return a name in lower case without accents, as the lists have it."""
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
