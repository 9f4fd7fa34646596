"""The documentation is complete, its links lead somewhere, its commands parse, and its tables are those of the program."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.exits import Exit
from app.main import parser
from docs import tables
from models.finding import (
    Element,
    ErrorCode,
    Evidence,
    FileError,
    Finding,
    Flag,
    FlagName,
    Kind,
    Name,
    Place,
    Requirement,
    Result,
    Role,
    Severity,
    Status,
    Verdict,
)
from models.settings import Limits, Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *DOCS.glob("*.md")])
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"(?:^|[ /])letterproof (?P<rest>[\w-].*)$")

TERMS = {"Kinds": Kind, "Verdicts": Verdict, "Statuses": Status, "Severities": Severity, "Error codes": ErrorCode}


def name_of(page: Path) -> str:
    """Return a page's path from the project's folder, to name a test by."""
    return page.relative_to(ROOT).as_posix()


def page(name: str) -> str:
    """Return the text of a page of docs/."""
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands under a heading of the second level, or nothing where there is no such heading."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def commands() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command."""
    return next(dict(action.choices) for action in parser()._actions if isinstance(action, argparse._SubParsersAction))


def arguments() -> Iterator[tuple[str, str]]:
    """Yield each command with each of its arguments, as a user writes it."""
    for command, its in commands().items():
        for action in its._actions:
            if not isinstance(action, argparse._HelpAction):
                yield command, action.option_strings[-1] if action.option_strings else str(action.metavar)


@pytest.mark.parametrize("command", list(commands()))
def test_command_is_described(command: str) -> None:
    """Every command has a section in docs/commands.md, which shows how to call it."""
    assert f"letterproof {command}" in section(page("commands"), command)


@pytest.mark.parametrize(("command", "argument"), list(arguments()))
def test_argument_is_described(command: str, argument: str) -> None:
    """Every argument of a command stands in the table of its section."""
    assert f"\n| `{argument}` |" in section(page("commands"), command)


@pytest.mark.parametrize("status", Exit)
def test_exit_status_is_described(status: Exit) -> None:
    """Every exit status has its row."""
    assert f"\n| {status.value} | `{status.name}` |" in section(page("commands"), "Exit status")


@pytest.mark.parametrize("name", [*Settings.model_fields, *(f"limits.{limit}" for limit in Limits.model_fields)])
def test_setting_is_described(name: str) -> None:
    """Every setting has its row, and stands in the example file."""
    text = page("settings")
    assert f"\n| `{name}` |" in text or f"\n| `{name}." in text
    assert re.search(rf"^\[?{re.escape(name.removeprefix('limits.'))}\b", text, re.MULTILINE)


@pytest.mark.parametrize(("heading", "term"), [(heading, term) for heading, terms in TERMS.items() for term in terms])
def test_term_is_described(heading: str, term: str) -> None:
    """Every word that a result may hold has its row in docs/output.md."""
    assert f"\n| `{term}` |" in section(page("output"), heading)


@pytest.mark.parametrize("role", Role)
def test_role_is_described(role: Role) -> None:
    """Every role has its row in docs/people.md, and is named in docs/output.md."""
    assert f"\n| `{role}` |" in page("people")
    assert f"`{role}`" in page("output")


@pytest.mark.parametrize("requirement", Requirement)
def test_requirement_is_described(requirement: Requirement) -> None:
    """Every requirement is named in docs/output.md."""
    assert f"`{requirement}`" in page("output")


@pytest.mark.parametrize("record", [Result, Finding, Evidence, Place, Name, Flag, FileError])
def test_field_is_described(record: type[Result]) -> None:
    """Every field of a result is named in docs/output.md."""
    names = [field.alias or name for name, field in record.model_fields.items()]
    assert [name for name in names if f"`{name}`" not in page("output")] == []


@pytest.mark.parametrize(("name", "term"), [*(("elements", e) for e in Element), *(("flags", f) for f in FlagName)])
def test_element_and_flag_have_sections(name: str, term: str) -> None:
    """Every element and every flag has its section."""
    assert section(page(name), term)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link and picture of a page is there, and the heading that a link names."""
    broken = [target for target in LINK.findall(path.read_text(encoding="utf-8")) if not reaches(path, target)]
    assert broken == []


def reaches(path: Path, target: str) -> bool:
    """Tell whether a link from a page reaches a file, and a heading in it; other sites are not asked."""
    if "://" in target:
        return True
    file, _, anchor = target.partition("#")
    found = (path.parent / file) if file else path
    return found.exists() and (not anchor or anchor in anchors(found.read_text(encoding="utf-8")))


def anchors(text: str) -> set[str]:
    """Return the names under which the headings of a page can be linked to."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_page_is_on_the_map(path: Path) -> None:
    """Every page of docs/ is linked from docs/index.md, and every other from there or from the README."""
    linked = page("index") + (ROOT / "README.md").read_text(encoding="utf-8")
    assert path.name in linked or path.name == "README.md"


def examples() -> Iterator[tuple[str, str]]:
    """Yield the arguments of each call of letterproof in a fenced block, with the page that it stands on."""
    for path in PAGES:
        for block in FENCED.findall(path.read_text(encoding="utf-8")):
            for line in block.splitlines():
                found = COMMAND.search(line.replace("\\", "/"))
                if found:
                    yield name_of(path), found["rest"]


@pytest.mark.parametrize(("path", "rest"), list(examples()))
def test_command_line_parses(path: str, rest: str) -> None:
    """Every call of letterproof that a page shows is one that the command takes."""
    words = shlex.split(rest, comments=True)
    ends = [number for number, word in enumerate(words) if word in ("|", ">", "<", ">>", "2>")]
    assert parser().parse_args(words[: ends[0]] if ends else words)


def test_every_command_is_shown_and_a_wrong_one_is_not_taken() -> None:
    """The test above sees an example of every command, and can fail."""
    assert {rest.split()[0] for _, rest in examples()} >= set(commands())
    with pytest.raises(SystemExit):
        parser().parse_args(["check", "letter.txt", "--format", "xml"])


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=name_of)
def test_tables_are_those_of_the_program(path: Path) -> None:
    """The tables that follow from the program's data are up to date; if not, run `python -m docs.tables`."""
    text = path.read_text(encoding="utf-8")
    assert tables.filled(text) == text


def test_every_table_stands_somewhere() -> None:
    """No table is made for nothing."""
    standing = {found["name"] for path in DOCS.glob("*.md") for found in tables.MARKED.finditer(path.read_text(encoding="utf-8"))}
    assert standing == set(tables.TABLES)


@pytest.mark.parametrize("path", sorted((DOCS / "pictures").glob("*.svg")), ids=name_of)
def test_pictures_fetch_nothing(path: Path) -> None:
    """A picture refers to no file or server: it looks the same without the internet."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"@import|@font-face|url\((?!#)|href=", text) == []
