"""Characters are put in order the same way for every format."""

from __future__ import annotations

import pytest

from readers.clean import as_item, clean, is_capitals


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("of\ufb01ce e\ufb03cient", "office efficient"),
        ("com\u00adpen\u200bsation\ufeff", "compensation"),
        ("£150\u00a0by\u20091\u202fMay", "£150 by 1 May"),
        ("follow\u2011up 10\u201012", "follow-up 10-12"),
        ("one  \r\n   two\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("Ref:\tABC   1  ", "Ref: ABC 1"),
        ("\u201cI\u2019m sorry\u201d \u2013 she said", "\u201cI\u2019m sorry\u201d \u2013 she said"),
        ("cafe\u0301", "café"),
        ("a\ud800b\x07", "a\ufffdb"),
    ],
)
def test_clean(given: str, plain: str) -> None:
    """Ligatures, invisible characters, odd spaces, hyphens and line breaks become plain; quotation marks and dashes stay."""
    assert clean(given) == plain


@pytest.mark.parametrize(
    ("given", "item"),
    [
        ("\u2022 Pay £50", "- Pay £50"),
        ("\uf0b7Pay £50", "- Pay £50"),
        ("- Pay £50", "- Pay £50"),
        ("o   Pay £50", "- Pay £50"),
        ("1.   Pay £50", "1. Pay £50"),
        ("(a) Pay £50", "(a) Pay £50"),
        ("iv) Pay £50", "iv) Pay £50"),
        ("2.1 Pay £50", "2.1 Pay £50"),
        ("14 March 2025", None),
        ("1.5 hours late", None),
        ("o dear", None),
        ("A. Smith", None),
        ("-5 degrees", None),
        ("2024. That year", None),
    ],
)
def test_as_item(given: str, item: str | None) -> None:
    """A bullet or a number with its full stop or bracket starts a list item; dates, figures and names do not."""
    assert as_item(given) == item


@pytest.mark.parametrize(("text", "expected"), [("OUR FINDINGS", True), ("Our findings", False), ("AB1 2CD", False), ("CMP-10234", False)])
def test_is_capitals(text: str, expected: bool) -> None:
    """Words in capitals are a heading; a postcode and a reference are not."""
    assert is_capitals(text) is expected
