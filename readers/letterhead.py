"""The letterhead of a first page: where it ends and the letter starts.

The letter starts with the first line that is the resident's or a date, a reference or a greeting. What stands above is a letterhead
where it says so itself (an organisation's name, its website, its telephone number) and does not name the letter ("Stage 1 response").
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence

from readers.layout import Line, Row

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH},? \d{{4}}\b|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b"
    r"|\b\d{1,2}([/.-])\d{1,2}\1\d{2,4}\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:please )?(?:(?:our|your|my) )?(?:ref\b|reference\b|direct (?:line|dial|tel)|ask for\b|enquiries to\b|reply to\b"
    r"|(?:case|complaint|tenancy|account|customer|payment|property) (?:ref\w*|no\.?|number|id|handler|officer)\b"
    r"|(?:date|contact|contact (?:name|officer|person)|handler|officer|(?:service )?request|case|property|to|from|sent|subject|cc|re) ?:"
    r"|by (?:e-?mail|post|hand)\b|sent (?:by|via|to)\b|via e-?mail\b|f\.?a\.?o\b|for the attention of\b"
    r"|(?:dear|hello|hi|good (?:morning|afternoon))(?:[ ,]|$))",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|revd?|prof(?:essor)?|cllr|councillor)\b\.? ?(?:\S|$)|the (?:owner|occupier|resident|tenant|leaseholder)s?$",
    re.IGNORECASE,
)
_GREETING = re.compile(r"(?:dear|hello|hi) .*?([^\W\d_][\w'\u2019-]+)\W*$", re.IGNORECASE)
_ANYONE = {"sir", "sirs", "madam", "resident", "residents", "tenant", "tenants", "customer", "leaseholder", "neighbour", "all"}
_ABOUT = re.compile(
    r"\bstage\b|\bprivate (?:and|&)|\bconfidential\b|\backnowledg|\boutcome\b|\bdecision\b|\bthank|\bwriting\b"
    r"|\byour (?:complaint|letter|e-?mail)\b|\bcomplaint (?:response|review|investigation|about)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?:homes|housing|association|council|borough|trust|society|group|ltd|limited|plc|co-?op(?:erative)?|living|partnership|foundation"
    r"|almshouses?|charity|properties|property|lettings|services?|care|management|community|communities|landlord|ombudsman)\b",
    re.IGNORECASE,
)
_OFFICER = re.compile(
    r"\b(?:chair(?:man|woman|person)?|chief executive|director|head of|secretary|treasurer|patron|clerk)\b", re.IGNORECASE
)
_WEB = re.compile(r"\bwww\.|(?<![@\w.-])[a-z][\w-]*(?:\.[a-z][\w-]+)*\.(?:uk|com|org|net|example)\b", re.IGNORECASE)
_FREE_NUMBER = re.compile(r"\b(?:03\d{2}|08\d{2})(?: ?\d){6,7}\b")
_REACH = re.compile(r"@\w|\b0\d{2,4}[ )]*\d{3}(?: ?\d){2,5}\b")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\bPO Box\b")
_DEPTH = 0.45  # of the page's height: the letter starts above this
_APART = 0.5  # of the usual line's height: a wider space parts what stands above the letter
_SIZE = 0.07  # of the usual height: what differs more is set in another size
_ASIDE = 18.0
_ADDRESS_ROWS = 12


def letterhead_end(rows: Sequence[Row], height: float, page_height: float) -> int:
    """Return how many rows at the top of a first page are its letterhead, 0 where it has none.

    `height` is the usual height of a line and `page_height` the page's, both in points.
    """
    greeted = _greeted(rows)
    upper = [row for row in rows if row[0].top < page_height * _DEPTH]
    start = next((number for number, row in enumerate(upper) if any(_opens(line.text, greeted) for line in row)), 0)
    if not start:
        return 0
    addressed = any(_is_person(line.text, greeted) for row in rows[start : start + _ADDRESS_ROWS] for line in row)
    margin = statistics.median(row[0].left for row in rows[start:])
    end = seen = 0
    for group in _groups(rows[:start], height):
        if _ABOUT.search(group[0][0].text):
            break
        seen += len(group)
        sure = addressed or all(_is_set_off(line, height, margin) for row in group for line in row)
        if _is_letterhead(_text(group), sure=sure):
            end = seen
    return end if _is_organisation(_text(rows[:end])) else 0


def _greeted(rows: Sequence[Row]) -> str:
    """Return the last name of the letter's greeting, lowered; "" where it greets nobody by name."""
    found = next(filter(None, (_GREETING.match(line.text) for row in rows for line in row)), None)
    name = found[1].lower() if found else ""
    return "" if name in _ANYONE else name


def _opens(line: str, greeted: str) -> bool:
    return bool(_DATE.search(line) or _LABEL.match(line)) or _is_person(line, greeted)


def _is_person(line: str, greeted: str) -> bool:
    # A landlord may have the resident's name: "Hartley Homes".
    named = greeted in re.findall(r"[\w'\u2019-]+", line.lower()) and not _BODY.search(line)
    return named or bool(_PERSON.match(line))


def _groups(rows: Sequence[Row], height: float) -> Iterator[list[Row]]:
    """Yield the rows in groups with a wide space between them."""
    group: list[Row] = []
    for row in rows:
        if group and row[0].top - group[-1][0].bottom > height * _APART:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _is_set_off(line: Line, height: float, margin: float) -> bool:
    """Tell whether the line is set in another size than the letter, or centred or to the right."""
    return abs(line.height - height) > height * _SIZE or line.left > margin + _ASIDE


def _is_letterhead(text: str, *, sure: bool) -> bool:
    """Tell whether the text is of a letterhead; an address can be the resident's where it is not `sure` that theirs is another."""
    if _WEB.search(text) or _REACH.search(text) or _FREE_NUMBER.search(text):
        return True
    return sure and bool(_BODY.search(text) or _OFFICER.search(text) or _POSTCODE.search(text))


def _is_organisation(text: str) -> bool:
    return any(pattern.search(text) for pattern in (_BODY, _WEB, _FREE_NUMBER))


def _text(rows: Sequence[Row]) -> str:
    return "\n".join(line.text for row in rows for line in row)
