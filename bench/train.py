"""Train what models/language holds: `python -m bench.train samples/corpus` (some minutes on two cores).

`kinds` and `stages` tell a letter's kind and stage, from its words and what rules say; `sentences` tells which elements a sentence
carries, wholly or weakly, from the spans of the annotated letters; `weighing.json` says how far to trust rules and likelihoods
(checkers/weighing.py). Only the training voices are used (samples/corpus/voices.toml names the others). Each voice is judged once by
components that never saw it: from that come the thresholds, what the weighing learns from, and the tables that are printed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from thinc.api import Adam

from bench import people
from checkers import carried, weighing
from checkers.elements import by_rules
from checkers.facts import Choice, facts_of, kind, told_of_stage
from checkers.facts.ghost import ghost_stages
from checkers.facts.stage import NO_STAGE, stage_facts
from checkers.reading import Reading, read
from checkers.weighing import STATUSES, WEIGHED, Features
from models.corpus import Annotated, load_voices
from models.finding import Element, Kind, Status
from models.language import Trained, judge_with, keep_component, sentences, train_component
from models.language.sentences import Example, Scores

FOLDS = 6
OVERLAP = 12  # characters that a sentence must share with a span to carry it
LOOSE = 0.1  # how loosely the weighing may fit: the inverse of its penalty
STEPS, RATE = 600, 0.05
STAGES = (NO_STAGE, "1", "2", "3")
GAPS = (Status.MISSING, Status.INCOMPLETE)


@dataclass
class Prepared:
    """An annotated letter as components are trained on it; `kind`, `stage` and `scores` are what those say that never saw its voice."""

    annotated: Annotated
    reading: Reading
    whole: list[str]
    example: Example
    kind: Kind = Kind.OTHER
    stage: int | None = None
    scores: Scores | None = None

    @property
    def voice(self) -> str:
        """Who wrote it."""
        return self.annotated.labels.voice


def prepared(annotated: Annotated) -> Prepared:
    """Match the letter's spans to its sentences. Where an element is ambiguous, nothing is learned of it."""
    reading = read(annotated.letter)
    labels, text = annotated.labels, annotated.letter.text
    wanted = np.zeros((len(reading.body), len(carried.LABELS)), dtype="f")
    counts = np.ones_like(wanted)
    for number, element in enumerate(carried.ELEMENTS):
        weak = number + len(carried.ELEMENTS)
        spans = [(text.find(span), text.find(span) + len(span)) for span in labels.spans.get(element, ()) if span in text]
        for row, s in enumerate(reading.body):
            if any(min(s.end, end) - max(s.start, start) > min(OVERLAP, (end - start) / 2) for start, end in spans):
                is_whole = labels.elements[element] is Status.PRESENT
                wanted[row, number if is_whole else weak] = 1
                counts[row, number] = is_whole  # weak words are no example against the whole element
        if element in labels.ambiguous:
            counts[:, [number, weak]] = 0
    return Prepared(annotated, reading, kind.tokens(reading), Example(carried.seen(reading), wanted, counts))


def kinds_component(letters: list[Prepared]) -> Any:
    """Return the component that tells kinds, trained on these letters; rarer kinds are shown more often."""
    counts = Counter(x.annotated.labels.kind for x in letters)
    most = max(counts.values())
    examples: list[tuple[list[str], dict[str, float]]] = []
    for x in letters:
        own = x.annotated.labels.kind
        examples += [(x.whole, {k.value: float(k is own) for k in Kind})] * round(most / counts[own])
    return train_component([k.value for k in Kind], examples)


def stages_component(letters: list[Prepared]) -> Any:
    """Return the component that tells stages, trained on these letters."""
    examples = []
    for x in complaint_letters(letters):
        own = _stage_label(x.annotated.labels.stage)
        examples.append((seen_for_stage(x, x.annotated.labels.kind), {stage: float(stage == own) for stage in STAGES}))
    return train_component(list(STAGES), examples)


def seen_for_stage(x: Prepared, kind_: Kind) -> list[str]:
    """Return what the component that tells stages sees of a letter that is taken for this kind."""
    return [*x.whole, *told_of_stage(x.reading, kind_, stage_facts(x.reading), tuple(ghost_stages(x.reading)))]


def _stage_label(stage: int | None) -> str:
    return NO_STAGE if stage is None else str(stage)


def complaint_letters(letters: list[Prepared]) -> list[Prepared]:
    """Return the letters that sentences are learned from."""
    return [x for x in letters if x.annotated.labels.kind is not Kind.OTHER]


def judge_unseen(letters: list[Prepared]) -> None:
    """Give every letter the kind and the scores that components say of it which never saw its voice."""
    voices = sorted({x.voice for x in letters})
    for fold in (set(voices[start::FOLDS]) for start in range(FOLDS)):
        others = [x for x in letters if x.voice not in fold]
        kinds, stages = kinds_component(others), stages_component(others)
        net = sentences.train([x.example for x in complaint_letters(others)], carried.LABELS, {})
        for x in (x for x in letters if x.voice in fold):
            x.kind = Kind(_likeliest(kinds, x.whole))
            stage = NO_STAGE if x.kind is Kind.OTHER else _likeliest(stages, seen_for_stage(x, x.kind))
            x.stage = None if stage == NO_STAGE else int(stage)
            x.scores = net.likelihoods(x.example.seen)


def _likeliest(trained: Any, seen: list[str]) -> str:
    (likely,) = judge_with(trained, [seen])
    return max(likely, key=lambda label: likely[label])


def best_threshold(letters: list[Prepared], element: Element) -> float:
    """Return the likelihood under which a letter lacks the element that finds gaps with the best F1."""
    scored = [
        (x.scores[:, carried.LABELS.index(element)].max(), x.annotated.labels.elements[element] is not Status.PRESENT)
        for x in complaint_letters(letters)
        if x.scores is not None and _is_scored(x, element)
    ]
    likely, gap = np.array([s for s, _ in scored]), np.array([g for _, g in scored])
    candidates = np.arange(0.05, 0.96, 0.01)
    f1 = np.array([2 * (gap & (likely < t)).sum() / max(1, gap.sum() + (likely < t).sum()) for t in candidates])
    smooth = np.convolve(f1, np.ones(5) / 5, mode="same")  # a broad hill is surer than a peak
    return float(round(candidates[int(np.argmax(smooth))], 2))


def _is_scored(x: Prepared, element: Element) -> bool:
    return x.annotated.labels.elements[element] is not Status.NOT_APPLICABLE and element not in x.annotated.labels.ambiguous


@dataclass(frozen=True)
class Case:
    """An element of a letter to weigh: its features, its status by the rules, and its true status."""

    voice: str
    element: Element
    seen: Features
    by_rules: Status
    wanted: Status


def cases(letters: list[Prepared]) -> Iterator[Case]:
    """Yield what the weighing learns from: letters whose kind is told right, elements whose status is open and not ambiguous."""
    for x in complaint_letters(letters):
        labels = x.annotated.labels
        if x.kind is not labels.kind:
            continue
        x.reading.scores = x.scores
        facts = replace(facts_of(x.reading, Choice(kind=x.kind)), stage=x.stage)
        found = by_rules(x.reading, facts)
        for element, features in weighing.features(x.reading, facts, found).items():
            if element not in labels.ambiguous:
                yield Case(x.voice, element, features, found[element].status, labels.elements[element])


def fitted(known: list[Case]) -> tuple[Features, Features]:
    """Return weights and bias of the logistic model that tells the status of these cases."""
    seen = np.array([case.seen for case in known], dtype="f")
    wanted = np.array([[case.wanted is status for status in STATUSES] for case in known], dtype="f")
    weights, bias = np.zeros((seen.shape[1], len(STATUSES)), dtype="f"), np.zeros(len(STATUSES), dtype="f")
    optimiser = Adam(RATE, L2=0.0, grad_clip=0.0)
    for _ in range(STEPS):
        scores = seen @ weights + bias
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = (odds / odds.sum(axis=1, keepdims=True) - wanted) / len(known)
        weights, _ = optimiser((0, "weights"), weights, seen.T @ error + weights / np.float32(LOOSE * len(known)))
        bias, _ = optimiser((0, "bias"), bias, error.sum(axis=0))
    return weights, bias


def weighed_unseen(known: list[Case]) -> list[Status]:
    """Return the status of each case as a model weighs it that never saw its voice."""
    voices = sorted({case.voice for case in known})
    found: list[Status] = [case.by_rules for case in known]
    for fold in (set(voices[start::FOLDS]) for start in range(FOLDS)):
        weights, bias = fitted([case for case in known if case.voice not in fold])
        for number, case in enumerate(known):
            if case.voice in fold:
                found[number] = weighing.overruled(weighing.shares(case.seen @ weights + bias), case.by_rules)
    return found


def gaps_f1(known: list[Case], found: list[Status]) -> float:
    """Return the F1 of finding gaps."""
    pairs = [(case.wanted in GAPS, status in GAPS) for case, status in zip(known, found, strict=True)]
    right = sum(wanted and said for wanted, said in pairs)
    return 2 * right / max(1, sum(wanted + said for wanted, said in pairs))


def train_weighing(letters: list[Prepared]) -> None:
    """Learn the weights, report how the weighing does beside the rules, and write them."""
    every = list(cases(letters))
    kept: dict[str, Any] = {}
    print(f"{'element':20} {'cases':>6} {'gaps':>5} {'F1 by rules':>12} {'F1 weighed':>11}")
    for element in WEIGHED:
        known = [case for case in every if case.element is element]
        rules, both = gaps_f1(known, [case.by_rules for case in known]), gaps_f1(known, weighed_unseen(known))
        print(f"{element:20} {len(known):6} {sum(case.wanted in GAPS for case in known):5} {rules:12.2f} {both:11.2f}")
        weights, bias = fitted(known)
        kept[element] = {"weights": weights.round(4).tolist(), "bias": bias.round(4).tolist()}
    weighing.WEIGHTS.write_text(json.dumps(kept) + "\n", encoding="utf-8")


def main() -> None:
    """Train, report and write the components."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus
    annotated = load_voices(corpus, "train")
    letters = [prepared(a) for a in annotated]
    judge_unseen(letters)
    print(f"{len(letters)} letters of {len({x.voice for x in letters})} voices; each voice judged unseen")
    print(f"kinds right: {np.mean([x.kind is x.annotated.labels.kind for x in letters]):.3f}")
    print(f"stages right: {np.mean([x.stage == x.annotated.labels.stage for x in letters]):.3f}")
    thresholds = {element.value: best_threshold(letters, element) for element in carried.ELEMENTS}
    sentences.train([x.example for x in complaint_letters(letters)], carried.LABELS, thresholds).keep()
    sentences.load.cache_clear()
    keep_component(Trained.KINDS, kinds_component(letters))
    keep_component(Trained.STAGES, stages_component(letters))
    train_weighing(letters)
    people.learn_names(annotated, measured=True)
    people.learn_roles(annotated, measured=True)


if __name__ == "__main__":
    main()
