"""Lists in Word documents: each paragraph has the number in front that Word shows."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from making import letter_of, word

_DECIMAL = ("decimal", "%1.", "")


def _level(index: int, form: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def _definition(*levels: tuple[str, str, str], name: int = 1, more: str = "") -> str:
    inner = "".join(_level(index, *level) for index, level in enumerate(levels))
    return f'<w:abstractNum w:abstractNumId="{name}">{more}{inner}</w:abstractNum>'


def _number(number: int, definition: int = 1, override: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{definition}"/>{override}</w:num>'


def _item(level: int, number: int = 1, text: str = "x") -> str:
    listed = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{listed}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def _marks(numbering: str, items: Iterable[str], **parts: str) -> list[str]:
    """Return what stands in front of the "x" of each item."""
    letter = letter_of(word("".join(items), numbering=numbering, **parts))
    return [passage.text.removesuffix("x").rstrip(" ") for passage in letter.passages]


def _start(value: str, level: int = 0) -> str:
    return f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{value}"/></w:lvlOverride>'


def test_numbers_of_several_levels() -> None:
    """A number of several levels counts each of them, and a deeper level begins anew under each number above it."""
    numbering = _definition(_DECIMAL, ("decimal", "%1.%2", ""), ("decimal", "%1.%2.%3", "")) + _number(1)
    assert _marks(numbering, map(_item, (0, 1, 1, 2, 0, 1, 2, 2))) == ["1.", "1.1", "1.2", "1.2.1", "2.", "2.1", "2.1.1", "2.1.2"]


def test_deeper_level_that_does_not_begin_anew() -> None:
    """`lvlRestart` of 0 lets a level count on through the document."""
    numbering = _definition(_DECIMAL, ("decimal", "(%2)", '<w:lvlRestart w:val="0"/>')) + _number(1)
    assert _marks(numbering, map(_item, (0, 1, 1, 0, 1))) == ["1.", "(1)", "(2)", "2.", "(3)"]


def test_lists_of_one_definition_count_on_together() -> None:
    """Two lists of the same definition share one count, unless the second says where it starts."""
    numbering = _definition(_DECIMAL) + _number(1) + _number(2) + _number(3, override=_start("7"))
    assert _marks(numbering, [_item(0, n) for n in (1, 1, 2, 3, 3, 1)]) == ["1.", "2.", "3.", "7.", "8.", "9."]


def test_level_defined_anew() -> None:
    """A list may define a level anew, with its own form; the count goes on, as it does in Word."""
    own = f'<w:lvlOverride w:ilvl="0">{_level(0, "upperLetter", "%1)")}</w:lvlOverride>'
    numbering = _definition(_DECIMAL) + _number(1) + _number(2, override=own)
    assert _marks(numbering, [_item(0, n) for n in (1, 2, 2)]) == ["1.", "B)", "C)"]


def test_legal_numbers() -> None:
    """`isLgl` writes the numbers of all levels as digits."""
    numbering = _definition(("upperRoman", "%1.", ""), ("decimal", "%1.%2", "<w:isLgl/>"), ("decimal", "%1.%3", "")) + _number(1)
    assert _marks(numbering, map(_item, (0, 0, 1, 2))) == ["I.", "II.", "2.1", "II.1"]


@pytest.mark.parametrize(
    ("form", "start", "marks"),
    [
        ("lowerLetter", 25, ["y", "z", "aa", "bb"]),
        ("lowerLetter", 780, ["z" * 30, "a", "b", "c"]),
        ("upperLetter", 1, ["A", "B", "C", "D"]),
        ("lowerRoman", 8, ["viii", "ix", "x", "xi"]),
        ("upperRoman", 1998, ["MCMXCVIII", "MCMXCIX", "MM", "MMI"]),
        ("decimalZero", 8, ["08", "09", "10", "11"]),
        ("ordinal", 10, ["10th", "11th", "12th", "13th"]),
        ("ordinal", 21, ["21st", "22nd", "23rd", "24th"]),
        ("lowerLetter", 0, ["0", "a", "b", "c"]),
        ("bullet", 1, ["-", "-", "-", "-"]),
        ("none", 1, ["", "", "", ""]),
    ],
)
def test_forms(form: str, start: int, marks: list[str]) -> None:
    """Letters repeat as Word's do (z, aa, bb, and from 30 letters a again); Roman and other numbers are spelt as Word spells them."""
    numbering = _definition((form, "%1", "")) + _number(1, override=_start(str(start)))
    assert _marks(numbering, [_item(0)] * 4) == marks


def test_space_after_a_number() -> None:
    """A number that nothing follows stands close to the text."""
    numbering = _definition(("decimal", "Q%1:", '<w:suff w:val="nothing"/>')) + _number(1)
    assert letter_of(word(_item(0, text="Why?"), numbering=numbering)).text == "Q1:Why?"


def test_hidden_and_ended_numbers() -> None:
    """A hidden number counts but is not shown; list 0 takes a paragraph out of every list."""
    hidden = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="%1."/><w:rPr><w:vanish/></w:rPr></w:lvl>'
    override = f'<w:lvlOverride w:ilvl="0">{hidden}</w:lvlOverride>'
    numbering = _definition(_DECIMAL) + _number(1) + _number(2, override=override)
    assert _marks(numbering, [_item(0, n) for n in (2, 2, 0, 1)]) == ["", "", "", "3."]


def test_lists_of_styles() -> None:
    """A style brings its list, at the level that the list ties to it; a style based on it, too; a list may be that of a list style."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="One"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Two"><w:basedOn w:val="One"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Three"><w:basedOn w:val="One"/></w:style>'
    )
    tied = _definition(("decimal", "%1.", '<w:pStyle w:val="One"/>'), ("decimal", "%1.%2", '<w:pStyle w:val="Two"/>'))
    tied = tied.replace("<w:lvl ", '<w:styleLink w:val="Outline"/><w:lvl ', 1)
    linked = _definition(name=2, more='<w:numStyleLink w:val="Outline"/>')
    paragraphs = [f'<w:p><w:pPr><w:pStyle w:val="{name}"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>' for name in ("One", "Two", "Two", "Three")]
    numbering = tied + linked + _number(1) + _number(2, definition=2)
    assert _marks(numbering, [*paragraphs, _item(1, 2)], styles=styles) == ["1.", "1.1", "1.2", "2.", "2.1"]


def test_only_shown_paragraphs_count() -> None:
    """An empty item takes a number; an item whose mark is deleted, or that is hidden as a whole, takes none."""
    numbering = _definition(_DECIMAL) + _number(1)
    deleted = _item(0).replace("</w:numPr>", '</w:numPr><w:rPr><w:del w:id="1"/></w:rPr>').replace("<w:r>", '<w:del w:id="2"><w:r>')
    deleted = deleted.replace("</w:r></w:p>", "</w:r></w:del></w:p>").replace("w:t>", "w:delText>")
    hidden = _item(0).replace("</w:numPr>", "</w:numPr><w:rPr><w:vanish/></w:rPr>").replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>")
    empty = _item(0, text="")
    assert _marks(numbering, [_item(0), deleted, hidden, empty, _item(0)]) == ["1.", "3."]


@pytest.mark.parametrize("value", ["²", "9" * 5000, "9999999999", "-1", "", "1e3", "٣"])
@pytest.mark.parametrize("form", ["lowerLetter", "lowerRoman", "decimal"])
def test_senseless_numbers(value: str, form: str) -> None:
    """Where a start, a level or a list's id is no number that Word counts to, the default stands, and marks stay short."""
    numbering = _definition((form, "%1.", "")).replace('w:start w:val="1"', f'w:start w:val="{value}"')
    numbering += _number(1, override=_start(value) + _start("4").replace('ilvl="0"', f'ilvl="{value}"'))
    strange = _item(0).replace('w:ilvl w:val="0"', f'w:ilvl w:val="{value}"')
    assert _marks(numbering, [_item(0), strange]) in (["1.", "2."], ["a.", "b."], ["i.", "ii."])
