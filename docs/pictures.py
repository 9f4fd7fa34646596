"""Make the README's pictures from the samples: `python -m docs.pictures`.

`check.svg` shows one checked letter as a terminal does. `summary.png` shows two parts of the compliance summary of the sample archive,
`page.png` and `page-phone.png` the page on which officers fix drafts, on a desk and on a phone. All but the first are made only where
Debian's `chromium` is installed.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright
from rich.console import Console
from rich.text import Text

from tests.browsing import QUIET

PICTURES = Path(__file__).parent / "pictures"
LETTER = "samples/letters/old-ombudsman-address.docx"
ARCHIVE = "samples/archive"
DRAFT = "samples/letters/template-text.txt"
# Each picture's name, the size of the window, and how many pixels a point has.
PAGE_PICTURES: list[tuple[str, ViewportSize, float]] = [
    ("page.png", {"width": 1280, "height": 1240}, 1),
    ("page-phone.png", {"width": 375, "height": 900}, 1.5),
]
WIDTH = 100  # characters of the terminal
PAGE = "<body style='margin:0;display:flex;gap:16px;background:#b1b4b6'>{frames}</body>"
FRAME = "<iframe src='summary.html{anchor}' style='border:0;background:white;width:{width}px;height:1420px' scrolling='no'></iframe>"
SWITCHES = [*QUIET, "--hide-scrollbars"]


def main() -> None:
    """Make all pictures."""
    (PICTURES / "check.svg").write_text(check_picture(), encoding="utf-8")
    chromium = shutil.which("chromium")
    if chromium is None:
        print("docs/pictures/*.png are left as they are: they need chromium.", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        draw_summary(chromium, Path(folder))
    with subprocess.Popen([sys.executable, "-m", "app", "serve", "--port", "0"], stdout=subprocess.PIPE, encoding="utf-8") as server:
        try:
            draw_page(chromium, next(word for word in (server.stdout or [""]).readline().split() if word.startswith("http")))
        finally:
            server.terminate()


def check_picture() -> str:
    """Return what `letterproof check` prints for a letter, as an SVG that needs no file beside it."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    printed = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "app", "check", LETTER], env=environment, capture_output=True, encoding="utf-8", check=False
    ).stdout
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi(printed))
    svg = console.export_svg(title=f"letterproof check {LETTER}", unique_id="check")
    return re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)  # rich asks a server for its typeface


def draw_summary(chromium: str, folder: Path) -> None:
    """Write the picture of the sample archive's summary, which is made in `folder`."""
    command = [sys.executable, "-m", "app", "nightly", ARCHIVE, "--store", str(folder / "letters.db"), "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    frames = FRAME.format(anchor="", width=760) + FRAME.format(anchor="#elements", width=600)
    (folder / "picture.html").write_text(PAGE.format(frames=frames), encoding="utf-8")
    shot = [f"--user-data-dir={folder / 'browser'}", "--window-size=1376,1420", f"--screenshot={PICTURES / 'summary.png'}"]
    subprocess.run([chromium, "--headless", *SWITCHES, *shot, (folder / "picture.html").as_uri()], check=True, stderr=subprocess.DEVNULL)  # noqa: S603


def draw_page(chromium: str, address: str) -> None:
    """Write the pictures of the page that is served at `address`: a faulty draft on a desk and on a phone."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=SWITCHES)
        for name, size, scale in PAGE_PICTURES:
            page = browser.new_page(viewport=size, device_scale_factor=scale)
            page.goto(address)
            page.set_input_files("#file", DRAFT)
            page.locator("#margin button").first.wait_for()
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=PICTURES / name)
        browser.close()


if __name__ == "__main__":
    main()
