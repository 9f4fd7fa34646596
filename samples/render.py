"""Turn annotated letters into the files of samples/letters and samples/archive, with their labels: `python -m samples.render`.

What becomes what is in samples/plan.toml. The writers need the libraries of the `dev` extra, the Liberation and DejaVu typefaces, and
LibreOffice for some of the PDFs; the files are kept with the project, so that only whoever changes them needs those.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pypdfium2  # type: ignore[import-untyped]
import yaml
from pydantic import BaseModel, ConfigDict, Field

from models.corpus import Annotated, load
from models.finding import Edition, Element, ErrorCode, Kind, Role, Status
from samples.writers.fonts import FontMissingError
from samples.writers.fpdf2_pdf import fpdf2_file
from samples.writers.mail import Envelope, covering_mail, html_mail, text_mail
from samples.writers.office import OfficeMissingError, office_file
from samples.writers.plain import text_file
from samples.writers.reportlab_pdf import picture_file, reportlab_file
from samples.writers.sheet import Look, sheet
from samples.writers.word import word_file

SAMPLES = Path(__file__).parent
CORPUS = SAMPLES / "corpus"
_NEW_CODE = "2024-04-01"
_DAMAGE = {
    "locked": ErrorCode.ENCRYPTED,
    "cut": ErrorCode.CORRUPT,
    "emptied": ErrorCode.EMPTY,
    "scanned": ErrorCode.NO_TEXT,
}


class PlannedFile(BaseModel):
    """A line of the plan; samples/plan.toml says what its fields mean."""

    model_config = ConfigDict(extra="forbid")

    letter: str
    name: str
    by: Literal["reportlab", "fpdf2", "libreoffice", "text", "html", "note"] | None = None
    attached: str | None = None
    arrangement: frozenset[Literal["control", "columns", "box", "wrapped", "windows"]] = Field(default=frozenset(), alias="with")
    damage: Literal["locked", "cut", "emptied", "scanned"] | None = None

    @property
    def source(self) -> Path:
        """The annotated letter's file."""
        return CORPUS / self.letter.rpartition("-")[0] / f"{self.letter}.md"

    def place(self, shelf: str) -> str:
        """Return the file's path within its folder: in the archive by the letter's year and month."""
        return f"{load(self.source).labels.date:%Y/%m}/{self.name}" if shelf == "archive" else self.name


def plan() -> dict[str, list[PlannedFile]]:
    """Return what is planned for each folder (`letters`, `archive`)."""
    shelves = _toml()["files"]
    return {shelf: [PlannedFile.model_validate(line) for line in lines] for shelf, lines in shelves.items()}


def labels(shelf: str, files: list[PlannedFile]) -> dict[str, dict[str, Any]]:
    """Return the labels of each letter in a folder by its path, or the error code expected; an attached letter's path is `mail#name`."""
    return dict(entry for file in files for entry in _labels(file, file.place(shelf)))


def render(file: PlannedFile) -> bytes:
    """Return the file's content. Raises OfficeMissingError or FontMissingError where what it takes is not installed."""
    annotated = load(file.source)
    if file.by == "note" and file.attached:
        letter = _whole_file(annotated, file.model_copy(update={"by": "reportlab"}), file.attached)
        return covering_mail(_envelope(annotated, file), _name(annotated, Role.SIGNATORY), file.attached, letter)
    content = _whole_file(annotated, file, file.name)
    if file.damage == "scanned":
        with pypdfium2.PdfDocument(content) as document:
            return picture_file([page.render(scale=1.2).to_pil() for page in document])
    return {"emptied": b"", "cut": content[: len(content) * 2 // 3]}.get(file.damage or "", content)


def main() -> int:
    """Write the files and labels; return 1 where something was missing and its files were left as they are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--labels", action="store_true", help="write the labels only, after the annotated letters' labels were corrected")
    only_labels = parser.parse_args().labels
    missing: set[str] = set()
    for shelf, files in plan().items():
        if not only_labels:
            missing |= set(_write_files(shelf, files))
        _write(SAMPLES / shelf / "labels.json", json.dumps(labels(shelf, files), ensure_ascii=False, indent=1).encode() + b"\n")
    for message in sorted(missing):
        sys.stderr.write(f"{message} The files that need it were left as they are.\n")
    return 1 if missing else 0


def _write_files(shelf: str, files: list[PlannedFile]) -> Iterator[str]:
    """Write the files of a folder; yield what is missing to write some of them."""
    for file in files:
        try:
            _write(SAMPLES / shelf / file.place(shelf), render(file))
        except (OfficeMissingError, FontMissingError) as error:
            yield str(error)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _toml() -> dict[str, Any]:
    return tomllib.loads((SAMPLES / "plan.toml").read_text(encoding="utf-8"))


def _whole_file(annotated: Annotated, file: PlannedFile, name: str) -> bytes:  # noqa: PLR0911 (a line a format)
    """Return the undamaged letter in the format that `name` ends with."""
    page, arrangement = sheet(annotated.letter), frozenset[str](file.arrangement)
    look = Look(**_toml()["looks"][annotated.labels.voice])
    match Path(name).suffix.lower(), file.by:
        case ".txt", _:
            return text_file(page, arrangement)
        case ".eml", "html":
            return html_mail(page, _envelope(annotated, file))
        case ".eml", _:
            return text_mail(page, _envelope(annotated, file), arrangement)
        case ".docx", _:
            return word_file(page, look, arrangement)
        case _, "fpdf2":
            return fpdf2_file(page, look, arrangement)
        case _, "libreoffice":
            return office_file(word_file(page, look, arrangement))
        case _:
            return reportlab_file(page, look, arrangement, locked=file.damage == "locked")


def _envelope(annotated: Annotated, file: PlannedFile) -> Envelope:
    found = annotated.labels
    if found.date is None:
        raise ValueError(f"{file.letter} has no date, and an e-mail needs one. Plan it as another kind of file.")
    landlord = yaml.safe_load(file.source.read_text(encoding="utf-8").split("---\n")[1])["landlord"]
    subject = f"Letter from {landlord}" if file.attached else "Your complaint"
    return Envelope(found.id, landlord, _name(annotated, Role.RESIDENT), found.date, subject)


def _name(annotated: Annotated, role: Role) -> str:
    return next(name.text for name in annotated.labels.names if name.role is role)


def _labels(file: PlannedFile, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    annotated = load(file.source)
    own = {
        "letter": file.letter,
        **annotated.labels.model_dump(mode="json", include={"kind", "stage", "edition", "date", "elements", "names"}),
        "ambiguous": sorted(annotated.labels.ambiguous),
        "flags": sorted(annotated.labels.flags),
    }
    if file.damage:
        yield path, {"error": _DAMAGE[file.damage]}
    elif file.attached:
        yield path, own | _covering_labels(annotated, own["date"])
        yield f"{path}#{file.attached}", own
    else:
        yield path, own


def _covering_labels(annotated: Annotated, date: str) -> dict[str, Any]:
    """Return what is different for a covering e-mail: it only says that a letter is attached."""
    return {
        "letter": None,
        "kind": Kind.OTHER,
        "stage": None,
        "edition": Edition.HOS_2022 if date < _NEW_CODE else Edition.HOS_2024,
        "elements": dict.fromkeys(Element, Status.NOT_APPLICABLE),
        "names": [{"text": _name(annotated, role), "role": role} for role in (Role.RESIDENT, Role.SIGNATORY)],
        "ambiguous": [],
        "flags": [],
    }


if __name__ == "__main__":
    sys.exit(main())
