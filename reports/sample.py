"""The workbook in which a reviewer checks a random sample of letters against what the program says of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from models.codes import code
from models.finding import Evidence, Finding, Flag, Requirement, Result, Status, Verdict
from models.words import ELEMENTS, FLAGS, KINDS, REQUIREMENTS, ROLES, SEVERITIES, VERDICTS
from reports.sentences import Notes
from reports.tables import Column, Form, Table
from reports.words import letter_words, plural
from reports.workbook import Book

TITLE = "Complaint letters: sample for review"
RIGHT_OR_WRONG = ("right", "wrong")
STATUSES = tuple(status.value for status in Status)
_LETTERS = (
    Column("number", "No."),
    Column("source", "Archive", Form.TEXT, 24),
    Column("path", "File", Form.TEXT, 40),
    Column("reference", "Reference", Form.TEXT, 16),
    Column("date", "Date", Form.DATE, 14),
    Column("kind", "Kind", Form.TEXT, 22),
    Column("stage", "Stage"),
    Column("edition", "Edition of the Code", Form.TEXT, 30),
    Column("verdict", "Verdict", Form.TEXT, 24),
    Column("flags", "Flags", Form.TEXT, 50),
)
_REVIEW = (
    Column("number", "No."),
    Column("path", "File", Form.TEXT, 30),
    Column("about", "About", Form.TEXT, 10),
    Column("item", "What", Form.TEXT, 32),
    Column("requirement", "Requirement", Form.TEXT, 13),
    Column("paragraph", "Paragraph", Form.TEXT, 10),
    Column("status", "Program says", Form.TEXT, 18),
    Column("words", "Words in the letter, or the problem", Form.TEXT, 60),
    Column("answer", "Reviewer's status", Form.TEXT, 18),
    Column("agrees", "Agrees?", Form.TEXT, 10),
    Column("comment", "Comment", Form.TEXT, 40),
)
_STATUS, _ANSWER, _AGREES, _COMMENT = 6, 8, 9, 10  # places of these columns
_AGREED = f"Review!${chr(ord('A') + _AGREES)}:${chr(ord('A') + _AGREES)}"
_AGREEMENT = (
    Column("about", "About", Form.TEXT, 10),
    Column("item", "What", Form.TEXT, 38),
    Column("reviewed", "Rows reviewed"),
    Column("agreed", "Rows agreed"),
    Column("share", "Share agreed", Form.SHARE),
)
_ITEM = "Kind and stage"


def write_sample(sample: pd.DataFrame, out: Path, seed: int, population: int) -> Path:
    """Write the review workbook of the sampled letters to `out`, and return its path.

    `sample` has the columns of the store's letters; `seed` and `population` (letters that it was drawn from) are printed. The workbook
    quotes the letters and names people. Raises ReportError where it cannot be written.
    """
    results = [Result.model_validate_json(result) for result in sample["result"]]
    review = pd.DataFrame(
        [
            {"number": number, "path": path, **row}
            for number, (path, result) in enumerate(zip(sample["path"], results, strict=True), start=1)
            for row in _rows(result)
        ],
        columns=[column.key for column in _REVIEW],
    )
    book = Book()
    _add_guide(book, sample, seed, population)
    book.add_table("Letters", Table("letters", "Letters in the sample", "", "", _LETTERS, _letters(sample, results)))
    sheet = book.add_table("Review", Table("review", "Review of the sample", "", "", _REVIEW, review))
    for row, about in enumerate(review["about"], start=1):
        _add_answer(book, sheet, row, is_element=about == "Element")
    _add_agreement(book)
    book.save(out)
    return out


def _letters(sample: pd.DataFrame, results: list[Result]) -> pd.DataFrame:
    return sample.assign(
        number=range(1, len(sample) + 1),
        kind=[KINDS[result.kind] if result.kind else "" for result in results],
        edition=[code(result.edition).title if result.edition else "" for result in results],
        verdict=[VERDICTS[result.verdict] for result in results],
        flags=["; ".join(dict.fromkeys(FLAGS[flag.flag] for flag in result.flags)) for result in results],
    )


def _rows(result: Result) -> Iterator[dict[str, Any]]:
    """Give what there is to review of one letter: its kind, each element that is asked of it, each flag, and each name."""
    problem = result.error.message if result.error else None
    yield {"about": "Letter", "item": _ITEM, "status": _kind(result), "words": problem}
    yield from (_element(finding) for finding in result.elements if finding.requirement is not Requirement.NONE)
    yield from (_flag(flag) for flag in result.flags)
    yield from ({"about": "Name", "item": name.text, "status": ROLES[name.role]} for name in result.names)


def _element(finding: Finding) -> dict[str, Any]:
    return {
        "about": "Element",
        "item": ELEMENTS[finding.element],
        "requirement": REQUIREMENTS[finding.requirement],
        "paragraph": finding.paragraph,
        "status": finding.status.value,
        "words": "\n".join([*_quoted(finding.evidence), *filter(None, [finding.problem])]),
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "about": "Flag",
        "item": FLAGS[flag.flag],
        "paragraph": flag.paragraph,
        "status": SEVERITIES[flag.severity],
        "words": "\n".join(filter(None, [f"“{flag.text}”" if flag.text else None, flag.message])),
    }


def _quoted(evidence: tuple[Evidence, ...]) -> list[str]:
    return [f"“{each.text}”" for each in evidence]


def _kind(result: Result) -> str:
    return letter_words(result.kind, result.stage) if result.kind else VERDICTS[Verdict.UNREADABLE]


def _add_answer(book: Book, sheet: Worksheet, row: int, *, is_element: bool) -> None:
    """Add the cells that the reviewer fills in, with their choices, and whether the reviewer agrees."""
    for place in (_ANSWER, _COMMENT):
        sheet.write_blank(row, place, None, book.formats["entry"])
    choices = STATUSES if is_element else RIGHT_OR_WRONG
    message = f"Choose one of: {', '.join(choices)}."
    sheet.data_validation(
        row, _ANSWER, row, _ANSWER, {"validate": "list", "source": list(choices), "error_title": "Not a choice", "error_message": message}
    )
    answer, said = f"{chr(ord('A') + _ANSWER)}{row + 1}", f"{chr(ord('A') + _STATUS)}{row + 1}"
    agreed = said if is_element else f'"{RIGHT_OR_WRONG[0]}"'
    sheet.write_formula(row, _AGREES, f'=IF({answer}="","",IF({answer}={agreed},"yes","no"))', book.formats[Form.TEXT], "")


def _add_agreement(book: Book) -> None:
    """Add the sheet that counts, for each thing that is judged, how often the reviewer agrees; it fills as the reviewer does."""
    all_of = {"Flag": "All flags", "Name": "All names"}
    judged = [("Letter", _ITEM), *(("Element", words) for words in ELEMENTS.values()), *all_of.items()]
    rows = pd.DataFrame(judged, columns=["about", "item"]).assign(reviewed=None, agreed=None, share=None)
    sheet = book.add_table("Agreement", Table("agreement", "How often the reviewer agrees", "", "", _AGREEMENT, rows))
    for row, (about, item) in enumerate(judged, start=2):
        same = f'Review!$C:$C,"{about}"' + ("" if about in all_of else f',Review!$D:$D,"{item}"')
        yes, no = (f'COUNTIFS({same},{_AGREED},"{answer}")' for answer in ("yes", "no"))
        sheet.write_formula(row - 1, 2, f"={yes}+{no}", book.formats[Form.COUNT], 0)
        sheet.write_formula(row - 1, 3, f"={yes}", book.formats[Form.COUNT], 0)
        sheet.write_formula(row - 1, 4, f'=IF(C{row}=0,"",D{row}/C{row})', book.formats[Form.SHARE], "")


def _add_guide(book: Book, sample: pd.DataFrame, seed: int, population: int) -> None:
    lines = _guide(sample, seed, population)
    sheet = book.add_text("How to use", TITLE, lines)
    row = len(lines) + 3
    yes, no = f'COUNTIF({_AGREED},"yes")', f'COUNTIF({_AGREED},"no")'
    for label, formula in (("Rows agreed so far", f"={yes}"), ("Rows reviewed so far", f"={yes}+{no}")):
        sheet.write_string(row, 0, label, book.formats["label"])
        sheet.write_formula(row, 1, formula, book.formats["answer"], 0)
        row += 1
    for label in ("Reviewed by", "Date of review"):
        sheet.write_string(row, 0, label, book.formats["label"])
        sheet.write_blank(row, 1, None, book.formats["entry"])
        row += 1


def _guide(sample: pd.DataFrame, seed: int, population: int) -> Notes:
    groups = [letter_words(kind, stage) for kind, stage in zip(sample["kind"], sample["stage"], strict=True) if pd.notna(kind)]
    strata = pd.Series(groups, dtype=object).value_counts(sort=False)
    return [
        ("What this is for", "To find out how often the program is right about these letters, by having a person judge them too."),
        (
            "How it was drawn",
            (
                f"At random, with the seed {seed}: {plural(len(sample), 'letter')} of {population:,}. The same "
                f"letters and seed give the same "
                "sample. Each kind and stage has its share, and at least one letter where the sample has room; letters that are not about "
                "a complaint have a small share only. So judge each kind by itself before you speak of all letters."
            ),
        ),
        *(("In the sample", f"{group}: {plural(int(count), 'letter')}") for group, count in strata.items()),
        (
            "What to fill in",
            (
                "Open the letter named in “File”, and read it before you look at what the program says. Then go "
                "through its rows on the sheet "
                "“Review” and choose a status in the yellow column; the next column shows whether you agree."
            ),
        ),
        (
            "Rows about an element",
            "Choose what you find in the letter: present, incomplete (there, but not enough of it), missing or not_applicable.",
        ),
        ("Other rows", "Choose right or wrong. A name is right where the person's role is right too."),
        ("What was overlooked", "Write a flag or a name that should be there and is not in “Comment”, in the letter's first row."),
        ("How far you agree", "The sheet “Agreement” counts it, for each element by itself, as you fill in your answers."),
        ("Keep it safe", "This workbook quotes letters and names people. Keep it as you keep the letters, and delete it after the review."),
    ]
