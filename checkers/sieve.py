"""Which of many patterns can match a text at all, told in one pass over it.

Python's engine tries one pattern after another, each at every place of a text, and nearly all in vain. RE2's automaton looks for all of
them at once, but knows no look-around and ends its words at ASCII letters. So each pattern is widened to one that matches wherever the
pattern does, and what passes is left to Python's engine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import re2  # type: ignore[import-untyped]

# An escape, a class, a group's opening, its end, a count. (A comment or a condition in a pattern is not understood: no rule has one.)
_PIECES = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?[=!]|\(|\)|\{\d+(?:,\d*)?\}|.", re.DOTALL)
_COUNT = re.compile(r"\{\d+(?:,\d*)?\}")
_LOOKS_AROUND = re.compile(r"\(\?<?[=!]")
# Anything but the characters that are usual in letters and that both engines class alike. The others, an é or a line's end, may be a
# letter, a digit, a space or the end of the text for Python and not for RE2.
_UNUSUAL = re.compile(r"[^\t\f\r -~£§·•…«»]")


class Sieve:
    """Patterns as `re` takes them, looked for all at once."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Take the patterns; raises re2.error where RE2 does not understand a widened one."""
        self._every = range(len(patterns))
        self._automaton = re2.Set.SearchSet()
        for pattern in patterns:
            self._automaton.Add(widened(pattern))
        self._automaton.Compile()

    def possible(self, text: str) -> Sequence[int]:
        """Return the places, in order, of the patterns that may match somewhere in `text`. All others match nowhere in it."""
        if _UNUSUAL.search(text):
            return self._every
        return sorted(self._automaton.Match(text) or ())


def widened(pattern: str) -> str:
    """Return a pattern for RE2 that matches wherever `pattern` does: without look-around, and with any number where it counts.

    Counts would be sound as they are, but make the automaton large.
    """
    kept: list[str] = []
    depth = hidden = 0  # groups that are open here, and the depth of the look-around that hides this place (0: none)
    for piece in _PIECES.findall(pattern):
        depth += piece[0] == "("
        if not hidden and _LOOKS_AROUND.match(piece):
            hidden = depth
        if not hidden:
            kept.append("*" if _COUNT.match(piece) else piece)
        if piece == ")":
            hidden = 0 if hidden == depth else hidden
            depth -= 1
    return "".join(kept)
