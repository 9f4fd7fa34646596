"""Compressed rich text, as Outlook keeps it in messages ([MS-OXRTFCP])."""

from __future__ import annotations

import struct

from models.finding import ErrorCode, ReadError
from models.settings import Limits

_HEADER = struct.Struct("<IIII")  # the size that follows, the size unpacked, the kind, a checksum
_PACKED = 0x75465A4C
_PLAIN = 0x414C454D
_WINDOW = 4096
_SHORTEST = 2
# Both sides begin with this text in the window (2.1.2.1).
_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New "
    rb"RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpacked(content: bytes, limits: Limits) -> bytes:
    """Return the rich text in `content`.

    Raises ReadError (`too_large`) over limits.unpacked_bytes, ValueError where the content is of no kind that is known.
    """
    if len(content) < _HEADER.size:
        raise ValueError("the header is cut off")
    _, size, kind, _ = _HEADER.unpack_from(content)
    if size > limits.unpacked_bytes:
        raise ReadError(
            ErrorCode.TOO_LARGE, "The e-mail's text unpacks to more than limits.unpacked_bytes. Save the letter in it by itself."
        )
    if kind == _PLAIN:
        return content[_HEADER.size : _HEADER.size + size]
    if kind != _PACKED:
        raise ValueError("the kind is not known")
    return bytes(_unpacked(content[_HEADER.size :], size))


def _unpacked(packed: bytes, size: int) -> bytearray:
    """Return what stands packed, at most `size` bytes: eight signs at a time, each a byte or a place in the window and a length."""
    found = bytearray(_BEGINNING)
    most, place = len(_BEGINNING) + size, 0
    while place < len(packed) and len(found) < most:
        flags = packed[place]
        place += 1
        for bit in range(8):
            if not flags >> bit & 1:
                found += packed[place : place + 1]
                place += 1
                continue
            reference = int.from_bytes(packed[place : place + 2], "big")
            place += 2
            distance = (len(found) - (reference >> 4)) % _WINDOW
            if not distance or place > len(packed) or distance > len(found):
                return found[len(_BEGINNING) : most]
            for _ in range((reference & 0xF) + _SHORTEST):
                found.append(found[-distance])
    return found[len(_BEGINNING) : most]
