"""A draft with what was found in it as Word comments: one on each passage that a finding concerns, and one at the top.

Word takes no comments in headers, footers, notes and text boxes. What concerns these is said in the comment at the top.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.finding import ErrorCode, Evidence, Place, ReadError, Result, Status, Verdict
from models.letter import Letter
from models.words import PARTS, flag_heading, gap_heading, judged_by, lead, tally, what_it_is
from reports.wordfile import Author, Line, WordFile
from reports.wordplaces import Places

AUTHOR = Author("letterproof", "lp")
_DELETE = "Delete these comments before the letter is sent."
_FULL = "Nothing is missing."
_NO_LETTER = "This does not look like a complaint letter, so there is nothing to check."
_NO_ROOM = "The document has no paragraph that could hold a comment. Open it in Word, save it again, and try that copy."


@dataclass(frozen=True, slots=True)
class _Remark:
    """What is said of one finding.

    `spots` are the places (start, end) in the letter's text at which a comment says it, `elsewhere` the words, with their part of the
    page, that no comment can stand at.
    """

    heading: str
    advice: tuple[str, ...]
    spots: tuple[tuple[int, int], ...]
    elsewhere: tuple[str, ...]
    is_missing: bool = False


def annotated(content: bytes, letter: Letter, result: Result, when: dt.datetime | None = None) -> bytes:
    """Return the Word document `content` with the findings of `result` as comments by the author `letterproof`.

    `letter` must have been read from `content`, and `result` be its result; `when` is the comments' time (default: now). Text, looks,
    tracked changes and other people's comments stay as they are, and all parts of the file that hold neither the body nor its comments
    stay byte for byte. Comments that an earlier call left are replaced.

    Raises ReadError (`unsupported`) where no paragraph of the document could hold a comment, or where Word would not open it; ValueError
    where `letter` was read from something else than `content`.
    """
    if hashlib.sha256(content).hexdigest() != letter.sha256:
        raise ValueError("the letter was not read from the document that is to be annotated")
    moment = when or dt.datetime.now().astimezone()
    file = WordFile(content)
    file.remove_comments(AUTHOR)
    places = Places(letter, file)
    top = places.top()
    if top is None:
        raise ReadError(ErrorCode.UNSUPPORTED, _NO_ROOM)
    remarks = list(_remarks(result, letter, places))
    file.add_comment(*top, _summary(result, remarks), AUTHOR, moment)
    for remark in remarks:
        for spot in remark.spots:
            file.add_comment(*places.ends(*spot), _said(remark), AUTHOR, moment)
    return file.saved()


def _remarks(result: Result, letter: Letter, places: Places) -> Iterator[_Remark]:
    for finding in result.elements:
        if finding.is_gap:
            spots, elsewhere = _parted(finding.evidence, letter, places)
            advice = _advice(finding.problem, "Write", finding.suggestion)
            yield _Remark(_headed(*gap_heading(finding)), advice, spots, elsewhere, finding.status is Status.MISSING)
    for flag in result.flags:
        spots, elsewhere = _parted(flag.places, letter, places)
        yield _Remark(_headed(*flag_heading(flag)), _advice(flag.message, lead(flag), flag.suggestion), spots, elsewhere)


def _parted(found: Iterable[Evidence | Place], letter: Letter, places: Places) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """Return the first place in each passage that takes a comment, and the words in each that takes none."""
    firsts = {places.passage(one.start): one for one in reversed(tuple(found))}
    ordered = sorted(firsts.items(), key=lambda item: item[1].start)
    spots = tuple((one.start, one.end) for _, one in ordered if places.takes_comment(one.start))
    elsewhere = (
        f"{PARTS[passage.part]}: “{letter.text[one.start : one.end]}”" for passage, one in ordered if not places.takes_comment(one.start)
    )
    return spots, tuple(dict.fromkeys(elsewhere))


def _headed(heading: str, weight: str) -> str:
    return f"{heading} ({weight})"


def _advice(problem: str | None, word: str, suggestion: str | None) -> tuple[str, ...]:
    return tuple(line for line in (problem, f"{word}: {suggestion}" if suggestion else None) if line)


def _said(remark: _Remark) -> Iterator[Line]:
    yield Line(remark.heading, bold=True)
    yield from map(Line, remark.advice)


def _summary(result: Result, remarks: list[_Remark]) -> Iterator[Line]:
    """Yield the comment at the top: what the letter is, what is missing, and what no other comment can say."""
    if result.verdict is Verdict.OUT_OF_SCOPE:
        yield Line(_NO_LETTER, bold=True)
    else:
        yield Line(tally(result).capitalize() or _FULL, bold=True)
        yield from map(Line, filter(None, [" · ".join(what_it_is(result)), judged_by(result)]))
    for remark in remarks:
        if remark.is_missing or remark.elsewhere or not remark.spots:
            yield Line(remark.heading, bold=True)
            yield from map(Line, (*remark.elsewhere, *remark.advice))
    marked = [remark.heading for remark in remarks if remark.spots and not remark.is_missing]
    if marked:
        yield Line("Marked in the letter", bold=True)
        yield from (Line(heading) for heading in dict.fromkeys(marked))
    yield Line(_DELETE)
