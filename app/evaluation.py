"""`letterproof evaluate`: how often the program is right on annotated letters, and what a change of rules alters."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import checkers
from app.checking import settings_of
from app.exits import Exit, Misuse
from models.corpus import Annotated, CorpusError, load_voices
from models.finding import Result
from reports.evaluation import FACTS, Evaluation, changes, outline
from reports.files import ReportError, in_place

_WIDEST = 160  # characters of a sentence that are shown


def evaluate(chosen: argparse.Namespace) -> int:
    """Check the annotated letters that the user named, print the figures and the mistakes, and return the exit status."""
    settings = settings_of(chosen)
    letters = _chosen(chosen.folder, chosen.voices)
    judged = [(annotated, checkers.check(annotated.letter, settings)) for annotated in letters]
    before = _baseline(chosen.against) if chosen.against else None
    if chosen.keep:
        _keep(chosen.keep, judged)
    if before is not None:
        _print_changes(before, judged)
    elif chosen.format == "json":
        voices = {voice: one.as_json() for voice, one in _by_voice(judged).items()}
        print(json.dumps({"all": _evaluation(judged).as_json(), "voices": voices}, indent=1))
    else:
        _print_text(judged, mistakes=chosen.mistakes)
    return Exit.FINE


def _chosen(folder: Path, which: str | None) -> list[Annotated]:
    """Return the letters of the voices that the user named; `test` and `train` are those of the folder's own list. Raises Misuse."""
    try:
        letters = load_voices(folder, which)
    except (CorpusError, OSError) as error:
        raise Misuse(f"these annotated letters cannot be read: {error}. docs/corpus.md describes the format.") from error
    if not letters:
        raise Misuse(f"there are no annotated letters in {folder} of these voices. docs/corpus.md describes the format.")
    return letters


def _evaluation(judged: list[tuple[Annotated, Result]]) -> Evaluation:
    evaluation = Evaluation()
    for annotated, result in judged:
        evaluation.add(annotated, result)
    return evaluation


def _by_voice(judged: list[tuple[Annotated, Result]]) -> dict[str, Evaluation]:
    voices: defaultdict[str, list[tuple[Annotated, Result]]] = defaultdict(list)
    for annotated, result in judged:
        voices[annotated.labels.voice].append((annotated, result))
    return {voice: _evaluation(voices[voice]) for voice in sorted(voices)}


def _print_text(judged: list[tuple[Annotated, Result]], *, mistakes: bool) -> None:
    every, voices = _evaluation(judged), _by_voice(judged)
    print(f"{every.letters} letters of {len(voices)} voices\n")
    print("\n".join(every.rows()))
    print(f"\n{'voice':20} {'letters':>8} {'kind':>7} {'stage':>7} {'gaps F1':>8} {'flags F1':>9} {'whole':>7}")
    for voice, one in voices.items():
        gaps, flags = one.tallies["all gaps"].figures[2], one.tallies["all flags"].figures[2]
        shares = (one.shares[what].value for what in ("kind", "stage", "whole letter"))
        kind, stage, whole = (f"{share:7.0%}" for share in shares)
        print(f"{voice:20} {one.letters:8} {kind} {stage} {gaps:8.2f} {flags:9.2f} {whole}")
    if mistakes:
        print("\nMistakes: what, label → program, the words that misled it or that it overlooked")
        for m in every.mistakes:
            print(f"{m.letter}  {m.what}: {m.wanted} → {m.found}  {' '.join(m.words.split())[:_WIDEST]}")


def _baseline(path: Path) -> dict[str, dict[str, Any]]:
    try:
        kept = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {one["id"]: one for one in kept}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misuse(f"{path} is no baseline that --keep has written. Check the path.") from error


def _print_changes(before: dict[str, dict[str, Any]], judged: list[tuple[Annotated, Result]]) -> None:
    """Print, letter by letter, what is judged otherwise than in the baseline, and whether that is better by the labels."""
    changed = 0
    for annotated, result in judged:
        letter = annotated.labels.id
        after = outline(letter, result)
        lines = [f"{letter}  {line}" for line in _changed(annotated, before.get(letter), after)]
        changed += bool(lines)
        print(*lines, sep="\n", end="\n" if lines else "")
    print(f"{changed} of {len(judged)} letters are judged otherwise than in the baseline.")


def _changed(annotated: Annotated, before: dict[str, Any] | None, after: dict[str, Any]) -> Iterator[str]:
    if before is None:
        yield "is not in the baseline"
        return
    labels = annotated.labels
    wanted: dict[str, str] = {fact: str(getattr(labels, fact)) for fact in FACTS}
    wanted |= {element: status for element, status in labels.elements.items() if element not in labels.ambiguous}
    wanted |= dict.fromkeys(labels.flags, "raised")
    for what, old, new in changes(before, after):
        right = wanted.get(what, "–")
        verdict = "  better" if new == right else "  worse" if old == right else ""
        yield f"{what}: {old} → {new}{verdict}"


def _keep(path: Path, judged: list[tuple[Annotated, Result]]) -> None:
    lines = [json.dumps(outline(annotated.labels.id, result), ensure_ascii=False) for annotated, result in judged]
    try:
        with in_place(path) as beside:
            beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except ReportError as error:
        raise Misuse(str(error)) from error
