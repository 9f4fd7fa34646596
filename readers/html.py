"""HTML, as web pages and as e-mail programs write it, turned into blocks. Nothing is fetched and nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count, repeat

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from models.finding import ErrorCode, ReadError
from models.letter import Block, Part, Style
from models.settings import Limits
from readers import tables
from readers.charsets import decoded, refuse_binary
from readers.clean import as_item, clean
from readers.numbers import counted
from readers.styled import is_page_number
from readers.text import text_blocks

_SKIPPED = {"script", "style", "head", "title", "template", "noscript", "object", "select", "textarea", "button", "del"}
_INLINE = {
    *("a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "label", "mark", "q", "s", "small", "span"),
    *("strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "br"),
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LISTS = {"ol", "ul"}
_CELLS = {"td", "th"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_BREAK = "\x00"
_START = re.compile(r"\d{1,4}", re.ASCII)
_NOTE_MARKS = {"sdfootnoteanc", "sdfootnotesym", "sdendnoteanc", "sdendnotesym", "MsoFootnoteReference", "MsoEndnoteReference"}
_TABLES_DEEP = 20  # tables in tables deeper than this only lay out text

_CHARSET = re.compile(rb"<meta\b[^>]{0,300}?\bcharset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_META_WITHIN = 4096

_MARGINS = {"header": Part.HEADER, "footer": Part.FOOTER}  # titles of what LibreOffice makes of them

# What mail programs wrap the message that they answer in, and the signature below their own.
_QUOTES = {"gmail_quote", "gmail_quote_container", "gmail_extra", "yahoo_quoted", "protonmail_quote", "zmail_extra", "moz-cite-prefix"}
_QUOTE_IDS = {"mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION", "yahoo_quoted"}
_THREAD_IDS = {"divRplyFwdMsg", "appendonsend"}  # from here on all is the thread
_SIGNATURES = {"gmail_signature", "moz-signature", "protonmail_signature_block-user"}
_SIGNATURE_IDS = {"Signature", "ms-outlook-mobile-signature", "signature"}


def blocks(content: bytes, limits: Limits) -> list[Block]:  # noqa: ARG001 (every reader is called the same way)
    """Return the blocks of a page, its header and footer where LibreOffice marked them.

    Raises ReadError (`unsupported`) where the content is no text, and as `html_blocks` does.
    """
    text = page_text(content)
    refuse_binary(text)
    return html_blocks(text)


def page_text(content: bytes, charset: str | None = None) -> str:
    """Return a page as text; `charset` is what the page came with, which goes before what it says itself."""
    named = _CHARSET.search(content[:_META_WITHIN])
    # A page whose own words can be read byte by byte is not in UTF-16, whatever they say.
    own = named.group(1).decode("ascii") if named and not named.group(1).lower().startswith(b"utf-16") else None
    return decoded(content, charset or own)


def html_blocks(text: str, *, quoted: bool = True) -> list[Block]:
    """Return the paragraphs, headings, list items and table rows of a page; what a browser hides is left out.

    Without `quoted`, what a mail program marks as the message that is answered is left out too. Raises ReadError (`too_large`) where
    elements stand in each other deeper than can be read whole.
    """
    root = _parsed(text)
    return [] if root is None else _Page(quoted=quoted).read(root)


def _parsed(text: str) -> HtmlElement | None:
    # An encoding that the page names is of no use here: the text is decoded already.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except etree.ParserError:  # nothing but white space and comments
        return None
    if any(fault.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for fault in parser.error_log):  # the rest of the page was dropped
        raise ReadError(ErrorCode.TOO_LARGE, "The page is nested too deeply to be read whole. Print it to a PDF and try that.")
    return root


@dataclass(slots=True)
class _Row:
    """A row of a table while it is walked, with the blocks of each cell."""

    element: etree._Element
    cells: list[list[Block]] = field(default_factory=list)


class _Page:
    """One walk over a page in the order of its text, which goes no deeper in calls however deep the page is."""

    def __init__(self, *, quoted: bool) -> None:
        self._quoted = quoted
        self._found: list[list[Block]] = [[]]  # the page's blocks, then those of each cell that is open
        self._rows: list[_Row] = []
        self._lists: list[Iterator[str]] = []  # the marks still to come of each list that is open
        self._mark: str | None = None  # of an item whose first paragraph is still to come
        self._pieces: list[str] = []
        self._headings = self._signatures = self._verbatim = 0  # how many of them are open
        self._margins = dict.fromkeys(_MARGINS.values(), 0)
        self._is_over = False

    def read(self, root: HtmlElement) -> list[Block]:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._close(element)
            elif self._is_left_out(element):
                walk.skip_subtree()
            else:
                self._open(element)
        self._flush()
        return [block for block in self._found[0] if block.part not in _MARGINS.values() or not is_page_number(block.text)]

    def _is_left_out(self, element: etree._Element) -> bool:
        if element.tag in _SKIPPED or "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")):
            return True
        if _is_named(element, _NOTE_MARKS, set()):
            return True
        return not self._quoted and _is_quote(element)

    def _open(self, element: etree._Element) -> None:
        tag = element.tag
        if tag not in _INLINE:
            self._flush()
        if tag == "br":
            self._pieces.append(_BREAK)
        elif tag in _LISTS:
            self._lists.append(_marks(element))
        elif tag == "li":
            self._mark = next(self._lists[-1]) if self._lists else "-"
        elif tag == "tr" and len(self._rows) < _TABLES_DEEP:
            self._rows.append(_Row(element))
        elif self._is_cell(element):
            self._found.append([])
        self._is_over |= not self._quoted and element.get("id") in _THREAD_IDS
        self._count(element, 1)
        self._pieces.append(element.text or "")

    def _close(self, element: etree._Element) -> None:
        tag = element.tag
        if self._is_left_out(element):
            self._pieces.append(element.tail or "")
            return
        if tag not in _INLINE:
            self._flush()
        if tag in _LISTS:
            self._lists.pop()
        elif tag == "li":
            self._mark = None
        elif self._rows and self._rows[-1].element is element:
            self._add(tables.row(self._rows.pop().cells, Part.BODY))
        elif self._is_cell(element):
            self._rows[-1].cells.append(self._found.pop())
        self._count(element, -1)
        self._pieces.append(element.tail or "")

    def _is_cell(self, element: etree._Element) -> bool:
        return element.tag in _CELLS and bool(self._rows) and self._rows[-1].element is element.getparent()

    def _count(self, element: etree._Element, step: int) -> None:
        self._headings += step * (element.tag in _HEADINGS)
        self._verbatim += step * (element.tag == "pre")
        if element.tag == "div" and element.get("title") in _MARGINS:
            self._margins[_MARGINS[element.get("title", "")]] += step
        self._signatures += step * _is_named(element, _SIGNATURES, _SIGNATURE_IDS)

    def _flush(self) -> None:
        """End the paragraph that the pieces of text gathered so far are."""
        text = "".join(self._pieces)
        self._pieces = []
        if self._is_over or not text.strip(_BREAK + " \t\n\r"):
            return
        if self._verbatim:
            self._add(text_blocks(text.replace(_BREAK, "\n")))
        else:
            self._add(self._paragraphs(text))

    def _paragraphs(self, text: str) -> Iterator[Block]:
        lines = [clean(" ".join(line.split())) for line in text.split(_BREAK)]
        for plain in filter(None, map(clean, "\n".join(lines).split("\n\n"))):
            item = as_item(plain)
            if self._mark:
                yield Block(f"{self._mark} {plain}", style=Style.ITEM)
            elif self._headings:
                yield Block(plain, style=Style.HEADING)
            else:
                yield Block(item or plain, style=Style.ITEM if item else Style.PARAGRAPH)
            self._mark = None

    def _add(self, blocks_: Iterable[Block]) -> None:
        own = next((part for part, open_ in self._margins.items() if open_), Part.SIGNATURE if self._signatures else Part.BODY)
        self._found[-1] += (replace(block, part=own) if block.part is Part.BODY else block for block in blocks_)


def _marks(element: etree._Element) -> Iterator[str]:
    """Yield what stands in front of each item of a list."""
    if element.tag == "ul":
        return repeat("-")
    start, form = element.get("start", ""), element.get("type", "1")
    return (f"{counted(number, form)}." for number in count(int(start) if _START.fullmatch(start) else 1))


def _is_quote(element: etree._Element) -> bool:
    is_cited = element.tag == "blockquote" and element.get("type") == "cite"
    return is_cited or _is_named(element, _QUOTES, _QUOTE_IDS)


def _is_named(element: etree._Element, classes: set[str], ids: set[str]) -> bool:
    return element.get("id") in ids or not classes.isdisjoint(element.get("class", "").split())
