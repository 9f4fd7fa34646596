"""Word documents by hand: what no writer at hand makes, but Word does. What Word shows is read, and where it stands is known."""

from __future__ import annotations

import posixpath

import pytest
from making import FINDING, error_of, letter_of, shown, unanchored, word

from models.finding import ErrorCode

_BEGIN, _SEPARATE, _END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
_DELETED, _HIDDEN = '<w:rPr><w:del w:id="9"/></w:rPr>', "<w:rPr><w:vanish/></w:rPr>"


def _run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{_run(text)}</w:p>"


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def _shape(text: str) -> str:
    return f"<wps:wsp><wps:txbx><w:txbxContent>{_p(text)}</w:txbxContent></wps:txbx></wps:wsp>"


def _section(references: str, more: str = "") -> str:
    return f"<w:p><w:pPr><w:sectPr>{references}{more}</w:sectPr></w:pPr></w:p>"


def _header(name: str, kind: str = "default") -> str:
    return f'<w:headerReference w:type="{kind}" r:id="{name}"/>'


def _texts(content: bytes) -> list[str]:
    return [passage.text for passage in letter_of(content).passages]


def test_headers_as_sections_have_them() -> None:
    """A section without a header of its own has the last one's, read once; the header of first pages counts where it is turned on."""
    parts = {"header1": _p("First page"), "header2": _p("All pages"), "header3": _p("Second part")}
    both = _header("header1", "first") + _header("header2")
    body = _section(both) + _section("", "<w:titlePg/>") + _section(_header("header3")) + _p("Dear Mrs Okafor")
    assert _texts(word(body, **parts)) == ["All pages", "First page", "Second part", "Dear Mrs Okafor"]


@pytest.mark.parametrize(("settings", "expected"), [("<w:evenAndOddHeaders/>", ["Odd", "Even", "x"]), ("", ["Odd", "x"])])
def test_headers_of_even_pages(settings: str, expected: list[str]) -> None:
    """The header of even pages is read where the document's settings turn it on."""
    parts = {"header1": _p("Even"), "header2": _p("Odd"), "settings": settings}
    assert _texts(word(_p("x") + _section(_header("header1", "even") + _header("header2")), **parts)) == expected


def test_headers_of_first_pages_that_are_off() -> None:
    """A header for first pages that Word does not show is left out, as are the headers of a section before it was changed."""
    old = f"<w:sectPrChange><w:sectPr>{_header('header2')}</w:sectPr></w:sectPrChange>"
    parts = {"header1": _p("An old first page"), "header2": _p("An old header")}
    assert _texts(word(_p("x") + _section(_header("header1", "first") + '<w:titlePg w:val="0"/>', old), **parts)) == ["x"]


def test_boxes_in_groups_and_in_boxes() -> None:
    """Text boxes in a group are read in their order, once; a box in a footer is part of the footer."""
    group = f"<w:drawing><wpg:wgp>{_shape('One')}<wpg:grpSp>{_shape('Two')}</wpg:grpSp></wpg:wgp></w:drawing>"
    old = f"<w:pict><v:group><v:shape><v:textbox><w:txbxContent>{_p('One')}</w:txbxContent></v:textbox></v:shape></v:group></w:pict>"
    both = f'<mc:AlternateContent><mc:Choice Requires="wpg">{group}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>'
    footer = f"<w:p><w:r>{old.replace('One', 'Box')}</w:r></w:p>"
    body = f"<w:p>{_run('Before ')}<w:r>{both}</w:r>{_run('after')}</w:p>"
    reference = '<w:footerReference w:type="default" r:id="footer1"/>'
    assert shown(letter_of(word(body + _section(reference), footer1=footer))) == [
        ("body", "paragraph", "Before after"),
        ("box", "paragraph", "One"),
        ("box", "paragraph", "Two"),
        ("footer", "paragraph", "Box"),
    ]


def test_other_forms_of_the_same_are_read_once() -> None:
    """Of several forms of the same content one is read, around paragraphs, in a line, in a run and around rows."""

    def both(content: str) -> str:
        choice = f'<mc:Choice Requires="w14">{content}</mc:Choice>'
        return f"<mc:AlternateContent>{choice}<mc:Fallback>{content}</mc:Fallback></mc:AlternateContent>"

    row = f"<w:tr><w:tc>{_p('a')}</w:tc><w:tc>{_p('b')}</w:tc></w:tr>"
    body = both(_p("One")) + f"<w:p>{both(_run('Two '))}<w:r>{both('<w:t>three</w:t>')}</w:r></w:p><w:tbl>{both(row)}</w:tbl>"
    fallback = "<mc:AlternateContent><mc:Fallback><w:p><w:r><w:t>Four</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    assert _texts(word(body + fallback)) == ["One", "Two three", "a | b", "Four"]


def test_deleted_paragraph_marks() -> None:
    """Paragraphs whose mark is deleted or moved away run on into the next, not into a table; a moved paragraph is read where it went."""
    moved = '<w:rPr><w:moveFrom w:id="3"/></w:rPr>'
    body = _p("We were ", _DELETED) + _p("late.") + f"<w:p><w:pPr>{moved}</w:pPr><w:moveFrom>{_run('Moved')}</w:moveFrom></w:p>"
    body += (
        f"<w:p><w:moveTo>{_run('Moved')}</w:moveTo></w:p>"
        + _p("Before", _DELETED)
        + f"<w:tbl><w:tr><w:tc>{_p('cell')}</w:tc></w:tr></w:tbl>"
    )
    assert _texts(word(body + _p("Last", _DELETED))) == ["We were late.", "Moved", "Before", "cell", "Last"]


def test_hidden_paragraph_marks() -> None:
    """A heading in front of its text on one line is read with it; a large first letter belongs to its word."""
    letter = '<w:framePr w:dropCap="drop" w:lines="3"/>'
    body = _p("Repairs. ", _HIDDEN) + _p("We were late.") + _p("D", letter) + _p("ear Mrs Okafor")
    assert _texts(word(body)) == ["Repairs. We were late.", "Dear Mrs Okafor"]


def test_hidden_text() -> None:
    """Text is hidden by its run, its style or its paragraph's style, which a run may undo; hidden on the web alone is shown."""
    styles = "".join(
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:basedOn w:val="{base}"/><w:rPr>{switch}</w:rPr></w:style>'
        for kind, name, base, switch in (
            ("character", "Secret", "", "<w:vanish/>"),
            ("character", "Kept", "Secret", "<w:b/>"),
            ("paragraph", "Office", "Office", "<w:vanish/>"),
        )
    )
    secret, kept, shown_again = '<w:rStyle w:val="Secret"/>', '<w:rStyle w:val="Kept"/>', '<w:vanish w:val="0"/>'
    body = f"<w:p>{_run('a', '<w:vanish/>')}{_run('b', secret)}{_run('c', '<w:webHidden/>')}</w:p>"
    body += f"<w:p>{_run('d', kept)}{_run('e')}</w:p>"
    office = '<w:pPr><w:pStyle w:val="Office"/></w:pPr>'
    body += f"<w:p>{office}{_run('f')}{_run('g', shown_again)}</w:p>" + _p("h")
    assert _texts(word(body, styles=styles)) == ["c", "e", "gh"]


def test_deleted_and_covered_cells() -> None:
    """A deleted cell is out, an inserted one in; a cell that the one above covers is not read."""
    change = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>"
    first = change.format('<w:vMerge w:val="restart"/>', _p("a")) + change.format('<w:cellDel w:id="1"/>', _p("gone"))
    first += change.format('<w:cellIns w:id="2"/>', _p("b"))
    second = change.format("<w:vMerge/>", _p("under")) + change.format("", _p("c")) + change.format("", _p("d"))
    assert _texts(word(f"<w:tbl><w:tr>{first}</w:tr><w:tr>{second}</w:tr></w:tbl>")) == ["a | b", "c | d"]


def test_fields_without_an_end_hide_nothing() -> None:
    """A field that never ends, or whose end is deleted, does not swallow the letter; deleted fields are out."""
    deleted = f"<w:del>{_BEGIN}{_instruction('DATE')}{_SEPARATE}</w:del>{_run('today')}<w:del>{_END}</w:del>"
    body = f"<w:p>{_BEGIN}{_instruction('DATE')}{_run('Dear Mrs Okafor')}</w:p><w:p>{deleted}</w:p>"
    assert _texts(word(f"<w:p>{_END}</w:p>{body}")) == ["Dear Mrs Okafor", "today"]


def test_fields_over_paragraphs_and_boxes() -> None:
    """A field's result may hold paragraphs and boxes; a field in a box is its own."""
    field = _BEGIN + _instruction("PAGE") + _SEPARATE + _run("Box") + _END
    box = f"<w:r><w:drawing>{_shape('Box').replace(_run('Box'), field)}</w:drawing></w:r>"
    body = f"<w:p>{_BEGIN}{_instruction('TOC')}{_SEPARATE}{_run('One')}{box}</w:p><w:p>{_run('Two')}{_END}</w:p>"
    assert _texts(word(body)) == ["One", "Box", "Two"]


def test_fields_that_show_no_result() -> None:
    """A button shows the end of its instruction, a form its choice; an index entry shows nothing."""
    button = f"{_BEGIN}{_instruction('MACROBUTTON  NoMacro [Click ')}{_instruction('here]')}{_END}"
    entry = f"{_BEGIN}{_instruction('XE repairs')}{_END}"
    box = '<w:checkBox><w:default w:val="0"/>{}</w:checkBox>'
    choices = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="not upheld"/><w:listEntry w:val="upheld"/></w:ddList>'
    forms = [
        _BEGIN.replace("/></w:r>", f"><w:ffData>{data}</w:ffData></w:fldChar></w:r>") + _END
        for data in (box.format(""), box.format("<w:checked/>"), choices, choices.replace('"1"', '"²"'))
    ]
    assert _texts(word(f"<w:p>{button}{entry} {' '.join(forms)}</w:p>")) == ["[Click here]☐☒upheldnot upheld"]


def test_merge_fields_as_shown() -> None:
    """A merge field reads as Word shows it: its value, or its name where it was not filled."""
    field = f'<w:fldSimple w:instr="MERGEFIELD Name">{_run("«Name»")}</w:fldSimple>'
    assert _texts(word(f"<w:p>{_run('Dear ')}{field}</w:p>")) == ["Dear «Name»"]


@pytest.mark.parametrize(
    ("font", "code", "expected"),
    [
        ("Wingdings", "F0FC", "✓"),
        ("Wingdings", "00FE", "☑"),
        ("Symbol", "F0B0", "°"),
        ("Segoe UI Symbol", "2713", "✓"),
        ("Wingdings", "F001", "•"),
        ("Unknown", "F001", "•"),
        ("Wingdings", "", ""),
        ("Arial", "-5", ""),
        ("Arial", "FFFFFFFF", ""),
    ],
)
def test_signs(font: str, code: str, expected: str) -> None:
    """A sign of a font of signs is read as a character that says the same, an unknown one as a bullet."""
    sign = f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'
    assert _texts(word(f"<w:p>{_run('x ')}{sign}</w:p>")) == [f"x {expected}".strip()]


def test_small_things_in_lines() -> None:
    """Equations, phonetic guides' base text and what stands before and after a page break are read."""
    fraction = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
    equation = f"<m:oMathPara><m:oMath>{fraction}</m:oMath></m:oMathPara>"
    ruby = f"<w:r><w:ruby><w:rt>{_run('guide')}</w:rt><w:rubyBase>{_run('base')}</w:rubyBase></w:ruby></w:r>"
    body = f"<w:p>{_run('Half is ')}{equation}</w:p><w:p>{ruby}<w:r><w:br w:type='page'/></w:r>{_run('Next page')}</w:p>"
    assert _texts(word(body)) == ["Half is 1/2", "base", "Next page"]


def test_notes_once_in_their_order() -> None:
    """Footnotes come before endnotes, each in the order of its first reference; what was deleted refers to none."""
    notes = "".join(f'<w:footnote w:id="{number}">{_p(f"Note {number}")}</w:footnote>' for number in (1, 2, 3))
    ends = f'<w:endnote w:id="1">{_p("End")}</w:endnote>'
    reference = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    body = f'<w:p>{_run("x")}<w:r><w:endnoteReference w:id="1"/></w:r>{reference.format(2)}{reference.format(1)}{reference.format(2)}'
    body += f"<w:del>{reference.format(3)}</w:del>{reference.format(4)}</w:p>"
    assert _texts(word(body, footnotes=notes, endnotes=ends)) == ["x", "Note 2", "Note 1", "End"]


def test_inserted_files() -> None:
    """A page, a text and a document that Word would merge when it opens the letter are read where they stand."""
    inner = word(_p("From a document"))
    page, text = "<html><body><p>From a page</p></body></html>", "From a text"
    content = word(
        _p("Dear Mrs Okafor") + "".join(f'<w:altChunk r:id="chunk_{kind}"/>' for kind in ("html", "txt", "docx")) + _p("Yours"),
        chunk_html=page,
        chunk_txt=text,
        chunk_docx=inner,
    )
    assert _texts(content) == ["Dear Mrs Okafor", "From a page", "From a text", "From a document", "Yours"]


@pytest.mark.parametrize("parts", [{"chunk_rtf": "{\\rtf1 x}"}, {}, {"chunk_docx": "itself"}])
def test_inserted_files_that_are_not_read(parts: dict[str, str]) -> None:
    """A letter that an inserted file is missing from is refused with what to do, not judged without it."""
    chunk = f'<w:altChunk r:id="{next(iter(parts), "none")}"/>'
    if parts.get("chunk_docx"):
        parts = {"chunk_docx": word(chunk, chunk_docx=word(_p("x")))}  # one inserted file in another
    found = error_of(word(_p("Dear Mrs Okafor") + chunk, **parts))
    assert found.error.code is ErrorCode.UNSUPPORTED
    assert "save it again" in found.error.message


def test_anchors() -> None:
    """Every passage, in every part of a document, names the paragraph that its first words stand in."""
    table = f"<w:tbl><w:tr><w:tc>{_p('')}{_p('Issue')}</w:tc><w:tc>{_p('Finding')}</w:tc></w:tr></w:tbl>"
    layout = f"<w:tbl><w:tr><w:tc>{_p(FINDING)}{table}</w:tc></w:tr></w:tbl>"
    group = f"<w:drawing><wpg:wgp>{_shape('Box one')}{_shape('Box two')}</wpg:wgp></w:drawing>"
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    numbered = _p("Item", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    body = _p("") + f"<w:p>{_run('Dear Mrs Okafor')}<w:r>{group}</w:r>{note}</w:p>" + layout + _p("", _DELETED) + _p("Late ", _DELETED)
    body += _p("again") + numbered + f"<w:p>{_run('Above')}<w:r><w:br/><w:br/></w:r>{_run('Below')}</w:p>"
    content = word(
        body + _section(_header("header1") + '<w:footerReference w:type="default" r:id="footer1"/>'),
        header1=table + _p("Hexley Homes"),
        footer1=_p("") + _p("Registered office"),
        footnotes=f'<w:footnote w:id="1">{_p("One")}</w:footnote><w:footnote w:id="2">{_p("Two")}</w:footnote>',
        numbering='<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
    )
    letter = letter_of(content)
    assert len(letter.passages) == 13
    assert {posixpath.basename((one.anchor or "").split("#")[0]) for one in letter.passages} == {
        *("header1.xml", "document.xml", "footnotes.xml", "footer1.xml")
    }
    assert unanchored(content, letter) == []
