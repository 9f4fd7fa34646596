"""Word documents made to do harm, or just odd: each is a letter or an error with advice, in bounded time and memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import docx_bytes, error_of, letter_of, packed, word

import readers
from models.finding import ErrorCode
from models.letter import Letter, Unread
from models.settings import Limits

_LETTER = "<w:p><w:r><w:t>Dear Mrs Okafor</w:t></w:r></w:p>"


def _files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _changed(content: bytes, before: bytes, after: bytes) -> bytes:
    """Return a package with `before` replaced in all its files; fails where it is in none."""
    files = _files(content)
    assert any(before in data for data in files.values())
    return packed({name: data.replace(before, after) for name, data in files.items()})


@pytest.mark.parametrize("declared", ['<!ENTITY e "not ">', '<!ENTITY e SYSTEM "file:///etc/hostname">', "<!ELEMENT x ANY>"])
@pytest.mark.parametrize("part", ["w:document", "w:styles", "Relationships"])
def test_declared_document_types(declared: str, part: str) -> None:
    """A document that declares a document type is refused, in whichever part: an entity may hold or hide text."""
    content = word(_LETTER, styles="")
    found = error_of(_changed(content, f"<{part} ".encode(), f"<!DOCTYPE x [{declared}]><{part} ".encode()))
    assert found.error.code is ErrorCode.CORRUPT
    assert "document type" in found.error.message


def test_declared_document_type_in_another_encoding() -> None:
    """A declaration is found in UTF-16, too, and a part that says it is in yet another encoding is read as UTF-8 all the same."""
    files = _files(word(_LETTER))
    plain = files["word/document.xml"].decode()
    utf16 = packed({**files, "word/document.xml": plain.encode("utf-16")})
    assert letter_of(utf16).text == "Dear Mrs Okafor"
    declared = packed({**files, "word/document.xml": f"<!DOCTYPE x>{plain}".encode("utf-16")})
    assert error_of(declared).error.code is ErrorCode.CORRUPT
    hidden = '<?xml version="1.0" encoding="cp037"?>'.encode("cp037") + f"<!DOCTYPE x>{plain}".encode("cp037")
    assert error_of(packed({**files, "word/document.xml": hidden})).error.code is ErrorCode.CORRUPT


@pytest.mark.parametrize(
    "body",
    ["<w:p/>" * 4_000_000, "<w:p/>" * 1_100_000, '<w:p a="" b="" c="" d="" e=""/>' * 200_000, "<w:p>" + " " * 31_000_000 + "</w:p>"],
    ids=["paragraphs", "fewer paragraphs", "attributes", "spaces"],
)
def test_masses_of_markup(body: str) -> None:
    """A small file with more markup than any letter is refused before it becomes a tree."""
    content = word(body)
    assert len(content) < 100_000
    found = error_of(content)
    assert found.error.code is ErrorCode.TOO_LARGE
    assert "markup" in found.error.message


def test_one_endless_paragraph() -> None:
    """A paragraph longer than a letter may be is refused before it is put together; so are many that are too long as a whole."""
    run = f"<w:r><w:t>{'late ' * 20_000}</w:t></w:r>"
    assert error_of(word(f"<w:p>{run * 4}</w:p>")).error.code is ErrorCode.TOO_LARGE
    assert error_of(word(f"<w:p>{run}</w:p>" * 4)).error.code is ErrorCode.TOO_LARGE


def test_the_same_part_again_and_again() -> None:
    """A part that is asked for again and again counts each time against what may be unpacked."""
    content = word('<w:altChunk r:id="chunk_txt"/>' * 5 + _LETTER, chunk_txt=" " * 500_000)
    found = error_of(content, Limits(unpacked_bytes=1_000_000))
    assert found.error.code is ErrorCode.TOO_LARGE


@pytest.mark.parametrize("depth", [80, 10_000])
@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:sdt>", "</w:sdt>"),
        ("<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>"),
        ("<w:p><w:hyperlink>", "</w:hyperlink></w:p>"),
    ],
)
def test_deep_nesting(begin: str, end: str, depth: int) -> None:
    """What is nested as deep as the XML library goes is read or refused, and deeper is refused; nothing overflows."""
    (found,) = readers.read_bytes(word(begin * depth + _LETTER + end * depth), "letter", Limits())
    if isinstance(found, Unread):
        assert found.error.code in {ErrorCode.CORRUPT, ErrorCode.NO_TEXT}
    assert depth < 256 or isinstance(found, Unread)


def test_nested_fields() -> None:
    """Fields nested ten thousand deep are followed without taking the square of the time."""
    kinds = ("begin", "separate", "end")
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in kinds)
    depth = 10_000
    content = word(f"<w:p>{(begin + separate) * depth}<w:r><w:t>Dear Mrs Okafor</w:t></w:r>{end * depth}</w:p>")
    assert letter_of(content).text == "Dear Mrs Okafor"


def test_long_chain_of_styles() -> None:
    """A style may be based on another ten thousand times over, or in a circle."""
    style = '<w:style w:type="paragraph" w:styleId="s{}"><w:basedOn w:val="s{}"/></w:style>'
    styles = "".join(style.format(number, (number + 1) % 10_000) for number in range(10_000))
    paragraph = _LETTER.replace("<w:r>", '<w:pPr><w:pStyle w:val="s0"/></w:pPr><w:r>')
    assert letter_of(word(paragraph, styles=styles)).text == "Dear Mrs Okafor"


def _without(*names: str) -> bytes:
    files = _files(docx_bytes(_written(["Dear Mrs Okafor"])))
    return packed({name: data for name, data in files.items() if name not in names})


@pytest.mark.parametrize("name", ["word/styles.xml", "word/numbering.xml", "word/settings.xml", "[Content_Types].xml", "_rels/.rels"])
def test_missing_parts(name: str) -> None:
    """A document that lacks a part that only adds to the text is read without it."""
    assert letter_of(_without(name)).text == "Dear Mrs Okafor"


def test_relations_in_a_circle_and_outside() -> None:
    """A header that is the document itself, or that refers to itself, is read once; what lies outside the package is not fetched."""
    section = '<w:p><w:pPr><w:sectPr><w:headerReference r:id="header1"/></w:sectPr></w:pPr></w:p>'
    content = word(_LETTER + section, header1='<w:p><w:r><w:t>Hexley</w:t></w:r></w:p><w:headerReference r:id="header1"/>')
    assert letter_of(content).text == "Hexley\n\nDear Mrs Okafor"
    assert letter_of(_changed(content, b'Target="header1.xml"', b'Target="document.xml"')).text == "Dear Mrs Okafor"
    outside = b'TargetMode="External" Target="http://127.0.0.1:9/header1.xml"'
    assert letter_of(_changed(content, b'Target="header1.xml"', outside)).text == "Dear Mrs Okafor"
    assert letter_of(_changed(content, b'Target="header1.xml"', b'Target="../../../etc/hostname"')).text == "Dear Mrs Okafor"


def test_damaged_packages() -> None:
    """A part with a wrong checksum, a document without its main part and one cut short are damaged files."""
    content = word(_LETTER)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        place = package.getinfo("word/document.xml").header_offset
    wrong = content[: place + 14] + bytes(4) + content[place + 18 :]
    directory = wrong.rindex(b"PK\x01\x02", 0, wrong.rindex(b"word/document.xml"))
    wrong = wrong[: directory + 16] + bytes(4) + wrong[directory + 20 :]
    files = _files(content)
    moved = packed({name.replace("document.xml", "document2.xml"): data for name, data in files.items()})
    for bad in (wrong, moved, content[: len(content) // 2]):
        assert error_of(bad).error.code is ErrorCode.CORRUPT


def test_the_same_name_twice() -> None:
    """Where a package has two parts of one name, one of them is read, once."""
    file = io.BytesIO(word(_LETTER))
    with zipfile.ZipFile(file, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("word/document.xml", _files(word(_LETTER.replace("Okafor", "Bell")))["word/document.xml"])
    assert letter_of(file.getvalue()).text == "Dear Mrs Bell"


def test_names_of_parts_in_another_case() -> None:
    """The names of parts are the same in capitals."""
    content = _changed(word(_LETTER), b"word/document.xml", b"Word/Document.XML")
    assert letter_of(content).text == "Dear Mrs Okafor"


@pytest.mark.parametrize("kind", ["document.macroEnabled", "template", "template.macroEnabledTemplate"])
def test_templates_and_documents_with_macros(kind: str) -> None:
    """Templates (.dotx) and documents with macros (.docm, .dotm) are read as documents are; macros are not looked at."""
    files: Mapping[str, bytes] = _files(docx_bytes(_written(["Dear Mrs Okafor"])))
    types = files["[Content_Types].xml"].replace(b"wordprocessingml.document.main", f"wordprocessingml.{kind}.main".encode())
    content = packed({**files, "[Content_Types].xml": types, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0 no macro"})
    assert letter_of(content, "letter.docm").text == "Dear Mrs Okafor"


def _written(paragraphs: list[str]) -> docx.document.Document:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return document


_TEMPLATE = _files(docx_bytes(_written(["MARK"])))
_WORDS = st.lists(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=2, max_size=12), min_size=1, max_size=8)


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_in_a_package(data: bytes) -> None:
    """Whatever the document's main part holds, the file is a letter or an error."""
    (found,) = readers.read_bytes(packed({**_TEMPLATE, "word/document.xml": data}), "letter", Limits())
    assert isinstance(found, Letter | Unread)


@settings(max_examples=60)
@given(st.integers(min_value=0), st.integers(0, 255))
def test_any_byte_changed(place: int, byte: int) -> None:
    """Whatever byte of a file is changed, it is a letter or an error."""
    content = bytearray(word(_LETTER, styles="", header1=_LETTER))
    content[place % len(content)] = byte
    (found,) = readers.read_bytes(bytes(content), "letter", Limits())
    assert isinstance(found, Letter | Unread)


@settings(max_examples=25)
@given(st.lists(_WORDS, min_size=1, max_size=6))
def test_any_paragraphs(paragraphs: list[list[str]]) -> None:
    """Paragraphs that python-docx writes come back complete, once and in order."""
    texts = [" ".join(words) for words in paragraphs]
    content = docx_bytes(_written(texts))
    assert [passage.text for passage in letter_of(content).passages] == texts
