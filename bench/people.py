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
from bench.passages import load_people
from bench.processes import shared_out
from bench.sentences import filled, sentences
from bench.weigh import folds
from checkers import Choice
from checkers.facts import facts_of
from checkers.people.candidates import Candidate, Page, bare, marks, words
from checkers.people.detect import COMPANY, PERSON, Load, candidates, people_in
from checkers.people.known import Person
from checkers.people.roles import LABELS, NOBODY, STRANGER, STRANGERS, SUSPECT, Roles, told
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
ROLE_NETWORKS = 2  # they do as well as three, and are smaller
_LISTED = frozenset({"first is listed", "last is listed"})
_KNOWN = re.compile(r"known=\d+")
_TOO_PLAIN = frozenset({"mark", "may", "will", "grace", "hope", "rose", "bill", "summer", "joy"})  # to be replaced all over a letter

Names = Mapping[str, tuple[Sequence[str], Sequence[str]]]
Marked = tuple[list[str], str]
Unseen = list[tuple[set[str], dict[str, linear.Linear]]]  # folds of voices, each with models that never saw them


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


@dataclass(frozen=True)
class Named:
    """What is learned from those who may be named in a letter: their roles, and who of them is a stranger; `missed` are the other names.

    In a letter with another resident's name left in, that is the third party; from letters that raise no flag it is not learned.
    """

    voice: str
    letter: str
    people: list[Person]
    example: Example
    strange: list[Marked]
    missed: list[Role]

    @classmethod
    def of(cls, annotated: Annotated, load: Load) -> Named:
        """Work out what is learned from a letter in which names are found by these models."""
        reading, labels = read(annotated.letter), annotated.labels
        roles = Roles(people_in(reading, Settings(), load), reading, facts_of(reading, Choice()), Settings())
        mixed, own = FlagName.NAME_MISMATCH in labels.flags, true_roles(annotated, roles.people)
        wanted = np.array([[own.get(person, NOBODY) == label for label in LABELS] for person in roles.weighed], dtype="f")
        strange = [
            (roles.stranger_marks(person), STRANGER if mixed and own[person] is Role.THIRD_PARTY else NOBODY)
            for person in roles.weighed
            if person in own and not person.company and roles.facts.kind is not Kind.OTHER
        ]
        missed = list((Counter(name.role for name in labels.names) - Counter(own.values())).elements())
        wanted = wanted.reshape(-1, len(LABELS))
        return cls(labels.voice, labels.id, roles.weighed, Example(roles.seen, wanted, np.ones_like(wanted)), strange, missed)


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


def learn_names(annotated: list[Annotated], named: list[Annotated]) -> Unseen:
    """Learn to tell people and companies, report how well, and write the models; return models that never saw the voices of a fold.

    From `named`, short letters of which only the names are labelled, it is learned, too; nothing is measured on them.
    """
    chance = random.Random(0)  # noqa: S311 - names in examples are no secret
    letters = [Learned.of(one, chance) for one in annotated]
    others = [example for one in named for example in examples_under_names(one, chance)]
    others += [(PERSON, one) for one in sentence_examples(chance)]
    parts = folds((letter.voice for letter in letters), FOLDS)
    unseen = [(fold, name_models([letter for letter in letters if letter.voice not in fold], others)) for fold in parts]
    report(letters, unseen)
    for model, net in name_models(letters, others).items():
        net.keep(model)
    linear.load.cache_clear()
    return unseen


def name_models(letters: list[Learned], others: Sequence[tuple[str, Marked]]) -> dict[str, linear.Linear]:
    """Return the models that tell names, learned from these letters and from other examples."""
    found = [*(one for letter in letters for one in letter.found), *others]
    return {model: linear_model([one for which, one in found if which == model], (NOBODY, model)) for model in (PERSON, COMPANY)}


def report(letters: list[Learned], models: Unseen) -> None:
    """Print precision and recall on letters of voices, and with names, that the models had not seen."""
    for model in (PERSON, COMPANY):
        counts: Counter[tuple[bool, bool]] = Counter()
        for fold, nets in models:
            unseen = (one for letter in letters if letter.voice in fold for which, one in letter.unseen if which == model)
            counts.update((label == model, nets[model].likelihoods(own)[model] > 0.5) for own, label in unseen)
        right, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
        print(f"{model}: precision {right / (right + wrong):.3f}, recall {right / (right + missed):.3f} of {right + missed}")


def report_strangers(known: list[Named]) -> None:
    """Print how often a name left in is found, letter by letter, by a model that had not seen the voice."""
    wanted = {one.letter for one in known if any(label == STRANGER for _, label in one.strange)}
    found = set()
    for fold in folds((one.voice for one in known), FOLDS):
        net = linear_model([marked for one in known if one.voice not in fold for marked in one.strange], (NOBODY, STRANGER))
        suspects = ((one.letter, own) for one in known if one.voice in fold for own, _ in one.strange)
        found |= {letter for letter, own in suspects if net.likelihoods(own)[STRANGER] > SUSPECT}
    print(
        f"names left in: precision {len(found & wanted) / len(found):.3f}, recall {len(found & wanted) / len(wanted):.3f} of {len(wanted)}"
    )


def report_roles(known: list[Named], short: list[Example]) -> None:
    """Print how well names are told, and their roles, and what is to be flagged, in letters of voices that the networks had not seen."""
    pairs: list[tuple[Role | None, Role | None]] = [(role, None) for one in known for role in one.missed]
    for one, likely in roles_unseen(known, short):
        for person, row, wanted in zip(one.people, likely, one.example.wanted, strict=True):
            pairs.append((None if wanted[-1] else LABELS[:-1][int(wanted.argmax())], told(person, row)))
    both = [(own, said) for own, said in pairs if own and said]
    print(f"names {_shares(pairs, set(Role))}; to be flagged {_shares(pairs, set(FLAGGED))}")
    print(f"roles: {sum(own is said for own, said in both) / len(both):.3f} right of {len(both)}")
    wrong = Counter((str(said), str(own)) for own, said in pairs if own is not said)
    print(", ".join(f"{said} for {own} {n}" for (said, own), n in wrong.most_common(16)))


def roles_unseen(known: list[Named], short: list[Example]) -> Iterator[tuple[Named, Scores]]:
    """Yield each letter with the likelihoods by networks that had not seen its voice. The folds are shared out to all processors."""
    parts = [[one.voice in fold for one in known] for fold in folds((one.voice for one in known), FOLDS)]
    examples = [one.example for one in known]
    for part, likely in zip(parts, shared_out(_judged_unseen, repeat(examples), repeat(short), parts), strict=True):
        yield from zip(compress(known, part), likely, strict=True)


def _judged_unseen(examples: list[Example], short: list[Example], part: list[bool]) -> list[Scores]:
    net = labelling.train(list(compress(examples, map(not_, part))), short, LABELS, {}, ROLE_NETWORKS)
    return [net.likelihoods(example.seen) for example in compress(examples, part)]


def _shares(pairs: list[tuple[Role | None, Role | None]], roles: set[Role]) -> str:
    right = sum(own in roles and said in roles for own, said in pairs)
    said_, own_ = sum(said in roles for _, said in pairs), sum(own in roles for own, _ in pairs)
    return f"precision {right / said_:.3f}, recall {right / own_:.3f} of {own_}"


def learn_roles(annotated: list[Annotated], named: list[Annotated], unseen: Unseen) -> None:
    """Learn who people are (from `named`, too), and whose name was left in from another letter.

    Roles are learned from the names that models find which never saw the letter's voice: with all that they overlook, and take for names.
    """
    short = [Named.of(one, linear.load).example for one in named]
    known = [Named.of(one, models.__getitem__) for fold, models in unseen for one in annotated if one.labels.voice in fold]
    report_roles(known, short)
    report_strangers(known)
    labelling.train([one.example for one in known], short, LABELS, {}, ROLE_NETWORKS).keep(labelling.ROLES)
    linear_model([marked for one in known for marked in one.strange], (NOBODY, STRANGER)).keep(STRANGERS)


def main() -> None:
    """Train, report and write the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("passages", type=Path)
    chosen = parser.parse_args()
    annotated, named = load_voices(chosen.corpus, "train"), list(load_people(chosen.passages))
    learn_roles(annotated, named, learn_names(annotated, named))


if __name__ == "__main__":
    main()
