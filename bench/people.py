"""Learn to tell names, and who is who: `python -m bench.people samples/corpus samples/passages`; `make train` does it too.

Each letter is learned from as it is, and with other names of all origins in the place of its own (bench/names.toml, the half that is for
training, and the lists of models/language), so that no origin is told better than another.
"""

from __future__ import annotations

import argparse
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import not_
from pathlib import Path

import numpy as np

from bench.fitting import linear_model
from bench.passages import DENSE, load_people
from bench.processes import shared_out
from bench.sentences import filled, sentences
from bench.weigh import folds
from checkers import Choice
from checkers.facts import facts_of
from checkers.people.candidates import Candidate, Page, bare, marks, words
from checkers.people.detect import COMPANY, NOBODY, PERSON, candidates, people_in
from checkers.people.known import Person
from checkers.people.roles import BY_WORDS, STRANGER, STRANGERS, SUSPECT, Roles, likelihoods, words_and_pairs
from checkers.reading import read
from models.corpus import Annotated, NameLabel, load_voices
from models.finding import FLAGGED, FlagName, Kind, Role
from models.language import first_names, folded, labelling, linear, surnames
from models.language.labelling import Example, Scores
from models.letter import Block, compose
from models.settings import Settings
from reports.evaluation import same_name

NAMES = Path(__file__).parent / "names.toml"
TRAINING, MEASURING = 0, 1  # the halves of each list of names
FOLDS = 5
SENTENCE_ROUNDS = 30
FORGOTTEN = 0.5  # share of examples in which the lists of names are not asked: their words must be told by what stands round them
LOOSE = {PERSON: 0.2, COMPANY: 0.5}  # how loosely the models may fit (bench/fitting.py): on voices unseen these told names best
LOOSE_ROLES = 0.1
FAINT = 0.1  # how much a letter of DENSE counts where companies are told from other words: in most letters they are rare
ROLES = tuple(role.value for role in Role)
ROLE_NETWORKS = 2  # they do as well as three, and are smaller
_LISTED = frozenset({"first is listed", "last is listed"})
_KNOWN = re.compile(r"known=\d+")
_TOO_PLAIN = frozenset({"mark", "may", "will", "grace", "hope", "rose", "bill", "summer", "joy"})  # to be replaced all over a letter

Names = Mapping[str, tuple[Sequence[str], Sequence[str]]]
Marked = tuple[list[str], str]
Counted = tuple[Marked, float]  # an example, and how much it counts


def names(half: int) -> Names:
    """Return first names and surnames, by origin, of a half of the lists."""
    lists = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    return {origin: (one["given"].split(", ")[half::2], one["surnames"].split(", ")[half::2]) for origin, one in lists.items()}


def listed() -> Names:
    """Return the names in the program's own lists, as of one origin, but for those that are kept for measuring."""
    kept = {folded(word) for both in names(MEASURING).values() for group in both for name in group for word in name.split()}
    return {"listed": ([n.title() for n in sorted(first_names() - kept)], [n.title() for n in sorted(surnames() - kept)])}


def renamed(annotated: Annotated, others: Names, chance: random.Random) -> Annotated:
    """Return the letter with other people in it: every word of each person's name replaced wherever it stands, in its letters' case."""
    instead: dict[str, str] = {}
    for label in annotated.labels.names:
        if not is_company(label):
            instead = _replacements(label.text, others[chance.choice(list(others))], chance) | instead
    instead |= {old.upper(): new.upper() for old, new in instead.items()}
    if not instead:
        return annotated
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(instead, key=len, reverse=True)))})(?!\w)")

    def renaming(text: str) -> str:
        return pattern.sub(lambda m: instead[m[0]], text)

    blocks = [Block(renaming(p.text), p.part, p.style, p.page) for p in annotated.letter.passages]
    own = tuple(NameLabel(text=renaming(n.text), role=n.role) for n in annotated.labels.names)
    return Annotated(compose(annotated.letter.path, b"", blocks), annotated.labels.model_copy(update={"names": own}))


def _replacements(name: str, others: tuple[Sequence[str], Sequence[str]], chance: random.Random) -> dict[str, str]:
    own = [
        re.sub(r"[’']s$|[.,]$", "", w) for w in name.split() if bare(w) not in words("titles") and w[:1].isupper() and len(w.strip(".")) > 1
    ]
    own = [w for w in own if bare(w) not in words("not_name") | _TOO_PLAIN]
    titled = bare(name.split(maxsplit=1)[0]) in words("titles")
    firsts, lasts = others
    return {w: chance.choice(lasts if (n and n == len(own) - 1) or (titled and len(own) == 1) else firsts) for n, w in enumerate(own)}


def is_company(label: NameLabel) -> bool:
    """Tell whether a labelled name is a company's: a contractor without a title who has no first name, or is called a firm."""
    own = [bare(word) for word in label.text.split()]
    firm = "&" in own or "and" in own or own[-1] in words("company")
    return label.role is Role.CONTRACTOR and own[0] not in words("titles") and (firm or own[0].split("-")[0] not in first_names())


def examples(annotated: Annotated) -> Iterator[tuple[str, Marked]]:
    """Yield what each model learns from a letter: which model, the marks of a candidate, and what it is."""
    reading = read(annotated.letter)
    page = Page(reading, Settings())
    people = [label for label in annotated.labels.names if not is_company(label)]
    firms = [label for label in annotated.labels.names if is_company(label)]
    for sentence, run in page.runs:
        company, parts = candidates(page, sentence, run)
        is_firm = company is not None and any(_is_firm(_own(page, company), _words_of(label.text)) for label in firms)
        if company is not None:
            yield COMPANY, (marks(page, company), COMPANY if is_firm else NOBODY)
        for part in parts if not is_firm else ():
            found = any(_is_person(page, part, _words_of(label.text)) for label in people)
            yield PERSON, (marks(page, part), PERSON if found else NOBODY)


def _own(page: Page, candidate: Candidate) -> list[str]:
    return _words_of(page.text[candidate.start : candidate.end])


def _words_of(name: str) -> list[str]:
    return [w for w in map(bare, re.split(r"[ ._]+", name)) if w and w not in words("titles")]


def _is_firm(own: list[str], wanted: list[str]) -> bool:
    return own == wanted or (own[0] == wanted[0] and (set(wanted) <= set(own) or set(own) <= set(wanted)))


def _is_person(page: Page, part: Candidate, wanted: list[str]) -> bool:
    own = _own(page, part)
    after = re.match(r" ([^\W\d]+)", page.text[part.end :])
    if not own or not wanted or (after and after[1][0].isupper() and bare(after[1]) in words("road") | words("body")):
        return False
    if len(own) == 1:
        return own[0] in (wanted[0], wanted[-1])
    initial = own[-1] == wanted[-1] and own[0][0] == wanted[0][0] and len(own[0]) == 1
    return initial or set(own) <= set(wanted) or (set(wanted) <= set(own) and len(own) <= len(wanted) + 1)


def forgetful(found: Marked, chance: random.Random) -> Marked:
    """Return an example, now and then without what the lists of names say."""
    own, label = found
    if chance.random() >= FORGOTTEN:
        return found
    return [_KNOWN.sub("known=000", mark) for mark in own if mark not in _LISTED], label


def sentence_examples(chance: random.Random) -> Iterator[Marked]:
    """Yield what is learned from single sentences on any matter, each under names of several origins."""
    sets = sentences()["training"]
    origins = [*names(TRAINING).values(), *[listed()["listed"]] * 12]
    for template in [*sets["general"] * SENTENCE_ROUNDS, *sets["near_misses"] * (SENTENCE_ROUNDS // 3)]:
        one = filled(template, chance.choice(origins), chance)
        reading = read(compose("sentence", b"", [Block(one.text)]))
        page = Page(reading, Settings())
        for part in (part for sentence, run in page.runs for part in candidates(page, sentence, run)[1]):
            own = any(min(part.end, end) - max(part.start, start) > 1 for start, end in one.wanted)
            yield forgetful((marks(page, part), PERSON if own else NOBODY), chance)


def role_examples(annotated: Annotated) -> tuple[Example, list[Marked]]:
    """Return what is learned from the people whom the program finds in a letter: their roles, and who of them is a stranger.

    In a letter with another resident's name left in, that is the third party; from letters that raise no flag it is not learned.
    """
    reading = read(annotated.letter)
    roles = Roles(people_in(reading, Settings()), reading, facts_of(reading, Choice()), Settings())
    mixed, own = FlagName.NAME_MISMATCH in annotated.labels.flags, true_roles(annotated, roles.people)
    wanted = np.array([[own.get(person) == role for role in ROLES] for person in roles.weighed], dtype="f").reshape(-1, len(ROLES))
    known = np.array([[person in own] for person in roles.weighed], dtype="f").reshape(-1, 1)
    strange = [
        (roles.stranger_marks(person), STRANGER if mixed and own[person] is Role.THIRD_PARTY else NOBODY)
        for person in roles.weighed
        if person in own and roles.facts.kind is not Kind.OTHER
    ]
    return Example(roles.seen, wanted, np.broadcast_to(known, wanted.shape)), strange


def true_roles(annotated: Annotated, people: list[Person]) -> dict[Person, Role]:
    """Return the labelled role of each of the people found who has one."""
    left = list(annotated.labels.names)
    found = {}
    for person in people:
        own = next((label for label in left if same_name(label.text, person.text)), None)
        if own is not None:
            left.remove(own)
            found[person] = own.role
    return found


def examples_under_names(annotated: Annotated, chance: random.Random) -> list[tuple[str, Marked]]:
    """Return what each model learns from a letter, as it is and under other names."""
    found = list(examples(annotated))
    for others in (names(TRAINING), names(TRAINING), listed()):
        found += [(model, forgetful(one, chance)) for model, one in examples(renamed(annotated, others, chance))]
    return found


@dataclass(frozen=True)
class Learned:
    """What is learned from one letter: of itself, and of itself under other names."""

    voice: str
    found: list[tuple[str, Marked]]
    unseen: list[tuple[str, Marked]]  # with names of the half kept for measuring

    @classmethod
    def of(cls, annotated: Annotated, chance: random.Random) -> Learned:
        """Work out the examples of a letter."""
        found = examples_under_names(annotated, chance)
        return cls(annotated.labels.voice, found, list(examples(renamed(annotated, names(MEASURING), chance))))


def trained(letters: list[Learned], model: str, others: Sequence[Counted] = ()) -> linear.Linear:
    """Return a model that tells names, learned from these letters and from other examples."""
    known = [*((one, 1.0) for letter in letters for which, one in letter.found if which == model), *others]
    return linear_model([one for one, _ in known], (NOBODY, model), [counts for _, counts in known], LOOSE[model])


def report(letters: list[Learned], model: str, others: Sequence[Counted]) -> None:
    """Print precision and recall on letters of voices, and with names, that a model had not seen."""
    counts: Counter[tuple[bool, bool]] = Counter()
    for fold in folds((letter.voice for letter in letters), FOLDS):
        net = trained([letter for letter in letters if letter.voice not in fold], model, others)
        unseen = [one for letter in letters if letter.voice in fold for which, one in letter.unseen if which == model]
        counts.update((label == model, net.likelihoods(own)[model] > 0.5) for own, label in unseen)
    right, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
    print(f"{model}: precision {right / (right + wrong):.3f}, recall {right / (right + missed):.3f} of {right + missed}")


def report_strangers(known: list[tuple[str, str, Marked]]) -> None:
    """Print how often a name left in is found, letter by letter, by a model that had not seen the voice."""
    wanted = {letter for _, letter, (_, label) in known if label == STRANGER}
    found = set()
    for fold in folds((voice for voice, _, _ in known), FOLDS):
        net = linear_model([one for voice, _, one in known if voice not in fold], (NOBODY, STRANGER))
        found |= {letter for voice, letter, (own, _) in known if voice in fold and net.likelihoods(own)[STRANGER] > SUSPECT}
    print(
        f"names left in: precision {len(found & wanted) / len(found):.3f}, recall {len(found & wanted) / len(wanted):.3f} of {len(wanted)}"
    )


def report_roles(known: list[tuple[str, Example]], short: list[Example]) -> None:
    """Print the share of roles that are right, by rules and weighed, of people in letters of voices that the networks had not seen."""
    told: list[tuple[Role, Role, Role]] = []
    examples_, parts = [one for _, one in known], [[voice in fold for voice, _ in known] for fold in folds((v for v, _ in known), FOLDS)]
    for part, judged in zip(parts, shared_out(_judged_unseen, repeat(examples_), repeat(short), parts), strict=True):
        for example, scores in zip(compress(examples_, part), judged, strict=True):
            for marks_, likely, wanted in zip(example.seen.marks, scores, example.wanted, strict=True):
                if wanted.any():
                    told.append((Role(ROLES[wanted.argmax()]), Role(marks_[0].removeprefix("rules=")), Role(ROLES[likely.argmax()])))
    for what, said in (("rules", [(own, ruled) for own, ruled, _ in told]), ("weighed", [(own, best) for own, _, best in told])):
        right = sum(own is role for own, role in said)
        named = sum((own in FLAGGED) + (role in FLAGGED) for own, role in said)
        flagged = sum(own is role and own in FLAGGED for own, role in said)
        print(f"roles {what}: {right / len(said):.3f} right of {len(said)}; names to be flagged, F1 {2 * flagged / named:.3f}")
    wrong = Counter((best, own) for own, _, best in told if best is not own)
    print(", ".join(f"{best} for {own} {n}" for (best, own), n in wrong.most_common(12)))


def _judged_unseen(examples_: list[Example], short: list[Example], part: list[bool]) -> list[Scores]:
    """Return the likelihoods of roles in the letters of a part, by networks that saw the others only."""
    known = [*compress(examples_, map(not_, part)), *short]
    nets, by_words = labelling.train(known, [], ROLES, {}, ROLE_NETWORKS), roles_by_words(known)
    return [likelihoods(example.seen, nets, by_words) for example in compress(examples_, part)]


def roles_by_words(known: Sequence[Example]) -> linear.Linear:
    """Return the linear model that tells roles beside the networks, learned from these people."""
    every = (one for each in known for one in zip(each.seen.marks, each.seen.words, each.wanted, strict=True))
    told = [(words_and_pairs(marks_, words_), ROLES[wanted.argmax()]) for marks_, words_, wanted in every if wanted.any()]
    return linear_model(told, ROLES, loose=LOOSE_ROLES)


def learn_names(annotated: list[Annotated], named: list[Annotated], *, measured: bool) -> None:
    """Learn to tell people and companies, report how well where that is wanted, and write the models.

    From `named`, short letters of which only the names are labelled, it is learned, too; nothing is measured on them.
    """
    chance = random.Random(0)  # noqa: S311 - names in examples are no secret
    letters = [Learned.of(one, chance) for one in annotated]
    short = [(example, one.labels.voice) for one in named for example in examples_under_names(one, chance)]
    for model in (PERSON, COMPANY):
        faint = DENSE if model == COMPANY else None
        others = [(one, FAINT if voice == faint else 1.0) for (which, one), voice in short if which == model]
        others += [(one, 1.0) for one in sentence_examples(chance)] if model == PERSON else []
        if measured:
            report(letters, model, others)
        trained(letters, model, others).keep(model)
    linear.load.cache_clear()


def learn_roles(annotated: list[Annotated], named: list[Annotated], *, measured: bool) -> None:
    """Learn who people are (from `named`, too), and whose name was left in from another letter; roles rest on the names that are found."""
    short = [role_examples(one)[0] for one in named]
    told = [(one.labels, *role_examples(one)) for one in annotated]
    strange = [(labels.voice, labels.id, one) for labels, _, marked in told for one in marked]
    if measured:
        report_roles([(labels.voice, example) for labels, example, _ in told], short)
        report_strangers(strange)
    known = [*(example for _, example, _ in told), *short]
    labelling.train(known, [], ROLES, {}, ROLE_NETWORKS, shared_out).keep(labelling.ROLES)
    roles_by_words(known).keep(BY_WORDS)
    linear_model([example for _, _, example in strange], (NOBODY, STRANGER)).keep(STRANGERS)


def main() -> None:
    """Train, report and write the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("passages", type=Path)
    parser.add_argument("--quick", action="store_true", help="write without measuring first")
    parser.add_argument("--roles", action="store_true", help="learn roles only")
    chosen = parser.parse_args()
    annotated, named = load_voices(chosen.corpus, "train"), list(load_people(chosen.passages))
    if not chosen.roles:
        learn_names(annotated, named, measured=not chosen.quick)
    learn_roles(annotated, named, measured=not chosen.quick)


if __name__ == "__main__":
    main()
