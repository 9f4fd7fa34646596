"""How often the program is right on annotated letters, and what it gets wrong.

A gap is an element that is missing or incomplete. Elements that the labels call ambiguous are not scored. A name is found where one form
of it is part of the other. Evidence is right where a quotation shares words with a span that the labels give for the element.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from models.corpus import Annotated
from models.finding import FLAGGED, GAPS, Element, Finding, FlagName, Name, Result, Status
from models.language import folded

FACTS = ("kind", "stage", "edition", "date")
WHOLE = "whole letter"
EVIDENCE = "evidence"
ROLES = "role of a found name"
ALL_GAPS, ALL_FLAGS, ALL_NAMES, FLAGGED_NAMES = "all gaps", "all flags", "names", "flagged names"


@dataclass
class Tally:
    """Right, wrong and overlooked finds of one sort."""

    right: int = 0
    wrong: int = 0
    overlooked: int = 0

    def add(self, *, wanted: bool, found: bool) -> None:
        """Count one case."""
        self.right += wanted and found
        self.wrong += found and not wanted
        self.overlooked += wanted and not found

    @property
    def number(self) -> int:
        """How many there are to be found."""
        return self.right + self.overlooked

    @property
    def figures(self) -> tuple[float, float, float]:
        """Precision, recall and F1 (0 to 1); 0 where nothing was found."""
        f1 = 2 * self.right / max(1, 2 * self.right + self.wrong + self.overlooked)
        return self.right / max(1, self.right + self.wrong), self.right / max(1, self.number), f1


@dataclass
class Share:
    """How many of how many are right."""

    right: int = 0
    of: int = 0

    def add(self, *, right: bool) -> None:
        """Count one case."""
        self.right += right
        self.of += 1

    @property
    def value(self) -> float:
        """The share (0 to 1); 0 of nothing."""
        return self.right / max(1, self.of)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What the program sees otherwise than the labels of a letter; `words` is the sentence that misled it or that it overlooked."""

    letter: str
    what: str
    wanted: str
    found: str
    words: str = ""


@dataclass
class Evaluation:
    """All that is counted over a set of letters."""

    letters: int = 0
    shares: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, annotated: Annotated, result: Result) -> None:
        """Count one letter and what the program says of it."""
        self.letters += 1
        for fact, wanted, found in _facts(annotated, result):
            self.shares[fact].add(right=wanted == found)
            self._note(annotated, fact, wanted, found)
        scored = [f for f in result.elements if f.element not in annotated.labels.ambiguous]
        for finding in scored:
            self._add_element(annotated, finding)
        statuses_right = all(f.status is annotated.labels.elements[f.element] for f in scored)
        self.shares[WHOLE].add(right=result.kind is annotated.labels.kind and statuses_right)
        self._add_flags(annotated, result)
        self.add_names(annotated, result.names)

    def _note(self, annotated: Annotated, what: str, wanted: str, found: str, words: str = "") -> None:
        if wanted != found:
            self.mistakes.append(Mistake(annotated.labels.id, what, wanted, found, words))

    def _add_element(self, annotated: Annotated, finding: Finding) -> None:
        wanted, element = annotated.labels.elements[finding.element], finding.element
        for name in (element, ALL_GAPS):
            self.tallies[name].add(wanted=wanted in GAPS, found=finding.status in GAPS)
        spans = annotated.labels.spans.get(element, ())
        misleading = finding.evidence[0].text if finding.evidence else "; ".join(spans[:1])
        self._note(annotated, element, wanted, finding.status, misleading)
        if spans and wanted is finding.status is Status.PRESENT:
            self.shares[EVIDENCE].add(right=_touches(annotated.letter.text, finding, spans))

    def _add_flags(self, annotated: Annotated, result: Result) -> None:
        raised = {flag.flag: flag.text or "" for flag in result.flags}
        for flag in sorted(raised.keys() | annotated.labels.flags):
            wanted, found = flag in annotated.labels.flags, flag in raised
            for name in (flag, ALL_FLAGS):
                self.tallies[name].add(wanted=wanted, found=found)
            self._note(annotated, flag, _raised(wanted), _raised(found), raised.get(flag, ""))

    def add_names(self, annotated: Annotated, names: Iterable[Name]) -> None:
        """Count the names of one letter, those that were found beside those that are labelled."""
        left = list(names)
        for wanted in annotated.labels.names:
            found = next((name for name in left if same_name(name.text, wanted.text)), None)
            self.tallies[ALL_NAMES].add(wanted=True, found=found is not None)
            self.tallies[FLAGGED_NAMES].add(wanted=wanted.role in FLAGGED, found=found is not None and found.role in FLAGGED)
            self._note(annotated, "name", wanted.role, found.role if found else "not found", wanted.text)
            if found is not None:
                left.remove(found)
                self.shares[ROLES].add(right=found.role is wanted.role)
        for extra in left:
            self._add_extra(annotated, extra)

    def _add_extra(self, annotated: Annotated, extra: Name) -> None:
        self.tallies[ALL_NAMES].add(wanted=False, found=True)
        self.tallies[FLAGGED_NAMES].add(wanted=False, found=extra.role in FLAGGED)
        self._note(annotated, "name", "no person", extra.role, extra.text)

    def rows(self) -> Iterator[str]:
        """Yield the figures as lines of text."""
        yield from self._rows((*FACTS, WHOLE, ROLES, EVIDENCE), (*Element, ALL_GAPS, *FlagName, ALL_FLAGS, ALL_NAMES, FLAGGED_NAMES))

    def rows_of_names(self) -> Iterator[str]:
        """Yield the figures on names as lines of text."""
        yield from self._rows((ROLES,), (ALL_NAMES, FLAGGED_NAMES))

    def _rows(self, shares: Iterable[str], tallies: Iterable[str]) -> Iterator[str]:
        for what in shares:
            yield f"{what:26} {self.shares[what].value:9.1%}"
        yield f"\n{'':26} {'precision':>9} {'recall':>7} {'F1':>6} {'number':>7}"
        for name in tallies:
            precision, recall, f1 = self.tallies[name].figures
            yield f"{name:26} {precision:9.2f} {recall:7.2f} {f1:6.2f} {self.tallies[name].number:7}"

    def as_json(self) -> dict[str, Any]:
        """Return the figures and the mistakes as JSON has them; shares, precision, recall and F1 are of 1."""
        tallies = {}
        for name, tally in self.tallies.items():
            precision, recall, f1 = tally.figures
            tallies[str(name)] = {**asdict(tally), "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
        shares = {name: {**asdict(share), "share": round(share.value, 4)} for name, share in self.shares.items()}
        return {"letters": self.letters, "shares": shares, "found": tallies, "mistakes": [asdict(mistake) for mistake in self.mistakes]}


def outline(letter: str, result: Result) -> dict[str, Any]:
    """Return what a result decides, without words of the letter other than names: what a baseline keeps of it."""
    return {
        "id": letter,
        **{fact: getattr(result, fact) for fact in FACTS},
        "elements": {f.element: f.status for f in result.elements},
        "flags": sorted({f.flag for f in result.flags}),
        "names": {n.text: n.role for n in result.names},
    }


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what differs between two outlines of a letter: what, how it was, how it is."""
    old, new = _flat(before), _flat(after)
    for what in sorted(old.keys() | new.keys()):
        if old.get(what) != new.get(what):
            yield what, old.get(what, "–"), new.get(what, "–")


def _flat(outlined: dict[str, Any]) -> dict[str, str]:
    return {
        **{fact: str(outlined[fact]) for fact in FACTS},
        **outlined["elements"],
        **dict.fromkeys(outlined["flags"], "raised"),
        **outlined["names"],
    }


def _facts(annotated: Annotated, result: Result) -> Iterator[tuple[str, str, str]]:
    for fact in FACTS:
        yield fact, str(getattr(annotated.labels, fact)), str(getattr(result, fact))


def _touches(text: str, finding: Finding, spans: tuple[str, ...]) -> bool:
    places = [(text.find(span), text.find(span) + len(span)) for span in spans if span in text]
    return any(e.start < end and start < e.end for e in finding.evidence for start, end in places)


def _raised(raised: bool) -> str:
    return "raised" if raised else "not raised"


def same_name(one: str, other: str) -> bool:
    """Tell whether one of two names is a form of the other."""
    a, b = folded(one), folded(other)
    return a in b or b in a
