"""What two stores must have in common: all that they hold but ids, times, and which run did it."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import sqlalchemy as sa

from flows.store import open_store
from flows.store.schema import cases, elements, files, flags, judgements, letters, results

Row = tuple[Any, ...]


def content(url: str) -> dict[str, list[Row]]:
    """Return the rows of each table, sorted, each with the path of its file and letter in place of an id."""
    of_letter = letters.join(files, letters.c.file_id == files.c.id)
    owner = (files.c.source, letters.c.path)
    queries = {
        "files": sa.select(files.c.source, files.c.path, files.c.sha256, files.c.rules, files.c.stamp),
        "letters": sa.select(files.c.source, *letters.c[2:]).select_from(of_letter),
        "results": sa.select(*owner, results.c.result).select_from(of_letter.join(results)),
        "elements": sa.select(*owner, *elements.c[1:]).select_from(of_letter.join(elements)),
        "flags": sa.select(*owner, *flags.c[1:]).select_from(of_letter.join(flags)),
        "cases": sa.select(*cases.c[1:]),
        "judgements": sa.select(
            files.c.path, *(judgements.c[name] for name in ("part", "sha256", "rules", "verdict", "outcome"))
        ).join_from(judgements, files),
    }
    with closing(open_store(url, write=False)) as store, store._engine.connect() as connection:
        return {name: sorted(map(tuple, connection.execute(query)), key=repr) for name, query in queries.items()}
