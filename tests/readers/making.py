"""Real files, made by the programs that landlords' letters come from, or as near as their libraries get."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import docx
from docx.document import Document
from docx.oxml import parse_xml
from lxml import etree
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.pdfgen import canvas  # type: ignore[import-untyped]
from reportlab.platypus import Paragraph, SimpleDocTemplate  # type: ignore[import-untyped]

import readers
from models.letter import Letter, Style, Unread
from models.settings import Limits

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROOTS = {"header": "hdr", "footer": "ftr"}
FINDING = (
    "I have looked at the repair records, spoken with the surveyor and read the report. We should have come back within ten working days "
    "of the first visit, and we took seven weeks. I am sorry for the delay and for the upset that it caused you and your household."
)


def letter_of(content: bytes, name: str = "letter") -> Letter:
    """Return the one letter in `content`, and fail where it is not one letter."""
    (letter,) = readers.read_bytes(content, name, Limits())
    assert isinstance(letter, Letter), letter.error.message
    return letter


def error_of(content: bytes, limits: Limits | None = None) -> Unread:
    """Return why `content` could not be read, and fail where it could."""
    (unread,) = readers.read_bytes(content, "letter", limits or Limits())
    assert isinstance(unread, Unread)
    return unread


def shown(letter: Letter) -> list[tuple[str, str, str]]:
    """Return each passage as its part, its style and its text."""
    return [(passage.part.value, passage.style.value, passage.text) for passage in letter.passages]


def docx_bytes(document: Document) -> bytes:
    """Return a document as the file that python-docx saves."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word(body: str, **parts: str | bytes) -> bytes:
    """Return the smallest Word file with this XML as its body.

    `parts` are parts that the body may refer to by their names: styles="…", header1="…", chunk_html="…" (word/chunk.html).
    """
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": _related({"document": "officeDocument"}, "word/"),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _related({name: name.rstrip("0123456789").replace("chunk_", "aFChunk/") for name in parts}, ""),
    }
    for name, xml in parts.items():
        kind = name.rstrip("0123456789")
        root = _ROOTS.get(kind, kind)
        chunk = name.startswith("chunk_")
        files[f"word/{_file(name)}"] = xml if chunk else f"<w:{root} {SPACES}>{xml}</w:{root}>"
    return packed(files)


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name, text)
    return file.getvalue()


def _file(name: str) -> str:
    return name.replace("_", ".") if name.startswith("chunk_") else f"{name}.xml"


def _related(kinds: dict[str, str], folder: str) -> str:
    items = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind.partition("/")[0]}" Target="{folder}{_file(name)}"/>'
        for name, kind in kinds.items()
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'


def unanchored(content: bytes, letter: Letter) -> list[str | None]:
    """Return the anchors of passages that do not name the `w:p` of a Word file in which the passage's first word stands."""
    wrong = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for passage in letter.passages:
            name, _, number = (passage.anchor or "word/document.xml#0").partition("#")
            paragraphs = [None, *etree.fromstring(package.read(name)).iter(f"{_W}p")]
            paragraph = paragraphs[int(number)]
            first = passage.text.split()[1 if passage.style is Style.ITEM else 0]
            if paragraph is None or first.rstrip(".") not in "".join(paragraph.itertext(f"{_W}t")):
                wrong.append(passage.anchor)
    return wrong


def add_xml(document: Document, xml: str) -> None:
    """Add raw Word XML to the end of the document's body; its root element gets the name spaces."""
    tag, rest = xml[1:].split(">", 1)
    closed = tag.removesuffix("/")
    element = parse_xml(f"<{closed} {SPACES}{'/' if tag != closed else ''}>{rest}")
    document.element.body.insert_element_before(element, "w:sectPr")


def word_letter(*paragraphs: str) -> bytes:
    """Return a Word letter with these paragraphs."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return docx_bytes(document)


def drawn_pdf(*pages: Callable[[canvas.Canvas], Any]) -> bytes:
    """Return a PDF whose pages these functions draw, in 11-point Helvetica; places count from the bottom left corner."""
    file = io.BytesIO()
    sheet = canvas.Canvas(file, pagesize=A4)
    for draw in pages:
        sheet.setFont("Helvetica", 11)
        draw(sheet)
        sheet.showPage()
    sheet.save()
    return file.getvalue()


def set_pdf(paragraphs: list[str], decorate: Callable[[canvas.Canvas, Any], None] | None = None) -> bytes:
    """Return a PDF whose paragraphs are set over as many pages as they take; `decorate` draws on every page."""
    file = io.BytesIO()
    style = ParagraphStyle("letter", fontName="Helvetica", fontSize=11, leading=14, spaceAfter=9)
    template = SimpleDocTemplate(file, pagesize=A4)
    keep = decorate or (lambda _canvas, _template: None)
    template.build([Paragraph(text, style) for text in paragraphs], onFirstPage=keep, onLaterPages=keep)
    return file.getvalue()
