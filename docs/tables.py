"""Fill in what follows, in the documentation, from the program's own data and its measured figures: `python -m docs.tables`.

A page says where a table goes: `<!-- table NAME -->`, then the table, then `<!-- end -->`. What stands between is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from pydantic.fields import FieldInfo

from checkers.flags import SEVERITIES
from models.codes import Clock, Code, Detail, Limit, Ombudsman, code, ombudsmen
from models.finding import Edition, Element, FlagName, Kind, Requirement
from models.settings import Limits, Settings

DOCS = Path(__file__).parent
MARKED = re.compile(r"(<!-- table (?P<name>[\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)
NOTHING = "–"
STAGES = (1, 2, 3)


def main() -> None:
    """Fill in every page."""
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        page.write_text(filled(text), encoding="utf-8")


def filled(text: str) -> str:
    """Return a page with its tables filled in. Raises KeyError for a table that there is not."""
    return MARKED.sub(lambda m: f"{m[1]}\n{TABLES[m['name']]()}\n\n{m[3]}", text)


def element_table(element: Element) -> str:
    """Return what each edition asks of an element, by kind of letter and stage."""
    rows = []
    for kind, stage in _letters():
        asked = [_asked(code(edition), kind, stage, element) for edition in Edition]
        if any(cell != NOTHING for cell in asked):
            rows.append([_words(kind, stage), *asked])
    return table(["letter", *_code_names()], rows)


def flag_table() -> str:
    """Return each flag's severity, and the paragraph that it rests on in each edition."""
    rows = [[f"[`{f}`](#{f})", SEVERITIES[f], *(_paragraphs(code(e), f) for e in Edition)] for f in FlagName]
    return table(["flag", "severity", *_code_names()], rows)


def limit_table() -> str:
    """Return the time limits of each edition, in working days."""
    rows = []
    for kind, stage in _letters():
        limits = [code(e).limit(kind, stage) if stage <= code(e).max_stages else None for e in Edition]
        if any(limits) and kind is not Kind.EXTENSION:
            rows.append([_words(kind, stage), *(_allowed(limit) for limit in limits)])
    return table(["letter", *_code_names()], rows)


def edition_table() -> str:
    """Return the editions with their ombudsman and the days of the complaints that they govern."""
    rows = []
    for edition in Edition:
        each = code(edition)
        until = f"until {_day(each.until)}" if each.until else "still in force"
        rows.append([f"`{edition}`", each.title, f"{_day(each.since)}, {until}", str(each.max_stages)])
    return table(["name", "Code", "in force from", "stages at most"], rows)


def ombudsman_table() -> str:
    """Return the names and contact details of the two ombudsmen, with the days when they were right."""
    rows = [row for body in (ombudsmen().housing, ombudsmen().lgsco) for row in _details(body)]
    return table(["ombudsman", "what", "as printed", "right"], rows)


def settings_table(fields: dict[str, FieldInfo], prefix: str = "") -> str:
    """Return the settings with their defaults, and the environment variable of each."""
    rows = []
    for name, field in fields.items():
        if field.annotation is not Limits:
            variable = f"LETTERPROOF_{prefix}{name}".replace(".", "__").upper()
            rows.append([f"`{prefix}{name}`", field.description or "", f"`{_default(field)}`", f"`{variable}`"])
    return table(["setting", "what it says", "default", "environment variable"], rows)


def figures(name: str) -> str:
    """Return how well one element's gaps, or one flag, are found, from the table of docs/accuracy.md."""
    page = (DOCS / "accuracy.md").read_text(encoding="utf-8")
    found = re.search(rf"^\| {name} \| (\S+) \| (\S+) \| \S+ \| (\d+) \|$", page, re.MULTILINE)
    if found is None:
        raise KeyError(f"docs/accuracy.md has no figures of {name}")
    precision, recall, number = found.groups()
    what = "Its gaps are" if name in list(Element) else "It is"
    return f"{what} found on [letters kept apart](accuracy.md) with precision {precision} and recall {recall} ({number} in all)."


CLOCKS = {
    Clock.RECEIPT: "receipt",
    Clock.LOGGED: "logging",
    Clock.ACKNOWLEDGED: "acknowledgement",
    Clock.ESCALATED: "escalation",
    Clock.REQUEST: "the request",
}

TABLES: dict[str, Callable[[], str]] = {
    **{f"element {element}": partial(element_table, element) for element in Element},
    **{f"figures {name}": partial(figures, name) for name in (*Element, *FlagName)},
    "flags": flag_table,
    "limits": limit_table,
    "editions": edition_table,
    "ombudsmen": ombudsman_table,
    "settings": partial(settings_table, Settings.model_fields),
    "settings limits": partial(settings_table, Limits.model_fields, "limits."),
}


def _letters() -> Iterator[tuple[Kind, int]]:
    return ((kind, stage) for kind in Kind if kind is not Kind.OTHER for stage in STAGES)


def _words(kind: Kind, stage: int) -> str:
    if kind is Kind.REFUSAL:
        return "refusal to accept" if stage == 1 else f"refusal to go to stage {stage}"
    return f"{kind}, stage {stage}"


def _asked(edition: Code, kind: Kind, stage: int, element: Element) -> str:
    if stage > edition.max_stages:
        return NOTHING
    rule = edition.rule(kind, stage, element)
    return NOTHING if rule.requirement is Requirement.NONE else f"{rule.requirement}, {rule.paragraph or 'number not known'}"


def _paragraphs(edition: Code, flag: FlagName) -> str:
    letters = [(kind, stage) for kind, stage in _letters() if stage <= edition.max_stages]
    numbers = {_words(*letter): edition.flag_paragraph(flag, *letter) for letter in letters}
    return ", ".join(dict.fromkeys(n for n in numbers.values() if n)) or NOTHING


def _allowed(limit: Limit | None) -> str:
    if limit is None:
        return NOTHING
    longer = f", at most {limit.extension_days} more" if limit.extension_days else ""
    return f"{limit.days} from {CLOCKS[limit.clock]}{longer}"


def _details(body: Ombudsman) -> Iterator[list[str]]:
    kinds: dict[str, Sequence[Detail]] = {
        "name": body.names,
        "phone": body.phones,
        "e-mail": body.emails,
        "web": body.webs,
        "postcode": body.postcodes,
    }
    for what, details in kinds.items():
        for detail in details:
            yield [body.title, what, detail.value, _right(detail)]


def _right(detail: Detail) -> str:
    if detail.outdated:
        return "no longer"
    until = f"until {_day(detail.until)}" if detail.until else "yes"
    return f"{until}; doubtful from {_day(detail.check_from)}" if detail.check_from else until


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    return "none" if value is None else "[]" if value == () else str(value)


def _code_names() -> list[str]:
    return [f"`{edition}`" for edition in Edition]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
