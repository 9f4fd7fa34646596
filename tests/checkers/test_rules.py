"""Every rule is held to the examples that stand beside it."""

from __future__ import annotations

import pytest

from checkers import rules

EVERY_RULE = [pytest.param(rule, id=f"{name}:{rule.id}") for name in rules.names() for rule in rules.load(name).rules]


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_has_examples_on_both_sides(rule: rules.Rule) -> None:
    """No rule is without a sentence that must fire and one that must not."""
    assert rule.fires
    assert rule.quiet


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_fires_and_stays_quiet(rule: rules.Rule) -> None:
    """A rule fires in each of its `fires` and in none of its `quiet`."""
    missed = [text for text in rule.fires if rule.search(rules.lowered(text)) is None]
    wrong = [text for text in rule.quiet if rule.search(rules.lowered(text)) is not None]
    assert (missed, wrong) == ([], [])


@pytest.mark.parametrize("name", rules.names())
def test_ids_are_unique(name: str) -> None:
    """A rule can be named: no two rules of a file share an id."""
    ids = [rule.id for rule in rules.load(name).rules]
    assert len(ids) == len(set(ids))


def test_lowering_keeps_every_character_in_its_place() -> None:
    """Offsets found in the lowered text hold in the letter, also where a letter would grow when lowered."""
    text = "İpek’s “flat” – Łódź"
    assert len(rules.lowered(text)) == len(text)
    assert '\'s "flat" -' in rules.lowered(text)
