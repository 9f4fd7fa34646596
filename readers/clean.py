"""Characters and small signs that every reader puts in order the same way."""

from __future__ import annotations

import re
import unicodedata

_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_NOTHING = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2066\u2067\u2068\u2069\ufeff"
_LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
_TABLE = str.maketrans(
    {chr(code): "" for code in (*range(32), *range(127, 160))}
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_BREAKS, "\n")
    | dict.fromkeys(_NOTHING, "")
    | dict.fromkeys("\u2010\u2011", "-")
    | {"\n": "\n"}
    | _LIGATURES
)
_RUNS = re.compile(r" {2,}")
_EDGES = re.compile(r" *\n *")
_LONE = re.compile(r"[\ud800-\udfff]")

_BULLET = re.compile(r"[•·∙▪■●○◦‣⁃➢✓✔*+\-\u2013\uf000-\uf0ff]\s+(?=\S)|[•▪■●◦‣➢\uf000-\uf0ff](?=\S)|o\s+(?=[A-Z])")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{2,4})[.)]|\d{1,2}(?:\.\d{1,2})+(?=\s+[A-Z]))\s+(?=\S)")
_CAPITALS_LENGTH = 80


def clean(text: str) -> str:
    """Return `text` in plain characters.

    Ligatures are spelt out, invisible characters dropped, odd spaces and tabs become one space, odd hyphens "-" and odd line
    breaks a line feed. Quotation marks and dashes stay as typed. Spaces at the ends of lines go.
    """
    plain = text.replace("\r\n", "\n").translate(_TABLE)
    plain = _RUNS.sub(" ", _LONE.sub("\ufffd", unicodedata.normalize("NFC", plain)))
    return (_EDGES.sub("\n", plain) if "\n" in plain else plain).strip()


def one_line(text: str) -> str:
    """Return clean `text` with its line breaks as spaces."""
    return " ".join(clean(text).split())


def as_item(text: str) -> str | None:
    """Return `text` as a list item, with "- " for a bullet or its number as typed, or None where it starts with neither."""
    bullet = _BULLET.match(text)
    if bullet:
        return f"- {text[bullet.end() :]}"
    number = _NUMBER.match(text)
    return f"{number.group().strip()} {text[number.end() :]}" if number else None


def is_capitals(text: str) -> bool:
    """Tell whether `text` is a short line in capitals, as headings are; references and postcodes are not."""
    letters = sum(character.isalpha() for character in text)
    return letters > 4 and len(text) <= _CAPITALS_LENGTH and text.isupper() and not any(c.isdigit() for c in text)
