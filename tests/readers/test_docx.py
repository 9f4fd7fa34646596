"""Word documents: what Word shows is read once, in reading order, and what it does not show is left out."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from making import FINDING, add_xml, docx_bytes, error_of, letter_of, shown

from models.finding import ErrorCode


@pytest.fixture
def document() -> Document:
    """Give an empty Word document."""
    return docx.Document()


def _texts(document: Document) -> list[str]:
    return [passage.text for passage in letter_of(docx_bytes(document)).passages]


def _run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _box(text: str) -> str:
    return f"<w:txbxContent><w:p>{_run(text)}</w:p></w:txbxContent>"


def test_headers_and_footers_once(document: Document) -> None:
    """Every section's headers come first and footers last, each text once, without bare page numbers."""
    for section in (document.sections[0], document.add_section()):
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        section.different_first_page_header_footer = True
        section.first_page_header.paragraphs[0].text = "Hexley Homes"
        section.header.paragraphs[0].text = "Our reference CMP-1"
        section.footer.paragraphs[0].text = "Housing Ombudsman Service, 0300 111 3000"
        section.footer.add_paragraph("Page 1 of 2")
    document.add_paragraph("Dear Mrs Okafor")
    assert shown(letter_of(docx_bytes(document))) == [
        ("header", "paragraph", "Hexley Homes"),
        ("header", "paragraph", "Our reference CMP-1"),
        ("body", "paragraph", "Dear Mrs Okafor"),
        ("footer", "paragraph", "Housing Ombudsman Service, 0300 111 3000"),
    ]


def test_headings_and_lists(document: Document) -> None:
    """Heading styles and short bold paragraphs are headings; list paragraphs get the number or bullet that Word shows."""
    document.add_heading("Findings", 2)
    document.add_paragraph().add_run("Our decision").bold = True
    document.add_paragraph().add_run(FINDING).bold = True
    for style in ("List Number", "List Number", "List Bullet"):
        document.add_paragraph("Point", style=style)
    document.add_paragraph("• typed by hand")
    assert [(style, text) for _, style, text in shown(letter_of(docx_bytes(document)))] == [
        ("heading", "Findings"),
        ("heading", "Our decision"),
        ("paragraph", FINDING),
        ("item", "1. Point"),
        ("item", "2. Point"),
        ("item", "- Point"),
        ("item", "- typed by hand"),
    ]


def test_list_levels(document: Document) -> None:
    """Letters and Roman numbers, numbers of several levels and a list that starts anew are counted as Word counts them."""
    levels = "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for index, (form, text) in enumerate((("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "%3."), ("decimal", "%1.%4")))
    )
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(_named(f'<w:abstractNum w:abstractNumId="90">{levels}</w:abstractNum>')))
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    for number, override in ((91, ""), (92, again)):
        numbering.append(parse_xml(_named(f'<w:num w:numId="{number}"><w:abstractNumId w:val="90"/>{override}</w:num>')))
    for number, level in ((91, 0), (91, 1), (91, 1), (91, 2), (91, 3), (91, 0), (91, 1), (92, 0), (92, 0)):
        properties = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        add_xml(document, f"<w:p>{properties}{_run('x')}</w:p>")
    assert _texts(document) == ["1. x", "(a) x", "(b) x", "i. x", "1.1 x", "2. x", "(a) x", "5. x", "6. x"]


def _named(xml: str) -> str:
    return xml.replace(" ", ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ', 1)


def test_tables(document: Document) -> None:
    """A table of data is read row by row, a nested one too; a table that lays out text reads as paragraphs."""
    data = document.add_table(2, 2)
    for cell, text in zip(
        (cell for row in data.rows for cell in row.cells), ("Issue", "Finding", "Damp\nand mould", "Upheld"), strict=True
    ):
        cell.text = text
    document.add_paragraph()
    layout = document.add_table(1, 2)
    layout.cell(0, 0).text = FINDING
    layout.cell(0, 0).add_paragraph(FINDING)
    layout.cell(0, 1).text = FINDING
    document.add_paragraph()
    frame = document.add_table(1, 1)
    frame.cell(0, 0).text = "Your next step"
    nested = frame.cell(0, 0).add_table(1, 2)
    nested.cell(0, 0).text, nested.cell(0, 1).text = "Phone", "0300 000 0000"
    assert shown(letter_of(docx_bytes(document))) == [
        ("table", "row", "Issue | Finding"),
        ("table", "row", "Damp and mould | Upheld"),
        *[("body", "paragraph", FINDING)] * 3,
        ("body", "paragraph", "Your next step"),
        ("table", "row", "Phone | 0300 000 0000"),
    ]


def test_text_boxes_once(document: Document) -> None:
    """A text box is read once, though Word writes it in a new and in an old form; a box in the old form alone is read too."""
    new = f"<w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>{_box('New box')}</wps:txbx></wps:wsp>"
    new += "</a:graphicData></a:graphic></wp:anchor></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox>{_box('New box')}</v:textbox></v:shape></w:pict>"
    both = f'<mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>'
    add_xml(document, f"<w:p>{_run('Beside it')}<w:r>{both}</w:r></w:p>")
    add_xml(document, f"<w:p><w:r>{old.replace('New', 'Old')}</w:r></w:p>")
    assert shown(letter_of(docx_bytes(document))) == [
        ("body", "paragraph", "Beside it"),
        ("box", "paragraph", "New box"),
        ("box", "paragraph", "Old box"),
    ]


def test_content_controls(document: Document) -> None:
    """Content controls are read where they stand: in a line, around paragraphs, rows and cells."""
    inline = f"<w:sdt><w:sdtContent>{_run('Mrs Okafor')}</w:sdtContent></w:sdt>"
    add_xml(document, f"<w:p>{_run('Dear ')}{inline}</w:p>")
    add_xml(document, f"<w:sdt><w:sdtContent><w:p>{_run('Block')}</w:p></w:sdtContent></w:sdt>")
    cell = f"<w:sdt><w:sdtContent><w:tc><w:p>{_run('Second')}</w:p></w:tc></w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr><w:tc><w:p>{_run('First')}</w:p></w:tc>{cell}</w:tr></w:sdtContent></w:sdt>"
    add_xml(document, f"<w:tbl>{row}</w:tbl>")
    assert _texts(document) == ["Dear Mrs Okafor", "Block", "First | Second"]


def test_tracked_changes_and_hidden_text(document: Document) -> None:
    """Insertions are in; deletions, what was moved away, deleted rows and hidden text are out."""
    kept = f'<w:ins w:id="1">{_run("upheld")}</w:ins><w:moveTo w:id="4">{_run(" today")}</w:moveTo>'
    gone = '<w:del w:id="2"><w:r><w:delText>not upheld</w:delText></w:r></w:del>' + f'<w:moveFrom w:id="3">{_run("moved")}</w:moveFrom>'
    add_xml(document, f"<w:p>{_run('We have ')}{gone}{kept}{_run('secret', '<w:vanish/>')}</w:p>")
    add_xml(document, f"<w:p>{_run('Shown', '<w:vanish w:val=&quot;0&quot;/>'.replace('&quot;', chr(34)))}</w:p>")
    add_xml(document, f'<w:tbl><w:tr><w:trPr><w:del w:id="5"/></w:trPr><w:tc><w:p>{_run("Gone")}</w:p></w:tc></w:tr></w:tbl>')
    style = document.styles.add_style("Office use", WD_STYLE_TYPE.PARAGRAPH)
    style.font.hidden = True
    document.add_paragraph("Hidden by its style", style="Office use")
    assert _texts(document) == ["We have upheld today", "Shown"]


def test_fields_show_their_result(document: Document) -> None:
    """A field reads as its result, one field within another's instruction too; the instruction is not text."""
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    name = f"{begin}<w:r><w:instrText>MERGEFIELD Name</w:instrText></w:r>{separate}{_run('Okafor')}{end}"
    test = f"{begin}<w:r><w:instrText>IF </w:instrText></w:r>{name}{_run(' = 1')}{separate}{_run('Mrs ')}{end}"
    simple = f'<w:fldSimple w:instr="DATE">{_run(" 1 May 2025")}</w:fldSimple>'
    add_xml(document, f"<w:p>{test}{name}{simple}</w:p>")
    assert _texts(document) == ["Mrs Okafor 1 May 2025"]


def test_small_signs(document: Document) -> None:
    """Tabs are spaces, line breaks stay, soft hyphens go, hard hyphens and spaces are plain, links are read."""
    add_xml(
        document,
        f"<w:p>{_run('Ref:')}<w:r><w:tab/><w:t>A</w:t><w:noBreakHyphen/><w:t>1</w:t><w:br/><w:t>com</w:t><w:softHyphen/><w:t>pen\u00a0x</w:t></w:r>"
        f"<w:hyperlink>{_run(' www.hexley.example')}</w:hyperlink></w:p>",
    )
    assert _texts(document) == ["Ref: A-1\ncompen x www.hexley.example"]


def test_two_line_breaks_part_paragraphs(document: Document) -> None:
    """An empty line made with line breaks parts paragraphs."""
    document.add_paragraph("One.\n\nTwo.")
    assert _texts(document) == ["One.", "Two."]


def test_notes_come_after_the_body(document: Document) -> None:
    """A footnote that the body refers to is read after the body; the rule above the notes is no text."""
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:footnote w:type="separator" w:id="-1"><w:p>{_run("rule")}</w:p></w:footnote>'
        f'<w:footnote w:id="1"><w:p>{_run("See our policy.")}</w:p></w:footnote></w:footnotes>'
    )
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        notes.encode(),
        document.part.package,
    )
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    add_xml(document, f'<w:p>{_run("We were late.")}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>')
    document.add_paragraph("Yours sincerely")
    assert shown(letter_of(docx_bytes(document))) == [
        ("body", "paragraph", "We were late."),
        ("body", "paragraph", "Yours sincerely"),
        ("note", "paragraph", "See our policy."),
    ]


def _rewritten(content: bytes, change: dict[bytes, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            for before, after in change.items():
                data = data.replace(before, after)
            new.writestr(name, data)
    return file.getvalue()


def test_strict_documents(document: Document) -> None:
    """A document saved as Strict Open XML reads the same."""
    document.add_paragraph("Dear Mrs Okafor")
    strict = {
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    assert letter_of(_rewritten(docx_bytes(document), strict)).text == "Dear Mrs Okafor"


def test_packed_bomb_is_refused(document: Document) -> None:
    """A small file that unpacks to more than the limit is refused before it is unpacked."""
    file = io.BytesIO(docx_bytes(document))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/media/big.bin", bytes(110_000_000))
    assert len(file.getvalue()) < 1_000_000
    assert error_of(file.getvalue()).error.code is ErrorCode.TOO_LARGE
