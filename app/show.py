"""A result as a person likes to read it: what is missing first, with what to write instead; then what was found, briefly."""

from __future__ import annotations

import sys
from collections import Counter
from textwrap import shorten

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from models.finding import Finding, Flag, Result, Role, Severity, Status, Verdict
from models.words import ELEMENTS, ROLES, flag_heading, gap_heading, judged_by, lead, tally, what_it_is

PIPE_WIDTH = 100  # characters of a line: in a pipe, and at most on a terminal, where longer ones are hard to read
_MARKS = {
    Status.PRESENT: ("✓", "green"),
    Status.INCOMPLETE: ("~", "yellow"),
    Status.MISSING: ("✗", "red"),
    Status.NOT_APPLICABLE: ("·", "dim"),
}
_VERDICTS = {
    Verdict.COMPLIANT: ("nothing missing", "bold green"),
    Verdict.GAPS: ("gaps", "bold red"),
    Verdict.OUT_OF_SCOPE: ("not a complaint letter: nothing to check", "bold"),
    Verdict.UNREADABLE: ("could not be read", "bold red"),
}
_TOTALS = {
    Verdict.COMPLIANT: "with nothing required missing",
    Verdict.GAPS: "with gaps",
    Verdict.OUT_OF_SCOPE: "not about a complaint",
    Verdict.UNREADABLE: "that could not be read",
}
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_QUOTE = 110  # characters of a quotation that are shown


class PipeConsole(Console):
    """A console that leaves a closed pipe to the command, which knows what to do."""

    def on_broken_pipe(self) -> None:
        """Let the command end as it should."""
        raise BrokenPipeError


def show(result: Result, *, first: bool = True) -> None:
    """Print a result on standard output: in colour on a terminal, plain in a pipe."""
    console = PipeConsole(highlight=False, soft_wrap=False)
    parts = Group(*([] if first else [""]), *_parts(result))
    if console.is_terminal:
        console.width = min(console.width, PIPE_WIDTH)
        console.print(parts)
        return
    console.width = PIPE_WIDTH
    with console.capture() as printed:
        console.print(parts)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in printed.get().splitlines()))


def clear() -> None:
    """Clear the screen, where standard output is one."""
    PipeConsole().clear()


def show_total(results: list[Result]) -> None:
    """Print how many letters were checked, and how they fared."""
    counts = Counter(result.verdict for result in results)
    told = ", ".join(f"{counts[verdict]} {words}" for verdict, words in _TOTALS.items() if counts[verdict])
    PipeConsole(highlight=False, soft_wrap=True).print(f"\n{len(results)} letters: {told}")


def _parts(result: Result) -> list[RenderableType]:
    if result.error is not None:
        return [_heading(result), _indented(Text(result.error.message))]
    about = filter(None, [" · ".join(what_it_is(result)), judged_by(result)])
    parts: list[RenderableType] = [_heading(result), *(_indented(Text(line, style="dim")) for line in about)]
    if result.verdict is Verdict.OUT_OF_SCOPE:
        return parts
    for finding in result.elements:
        if finding.is_gap:
            parts += _gap(finding)
    for alike in _alike(result.flags):
        parts += _flag(alike)
    return [*parts, *_elements(result), *_people(result)]


def _heading(result: Result) -> RenderableType:
    words, style = _VERDICTS[result.verdict]
    if result.verdict is Verdict.GAPS:
        words = f"{words}: {tally(result)}"
    elif result.verdict is Verdict.COMPLIANT:
        missing = "nothing required is missing" if any(finding.is_gap for finding in result.elements) else words
        words = f"{missing}, {len(result.flags)} to look at" if result.flags else missing
    return Rule(Text.assemble((shown_path(result.path), "bold"), "  ", (words, style)), align="left", style="dim", characters="─")


def shown_path(path: str) -> str:
    r"""Return a path in which control characters are written out (`\x1b`): a terminal would obey them."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path)


def _gap(finding: Finding) -> list[RenderableType]:
    mark, style = _MARKS[finding.status]
    words, weight = gap_heading(finding)
    head = Text.assemble((f"{mark} {words}", f"bold {style}"), (f"  ({weight})", "dim"))
    quotes = [f"“{_short(evidence.text)}”" for evidence in finding.evidence[:2]]
    return _remark(head, finding.problem, quotes, "Write", finding.suggestion)


def _alike(flags: tuple[Flag, ...]) -> list[list[Flag]]:
    """Return the flags in groups of which the same is said, in the order of each group's first."""
    groups: dict[tuple[str, ...], list[Flag]] = {}
    for flag in flags:
        groups.setdefault((*flag_heading(flag), flag.message, flag.suggestion or ""), []).append(flag)
    return list(groups.values())


def _flag(alike: list[Flag]) -> list[RenderableType]:
    flag = alike[0]
    words, weight = flag_heading(flag)
    head = Text.assemble((f"! {words}", f"bold {_COLOURS[flag.severity]}"), (f"  ({weight})", "dim"))
    pages = (next((f" page {place.page}" for place in one.places if place.page), "") for one in alike)
    quotes = dict.fromkeys(zip((one.text for one in alike), pages, strict=True))
    return _remark(head, flag.message, [f"“{_short(text)}”{page}" for text, page in quotes], lead(flag), flag.suggestion)


def _remark(head: Text, said: str | None, quotes: list[str], word: str, suggestion: str | None) -> list[RenderableType]:
    lines: list[RenderableType] = ["", _indented(head)]
    lines += [_indented(Text(quote, style="italic"), 4) for quote in quotes]
    if said:
        lines.append(_indented(Text(said), 4))
    if suggestion:
        lines.append(_indented(Text.assemble((f"{word}: ", "bold"), suggestion), 4))
    return lines


def _elements(result: Result) -> list[RenderableType]:
    """Return what the letter has, a line each, with as much of the words as the line holds."""
    mark, style = _MARKS[Status.PRESENT]
    present = [finding for finding in result.elements if finding.status is Status.PRESENT]
    wide = max((len(ELEMENTS[finding.element]) for finding in present), default=0)
    lines: list[RenderableType] = []
    for finding in present:
        quote = f"“{_short(finding.evidence[0].text)}”" if finding.evidence else ""
        told = (f"{mark} {ELEMENTS[finding.element]:{wide}}  ", style), (f"{finding.paragraph or '':6}  {quote}", "dim")
        lines.append(_indented(Text.assemble(*told, no_wrap=True, overflow="ellipsis")))
    return ["", *lines] if lines else []


def _people(result: Result) -> list[RenderableType]:
    named = [f"{name.text} ({ROLES[name.role].lower()})" for name in result.names if name.role is not Role.LETTERHEAD]
    return ["", _indented(Text.assemble(("People: ", "bold"), ("; ".join(named), "dim")))] if named else []


def _short(text: str) -> str:
    """Return a quotation on one line, cut after a word where it is long."""
    return shorten(text, _QUOTE, placeholder=" …")


def _indented(part: RenderableType, by: int = 2) -> Padding:
    return Padding(part, (0, 0, 0, by))
