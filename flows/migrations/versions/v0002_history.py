"""History of judgements, kept text, and what tells moved files and chunks that were saved already; results in a table of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

revision = "0002"
down_revision = "0001"

_AT_ONCE = 1000


def upgrade() -> None:
    """Make the new tables and fill them from what is kept: each letter's judgement is the first of its history."""
    op.add_column("runs", sa.Column("task", sa.Text, nullable=False, server_default="nightly"))
    op.add_column("runs", sa.Column("reason", sa.Text))
    op.add_column("files", sa.Column("added_at", sa.DateTime, nullable=False, server_default="1970-01-01 00:00:00"))
    op.add_column("files", sa.Column("seen_run", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE files SET added_at = checked_at, seen_run = run_id")
    op.create_index("ix_files_sha256", "files", ["sha256"])
    op.create_index("ix_letters_sha256", "letters", ["sha256"])
    op.create_index("ix_letters_reference", "letters", ["reference"])
    op.create_table(
        "chunks",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, primary_key=True),
    )
    op.create_table(
        "texts",
        sa.Column("file_id", sa.Integer, sa.ForeignKey("files.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("reading", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    _move_results()
    _begin_history(op.get_bind())


def _move_results() -> None:
    op.create_table(
        "results",
        sa.Column("letter_id", sa.Integer, sa.ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("result", sa.Text, nullable=False),
    )
    op.execute("INSERT INTO results (letter_id, result) SELECT id, result FROM letters")
    op.drop_column("letters", "result")


def _begin_history(connection: Connection) -> None:
    judgements = op.create_table(
        "judgements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("file_id", sa.Integer, sa.ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id"), nullable=False, index=True),
        sa.Column("judged_at", sa.DateTime, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
    )
    last = 0
    while letters := _letters(connection, last):
        last = letters[-1].letter
        op.bulk_insert(judgements, list(_judged(connection, letters)))


def _letters(connection: Connection, after: int) -> Sequence[sa.Row[Any]]:
    """Return some letters: those with the next ids after this one."""
    return connection.execute(
        sa.text(
            "SELECT letters.id AS letter, files.id AS file_id, letters.path AS path, files.path AS file, letters.sha256 AS sha256, rules, "
            "run_id, checked_at AS judged_at, verdict, error_code "
            "FROM letters JOIN files ON files.id = letters.file_id WHERE letters.id > :after ORDER BY letters.id LIMIT :at_once"
        ).columns(judged_at=sa.DateTime),
        {"after": after, "at_once": _AT_ONCE},
    ).all()


def _judged(connection: Connection, letters: Sequence[sa.Row[Any]]) -> Iterator[dict[str, Any]]:
    span = {"first": letters[0].letter, "last": letters[-1].letter}
    elements = _by_letter(connection, "SELECT letter_id, element, status FROM elements", span)
    flags = _by_letter(connection, "SELECT letter_id, flag FROM flags", span)
    for row in letters:
        found = {
            "error": row.error_code,
            "elements": {element: status for _, element, status in elements.get(row.letter, [])},
            "flags": sorted({flag for _, flag in flags.get(row.letter, [])}),
        }
        same = {name: getattr(row, name) for name in ("file_id", "sha256", "rules", "run_id", "judged_at", "verdict")}
        yield {**same, "part": row.path.removeprefix(row.file), "outcome": json.dumps(found, sort_keys=True)}


def _by_letter(connection: Connection, query: str, span: dict[str, int]) -> dict[int, list[Any]]:
    ordered = sa.text(f"{query} WHERE letter_id BETWEEN :first AND :last ORDER BY letter_id")
    return {letter: list(rows) for letter, rows in groupby(connection.execute(ordered, span), lambda row: row[0])}
