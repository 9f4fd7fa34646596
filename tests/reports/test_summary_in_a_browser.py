"""The summary as people see it: in a browser, on a desk and on a phone, with no network."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from report_frames import Frames

from reports.summary import write_summary
from tests.browsing import BROWSER, QUIET

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER not in os.environ, reason=f"{BROWSER} names no Chromium")]


@pytest.fixture
def page(frames: Frames, tmp_path: Path) -> Iterator[Any]:
    """Open the summary of the invented letters; remember what the page asks for and what it complains of."""
    summary = write_summary(*frames, tmp_path)
    with playwright.sync_playwright() as started, tempfile.TemporaryDirectory() as profile:
        context = started.chromium.launch_persistent_context(profile, executable_path=os.environ[BROWSER], args=QUIET, offline=True)
        opened = context.new_page()
        opened.asked, opened.complaints = [], []
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.on("console", lambda message: opened.complaints.append(message.text))
        opened.goto(summary.as_uri())
        yield opened
        context.close()


def test_opens_offline_and_asks_for_nothing(page: Any) -> None:
    """The page is whole in itself: the browser fetches the one file and has nothing to complain of."""
    assert [url for url in page.asked if not url.startswith("file:")] == []
    assert len(page.asked) == 1
    assert page.complaints == []
    assert page.locator("svg").count() >= 1
    assert page.get_by_role("heading", level=1).is_visible()


@pytest.mark.parametrize("width", [320, 1200])
def test_never_scrolls_sideways(page: Any, width: int) -> None:
    """On a phone and on a desk the page fits: only wide tables scroll, inside their own place."""
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
