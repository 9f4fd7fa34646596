"""PDFs of many writers, read back: `python -m bench.writers FOLDER [--letters N]`.

Annotated letters of the training voices are written to FOLDER by LibreOffice, Chromium, reportlab, fpdf2 and WeasyPrint, as far as each is
installed, and read. The table has the word-level F1 of known and read text, and the share of words in their order.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from html import escape
from pathlib import Path

from models.corpus import Annotated, load_voices
from models.letter import Letter, Style
from models.settings import Limits
from readers import read
from samples.render import CORPUS, SAMPLES
from samples.writers.fpdf2_pdf import fpdf2_file
from samples.writers.reportlab_pdf import reportlab_file
from samples.writers.sheet import Look, Piece, Sheet, cells, columns, sheet, split_item
from samples.writers.word import word_file

_NONE = frozenset[str]()
_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><style>
body {{ font: 11pt Arial, sans-serif; text-align: {align} }} table {{ border-collapse: collapse }} td {{ border: {border}; padding: 3pt }}
header {{ text-align: right }} footer {{ font-size: 8pt; margin-top: 30pt }} h2 {{ font-size: 12pt }}
</style></head><body><header>{header}</header>{body}<footer>{footer}</footer></body></html>"""

Made = dict[str, bytes]


def looks() -> Iterator[Look]:
    """Yield the looks of the samples over and over."""
    planned = tomllib.loads((SAMPLES / "plan.toml").read_text(encoding="utf-8"))["looks"]
    return itertools.cycle(Look(**look) for look in planned.values())


def html(page: Sheet, look: Look) -> str:
    """Return the letter as a web page."""
    align, border = ("justify" if look.justified else "left"), ("1px solid black" if look.numbered else "none")
    body = "\n".join(_element(piece) for piece in page.body)
    return _PAGE.format(align=align, border=border, header=_lines(page.header), body=body, footer=_lines(page.footer))


def _element(piece: Piece) -> str:
    match piece.style:
        case Style.HEADING:
            return f"<h2>{_lines(piece.text.split(chr(10)))}</h2>"
        case Style.ITEM:
            marks = [split_item(text) for text in piece.texts]
            return "".join(f"<p>{'•' if mark == '-' else mark} {_lines(text.split(chr(10)))}</p>" for mark, text in marks)
        case Style.ROW:
            width = columns(piece.texts)
            rows = ("".join(f"<td>{escape(cell)}</td>" for cell in cells(text, width)) for text in piece.texts)
            return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        case _:
            return f"<p>{_lines(piece.text.split(chr(10)))}</p>"


def _lines(lines: Sequence[str]) -> str:
    return "<br>".join(map(escape, lines))


def by_libreoffice(pages: Mapping[str, Sheet]) -> Made:
    """Return the letters as LibreOffice prints them from Word documents."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return {}
    with tempfile.TemporaryDirectory() as name:
        for (key, page), look in zip(pages.items(), looks(), strict=False):
            (Path(name) / f"{key}.docx").write_bytes(word_file(page, look, _NONE))
        files = sorted(map(str, Path(name).glob("*.docx")))
        profile = f"-env:UserInstallation={(Path(name) / 'profile').as_uri()}"
        subprocess.run([program, profile, "--headless", "--convert-to", "pdf", "--outdir", name, *files], check=True, capture_output=True)  # noqa: S603 (found above)
        return {key: (Path(name) / f"{key}.pdf").read_bytes() for key in pages}


def by_chromium(pages: Mapping[str, Sheet]) -> Made:
    """Return the letters as Chromium prints them."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        return {}
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only for this writer)

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program)
        tab = browser.new_page()
        made = {}
        for (key, page), look in zip(pages.items(), looks(), strict=False):
            tab.set_content(html(page, look))
            made[key] = tab.pdf(format="A4", margin={"top": "20mm", "bottom": "20mm", "left": "20mm", "right": "20mm"})
        browser.close()
    return made


def by_weasyprint(pages: Mapping[str, Sheet]) -> Made:
    """Return the letters as WeasyPrint sets them."""
    try:
        import weasyprint  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415 (not a dependency)
    except ImportError:
        return {}
    return {key: weasyprint.HTML(string=html(page, look)).write_pdf() for (key, page), look in zip(pages.items(), looks(), strict=False)}


def by_reportlab(pages: Mapping[str, Sheet]) -> Made:
    """Return the letters as reportlab sets them."""
    return {key: reportlab_file(page, look, _NONE) for (key, page), look in zip(pages.items(), looks(), strict=False)}


def by_fpdf2(pages: Mapping[str, Sheet]) -> Made:
    """Return the letters as fpdf2 sets them."""
    return {key: fpdf2_file(page, look, _NONE) for (key, page), look in zip(pages.items(), looks(), strict=False)}


WRITERS: dict[str, Callable[[Mapping[str, Sheet]], Made]] = {
    "LibreOffice": by_libreoffice,
    "Chromium": by_chromium,
    "reportlab": by_reportlab,
    "fpdf2": by_fpdf2,
    "WeasyPrint": by_weasyprint,
}


def f1(known: Sequence[str], found: Sequence[str]) -> float:
    """Return the F1 of the words, however they are ordered."""
    return 2 * (Counter(known) & Counter(found)).total() / (len(known) + len(found))


def order(known: Sequence[str], found: Sequence[str]) -> float:
    """Return the share of the known words that are found in their order."""
    return sum(block.size for block in SequenceMatcher(None, known, found, autojunk=False).get_matching_blocks()) / len(known)


def made(folder: Path, letters: Sequence[Annotated]) -> dict[str, dict[str, Path]]:
    """Return the files of each writer by the letter's name, written where they are not there yet."""
    pages = {one.labels.id: sheet(one.letter) for one in letters}
    files: dict[str, dict[str, Path]] = {}
    for writer, write in WRITERS.items():
        place = folder / writer
        place.mkdir(parents=True, exist_ok=True)
        missing = {key: page for key, page in pages.items() if not (place / f"{key}.pdf").exists()}
        for key, content in (write(missing) if missing else {}).items():
            (place / f"{key}.pdf").write_bytes(content)
        files[writer] = {key: place / f"{key}.pdf" for key in pages if (place / f"{key}.pdf").exists()}
    return files


def some(count: int) -> list[Annotated]:
    """Return so many letters of the training voices, of all voices alike."""
    letters = load_voices(CORPUS, "train")
    return letters[:: max(1, len(letters) // count)][:count]


def main() -> None:
    """Print a row for each writer, and what fell short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--letters", type=int, default=40)
    arguments = parser.parse_args()
    letters = {one.labels.id: one.letter for one in some(arguments.letters)}
    print(f"{'writer':14} {'letters':>7} {'F1':>8} {'least':>8} {'order':>8} {'least':>8}")
    for writer, files in made(arguments.folder, some(arguments.letters)).items():
        if not files:
            print(f"{writer:14} not installed")
            continue
        scores = []
        for key, path in files.items():
            (found,) = read(path, Limits())
            known = _words(letters[key].text)
            read_words = _words(found.text) if isinstance(found, Letter) else []
            scores.append((f1(known, read_words), order(known, read_words)))
            if min(scores[-1]) < 0.99:
                sys.stderr.write(f"{path}: F1 {scores[-1][0]:.3f}, order {scores[-1][1]:.3f}\n")
        shares, orders = zip(*scores, strict=True)
        figures = (sum(shares) / len(shares), min(shares), sum(orders) / len(orders), min(orders))
        print(f"{writer:14} {len(scores):7} {' '.join(f'{figure:8.4f}' for figure in figures)}")


def _words(text: str) -> list[str]:
    return text.replace("|", " ").split()


if __name__ == "__main__":
    main()
