"""Any bytes end in a letter or an error: `python -m bench.fuzz rtf --seconds 60`. It needs atheris, which nothing else does.

The name is a file's ending. Fuzzing begins with the samples and the tests' files of that ending; what makes a reader fail is left in the
working folder as `crash-…` or `timeout-…`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

import readers
from models.letter import Letter
from models.settings import Limits
from readers.registry import FORMATS

ROOT = Path(__file__).parents[1]
SEEDS = (ROOT / "tests" / "readers" / "fixtures", ROOT / "samples")
LIMITS = Limits(file_bytes=1_000_000, unpacked_bytes=2_000_000, seconds=5)
_SECONDS_A_FILE = 10
_MEGABYTES = 1024
_LONGEST = 50_000


def one_file(content: bytes) -> None:
    """Read a file; fail where anything is raised, or a passage is not the text at its place."""
    for found in readers.read_bytes(content, "letter", LIMITS):
        if isinstance(found, Letter):
            assert all(found.text[passage.start : passage.end] == passage.text for passage in found.passages)  # noqa: S101 (what is tested)


def main() -> None:
    """Fuzz the reader of the ending that the user named."""
    modules = {suffix.removeprefix("."): form.module for form in FORMATS for suffix in form.suffixes}
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("suffix", choices=sorted(modules))
    parser.add_argument("--seconds", type=int, default=60)
    chosen = parser.parse_args()
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415 (only here)

    with atheris.instrument_imports(include=["readers"]):
        importlib.import_module(modules[chosen.suffix])
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(sorted(path for root in SEEDS for path in root.rglob(f"*.{chosen.suffix}"))):
            (Path(folder) / str(number)).write_bytes(path.read_bytes())
        limits = (f"-timeout={_SECONDS_A_FILE}", f"-rss_limit_mb={_MEGABYTES}", f"-max_len={_LONGEST}")
        atheris.Setup([sys.argv[0], folder, f"-max_total_time={chosen.seconds}", *limits], one_file)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
