"""What the tests of the batch share: a store in each kind of database."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from kept import POSTGRES

from flows.store import Store, open_store, store_address


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker means."""
    config.addinivalue_line("markers", "slow: starts Prefect's server (leave out with -m 'not slow')")


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
