"""Language data that ships with the project: the trained pipeline, and names of people in England, folded (lower case, no accents)."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

SENTENCES = Path(__file__).parent / "sentences"  # the spaCy pipeline that says what a sentence carries
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ı": "i", "’": "'"})


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
    return frozenset((Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").split())
