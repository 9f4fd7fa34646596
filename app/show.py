"""A result as a person likes to read it: what is missing first, with what to write instead; then what was found, briefly."""

from __future__ import annotations

from collections import Counter

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from models.finding import Finding, Flag, Requirement, Result, Role, Severity, Status, Verdict
from models.words import ELEMENTS, FLAGS, ROLES

PIPE_WIDTH = 100
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
_SEVERITIES = {Severity.ERROR: ("error", "red"), Severity.WARNING: ("warning", "yellow"), Severity.INFO: ("note", "cyan")}
_QUOTE = 110  # characters of a quotation that are shown


class PipeConsole(Console):
    """A console that leaves a closed pipe to the command, which knows what to do."""

    def on_broken_pipe(self) -> None:
        """Let the command end as it should."""
        raise BrokenPipeError


def show(result: Result, *, first: bool = True) -> None:
    """Print a result on standard output: in colour on a terminal, plain in a pipe."""
    console = PipeConsole(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    if not first:
        console.print()
    console.print(Group(*_parts(result)))


def show_total(results: list[Result]) -> None:
    """Print how many letters were checked, and how they fared."""
    counts = Counter(result.verdict for result in results)
    told = ", ".join(f"{counts[verdict]} {words}" for verdict, words in _TOTALS.items() if counts[verdict])
    PipeConsole(highlight=False, soft_wrap=True).print(f"\n{len(results)} letters: {told}")


def _parts(result: Result) -> list[RenderableType]:
    if result.error is not None:
        return [_heading(result), _indented(Text(result.error.message))]
    parts: list[RenderableType] = [_heading(result), _indented(_facts(result))]
    if result.verdict is Verdict.OUT_OF_SCOPE:
        return parts
    gaps = [f for f in result.elements if _is_gap(f)]
    for finding in gaps:
        parts += _gap(finding)
    for flag in result.flags:
        parts += _flag(flag)
    parts += ["", _indented(_elements(result))]
    return parts


def _heading(result: Result) -> RenderableType:
    words, style = _VERDICTS[result.verdict]
    if result.verdict is Verdict.COMPLIANT and any(_is_gap(f) for f in result.elements):
        words = "nothing required is missing"
    return Rule(Text.assemble((shown_path(result.path), "bold"), "  ", (words, style)), align="left", style="dim", characters="─")


def shown_path(path: str) -> str:
    r"""Return a path in which control characters are written out (`\x1b`): a terminal would obey them."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path)


def _facts(result: Result) -> Text:
    stage = f" at stage {result.stage}" if result.stage else ""
    facts = [f"{(result.kind or 'letter').capitalize()}{stage}", f"Code {result.edition}", f"dated {result.date or 'not found'}"]
    if result.reference:
        facts.append(f"reference {result.reference}")
    return Text(" · ".join(facts), style="dim")


def _is_gap(finding: Finding) -> bool:
    return finding.requirement is not Requirement.NONE and finding.status in (Status.INCOMPLETE, Status.MISSING)


def _gap(finding: Finding) -> list[RenderableType]:
    mark, style = _MARKS[finding.status]
    advice = "must" if finding.requirement is Requirement.MUST else "should"
    head = Text.assemble(
        (f"{mark} {ELEMENTS[finding.element]}: {finding.status}", f"bold {style}"), (f"  ({advice}, paragraph {finding.paragraph})", "dim")
    )
    lines: list[RenderableType] = ["", _indented(head)]
    if finding.problem:
        lines.append(_indented(Text(finding.problem), 4))
    lines += [_indented(Text(f"“{_short(e.text)}”", style="italic"), 4) for e in finding.evidence[:2]]
    if finding.suggestion:
        lines.append(_indented(Text.assemble(("Write: ", "bold"), finding.suggestion), 4))
    return lines


def _flag(flag: Flag) -> list[RenderableType]:
    word, style = _SEVERITIES[flag.severity]
    paragraph = f", paragraph {flag.paragraph}" if flag.paragraph else ""
    page = next((f", page {p.page}" for p in flag.places if p.page), "")
    head = Text.assemble((f"! {FLAGS[flag.flag]}", f"bold {style}"), (f"  ({word}{paragraph}{page})", "dim"))
    lines: list[RenderableType] = [
        "",
        _indented(head),
        _indented(Text(f"“{_short(flag.text)}”", style="italic"), 4),
        _indented(Text(flag.message), 4),
    ]
    if flag.suggestion:
        lines.append(_indented(Text.assemble(("Do: ", "bold"), flag.suggestion), 4))
    return lines


def _elements(result: Result) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="ellipsis", no_wrap=True)
    for finding in result.elements:
        if finding.status is not Status.PRESENT:
            continue
        mark, style = _MARKS[finding.status]
        quote = f"“{_short(finding.evidence[0].text)}”" if finding.evidence else ""
        table.add_row(
            Text(f"{mark} {ELEMENTS[finding.element]}", style=style), Text(finding.paragraph or "", style="dim"), Text(quote, style="dim")
        )
    named = [n for n in result.names if n.role is not Role.LETTERHEAD]
    if named:
        table.add_row("", "", "")
        table.add_row(
            Text("people", style="bold"),
            "",
            Text("; ".join(f"{n.text} ({ROLES[n.role].lower()})" for n in named), style="dim", overflow="fold"),
        )
        table.columns[2].no_wrap = False
    return table


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTE else f"{line[: _QUOTE - 1].rstrip()}…"


def _indented(part: RenderableType, by: int = 2) -> Padding:
    return Padding(part, (0, 0, 0, by))
