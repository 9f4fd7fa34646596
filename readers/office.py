"""Old Word and Works documents (.doc, .dot, .wps), turned into .docx by LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from olefile import OleFileIO

from models.finding import ErrorCode, ReadError
from models.letter import Block
from models.settings import Limits
from readers import docx

_PROGRAMS = ("soffice", "libreoffice")
_NO_PROGRAM = (
    "This is an old Word or Works file (.doc, .wps), which is read only where LibreOffice is installed. Install it (libreoffice-writer), "
    "or open the file in Word, save it as .docx and try that."
)
_FAILED = "LibreOffice could not open this old Word or Works file. Open it in Word, save it as .docx and try that."
_WORD_STREAM = "WordDocument"
_ENCRYPTED = 0x01  # of the flags' second byte ([MS-DOC] 2.5.2)
_FLAGS = 11
# Of the time that a letter may take: so this reader gives up before a worker of the nightly run is ended with LibreOffice left over.
_SHARE_OF_TIME = 0.8
# The profile is new each time, and nobody's own: no macros, no links followed, nothing fetched.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value>
</prop><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop><prop oor:name="DisableActiveContent" oor:op="fuse">
<value>true</value></prop><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def blocks(content: bytes, limits: Limits) -> list[Block]:
    """Return the document's blocks as those of the .docx that LibreOffice makes of it.

    Raises ReadError: `unsupported` where LibreOffice is not installed, `encrypted`, `too_slow`, `corrupt` where LibreOffice fails, and
    as readers.docx does.
    """
    if _is_encrypted(content):
        raise ReadError(ErrorCode.ENCRYPTED, "The file needs a password to open. Save a copy without a password and try that.")
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise ReadError(ErrorCode.UNSUPPORTED, _NO_PROGRAM)
    with tempfile.TemporaryDirectory(prefix="letterproof-", ignore_cleanup_errors=True) as folder:
        return docx.blocks(_converted(program, content, Path(folder), limits), limits)


def _is_encrypted(content: bytes) -> bool:
    with OleFileIO(io.BytesIO(content)) as ole:
        if not ole.exists(_WORD_STREAM):
            return False
        with ole.openstream(_WORD_STREAM) as stream:
            return bool(stream.read(_FLAGS + 1)[_FLAGS] & _ENCRYPTED)


def _converted(program: str, content: bytes, folder: Path, limits: Limits) -> bytes:
    source = folder / "letter.doc"
    source.write_bytes(content)
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_PROFILE, encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    how = ("--headless", "--norestore", "--nolockcheck", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder))
    _run([program, profile, *how, str(source)], folder, limits.seconds * _SHARE_OF_TIME)
    made = source.with_suffix(".docx")
    if not made.is_file():
        raise ReadError(ErrorCode.CORRUPT, _FAILED)
    if made.stat().st_size > limits.unpacked_bytes:
        raise ReadError(ErrorCode.TOO_LARGE, "LibreOffice makes a file of this that is larger than limits.unpacked_bytes.")
    return made.read_bytes()


def _run(command: list[str], folder: Path, seconds: float) -> None:
    """Run the program in a session of its own, so that it can be ended with all that it started."""
    own = {"HOME": str(folder), "TMPDIR": str(folder)}
    process = subprocess.Popen(  # noqa: S603 (the program that was found, with our own file)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | own,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        said = f"LibreOffice took more than {seconds:g} seconds over this old Word file. Save it as .docx, or raise limits.seconds."
        raise ReadError(ErrorCode.TOO_SLOW, said) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
