"""How tests, and the docs' pictures, start a browser: where its program is named, and what keeps it from calling anybody."""

from __future__ import annotations

BROWSER = "LETTERPROOF_TEST_BROWSER"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
