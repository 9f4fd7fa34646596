"""Rich text (.rtf): one pass over its words and groups.

What Word shows is read: fields' results, text boxes, headers, footers and notes. What it does not show is left out: hidden and deleted
text, fields' instructions, comments, pictures.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from models.finding import ErrorCode, ReadError
from models.letter import Block, Part
from models.settings import Limits
from readers import tables
from readers.styled import margin, paragraph

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,40})(?:(?P<number>-?[0-9]{1,10})[0-9]*)? ?"
    r"|\\'(?P<byte>[0-9A-Fa-f]{2})"
    r"|\\(?P<sign>[^A-Za-z])"
    r"|(?P<brace>[{}])"
    r"|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "softline": "\n",
    "emdash": "\u2014",
    "endash": "\u2013",
    "bullet": "\u2022",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
_SIGNS = {"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}"}
_CHARSETS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_FONT_CHARSETS = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
# Groups that are read by themselves: their part, and the place of a page's header or footer among the others.
_STORIES = {
    **{f"header{side}": (Part.HEADER, order) for side, order in (("f", 0), ("", 1), ("r", 1), ("l", 2))},
    **{f"footer{side}": (Part.FOOTER, order) for side, order in (("f", 0), ("", 1), ("r", 1), ("l", 2))},
    "footnote": (Part.NOTE, 0),
    **dict.fromkeys(("shptxt", "dptxbxtext"), (Part.BOX, 0)),
}
# Groups of which nothing is read, as of any group marked \* that is not in _STARRED; and groups in which only some inner ones are read.
_SEALED = {
    *("annotation", "atnauthor", "atnid", "author", "bkmkend", "bkmkstart", "colortbl", "comment", "company", "datafield", "falt"),
    *("filetbl", "fldinst", "formfield", "ftncn", "ftnsep", "ftnsepc", "info", "listoverridetable", "listtable", "nonshppict", "objclass"),
    *(
        "objdata",
        "operator",
        "pict",
        "pntxta",
        "pntxtb",
        "private",
        "revtbl",
        "rxe",
        "shprslt",
        "sp",
        "subject",
        "tc",
        "title",
        "txe",
        "xe",
    ),
    *("aftnsep", "aftnsepc", "aftncn", "nonesttables", "themedata", "userprops", "pgdsctbl", "keywords", "doccomm", "template"),
}
_SKIPPED = {"do", "upr"}
_STARRED = {"do", "footnote", "ud", "shpinst", "shptxt"}
_GROUPS = 1000
_BODY_LEVEL = 9
_HEADING_STYLE = re.compile(r"(?:heading \d|title|subtitle)", re.IGNORECASE)


def blocks(content: bytes, limits: Limits) -> list[Block]:  # noqa: ARG001 (every reader is called the same way)
    """Return the document's blocks: headers, body with its tables and boxes, notes, footers."""
    return _Document().read(content.decode("latin-1"))


@dataclass(slots=True)
class _State:
    """What holds within a group: it begins as that of the group around it, and ends with it."""

    story: _Story
    skipped: bool = False
    sealed: bool = False  # skipped, and so is whatever stands in it
    starred: bool = False
    hidden: bool = False
    deleted: bool = False
    bold: bool = False
    heading: bool = False
    in_table: bool = False
    font: int | None = None
    unicode_skip: int = 1
    table: str = ""  # which table of the document's definitions the group belongs to


@dataclass
class _Story:
    """A run of paragraphs that is read by itself: the body, a header, a note, a text box."""

    part: Part
    order: int = 0
    blocks: list[Block] = field(default_factory=list)
    row: list[list[Block]] = field(default_factory=list)
    cell: list[Block] = field(default_factory=list)
    boxes: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    bold: bool = True

    def write(self, text: str, *, bold: bool) -> None:
        self.pieces.append(text)
        self.bold &= bold or not text.strip()

    def end_paragraph(self, *, heading: bool = False, in_table: bool = False) -> None:
        text = "".join(self.pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        found = [*paragraph(text, self.part, heading=heading, bold=self.bold), *self.boxes]
        self.pieces, self.boxes, self.bold = [], [], True
        if in_table:
            self.cell += found
        else:
            self._end_table()
            self.blocks += found

    def end_cell(self, *, heading: bool) -> None:
        self.end_paragraph(heading=heading, in_table=True)
        self.row.append(self.cell)
        self.cell = []

    def end_row(self) -> None:
        self.blocks += tables.row(self.row, self.part)
        self.row = []

    def end(self) -> list[Block]:
        self.end_paragraph()
        self._end_table()
        return self.blocks

    def _end_table(self) -> None:
        """Read what a table that ends in the middle of a row left over."""
        if self.cell:
            self.row.append(self.cell)
            self.cell = []
        if self.row:
            self.end_row()


class _Document:
    """One pass over a document: the groups that are open, and what the definitions at its head say."""

    def __init__(self) -> None:
        self._body = _Story(Part.BODY)
        self._state = _State(self._body)
        self._groups: list[_State] = []
        self._margins: list[_Story] = []
        self._notes: list[Block] = []
        self._charset = "cp1252"
        self._fonts: dict[int | None, str] = {}
        self._heading_styles: set[int] = set()
        self._style = 0
        self._bytes = bytearray()
        self._to_skip = 0  # characters that stand in for one that \\u gave already

    def read(self, text: str) -> list[Block]:
        place = 0
        while (token := _TOKEN.search(text, place)) is not None:
            place = token.end()
            kind = token.lastgroup if token["word"] is None else "word"
            if kind == "word":
                if token["word"] == "bin":
                    place += max(int(token["number"] or 0), 0)
                self._word(token["word"], None if token["number"] is None else int(token["number"]))
            elif kind == "byte":
                self._byte(int(token["byte"], 16))
            elif kind == "text":
                self._text(token["text"])
            elif kind == "brace":
                self._brace(token["brace"])
            else:
                self._sign(token["sign"])
        while self._groups:
            self._brace("}")
        self._end_bytes()
        return self._whole()

    def _whole(self) -> list[Block]:
        body = self._body.end()
        margins = sorted(self._margins, key=lambda story: story.order)
        headers = margin(block for story in margins if story.part is Part.HEADER for block in story.blocks)
        footers = margin(block for story in margins if story.part is Part.FOOTER for block in story.blocks)
        return [*headers, *body, *self._notes, *footers]

    def _brace(self, brace: str) -> None:
        self._end_bytes()
        self._to_skip = 0
        if len(self._groups) > _GROUPS:
            raise ReadError(ErrorCode.CORRUPT, "The document's groups do not end. Open it in Word, save it again, and try that copy.")
        if brace == "{":
            self._groups.append(self._state)
            self._state = replace(self._state, starred=False)
        elif self._groups:
            inner, self._state = self._state.story, self._groups.pop()
            if inner is not self._state.story:
                self._end_story(inner)

    def _end_story(self, story: _Story) -> None:
        found = story.end()
        if story.part is Part.NOTE:
            self._notes += found
        elif story.part is Part.BOX:
            self._state.story.boxes += found

    def _begin_story(self, part: Part, order: int = 0) -> None:
        story = _Story(part, order)
        if part in {Part.HEADER, Part.FOOTER}:
            self._margins.append(story)
        self._state.story = story
        self._state.skipped = False
        self.begin_paragraph()

    def _text(self, text: str) -> None:
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        text = text[skipped:]
        if self._state.table:
            self._define(text)
        elif text.isascii():
            self._write(text)
        else:
            self._end_bytes()
            self._bytes += text.encode("latin-1")
            self._end_bytes()

    def _byte(self, value: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(value)

    def _end_bytes(self) -> None:
        if self._bytes:
            charset = self._fonts.get(self._state.font, self._charset)
            text, self._bytes = bytes(self._bytes).decode(charset, errors="replace"), bytearray()
            self._write(text)

    def _write(self, text: str) -> None:
        if self._bytes:
            self._end_bytes()
        state = self._state
        if not (state.skipped or state.hidden or state.deleted or state.table):
            state.story.write(text, bold=state.bold)

    def _sign(self, sign: str) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif sign == "*":
            self._state.starred = True
        elif sign in "\r\n":
            self.end_paragraph()
        else:
            self._write(_SIGNS.get(sign, ""))

    def _define(self, text: str) -> None:
        """Take a definition's name: all that is wanted of it is which styles are headings."""
        if self._state.table == "stylesheet" and not self._state.skipped and _HEADING_STYLE.fullmatch(text.strip("; ")):
            self._heading_styles.add(self._style)

    def _word(self, word: str, number: int | None) -> None:
        self._end_bytes()
        starred, self._state.starred = self._state.starred, False
        if word == "u":
            self._to_skip = self._state.unicode_skip
            self._write(chr((number or 0) & 0xFFFF))
            return
        self._to_skip = 0
        if word in _CHARACTERS:
            self._write(_CHARACTERS[word])
        elif word in _CHARSETS:
            self._charset = _CHARSETS[word]
        elif not self._begins_group(word, starred=starred) and word in _SETTERS:
            _SETTERS[word](self, 1 if number is None else number)

    def _begins_group(self, word: str, *, starred: bool) -> bool:
        """Tell whether the word begins a group of a kind of its own, after beginning it."""
        state = self._state
        if state.sealed or word in _SEALED or (starred and word not in _STARRED):
            state.skipped = state.sealed = True
        elif word in _SKIPPED:
            state.skipped = True
        elif word == "ud":
            state.skipped = False
        elif word in {"fonttbl", "stylesheet"}:
            state.table = word
        elif word in _STORIES:
            part, order = _STORIES[word]
            self._begin_story(state.story.part if part is Part.BOX and state.story.part is not Part.BODY else part, order)
        else:
            return False
        return True

    def end_paragraph(self) -> None:
        """End the paragraph, in a group that is read."""
        if not self._state.skipped:
            self._state.story.end_paragraph(heading=self._state.heading, in_table=self._state.in_table)

    def end_cell(self) -> None:
        """End the cell of a table, in a group that is read."""
        if not self._state.skipped:
            self._state.story.end_cell(heading=self._state.heading)

    def end_row(self) -> None:
        """End the row of a table, in a group that is read."""
        if not self._state.skipped:
            self._state.story.end_row()

    def begin_paragraph(self) -> None:
        """Forget the paragraph's look."""
        self._state.in_table = self._state.heading = False

    def begin_plain(self) -> None:
        """Forget the characters' look."""
        self._state.bold = self._state.hidden = False
        self._state.font = None

    def set_state(self, name: str, value: object) -> None:
        """Set what holds until the group ends."""
        setattr(self._state, name, value)

    def set_table(self) -> None:
        """Take the paragraph as one of a table's cell."""
        self._state.in_table = True

    def set_style(self, number: int) -> None:
        """Take the style of the paragraph, or of the definition."""
        self._style = number
        self._state.heading = number in self._heading_styles and not self._state.table

    def set_level(self, level: int) -> None:
        """Take the level in the outline that makes a paragraph, or all of a style, a heading."""
        if level >= _BODY_LEVEL:
            return
        if self._state.table == "stylesheet":
            self._heading_styles.add(self._style)
        else:
            self._state.heading = True

    def set_charset(self, code_page: int) -> None:
        """Take the code page of the document, or of the font that is being defined."""
        if self._state.table == "fonttbl":
            self._fonts[self._state.font] = _codec(code_page)
        else:
            self._charset = _codec(code_page)

    def set_font_charset(self, number: int) -> None:
        """Take the character set of the font that is being defined."""
        if self._state.table == "fonttbl" and number in _FONT_CHARSETS:
            self._fonts[self._state.font] = _FONT_CHARSETS[number]


def _codec(code_page: int) -> str:
    try:
        return codecs.lookup(f"cp{code_page}").name
    except LookupError:
        return "cp1252"


_SETTERS: dict[str, Callable[[_Document, int], None]] = {
    **dict.fromkeys(("par", "sect", "page", "column", "nestcell", "nestrow"), lambda document, _: document.end_paragraph()),
    "cell": lambda document, _: document.end_cell(),
    "row": lambda document, _: document.end_row(),
    "intbl": lambda document, _: document.set_table(),
    "pard": lambda document, _: document.begin_paragraph(),
    "plain": lambda document, _: document.begin_plain(),
    "s": lambda document, number: document.set_style(number),
    "outlinelevel": lambda document, level: document.set_level(level),
    "b": lambda document, number: document.set_state("bold", bool(number)),
    "v": lambda document, number: document.set_state("hidden", bool(number)),
    "deleted": lambda document, number: document.set_state("deleted", bool(number)),
    "f": lambda document, number: document.set_state("font", number),
    "uc": lambda document, number: document.set_state("unicode_skip", max(number, 0)),
    "ansicpg": lambda document, number: document.set_charset(number),
    "cpg": lambda document, number: document.set_charset(number),
    "fcharset": lambda document, number: document.set_font_charset(number),
}
