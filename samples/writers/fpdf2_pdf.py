"""PDFs by fpdf2, as small print services make them."""

from __future__ import annotations

import datetime as dt

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from models.letter import Style
from samples.writers.fonts import font_files
from samples.writers.sheet import AUTHOR, Look, Piece, Sheet, cells, columns, split_item

_ALIGN = {"left": Align.L, "centre": Align.C, "right": Align.R}
_SMALL = 8
_MARGIN = 24  # mm
_INDENT = 8  # mm


def fpdf2_file(sheet: Sheet, look: Look, arrangement: frozenset[str]) -> bytes:
    """Return the letter as a PDF. `arrangement` may hold `box`."""
    page = _Page(sheet, look)
    for index, piece in enumerate(sheet.body):
        if "box" in arrangement and index == sheet.ombudsman:
            page.write_text(piece.text, border=True)
        else:
            page.write_piece(piece)
    return bytes(page.output())


class _Page(FPDF):
    """The landlord's paper: letterhead and footer, and the ways to write on it. Measures in millimetres."""

    def __init__(self, sheet: Sheet, look: Look) -> None:
        super().__init__(format="A4")
        self._sheet, self._look = sheet, look
        self._leading = look.size * 0.46
        for style, path in zip(("", "B"), font_files(look.font), strict=True):
            self.add_font(look.font, style, path)
        self.set_author(AUTHOR)
        self.set_creation_date(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        self.set_margins(_MARGIN, 16, _MARGIN)
        self.set_auto_page_break(auto=True, margin=26)
        self.add_page()

    def header(self) -> None:
        """Print the letterhead: on the first page, or on all where it runs on."""
        if self._sheet.header and (self.page_no() == 1 or self._look.running):
            self.set_font(self._look.font, "", _SMALL + 1)
            self._write("\n".join(self._sheet.header), _ALIGN[self._look.align], 4.2)
            self.ln(8)

    def footer(self) -> None:
        """Print the footer and the page number."""
        self.set_y(-20)
        self.set_font(self._look.font, "", _SMALL)
        self._write("\n".join(self._sheet.footer), Align.C, 3.6)
        if self._look.numbered:
            self._write(f"Page {self.page_no()} of {{nb}}", Align.R, 3.6)

    def write_piece(self, piece: Piece) -> None:
        """Write a paragraph, heading, list or table."""
        if piece.style is Style.ROW:
            self._write_table(piece)
        elif piece.style is Style.ITEM:
            for item in piece.texts:
                self._write_item(item)
            self.ln(self._leading / 2)
        elif piece.style is Style.HEADING:
            larger = 1.5 if self._look.heading == "style" else 0
            self.set_font(self._look.font, "B", self._look.size + larger)
            self._write(piece.text, Align.L, self._leading)
            self.ln(self._leading / 3)
        else:
            self.write_text(piece.text)

    def write_text(self, text: str, *, border: bool = False) -> None:
        """Write a paragraph; with `border`, in a box."""
        self._usual_font()
        justified = self._look.justified and "\n" not in text
        self._write(text, Align.J if justified else Align.L, self._leading, border=border)
        self.ln(self._leading * 0.7)

    def _write_item(self, item: str) -> None:
        self._usual_font()
        mark, text = split_item(item)
        self.cell(_INDENT, self._leading, "•" if mark == "-" else mark)
        self._write(text, Align.L, self._leading)
        self.ln(1)

    def _write_table(self, piece: Piece) -> None:
        self._usual_font()
        width = columns(piece.texts)
        with self.table(line_height=self._leading, padding=1, text_align="LEFT") as table:
            for text in piece.texts:
                row = table.row()
                for cell in cells(text, width):
                    row.cell(cell)
        self.ln(self._leading)

    def _usual_font(self) -> None:
        self.set_font(self._look.font, "", self._look.size)

    def _write(self, text: str, align: Align, leading: float, *, border: bool = False) -> None:
        self.multi_cell(0, leading, text, align=align, border=1 if border else 0, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
