"""What tells one state of the program from another."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[1]


@cache
def digest_of(*names: str) -> str:
    """Return twelve characters that change with any file of these rooms; a name with a slash is that of a single file."""
    digest = hashlib.sha256()
    for name in names:
        place = _ROOT / name
        inside = place.rglob("*") if place.is_dir() else [place]
        for path in sorted(p for p in inside if p.is_file() and p.suffix != ".pyc"):
            digest.update(path.relative_to(_ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
