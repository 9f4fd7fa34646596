"""How much of a letter each format gives back: `python -m bench.formats`. It needs LibreOffice.

Annotated letters become Word documents, LibreOffice saves those in each format, and what is read is held against the letter. F1 counts
words, each as often as it stands; "in order" is the share of letters whose words all come back, once and in order.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

import readers
from models.corpus import load, load_voices
from models.letter import Letter
from models.settings import Limits
from samples.writers.sheet import Look, sheet
from samples.writers.word import word_file

SAMPLES = Path(__file__).parents[1] / "samples"
CORPUS = SAMPLES / "corpus"
FORMATS = ("docx", "odt", "rtf", "doc", "html")
_WORD = re.compile(r"[\w£%@.'’-]+")
_SEED = 7


def main() -> int:
    """Print a row for each format; return 1 where LibreOffice is not installed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--letters", type=int, default=30, help="how many letters, of voices that rules may be written by")
    parser.add_argument("--keep", type=Path, help="keep the files in this folder")
    chosen = parser.parse_args()
    if shutil.which("soffice") is None:
        sys.stderr.write("LibreOffice is not installed. Install it (on Debian: libreoffice-writer-nogui).\n")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        letters = _chosen(chosen.letters)
        _write(letters, folder, Path(name) / "profile")
        print(f"{'format':8}{'letters':>8}{'mean F1':>9}{'least F1':>9}{'in order':>9}")
        for form in FORMATS:
            scores = [score(_words(load(letter).letter.text), _read(folder / f"{letter.stem}.{form}")) for letter in letters]
            shares, ordered = zip(*scores, strict=True)
            print(f"{form:8}{len(shares):8}{sum(shares) / len(shares):9.4f}{min(shares):9.4f}{sum(ordered) / len(ordered):9.2f}")
    return 0


def score(wanted: list[str], found: list[str]) -> tuple[float, bool]:
    """Return the F1 of the words found, and whether they are the words wanted, in order."""
    shared = (Counter(wanted) & Counter(found)).total()
    return 2 * shared / (len(wanted) + len(found)), wanted == found


def _chosen(number: int) -> list[Path]:
    letters = [Path(one.letter.path) for one in load_voices(CORPUS, "train")]
    return sorted(random.Random(_SEED).sample(letters, number))  # noqa: S311 (no secret)


def _write(letters: list[Path], folder: Path, profile: Path) -> None:
    looks = tomllib.loads((SAMPLES / "plan.toml").read_text(encoding="utf-8"))["looks"]
    plain = next(iter(looks.values()))
    for path in letters:
        annotated = load(path)
        look = Look(**looks.get(annotated.labels.voice, plain))
        (folder / f"{path.stem}.docx").write_bytes(word_file(sheet(annotated.letter), look, frozenset()))
    sources = [str(folder / f"{path.stem}.docx") for path in letters]
    for form in FORMATS[1:]:
        command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", form, "--outdir", str(folder)]
        subprocess.run([*command, *sources], check=True, capture_output=True)  # noqa: S603 (our own files)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _read(path: Path) -> list[str]:
    letter, *_ = readers.read(path, Limits())
    return _words(letter.text) if isinstance(letter, Letter) else []


if __name__ == "__main__":
    sys.exit(main())
