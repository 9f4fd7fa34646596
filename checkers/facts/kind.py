"""What kind of letter it is.

Each sentence gives cues (rules, in kind.toml and in the elements' files). A trained component (models/language/kinds, spaCy's bag of
words) weighs the cues together with the letter's words, and a logistic model weighs that together with what the letter's sentences do;
`make train` trains both anew (bench/train.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np

from checkers import carried, letterwords, logistic, rules
from checkers.logistic import Features, is_letter, log_odds, tops
from checkers.reading import Reading, Sentence
from models.finding import Element, Kind
from models.language import Trained, likelihoods

WEIGHED = letterwords.KIND  # the name of the model that weighs it
_TELLING = [  # what sentences may do that tells kinds apart
    carried.LABELS.index(label)
    for label in (
        Element.DEFINITION,
        Element.DECISION,
        Element.REASONS,
        Element.REMEDY,
        Element.OUTSTANDING_ACTIONS,
        Element.TIMESCALE,
        carried.POINT,
        carried.LEFT_OPEN,
        carried.REFUSES,
    )
]
# What speaks for a letter on a complaint. Its lack speaks against nothing: a draft without a route is a response all the same.
_SPEAKING = [carried.LABELS.index(label) for label in (Element.STAGE, Element.ESCALATION_ROUTE)]
_OWN_STAGES = [carried.LABELS.index(label) for label in carried.OWN_STAGES]
_SAID = ("response", "acknowledgement", "extension", "refusal")  # cues of facts/kind, weighed also by standing near the top
_WEIGHED_CUES = (*(f"facts/kind:{cue}" for cue in (*_SAID, "acknowledgement_next", "not_complaint", "own_letter")), "dated answer")
_TWICE = 2  # a cue given more often weighs no more
KINDS = tuple(kind.value for kind in Kind)
_COMPLAINT = re.compile(r"\b(?:complain(?:t|ts|ed|ing)?|ombudsman|review|appeal|stage|unhappy)\b")
_SURE = 0.9  # how likely the kind of a letter must be that never names a complaint
_COVERING = 90  # words: an e-mail shorter than this that carries a letter is a covering note
_WHEN = rules.compiled("%when%")
_WORD = re.compile(r"[a-z0-9']+|[£%?!]")
_OFTEN = 4  # a cue given more often than this says no more
_WEIGHT = 4  # a cue counts as much as so many words
_OPENING = 8  # sentences of the body in which a letter says what it is
_SOURCES = {
    "facts/kind": ("response", "response_title", "acknowledgement", "acknowledgement_next", "acknowledgement_title", "extension",
                   "extension_title", "refusal", "refusal_title", "not_complaint", "own_letter"),
    "elements/decision": ("for", "against", "part", "weak_for", "weak_against"),
    "elements/remedy": ("apology", "money", "work", "practice", "promised"),
    "elements/outstanding_actions": ("action",),
    "elements/outcomes_sought": ("set_out", "asked"),
    "elements/definition": ("set_out", "lead_in", "topic"),
    "elements/escalation_route": ("ask", "to_ombudsman"),
    "elements/stage": ("final",),
    "elements/timescale": ("answer", "vague"),
    "elements/reasons": ("empty",),
}  # fmt: skip
_TOLD = {  # contexts in which a cue of these rules does not count
    "facts/kind": ("conditional", "resident", "earlier"),
    "elements/decision": ("conditional", "resident", "earlier", "question"),
    "elements/remedy": ("resident", "conditional", "question"),
    "elements/outstanding_actions": ("resident", "conditional", "question", "ombudsman"),
}


def cues(reading: Reading) -> Counter[str]:
    """Count the sentences that give each cue; `opening:` marks those near the top, `dated` an answer to come with its date."""
    found: Counter[str] = Counter()
    for position, sentence in enumerate(reading.body):
        for cue in _cues(reading, sentence):
            found[cue] += 1
            if position < _OPENING * 2 and cue.startswith("facts/kind"):
                found[f"opening:{cue}"] += 1
    return found


def _cues(reading: Reading, sentence: Sentence) -> set[str]:
    found: set[str] = set()
    for source, labels in _SOURCES.items():
        if sentence.has(*_TOLD.get(source, ())):
            continue
        for rule, _ in reading.marks(source, sentence):
            if rule.label in labels and (not rule.label.endswith("_title") or _titles(sentence)):
                found.add(f"{source}:{rule.label}")
    if "elements/timescale:answer" in found and _WHEN.search(sentence.low):
        found.add("dated answer")
    return found


def _titles(sentence: Sentence) -> bool:
    return sentence.is_heading or sentence.low.startswith(("subject:", "re:"))


def tokens(reading: Reading) -> list[str]:
    """Return what the trained component sees of a letter: the words of its body, and each cue as often as it was given."""
    words = ["0" if w.isdigit() else w for s in reading.body for w in _WORD.findall(s.low)]
    given = [f"k_{cue}" for cue, n in sorted(cues(reading).items()) for _ in range(min(n, _OFTEN) * _WEIGHT)]
    return words + given


def kind_of(reading: Reading, seen: list[str]) -> Kind:
    """Return the letter's kind, from the letter and its `tokens`: what it does for the complaint, by all that it says.

    A letter that never names a complaint must greet somebody, and its kind be beyond doubt.
    """
    if reading.letter.attached and len(reading.letter.text.split()) < _COVERING:
        return Kind.OTHER
    names_it = any(_COMPLAINT.search(s.low) for s in reading.sentences)
    if not names_it and not (is_letter(reading) and reading.salutation):
        return Kind.OTHER
    likely = likelihoods(Trained.KINDS, seen)
    if is_letter(reading):
        likely = dict(zip(KINDS, logistic.likelihoods(WEIGHED, features(reading, seen, likely)), strict=True))
    best = Kind(max(likely, key=lambda kind: likely[kind]))
    return best if names_it or likely[best] >= _SURE else Kind.OTHER


def features(reading: Reading, seen: list[str], likely: Mapping[str, float]) -> Features:
    """Return what the kind is weighed from: the component's likelihoods, what the two likeliest sentences do, and the cues in `tokens`."""
    first, second = tops(reading)
    speaking = np.maximum(0.0, [*first[_SPEAKING], first[_OWN_STAGES].max()])
    given = Counter(seen)
    often = [min(given[f"k_{cue}"] // _WEIGHT, _TWICE) for cue in _WEIGHED_CUES]
    on_top = [float(f"k_opening:facts/kind:{cue}" in given) for cue in _SAID]
    by_words = (*log_odds([likely[kind] for kind in KINDS]), *letterwords.odds(reading, letterwords.KIND))
    return np.array([*by_words, *first[_TELLING], *second[_TELLING], *speaking, *often, *on_top])
