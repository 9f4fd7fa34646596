"""The store's tables. flows/migrations makes them; a test holds the two together.

What is said of each letter now stands in `letters`, `results`, `elements` and `flags`; what was ever said of it, in `judgements`, which
quotes nothing. Times are UTC.
"""

from __future__ import annotations

import sqlalchemy as sa

VERSION_TABLE = "letterproof_version"

metadata = sa.MetaData()


def _of_letter(*, key: bool = False) -> sa.Column[int]:
    column = sa.ForeignKey("letters.id", ondelete="CASCADE")
    return sa.Column("letter_id", sa.Integer, column, nullable=False, primary_key=key, index=not key, autoincrement=False)


def _of_file(*, key: bool = False) -> sa.Column[int]:
    column = sa.ForeignKey("files.id", ondelete="CASCADE")
    return sa.Column("file_id", sa.Integer, column, nullable=False, primary_key=key, index=not key, autoincrement=False)


# A nightly run over an archive, or a recheck of what is kept of it. `reason` says why it failed.
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("task", sa.Text, nullable=False, server_default="nightly"),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("started", sa.DateTime, nullable=False),
    sa.Column("finished", sa.DateTime),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("checked", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("left", sa.Integer, nullable=False, server_default="0"),
)
# The chunks that a run under way has saved: one that is saved again (nobody heard that it went well) counts once.
chunks = sa.Table(
    "chunks",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True, autoincrement=False),
    sa.Column("key", sa.Text, primary_key=True),
)
# `added_at` is when this content first came in, `seen_run` the last nightly run that saw the file in the archive, `stamp` what a storage
# itself says of the content (a checksum).
files = sa.Table(
    "files",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, index=True),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("run_id", sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("checked_at", sa.DateTime, nullable=False),
    sa.Column("added_at", sa.DateTime, nullable=False, server_default="1970-01-01 00:00:00"),
    sa.Column("seen_run", sa.Integer, nullable=False, server_default="0"),
    sa.Column("stamp", sa.Text),
    sa.UniqueConstraint("source", "path", name="files_source_path"),
)
letters = sa.Table(
    "letters",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_file(),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, index=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("error_code", sa.Text),
    sa.Column("error_message", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("stage", sa.Integer),
    sa.Column("edition", sa.Text),
    sa.Column("date", sa.Date, index=True),
    sa.Column("reference", sa.Text, index=True),
)
# The whole result, as JSON: apart, so that counting letters does not read every quotation.
results = sa.Table("results", metadata, _of_letter(key=True), sa.Column("result", sa.Text, nullable=False))
elements = sa.Table(
    "elements",
    metadata,
    _of_letter(),
    sa.Column("element", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("requirement", sa.Text, nullable=False),
)
flags = sa.Table(
    "flags",
    metadata,
    _of_letter(),
    sa.Column("flag", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
)
# `part` is the letter's place in its file: empty, or `#` and an attachment's name. `outcome` is JSON: error, elements' statuses and flags.
judgements = sa.Table(
    "judgements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_file(),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id"), nullable=False, index=True),
    sa.Column("judged_at", sa.DateTime, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
)
# What was read in a file, where the setting `keep_text` says so: `flows.kept` packs it. `reading` tells by which readers.
texts = sa.Table(
    "texts",
    metadata,
    _of_file(key=True),
    sa.Column("reading", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
# The rows of the last index that came with each archive: `flows.index` reads it.
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False, index=True),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("path", sa.Text),
    sa.Column("reference", sa.Text),
    sa.Column("case", sa.Text),
    sa.Column("team", sa.Text),
    *(sa.Column(day, sa.Date) for day in ("received", "acknowledged", "logged", "escalated", "sent")),
)
