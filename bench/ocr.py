"""How well scans are read, and how fast: `python -m bench.ocr`. It takes some minutes an engine.

Pages of the samples' PDFs, whose words are known, are made into scans: pictures with the noise and the faults of scanners and fax
machines. The engine is the one that letterproof uses; tesseract is measured in the same run where it is installed, OCRmyPDF where that
is. Columns: `words` is the F1 of the words with their punctuation; `details` the share found, letter for letter, of telephone numbers,
amounts, references, dates, postcodes, and e-mail and web addresses; `seconds` of one processor a page; `against` that time against the
first engine's.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageFilter

import readers
from checkers import check
from models.letter import Unread
from models.settings import Limits, Settings
from readers import pictures

SAMPLES = Path(__file__).parents[1] / "samples"
SEED = 1
ALONE = os.environ | {"OMP_THREAD_LIMIT": "1"}  # one thread for every engine, as the nightly batch needs it
DETAIL = re.compile(
    r"£[\d,.]*\d|\b0\d{2,4}(?: \d{3,})+\b|[\w.+-]+@[\w.-]*\w|\b(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:uk|com|org|example)\b(?:/[\w/-]*)?"
    r"|\b[A-Z]{1,3}\d{1,2}[A-Z]? \d[A-Z]{2}\b|\b\d{1,2} (?:[A-Z][a-z]+) \d{4}\b|\b[A-Z]{1,4}[-./]\d[\w./-]*\w"
)

_FACTS = {"kind", "stage", "edition", "date", "reference"}

Scan = Callable[[Image.Image], Image.Image]
Engine = Callable[[Image.Image], str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a PDF and its text."""

    path: Path
    number: int
    text: str

    def picture(self, dpi: int) -> Image.Image:
        """Return the page in grey, in `dpi` dots an inch."""
        with pypdfium2.PdfDocument(self.path) as document:
            picture: Image.Image = document[self.number].render(scale=dpi / 72).to_pil()
        picture = picture.convert("L")
        picture.info["dpi"] = (dpi, dpi)
        return picture


def pages(count: int) -> list[Page]:
    """Return the first pages of `count` of the samples' PDFs, all of which come from letters that are not kept apart."""
    return list(_pages())[:count]


def _pages() -> Iterator[Page]:
    for path in sorted(SAMPLES.rglob("*.pdf")):
        try:
            with pypdfium2.PdfDocument(path) as document:
                text = document[0].get_textpage().get_text_range()
        except pypdfium2.PdfiumError:
            continue  # the locked one
        if text.strip():
            yield Page(path, 0, text.replace("\r\n", "\n"))


def grain(picture: Image.Image, spread: float = 10) -> Image.Image:
    """Return the picture with a scanner's noise."""
    noise = np.random.default_rng(SEED).normal(0, spread, (picture.height, picture.width))
    return Image.fromarray(np.clip(np.asarray(picture, dtype=float) * 0.93 + noise, 0, 255).astype(np.uint8))


def jpeg(picture: Image.Image, quality: int = 50) -> Image.Image:
    """Return the picture as a JPEG keeps it."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file)


def fax(picture: Image.Image) -> Image.Image:
    """Return the picture in black and white, as a fax machine sends it: 204 by 196 dots an inch, with specks."""
    specks = np.random.default_rng(SEED).random((picture.height, picture.width))
    white = np.asarray(grain(picture, 25)) > 140
    return Image.fromarray(((white | (specks > 0.999)) & (specks > 0.001)).astype(np.uint8) * 255)


def turn(angle: float) -> Scan:
    """Return what turns a picture by `angle` degrees."""
    return lambda picture: jpeg(grain(picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)))


def blur(picture: Image.Image) -> Image.Image:
    """Return the picture a little out of focus."""
    return jpeg(grain(picture.filter(ImageFilter.GaussianBlur(1.5))))


KINDS: dict[str, tuple[int, Scan]] = {
    "150 dpi": (150, lambda picture: jpeg(grain(picture))),
    "200 dpi": (200, lambda picture: jpeg(grain(picture))),
    "300 dpi": (300, lambda picture: jpeg(grain(picture))),
    "poor JPEG": (200, lambda picture: jpeg(grain(picture), 15)),
    "askew by 1°": (200, turn(1)),
    "askew by 2°": (200, turn(-2)),
    "blurred": (200, blur),
    "turned by 90°": (200, turn(90)),
    "upside down": (200, turn(180)),
    "fax": (200, fax),
}


def letterproof(picture: Image.Image) -> str:
    """Return what letterproof's reader finds in the picture."""
    return "\n".join(block.text for block in pictures.blocks(_file(picture), Limits()))


def tesseract(picture: Image.Image) -> str:
    """Return what tesseract finds; it is asked to look which way up the page is."""
    command = ("tesseract", "stdin", "stdout", "--psm", "1", "--dpi", str(_dpi(picture)), "-l", "eng")
    done = subprocess.run(command, input=_file(picture), env=ALONE, capture_output=True, check=False)  # noqa: S603 - our own command
    return done.stdout.decode()


def ocrmypdf(picture: Image.Image) -> str:
    """Return what OCRmyPDF finds when it turns and straightens the page first."""
    with tempfile.TemporaryDirectory() as folder:
        scan, text = Path(folder) / "scan.png", Path(folder) / "text.txt"
        picture.save(scan, dpi=(_dpi(picture),) * 2)
        flags = ("--quiet", "--rotate-pages", "--deskew", "--output-type", "pdf", "--jobs", "1", "--image-dpi", str(_dpi(picture)))
        subprocess.run(("ocrmypdf", *flags, "--sidecar", text, scan, Path(folder) / "out.pdf"), env=ALONE, check=False)  # noqa: S603, S607
        return text.read_text(encoding="utf-8") if text.exists() else ""


ENGINES: dict[str, Engine] = {"letterproof": letterproof, "tesseract": tesseract, "ocrmypdf": ocrmypdf}


def _dpi(picture: Image.Image) -> int:
    return round(max(picture.size) / 11.69 / 10) * 10  # of an A4 page


def _file(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(_dpi(picture),) * 2)
    return file.getvalue()


def f1(wanted: str, found: str) -> float:
    """Return the F1 of the words, however they are ordered."""
    ours, theirs = Counter(_words(wanted)), Counter(_words(found))
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def details(wanted: str, found: str) -> list[bool]:
    """Return of each detail whether it was found letter for letter."""
    text = " ".join(_words(found))
    return [detail in text for detail in DETAIL.findall(" ".join(_words(wanted)))]


def _words(text: str) -> list[str]:
    plain = text.translate(str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014\u2011\ufffe\x02", "''\"\"-----"))
    return [word for word in plain.split() if any(map(str.isalnum, word))]


def measure(engine: Engine, scans: Sequence[tuple[Page, Image.Image]]) -> tuple[float, float, float]:
    """Return words' F1, the share of details, and a processor's seconds a page, also of the programs that were started."""
    began = os.times()
    found = [engine(picture) for _, picture in scans]
    seconds = (sum(os.times()[:4]) - sum(began[:4])) / len(scans)
    hits = [hit for (page, _), text in zip(scans, found, strict=True) for hit in details(page.text, text)]
    words = statistics.mean(f1(page.text, text) for (page, _), text in zip(scans, found, strict=True))
    return words, statistics.mean(hits), seconds


def judged(count: int) -> Iterator[tuple[str, bool]]:
    """Yield what is found in `count` letters, and whether the same is found in their scans at 200 dots an inch."""
    dpi, scan = KINDS["200 dpi"]
    for page in pages(count):
        with pypdfium2.PdfDocument(page.path) as document:
            first, *others = [scan(document[number].render(scale=dpi / 72).to_pil().convert("L")) for number in range(len(document))]
        file = io.BytesIO()
        first.save(file, "PDF", resolution=dpi, quality=75, save_all=True, append_images=others)
        typed, scanned = (_findings(content) for content in (page.path.read_bytes(), file.getvalue()))
        yield from ((name, scanned.get(name) == found) for name, found in typed.items())


def _findings(content: bytes) -> dict[str, object]:
    (letter,) = readers.read_bytes(content, "letter.pdf", Limits())
    if isinstance(letter, Unread):
        return {}
    result = check(letter, Settings())
    flags = {"flags": sorted(flag.flag for flag in result.flags)}
    return {element.element: element.status for element in result.elements} | result.model_dump(include=_FACTS) | flags


def main() -> None:
    """Print a row for each kind of scan and engine, then how far scans are judged as the letters are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=20, help="pages of each kind of scan")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), help="kinds of scan")
    parser.add_argument("--engines", nargs="*", default=[name for name in ENGINES if name == "letterproof" or shutil.which(name)])
    parser.add_argument("--letters", type=int, default=10, help="letters that are judged typed and scanned")
    args = parser.parse_args()
    print(f"{'scan':15} {'engine':12} words details seconds against")
    for kind in args.kinds:
        dpi, scan = KINDS[kind]
        scans = [(page, scan(page.picture(dpi))) for page in pages(args.pages)]
        first = 0.0
        for name in args.engines:
            words, share, seconds = measure(ENGINES[name], scans)
            first = first or seconds
            print(f"{kind:15} {name:12} {words:5.3f} {share:7.3f} {seconds:7.2f} {seconds / first:7.2f}", flush=True)
    found = list(judged(args.letters))
    alike = sum(same for _, same in found)
    different = Counter(name for name, same in found if not same)
    print(f"{args.letters} letters typed and scanned: {alike} of {len(found)} findings alike; different: {dict(different)}")


if __name__ == "__main__":
    main()
