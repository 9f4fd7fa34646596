"""HTML as e-mail programs write it, turned into blocks. Nothing is fetched and nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from models.letter import Block, Part, Style
from readers import tables
from readers.clean import as_item, clean

_SKIPPED = {"script", "style", "head", "title", "template", "noscript", "object", "select", "textarea", "button"}
_INLINE = {
    *("a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "label", "mark", "q", "s", "small", "span"),
    *("strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "br"),
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_BREAK = "\x00"


def html_blocks(text: str) -> list[Block]:
    """Return the paragraphs, headings, list items and table rows of a page; what a browser hides is left out."""
    if not text.strip():
        return []
    # An encoding that the page names is of no use here: the text is decoded already.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    root = document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    return list(_blocks(root, Style.PARAGRAPH))


def _blocks(element: HtmlElement, style: Style) -> Iterator[Block]:
    """Yield the blocks in an element: what stands between its block-level children, and what is in them."""
    pieces: list[str] = []
    for piece in _pieces(element):
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        yield from _paragraphs("".join(pieces), style)
        pieces = []
        yield from _child(piece, style)
    yield from _paragraphs("".join(pieces), style)


def _child(element: HtmlElement, style: Style) -> Iterator[Block]:
    if element.tag == "tr":
        cells = [list(_blocks(cell, Style.PARAGRAPH)) for cell in element if cell.tag in {"td", "th"}]
        yield from tables.row(cells, Part.BODY)
    elif element.tag in {"ol", "ul"}:
        yield from _list(element)
    elif element.tag in _HEADINGS:
        yield from _blocks(element, Style.HEADING)
    elif element.tag == "pre":
        yield Block(clean(element.text_content()))
    else:
        yield from _blocks(element, style)


def _list(element: HtmlElement) -> Iterator[Block]:
    start = element.get("start", "1")
    number = int(start) if start.isdigit() else 1
    for child in element:
        if child.tag != "li":
            yield from _child(child, Style.PARAGRAPH)
            continue
        mark = f"{number}." if element.tag == "ol" else "-"
        number += 1
        for index, block in enumerate(_blocks(child, Style.PARAGRAPH)):
            yield Block(f"{mark} {block.text}", style=Style.ITEM) if index == 0 else block


def _pieces(element: HtmlElement) -> Iterator[str | HtmlElement]:
    """Yield the text of an element and its inline children, and its block-level children as they are."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and not _is_left_out(child):
            if child.tag == "br":
                yield _BREAK
            elif child.tag in _INLINE:
                yield from _pieces(child)
            else:
                yield child
        yield child.tail or ""


def _is_left_out(element: etree._Element) -> bool:
    return element.tag in _SKIPPED or "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _paragraphs(text: str, style: Style) -> Iterator[Block]:
    lines = [clean(" ".join(line.split())) for line in text.split(_BREAK)]
    for paragraph in "\n".join(lines).split("\n\n"):
        plain = clean(paragraph)
        item = as_item(plain) if style is Style.PARAGRAPH else None
        if plain:
            yield Block(item or plain, style=Style.ITEM if item else style)
