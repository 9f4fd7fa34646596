"""Signs that a PDF is damaged, or made to exhaust its reader, told before PDFium opens it.

PDFium mends what it can and passes over what it cannot: it shows a damaged letter without the lost pages and paragraphs, and says nothing.
So the streams that words rest on are unpacked here first (their checksums tell of any lost byte), and the objects that they are named by
are looked for. Pictures are left alone, and so are typefaces: most of a letter's bytes are theirs, and its words come without them.
"""

from __future__ import annotations

import itertools
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.finding import ErrorCode, ReadError
from models.settings import Limits

_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj\b")
_BODY_END = re.compile(rb">>[\0\t\n\f\r ]*stream(?:\r\n|\n|\r)|\bendobj\b|(?<!\d)\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj\b")
# The same, found five times as fast as each may start with few characters; where it says "obj", the slow one is to look.
_BODY_END_FAST = re.compile(rb">>[\0\t\n\f\r ]*stream(?:\r\n|\n|\r)|endobj\b(?<=\bendobj)|obj\b")
_STREAM_END = re.compile(rb"[\0\t\n\f\r ]*endstream")
_WITHOUT_WORDS = re.compile(
    rb"/Length1\b|/Subtype\s*/(?:Image|Type1C|CIDFontType0C|OpenType)\b|/Type\s*/(?:EmbeddedFile|Metadata)\b|/FunctionType\b|/ShadingType\b|/Alternate\b"
)
_GLYPHS = re.compile(rb"/CIDToGIDMap\s+(\d+)\s+\d+\s+R\b")
_FORM = re.compile(rb"/Subtype\s*/Form\b")
_PAGES = re.compile(rb"/Type\s*/Pages\b")
_KIDS = re.compile(rb"/Kids\s*\[([^\[\]]*)\]")
_PACKED = re.compile(rb"/Type\s*/ObjStm\b")
_FILTERS = re.compile(rb"/Filter\s*(?:\[([^\[\]]*)\]|/(\w+))")
_LENGTH = re.compile(rb"/Length\s+(\d+)\b(?!\s+\d+\s+R)")
_NAMED = re.compile(rb"/(?:Contents|ToUnicode|DescendantFonts|Resources|Pages|Kids|Root)\s*(?:\[([^\[\]<>()]*)\]|(\d+\s+\d+\s+R\b))")
_FONTS = re.compile(rb"/(?:Font|XObject)\s*(?:<<([^<>]*)>>|(\d+\s+\d+\s+R\b))")
_KEYS = re.compile(rb"/(?:(?:Contents|ToUnicode|Kids)\s*[\[\d]|MediaBox\s*\[)")
_WHOLE_KEYS = re.compile(
    rb"/(?:(?:Contents|ToUnicode|Kids)\s*(?:\[(?:\s*+\d++\s++\d++\s++R\b)*+\s*+\]|\d+\s+\d+\s+R\b)|MediaBox\s*\[[-+.\d\sR]*+\])"
)
_GARBLED_MAP = re.compile(rb"(?<!<)<(?!<)[^<>]*[^0-9A-Fa-f\s<>][^<>]*>")
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R\b")
_FIRST = re.compile(rb"/First\s+(\d{1,9})\b")
_COMMENT = re.compile(rb"%[^\r\n]*")
_RESOURCE = re.compile(rb"/(Resources|XObject)\s+(\d+)\s+\d+\s+R\b")
_DRAWS = re.compile(rb"/([^\s/]+)\s+Do\b")
_NAME = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d+)\s+\d+\s+R\b")
_PLACES = re.compile(rb"xref\s++((?:\d++ ++\d++\s++(?:\d{10} \d{5} [nf]\s{1,2}+)*+)++)")
_SECTION = re.compile(rb"(\d++) ++\d++\s++((?:\d{10} \d{5} [nf]\s{1,2}+)*+)")
_PLACE = re.compile(rb"(\d{10}) \d{5} ([nf])")
_FAR = re.compile(rb"-(?<!\w-)(?:[6-9]\d\d|\d{4})")  # moves a text object's next letters on, in thousandths of the font's size
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MOST_OBJECTS = 300_000
_MOST_DRAWN = 5_000_000  # bytes of one stream: PDFium takes a hundred times as much memory for it, and a letter's page has a hundredth
_MOST_FORMS = 20_000  # drawn on a page, one inside the other
_MOST_DEEP = 30


@dataclass(frozen=True, slots=True)
class Checked:
    """What PDFium is to open, how many pages the document says it has (0 where it does not say), and whether its streams are encrypted.

    `even` where no text object is told to leave a wide gap within itself, as for a tab.
    """

    content: bytes
    pages: int
    encrypted: bool = False
    even: bool = False


@dataclass(frozen=True, slots=True)
class _Object:
    """An object as it stands in the file: its number, where it starts, and its text up to its stream; the stream before it is unpacked."""

    number: int
    start: int
    text: bytes
    stream: memoryview | None


def checked(content: bytes, limits: Limits) -> Checked:
    """Return what to open of a PDF whose text is whole.

    Raises ReadError (`corrupt`) where part of the text is lost, `too_large` where streams unpack to more than `limits` allow or draw too
    much. The streams of an encrypted file cannot be looked into: they are checked in a copy that PDFium makes of it.
    """
    objects = list(itertools.islice(_objects(content), _MOST_OBJECTS + 1))
    if len(objects) > _MOST_OBJECTS:
        raise _too_large()
    content = content if _in_place(content, objects) else content.replace(b"startxref", b"startxxxx")
    if b"/Encrypt" in content:
        return Checked(content, 0, encrypted=True)
    streams = _unpacked(objects, limits)
    texts = {one.number: one.text for one in objects}
    for one, text in zip(objects, streams, strict=True):
        if text is not None and _PACKED.search(one.text):
            texts |= _packed(one.text, text)
    if any(_is_garbled(text) or any(int(number) not in texts for number in _named(text)) for text in texts.values()):
        raise damaged()
    if any(text is not None and b"begincmap" in text and _GARBLED_MAP.search(text) for text in streams):
        raise damaged()
    _check_forms({one.number: text for one, text in zip(objects, streams, strict=True) if text is not None}, texts)
    even = all(text is None or (text and not _FAR.search(text)) for text in streams)
    return Checked(content, _page_count(texts), even=even)


def damaged() -> ReadError:
    """Return what is said of a PDF that has lost part of its text."""
    return ReadError(
        ErrorCode.CORRUPT, "The file is damaged or incomplete. Open it in the program that made it, save it again, and try that copy."
    )


def _objects(content: bytes) -> Iterator[_Object]:
    view = memoryview(content)
    place = 0
    while head := _OBJECT.search(content, place):
        end = _BODY_END_FAST.search(content, head.end())
        if end and end.group() == b"obj":
            end = _BODY_END.search(content, head.end())
        if end is None:
            raise damaged()
        text = content[head.end() : end.start()]
        place = end.end()
        stream = None
        if end.group().startswith(b">>"):
            place = _stream_end(content, end.end(), text)
            stream = view[end.end() : place]
        elif not end.group().startswith(b"e"):
            place = end.start()
        if stream is None and b"Decode" in text and _LENGTH.search(text):
            raise damaged()
        yield _Object(int(head.group(1)), head.start(), text, stream)


def _stream_end(content: bytes, start: int, about: bytes) -> int:
    length = _LENGTH.search(about)
    if length and _STREAM_END.match(content, start + int(length.group(1))):
        return start + int(length.group(1))
    end = content.find(b"endstream", start)
    if end < 0:
        raise damaged()
    return end


def _in_place(content: bytes, objects: Sequence[_Object]) -> bool:
    """Tell whether the objects are where the table of places says; where not, PDFium is to look for them itself."""
    places = {(one.number, one.start) for one in objects}
    lead = content.find(b"%PDF-")
    for table in _PLACES.finditer(content):
        for section in _SECTION.finditer(table.group(1)):
            for number, place in enumerate(_PLACE.finditer(section.group(2)), int(section.group(1))):
                if place.group(2) == b"n" and number and (number, int(place.group(1)) + lead) not in places:
                    return False
    return True


def _unpacked(objects: Sequence[_Object], limits: Limits) -> list[bytes | None]:
    """Return each object's stream unpacked; None where it has none, or one that no words are in."""
    left = limits.unpacked_bytes
    glyphs = {int(number) for one in objects for number in _GLYPHS.findall(one.text)}
    streams: list[bytes | None] = []
    for one in objects:
        if one.stream is None or one.number in glyphs or _WITHOUT_WORDS.search(one.text):
            streams.append(None)
            continue
        text = _unpack(one.text, one.stream, min(left, _MOST_DRAWN))
        left -= len(text)
        streams.append(text)
    return streams


def _unpack(about: bytes, stream: memoryview, most: int) -> bytes:
    """Return the stream unpacked; nothing of one that is packed in a way that letters are not."""
    found = _FILTERS.search(about)
    names = re.findall(rb"\w+", found.group(1) or found.group(2)) if found else []
    content: bytes | memoryview = stream
    if not names and bytes(stream[:2]) in _ZLIB:
        raise damaged()
    for name in names:
        if name in {b"FlateDecode", b"Fl"}:
            content = _inflated(content, most)
        elif name in {b"ASCII85Decode", b"A85"}:
            content = _from_ascii85(bytes(content))
        else:
            return b""
    if len(content) > most:
        raise _too_large()
    return bytes(content)


def _inflated(content: bytes | memoryview, most: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        text = unpacker.decompress(content[2:], most + 1)
    except zlib.error as error:
        raise damaged() from error
    if len(text) > most:
        raise _too_large()
    rest = unpacker.unused_data
    # Some writers leave the checksum out.
    if not unpacker.eof or (rest.strip() and rest[:4] != struct.pack(">I", zlib.adler32(text))):
        raise damaged()
    return text


def _from_ascii85(content: bytes) -> bytes:
    """Return the bytes that the text stands for: four times as fast as base64.a85decode, which would be half of the time for a letter."""
    text = content.translate(None, b"\0\t\n\f\r ").removeprefix(b"<~").partition(b"~")[0].replace(b"z", b"!!!!!")
    filled = text + b"u" * (-len(text) % 5)
    fives = zip(*(filled[start::5] for start in range(5)), strict=True)
    offset = sum(33 * 85**power for power in range(5))
    try:
        fours = [a * 52200625 + b * 614125 + c * 7225 + d * 85 + e - offset for a, b, c, d, e in fives]
        return struct.pack(f">{len(fours)}I", *fours)[: len(fours) * 4 - (len(filled) - len(text))]
    except struct.error as error:
        raise damaged() from error


def _too_large() -> ReadError:
    message = "The PDF unpacks to more than a letter can hold. Print it to a new PDF, or raise limits.unpacked_bytes."
    return ReadError(ErrorCode.TOO_LARGE, message)


def _packed(about: bytes, stream: bytes) -> dict[int, bytes]:
    """Return the objects that an object stream holds, by number: it starts with each one's number and place."""
    first = _FIRST.search(about)
    start = int(first.group(1)) if first else 0
    try:
        head = [int(figure) for figure in _COMMENT.sub(b"", stream[:start]).split()]
    except ValueError as error:
        raise damaged() from error
    places = [*head[1::2], len(stream)]
    return {
        number: stream[start + here : start + there] for number, (here, there) in zip(head[::2], itertools.pairwise(places), strict=False)
    }


def _is_garbled(text: bytes) -> bool:
    """Tell whether a page's size, or what it names as its text, is not written as such."""
    return len(_KEYS.findall(text)) != len(_WHOLE_KEYS.findall(text))


def _named(text: bytes) -> Iterator[bytes]:
    """Yield the numbers of the objects that words rest on and that `text` names."""
    for found in itertools.chain(_NAMED.finditer(text), _FONTS.finditer(text)):
        yield from _REFERENCE.findall(found.group(1) or found.group(2) or b"")


def _page_count(texts: Mapping[int, bytes]) -> int:
    """Return how many pages the page tree lists."""
    nodes = {number: text for number, text in texts.items() if _PAGES.search(text)}
    kids = {int(kid) for text in nodes.values() for listed in _KIDS.findall(text) for kid in _REFERENCE.findall(listed)}
    return len(kids - set(nodes))


def _check_forms(streams: Mapping[int, bytes], texts: Mapping[int, bytes]) -> None:
    """Refuse forms that are drawn inside each other so often that drawing a page would not end."""
    forms = {number for number in streams if _FORM.search(texts[number])}
    if not forms:
        return
    anywhere = _names(texts.values(), forms)
    drawn: dict[int, int] = {}

    def count(number: int, above: tuple[int, ...]) -> int:
        if number in above or len(above) > _MOST_DEEP:
            raise _too_large()
        if number not in drawn:
            draws = _DRAWS.findall(streams[number])
            names = _names(_near(number, texts), forms) if number in forms else anywhere
            inside = {form for name in set(draws) for form in names.get(name, ())}
            drawn[number] = 1 + len(draws) * max((count(form, (*above, number)) for form in inside), default=0)
        if drawn[number] > _MOST_FORMS:
            raise _too_large()
        return drawn[number]

    for number in streams:
        count(number, ())


def _names(texts: Iterable[bytes], forms: set[int]) -> dict[bytes, set[int]]:
    """Return the forms that a name stands for in these texts."""
    names: dict[bytes, set[int]] = {}
    for text in texts:
        for name, number in _NAME.findall(text):
            if int(number) in forms:
                names.setdefault(name, set()).add(int(number))
    return names


def _near(number: int, texts: Mapping[int, bytes]) -> Iterator[bytes]:
    """Yield the object's text, and those of its resources and of the dictionary of forms in them."""
    near = {number}
    for _ in range(3):
        near |= {int(found) for one in near for _, found in _RESOURCE.findall(texts.get(one, b""))}
    return (texts.get(one, b"") for one in near)
