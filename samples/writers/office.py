"""PDFs by LibreOffice from Word documents: nearest to what landlords' own machines make."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_SECONDS = 300
_WHEN = "1767225600"  # 1 January 2026


class OfficeMissingError(Exception):
    """LibreOffice is not installed. The message says what to install."""


def office_file(document: bytes) -> bytes:
    """Return a Word document as a PDF. Raises OfficeMissingError."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise OfficeMissingError("LibreOffice is not installed. Install it (on Debian: libreoffice-writer-nogui).")
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "letter.docx"
        source.write_bytes(document)
        profile = f"-env:UserInstallation={(Path(name) / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", name, str(source)]
        # The date that LibreOffice writes into the PDF is taken from here.
        subprocess.run(  # noqa: S603 (the program that was found above, with our own file)
            command, check=True, capture_output=True, timeout=_SECONDS, env=os.environ | {"SOURCE_DATE_EPOCH": _WHEN}
        )
        return source.with_suffix(".pdf").read_bytes()
