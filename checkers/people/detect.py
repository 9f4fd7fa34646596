"""Find the names of people, and of contractors' companies, in a letter.

Runs of capitals are candidates (checkers/people/candidates.py). Which of them are names is learned: two linear models weigh their marks.
What is in the landlord's lists needs no weighing. Names in e-mail addresses are taken from their form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checkers.people.candidates import (
    Candidate,
    Page,
    Span,
    also,
    bare,
    is_listed,
    is_word,
    marks,
    pieces,
    place_names,
    split,
    words,
)
from checkers.people.known import Person, add_lone_forms, joined
from checkers.people.lists import Lists
from checkers.reading import Reading, Sentence
from models.language import first_names, folded, linear, surnames
from models.letter import MARGINS
from models.settings import Settings

PERSON, COMPANY = "person", "company"  # the models, and what each says of a candidate
NOBODY = "none"
_LONGEST = 6  # words of a name
_MAIL = re.compile(r"(?<![\w.])([^\W\d_]{2,20})[._]([^\W\d_]{2,20}(?:-[^\W\d_]{2,20})?)@")
_ENOUGH, _ENOUGH_COMPANY = 0.5, 0.4  # likelihood of a person's name, and of a company's: F1 is best there, on voices unseen
_ENOUGH_LISTED = 0.3  # where the lists have first name and surname, and the first is no word or place


def people_in(reading: Reading, settings: Settings) -> list[Person]:
    """Return the people and companies named in the letter, in the order in which they first appear."""
    page = Page(reading, settings)
    lists = Lists(settings)
    named = [p for sentence, run in page.runs for p in _judge(page, sentence, run, lists)]
    named += _in_mail(reading)
    people = joined(joined(sorted(named, key=lambda p: p.places[0])))  # twice: a later, fuller form can show two to be one
    add_lone_forms(people, reading.letter.text)
    return sorted(people, key=lambda p: p.places[0])


def candidates(page: Page, sentence: Sentence, run: Span) -> tuple[Candidate | None, list[Candidate]]:
    """Return what of a run of capitals in a sentence may be a company's name, and what may be people's."""
    zero, running = sentence.start, sentence.passage.part not in MARGINS
    company = page.companies.get((sentence.index, run)) if running else None
    parts = [Candidate(sentence, zero + s, zero + e) for s, e in pieces(sentence.text, *run)]
    firm = Candidate(sentence, zero + company[0], zero + company[1]) if company else None
    return firm if firm and not _begins(page, firm) else None, [c for c in parts if _may_be_named(page, c) and not _begins(page, c)]


def _begins(page: Page, candidate: Candidate) -> bool:
    """Tell whether this is a common word that has its capital from beginning a sentence, and is no first name."""
    if candidate.start != candidate.sentence.start or " " in page.text[candidate.start : candidate.end]:
        return False
    word = bare(page.text[candidate.start : candidate.end])
    return word not in first_names() and (word in page.low_words or (is_word(word) and word not in surnames()))


def _may_be_named(page: Page, candidate: Candidate) -> bool:
    own = _words(page, candidate)
    alone = len(own) == 1 and (own[0] in words("titles") or own[0] in page.storms)
    return len(own) <= _LONGEST and not alone and max(map(len, own)) > 1


def _words(page: Page, candidate: Candidate) -> list[str]:
    return [bare(word) for word in split(page.text[candidate.start : candidate.end])]


def _judge(page: Page, sentence: Sentence, run: Span, lists: Lists) -> Iterator[Person]:
    """Cut a run of capitals into the names that it holds."""
    company, parts = candidates(page, sentence, run)
    if company and (likely := _likely_company(page, company, lists)) > _ENOUGH_COMPANY:
        yield Person(page.text[company.start : company.end], [(company.start, company.end)], company=True, likely=likely)
        return
    for part in parts:
        own = _words(page, part)
        likely = 1.0 if lists.staff(own) or lists.contractor(own) else _likely(PERSON, page, part)
        if likely > (_ENOUGH_LISTED if is_listed(own) and not also(own[0]) else _ENOUGH):
            told = place_names(page, part)
            yield Person(
                page.text[part.start : part.end],
                [(part.start, part.end)],
                signed=told["signed"],
                greeted=told["greeted"],
                addressed=told["addressed"],
                head_only=sentence.passage.part in MARGINS,
                likely=likely,
            )


def _likely_company(page: Page, company: Candidate, lists: Lists) -> float:
    own = _words(page, company)
    return 1.0 if lists.contractor(own) or " ".join(own) in page.outright else _likely(COMPANY, page, company)


def _likely(what: str, page: Page, candidate: Candidate) -> float:
    return linear.load(what).likelihoods(marks(page, candidate))[what]


def _in_mail(reading: Reading) -> Iterator[Person]:
    """Yield who is named in an e-mail address: two words with a stop between, in the lists of names or in no list of words."""
    for m in _MAIL.finditer(reading.letter.text):
        first, last = folded(m[1]), folded(m[2])
        office = {first, last} & (words("not_name") | words("company"))
        sentence = reading.sentence_at(m.start())
        name = first in first_names() or last in surnames() or not (is_word(first) or is_word(last))
        if name and not office and sentence is not None:
            yield Person(m[0][:-1], [(m.start(), m.end() - 1)], head_only=sentence.passage.part in MARGINS, mail=True)
