"""The rooms import one way, and checking one letter loads nothing that it does not need."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "models": set[str](),
    "readers": {"models"},
    "checkers": {"models"},
    "reports": {"models"},
    "flows": {"models", "readers", "checkers", "reports"},
    "app": {"models", "readers", "checkers", "reports", "flows"},
}
OUTSIDE = {"app", "bench", "docs", "samples", "tests"}  # what no room but itself imports
NOT_NEEDED = ("prefect", "pandas", "sqlalchemy", "alembic", "matplotlib")
LETTER = "3 March 2025\n\nDear Mrs Khan\n\nThis is our stage 1 response to your complaint. I uphold it.\n\nYours sincerely\n\nTom Reed\n"
CHECK = """\
import sys
import tomllib
from app.main import main
status = main(["check", sys.argv[1], "--format", "jsonl", "--kind", "response"])
print(status, *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def imported(module: Path) -> Iterator[str]:
    """Yield the top package of every import in a module, in functions too."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write imports in full, so that this test can see them"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_one_way(room: str) -> None:
    """A room imports only the rooms behind it, and none imports the doors, the bench, the samples or the tests."""
    forbidden = (set(MAY_IMPORT) | OUTSIDE) - MAY_IMPORT[room] - {room}
    modules = sorted((ROOT / room).rglob("*.py"))
    assert modules
    assert [(module.name, name) for module in modules for name in imported(module) if name in forbidden] == []


def test_every_room_is_known() -> None:
    """A new package has its place in this test."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages <= set(MAY_IMPORT) | OUTSIDE


def test_checking_one_letter_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    """`letterproof check` on a letter starts neither Prefect nor pandas nor a database nor the drawing of pictures."""
    letter = tmp_path / "letter.txt"
    letter.write_text(LETTER, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", CHECK, str(letter)], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    result, loaded = done.stdout.splitlines()
    status, *modules = loaded.split()
    assert '"verdict":"gaps"' in result
    assert status == "1"
    assert {"app", "checkers", "spacy"} <= set(modules)
    assert [name for name in NOT_NEEDED if name in modules] == []


def test_the_server_loads_no_more_than_it_needs() -> None:
    """`letterproof serve` has neither Prefect nor pandas nor a database in memory."""
    code = "import sys, app.web.serving, app.web.jobs; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    modules = done.stdout.split()
    assert "fastapi" in modules
    assert [name for name in NOT_NEEDED if name in modules] == []


def _package_of(path: Path) -> Path:
    return next(folder for folder in path.parents if (folder / "__init__.py").exists())


def test_data_files_are_packaged() -> None:
    """What a room needs beside its Python (rules, Codes, trained weights) is in an installed copy, too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]
    left_out = []
    for room in MAY_IMPORT:
        for path in (p for p in (ROOT / room).rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc", ".md"}):
            package = _package_of(path)
            own = patterns.get(package.relative_to(ROOT).as_posix().replace("/", "."), [])
            if not any(path.relative_to(package).match(pattern) for pattern in (*patterns["*"], *own)):
                left_out.append(path.relative_to(ROOT).as_posix())
    assert left_out == []
