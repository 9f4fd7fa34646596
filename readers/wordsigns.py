"""Signs that Word takes from fonts of signs (`w:sym`), as characters that say the same."""

from __future__ import annotations

_PRIVATE = range(0xF000, 0xF100)  # where Word keeps the characters of fonts of signs
_BULLETS = "•"
_WINGDINGS = {
    0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x2B: "✉", 0x3A: "💻", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x70: "☐",
    0x71: "☐", 0x72: "☐", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→",
    0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_FONTS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": {0x27: "☎", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x97: "●"},
    "wingdings 3": {0x5B: "←", 0x5D: "→", 0x61: "✓"} | dict.fromkeys((0x7D, 0x84, 0x86), "▶"),
    "webdings": {0x61: "✓", 0x63: "☐", 0x67: "■", 0x69: "ℹ", 0x72: "✗", 0xC6: "🏠", 0xC9: "☎", 0x9B: "✉"},
    "symbol": {
        0x2D: "−", 0xA3: "≤", 0xAB: "↔", 0xAC: "←", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷",
        0xB9: "≠", 0xBC: "…", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xE2: "®", 0xE3: "©", 0xE4: "™",
    },
}  # fmt: skip


def sign(font: str | None, code: str | None) -> str:
    """Return the character for `code` (hexadecimal, as Word writes it) of a font of signs; a bullet where the sign is not known."""
    try:
        number = int(code or "", 16)
    except ValueError:
        return " "
    if not 0 <= number <= 0xFFFF:
        return " "
    here = _FONTS.get((font or "").lower())
    if number not in _PRIVATE and here is None:
        return chr(number)
    return (here or {}).get(number & 0xFF, _BULLETS)
