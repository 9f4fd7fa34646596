"""The free typefaces that the PDFs are set in, with all the letters that names need; found on this machine, and embedded."""

from __future__ import annotations

from matplotlib.font_manager import FontProperties, findfont


class FontMissingError(Exception):
    """A typeface that is not installed. The message says what to install."""


def font_files(family: str) -> tuple[str, str]:
    """Return the files of the regular and the bold typeface of a family. Raises FontMissingError."""
    try:
        regular, bold = (findfont(FontProperties(family=family, weight=weight), fallback_to_default=False) for weight in ("normal", "bold"))
    except ValueError as error:
        message = f"The typeface {family} is not installed. Install it (on Debian: fonts-liberation and fonts-dejavu-core)."
        raise FontMissingError(message) from error
    return str(regular), str(bold)
