"""Files left for the next run, what a storage says of a file's content, and the index of cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns, and the table of cases."""
    op.add_column("runs", sa.Column("left", sa.Integer, nullable=False, server_default="0"))
    op.add_column("files", sa.Column("stamp", sa.Text))
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.Text, nullable=False, index=True),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("path", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("case", sa.Text),
        sa.Column("team", sa.Text),
        sa.Column("received", sa.Date),
        sa.Column("acknowledged", sa.Date),
        sa.Column("logged", sa.Date),
        sa.Column("escalated", sa.Date),
        sa.Column("sent", sa.Date),
    )
