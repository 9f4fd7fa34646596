"""Train the two components of models/language: `python -m bench.train samples/corpus` (under a minute on two cores).

`letters` tells a letter's kind, from its words and the cues of checkers/facts/kind.py; `sentences` tells which elements a sentence carries,
from the spans of the annotated letters. Only the training voices are used (samples/corpus/voices.toml names the others). Each voice is
judged once by components that never saw it: from that come the thresholds, and the table that is printed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from checkers.carried import ELEMENTS, tokens
from checkers.facts import kind
from checkers.reading import read
from models.corpus import Annotated, load_voices
from models.finding import Element, Kind, Status
from models.language import Trained, judge_with, keep_component, train_component

FOLDS = 6
REPEAT = 3  # sentences that carry something are few: show each of them three times
OVERLAP = 12  # characters that a sentence must share with a span to carry it

Example = tuple[list[str], dict[str, float]]


@dataclass(frozen=True)
class Prepared:
    """An annotated letter as tokens: the whole, and each sentence with the elements that it carries (None: no example for or against)."""

    annotated: Annotated
    whole: list[str]
    sentences: list[tuple[list[str], frozenset[Element] | None]]

    @property
    def voice(self) -> str:
        """Who wrote it."""
        return self.annotated.labels.voice

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.annotated.labels.kind


def prepared(annotated: Annotated) -> Prepared:
    """Match the letter's spans to its sentences. Spans of an incomplete element are no examples, for or against."""
    reading = read(annotated.letter)
    labels, text = annotated.labels, annotated.letter.text
    spans = [(text.find(q), text.find(q) + len(q), e) for e in ELEMENTS for q in labels.spans.get(e, ()) if q in text]
    sentences: list[tuple[list[str], frozenset[Element] | None]] = []
    for s in reading.body:
        carried = frozenset(e for start, end, e in spans if min(s.end, end) - max(s.start, start) > min(OVERLAP, (end - start) / 2))
        sure = all(labels.elements[e] is Status.PRESENT for e in carried)
        sentences.append((tokens(reading, s), carried if sure else None))
    return Prepared(annotated, kind.tokens(reading), sentences)


def letters_component(letters: list[Prepared]) -> Any:
    """Return the component that tells kinds, trained on these letters; rarer kinds are shown more often."""
    counts = Counter(x.kind for x in letters)
    most = max(counts.values())
    examples: list[Example] = []
    for x in letters:
        examples += [(x.whole, {k.value: float(k is x.kind) for k in Kind})] * round(most / counts[x.kind])
    return train_component(Trained.LETTERS, [k.value for k in Kind], examples, epochs=10, rate=0.002, batch=16)


def sentences_component(letters: list[Prepared]) -> Any:
    """Return the component that tells what sentences carry, trained on these letters."""
    examples: list[Example] = []
    for x in letters:
        for words, carried in x.sentences:
            if x.kind is not Kind.OTHER and carried is not None:
                examples += [(words, {e.value: float(e in carried) for e in ELEMENTS})] * (REPEAT if carried else 1)
    return train_component(Trained.SENTENCES, [e.value for e in ELEMENTS], examples, epochs=8, rate=0.002, batch=32)


def unseen(letters: list[Prepared], train: Callable[[list[Prepared]], Any]) -> list[tuple[Prepared, Any]]:
    """Return every letter with a component that never saw its voice."""
    voices = sorted({x.voice for x in letters})
    judged = []
    for fold in (set(voices[i::FOLDS]) for i in range(FOLDS)):
        trained = train([x for x in letters if x.voice not in fold])
        judged += [(x, trained) for x in letters if x.voice in fold]
    return judged


def kinds_right(letters: list[Prepared]) -> float:
    """Return the share of kinds that are told right, each voice unseen."""
    return float(np.mean([_kind(trained, x) is x.kind for x, trained in unseen(letters, letters_component)]))


def _kind(trained: Any, x: Prepared) -> Kind:
    (likely,) = judge_with(trained, [x.whole])
    return Kind(max(likely, key=lambda k: likely[k]))


def likeliest(letters: list[Prepared]) -> list[tuple[Prepared, dict[Element, float]]]:
    """Return for each letter how likely each element is in the sentence where it is likeliest, its voice unseen."""
    judged = []
    for x, trained in unseen([x for x in letters if x.kind is not Kind.OTHER], sentences_component):
        scores = judge_with(trained, [words for words, _ in x.sentences])
        top: dict[Element, float] = {e: max(s[e] for s in scores) for e in ELEMENTS}
        judged.append((x, top))
    return judged


def best_threshold(judged: list[tuple[Prepared, dict[Element, float]]], element: Element) -> tuple[float, float, int]:
    """Return the threshold under which a letter lacks the element that finds gaps with the best F1, that F1, and the number of gaps."""
    scored = [
        (likely[element], x.annotated.labels.elements[element] is not Status.PRESENT)
        for x, likely in judged
        if x.annotated.labels.elements[element] is not Status.NOT_APPLICABLE and element not in x.annotated.labels.ambiguous
    ]
    likely, gap = np.array([s for s, _ in scored]), np.array([g for _, g in scored])
    candidates = np.arange(0.05, 0.96, 0.01)
    f1 = np.array([2 * (gap & (likely < t)).sum() / max(1, gap.sum() + (likely < t).sum()) for t in candidates])
    smooth = np.convolve(f1, np.ones(5) / 5, mode="same")  # a broad hill is surer than a peak
    best = int(np.argmax(smooth))
    return float(round(candidates[best], 2)), float(f1[best]), int(gap.sum())


def main() -> None:
    """Train, report and write the components."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus
    letters = [prepared(a) for a in load_voices(corpus, "train")]
    print(f"{len(letters)} letters of {len({x.voice for x in letters})} voices; each voice judged unseen")
    print(f"kinds right: {kinds_right(letters):.3f}")
    judged = likeliest(letters)
    thresholds = {}
    print(f"{'element':20} {'gaps':>5} {'threshold':>10} {'F1 of gaps':>11}")
    for element in ELEMENTS:
        threshold, f1, gaps = best_threshold(judged, element)
        thresholds[element.value] = threshold
        print(f"{element.value:20} {gaps:5} {threshold:10.2f} {f1:11.2f}")
    keep_component(Trained.LETTERS, letters_component(letters), dict.fromkeys(map(str, Kind), 0.0))
    keep_component(Trained.SENTENCES, sentences_component(letters), thresholds)


if __name__ == "__main__":
    main()
