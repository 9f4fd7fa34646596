"""Documents in: one module a format, all giving a Letter. The rest of the program needs only what is named here."""

from __future__ import annotations

from readers.ocr import is_installed as reads_scans
from readers.refusals import too_long
from readers.registry import FOREIGN_SUFFIXES, SUFFIXES, content_of, is_docx, letter_from_text, read, read_bytes

__all__ = ["FOREIGN_SUFFIXES", "SUFFIXES", "content_of", "is_docx", "letter_from_text", "read", "read_bytes", "reads_scans", "too_long"]
