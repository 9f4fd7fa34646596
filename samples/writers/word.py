"""Word documents (.docx) by python-docx, with the parts that real letters have and python-docx has no call for as raw XML."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from html import escape

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from models.letter import Style
from samples.writers.sheet import AUTHOR, Look, Piece, Sheet, cells, columns, split_item

# What these typefaces are called where Word runs; LibreOffice shows them in the free ones.
_WORD_FONTS = {"Liberation Sans": "Arial", "Liberation Serif": "Times New Roman", "DejaVu Sans": "Verdana", "DejaVu Serif": "DejaVu Serif"}
_ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "centre": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_WHEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_NUMBER = re.compile(r"(\(?)(\d+|[a-z])([.)])")
_BOX_WIDTH = 5_760_000  # 16 cm, in the 360,000ths of a centimetre that drawings are measured in
_LINE_HEIGHT = 190_000
_LINE_LENGTH = 80  # characters
_DRAWING = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
_TEXT_BOX = """<w:r {spaces}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="Text Box {number}"/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>
<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
<a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr>
<wps:txbx><w:txbxContent>{paragraphs}</w:txbxContent></wps:txbx><wps:bodyPr wrap="square"><a:spAutoFit/></wps:bodyPr></wps:wsp>
</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:rect style="width:453pt">
<v:textbox><w:txbxContent>{paragraphs}</w:txbxContent></v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent></w:r>"""
_PAGE_FIELD = '<w:fldSimple {spaces} w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def word_file(sheet: Sheet, look: Look, arrangement: frozenset[str]) -> bytes:
    """Return the letter as a Word document. `arrangement` may hold `control`, `columns` and `box`."""
    document = docx.Document()
    _set_page(document, look)
    _fill_margins(document.sections[0], sheet, look)
    lists = _Lists(document)
    for index, piece in enumerate(sheet.body):
        if "columns" in arrangement and index < sheet.greeting:
            if index == 0:
                _side_by_side(document, sheet)
        elif "control" in arrangement and index == sheet.address:
            _in_control([document.add_paragraph(line) for line in piece.text.split("\n")])
        elif "box" in arrangement and index == sheet.ombudsman:
            _boxed(document.add_paragraph(), piece.text, index)
        else:
            _add(document, piece, look, lists)
    return _saved(document)


def _set_page(document: Document, look: Look) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    for name in ("Normal", "Heading 2"):
        font = document.styles[name].font
        font.name = _WORD_FONTS[look.font]
        font.size = Pt(look.size if name == "Normal" else look.size + 2)
    # The template's headings name the theme's typeface, which would win.
    fonts = document.styles["Heading 2"].element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def _fill_margins(section: Section, sheet: Sheet, look: Look) -> None:
    section.different_first_page_header_footer = not look.running
    header = section.header if look.running else section.first_page_header
    for number, line in enumerate(sheet.header):
        _margin_line(header.paragraphs[0] if number == 0 else header.add_paragraph(style="Header"), line, look.align)
    for footer in [section.footer] if look.running else [section.first_page_footer, section.footer]:
        for number, line in enumerate(sheet.footer):
            _margin_line(footer.paragraphs[0] if number == 0 else footer.add_paragraph(style="Footer"), line, "centre")
        if look.numbered:
            _page_number(footer.add_paragraph(style="Footer"))


def _margin_line(paragraph: Paragraph, line: str, align: str) -> None:
    paragraph.add_run(line).font.size = Pt(8)
    paragraph.alignment = _ALIGN[align]


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = _ALIGN["right"]
    for word, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(word)
        paragraph._p.append(parse_xml(_PAGE_FIELD.format(spaces=nsdecls("w"), name=field)))  # noqa: SLF001


def _add(document: Document, piece: Piece, look: Look, lists: _Lists) -> None:
    if piece.style is Style.ROW:
        _table(document, piece)
    elif piece.style is Style.ITEM:
        for item in piece.texts:
            lists.add(item)
    elif piece.style is Style.HEADING and look.heading == "style":
        document.add_heading(piece.text, 2)
    else:
        paragraph = _paragraph(document, piece.text, look)
        paragraph.runs[0].bold = piece.style is Style.HEADING or None


def _paragraph(document: Document, text: str, look: Look) -> Paragraph:
    paragraph = document.add_paragraph(text)
    if look.justified and "\n" not in text:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    return paragraph


def _table(document: Document, piece: Piece) -> None:
    width = columns(piece.texts)
    table = document.add_table(rows=0, cols=width, style="Table Grid")
    for row in piece.texts:
        for cell, text in zip(table.add_row().cells, cells(row, width), strict=True):
            cell.text = text
    document.add_paragraph()


def _side_by_side(document: Document, sheet: Sheet) -> None:
    """Put what stands above the greeting into a table without lines: the address left, the rest right."""
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    for index in range(sheet.greeting):
        cell = left if index == sheet.address else right
        if cell.text:
            cell.add_paragraph(sheet.body[index].text)
        else:
            cell.text = sheet.body[index].text
    document.add_paragraph()


def _in_control(paragraphs: list[Paragraph]) -> None:
    control = parse_xml(f'<w:sdt {nsdecls("w")}><w:sdtPr><w:alias w:val="Address"/></w:sdtPr><w:sdtContent/></w:sdt>')
    paragraphs[0]._p.addprevious(control)  # noqa: SLF001
    for paragraph in paragraphs:
        control[-1].append(paragraph._p)  # noqa: SLF001
        paragraph.paragraph_format.space_after = Pt(10 if paragraph is paragraphs[-1] else 0)


def _boxed(paragraph: Paragraph, text: str, number: int) -> None:
    lines = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in text.split("\n"))
    height = _LINE_HEIGHT * (2 + text.count("\n") + len(text) // _LINE_LENGTH)
    box = _TEXT_BOX.format(spaces=_DRAWING, width=_BOX_WIDTH, height=height, number=number, paragraphs=lines)
    paragraph._p.append(parse_xml(box))  # noqa: SLF001


class _Lists:
    """Bullets by the template's style, numbers by numberings of their own that go on or start again as the letter's do."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: dict[tuple[str, str], tuple[int, int]] = {}  # for each form of number: the numbering and the last number

    def add(self, item: str) -> None:
        """Add a list item, typed with its mark."""
        mark, text = split_item(item)
        number = _NUMBER.fullmatch(mark)
        if number is None:
            self._document.add_paragraph(text if mark == "-" else item, style="List Bullet" if mark == "-" else None)
            return
        value = int(number[2]) if number[2].isdigit() else ord(number[2]) - ord("a") + 1
        paragraph = self._document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
        numbering = self._numbering(number[1], number[3], value, letters=not number[2].isdigit())
        properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{numbering}"/></w:numPr>'))

    def _numbering(self, before: str, after: str, value: int, *, letters: bool) -> int:
        form = ("lowerLetter" if letters else "decimal", f"{before}%1{after}")
        numbering, last = self._open.get(form, (0, 0))
        if not numbering or value != last + 1:
            numbering = self._new_numbering(*form, value)
        self._open[form] = (numbering, value)
        return numbering

    def _new_numbering(self, kind: str, shown: str, start: int) -> int:
        root = self._document.part.numbering_part.element
        identity = 1 + max(int(one.get(qn("w:abstractNumId"))) for one in root.findall(qn("w:abstractNum")))
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{identity}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
            f'<w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="567" w:hanging="567"/></w:pPr></w:lvl></w:abstractNum>'
        )
        root.find(qn("w:num")).addprevious(abstract)
        return int(root.add_num(identity).numId)


def _saved(document: Document) -> bytes:
    properties = document.core_properties
    properties.author = properties.last_modified_by = AUTHOR
    properties.title = properties.comments = ""
    properties.created = properties.modified = _WHEN
    file = io.BytesIO()
    document.save(file)
    return _with_fixed_times(file)


def _with_fixed_times(file: io.BytesIO) -> bytes:
    """Return the package with the same time for all its parts, so that the same letter gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in given.namelist():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, given.read(name))
    return out.getvalue()
