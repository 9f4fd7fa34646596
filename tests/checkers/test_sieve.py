"""The sieve lets through whatever a pattern matches, and little else."""

from __future__ import annotations

import re
from itertools import chain, islice
from pathlib import Path

import pytest

from checkers import rules
from checkers.reading import read
from checkers.sieve import Sieve, widened
from models.corpus import load_voices

CORPUS = Path("samples/corpus")
LETTERS, STEP = 20, 121  # every 121st letter: of many voices
RULESETS = [rules.load(name) for name in rules.names()]


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """Sentences of annotated letters, as rules read them."""
    letters = islice(load_voices(CORPUS, "train"), 0, LETTERS * STEP, STEP)
    return list(chain.from_iterable((s.low for s in read(annotated.letter).sentences) for annotated in letters))


@pytest.mark.parametrize("ruleset", RULESETS, ids=lambda ruleset: ruleset.name)
def test_no_rule_is_lost(ruleset: rules.RuleSet, sentences: list[str]) -> None:
    """In letters, and in the rules' own examples, the rules that fire are those that fire when each is tried."""
    examples = [rules.lowered(text) for rule in ruleset.rules for text in (*rule.fires, *rule.quiet)]
    for text in (*examples, *sentences):
        assert [rule for rule, _ in ruleset.matches(text)] == [rule for rule in ruleset.rules if rule.search(text)], text


def test_little_passes(sentences: list[str]) -> None:
    """Of all rules, few are left to be tried on a sentence: most of those fire."""
    fired = sum(rule.pattern.search(text) is not None for ruleset in RULESETS for text in sentences for rule in ruleset.rules)
    passed = sum(len(list(ruleset.possible(text))) for ruleset in RULESETS for text in sentences)
    assert fired <= passed < 2 * fired


@pytest.mark.parametrize(
    ("pattern", "wide"),
    [
        (r"\bwe (?!will\b(?:x|\)|[)]))can", r"\bwe can"),
        (r"(?<=a(b)c)d{2,3}(?=e)", "d*"),
        (r"(?P<what>[({]x{1,9}[^]})]\{3)\(?=", r"(?P<what>[({]x*[^]})]\{3)\(?="),
        ("(?<!(?:a|b))c(?:d(?!e))f", "c(?:d)f"),
    ],
)
def test_look_around_and_counts_are_taken_out(pattern: str, wide: str) -> None:
    """What stands in a class or is escaped is left alone."""
    assert widened(pattern) == wide


@pytest.mark.parametrize("text", ["a café", "two\u2009words", "٣ days", "last\n", "one\vtwo", "half \ud800"])
def test_letters_that_the_engines_class_otherwise(text: str) -> None:
    """Where RE2 would see another letter, digit, space or end than Python, every pattern is left to Python."""
    assert list(Sieve([r"\bcaf\w\b", r"\d day", "last$"]).possible(text)) == [0, 1, 2]


def test_patterns_come_in_order() -> None:
    """The places of the patterns that may match come in the order of the patterns."""
    every = Sieve([re.escape(word) for word in ["the", "quick", "brown", "fox"]])
    assert every.possible("fox, brown, the") == [0, 2, 3]
