"""Learning which of the stages that a letter names it claims as its own (checkers/facts/claims.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.examples import Prepared
from bench.fitting import linear_model
from checkers.facts.claims import CLAIMED, MENTIONED, Named, marks, named_stages
from models.finding import Element, FlagName, Kind, Status
from models.language.linear import Linear

_LOOSE = 0.2  # there are more marks than examples: a model that fits these more loosely tells claims of unseen voices less well


def claims_model(letters: Sequence[Prepared]) -> Linear:
    """Return the model that tells claims, trained on these letters with what is said unseen of their kind and sentences."""
    teaching = (x for x in letters if x.teaches(Element.STAGE))
    return linear_model([example for x in teaching for example in _examples(x)], (CLAIMED, MENTIONED), loose=_LOOSE)


def _examples(x: Prepared) -> Iterator[tuple[list[str], str]]:
    """Yield each naming of a stage with what it does, where the labels tell."""
    every = named_stages(x.reading)
    for one, own in zip(every, marks(x.reading, x.kind, every), strict=True):
        what = _does(x, one)
        if what is not None:
            yield own, what


def _does(x: Prepared, one: Named) -> str | None:
    """Tell what a naming does: words that are quoted for the stage claim it. Others may, where they name the letter's own: None."""
    labels = x.annotated.labels
    if labels.kind is Kind.OTHER:
        return MENTIONED
    quotes = (*labels.spans.get(Element.STAGE, ()), *(labels.flag_words or {}).get(FlagName.INCONSISTENT_STAGE, ()))
    start, end = one.sentence.start + one.start, one.sentence.start + one.end
    if any(begin < end and start < begin + len(quote) for quote in quotes for begin in _places(x.annotated.letter.text, quote)):
        return CLAIMED
    settled = one.number != labels.stage or labels.elements[Element.STAGE] is not Status.PRESENT
    return MENTIONED if settled else None


def _places(text: str, quote: str) -> Iterator[int]:
    """Yield where a quotation begins, each time that it stands in the text."""
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)
