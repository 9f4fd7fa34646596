"""What is worked out of a letter before its elements are judged: kind, stage, edition, date and reference."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from checkers.facts.dates import DateMention, dates_in, letter_date
from checkers.facts.edition import edition_of
from checkers.facts.ghost import GhostStage, ghost_stages
from checkers.facts.kind import kind_of, tokens
from checkers.facts.reference import reference
from checkers.facts.stage import StageFacts, likely_stage, stage_facts
from checkers.facts.stage import tokens as stage_tokens
from checkers.reading import Reading, Sentence
from models.codes import Code, code
from models.finding import Edition, Kind


@dataclass(frozen=True)
class Choice:
    """What the user says of a letter, against what would be worked out. None leaves it to be worked out."""

    kind: Kind | None = None
    stage: int | None = None
    edition: Edition | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of a letter as a whole. `stage` is None for a letter without one; `stages` says what the letter says of stages."""

    kind: Kind
    stage: int | None
    edition: Edition
    date: dt.date | None
    reference: str | None
    stages: StageFacts
    ghosts: tuple[GhostStage, ...]
    _dates: dict[int, list[DateMention]] = field(default_factory=dict, repr=False, compare=False)

    def dates_in(self, sentence: Sentence) -> list[DateMention]:
        """Return the dates of a sentence in order; worked out once a letter."""
        if sentence.index not in self._dates:
            self._dates[sentence.index] = dates_in(sentence, self.date)
        return self._dates[sentence.index]

    @cached_property
    def code(self) -> Code:
        """The edition of the Code that governs."""
        return code(self.edition)

    @property
    def judged_at(self) -> dt.date:
        """The day by which what is out of date is judged: the letter's own date, else today."""
        return self.date or dt.date.today()

    @property
    def final(self) -> bool:
        """Tell whether this letter belongs to the last stage: by the edition, or because it says so (where the edition allows more)."""
        last = self.code.max_stages
        if self.stage is None:
            return False
        return self.stage >= last or (self.stage >= 2 and bool(self.stages.final))


def facts_of(reading: Reading, choice: Choice) -> Facts:
    """Work out the facts of a letter; what the user chose stands."""
    date = letter_date(reading)
    words = tokens(reading)
    kind = choice.kind or kind_of(reading, words)
    stages = stage_facts(reading)
    ghosts = tuple(ghost_stages(reading))
    stage = choice.stage
    if stage is None and kind is not Kind.OTHER:
        stage = likely_stage(reading, kind, date, [*words, *told_of_stage(reading, kind, stages, ghosts)])
    return Facts(kind, stage, choice.edition or edition_of(reading, date), date, reference(reading), stages, ghosts)


def told_of_stage(reading: Reading, kind: Kind, stages: StageFacts, ghosts: tuple[GhostStage, ...]) -> list[str]:
    """Return what rules tell of the letter's stage, as tokens for the trained component."""
    by_rules = _stage(reading, kind, stages, ghosts)
    return stage_tokens(reading, kind, by_rules, stages, has_ghost=bool(ghosts))


def _stage(reading: Reading, kind: Kind, stages: StageFacts, ghosts: tuple[GhostStage, ...]) -> int | None:
    """A complaint that is not accepted has no stage, nor has a letter of a ghost stage; a refused escalation has the stage asked for."""
    if any(g.own for g in ghosts) and not stages.stated:
        return None
    if kind is Kind.REFUSAL:
        return _stage_refused(reading, stages)
    return stages.stage


def _stage_refused(reading: Reading, stages: StageFacts) -> int | None:
    asked = max((m.number for m in (*stages.stated, *stages.upcoming)), default=1)
    if asked > 1:
        return asked
    return 2 if any(s.has("earlier") for s in reading.prose) and stages.stage == 2 else None
