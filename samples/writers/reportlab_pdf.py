"""PDFs by reportlab, as web-based case systems make them."""

from __future__ import annotations

import io
from html import escape
from typing import Any

from reportlab.lib.colors import black  # type: ignore[import-untyped]
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table  # type: ignore[import-untyped]

from models.letter import Style
from samples.writers.fonts import font_files
from samples.writers.sheet import AUTHOR, Look, Piece, Sheet, cells, columns, split_item

_ALIGN = {"left": TA_LEFT, "centre": TA_CENTER, "right": TA_RIGHT}
_SIDE = 24 * mm
_WIDTH = A4[0] - 2 * _SIDE
_SMALL = 8
_GRID = [("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "TOP")]
_PASSWORD = "letterproof"  # noqa: S105 (the samples' locked letter is meant to be opened by whoever wants to look)


def reportlab_file(sheet: Sheet, look: Look, arrangement: frozenset[str], *, locked: bool = False) -> bytes:
    """Return the letter as a PDF; with `locked`, it needs a password to open. `arrangement` may hold `columns` and `box`."""
    file = io.BytesIO()
    setter = _Setter(sheet, look, arrangement)
    template = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=_SIDE, rightMargin=_SIDE, topMargin=20 * mm, bottomMargin=28 * mm,
        author=AUTHOR, title="", invariant=1, encrypt=StandardEncryption(_PASSWORD, strength=128) if locked else None,
    )  # fmt: skip
    template.build(setter.story(), onFirstPage=setter.first_page, onLaterPages=setter.later_page)
    return file.getvalue()


def picture_file(pages: list[Any]) -> bytes:
    """Return a PDF whose pages are these pictures (PIL images), as a scanner makes it."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setAuthor(AUTHOR)
    for page in pages:
        picture = io.BytesIO()
        page.convert("L").save(picture, "JPEG", quality=40)
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


class _Setter:
    """Sets one letter in the landlord's look."""

    def __init__(self, sheet: Sheet, look: Look, arrangement: frozenset[str]) -> None:
        self._sheet, self._look, self._arrangement = sheet, look, arrangement
        self._bold = f"{look.font} Bold"
        for name, path in zip((look.font, self._bold), font_files(look.font), strict=True):
            pdfmetrics.registerFont(TTFont(name, path))
        self._plain = self._style(alignment=TA_JUSTIFY if look.justified else TA_LEFT)
        self._lines = self._style()
        self._heading = self._style(fontName=self._bold, fontSize=look.size + (2 if look.heading == "style" else 0), keepWithNext=1)
        self._item = self._style(leftIndent=18, spaceAfter=4, bulletFontName=look.font, bulletFontSize=look.size)
        self._box = self._style(borderWidth=0.75, borderColor=black, borderPadding=6, spaceBefore=10, spaceAfter=14)

    def _style(self, **changes: object) -> ParagraphStyle:
        size = self._look.size
        font = self._look.font
        usual = {"fontName": font, "fontSize": size, "leading": size * 1.3, "spaceAfter": size * 0.8}
        return ParagraphStyle("letter", **(usual | changes))

    def story(self) -> list[Flowable]:
        """Return what is set on the pages."""
        found = [self._head()]
        for index, piece in enumerate(self._sheet.body):
            if "columns" in self._arrangement and index < self._sheet.greeting:
                found += [self._side_by_side()] if index == 0 else []
            elif "box" in self._arrangement and index == self._sheet.ombudsman:
                found.append(_paragraph(piece.text, self._box))
            else:
                found += self._piece(piece)
        return found

    def first_page(self, canvas: Canvas, template: SimpleDocTemplate) -> None:
        """Draw the footer, which every page has."""
        canvas.saveState()
        style = self._style(fontSize=_SMALL, leading=_SMALL * 1.25, alignment=TA_CENTER)
        footer = _paragraph("\n".join(self._sheet.footer), style)
        _, height = footer.wrapOn(canvas, _WIDTH, 20 * mm)
        footer.drawOn(canvas, _SIDE, 20 * mm - height)
        if self._look.numbered:
            canvas.setFont(self._look.font, _SMALL)
            canvas.drawRightString(A4[0] - _SIDE, 7 * mm, f"Page {template.page}")
        canvas.restoreState()

    def later_page(self, canvas: Canvas, template: SimpleDocTemplate) -> None:
        """Draw the footer, and the landlord's name above the text where the letterhead runs on."""
        self.first_page(canvas, template)
        if self._look.running and self._sheet.header:
            canvas.setFont(self._look.font, _SMALL)
            canvas.drawString(_SIDE, A4[1] - 12 * mm, self._sheet.header[0])

    def _head(self) -> Flowable:
        if not self._sheet.header:
            return Spacer(1, 1)
        style = self._style(fontSize=self._look.size - 1, leading=self._look.size * 1.2, alignment=_ALIGN[self._look.align], spaceAfter=22)
        return _paragraph("\n".join(self._sheet.header), style)

    def _side_by_side(self) -> Flowable:
        """Set what stands above the greeting in two columns: the address left, the rest right."""
        above = range(self._sheet.greeting)
        left = [_paragraph(self._sheet.body[index].text, self._lines) for index in above if index == self._sheet.address]
        right = [_paragraph(self._sheet.body[index].text, self._lines) for index in above if index != self._sheet.address]
        return Table([[left, right]], colWidths=[_WIDTH * 0.6, _WIDTH * 0.4], style=[("VALIGN", (0, 0), (-1, -1), "TOP")])

    def _piece(self, piece: Piece) -> list[Flowable]:
        if piece.style is Style.ROW:
            return [self._table(piece), Spacer(1, 10)]
        if piece.style is Style.ITEM:
            return [self._list_item(item) for item in piece.texts]
        if piece.style is Style.HEADING:
            return [_paragraph(piece.text, self._heading)]
        return [_paragraph(piece.text, self._lines if "\n" in piece.text else self._plain)]

    def _list_item(self, item: str) -> Flowable:
        mark, text = split_item(item)
        return Paragraph(escape(text), self._item, bulletText="•" if mark == "-" else mark)

    def _table(self, piece: Piece) -> Flowable:
        width = columns(piece.texts)
        style = self._style(spaceAfter=0)
        rows = [[_paragraph(cell, style) for cell in cells(row, width)] for row in piece.texts]
        return Table(rows, colWidths=[_WIDTH / width] * width, style=_GRID, hAlign="LEFT")


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), style)
