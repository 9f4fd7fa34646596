"""An archive of many letters, for measuring: `python -m bench.archive FOLDER [--letters N]`.

Annotated letters are written as DOCX, PDF, EML and TXT over and over, each time with another reference, resident and year, so that no two
files are alike. The same number makes the same letter, whatever N is.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import re
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

from models.corpus import Annotated, load
from models.finding import Role
from samples.render import CORPUS
from samples.writers.fpdf2_pdf import fpdf2_file
from samples.writers.mail import Envelope, text_mail
from samples.writers.plain import text_file
from samples.writers.reportlab_pdf import reportlab_file
from samples.writers.sheet import Look, Sheet, sheet
from samples.writers.word import word_file

YEARS = range(2016, 2027)
_YEAR = re.compile(r"\b20(?:1[6-9]|2[0-6])\b")
_SURNAMES = (
    "Adeyemi",
    "Bakewell",
    "Chaudhry",
    "Dunmore",
    "Eszterhazy",
    "Fairclough",
    "Gutowska",
    "Hargreaves",
    "Iqbal",
    "Jankowski",
    "Okoro",
)
_LOOK = Look("Liberation Sans", 11)
_NONE = frozenset[str]()
_FORMATS: tuple[tuple[str, Callable[[Sheet, Envelope], bytes]], ...] = (
    ("docx", lambda page, _: word_file(page, _LOOK, _NONE)),
    ("pdf", lambda page, _: reportlab_file(page, _LOOK, _NONE)),
    ("docx", lambda page, _: word_file(page, _LOOK, _NONE)),
    ("eml", lambda page, envelope: text_mail(page, envelope, _NONE)),
    ("pdf", lambda page, _: fpdf2_file(page, _LOOK, _NONE)),
    ("txt", lambda page, _: text_file(page, _NONE)),
)


def write_archive(folder: Path, letters: int) -> None:
    """Write so many letters into folders of 500. What is there already stays."""
    missing = [number for number in range(letters) if not _place(folder, number).exists()]
    for parent in {_place(folder, number).parent for number in missing}:
        parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as processes:
        for done in processes.map(_write, itertools.repeat(folder), missing, chunksize=50):
            if done % 1000 == 0:
                print(f"{done:,} letters", file=sys.stderr)


def _place(folder: Path, number: int) -> Path:
    return folder / f"{number // 500:03}" / f"letter-{number:06}.{_FORMATS[number % len(_FORMATS)][0]}"


def _write(folder: Path, number: int) -> int:
    sources = _sources()
    annotated = load(sources[number * 7 % len(sources)])  # 7, so that a voice comes in all formats
    year = YEARS[number % len(YEARS)]
    envelope = Envelope(f"letter-{number}", "Fenbridge Homes", "A Resident", dt.date(year, 1 + number % 12, 3), "Your complaint")
    _place(folder, number).write_bytes(_FORMATS[number % len(_FORMATS)][1](_stamped(annotated, number, year), envelope))
    return number


def _stamped(annotated: Annotated, number: int, year: int) -> Sheet:
    """Return the letter with another reference and resident, all its years moved alike."""
    page = sheet(annotated.letter)
    moved = year - (annotated.labels.date.year if annotated.labels.date else year)
    residents = (name.text.split()[-1] for name in annotated.labels.names if name.role is Role.RESIDENT)
    surname, other = next(residents, ""), _SURNAMES[number % len(_SURNAMES)]

    def stamped(text: str) -> str:
        dated = _YEAR.sub(lambda found: str(int(found[0]) + moved), text)
        return re.sub(rf"\b{re.escape(surname)}\b", other, dated) if surname else dated

    body = tuple(replace(piece, texts=tuple(map(stamped, piece.texts))) for piece in page.body)
    return replace(page, header=(*map(stamped, page.header), f"Our reference: CMP-{number:06}"), body=body)


@cache
def _sources() -> list[Path]:
    return sorted(path for path in CORPUS.rglob("*.md") if path.name != "README.md")


def main() -> None:
    """Write the archive."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--letters", type=int, default=20_000)
    chosen = parser.parse_args()
    write_archive(chosen.folder, chosen.letters)


if __name__ == "__main__":
    main()
