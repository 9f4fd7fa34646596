"""The examples of docs/elements.md and docs/flags.md do what the pages say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import checkers
from models.finding import Edition, Element, FlagName, Kind, Result, Status
from models.settings import Settings
from readers import letter_from_text

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = re.compile(
    r"^(?P<says>Present|Incomplete|Missing|Not applicable|Raised|Not raised)(?:, in an? (?P<kind>\w+) at stage (?P<stage>\d))?:\n\n"
    r"(?P<words>(?:>.*\n)+)",
    re.MULTILINE,
)
LETTER = """\
Fenbridge Homes

3 March 2025

Mrs Amina Khan
1 Priory Row

Dear Mrs Khan

{before}

{words}

Yours sincerely

Tom Reed"""
BEFORE = "It rained. " * 8  # another resident's name in the first lines may be the resident's own


@dataclass(frozen=True)
class Example:
    """Words that a page quotes for an element or a flag, and what it says of them."""

    of: str
    says: str
    kind: Kind
    stage: int
    words: str

    @property
    def id(self) -> str:
        """A short name for the test."""
        return f"{self.of}-{self.says}-{self.words[:30]}"

    def result(self) -> Result:
        """Check a letter that says these words and little else."""
        letter = letter_from_text(LETTER.format(before=BEFORE.strip(), words=self.words))
        return checkers.check(letter, Settings.model_construct(), checkers.Choice(self.kind, self.stage, Edition.HOS_2024))


def examples(name: str) -> list[Example]:
    """Return the examples of a page."""
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    return [example for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:] for example in _of(part)]


def _of(part: str) -> Iterator[Example]:
    heading = part.partition("\n")[0]
    for found in EXAMPLE.finditer(part):
        words = "\n".join(line.removeprefix(">").removeprefix(" ") for line in found["words"].splitlines())
        yield Example(heading, found["says"], Kind(found["kind"] or "response"), int(found["stage"] or 1), words)


@pytest.mark.parametrize("example", examples("elements"), ids=lambda example: example.id)
def test_element_has_the_status_that_the_page_says(example: Example) -> None:
    """An element's example gets the status that stands above it."""
    finding = next(finding for finding in example.result().elements if finding.element == example.of)
    assert finding.status == example.says.lower().replace(" ", "_")


@pytest.mark.parametrize("example", examples("flags"), ids=lambda example: example.id)
def test_flag_is_raised_where_the_page_says(example: Example) -> None:
    """A flag is raised by the examples that the page says raise it, and by no other."""
    raised = {flag.flag for flag in example.result().flags}
    assert (FlagName(example.of) in raised) == (example.says == "Raised")


@pytest.mark.parametrize("element", Element)
def test_element_has_examples_on_both_sides(element: Element) -> None:
    """Every element shows what counts and what does not."""
    said = {example.says.lower() for example in examples("elements") if example.of == element}
    assert {Status.PRESENT, Status.MISSING} <= said


@pytest.mark.parametrize("flag", FlagName)
def test_flag_has_examples_on_both_sides(flag: FlagName) -> None:
    """Every flag shows what raises it and what does not."""
    assert {example.says for example in examples("flags") if example.of == flag} == {"Raised", "Not raised"}
