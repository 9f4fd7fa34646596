"""OpenDocument texts; the fixtures' tests hold what LibreOffice writes, these what it writes seldom and what others do to a file."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import error_of, letter_of, shown

import readers
from models.finding import ErrorCode
from models.settings import Limits

_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in (
        *(("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"), ("draw", "drawing"), ("fo", "xsl-fo-compatible")),
        ("manifest", "manifest"),
    )
)
_KIND = "application/vnd.oasis.opendocument.text"


def _odt(body: str, styles: str = "", manifest: str = "", head: str = "", kind: str = _KIND) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("mimetype", kind)
        package.writestr("META-INF/manifest.xml", f"<manifest:manifest {_SPACES}>{manifest}</manifest:manifest>")
        package.writestr("styles.xml", f"<office:document-styles {_SPACES}>{styles}</office:document-styles>")
        text = f"<office:body><office:text>{body}</office:text></office:body>"
        package.writestr("content.xml", f"{head}<office:document-content {_SPACES}>{text}</office:document-content>")
    return file.getvalue()


def _texts(body: str, styles: str = "") -> list[str]:
    return [text for _, _, text in shown(letter_of(_odt(body, styles)))]


def _list(first: str, item: str, style: str = "") -> str:
    return f'<text:list text:style-name="{style}">{first}<text:list-item>{item}</text:list-item></text:list>'


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ('<text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d\n  e</text:p>', ["a b c\nd e"]),
        ('<text:p>a<text:s text:c="99999999999"/>b</text:p>', ["a b"]),
        ('<text:section text:display="none"><text:p>a</text:p></text:section><text:section><text:p>b</text:p></text:section>', ["b"]),
        ('<text:p>a<text:hidden-text text:is-hidden="true">x</text:hidden-text></text:p><text:p text:style-name="h">y</text:p>', ["a"]),
        ("<text:p>a<text:ruby><text:ruby-base>b</text:ruby-base><text:ruby-text>x</text:ruby-text></text:ruby></text:p>", ["ab"]),
        ("<text:p/><text:h text:outline-level='1'>One</text:h><text:h text:outline-level='2'>Two</text:h>", ["A) One", "A.1 Two"]),
        (_list("<text:list-header><text:p>a</text:p></text:list-header>", "<text:p>b</text:p><text:p>c</text:p>"), ["a", "- b", "c"]),
        (_list('<text:list-item text:start-value="4"><text:p>a</text:p></text:list-item>', "<text:p>b</text:p>", "n"), ["iv a", "v b"]),
        (_list('<text:list-item text:start-value="²"><text:p>a</text:p></text:list-item>', "<text:p>b</text:p>", "n"), ["i a", "ii b"]),
    ],
)
def test_pieces(body: str, texts: list[str]) -> None:
    """Signs, sections, hidden text and lists are read as a person sees them."""
    styles = (
        '<style:style style:name="h" style:family="paragraph" style:parent-style-name="p"/><style:style style:name="p" '
        'style:family="paragraph" style:parent-style-name="h"><style:text-properties text:display="none"/></style:style>'
        '<text:list-style style:name="n"><text:list-level-style-number text:level="1" style:num-format="i"/></text:list-style>'
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="A" style:num-suffix=")"/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
    )
    assert _texts(body, styles) == texts


def test_margins() -> None:
    """The first page's header comes first, each text once; a footer that is switched off is not read."""
    page = (
        "<style:header><text:p>Hexley</text:p></style:header><style:header-first><text:p>Hexley Homes</text:p><text:p>Hexley</text:p>"
        '</style:header-first><style:footer style:display="false"><text:p>old</text:p></style:footer>'
    )
    styles = f"<office:master-styles><style:master-page>{page}</style:master-page></office:master-styles>"
    assert shown(letter_of(_odt("<text:p>Dear</text:p>", styles))) == [
        ("header", "paragraph", "Hexley Homes"),
        ("header", "paragraph", "Hexley"),
        ("body", "paragraph", "Dear"),
    ]


def test_files_that_are_refused() -> None:
    """A locked file, one over the limit, a spreadsheet and a damaged file each get their error."""
    locked = _odt("<text:p>x</text:p>", manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>")
    assert error_of(locked).error.code is ErrorCode.ENCRYPTED
    assert error_of(_odt("<text:p>x</text:p>"), Limits(unpacked_bytes=100)).error.code is ErrorCode.TOO_LARGE
    sheet = _odt("<text:p>x</text:p>", kind="application/vnd.oasis.opendocument.spreadsheet")
    assert error_of(sheet).error.code is ErrorCode.UNSUPPORTED
    assert error_of(_odt("<text:p>")).error.code is ErrorCode.CORRUPT
    assert error_of(_odt("<text:span>" * 5000 + "x")).error.code is ErrorCode.CORRUPT


def test_entities_are_not_resolved() -> None:
    """A file can neither bring in another file nor grow by entities."""
    head = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    for one in readers.read_bytes(_odt("<text:p>Dear &a;&b;</text:p>", head=head), "x.odt", Limits()):
        assert "root:" not in getattr(one, "text", "")
        assert "aaaa" not in getattr(one, "text", "")


@given(
    st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30), min_size=1, max_size=5)
)
def test_any_text_comes_back(words: list[str]) -> None:
    """Whatever the paragraphs say comes back, once and in order."""
    body = "".join(f"<text:p>a{word.replace('&', '&amp;').replace('<', '&lt;')}</text:p>" for word in words)
    assert "".join(_texts(body)) == "".join(readers.letter_from_text(f"a{word}").text for word in words)
