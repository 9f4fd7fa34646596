"""An open store: what was found in each letter of each archive, and how that came to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

import pandas as pd
from sqlalchemy.engine import Connection, Engine

from flows.store import forgetting, reading, writing
from flows.store.errors import explained, patiently
from flows.store.records import CaseRow, Change, CheckedFile, Choice, Counts, KeptFile, Task
from models.letter import KeptText

Answer = TypeVar("Answer")


class Store:
    """An open store, which several threads and programs may use at once.

    Every method is one transaction, tried again for some minutes where the storage is at fault; then, and where the database does not do as
    asked, it raises StoreError.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def start_run(self, source: str, rules: str, task: Task = Task.NIGHTLY) -> int:
        """Record that a run over the archive `source` begins, and return its id.

        A run of the same task and archive that never ended (the machine stopped, say) is marked as failed.
        """
        return self._write(lambda connection: writing.start_run(connection, source, rules, task))

    def end_run(self, run: int, *, failed: bool = False, reason: str | None = None) -> None:
        """Record that a run is over, and the reason where it failed.

        Where it finished, a file that was not seen, and whose content was seen elsewhere in the archive, is taken for moved: its history
        goes to the new path.
        """
        self._write(lambda connection: writing.end_run(connection, run, failed=failed, reason=reason))

    def known(self, run: int) -> dict[str, str]:
        """Return the hash of each file, by its path, that was checked before in this run's archive by this run's rules."""
        return self._read(lambda connection: reading.known(connection, run))

    def stamps(self, run: int) -> dict[str, str]:
        """Return what the storage said of each file's content, by its path, where `known` would return its hash."""
        return self._read(lambda connection: reading.stamps(connection, run))

    def judged(self, run: int, contents: Collection[str]) -> list[CheckedFile]:
        """Return files of any archive with these hashes that this run's rules have judged: their letters need no judging again."""
        return self._read(lambda connection: reading.judged(connection, run, contents))

    def sources(self) -> list[str]:
        """Return the archives of which files are kept."""
        return self._read(reading.sources)

    def outdated(self, run: int) -> dict[str, str]:
        """Return the hash of each file, by its path, of this run's archive that other rules than this run's have judged."""
        return self._read(lambda connection: reading.outdated(connection, run))

    def kept_texts(self, run: int, paths: Collection[str]) -> dict[str, KeptText]:
        """Return what is kept of the text of these files of this run's archive, by their paths."""
        return self._read(lambda connection: reading.kept_texts(connection, run, paths))

    def changes(self, run: int) -> list[Change]:
        """Return what this run judged otherwise than the letter was judged before."""
        return self._read(lambda connection: reading.changes(connection, run))

    def unreadable(self, run: int) -> set[str]:
        """Return the paths of the files of this run's archive, by all runs so far, in which no letter could be read."""
        return self._read(lambda connection: reading.unreadable(connection, run))

    def save(self, run: int, checked: Sequence[CheckedFile], counts: Counts, unchanged: Sequence[str] = ()) -> None:
        """Put the files' results in place of earlier ones and add to the run's counts, all of it or nothing.

        `unchanged` are the paths of the chunk's other files, which were seen; those left for the next run are among them. The same chunk
        saved twice in a run counts once.
        """
        self._write(lambda connection: writing.save(connection, run, checked, counts, unchanged))

    def letters(self, since: dt.date | None = None, until: dt.date | None = None) -> pd.DataFrame:
        """Return a row for each letter, and for each file that could not be read.

        Columns: id, source, path, verdict, error_code, error_message, kind, stage (Int64), edition, date (datetime64), reference,
        sha256 (of the letter), checked_at (datetime64, UTC). `since` and `until` count the letter's date, both days included, or the day
        that it came in where it has none; files that could not be read are always among them. Sorted by id.
        """
        return self._read(lambda connection: reading.letters_frame(connection, since, until))

    def elements(self, since: dt.date | None = None, until: dt.date | None = None) -> pd.DataFrame:
        """Return letter_id, element, status and requirement of each letter that `letters` returns."""
        return self._read(lambda connection: reading.elements_frame(connection, since, until))

    def flags(self, since: dt.date | None = None, until: dt.date | None = None) -> pd.DataFrame:
        """Return letter_id, flag and severity of each flag of the letters that `letters` returns."""
        return self._read(lambda connection: reading.flags_frame(connection, since, until))

    def keep_cases(self, source: str, rows: Sequence[CaseRow]) -> None:
        """Put the rows of the archive's index in place of those of an earlier one, all of them or none."""
        self._write(lambda connection: writing.keep_cases(connection, source, rows))

    def cases(self) -> pd.DataFrame:
        """Return the rows of the index of each archive.

        Columns: id, source, row, path, reference, case, team, and the days received, acknowledged, logged, escalated, sent (datetime64).
        """
        return self._read(reading.cases_frame)

    def with_results(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows of `letters` with one more column, `result`: all that is said of the letter, as JSON text."""
        return self._read(lambda connection: reading.with_results(connection, rows))

    def runs(self) -> pd.DataFrame:
        """Return all runs: id, task, source, rules, started, finished, state (running, finished or failed), reason and their counts."""
        return self._read(reading.runs_frame)

    def failures(self) -> dict[int, dict[str, int]]:
        """Return for each run how many letters could not be read in it, by error code; runs that read all are left out."""
        return self._read(reading.failures)

    def chosen(self, choice: Choice) -> list[KeptFile]:
        """Return the files that a choice means, by archive and path."""
        return self._read(lambda connection: forgetting.chosen(connection, choice))

    def forget(self, choice: Choice) -> list[KeptFile]:
        """Remove all that is kept of the files that a choice means, their history and text too, and return them.

        The space is given back, so that nothing of them is left in the database's files. On PostgreSQL others wait meanwhile.
        """
        gone = self._write(lambda connection: forgetting.forget(connection, choice))
        with explained(self._engine.url, "made smaller"):
            patiently(lambda: forgetting.give_back(self._engine))
        return gone

    def _read(self, work: Callable[[Connection], Answer]) -> Answer:
        return self._in_transaction(self._engine, "read", work)

    def _write(self, work: Callable[[Connection], Answer]) -> Answer:
        return self._in_transaction(writer(self._engine), "written", work)

    def _in_transaction(self, engine: Engine, done: str, work: Callable[[Connection], Answer]) -> Answer:
        def attempt() -> Answer:
            with engine.begin() as connection:
                return work(connection)

        with explained(self._engine.url, done):
            return patiently(attempt)


def writer(engine: Engine) -> Engine:
    """Return the engine for transactions that write: on SQLite they wait for their turn at the start, not in the middle."""
    return engine.execution_options(writing=True)
