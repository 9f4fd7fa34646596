"""How fast PDFs are read, beside other readers: `python -m bench.reading_pdf [FOLDER …]`.

Each file of samples/ (and of the folders, such as that of `bench.writers`) is read by every reader in turn, in one process; the processor's
time in the best of several rounds counts, so that other work on the machine does not. Ours gives paragraphs, headings, parts and tables,
the others text. A reader that is not installed is said to be so.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from models.letter import Letter
from models.settings import Limits
from readers import pdf, read_bytes
from samples.render import SAMPLES

ROUNDS = 5
OURS = "letterproof"

Read = Callable[[bytes], object]


def letterproof(content: bytes) -> object:
    """Read as letterproof does."""
    return pdf.blocks(content, Limits())


def with_pdfplumber(content: bytes) -> object:
    """Read with pdfplumber."""
    import pdfplumber  # noqa: PLC0415 (each reader is loaded where it is installed)

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    with pdfplumber.open(io.BytesIO(content)) as document:
        return [page.extract_text() for page in document.pages]


def with_markitdown(content: bytes) -> object:
    """Read with markitdown."""
    from markitdown import MarkItDown, StreamInfo  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    return MarkItDown(enable_plugins=False).convert_stream(io.BytesIO(content), stream_info=StreamInfo(extension=".pdf")).text_content


def with_kreuzberg(content: bytes) -> object:
    """Read with kreuzberg."""
    from kreuzberg import extract_bytes_sync  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    return extract_bytes_sync(content, "application/pdf").content


# Format, the reader's package, and how it is called.
READERS: tuple[tuple[str, str, Read], ...] = (
    ("pdf", OURS, letterproof),
    ("pdf", "pdfplumber", with_pdfplumber),
    ("pdf", "markitdown", with_markitdown),
    ("pdf", "kreuzberg", with_kreuzberg),
)


def best(reads: Sequence[Read], contents: Sequence[bytes], rounds: int = ROUNDS) -> list[float]:
    """Return the time in seconds of this process that all files take with each reader, in turn, each file in its best round."""
    times = [[min(column) for column in zip(*_rounds(reads, content, rounds), strict=True)] for content in contents]
    return [sum(column) for column in zip(*times, strict=True)]


def _rounds(reads: Sequence[Read], content: bytes, rounds: int) -> list[list[float]]:
    return [[_seconds(read, content) for read in reads] for _ in range(rounds)]


def _seconds(read: Read, content: bytes) -> float:
    began = time.process_time()
    read(content)
    return time.process_time() - began


def sound(folder: Path) -> list[bytes]:
    """Return the PDFs in the folder that are letters."""
    contents = [path.read_bytes() for path in sorted(folder.rglob("*.[pP][dD][fF]"))]
    return [content for content in contents if isinstance(read_bytes(content, "letter", Limits())[0], Letter)]


def main() -> None:
    """Print a table for each folder: milliseconds a file, and how many times as long as ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*")
    for folder in [SAMPLES / "letters", SAMPLES / "archive", *parser.parse_args().folders]:
        contents = sound(folder)
        used = Counter(f"{page.by} ({page.why})" for content in contents for page in pdf.pages(content, Limits()))
        print(f"{folder.name}: {len(contents)} letters; pages by {', '.join(f'{by}: {count}' for by, count in used.most_common())}")
        installed = [(package, read) for _, package, read in READERS if package == OURS or importlib.util.find_spec(package)]
        times = dict(zip((package for package, _ in installed), best([read for _, read in installed], contents), strict=True))
        for _, package, _ in READERS:
            if package in times:
                print(f"  {package:12} {1000 * times[package] / len(contents):8.2f} ms {times[package] / times[OURS]:7.2f}")
            else:
                print(f"  {package:12} not installed")


if __name__ == "__main__":
    main()
