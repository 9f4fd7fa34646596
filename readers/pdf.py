"""PDF documents. PDFium reads the words and their places; pdfplumber is asked only on a page that has a ruled table.

PDFium must not be called from two threads, not even on two documents: a lock sees to that within a process.
"""

from __future__ import annotations

import contextlib
import ctypes
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
from readers.layout import Flow, Line, Row, Word, flows, rows
from readers.letterhead import letterhead_end
from readers.paragraphs import Setting, is_wrapped, join_lines, paragraphs

_LOCK = threading.Lock()
_TAIL = 2048
_WORD = re.compile(r"[^\s\ufffe\x02]+[\ufffe\x02]?")
_BROKEN = "\ufffe\x02"  # PDFium's signs for a hyphen at a line's end
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")
_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
_FONT_NAME = 128
_MOST_PATHS = 3000
_BARE_NUMBER = re.compile(r"[\s|·•\u2013-]*\d{1,3}[\s|·•\u2013-]*")
_PAGE_NUMBER = re.compile(r"[\s|·•\u2013-]*(?:page \d{1,3}|(?:page )?\d{1,3} ?(?:of|/) ?\d{1,3})[\s|·•\u2013-]*", re.IGNORECASE)
_PAGE_NUMBER_END = re.compile(r"[\s|·•\u2013-]*\bpage \d+(?: of \d+)?$", re.IGNORECASE)
_MARGIN = 0.15  # of the page's height: where running headers and footers stand
_FOOT = 0.9  # of the page's height: a footer reaches below this
_FOOTER_ROWS = 6
_HEADER_ROWS = 3  # of a later page: where more is repeated, a copy of the letter starts
_APART = 0.8  # of the usual line's height: what is further away from the text may be a header or a footer
_OPENING = 0.45  # of the first page's height: what a later page's header may repeat stands above this
_ASCENT, _DESCENT = 0.74, 0.2  # of the font's size: how far a line reaches above and below its letters' feet
_SMALL = 0.93  # of the usual line's height
_LONG_SHARE = 0.9  # of the long lines end before the right margin
_SETTING_SHARE = 0.6  # of the page's width: text that runs on reaches at least so far
_PARAGRAPH_LENGTH = 60  # in characters: longer than a line of an address or a signature
_SENTENCE_ENDS = (".", "!", "?", ":", ";", '"', "\u201d", "\u2019", ")")

Box = tuple[float, float, float, float]  # left, top, right, bottom in points from the page's top left corner


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as PDFium gives it: its number (1-based), size in points, words, and whether it may have a ruled table."""

    number: int
    width: float
    height: float
    words: list[Word]
    is_ruled: bool


@dataclass(frozen=True, slots=True)
class _Table:
    """A ruled table: its box, and the cells of each row."""

    box: Box
    rows: list[list[Box]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page's content, sorted: running header and footer, what stands between them, and the tables in that."""

    page: _Page
    header: list[Row]
    body: list[Row]
    footer: list[Row]
    tables: list[_Table]


def blocks(content: bytes, limits: Limits) -> list[Block]:
    """Return the document's blocks: running headers once, the pages in reading order, running footers once.

    Raises ReadError (`encrypted`, `corrupt`, `too_large`). A document without text gives no blocks.
    """
    _check_end(content)
    with _LOCK:
        pages = list(_pages(content, limits))
    if ocr.is_installed() or all(len(page.words) < ocr.FEW_WORDS for page in pages):
        pages = [_recognised(content, page) if len(page.words) < ocr.FEW_WORDS else page for page in pages]
    return _arranged(content, pages)


def scan_blocks(scans: Iterable[ocr.Scan]) -> list[Block]:
    """Return the blocks of a letter of which there is nothing but scans of its pages, as `blocks` does."""
    return _arranged(b"", [_Page(number, scan.width, scan.height, scan.words, is_ruled=False) for number, scan in enumerate(scans, 1)])


def _recognised(content: bytes, page: _Page) -> _Page:
    """Return a page that is a scan with what OCR reads on it, or, without OCR, with nothing; another page as it is."""
    with _LOCK, pypdfium2.PdfDocument(content) as document, contextlib.closing(document[page.number - 1]) as one:
        if not ocr.is_scan(one, len(page.words)):
            return page
        picture = ocr.picture(one) if ocr.is_installed() else None
    if picture is None:
        return replace(page, words=[])
    scan = ocr.read(picture, page.number)
    return replace(page, width=scan.width, height=scan.height, words=scan.words, is_ruled=False)


def _arranged(content: bytes, pages: Sequence[_Page]) -> list[Block]:
    pages = [page for page in pages if page.words]
    if not pages:
        return []
    setting = _setting(pages)
    sheets = _sheets(content, pages, setting)
    apart = replace(setting, margin=math.inf)  # lines of a letterhead end where they do, also those that reach the margin
    headers = (block for sheet in sheets for block in _text(sheet.header, sheet.page.number, apart, Part.HEADER))
    body = (block for sheet in sheets for block in _body(sheet, setting))
    footers = (block for sheet in sheets for block in _text(sheet.footer, sheet.page.number, setting, Part.FOOTER))
    return [*_once(headers), *_joined(body, setting), *_once(footers)]


def _check_end(content: bytes) -> None:
    """Refuse a file whose end is missing: PDFium would mend it, and show a letter without its last pages."""
    tail = content[-_TAIL * 2 :].rstrip(b"\0\r\n\t ")[-_TAIL:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise ReadError(ErrorCode.CORRUPT, "The end of the PDF is missing. Fetch or export it again, and try that copy.")


def _pages(content: bytes, limits: Limits) -> Iterator[_Page]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            message = "The PDF needs a password to open. Save a copy without a password and try that."
            raise ReadError(ErrorCode.ENCRYPTED, message) from error
        raise
    with contextlib.closing(document):
        if len(document) > limits.pages:
            raise ReadError(ErrorCode.TOO_LARGE, f"The PDF has more than {limits.pages} pages. Split it, or raise limits.pages.")
        has_fields = document.get_formtype() != pdfium.FORMTYPE_NONE
        if has_fields:
            document.init_forms()
        for index in range(len(document)):
            if has_fields:
                with contextlib.closing(document[index]) as page:
                    page.flatten()  # what was filled into fields becomes text of the page
            with contextlib.closing(document[index]) as page:
                yield _page(page, index + 1)


def _page(page: pypdfium2.PdfPage, number: int) -> _Page:
    turn = page.get_rotation()
    width, height = page.get_size()
    with contextlib.closing(page.get_textpage()) as text:
        words = list(_words(text, _paper(page), turn))
    return _Page(number, width, height, words, _is_ruled(page))


def _paper(page: pypdfium2.PdfPage) -> Box:
    """Return the shown part of the page as PDFium counts, also where the page's size is said once for all pages."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return box.left, box.bottom, box.right, box.top


def _words(page: pypdfium2.PdfTextPage, paper: Box, turn: int) -> Iterator[Word]:
    text = _ASTRAL.sub("  ", page.get_text_range())
    counts_alike = len(text) == page.count_chars()
    fonts: dict[bytes, bool] = {}
    for match in _WORD.finditer(text):
        first, last = match.start(), match.end() - 1
        if not counts_alike:
            first, last = (pdfium.FPDFText_GetCharIndexFromTextIndex(page, index) for index in (first, last))
        around = _box(page, first, last)
        word = match.group()
        yield Word(word[:-1] + "-" if word[-1] in _BROKEN else word, *_upright(around, paper, turn), _is_bold(page, first, fonts))


def _box(page: pypdfium2.PdfTextPage, first: int, last: int) -> Box:
    """Return the box of the word between two characters as PDFium counts: left, bottom, right, top, from the bottom left corner.

    It is as high as the font's line. PDFium's own boxes are in many files only as high as the letters.
    """
    starts, ends, matrix = pdfium.FS_RECTF(), pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetLooseCharBox(page, first, starts)
    pdfium.FPDFText_GetLooseCharBox(page, last, ends)
    pdfium.FPDFText_GetMatrix(page, first, matrix)
    pdfium.FPDFText_GetCharOrigin(page, first, x, y)
    size = pdfium.FPDFText_GetFontSize(page, first)
    across, up = matrix.c * size, matrix.d * size
    if abs(across) > abs(up):  # the text runs up or down the page
        left, right = sorted((x.value - _DESCENT * across, x.value + _ASCENT * across))
        return left, min(starts.bottom, ends.bottom), right, max(starts.top, ends.top)
    bottom, top = sorted((y.value - _DESCENT * up, y.value + _ASCENT * up))
    return min(starts.left, ends.left), bottom, max(starts.right, ends.right), top


def _upright(box: Box, paper: Box, turn: int) -> Box:
    """Return the box as it stands on the page that a person sees, which may be turned by 90, 180 or 270 degrees."""
    left, bottom, right, top = box[0] - paper[0], box[1] - paper[1], box[2] - paper[0], box[3] - paper[1]
    width, height = paper[2] - paper[0], paper[3] - paper[1]
    if turn == 90:
        return bottom, left, top, right
    if turn == 180:
        return width - right, bottom, width - left, top
    if turn == 270:
        return height - top, width - right, height - bottom, width - left
    return left, height - top, right, height - bottom


def _is_bold(page: pypdfium2.PdfTextPage, index: int, fonts: dict[bytes, bool]) -> bool:
    name = ctypes.create_string_buffer(_FONT_NAME)
    pdfium.FPDFText_GetFontInfo(page, index, name, _FONT_NAME, None)
    if name.value not in fonts:
        fonts[name.value] = bool(_BOLD.search(name.value))
    return fonts[name.value]


def _is_ruled(page: pypdfium2.PdfPage) -> bool:
    """Tell whether lines and boxes are drawn at three places across the page or more, as a table of two columns has them."""
    edges: set[int] = set()
    paths = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,), max_depth=3)
    for path in itertools.islice(paths, _MOST_PATHS):
        left, bottom, right, top = path.get_bounds()
        wide, high = right - left > 20, top - bottom > 8
        if wide and high and pdfium.FPDFPath_CountSegments(path) > 8:
            return True  # a whole grid in one stroke
        if high:
            edges |= {round(left / 3), round(right / 3)} if wide else {round(left / 3)}
    return len(edges) > 2


def _setting(pages: Sequence[_Page]) -> Setting:
    words = [word for page in pages for word in page.words]
    lines = [line for page in pages for row in rows(page.words) if len(row) == 1 for line in row]
    widest = max((line.right - line.left for line in lines), default=0)
    rights = sorted(line.right for line in lines if line.right - line.left > widest / 2)
    used = frozenset(word.text.lower().strip(".,;:()") for word in words)
    margin = rights[int(len(rights) * _LONG_SHARE)] if rights else math.inf
    if margin < _SETTING_SHARE * max(page.width for page in pages):
        margin = math.inf  # nothing but short lines, none of which ended for want of room
    return Setting(margin, statistics.median(word.height for word in words), used)


def _sheets(content: bytes, pages: Sequence[_Page], setting: Setting) -> list[_Sheet]:
    ruled = [_tables(content, page) if page.is_ruled else [] for page in pages]
    loose = [
        rows([word for word in page.words if not any(_holds(table.box, word) for table in found)])
        for page, found in zip(pages, ruled, strict=True)
    ]
    places = (
        {_key(line, page) for row in page_rows for line in row if _zone(line, page)} for page, page_rows in zip(pages, loose, strict=True)
    )
    counts = Counter(key for keys in places for key in keys)
    running = {key for key, count in counts.items() if count > 1}
    opening = {_said(line) for row in loose[0] for line in row if line.top < pages[0].height * _OPENING}
    sheets = (_sheet(page, page_rows, found, running) for page, page_rows, found in zip(pages, loose, ruled, strict=True))
    return [_trimmed(sheet, opening, setting) for sheet in sheets]


def _sheet(page: _Page, page_rows: Sequence[Row], found: list[_Table], running: set[tuple[str, int, str]]) -> _Sheet:
    """Return the page with what it has in common with others as its header and footer, and without its number."""
    sheet = _Sheet(page, [], [], [], found)
    for row in page_rows:
        kept = [line for line in row if not (_zone(line, page) and _is_page_number(line, row))]
        repeated = [line for line in kept if _key(line, page) in running]
        sheet.header.append([line for line in repeated if _zone(line, page) == "top"])
        sheet.footer.append([line for line in repeated if _zone(line, page) == "bottom"])
        sheet.body.append([line for line in kept if line not in repeated])
    return replace(sheet, header=_filled(sheet.header), body=_filled(sheet.body), footer=_filled(sheet.footer))


def _trimmed(sheet: _Sheet, opening: set[str], setting: Setting) -> _Sheet:
    """Return the page with the header and footer that stand on it alone."""
    page, body = sheet.page, sheet.body
    end = letterhead_end(body, setting.height, page.height) if page.number == 1 else _header_end(body, page, opening, setting)
    start = max(end, _footer_start(body, page, setting))
    return replace(sheet, header=[*sheet.header, *body[:end]], body=body[end:start], footer=[*body[start:], *sheet.footer])


def _filled(page_rows: Sequence[Row]) -> list[Row]:
    return [row for row in page_rows if row]


def _is_page_number(line: Line, row: Row) -> bool:
    # A number beside other text may be a table's.
    return bool(_PAGE_NUMBER.fullmatch(line.text) or (len(row) == 1 and _BARE_NUMBER.fullmatch(line.text)))


def _zone(line: Line, page: _Page) -> str:
    if line.bottom < page.height * _MARGIN:
        return "top"
    return "bottom" if line.top > page.height * (1 - _MARGIN) else ""


def _key(line: Line, page: _Page) -> tuple[str, int, str]:
    """Return what a running header's line has in common on all its pages: where it stands, and its text but for the page number."""
    return _zone(line, page), round(line.top / 3), _PAGE_NUMBER_END.sub("", line.text)


def _said(line: Line) -> str:
    return _PAGE_NUMBER_END.sub("", line.text).casefold()


def _header_end(body: Sequence[Row], page: _Page, opening: set[str], setting: Setting) -> int:
    """Return where the rows of a later page's own header end: those that repeat the `opening` lines of the first page, or small print."""
    top = list(itertools.takewhile(lambda row: all(_zone(line, page) == "top" for line in row), body))
    repeated = itertools.takewhile(lambda row: all(_said(line) in opening for line in row), top)
    small = itertools.takewhile(lambda row: _is_small(row, setting), top)
    end = max(len(list(repeated)), len(list(small)))
    return end if 0 < end <= _HEADER_ROWS and end < len(body) and _space_above(body, end) > setting.height * _APART else 0


def _is_small(row: Row, setting: Setting) -> bool:
    return all(line.height < setting.height * _SMALL for line in row)


def _footer_start(body: Sequence[Row], page: _Page, setting: Setting) -> int:
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


def _body(sheet: _Sheet, setting: Setting) -> Iterator[Block]:
    """Yield the blocks of a page's middle, each table where it stands."""
    rest = sheet.body
    for table in sheet.tables:
        above = [row for row in rest if _top(row) < table.box[1]]
        rest = rest[len(above) :]
        yield from _text(above, sheet.page.number, setting, Part.BODY)
        for row in table.rows:
            cells = [list(_cell(cell, sheet.page, setting)) for cell in row]
            yield from tables.row(cells, Part.BODY, sheet.page.number)
    yield from _text(rest, sheet.page.number, setting, Part.BODY)


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


def _tables(content: bytes, page: _Page) -> list[_Table]:
    """Return the page's ruled tables that have several columns, from the top down."""
    import pdfplumber  # noqa: PLC0415 (slow to load, and most letters have no table)

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    with pdfplumber.open(io.BytesIO(content), pages=[page.number]) as document:
        left, top = document.pages[0].cropbox[:2]
        found = [
            _Table(_moved(table.bbox, left, top), [[_moved(cell, left, top) for cell in row.cells if cell] for row in table.rows])
            for table in document.pages[0].find_tables()
        ]
    return sorted((table for table in found if _has_columns(table, page)), key=lambda table: table.box[1])


def _moved(box: Box, left: float, top: float) -> Box:
    return box[0] - left, box[1] - top, box[2] - left, box[3] - top


def _has_columns(table: _Table, page: _Page) -> bool:
    return any(sum(any(_holds(cell, word) for word in page.words) for cell in row) > 1 for row in table.rows)


def _cell(cell: Box, page: _Page, setting: Setting) -> Iterator[Block]:
    words = [word for word in page.words if _holds(cell, word)]
    if not words:
        return
    padding = min(word.left for word in words) - cell[0]
    lines = [Line(tuple(itertools.chain.from_iterable(line.words for line in row))) for row in rows(words)]
    yield from paragraphs(lines, replace(setting, margin=cell[2] - padding), Part.BODY, page.number)


def _holds(box: Box, word: Word) -> bool:
    return box[0] <= (word.left + word.right) / 2 <= box[2] and box[1] <= word.middle <= box[3]


def _once(found: Iterator[Block]) -> Iterator[Block]:
    """Yield each text once, without the page number at its end; a later page's may be a part of the first's."""
    seen: set[str] = set()
    for block in found:
        text = _PAGE_NUMBER_END.sub("", block.text)
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
