"""Train the component that says what a sentence carries: `python -m bench.train samples/corpus` (under a minute on two cores).

Learns from the spans of the training voices (samples/corpus/voices.toml names the others). Each voice is judged once by a component that
never saw it: from that come the thresholds, and the table that is printed. Writes models/language/sentences.
"""

from __future__ import annotations

import argparse
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from checkers.carried import ELEMENTS, tokens
from checkers.reading import read
from models.corpus import Annotated, load_all
from models.finding import Element, Kind, Status
from models.language import keep_categoriser, new_categoriser, pipeline

FOLDS = 6
EPOCHS = 8
RATE = 0.002
REPEAT = 3  # sentences that carry something are few: show each of them three times
BATCH = 32
OVERLAP = 12  # characters that a sentence must share with a span to carry it


@dataclass(frozen=True)
class Labelled:
    """A letter's sentences as tokens, each with the elements that it carries."""

    annotated: Annotated
    sentences: list[tuple[list[str], frozenset[Element]]]


def labelled(annotated: Annotated) -> Labelled:
    """Match the letter's spans to its sentences. Spans of an incomplete element are no examples, for or against."""
    reading = read(annotated.letter)
    labels, text = annotated.labels, annotated.letter.text
    spans = [(text.find(q), text.find(q) + len(q), e) for e in ELEMENTS for q in labels.spans.get(e, ()) if q in text]
    sentences = []
    for s in reading.body:
        carried = frozenset(e for start, end, e in spans if min(s.end, end) - max(s.start, start) > min(OVERLAP, (end - start) / 2))
        if all(labels.elements[e] is Status.PRESENT for e in carried):
            sentences.append((tokens(reading, s), carried))
    return Labelled(annotated, sentences)


def train(letters: list[Labelled]) -> Any:
    """Return a component trained on these letters."""
    fix_random_seed(0)
    shuffle = random.Random(0)  # noqa: S311 - the order of training examples is no secret
    trained = new_categoriser()
    for element in ELEMENTS:
        trained.add_label(element.value)
    examples = list(_examples(letters))
    trained.initialize(lambda: examples[:50], nlp=pipeline())
    optimiser = Adam(RATE)
    for _ in range(EPOCHS):
        shuffle.shuffle(examples)
        for start in range(0, len(examples), BATCH):
            trained.update(examples[start : start + BATCH], sgd=optimiser)
    return trained


def _examples(letters: list[Labelled]) -> Iterator[Example]:
    for letter in letters:
        for words, carried in letter.sentences:
            example = Example.from_dict(Doc(pipeline().vocab, words=words), {"cats": {e.value: float(e in carried) for e in ELEMENTS}})
            yield from [example] * (REPEAT if carried else 1)


def likeliest(trained: Any, letter: Labelled) -> dict[Element, float]:
    """Return how likely each element is in the sentence where it is likeliest."""
    scores = trained.predict([Doc(pipeline().vocab, words=words) for words, _ in letter.sentences])
    return {Element(label): float(top) for label, top in zip(trained.labels, scores.max(axis=0), strict=True)}


def judged_unseen(letters: list[Labelled]) -> list[tuple[Labelled, dict[Element, float]]]:
    """Return every letter with the likelihoods by a component trained without its voice."""
    voices = sorted({x.annotated.labels.voice for x in letters})
    judged = []
    for fold in (set(voices[i::FOLDS]) for i in range(FOLDS)):
        trained = train([x for x in letters if x.annotated.labels.voice not in fold])
        judged += [(x, likeliest(trained, x)) for x in letters if x.annotated.labels.voice in fold]
    return judged


def best_threshold(judged: list[tuple[Labelled, dict[Element, float]]], element: Element) -> tuple[float, float, int]:
    """Return the threshold under which a letter lacks the element that finds gaps with the best F1, that F1, and the number of gaps."""
    scored = [
        (likely[element], x.annotated.labels.elements[element] is not Status.PRESENT)
        for x, likely in judged
        if x.annotated.labels.elements[element] is not Status.NOT_APPLICABLE and element not in x.annotated.labels.ambiguous
    ]
    likely, gap = np.array([s for s, _ in scored]), np.array([g for _, g in scored])
    candidates = np.arange(0.05, 0.96, 0.01)
    f1 = [2 * (gap & (likely < t)).sum() / max(1, gap.sum() + (likely < t).sum()) for t in candidates]
    best = np.flatnonzero(np.isclose(f1, max(f1)))
    middle = best[len(best) // 2]
    return float(round(candidates[middle], 2)), float(f1[middle]), int(gap.sum())


def main() -> None:
    """Train, report and write the component."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus
    test = set(tomllib.loads((corpus / "voices.toml").read_text(encoding="utf-8"))["test"])
    letters = [labelled(a) for a in load_all(corpus) if a.labels.voice not in test and a.labels.kind is not Kind.OTHER]
    judged = judged_unseen(letters)
    thresholds = {}
    print(f"{len(letters)} letters of {len({x.annotated.labels.voice for x in letters})} voices; each voice judged unseen")
    print(f"{'element':20} {'gaps':>5} {'threshold':>10} {'F1 of gaps':>11}")
    for element in ELEMENTS:
        threshold, f1, gaps = best_threshold(judged, element)
        thresholds[element.value] = threshold
        print(f"{element.value:20} {gaps:5} {threshold:10.2f} {f1:11.2f}")
    keep_categoriser(train(letters), thresholds)


if __name__ == "__main__":
    main()
