"""Say who a person named in the letter is, from where the name stands and from the words round it."""

from __future__ import annotations

import re

from checkers import rules
from checkers.facts import Facts
from checkers.people.detect import Person
from checkers.reading import Reading
from models.finding import Kind, Role
from models.language import folded
from models.letter import MARGINS
from models.settings import Settings

RULES = "people/roles"
_FOR_SOMEONE = re.compile(
    r"\b(?:on (?:his|her|their) behalf|on behalf of (?:mrs?|ms|miss|dr|your|the family)|your (?:client|constituent)"
    r"|(?:act|acting|speak|speaking) (?:for|on behalf of) (?:mrs?|ms|miss|him|her|them|your)"
    r"|signed (?:authority|consent|form|mandate)|power of attorney|consent (?:for (?:us|you)|to (?:us|you|act|speak))"
    r"|authority (?:for you )?to (?:act|speak)"
    r"|your (?:mother|father|mum|dad|aunt|uncle|parents?|brother|sister|son|daughter|husband|wife|grand\w+),? (?:mrs?"
    r"|ms|miss|dr)\b|your (?:mother|father|mum|dad|aunt|uncle|parents)(?:'s)? (?:complaint|tenancy|home|flat))"
)
_COUNSEL = {"solicitors", "advocacy", "advocate", "advice"}
_HEAD = 8  # lines in which an e-mail says from whom it is
_TO_COME = re.compile(r"\b(?:will|'ll|is going to|goes to|has your|dealing|looking)\b")
_ORDER = (Role.ELECTED, Role.CONTRACTOR, Role.REPRESENTATIVE, Role.CONTACT, Role.RESIDENT, Role.THIRD_PARTY, Role.STAFF)


def role_of(person: Person, people: list[Person], reading: Reading, facts: Facts, settings: Settings) -> Role:
    """Return a person's role; what is certain (the settings' lists, the signature, the salutation) before what the words suggest."""
    certain = _listed(person, settings) or _placed(person, people, reading, facts)
    return certain or _told(person, people, reading, facts)


def _listed(person: Person, settings: Settings) -> Role | None:
    name = folded(person.text)
    if person.company or name in {folded(n) for n in settings.contractors}:
        return Role.CONTRACTOR
    return Role.STAFF if name in {folded(n) for n in settings.staff} and not person.signed else None


def _placed(person: Person, people: list[Person], reading: Reading, facts: Facts) -> Role | None:
    """Tell a role by the place of the name: letterhead, signature, salutation, address."""
    if person.title in ("cllr", "councillor", "mayor") or re.search(rf"{re.escape(person.text)},? MP\b", reading.letter.text):
        return Role.ELECTED
    if person.head_only:
        return Role.LETTERHEAD
    if person.signed:
        own = facts.kind is Kind.OTHER and any(reading.says("facts/kind", s, "own_letter") for s in reading.body)
        return Role.RESIDENT if own else Role.SIGNATORY
    line = _mail_line(person, reading)
    if line is not None:
        return line
    if person.greeted or person.addressed:
        return Role.REPRESENTATIVE if _for_someone(person, people, reading) else Role.RESIDENT
    return None


def _mail_line(person: Person, reading: Reading) -> Role | None:
    """Tell a role by the line of an e-mail's head that names the person."""
    for start, _ in person.places:
        sentence = reading.sentence_at(start)
        if sentence is not None and sentence.index < _HEAD and sentence.low.startswith("from:"):
            return Role.SIGNATORY
    return None


def _for_someone(person: Person, people: list[Person], reading: Reading) -> bool:
    """Tell whether the person written to acts for somebody else who is named."""
    others = [p for p in people if p is not person and not (p.greeted or p.addressed or p.signed or p.company or p.head_only)]
    advocate = any(word in reading.low[:700] for word in _COUNSEL)
    return bool(others) and (advocate or _FOR_SOMEONE.search(reading.low) is not None)


def _told(person: Person, people: list[Person], reading: Reading, facts: Facts) -> Role:
    """Tell a role by the words round the name in each place; the most telling wins. The unknown are staff, with a title third parties."""
    found = {rule.label for context in _contexts(person, people, reading) for rule, _ in rules.load(RULES).matches(context)}
    own = {"third_party", "contractor", "staff", "elected"}
    for_them = any(p.greeted and _for_someone(p, people, reading) for p in people)
    if person.title and len(person.places) > 1 and for_them and not found & own:
        return Role.RESIDENT
    for role in _ORDER:
        if role.value in found:
            return role
    family = {p.words[-1] for p in people if (p.greeted or p.addressed) and p.words}
    if person.words and person.words[-1] in family and len(person.words) + bool(person.title) > 1:
        return Role.RESIDENT
    if facts.kind in (Kind.ACKNOWLEDGEMENT, Kind.EXTENSION) and any(_TO_COME.search(c) for c in _contexts(person, people, reading)):
        return Role.CONTACT
    contexts = _contexts(person, people, reading)
    if any("xcompanyx" in c for c in contexts):
        return Role.CONTRACTOR
    # The landlord's letters give its own people without a title; who has one and no job is somebody else.
    return Role.THIRD_PARTY if person.title else Role.STAFF


def _contexts(person: Person, people: list[Person], reading: Reading) -> list[str]:
    """Return the sentences in which the person is named, lowered, the name as xnamex and others' as xotherx or xcompanyx."""
    contexts: list[str] = []
    for start, _ in person.places:
        sentence = reading.sentence_at(start)
        if sentence is None or sentence.passage.part in MARGINS:
            continue
        marks = [(s, e, "xnamex") for s, e in person.places]
        marks += [(s, e, "xcompanyx" if p.company else "xotherx") for p in people if p is not person for s, e in p.places]
        text = sentence.low
        for s, e, mark in sorted(marks, reverse=True):
            if sentence.start <= s and e <= sentence.end:
                text = text[: s - sentence.start] + mark + text[e - sentence.start :]
        contexts.append(text)
    return contexts
