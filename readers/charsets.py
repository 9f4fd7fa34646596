"""From bytes to text, whatever character set a file names and whether that is true."""

from __future__ import annotations

import codecs
import re

from models.finding import ErrorCode, ReadError

_BINARY_SHARE = 0.1
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What Python also calls encodings, but no letter is written in; some take the square of the length.
_NO_CHARSETS = {"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"}
# Programs that say one of these mean Windows-1252, as browsers know.
_LATIN = {"ascii", "iso8859-1"}


def decoded(content: bytes, named: str | None = None) -> str:
    """Return `content` as text: by its byte-order mark, else by the character set `named`, else as UTF-8, else as Windows-1252.

    A character set that is unknown, or in which the content cannot be, is passed over. Characters that cannot be told are U+FFFD.
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(charset, errors="replace")
    for charset in (_known(named), "utf-8"):
        try:
            return content.decode(charset)
        except UnicodeError:
            continue
    return content.decode("cp1252", errors="replace")


def refuse_binary(text: str) -> None:
    """Raise ReadError (`unsupported`) where what was decoded is no text."""
    if "\0" in text or len(_BINARY.findall(text)) > _BINARY_SHARE * len(text):
        raise ReadError(ErrorCode.UNSUPPORTED, "This is not a letter in a format that is read. Save it as .docx, .pdf or .txt.")


def _known(named: str | None) -> str:
    """Return Python's name of a character set, UTF-8 where there is none of that name."""
    try:
        found = codecs.lookup(named or "utf-8")
    except (LookupError, ValueError):  # ValueError: NUL in the name
        return "utf-8"
    if found.name in _NO_CHARSETS or not found._is_text_encoding:  # noqa: SLF001 (the only way to ask)
        return "utf-8"
    return "cp1252" if found.name in _LATIN else found.name
