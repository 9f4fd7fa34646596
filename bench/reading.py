"""How long letters take to read, against other libraries on the same files: `python -m bench.reading [FILE …]`.

Times are the best of several rounds in turn, in one process, after everything is loaded. Others' libraries are not needed to work on
letterproof: a row says where one is not installed (`pip install "markitdown[docx]"`).
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import readers
from models.settings import Limits

LETTERS = Path("samples/letters")
ROUNDS = 15

Read = Callable[[bytes], object]


def _markitdown() -> Read:
    from markitdown import MarkItDown, StreamInfo  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415 (may be absent)

    converter = MarkItDown()
    return lambda content: converter.convert_stream(io.BytesIO(content), stream_info=StreamInfo(extension=".docx"))


def _mammoth() -> Read:
    import mammoth  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415 (may be absent)

    return lambda content: mammoth.extract_raw_text(io.BytesIO(content))


def _python_docx() -> Read:
    import docx  # noqa: PLC0415 (only for this row)

    return lambda content: [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another way to read files of a format. `load` returns it, and raises ImportError where it is not installed."""

    name: str
    suffix: str
    load: Callable[[], Read]


RIVALS = (
    Rival("markitdown", ".docx", _markitdown),
    Rival("mammoth, plain text", ".docx", _mammoth),
    Rival("python-docx, paragraphs alone", ".docx", _python_docx),
)


def milliseconds(ours: Read, other: Read, content: bytes) -> tuple[float, float]:
    """Return the best times of two ways to read a file, measured in turn."""
    rounds = [(_timed(ours, content), _timed(other, content)) for _ in range(ROUNDS)]
    first, second = (min(times) for times in zip(*rounds, strict=True))
    return first, second


def _ours(content: bytes) -> object:
    return readers.read_bytes(content, "letter", Limits())


def _timed(read: Read, content: bytes) -> float:
    began = time.perf_counter()
    read(content)
    return 1000 * (time.perf_counter() - began)


def rows(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each rival for a file, and what its row says: our time, its time and how many times ours that is."""
    content = path.read_bytes()
    for rival in (one for one in RIVALS if one.suffix == path.suffix):
        try:
            other = rival.load()
        except ImportError:
            yield rival.name, "not installed"
            continue
        our_time, their_time = milliseconds(_ours, other, content)
        yield rival.name, f"{our_time:8.1f} {their_time:9.1f} {their_time / our_time:6.1f}"


def main() -> None:
    """Print a row for each file and rival."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    suffixes = {rival.suffix for rival in RIVALS}
    files = parser.parse_args().files or [path for path in sorted(LETTERS.iterdir()) if path.suffix in suffixes]
    print(f"{'file':28} {'other':30} {'our ms':>8} {'other ms':>9} {'ratio':>6}")
    for path in files:
        for name, said in rows(path):
            print(f"{path.name:28} {name:30} {said}")


if __name__ == "__main__":
    main()
