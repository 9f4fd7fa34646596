"""PDF documents. PDFium reads the words and their places; pdfplumber is asked only on a page that has a ruled table.

PDFium must not be called from two threads, not even on two documents: a lock sees to that within a process.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import logging
import math
import re
import statistics
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from models.finding import ErrorCode, ReadError
from models.letter import Block, Part, Style
from models.settings import Limits
from readers import ocr, tables
from readers.clean import clean
from readers.layout import Box, Flow, Line, Row, Word, flows, rows
from readers.letterhead import letterhead_end
from readers.paragraphs import Setting, is_wrapped, join_lines, paragraphs
from readers.pdfdamage import checked, damaged
from readers.pdfpage import BROAD, Sheet, sheet
from readers.refusals import too_long
from readers.ruled import Table, holds, may_rule
from readers.ruled import tables as ruled_tables

_LOCK = threading.Lock()
_TAIL = 2048
_BARE_NUMBER = re.compile(r"[\s|·•\u2013-]*\d{1,3}[\s|·•\u2013-]*")
_PAGE_NUMBER = re.compile(r"[\s|·•\u2013-]*(?:page \d{1,3}|(?:page )?\d{1,3} ?(?:of|/) ?\d{1,3})[\s|·•\u2013-]*", re.IGNORECASE)
_PAGE_NUMBER_END = re.compile(r"[\s|·•\u2013-]*\bpage \d+(?: of \d+)?$", re.IGNORECASE)
_MARGIN = 0.15  # of the page's height: where running headers and footers stand
_FOOT = 0.9  # of the page's height: a footer reaches below this
_FOOTER_ROWS = 6
_HEADER_ROWS = 3  # of a later page: where more is repeated, a copy of the letter starts
_APART = 0.8  # of the usual line's height: what is further away from the text may be a header or a footer
_OPENING = 0.45  # of the first page's height: what a later page's header may repeat stands above this
_SMALL = 0.93  # of the usual line's height
_LONG_SHARE = 0.9  # of the long lines end before the right margin
_SETTING_SHARE = 0.6  # of the page's width: text that runs on reaches at least so far
_FOLD = 8.0  # in points: no word is closer to the middle of such a sheet
_TEXT_LINES = 3
_MOST_OBJECTS = 500_000  # of a document: a page of text has hundreds
_REPEATED = 2  # times as many characters as a letter's text may have: those of running headers are kept once
_PARAGRAPH_LENGTH = 60  # in characters: longer than a line of an address or a signature
_SENTENCE_ENDS = (".", "!", "?", ":", ";", '"', "\u201d", "\u2019", ")")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read, with which library found its layout (`by`), and `why`.

    Its number (1-based), size in points, words, texts that slant or run up the page, and ruled tables.
    """

    number: int
    width: float
    height: float
    words: list[Word]
    aside: list[str]
    tables: list[Table]
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class _Parted:
    """A page's rows, parted: running header and footer, and what stands between them."""

    page: Page
    header: list[Row]
    body: list[Row]
    footer: list[Row]


def blocks(content: bytes, limits: Limits) -> list[Block]:
    """Return the document's blocks: running headers once, the pages in reading order, running footers once.

    Raises ReadError (`encrypted`, `corrupt`, `too_large`). A document without text gives no blocks.
    """
    return _arranged(pages(content, limits))


def _arranged(read: Sequence[Page]) -> list[Block]:
    read = [page for page in read if page.words or page.aside]
    if not any(page.words for page in read):
        return []
    loose = [rows([word for word in page.words if not any(holds(table.box, word) for table in page.tables)]) for page in read]
    setting = _setting(read, loose)
    parted = _parted(read, loose, setting)
    apart = replace(setting, margin=math.inf)  # lines of a letterhead end where they do, also those that reach the margin
    headers = (block for one in parted for block in _text(one.header, one.page.number, apart, Part.HEADER))
    body = (block for one in parted for block in _body(one, setting))
    footers = (block for one in parted for block in _text(one.footer, one.page.number, setting, Part.FOOTER))
    aside = (Block(clean(text), Part.BOX, page=page.number) for page in read for text in page.aside)
    return [*_once(headers), *_joined(body, setting), *_once(footers), *_once(aside)]


def pages(content: bytes, limits: Limits) -> list[Page]:
    """Return the document's pages as they were read. Raises ReadError as `blocks` does."""
    _check_end(content)
    with _LOCK:
        sheets = list(_sheets(content, limits))
    few = [one.has_fewer(ocr.FEW_WORDS) for one in sheets]
    try_scans = any(few) and (all(few) or ocr.is_installed())
    found: list[Page] = []
    for number, (one, has_few) in enumerate(zip(sheets, few, strict=True), 1):
        scan = _recognised(content, number, one) if try_scans and has_few else None
        found += [scan] if scan else [_page(number, half) for half in _halves(one)]
    return found


def scan_blocks(scans: Iterable[ocr.Scan]) -> list[Block]:
    """Return the blocks of a letter of which there is nothing but scans of its pages, as `blocks` does."""
    return _arranged([_scanned(number, scan) for number, scan in enumerate(scans, 1)])


def _recognised(content: bytes, number: int, one: Sheet) -> Page | None:
    """Return a page that is a scan with what OCR reads on it (without OCR, with nothing); None for another page."""
    with _LOCK, pypdfium2.PdfDocument(content) as document, contextlib.closing(document[number - 1]) as page:
        if not ocr.is_scan(page, one.count):
            return None
        picture = ocr.picture(page) if ocr.is_installed() else None
    if picture is None:
        return Page(number, one.width, one.height, [], [], [], "nothing", "a scan, and OCR is not installed")
    return _scanned(number, ocr.read(picture, number))


def _scanned(number: int, scan: ocr.Scan) -> Page:
    return Page(number, scan.width, scan.height, scan.words, [], [], "ocr", "a scan")


def _halves(one: Sheet) -> list[Sheet]:
    """Return the two pages that are printed side by side on a sheet, or the sheet where it is one page."""
    middle = one.width / 2
    if one.width < one.height * BROAD or any(word.left < middle + _FOLD and word.right > middle - _FOLD for word in one.words):
        return [one]
    lefts, rights = ([word for word in one.words if (word.right < middle) is left] for left in (True, False))
    if min(_long_lines(lefts, middle), _long_lines(rights, middle)) < _TEXT_LINES:
        return [one]
    moved = [word._replace(left=word.left - middle, right=word.right - middle) for word in rights]
    return [replace(one, width=middle, words=lefts, lines=[]), replace(one, width=middle, words=moved, aside=[], lines=[])]


def _long_lines(words: Sequence[Word], width: float) -> int:
    return sum(line.right - line.left > width / 2 for row in rows(words) for line in row)


def _page(number: int, one: Sheet) -> Page:
    found: list[Table] | None = []
    by, why = "pdfium", "no ruled table"
    if one.words and may_rule(one.lines):
        found = ruled_tables(one.lines, one.words)
        by, why = ("pdfium", "too many lines for a table") if found is None else ("pdfplumber", "ruled lines")
    _LOG.debug("page %d by %s: %s", number, by, why)
    return Page(number, one.width, one.height, one.words, one.aside, found or [], by, why)


def _check_end(content: bytes) -> None:
    """Refuse a file whose end is missing: PDFium would mend it, and show a letter without its last pages."""
    tail = content[-_TAIL * 2 :].rstrip(b"\0\r\n\t ")[-_TAIL:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise ReadError(ErrorCode.CORRUPT, "The end of the PDF is missing. Fetch or export it again, and try that copy.")


def _sheets(content: bytes, limits: Limits) -> Iterator[Sheet]:
    whole = checked(content, limits)
    with contextlib.closing(_opened(whole.content)) as document:
        if len(document) > limits.pages:
            raise ReadError(ErrorCode.TOO_LARGE, f"The PDF has more than {limits.pages} pages. Split it, or raise limits.pages.")
        if whole.encrypted:
            whole = checked(_decrypted(document), limits)
        if len(document) < whole.pages:
            raise damaged()
        has_fields = document.get_formtype() != pdfium.FORMTYPE_NONE
        if has_fields:
            document.init_forms()
        objects, characters = _MOST_OBJECTS, _REPEATED * limits.characters
        for index in range(len(document)):
            if has_fields:
                with contextlib.closing(document[index]) as page:
                    page.flatten()  # what was filled into fields becomes text of the page
            with contextlib.closing(document[index]) as page:
                objects -= pdfium.FPDFPage_CountObjects(page)
                if objects < 0:
                    raise ReadError(
                        ErrorCode.TOO_LARGE, "The PDF has drawings too large for a letter. Print the pages of the letter to a new PDF."
                    )
                one = sheet(page, characters, even=whole.even)
            if one is None:
                raise too_long(limits)
            characters -= one.characters
            yield one


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            message = "The PDF needs a password to open. Save a copy without a password and try that."
            raise ReadError(ErrorCode.ENCRYPTED, message) from error
        raise


def _decrypted(document: pypdfium2.PdfDocument) -> bytes:
    copy = io.BytesIO()
    document.save(copy, flags=pdfium.FPDF_REMOVE_SECURITY)
    return copy.getvalue()


def _setting(pages: Sequence[Page], loose: Sequence[Sequence[Row]]) -> Setting:
    words = [word for page in pages for word in page.words]
    heights = [height for word in words for height in [word.height] * (word.text.count(" ") + 1)]
    lines = [row[0] for page_rows in loose for row in page_rows if len(row) == 1]
    widest = max((line.right - line.left for line in lines), default=0)
    rights = sorted(line.right for line in lines if line.right - line.left > widest / 2)
    parts = any(line.text.endswith("-") for page_rows in loose for row in page_rows for line in row)
    used = frozenset(text.strip(".,;:()") for word in words for text in word.text.lower().split()) if parts else frozenset[str]()
    margin = rights[int(len(rights) * _LONG_SHARE)] if rights else math.inf
    if margin < _SETTING_SHARE * max(page.width for page in pages):
        margin = math.inf  # nothing but short lines, none of which ended for want of room
    return Setting(margin, statistics.median(heights), used)


def _parted(pages: Sequence[Page], loose: Sequence[Sequence[Row]], setting: Setting) -> list[_Parted]:
    places = (
        {_key(line, page) for row in page_rows for line in row if _zone(line, page)} for page, page_rows in zip(pages, loose, strict=True)
    )
    counts = Counter(key for keys in places for key in keys)
    running = {key for key, count in counts.items() if count > 1}
    opening = {_said(line) for row in loose[0] for line in row if line.top < pages[0].height * _OPENING}
    parted = (_run_apart(page, page_rows, running) for page, page_rows in zip(pages, loose, strict=True))
    return [_trimmed(one, opening, setting) for one in parted]


def _run_apart(page: Page, page_rows: Sequence[Row], running: set[tuple[str, int, str]]) -> _Parted:
    """Return the page with what it has in common with others as its header and footer, and without its number."""
    parted = _Parted(page, [], [], [])
    for row in page_rows:
        if not any(_zone(line, page) for line in row):
            parted.body.append(row)
            continue
        kept = [line for line in row if not (_zone(line, page) and _is_page_number(line, row))]
        repeated = [line for line in kept if _key(line, page) in running]
        parted.header.append([line for line in repeated if _zone(line, page) == "top"])
        parted.footer.append([line for line in repeated if _zone(line, page) == "bottom"])
        parted.body.append([line for line in kept if line not in repeated])
    return replace(parted, header=_filled(parted.header), body=_filled(parted.body), footer=_filled(parted.footer))


def _trimmed(parted: _Parted, opening: set[str], setting: Setting) -> _Parted:
    """Return the page with the header and footer that stand on it alone."""
    page, body = parted.page, parted.body
    end = letterhead_end(body, setting.height, page.height) if page.number == 1 else _header_end(body, page, opening, setting)
    start = max(end, _footer_start(body, page, setting))
    return replace(parted, header=[*parted.header, *body[:end]], body=body[end:start], footer=[*body[start:], *parted.footer])


def _filled(page_rows: Sequence[Row]) -> list[Row]:
    return [row for row in page_rows if row]


def _is_page_number(line: Line, row: Row) -> bool:
    # A number beside other text may be a table's.
    return bool(_PAGE_NUMBER.fullmatch(line.text) or (len(row) == 1 and _BARE_NUMBER.fullmatch(line.text)))


def _zone(line: Line, page: Page) -> str:
    if line.bottom < page.height * _MARGIN:
        return "top"
    return "bottom" if line.top > page.height * (1 - _MARGIN) else ""


def _key(line: Line, page: Page) -> tuple[str, int, str]:
    """Return what a running header's line has in common on all its pages: where it stands, and its text but for the page number."""
    return _zone(line, page), round(line.top / 3), _unnumbered(line.text)


def _said(line: Line) -> str:
    return _unnumbered(line.text).casefold()


def _unnumbered(text: str) -> str:
    """Return the text without the page number at its end."""
    return _PAGE_NUMBER_END.sub("", text) if text[-1:].isdigit() else text


def _header_end(body: Sequence[Row], page: Page, opening: set[str], setting: Setting) -> int:
    """Return where the rows of a later page's own header end: those that repeat the `opening` lines of the first page, or small print."""
    top = list(itertools.takewhile(lambda row: all(_zone(line, page) == "top" for line in row), body))
    repeated = itertools.takewhile(lambda row: all(_said(line) in opening for line in row), top)
    small = itertools.takewhile(lambda row: _is_small(row, setting), top)
    end = max(len(list(repeated)), len(list(small)))
    return end if 0 < end <= _HEADER_ROWS and end < len(body) and _space_above(body, end) > setting.height * _APART else 0


def _is_small(row: Row, setting: Setting) -> bool:
    return all(line.height < setting.height * _SMALL for line in row)


def _footer_start(body: Sequence[Row], page: Page, setting: Setting) -> int:
    """Return where the rows of a footer start that stands on this page only: at the very bottom, clearly apart, and small."""
    start = len(body) - 1
    if start < 1 or _bottom(body[start]) < page.height * _FOOT:
        return len(body)
    while start > 1 and len(body) - start < _FOOTER_ROWS and _space_above(body, start) < setting.height / 2:
        start -= 1
    small = all(_is_small(row, setting) for row in body[start:])
    apart = _space_above(body, start) > setting.height * (_APART if small else 1.2)
    in_margin = _top(body[start]) > page.height * (_FOOT + 0.02)
    return start if apart and (small or in_margin) else len(body)


def _space_above(body: Sequence[Row], index: int) -> float:
    return _top(body[index]) - _bottom(body[index - 1])


def _top(row: Row) -> float:
    return min(line.top for line in row)


def _bottom(row: Row) -> float:
    return max(line.bottom for line in row)


def _body(parted: _Parted, setting: Setting) -> Iterator[Block]:
    """Yield the blocks of a page's middle, each table where it stands."""
    rest = parted.body
    for table in parted.page.tables:
        above = [row for row in rest if _top(row) < table.box[1]]
        rest = rest[len(above) :]
        yield from _text(above, parted.page.number, setting, Part.BODY)
        for row in table.rows:
            cells = [list(_cell(cell, parted.page, setting)) for cell in row]
            yield from tables.row(cells, Part.BODY, parted.page.number)
    yield from _text(rest, parted.page.number, setting, Part.BODY)


def _text(page_rows: Sequence[Row], page: int, setting: Setting, part: Part) -> Iterator[Block]:
    for flow in flows(page_rows):
        if flow.across:
            for row in flow.rows:
                yield from tables.row([[Block(clean(line.text), part, page=page, confidence=line.confidence)] for line in row], part, page)
        else:
            lines = [line for row in flow.rows for line in row]
            yield from paragraphs(lines, _narrowed(flow, lines, setting), part, page)


def _narrowed(flow: Flow, lines: Sequence[Line], setting: Setting) -> Setting:
    """Return what the lines of a flow are measured against: a column has its own margin, an address none."""
    if not flow.narrow:
        return setting
    return replace(setting, margin=max(line.right for line in lines) if is_wrapped(lines) else math.inf)


def _cell(cell: Box, page: Page, setting: Setting) -> Iterator[Block]:
    words = [word for word in page.words if holds(cell, word)]
    if not words:
        return
    padding = min(word.left for word in words) - cell[0]
    lines = [Line([word for line in row for word in line.words]) for row in rows(words)]
    yield from paragraphs(lines, replace(setting, margin=cell[2] - padding), Part.BODY, page.number)


def _once(found: Iterator[Block]) -> Iterator[Block]:
    """Yield each text once, without the page number at its end; a later page's may be a part of the first's."""
    seen: set[str] = set()
    for block in found:
        text = _unnumbered(block.text)
        lines = set(text.casefold().split("\n"))
        if not lines <= seen:
            seen |= lines | {" ".join(text.casefold().split())}
            yield replace(block, text=text)


def _joined(found: Iterator[Block], setting: Setting) -> Iterator[Block]:
    """Yield the blocks, with a paragraph in one piece that clearly goes on over the end of a page."""
    before: Block | None = None
    for block in found:
        if before is not None and _goes_on(before, block):
            text = join_lines([before.text, block.text], setting.words)
            before = replace(before, text=text, confidence=before.confidence or block.confidence)
            continue
        if before is not None:
            yield before
        before = block
    if before is not None:
        yield before


def _goes_on(before: Block, block: Block) -> bool:
    running = before.style in {Style.PARAGRAPH, Style.ITEM} and block.style is Style.PARAGRAPH and before.page != block.page
    unended = not before.text.endswith(_SENTENCE_ENDS)
    return running and unended and (block.text[:1].islower() or len(before.text.rpartition("\n")[2]) > _PARAGRAPH_LENGTH)
