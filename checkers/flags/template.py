"""Flag `placeholder`: a merge field or text of the template that nobody filled in."""

from __future__ import annotations

from collections.abc import Iterator

from checkers import rules
from checkers.facts import Facts
from checkers.flags.raised import Raised, raised
from checkers.people import People
from checkers.reading import Reading


def placeholders(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield each placeholder once."""
    seen, taken = set[str](), set[int]()
    for rule in rules.load("flags/template").possible(reading.low):
        for m in rule.pattern.finditer(reading.low):
            words = reading.letter.text[m.start() : m.end()]
            if words in seen or m.start() in taken:
                continue
            seen.add(words)
            taken.update(range(m.start(), m.end()))
            yield raised(reading, m.start(), m.end(), "Text of the template was left in the letter.", "Fill it in, or take it out.")
