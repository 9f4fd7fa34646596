"""Word drafts with comments: each at its words, and nothing else changed."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path

import docx
import pytest
from lxml import etree
from word_comments import W, flagged, gap, letter_of, looks, part, seen, with_comments

import checkers
import readers
from models.finding import Evidence, ReadError, Result, Status, Verdict
from models.letter import Letter
from models.settings import Limits, Settings
from reports.annotated import annotated
from tests.readers.making import SPACES, docx_bytes, packed, word, word_letter

FILES = sorted(path for folder in ("samples/letters", "samples/archive", "tests/readers") for path in Path(folder).rglob("*.docx"))
LINE = "<w:p><w:r><w:t>Dear Mrs Okafor</w:t></w:r></w:p>"
MOVED = {"word/document.xml", "word/comments.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
CID = "http://schemas.microsoft.com/office/word/2016/wordml/cid"


def words_of(content: bytes) -> list[str]:
    """Return the words that each comment but the one at the top stands at."""
    return [comment.words for comment in seen(content)[1:]]


def paragraph(inside: str) -> bytes:
    """Return a letter with a paragraph that holds this XML."""
    return word(f"{LINE}<w:p>{inside}</w:p>")


def plain(elements: Iterable[etree._Element]) -> list[bytes]:
    """Return elements in the form in which equal ones are the same bytes."""
    return [etree.tostring(one, method="c14n", exclusive=True) for one in elements]


def run(text: str, looks: str = "") -> str:
    """Return a run of text."""
    return f'<w:r>{f"<w:rPr>{looks}</w:rPr>" if looks else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def test_a_comment_stands_at_its_words() -> None:
    """A name in the middle of a run has the comment, not the whole run, and each character looks as it did."""
    content = paragraph(run("We asked Ian Beckwith to call.", "<w:b/><w:sz w:val='28'/>"))
    made = with_comments(content, "Ian Beckwith")
    assert words_of(made) == ["Ian Beckwith"]
    assert seen(made)[1].lines == ("Member of staff named (warning, paragraph 4.9)", "About Ian Beckwith.", "Do: Leave it out.")
    assert looks(made) == looks(content)


def test_words_that_span_runs() -> None:
    """Words in several runs, of different looks and with a tab and a break among them, are marked from the first to the last."""
    inside = run("We asked Ia", "<w:b/>") + run("n ", "<w:i/>") + "<w:r><w:t>Beck</w:t><w:tab/><w:t>with,</w:t><w:br/><w:t>too.</w:t></w:r>"
    content = paragraph(inside)
    made = with_comments(content, "Ian Beck with")
    assert words_of(made) == ["Ian Beckwith"]
    assert looks(made) == looks(content)


def test_several_comments_in_one_run() -> None:
    """Comments beside each other, inside each other and at the same words each have their own."""
    made = with_comments(
        paragraph(run("Ian Beckwith and Joy Adeyemi called.")), "Joy Adeyemi", "Ian Beckwith", "Beckwith and Joy", "Ian Beckwith"
    )
    assert words_of(made) == ["Joy Adeyemi", "Ian Beckwith", "Beckwith and Joy", "Ian Beckwith"]


def test_words_that_span_paragraphs() -> None:
    """What a deleted paragraph mark makes one line of is marked over both paragraphs."""
    joined = (
        "<w:p><w:pPr><w:rPr><w:del w:id='1' w:author='A'/></w:rPr></w:pPr>"
        + run("We asked Ian")
        + "</w:p><w:p>"
        + run(" Beckwith.")
        + "</w:p>"
    )
    assert words_of(with_comments(word(LINE + joined), "Ian Beckwith")) == ["Ian Beckwith"]


def test_the_second_of_two_equal_words() -> None:
    """A place in a passage is that place, where the same words stand before it too."""
    content = paragraph(run("Ian rang. Ian wrote."))
    letter = letter_of(content)
    place = letter.text.rindex("Ian")
    result = flagged(letter, "Ian wrote").model_copy()
    made = annotated(content, letter, result)
    runs = [one.tag.removeprefix(W) if one.tag != f"{W}r" else "".join(one.itertext(f"{W}t")) for one in list(part(made).iter(f"{W}p"))[1]]
    assert place > letter.text.index("Ian")
    assert runs == ["Ian rang. ", "commentRangeStart", "Ian wrote", "commentRangeEnd", "", "."]


@pytest.mark.parametrize(
    "wrapped",
    [
        "<w:hyperlink w:anchor='a'>{0}</w:hyperlink>",
        "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{0}</w:sdtContent></w:sdt>",
        "<w:ins w:id='7' w:author='Officer'>{0}</w:ins>",
        "<w:moveTo w:id='7' w:author='Officer'>{0}</w:moveTo>",
        "<w:fldSimple w:instr='MERGEFIELD Officer'>{0}</w:fldSimple>",
        (
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>MERGEFIELD Officer</w:instrText></w:r>"
            "<w:r><w:fldChar w:fldCharType='separate'/></w:r>{0}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        ),
        "<w:r><w:rPr><w:rPrChange w:id='7' w:author='Officer'><w:rPr/></w:rPrChange></w:rPr><w:t>Head Ian Beckwith called</w:t></w:r>",
    ],
    ids=["link", "content control", "insertion", "move", "simple field", "field", "tracked looks"],
)
def test_what_is_never_cut(wrapped: str) -> None:
    """Fields, links, content controls and tracked changes stay whole, and the comment is on the whole of them."""
    inside = wrapped.format(run("Head Ian Beckwith called"))
    content = paragraph(run("By ") + inside + run(", then."))
    made = with_comments(content, "Ian Beckwith")
    assert words_of(made) == ["Head Ian Beckwith called"]
    children = list(list(part(made).iter(f"{W}p"))[1])
    start, end = (next(at for at, one in enumerate(children) if one.tag == f"{W}commentRange{name}") for name in ("Start", "End"))
    assert plain(children[start + 1 : end]) == plain(etree.fromstring(f"<w:p {SPACES}>{inside}</w:p>"))


def test_tracked_changes_stay() -> None:
    """A deletion inside the words is neither read nor lost."""
    deleted = "<w:del w:id='3' w:author='Officer'><w:r><w:delText>B. </w:delText></w:r></w:del>"
    made = with_comments(paragraph(run("We asked Ian ") + deleted + run("Beckwith today.")), "Ian Beckwith")
    assert words_of(made) == ["Ian Beckwith"]
    assert "".join(part(made).itertext(f"{W}delText")) == "B. "


def test_numbers_and_bullets_that_word_makes() -> None:
    """A list item is found though the document does not hold its mark, and so is what cleaning changed."""
    levels = (
        "<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl></w:abstractNum>"
    )
    numbering = f"{levels}<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
    item = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    typed = "The of\ufb01ce\u00a0 will"
    made = with_comments(word(f"{LINE}<w:p>{item}{run(f'{typed} ring')}</w:p>", numbering=numbering), "1. The office will")
    assert words_of(made) == [typed]


def test_cells_of_a_table() -> None:
    """Words in two cells of a row are marked in the cell that has most of them: a comment never runs over the edge of a cell."""
    cells = "".join(f"<w:tc><w:p>{run(text)}</w:p></w:tc>" for text in ("Heating", "Ian Beckwith came twice"))
    made = with_comments(word(f"{LINE}<w:tbl><w:tr>{cells}</w:tr></w:tbl>"), "Heating | Ian Beckwith came")
    assert words_of(made) == ["Ian Beckwith came"]


def test_places_that_hold_no_comment() -> None:
    """What stands in headers, footers, notes and text boxes is said at the top, with where it is."""
    box = f"<v:shape><v:textbox><w:txbxContent><w:p>{run('Ring Box Officer')}</w:p></w:txbxContent></v:textbox></v:shape>"
    sections = (
        "<w:sectPr><w:headerReference w:type='default' r:id='header1'/><w:footerReference w:type='default' r:id='footer1'/></w:sectPr>"
    )
    content = word(
        f"{LINE}<w:p>{run('As Ian said.')}<w:r><w:pict>{box}</w:pict></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>{sections}",
        header1=f"<w:p>{run('Head Officer')}</w:p>",
        footer1=f"<w:p>{run('Foot Officer')}</w:p>",
        footnotes=f"<w:footnote w:id='2'><w:p>{run('Note Officer')}</w:p></w:footnote>",
    )
    made = with_comments(content, "Head Officer", "Foot Officer", "Note Officer", "Box Officer", "Ian")
    assert words_of(made) == ["Ian"]
    top = seen(made)[0].lines
    for told in (
        "In the header: “Head Officer”",
        "In the footer: “Foot Officer”",
        "In a note: “Note Officer”",
        "In a text box: “Box Officer”",
    ):
        assert told in top
        assert top[top.index(told) + 1 :][0].startswith("About ")


def test_the_comment_at_the_top() -> None:
    """It says how much is to be done, what is missing with paragraph and wording, and what is marked further down; not that twice."""
    content = word_letter(
        "Dear Mrs Okafor", "It was so for operational reasons.", "Ian Beckwith rang. Ian Beckwith wrote.", "So Ian Beckwith knows."
    )
    letter = letter_of(content)
    at = letter.text.index("operational")
    gaps = (
        gap(Status.MISSING, element="decision", paragraph="6.9c"),
        gap(Status.INCOMPLETE, Evidence(text="x", page=None, start=at, end=at + 11)),
    )
    top, *others = seen(annotated(content, letter, flagged(letter, "Ian Beckwith", elements=gaps)))
    assert top.words == "Dear Mrs Okafor"
    assert [line for line in top.lines if line != "Letter · no date found"] == [
        "1 missing, 1 incomplete, 1 to look at",
        "Decision on the complaint: missing (must, paragraph 6.9c)",
        "No reason is given.",
        "Write: We found that [fact].",
        "Marked in the letter",
        "Reasons: incomplete (must, paragraph 6.9d)",
        "Member of staff named (warning, paragraph 4.9)",
        "Delete these comments before the letter is sent.",
    ]
    assert [comment.words for comment in others] == ["operational", "Ian Beckwith", "Ian Beckwith"]  # once a passage
    assert others[0].lines[1:] == ("No reason is given.", "Write: We found that [fact].")


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (Verdict.COMPLIANT, "Nothing is missing."),
        (Verdict.OUT_OF_SCOPE, "This does not look like a complaint letter, so there is nothing to check."),
    ],
)
def test_where_nothing_is_to_be_done(verdict: Verdict, told: str) -> None:
    """One comment says that nothing is missing, or that the letter is no complaint letter."""
    content = word_letter("Dear Mrs Okafor")
    (only,) = seen(annotated(content, letter_of(content), Result(path="x", sha256=None, verdict=verdict)))
    assert only.lines[0] == told


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sample(path: Path) -> None:
    """Text, passages, looks and other parts stay; every comment is at its words; the second time gives the same document."""
    content = path.read_bytes()
    (letter,) = readers.read_bytes(content, path.name, Limits())
    if not isinstance(letter, Letter):
        pytest.skip("damaged on purpose")
    result = checkers.check(letter, Settings())
    made = annotated(content, letter, result)
    again = letter_of(made)
    assert (again.text, again.passages) == (letter.text, letter.passages)
    assert looks(made) == looks(content)
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(made)) as new:
        assert new.namelist()[: len(old.namelist())] == old.namelist()
        assert {name for name in new.namelist() if name not in old.namelist() or old.read(name) != new.read(name)} <= MOVED
    found = {" ".join(letter.text[one.start : one.end].split()) for finding in result.elements for one in finding.evidence}
    found |= {" ".join(letter.text[one.start : one.end].split()) for flag in result.flags for one in flag.places}
    own = [comment for comment in seen(made) if comment.author == "letterproof"]
    assert all(" ".join(comment.words.split()) in found for comment in own[1:])
    twice = annotated(made, again, result)
    assert etree.tostring(part(twice)) == etree.tostring(part(made))
    assert seen(twice) == seen(made)
    assert len(list(docx.Document(io.BytesIO(made)).comments)) == len(seen(made))


def test_other_peoples_comments_stay() -> None:
    """A colleague's comment keeps its words, text and place, before and after annotating twice; the count does not grow."""
    document = docx.Document()
    document.add_paragraph("Dear Mrs Okafor")
    asked = document.add_paragraph("We asked ").add_run("Ian Beckwith")
    document.add_comment(asked, text="Who is this?", author="Colleague", initials="C")
    content = docx_bytes(document)
    once = with_comments(content, "Ian Beckwith")
    twice = with_comments(once, "Ian Beckwith")
    assert [(comment.author, comment.words) for comment in seen(once)] == [
        ("Colleague", "Ian Beckwith"),
        ("letterproof", "Dear Mrs Okafor"),
        ("letterproof", "Ian Beckwith"),
    ]
    assert seen(twice) == seen(once)
    assert seen(once)[0] == seen(content)[0]


def test_comments_go_when_what_they_said_is_mended() -> None:
    """After the draft is mended, only what is still to be said is there, though Word may have put text beside a comment's mark."""
    made = with_comments(word_letter("Dear Mrs Okafor", "We asked Ian Beckwith."), "Ian Beckwith")
    reference = next(part(made).iter(f"{W}commentReference")).getparent()
    assert [child.tag for child in reference] == [f"{W}rPr", f"{W}commentReference"]
    letter = letter_of(made)
    mended = annotated(made, letter, Result(path="x", sha256=None, verdict=Verdict.COMPLIANT))
    assert len(seen(mended)) == 1
    assert len(list(part(mended).iter(f"{W}commentReference"))) == 1


def test_an_answer_to_a_comment_stays() -> None:
    """An answer to a comment of ours, as Word keeps it in three more parts, becomes a comment by itself; nothing refers to what is gone."""
    made = with_comments(word_letter("Dear Mrs Okafor", "We asked Ian Beckwith."), "Ian Beckwith")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    comments = etree.fromstring(files["word/comments.xml"])
    for number, one in enumerate(comments.iter(f"{W}p")):
        one.set(f"{{{W14}}}paraId", f"{number:08X}")
    last = f"{len(list(comments.iter(f'{W}p'))) - 1:08X}"
    answer = f"<w:comment {SPACES} xmlns:w14='{W14}' w:id='9' w:author='Officer'><w:p w14:paraId='0000AAAA'>{run('Done')}</w:p></w:comment>"
    comments.append(etree.fromstring(answer))
    body = etree.fromstring(files["word/document.xml"])
    mark = next(body.iter(f"{W}commentRangeStart"))
    for name in ("commentRangeStart", "commentRangeEnd"):
        mark.addprevious(mark.makeelement(f"{W}{name}", {f"{W}id": "9"}))
    mark.addprevious(etree.fromstring(f"<w:r {SPACES}><w:commentReference w:id='9'/></w:r>"))
    files["word/comments.xml"], files["word/document.xml"] = etree.tostring(comments), etree.tostring(body)
    files["word/commentsExtended.xml"] = (
        f"<x:commentsEx xmlns:x='{W15}'><x:commentEx x:paraId='{last}' x:done='0'/>"
        f"<x:commentEx x:paraId='0000AAAA' x:paraIdParent='{last}' x:done='0'/></x:commentsEx>"
    ).encode()
    files["word/commentsIds.xml"] = (
        f"<x:commentsIds xmlns:x='{CID}'><x:commentId x:paraId='{last}' x:durableId='11111111'/>"
        "<x:commentId x:paraId='0000AAAA' x:durableId='22222222'/></x:commentsIds>"
    ).encode()
    files["word/commentsExtensible.xml"] = (
        b"<x:commentsExtensible xmlns:x='urn:cex'><x:commentExtensible x:durableId='11111111'/>"
        b"<x:commentExtensible x:durableId='22222222'/></x:commentsExtensible>"
    )
    rels = etree.fromstring(files["word/_rels/document.xml.rels"])
    for kind in ("commentsExtended", "commentsIds", "commentsExtensible"):
        rels.append(rels[0].makeelement(rels[0].tag, {"Id": kind, "Type": f"urn:microsoft/{kind}", "Target": f"{kind}.xml"}))
    files["word/_rels/document.xml.rels"] = etree.tostring(rels)
    answered = packed(files)
    again = annotated(answered, letter_of(answered), Result(path="x", sha256=None, verdict=Verdict.COMPLIANT))
    assert [(comment.author, comment.lines[0]) for comment in seen(again)] == [("Officer", "Done"), ("letterproof", "Nothing is missing.")]
    assert [dict(one.attrib) for one in part(again, "word/commentsExtended.xml")] == [
        {f"{{{W15}}}paraId": "0000AAAA", f"{{{W15}}}done": "0"}
    ]
    assert [one.values() for one in part(again, "word/commentsIds.xml")] == [["0000AAAA", "22222222"]]
    assert [one.values() for one in part(again, "word/commentsExtensible.xml")] == [["22222222"]]


def test_documents_with_macros_and_strict_ones() -> None:
    """A template, a document with macros and one in the strict form are annotated as others are, each in its own form."""
    with zipfile.ZipFile(io.BytesIO(word_letter("Dear Mrs Okafor", "We asked Ian Beckwith."))) as package:
        files = {name: package.read(name) for name in package.namelist()}
    kind = b"openxmlformats-officedocument.wordprocessingml.document.main"
    macros = {**files, "[Content_Types].xml": files["[Content_Types].xml"].replace(kind, b"ms-word.document.macroEnabled.main")}
    assert words_of(with_comments(packed(macros), "Ian Beckwith")) == ["Ian Beckwith"]
    usual, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    names = (
        (usual + b"wordprocessingml/2006/main", strict + b"wordprocessingml/main"),
        (usual + b"officeDocument/2006/", strict + b"officeDocument/"),
    )
    for old, new in names:
        files = {name: data.replace(old, new) for name, data in files.items()}
    made = with_comments(packed(files), "Ian Beckwith")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert usual + b"wordprocessingml" not in package.read("word/document.xml") + package.read("word/comments.xml")
        assert strict + b"officeDocument/relationships/comments" in package.read("word/_rels/document.xml.rels")


def test_words_that_are_not_found_mark_their_paragraph() -> None:
    """Where the words cannot be told, in a passage of thousands of words, the whole paragraph has the comment."""
    long = "word " * 2001 + "Ian."
    assert words_of(with_comments(word_letter("Dear Mrs Okafor", long), "Ian")) == [long]


def test_a_document_without_a_paragraph() -> None:
    """A document that is nothing but an inserted file has no place for a comment, and the message says what to do."""
    content = word("<w:altChunk r:id='chunk_txt'/>", chunk_txt="Dear Mrs Okafor\n\nWe asked Ian Beckwith.")
    letter = letter_of(content)
    with pytest.raises(ReadError, match="save it again"):
        annotated(content, letter, flagged(letter, "Ian"))


@pytest.mark.parametrize("name", ["[Content_Types].xml", "word/_rels/document.xml.rels"])
def test_a_document_that_lacks_a_part(name: str) -> None:
    """What Word would not open is refused; relations that there was no need for so far are made."""
    with zipfile.ZipFile(io.BytesIO(word(f"{LINE}<w:p>{run('We asked Ian.')}</w:p>"))) as package:
        content = packed({other: package.read(other) for other in package.namelist() if other != name})
    if name.startswith("["):
        with pytest.raises(ReadError, match="lacks a part"):
            with_comments(content, "Ian")
    else:
        assert words_of(with_comments(content, "Ian")) == ["Ian"]


def test_parts_whose_names_are_in_capitals() -> None:
    """The names of parts are the same in any case: a body that is referred to in capitals has its comments beside it."""
    with zipfile.ZipFile(io.BytesIO(word(f"{LINE}<w:p>{run('We asked Ian.')}</w:p>"))) as package:
        files = {name: package.read(name) for name in package.namelist()}
    files["_rels/.rels"] = files["_rels/.rels"].replace(b"word/document", b"WORD/Document")
    made = with_comments(packed(files), "Ian")
    assert [comment.words for comment in seen(made, "WORD/comments.xml")] == ["Dear Mrs Okafor", "Ian"]
    assert part(made, "word/_rels/document.xml.rels")[-1].get("Target") == "comments.xml"


def test_a_letter_from_another_file() -> None:
    """Places in one document are never taken for places in another."""
    letter = letter_of(word_letter("Dear Mrs Okafor"))
    with pytest.raises(ValueError, match="not read from"):
        annotated(word_letter("Dear Mr Okafor"), letter, flagged(letter, "Dear"))


def test_the_time_of_comments() -> None:
    """Comments have the time that they were given."""
    content = word_letter("Dear Mrs Okafor")
    made = annotated(content, letter_of(content), Result(path="x", sha256=None, verdict=Verdict.COMPLIANT), dt.datetime(2026, 2, 3, 14, 5))
    assert part(made, "word/comments.xml")[0].get(f"{W}date") == "2026-02-03T14:05:00Z"
    assert part(made, "word/comments.xml")[0].get(f"{W}initials") == "lp"


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
TEXT, OFFICE_NAME = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_sees_every_comment_at_its_words(tmp_path: Path) -> None:
    """LibreOffice opens an annotated draft, shows each comment at the same words, and finds the text that the draft has without them."""
    draft = Path("samples/letters/third-stage.docx").read_bytes()
    letter = letter_of(draft)
    made = annotated(draft, letter, checkers.check(letter, Settings()))
    (tmp_path / "draft.docx").write_bytes(draft)
    (tmp_path / "checked.docx").write_bytes(made)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "fodt", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "draft.docx"), str(tmp_path / "checked.docx")], check=True, capture_output=True, timeout=120)
    assert _annotations(tmp_path / "draft.fodt") == (_annotations(tmp_path / "checked.fodt")[0], {})
    assert sorted(_annotations(tmp_path / "checked.fodt")[1].values()) == sorted(comment.words for comment in seen(made))
    converted = subprocess.run(
        [*command[:3], "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "saved"), str(tmp_path / "checked.docx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert converted.returncode == 0
    saved = (tmp_path / "saved" / "checked.docx").read_bytes()
    again = annotated(saved, letter_of(saved), checkers.check(letter_of(saved), Settings()))
    assert sorted(comment.words for comment in seen(again)) == sorted(comment.words for comment in seen(made))


def _annotations(path: Path) -> tuple[str, dict[str, str]]:
    """Return the text of a flat OpenDocument file without its comments, and the words that each comment stands at."""
    body = etree.parse(path).getroot().find(f"{OFFICE_NAME}body")
    text, words, open_ones = [], {}, set()
    for event, element in etree.iterwalk(body, events=("start", "end", "comment")):
        inside = any(one.tag == f"{OFFICE_NAME}annotation" for one in (element, *element.iterancestors()))
        if event == "start" and element.tag == f"{OFFICE_NAME}annotation":
            open_ones.add(element.get(f"{OFFICE_NAME}name"))
            words[element.get(f"{OFFICE_NAME}name")] = ""
        if event == "start" and element.tag == f"{OFFICE_NAME}annotation-end":
            open_ones.discard(element.get(f"{OFFICE_NAME}name"))
        piece = (element.text if event == "start" else element.tail) or ""
        counts = (
            element.tag.startswith(TEXT) and not inside if event == "start" else not inside or element.tag == f"{OFFICE_NAME}annotation"
        )
        if counts and "\n" not in piece:
            spaced = " " if event == "start" and element.tag == f"{TEXT}s" else ""
            text.append(piece + spaced)
            words |= {one: words[one] + piece + spaced for one in open_ones}
    return "".join(text), words
