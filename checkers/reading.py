"""A letter as read: sentences with their place, and what can be told of each from its own words and those around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from checkers import rules
from checkers.ombudsmen import Naming, namings
from checkers.rules import Rule, lowered
from checkers.stagenumbers import Claim
from checkers.tables import Headed, headed_rows
from models.finding import Evidence, Place
from models.language import pipeline
from models.language.labelling import Scores
from models.language.questions import Answers
from models.letter import MARGINS, Letter, Part, Passage, Style

_HEADING_WORDS = 14  # a lone short line without a full stop reads as a heading
_TEMPLATE = re.compile(r"\[[^\]]{2,200}\]|<<[^>]{1,60}>>|\{\{[^}]{1,60}\}\}")  # text left in from a template says nothing
_OF_HEADINGS = {"history_heading", "first_stage_heading"}  # labels of rules that are asked of headings alone
_LUMP = re.compile(r"\S{200,}")  # no word: the tokeniser would take its square in time for a lump of punctuation
_SHORT_MONTH = re.compile(r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.\s+(?=[A-Z][a-z']+ )")  # ends a sentence too
_GREETING = re.compile(r"^(?:(?:my )?dear|hi|hiya|hello|greetings|esteemed|good (?:morning|afternoon|evening))\b")
_QUOTED = re.compile(r'"[^"]{3,300}"')


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence, a heading, a list item or a table row.

    `low` is `text` as patterns read it (lower case, straight quotes, same length). `heading` is the nearest heading above it,
    lowered. `index` counts sentences through the letter.
    """

    text: str
    low: str
    start: int
    end: int
    passage: Passage
    index: int
    heading: str
    labels: frozenset[str]

    @property
    def is_heading(self) -> bool:
        """Tell whether this is a heading or a subject line rather than running text."""
        return self.passage.style is Style.HEADING

    @property
    def greets(self) -> bool:
        """Tell whether the letter greets its reader here."""
        return _GREETING.match(self.low) is not None

    def has(self, *labels: str) -> bool:
        """Tell whether the sentence carries any of these labels of checkers/context.toml."""
        return not self.labels.isdisjoint(labels)


@dataclass
class Reading:
    """A letter and its sentences, in reading order.

    `scores`, `claims`, `outright`, `answers` and the marks of rules are worked out once, when first asked for.
    """

    letter: Letter
    sentences: tuple[Sentence, ...]
    scores: Scores | None = field(default=None, repr=False, compare=False)
    claims: tuple[Claim, ...] | None = field(default=None, repr=False, compare=False)
    outright: tuple[Claim, ...] | None = field(default=None, repr=False, compare=False)
    answers: Answers | None = field(default=None, repr=False, compare=False)
    _marks: dict[tuple[str, int], tuple[tuple[Rule, re.Match[str]], ...]] = field(default_factory=dict, repr=False, compare=False)

    def marks(self, ruleset: str, sentence: Sentence) -> tuple[tuple[Rule, re.Match[str]], ...]:
        """Return the rules of a set that fire in a sentence, with their matches; worked out once a letter."""
        key = (ruleset, sentence.index)
        if key not in self._marks:
            self._marks[key] = tuple(rules.load(ruleset).matches(sentence.low))
        return self._marks[key]

    def says(self, ruleset: str, sentence: Sentence, *labels: str) -> bool:
        """Tell whether a rule of one of these labels (of any, where none is given) fires in a sentence."""
        fired = self.marks(ruleset, sentence)
        return bool(fired) and (not labels or any(rule.label in labels for rule, _ in fired))

    @cached_property
    def body(self) -> tuple[Sentence, ...]:
        """The sentences that speak to the reader: everything but page headers and footers."""
        return tuple(s for s in self.sentences if s.passage.part not in MARGINS)

    @cached_property
    def prose(self) -> tuple[Sentence, ...]:
        """The body without headings."""
        return tuple(s for s in self.body if not s.is_heading)

    @cached_property
    def salutation(self) -> Sentence | None:
        """The sentence of the body in which the letter first greets its reader; None where it does not."""
        return next((s for s in self.body if s.greets), None)

    @cached_property
    def headed_rows(self) -> Mapping[int, Headed]:
        """The rows of tables that stand under heads, by where each starts in the letter."""
        return headed_rows(self.letter.passages)

    @cached_property
    def namings(self) -> tuple[Naming, ...]:
        """Every name and contact detail of an ombudsman, in order."""
        return namings(self.letter.text)

    @cached_property
    def low(self) -> str:
        """The whole text as patterns read it."""
        return lowered(self.letter.text)

    def sentence_at(self, offset: int) -> Sentence | None:
        """Return the sentence that holds the character at `offset`, or None."""
        at = bisect_right(self._starts, offset) - 1
        return self.sentences[at] if at >= 0 and offset < self.sentences[at].end else None

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start for s in self.sentences]

    def near(self, sentence: Sentence, before: int = 1, after: int = 1) -> Iterator[Sentence]:
        """Yield the sentences around one, itself included, in order."""
        low = max(0, sentence.index - before)
        yield from self.sentences[low : sentence.index + after + 1]

    def evidence(self, start: int, end: int) -> Evidence:
        """Quote the letter from `start` to `end`."""
        return Evidence(text=self.letter.text[start:end], page=self.letter.page_at(start), start=start, end=end)

    def place(self, start: int, end: int) -> Place:
        """Return the place of the characters from `start` to `end`."""
        return Place(page=self.letter.page_at(start), start=start, end=end)


def read(letter: Letter) -> Reading:
    """Cut a letter into sentences and label each by its context."""
    plain = _TEMPLATE.sub(lambda m: " " * len(m[0]), lowered(letter.text))
    sentences: list[Sentence] = []
    heading, told_under = "", frozenset[str]()
    for passage in map(_as_heading, letter.passages):
        for start, end in _spans(passage):
            text = letter.text[start:end]
            low = plain[start:end]
            if passage.style is Style.HEADING and passage.part in (Part.BODY, Part.BOX, Part.TABLE):
                heading, told_under = low, _told_under(low, below=heading)
            labels = _context(low) | told_under
            sentences.append(Sentence(text, low, start, end, passage, len(sentences), heading, labels))
    return Reading(letter, tuple(sentences))


def _context(low: str) -> frozenset[str]:
    """Label a sentence by what can be told of it whatever it is about; quoted words do not count."""
    plain = _QUOTED.sub(lambda m: '"' + " " * (len(m[0]) - 2) + '"', low)
    return frozenset(r.label for r, _ in rules.load("context").matches(plain)) - _OF_HEADINGS


def _told_under(heading: str, *, below: str) -> frozenset[str]:
    """What stands under a heading such as "What was decided before" tells of an earlier stage; `below` is the heading before it."""
    ruleset = rules.load("context")
    told = ruleset.says(heading, "history_heading") or (below and ruleset.says(heading, "first_stage_heading"))
    return frozenset({"earlier"}) if told else frozenset()


def _as_heading(passage: Passage) -> Passage:
    """Plain text has no styles: take a short line that stands alone and ends without a stop as a heading."""
    if passage.style is not Style.PARAGRAPH or passage.part is not Part.BODY or "\n" in passage.text:
        return passage
    text = passage.text
    ends_open = text[-1] not in ".,;!" and not text.endswith(" and")
    if ends_open and len(text.split()) <= _HEADING_WORDS and _is_title(text):
        return replace(passage, style=Style.HEADING)
    return passage


_NOT_TITLE = re.compile(
    r"^(?:dear|yours|kind|best|many|warm|regards|sincerely|with|sent|date|tel|phone|e-?mail)\b|@|\d{5,}|^\d{1,2} \w+ \d{4}$"
    r"|\b[a-z]{1,2}\d{1,2} ?\d[a-z]{2}$"
)


def _is_title(text: str) -> bool:
    low = lowered(text)
    return len(text.split()) > 1 and _NOT_TITLE.search(low) is None


def _spans(passage: Passage) -> Iterator[tuple[int, int]]:
    """Yield the places in the letter of the sentences of a passage: cut where the pipeline has a sentence begin, and at line breaks."""
    text = passage.text
    begin = (s.start_char for s in pipeline()(_LUMP.sub(lambda m: "x" * len(m[0]), text)).sents)
    lines = (m.end() for m in re.finditer(r"\n", text))
    months = (m.end() for m in _SHORT_MONTH.finditer(text))
    for start, end in pairwise(sorted({0, *begin, *lines, *months, len(text)})):
        piece = text[start:end]
        if piece.strip():
            yield passage.start + start + len(piece) - len(piece.lstrip()), passage.start + start + len(piece.rstrip())
