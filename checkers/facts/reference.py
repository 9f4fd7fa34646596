"""The reference under which the landlord keeps the complaint."""

from __future__ import annotations

import re

from checkers.reading import Reading

_TOKEN = r"(?P<ref>[A-Z0-9][A-Za-z0-9]*(?:[/_.-]?[A-Za-z0-9]+)*)"  # noqa: S105 - no secret: the pattern of a reference
_LABELLED = re.compile(
    r"\b(?:(?:our|your|case|complaint|complaints|letter)\s+)?(?:ref(?:erence)?(?: (?:no|number))?|(?:case|complaint"
    r"|complaints)(?: (?:ref(?:erence)?|no|number|id)))"
    rf"\b\.?\s*(?:is\b)?\s*[:.#]?\s*{_TOKEN}",
    re.IGNORECASE,
)
_OURS_FIRST = re.compile(r"\b(?:our|case|complaint)", re.IGNORECASE)
_BARE = re.compile(rf"\bcomplaint (?:no\.? )?{_TOKEN}\b", re.IGNORECASE)


def reference(reading: Reading) -> str | None:
    """Return the letter's own reference, or None. "Our ref" wins over "Your ref"."""
    text = reading.letter.text
    found = [m for m in _LABELLED.finditer(text) if _plausible(m["ref"])]
    found.sort(key=lambda m: (m[0].lower().startswith("your"), not _OURS_FIRST.match(m[0]), m.start()))
    if found:
        return found[0]["ref"]
    return next((m["ref"] for m in _BARE.finditer(text) if _plausible(m["ref"]) and not m["ref"].isdigit()), None)


def _plausible(token: str) -> bool:
    return any(c.isdigit() for c in token) and len(token) > 2
