"""Flags about the procedure: ghost stages, contradictory stages, a wrong next step, and reasons demanded for going further."""

from __future__ import annotations

from collections.abc import Iterator

from checkers.elements.found import Found
from checkers.facts import Facts
from checkers.facts.stage import Meaning
from checkers.flags.raised import Raised, raised, raised_in
from checkers.people import People
from checkers.reading import Reading
from models.finding import Kind, Place, Status

RULES = "flags/stages"
EXPLAINED = (
    "The resident must not be required to explain why they want to go further.",
    'Say: "You do not have to tell us why, but it helps us if you do."',
)
NO_SUCH_STEP = ("The Code has no such step at this point.", "Take the step out, and give the right one.")
_TWO_STAGES = "Two different stages are claimed for this letter."
_ONE_STAGE = "Say one stage, the same in the heading and the text."
STEPS = "flags/steps"  # apart, because the trained component sees which of the rules above fire


def ghosts(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield the first place where something that the Code does not know is treated as a stage (2022: 4.1; 2024: 5.2)."""
    for ghost in facts.ghosts[:1]:
        message = "The Code knows no stage before, after or between its stages."
        yield raised(reading, ghost.start, ghost.end, message, "Log the complaint at stage 1 when it is received, and say so.")


def inconsistent(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield the words that claim two different stages for this letter."""
    claims = facts.stages.contradicting
    if len(claims) > 1:
        places = tuple(reading.place(m.start, m.end) for m in claims)
        text = " / ".join(reading.letter.text[m.start : m.end] for m in claims)
        yield Raised(text, places, _TWO_STAGES, _ONE_STAGE)


def claimed_twice(reading: Reading, stage: Found, by_rules: list[Raised]) -> list[Raised]:
    """Return what is raised where the element `stage` is incomplete, which is where two stages are claimed; nothing elsewhere."""
    if stage.status is not Status.INCOMPLETE:
        return []
    places = tuple(Place(page=e.page, start=e.start, end=e.end) for e in stage.evidence)
    text = " / ".join(e.text for e in stage.evidence)
    return by_rules or [Raised(text, places, _TWO_STAGES, _ONE_STAGE)]


def wrong_next_step(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield where the resident is sent to a step that the edition does not have at this point (2022: 5.17; 2024: 5.3, 6.20)."""
    if facts.stage is None:
        return
    known = [m for m in facts.stages.mentions if "time" not in reading.letter.text[m.start : m.end].lower()]
    offered = {m.number for m in known if m.meaning is Meaning.NEXT}
    for m in known:
        too_far = m.number > facts.code.max_stages and m.meaning in (Meaning.NEXT, Meaning.PLAIN)
        skipped = m.meaning is Meaning.NEXT and m.number > facts.stage + 1 and facts.stage + 1 not in offered
        if (too_far or skipped) and not reading.says(STEPS, m.sentence, "denied"):
            yield _sent_wrong(reading, m.start, m.end, facts)
            return
    if facts.kind is Kind.RESPONSE and facts.stage >= facts.code.max_stages:
        yield from _panel_after(reading, facts)


def _panel_after(reading: Reading, facts: Facts) -> Iterator[Raised]:
    """After the last stage the way is the Ombudsman: a panel or another review there is a step that does not exist."""
    for s in reading.prose:
        offered = reading.says("elements/escalation_route", s, "ask") or reading.says(RULES, s, "afterwards")
        panel = next((m for rule, m in reading.marks(STEPS, s) if rule.label == "panel"), None)
        if panel and offered and not s.has("earlier") and not reading.says(STEPS, s, "denied"):
            yield _sent_wrong(reading, s.start + panel.start(), s.start + panel.end(), facts)
            return


def _sent_wrong(reading: Reading, start: int, end: int, facts: Facts) -> Raised:
    said, instead = NO_SUCH_STEP
    return raised(reading, start, end, f"{said.rstrip('.')}: after stage {facts.stage} comes {_next(facts)}.", instead)


def _next(facts: Facts) -> str:
    return "the Ombudsman" if facts.stage is None or facts.stage >= facts.code.max_stages else f"stage {facts.stage + 1}"


def reason_demanded(reading: Reading, facts: Facts, people: People) -> Iterator[Raised]:
    """Yield where the resident must give reasons to go further (2024: 6.12). Inviting reasons is fine."""
    for s in reading.prose:
        if s.has("resident") or (
            not reading.says("elements/stage", s, "next")
            and not s.has("conditional")
            and not any(reading.says(STEPS, n, "further") for n in reading.near(s, 2, 1))
        ):
            continue
        if reading.says(RULES, s, "reason") and not reading.says(RULES, s, "invited"):
            yield raised_in(reading, s, *EXPLAINED)
            return
