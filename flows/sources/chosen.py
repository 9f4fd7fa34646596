"""Which files of a source are checked: patterns with the meaning of `.gitignore`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flows.sources.base import NoSourceError, SourceFile

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Chosen:
    """The files that match one of `include`, or all where there are none, but not those that match `exclude`.

    Patterns have the meaning that git gives the lines of a .gitignore file. Raises NoSourceError for one that is none.
    """

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = _spec("include", include)
        self._exclude = _spec("exclude", exclude)

    def of(self, files: Iterable[SourceFile]) -> list[SourceFile]:
        """Return the files that are chosen, in their order.

        What may be a folder that nobody can look into is chosen unless it is excluded: letters that match may be in it.
        """
        return [file for file in files if self._includes(file) and not self._excludes(file)]

    def _includes(self, file: SourceFile) -> bool:
        return self._include is None or file.size is None or self._include.match_file(file.path)

    def _excludes(self, file: SourceFile) -> bool:
        if self._exclude is None:
            return False
        return self._exclude.match_file(file.path) or (file.size is None and self._exclude.match_file(f"{file.path}/"))


def _spec(setting: str, patterns: Sequence[str]) -> GitIgnoreSpec | None:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - checking one letter, which no pattern chooses, does not wait for it

    for pattern in patterns:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except ValueError as error:
            advice = "Write it as in a .gitignore file, such as *.pdf or /2019/."
            raise NoSourceError(f"“{pattern}” in {setting} is no pattern. {advice}") from error
    return GitIgnoreSpec.from_lines(patterns) if patterns else None
