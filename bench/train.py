"""Train what models/language holds: `python -m bench.train samples/corpus samples/passages` (docs/design.md says how long it takes).

`kinds` and `stages` tell a letter's kind and stage, from its words and what rules say; `sentences` tells what each sentence does, from the
words that the labels of the annotated letters and passages quote; `marks` tells which stage a letter claims and what is a name, `roles` who
people are; `weighing.json` says how far to trust rules and likelihoods (checkers/logistic.py). Only the training voices are used
(samples/corpus/voices.toml names the others). Each voice is judged once by components that never saw it: from that come the thresholds,
what the weighing learns from, and the tables that are printed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench import people
from bench.claims import claims_model
from bench.examples import Prepared, prepared
from bench.letterwords import Marked, answer_unseen
from bench.passages import example, load_passages, load_people
from bench.processes import shared_out
from bench.twins import FOLDER as TWINS
from bench.twins import prepared_twins
from bench.weigh import Case, element_cases, f1, fitted, flag_cases, folds, kind_cases, stage_cases, stage_label, unseen
from checkers import carried, logistic, weighing
from checkers.facts import claims, kind, stage, told_of_stage
from checkers.facts.ghost import ghost_stages
from checkers.facts.kind import KINDS
from checkers.facts.stage import NO_STAGE, STAGES, stage_facts
from checkers.flags.weighing import RAISED, is_raised
from checkers.flags.weighing import WEIGHED as RAISING
from checkers.weighing import STATUSES, WEIGHED
from models.corpus import listed_voices, load_voices
from models.finding import GAPS, Element, Kind, Status
from models.language import Trained, judge_with, keep_component, labelling, linear, questions, train_component
from models.language.labelling import Example, Scores

LEARNING_FOLDS = 4  # in which voices are judged by networks that never saw them: each takes minutes
LEARNING_NETWORKS = 2  # that judge a fold: a third takes half as long again
FAMILIAR = 0.25  # how much a letter counts on which rules were written, where it is learned how far to trust them


def kinds_component(letters: list[Prepared]) -> Any:
    """Return the component that tells kinds, trained on these letters; rarer kinds are shown more often."""
    teaching = [x for x in letters if x.teaches(kind.WEIGHED)]
    counts = Counter(x.annotated.labels.kind for x in teaching)
    most = max(counts.values())
    examples: list[tuple[list[str], dict[str, float]]] = []
    for x in teaching:
        own = x.annotated.labels.kind
        examples += [(x.whole, {k.value: float(k is own) for k in Kind})] * round(most / counts[own])
    return train_component([k.value for k in Kind], examples)


def stages_component(letters: list[Prepared]) -> Any:
    """Return the component that tells stages, trained on these letters."""
    examples = []
    for x in (one for one in complaint_letters(letters) if one.teaches(stage.WEIGHED)):
        own = stage_label(x.annotated.labels.stage)
        examples.append((seen_for_stage(x, x.annotated.labels.kind), {stage: float(stage == own) for stage in STAGES}))
    return train_component(list(STAGES), examples)


def seen_for_stage(x: Prepared, kind_: Kind) -> list[str]:
    """Return what the component that tells stages sees of a letter that is taken for this kind."""
    return [*x.whole, *told_of_stage(x.reading, kind_, stage_facts(x.reading), tuple(ghost_stages(x.reading)))]


def complaint_letters(letters: list[Prepared]) -> list[Prepared]:
    """Return the letters that sentences are learned from."""
    return [x for x in letters if x.annotated.labels.kind is not Kind.OTHER]


def sentences_of(letters: list[Prepared]) -> list[Example]:
    """Return what networks learn from these letters."""
    return [one for x in complaint_letters(letters) for one in x.learned_of]


@cache
def learning(corpus: Path, passages: Path) -> tuple[list[Prepared], list[Example]]:
    """Return the training letters and their twins, and what is learned from the passages."""
    letters = [prepared(a) for a in load_voices(corpus, "train")]
    familiar = listed_voices(corpus, "familiar")
    for x in letters:
        x.weight = FAMILIAR if x.voice in familiar else 1.0
    return [*letters, *prepared_twins(passages / TWINS, letters)], [example(*one) for one in load_passages(passages)]


def seen_for_the_first_time(corpus: Path, passages: Path, fold: set[str]) -> list[tuple[dict[str, float], Scores]]:
    """Return, for each letter of a fold's voices, the likelihoods of its kinds and its sentences' scores by what never saw these voices."""
    letters, learned = learning(corpus, passages)
    others = [x for x in letters if x.voice not in fold]
    kinds = kinds_component(others)
    net = labelling.train(sentences_of(others), learned, carried.LABELS, {}, LEARNING_NETWORKS)
    return [
        (judge_with(kinds, [x.whole])[0], carried.of_sentences(carried.parts(x.reading), net.likelihoods(x.seen)))
        for x in letters
        if x.voice in fold
    ]


def judge_unseen(letters: list[Prepared], corpus: Path, passages: Path) -> Marked:
    """Give every letter what components and models say of it which never saw its voice. Returns the letters by their marks.

    The folds are shared out to all processors.
    """
    parts = folds([x.voice for x in letters], LEARNING_FOLDS)
    told = shared_out(seen_for_the_first_time, repeat(corpus), repeat(passages), parts)
    for fold, found in zip(parts, told, strict=True):
        for x, (kinds, scores) in zip((x for x in letters if x.voice in fold), found, strict=True):
            x.kinds, x.kind = kinds, Kind(_likeliest(kinds))
            x.scores = x.reading.scores = scores
    words = answer_unseen(letters, parts)
    for x, likely in _weighed(letters, kind_cases(letters), KINDS):
        x.kind = Kind(_likeliest(likely))
    for fold in parts:
        told_claims = claims_model([x for x in letters if x.voice not in fold])
        for x in (x for x in letters if x.voice in fold):
            x.reading.claims = claims.told_by(told_claims, x.reading, x.kind)
        stages = stages_component([x for x in letters if x.voice not in fold])
        for x in (x for x in letters if x.voice in fold):
            (x.stages,) = judge_with(stages, [seen_for_stage(x, x.kind)])
            x.stage = _stage(x, x.stages)
    for x, likely in _weighed(letters, stage_cases(letters), STAGES):
        x.stage = _stage(x, likely)
    return words


def _weighed(letters: list[Prepared], known: list[Case], outcomes: Sequence[str]) -> Iterator[tuple[Prepared, dict[str, float]]]:
    """Yield each letter long enough to be weighed, with how likely each outcome is by a model that never saw its voice."""
    weighed = [x for x in letters if logistic.is_letter(x.reading)]
    for x, likely in zip(weighed, unseen(known, outcomes), strict=True):
        yield x, dict(zip(outcomes, map(float, likely), strict=True))


def _stage(x: Prepared, likely: dict[str, float]) -> int | None:
    stage = NO_STAGE if x.kind is Kind.OTHER else _likeliest(likely)
    return None if stage == NO_STAGE else int(stage)


def _likeliest(likely: dict[str, float]) -> str:
    return max(likely, key=lambda label: likely[label])


def best_threshold(letters: list[Prepared], element: Element) -> float:
    """Return the likelihood under which a letter lacks the element that finds gaps with the best F1."""
    scored = [
        (x.scores[:, carried.LABELS.index(element)].max(), x.annotated.labels.elements[element] is not Status.PRESENT)
        for x in complaint_letters(letters)
        if not x.is_twin and x.scores is not None and _is_scored(x, element)
    ]
    likely, gap = np.array([s for s, _ in scored]), np.array([g for _, g in scored])
    candidates = np.arange(0.05, 0.96, 0.01)
    f1 = np.array([2 * (gap & (likely < t)).sum() / max(1, gap.sum() + (likely < t).sum()) for t in candidates])
    smooth = np.convolve(f1, np.ones(5) / 5, mode="same")  # a broad hill is surer than a peak
    return float(round(candidates[int(np.argmax(smooth))], 2))


def _is_scored(x: Prepared, element: Element) -> bool:
    return x.annotated.labels.elements[element] is not Status.NOT_APPLICABLE and element not in x.annotated.labels.ambiguous


def train_weighing(letters: list[Prepared]) -> None:
    """Learn the weights, report how the weighing does beside the rules, and write them."""
    kept = {kind.WEIGHED: _kept(kind_cases(letters), KINDS), stage.WEIGHED: _kept(stage_cases(letters), STAGES)}
    elements, flags = list(element_cases(letters)), list(flag_cases(letters))
    print(f"{'what':20} {'cases':>6} {'gaps':>5} {'F1 by rules':>12} {'F1 weighed':>11}")
    for element in WEIGHED:
        known = [case for one, case in elements if one is element]
        likely = unseen(known, STATUSES)
        both = [weighing.likeliest(one, case.by_rules) for one, case in zip(likely, known, strict=True)]
        kept[element] = _reported(element, known, both, GAPS, STATUSES)
    for flag in RAISING:
        known = [case for one, case in flags if one is flag]
        raised = [RAISED[is_raised(one)] for one in unseen(known, RAISED)]
        kept[flag] = _reported(flag, known, raised, RAISED[1:], RAISED)
    logistic.WEIGHTS.write_text(json.dumps(kept) + "\n", encoding="utf-8")


def _reported(
    name: str, known: Sequence[Case], weighed: Sequence[str], positive: Container[str], outcomes: Sequence[str]
) -> dict[str, Any]:
    """Print a line on what is weighed, twins apart, and return its weights."""
    shown = [(case, one) for case, one in zip(known, weighed, strict=True) if not case.of_twin]
    letters, found = [case for case, _ in shown], [one for _, one in shown]
    rules = [case.by_rules or "" for case in letters]
    number = sum(case.wanted in positive for case in letters)
    print(f"{name:20} {len(letters):6} {number:5} {f1(letters, rules, positive):12.2f} {f1(letters, found, positive):11.2f}")
    return _kept(known, outcomes)


def _kept(known: Sequence[Case], outcomes: Sequence[str]) -> dict[str, Any]:
    weights, bias = fitted(known, outcomes)
    return {"weights": weights.round(4).tolist(), "bias": bias.round(4).tolist()}


def main() -> None:
    """Train, report and write the components."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("passages", type=Path)
    chosen = parser.parse_args()
    letters, learned = learning(chosen.corpus, chosen.passages)
    words = judge_unseen(letters, chosen.corpus, chosen.passages)
    whole = [x for x in letters if not x.is_twin]
    print(
        f"{len(whole)} letters of {len({x.voice for x in whole})} voices, and {len(letters) - len(whole)} twins; each voice judged unseen"
    )
    print(f"kinds right: {np.mean([x.kind is x.annotated.labels.kind for x in whole]):.3f}")
    print(f"stages right: {np.mean([x.stage == x.annotated.labels.stage for x in whole]):.3f}")
    thresholds = {element.value: best_threshold(letters, element) for element in carried.ELEMENTS}
    annotated, named = [x.annotated for x in whole], list(load_people(chosen.passages))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:  # both take minutes, and neither needs the other
        names = beside.submit(people.learn_names, annotated, named, measured=True)
        labelling.train(sentences_of(letters), learned, carried.LABELS, thresholds, over=shared_out).keep(labelling.SENTENCES)
        names.result()
    labelling.load.cache_clear()
    keep_component(Trained.KINDS, kinds_component(letters))
    keep_component(Trained.STAGES, stages_component(letters))
    words.model().keep()
    questions.load.cache_clear()
    claims_model(letters).keep(claims.MODEL)
    linear.load.cache_clear()
    train_weighing(letters)
    people.learn_roles(annotated, named, measured=True)


if __name__ == "__main__":
    main()
