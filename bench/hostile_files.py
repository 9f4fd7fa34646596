"""Files made to be slow: how much longer twice the length takes to read, kind by kind: `python -m bench.hostile_files`.

2 is linear; 4 would be the square. bench/hostile.py does the same for judging.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from email.message import EmailMessage

import readers
from models.settings import Limits

ROUNDS = 3
MAIL = b"From: a@b.example\nSubject: x\nMIME-Version: 1.0\n"
FILE_LENGTH = 200_000  # bytes


def reading_seconds(content: bytes) -> float:
    """Return the best time of several rounds to read a file."""
    return best(lambda: readers.read_bytes(content, "letter", Limits(characters=900_000)))


def best(work: Callable[[], object]) -> float:
    """Return the best time of several rounds, in seconds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def _repeated(start: bytes, piece: bytes) -> Callable[[int], bytes]:
    return lambda length: start + piece * (length // len(piece))


def _attached(length: int) -> bytes:
    """Return an e-mail with many attachments of one name."""
    message = EmailMessage()
    message["From"] = "a@b.example"
    for _ in range(length // 400):
        message.add_attachment(b"x", maintype="text", subtype="plain", filename="a.txt")
    return message.as_bytes()


def _multiparts(length: int) -> bytes:
    """Return an e-mail of multiparts in multiparts."""
    parts = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number) for number in range(length // 60))
    return MAIL + b"".join(parts)


FILES: dict[str, Callable[[int], bytes]] = {
    "text: #": _repeated(b"", b"#"),
    "text: # a#": _repeated(b"# ", b"a#"),
    "text: |---": _repeated(b"", b"|---"),
    "text: | |": _repeated(b"", b"| |\n"),
    "text: lines of an item": _repeated(b"- a\n", b"a\n"),
    "mail: attachments of one name": _attached,
    "mail: multiparts in multiparts": _multiparts,
    "mail: quoted lines": _repeated(MAIL + b"\n", b"> a\n"),
    "mail: From lines": _repeated(MAIL + b"\n", b"From: a\n"),
    "mail: addresses": _repeated(MAIL + b"To: ", b"<a@b.example>,"),
    "html: div": _repeated(b"<html>", b"<div>a</div>"),
    "html: nested tables": _repeated(b"<html>", b"<table><tr><td>a"),
    "html: comments": _repeated(b"<html>", b"<!-- a --><p>"),
    "rtf: groups": _repeated(b"{\\rtf1 ", b"{a}"),
    "rtf: bytes": _repeated(b"{\\rtf1 ", b"\\'e9"),
    "rtf: cells": _repeated(b"{\\rtf1 ", b"\\intbl a\\cell"),
}


def main() -> None:
    """Print a row for each kind of file: the ratio, and the time for the longer one."""
    print(f"{'file':40} {'ratio':>6} {'s':>6}")
    for name, made in FILES.items():
        short, long = reading_seconds(made(FILE_LENGTH)), reading_seconds(made(2 * FILE_LENGTH))
        print(f"{name:40} {long / short:6.2f} {long:6.2f}")


if __name__ == "__main__":
    main()
