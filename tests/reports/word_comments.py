"""What the tests of Word comments share: results made by hand, and a look at the comments of a file by lxml alone."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from lxml import etree

import readers
from models.finding import Evidence, Finding, Flag, FlagName, Place, Requirement, Result, Severity, Status, Verdict
from models.letter import Letter
from models.settings import Limits
from reports.annotated import annotated

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What may hold the marks of a comment (CT_P, CT_Hyperlink, CT_RunTrackChange and the like have EG_RangeMarkupElements); we use the first.
HOLDER = f"{W}p"


@dataclass(frozen=True)
class Seen:
    """A comment as a reader of the document sees it: its author, its paragraphs, and the words that it stands at."""

    author: str
    lines: tuple[str, ...]
    words: str


def letter_of(content: bytes) -> Letter:
    """Return the letter in a Word document."""
    (letter,) = readers.read_bytes(content, "draft.docx", Limits())
    assert isinstance(letter, Letter), letter.error.message
    return letter


def flagged(letter: Letter, *words: str, elements: tuple[Finding, ...] = ()) -> Result:
    """Return a result with a flag for each of these words, at every place that they stand, and with these elements."""
    flags = tuple(
        Flag(
            flag=FlagName.STAFF_NAME,
            severity=Severity.WARNING,
            text=one,
            paragraph="4.9",
            message=f"About {one}.",
            suggestion="Leave it out.",
            places=tuple(
                Place(page=None, start=at, end=at + len(one)) for at in range(len(letter.text)) if letter.text.startswith(one, at)
            ),
        )
        for one in words
    )
    assert all(flag.places for flag in flags)
    return Result(path="draft.docx", sha256=letter.sha256, verdict=Verdict.GAPS, elements=elements, flags=flags)


def gap(status: Status, *quotes: Evidence, **fields: str) -> Finding:
    """Return an element that is a gap."""
    values = {"element": "reasons", "paragraph": "6.9d", "problem": "No reason is given.", "suggestion": "We found that [fact]."}
    return Finding.model_validate({**values, "status": status, "requirement": Requirement.MUST, "evidence": quotes, **fields})


def with_comments(content: bytes, *words: str) -> bytes:
    """Return the document annotated with a flag for each of these words, after making sure that its text is as it was."""
    letter = letter_of(content)
    made = annotated(content, letter, flagged(letter, *words))
    again = letter_of(made)
    assert (again.text, again.passages) == (letter.text, letter.passages)
    return made


def part(content: bytes, name: str = "word/document.xml") -> etree._Element:
    """Return the root of a part."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def seen(content: bytes, name: str = "word/comments.xml") -> list[Seen]:
    """Return the comments of a document, in the order of the part that holds them, after making sure that their marks are sound.

    Each comment has one start, one end after it and one reference after that, each in a paragraph outside text boxes.
    """
    body = part(content)
    words: dict[str, str] = {}
    state: dict[str, str] = {}
    for element in body.iter():
        number = element.get(f"{W}id", "")
        if element.tag == f"{W}commentRangeStart":
            assert number not in state
            state[number], words[number] = "open", ""
            assert element.getparent().tag == HOLDER
        elif element.tag == f"{W}commentRangeEnd":
            assert state[number] == "open"
            state[number] = "closed"
            assert element.getparent().tag == HOLDER
        elif element.tag == f"{W}commentReference":
            assert state[number] == "closed"
            state[number] = "whole"
            assert element.getparent().tag == f"{W}r"
            assert next(element.iterancestors(f"{W}txbxContent"), None) is None
        elif element.tag == f"{W}t":
            words |= {one: words[one] + (element.text or "") for one, its in state.items() if its == "open"}
    comments = part(content, name).findall(f"{W}comment")
    assert set(state.values()) <= {"whole"}
    assert sorted(state) == sorted(comment.get(f"{W}id") for comment in comments)
    return [
        Seen(
            comment.get(f"{W}author"),
            tuple("".join(paragraph.itertext(f"{W}t")) for paragraph in comment.iter(f"{W}p")),
            words[comment.get(f"{W}id")],
        )
        for comment in comments
    ]


def looks(content: bytes) -> list[tuple[str, bytes]]:
    """Return each character of the body with its looks: the properties of its run and of its paragraph."""
    found = []
    for text in part(content).iter(f"{W}t"):
        run, paragraph = text.getparent(), next(text.iterancestors(f"{W}p"))
        its = b"".join(etree.tostring(one) for one in (*run.findall(f"{W}rPr"), *paragraph.findall(f"{W}pPr")))
        found += [(character, its) for character in text.text or ""]
    return found
