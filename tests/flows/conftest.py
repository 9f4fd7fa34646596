"""What the tests of the batch share: results of invented letters, and a store in each kind of database."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flows.store import CheckedFile, Store, open_store, store_address
from models.finding import Element, Finding, Flag, FlagName, Requirement, Result, Severity, Status, Verdict

POSTGRES = "LETTERPROOF_TEST_POSTGRES"

MakeFile = Callable[..., CheckedFile]


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker means."""
    config.addinivalue_line("markers", "slow: starts Prefect's server (leave out with -m 'not slow')")


def result(path: str, **values: Any) -> Result:
    """Return the result of an invented response with a gap and a flag; `values` replace its fields."""
    made: dict[str, Any] = {"sha256": "0" * 64, "verdict": Verdict.GAPS, "kind": "response", "stage": 1, "edition": "hos-2024"}
    made |= {"date": "2025-03-14", "reference": "CMP-1"}
    made["elements"] = [Finding(element=e, status=Status.PRESENT, requirement=Requirement.MUST) for e in Element]
    flag = {"text": "late", "paragraph": None, "message": "It is late.", "suggestion": None, "places": ()}
    made["flags"] = [Flag(flag=FlagName.LATE, severity=Severity.INFO, **flag)]
    return Result(path=path, **{**made, **values})


@pytest.fixture
def make_file() -> MakeFile:
    """Return a function that makes a file's results: of one letter, or of those given."""

    def make(path: str, sha256: str | None = "a", results: tuple[Result, ...] | None = None, **values: Any) -> CheckedFile:
        return CheckedFile(path, sha256, results or (result(path, **values),))

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a store that does not exist yet, or of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/letters.db"
        return
    if POSTGRES not in os.environ:
        pytest.skip(f"{POSTGRES} names no PostgreSQL server")
    server = store_address(os.environ[POSTGRES])
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"letterproof_{uuid.uuid4().hex}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Return an open, empty store."""
    opened = open_store(store_url)
    yield opened
    opened.close()
