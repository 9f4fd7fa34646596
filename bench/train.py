"""Train the pipeline that says what a sentence carries: `python -m bench.train samples/corpus` (under a minute on two cores).

Learns from the spans of the training voices (samples/corpus/voices.toml names the others). Each voice is judged once by a pipeline that
never saw it: from that come the thresholds, and the table that is printed. Writes models/language/sentences.
"""

from __future__ import annotations

import argparse
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from checkers.carried import ELEMENTS, tokens
from checkers.reading import read
from models.corpus import Annotated, load_all
from models.finding import Element, Kind, Status
from models.language import SENTENCES

FOLDS = 6
EPOCHS = 8
RATE = 0.002
REPEAT = 3  # sentences that carry something are few: show each of them three times
BATCH = 32
TABLE = 65_536  # rows of the hashed weights
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


def train(letters: list[Labelled]) -> Language:
    """Return a pipeline trained on these letters."""
    fix_random_seed(0)
    shuffle = random.Random(0)  # noqa: S311 - the order of training examples is no secret
    nlp = spacy.blank("en")
    model = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": False, "ngram_size": 1, "no_output_layer": False, "length": TABLE}
    categoriser = nlp.add_pipe("textcat_multilabel", config={"model": model})
    for element in ELEMENTS:
        categoriser.add_label(element.value)  # type: ignore[attr-defined] # spaCy types pipes as functions
    examples = list(_examples(nlp, letters))
    nlp.initialize(lambda: examples[:50])
    optimiser = Adam(RATE)
    for _ in range(EPOCHS):
        shuffle.shuffle(examples)
        for start in range(0, len(examples), BATCH):
            categoriser.update(examples[start : start + BATCH], sgd=optimiser)  # type: ignore[attr-defined]
    return nlp


def _examples(nlp: Language, letters: list[Labelled]) -> Iterator[Example]:
    for letter in letters:
        for words, carried in letter.sentences:
            example = Example.from_dict(Doc(nlp.vocab, words=words), {"cats": {e.value: float(e in carried) for e in ELEMENTS}})
            yield from [example] * (REPEAT if carried else 1)


def likeliest(nlp: Language, letter: Labelled) -> dict[Element, float]:
    """Return how likely each element is in the sentence where it is likeliest."""
    categoriser = nlp.get_pipe("textcat_multilabel")
    scores = categoriser.predict([Doc(nlp.vocab, words=words) for words, _ in letter.sentences])  # type: ignore[attr-defined]
    return {Element(label): float(top) for label, top in zip(categoriser.labels, scores.max(axis=0), strict=True)}  # type: ignore[attr-defined]


def judged_unseen(letters: list[Labelled]) -> list[tuple[Labelled, dict[Element, float]]]:
    """Return every letter with the likelihoods by a pipeline trained without its voice."""
    voices = sorted({x.annotated.labels.voice for x in letters})
    judged = []
    for fold in (set(voices[i::FOLDS]) for i in range(FOLDS)):
        nlp = train([x for x in letters if x.annotated.labels.voice not in fold])
        judged += [(x, likeliest(nlp, x)) for x in letters if x.annotated.labels.voice in fold]
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
    """Train, report and write the pipeline."""
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
    nlp = train(letters)
    nlp.meta["name"] = "letterproof_sentences"
    nlp.meta["description"] = "What a sentence of a complaint letter carries"
    nlp.meta["license"] = "MIT"
    nlp.meta["thresholds"] = thresholds
    nlp.to_disk(SENTENCES)


if __name__ == "__main__":
    main()
