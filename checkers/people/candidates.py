"""What in a letter may be a name: runs of capitals, and the marks by which a linear model tells whether they are a person or a company.

A mark says something of the words (a title before them, their shape, whether a list of names has them), of what stands round them, or of
their place in the letter. None is the name itself, so that a name which nobody has heard of is told as well as another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from checkers import rules
from checkers.people.known import WORDS
from checkers.reading import Reading, Sentence
from models.language import english, first_names, folded, surnames
from models.language.pieces import pieces_of
from models.letter import MARGINS
from models.settings import Settings

_CAPITALS = "A-Z" + "".join(c for c in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]) if c.isupper())
_PARTICLE = r"(?:de|da|do|dos|das|del|della|di|du|van|von|der|den|ter|ten|la|le|al|el|abu|bin|bint|ibn|ap|ab|ó|ul|ur|st\.?|y|e)"
_LETTERS = r"(?:[^\W_]|[’'-])*[^\W_]"
_BEGUN = r"(?:(?:al|el|ad|an|as|at|ul|ur|d|l)[-’'])?"  # al-Hakimi, d'Angelo
_INITIALS = rf"(?:[{_CAPITALS}](?:[’'][{_CAPITALS}])?\.){{2,3}}(?!\w)"  # T.K., J.T.O'D.: all of a name, or what a surname follows
_AND = rf"[{_CAPITALS}](?:&[{_CAPITALS}])+(?!\w)"  # K&R
_WORD = rf"{_INITIALS}|{_AND}|{_BEGUN}[{_CAPITALS}]{_LETTERS}|[{_CAPITALS}]\.?(?=\s(?:{_PARTICLE} )*{_BEGUN}[{_CAPITALS}])"
RUN = re.compile(rf"(?:{_WORD})(?:(?:\.? |\.|_)(?:{_PARTICLE} )*(?:{_WORD}))*")
_TAIL = re.compile(rf"(?: ?& ?| and )(?!I\b)[{_CAPITALS}]{_LETTERS}(?: [{_CAPITALS}]{_LETTERS})*")  # "& Sons", "and Daughters Roofing"
_PIECE = re.compile(rf"(?:M(?:rs?|s|iss|x)|Dr)\.?(?=[{_CAPITALS}][^\W_])|[^\s_]+")  # "Mr.Khan": a title that has lost its space
_SPACED = re.compile(r"\S+")
_OPENING = "([“‘\"'/|"  # what a company's name may stand behind, beside spaces
_TOKEN = re.compile(r"\n|\w+(?:['’-]\w+)*|[^\w\s]")
POSSESSIVE = re.compile(r"[’']s?$")
_SIDE = 90  # characters on either side in which a candidate's neighbours stand
_NEAR, _FAR = 3, 6  # words on either side: told by their order, and by standing there
_SALUTATION = 40  # characters in which the salutation names its readers; what stands further on is said to them
_STORM = re.compile(rf"\b[Ss]torm ([{_CAPITALS}]{_LETTERS})")
_TO_LINE = 80  # characters of a line that says to whom an e-mail goes
_TO = re.compile(r"to\b")
_MISREAD = re.compile(r"(?<=[^\W\d_])[015](?=[^\W\d_])")
_MEANT, _MEANT_CAPITALS = {"0": "o", "1": "l", "5": "s"}, {"0": "O", "1": "I", "5": "S"}
_MOST = 5  # words that a name, and figures that a number, is told apart by
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that may be a name, from `start` to `end` in the letter."""

    sentence: Sentence
    start: int
    end: int


@dataclass(frozen=True)
class Page:
    """What is known of a letter before names are looked for: its signature and address, and what the landlord calls itself."""

    reading: Reading
    settings: Settings
    marked: dict[Candidate, list[str]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def text(self) -> str:
        """The letter's text."""
        return self.reading.letter.text

    @cached_property
    def signing(self) -> frozenset[int]:
        """The numbers of the sentences in which the letter is signed: the short lines after the close."""
        lines = self.reading.body
        signed: set[int] = set()
        for i, sentence in enumerate(lines):
            if len(sentence.text) < 70 and rules.load("people/lines").says(sentence.low, "sign_off"):
                signed |= {s.index for s in [s for s in lines[i + 1 : i + 3] if len(s.text.split()) <= 7][:1]}
        if not signed:
            signed = {s.index for s in lines[-4:] if 2 <= len(s.text.split()) <= 4 and not s.text.rstrip().endswith((".", "!", "?"))}
        return frozenset(signed)

    @cached_property
    def address(self) -> frozenset[int]:
        """The numbers of the lines before the text in which the letter is addressed; the salutation may be a bare name, or be left out."""
        found: set[int] = set()
        for sentence in self.reading.body[:16]:
            words = sentence.text.split()
            if sentence.greets or len(words) >= 14:
                return frozenset(found)
            if 2 <= len(words) <= 8 and not any(c.isdigit() for c in sentence.text) and _looks_named(words):
                found.add(sentence.index)
        return frozenset()

    @cached_property
    def greeting(self) -> int:
        """Where the salutation ends; 0 where there is none."""
        return self.reading.salutation.end if self.reading.salutation else 0

    @cached_property
    def closing(self) -> int:
        """The number of the sentence after which nothing but the signature and what is below it stands."""
        closes = [s.index for s in self.reading.body if len(s.text) < 70 and rules.load("people/lines").says(s.low, "sign_off")]
        return closes[-1] if closes else len(self.reading.sentences)

    @cached_property
    def landlord(self) -> frozenset[str]:
        """What the landlord calls itself, folded: the names of bodies in the letterhead, and the one in the settings."""
        head = " ".join(s.text for s in self.reading.sentences if s.passage.part in MARGINS)
        names = {folded(m[0]) for m in RUN.finditer(head) if len(m[0].split()) > 1}
        return frozenset(names | ({folded(self.settings.landlord)} if self.settings.landlord else set()))

    @cached_property
    def runs(self) -> list[tuple[Sentence, Span]]:
        """The runs of capitals, each with its sentence and its place in it."""
        return [(sentence, m.span()) for sentence in self.reading.sentences for m in RUN.finditer(sentence.text)]

    @cached_property
    def companies(self) -> dict[tuple[int, Span], Span]:
        """What of each run of capitals may be a company's name, by the number of the sentence and the run's place in it."""
        spans = (((sentence.index, run), company_span(sentence.text, *run)) for sentence, run in self.runs)
        return {key: span for key, span in spans if span}

    @cached_property
    def outright(self) -> frozenset[str]:
        """The names of firms that the letter shows to be such ("our contractor, Kestrow", "Kestrow's engineer"), folded."""
        found = set[str]()
        for sentence, run in self.runs:
            if span := self.companies.get((sentence.index, run)):
                own = [bare(word) for word in sentence.text[slice(*span)].split()]
                found |= {" ".join(own)} if _is_shown(sentence, span, own) else set()
        return frozenset(found)

    @cached_property
    def beside(self) -> dict[str, set[str]]:
        """For each capitalised word of the letter, what stands beside it anywhere: a title before, a road's or a company's word after."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for sentence, (start, end) in self.runs:
            pieces = [bare(word) for word in sentence.text[start:end].split()]
            for before, word, after in zip(["", *pieces[:-1]], pieces, [*pieces[1:], ""], strict=True):
                if before in words("titles"):
                    found[word].add("title")
                found[word] |= {group for group in ("road", "company", "body") if after in words(group)}
        return found

    @cached_property
    def storms(self) -> frozenset[str]:
        """The names of storms that the letter speaks of, folded."""
        return frozenset(folded(m[1]) for m in _STORM.finditer(self.text))

    @cached_property
    def low_words(self) -> frozenset[str]:
        """The words that the letter writes in lower case."""
        return frozenset(re.findall(r"(?<![\w'])[a-z][\w'-]*", self.text))


def words(group: str) -> frozenset[str]:
    """Return a group of words of words.toml."""
    return rules.words(WORDS, group)


@lru_cache(maxsize=20_000)
def bare(word: str) -> str:
    """Return a word folded, without the stop or the possessive that it ends in."""
    return POSSESSIVE.sub("", folded(word.rstrip(".,")))


def split(name: str) -> list[str]:
    """Return the words of a name; in the name of a file they are joined by underscores, and a title may have lost its space."""
    return _PIECE.findall(name)


def pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Split a run of capitals at words that no name contains ("Housing Officer Jane Hill" leaves "Jane Hill"); titles begin a new piece."""
    piece: list[Span] = []
    for m in _PIECE.finditer(text, start, end):
        s, e = m.span()
        word = bare(text[s:e])
        possessive = len(text[s:e]) - len(POSSESSIVE.sub("", text[s:e]))
        ends_before = word in words("titles") or (word in words("not_name") and not _may_end(text, piece, word))
        if ends_before:
            yield from _whole(piece)
            piece = [(s, e)] if word in words("titles") else []
        else:
            piece.append((s, e - possessive))
            if possessive:
                yield from _whole(piece)
                piece = []
    yield from _whole(piece)


def _whole(piece: list[Span]) -> Iterator[Span]:
    if piece:
        yield piece[0][0], piece[-1][1]


def _may_end(text: str, piece: list[Span], word: str) -> bool:
    """Tell whether a word that is in few names (Ward, Hill, Green) ends this one: it follows a title, or a first name and is a surname."""
    if len(piece) != 1:
        return False
    first = bare(text[slice(*piece[0])])
    return first in words("titles") or (word in surnames() and first in first_names() and not also(first))


def also(word: str) -> bool:
    """Tell whether a first name is a word, or a place, too."""
    return word in words("also_words") or word in words("places")


def is_listed(own: list[str]) -> bool:
    """Tell whether the lists of names have these folded words, without a title, as a first name and a surname."""
    return len(own) > 1 and own[0] in first_names() and own[-1] in surnames()


def company_span(text: str, start: int, end: int) -> Span | None:
    """Return what of a run of capitals may be a company's name, with what follows an "&" or "and"; None where nothing is left."""
    before = text[start - 1] if start else " "
    if not before.isspace() and before not in _OPENING:
        return None
    tail = _TAIL.match(text, end)
    spans = [m.span() for m in _SPACED.finditer(text, start, tail.end() if tail else end)]
    own = [bare(text[s:e]) for s, e in spans]
    first = next((i for i, word in enumerate(own) if word not in words("not_name") or word in words("company")), len(own))
    if first == len(own) or own[first] in words("titles") or set(own[first:]) <= words("not_name") | words("company"):
        return None
    ends = (i for i, (s, e) in enumerate(spans) if i >= first and (POSSESSIVE.search(text[s:e]) or own[i] in words("company_end")))
    last = next(ends, len(own) - 1)
    if own[last] in words("no_company_end"):
        return None
    s, e = spans[last]
    return spans[first][0], s + len(POSSESSIVE.sub("", text[s:e]).rstrip("."))


def _is_shown(sentence: Sentence, span: Span, own: list[str]) -> bool:
    """Tell whether the words beside a name of these words show that it is a firm's, and not a first name or a place."""
    if own[0] in first_names() or also(own[0]):
        return False
    firms, (start, end) = rules.load("people/firms"), span
    before, after = sentence.low[max(0, start - _SIDE) : start], sentence.low[end : end + _SIDE]
    works = own[-1] not in surnames() and (firms.says(before, "works_before") or firms.says(after, "works_after"))
    return works or firms.says(before, "introduces")


def marks(page: Page, candidate: Candidate) -> list[str]:
    """Return the marks of a candidate; what may be a company's name may be a person's too, and is looked at once."""
    if candidate not in page.marked:
        page.marked[candidate] = _marks(page, candidate)
    return page.marked[candidate]


def _marks(page: Page, candidate: Candidate) -> list[str]:
    found = list(_of_words(page, candidate))
    short = [mark for mark in found if mark.startswith(("known", "whole", "n="))]
    found.append(" ".join(mark for mark in short if not mark.startswith("n=") or mark == "n=1"))
    around = list(_around(page, candidate))
    place = list(_of_place(page, candidate))
    telling = [mark for mark in (*around, *place) if mark.startswith(("b1=", "a1=", "line=", "b1 a1=", "form"))]
    return [*found, *around, *place, *(f"{a}&{b}" for a in short for b in telling)]


def _of_words(page: Page, candidate: Candidate) -> Iterator[str]:
    """Yield what the words themselves say: a title, their number and shape, whether lists of names, or of words, have them."""
    own = [_mended(word) for word in split(page.text[candidate.start : candidate.end])]
    title = bare(own[0])
    if title in words("titles") and len(own) > 1:
        yield f"title={title}"
        yield "titled"
        own = own[1:]
    low = [bare(word) for word in own]
    yield f"n={min(_MOST, len(own))}"
    yield "shape=" + " ".join(shape(word) for word in own[:4])
    yield from _listed("first", low[0], first_names())
    yield from _listed("last", low[-1], surnames())
    yield f"ends={low[-1][-3:]}"
    yield f"begins={low[0][:2]} {low[0][-2:]}"
    yield f"known={_in(low[0], first_names()):d}{_in(low[-1], surnames()):d}{_in(low[0], surnames()):d}"
    yield f"whole={_how_common(low[0])}{_how_common(low[-1])}"
    yield from (f"has {group}" for group in ("road", "company", "body") if not words(group).isdisjoint(low))
    yield from (f"company word {word}" for word in low if word in words("company"))
    yield from (f"beside {what}" for what in page.beside.get(low[0], ()))
    if " ".join(low) in page.low_words:
        yield "also in lower case"
    if any(" ".join(low) in known or known in " ".join(low) for known in page.landlord):
        yield "landlord's"


def _listed(which: str, word: str, names: frozenset[str]) -> Iterator[str]:
    if _in(word, names):
        yield f"{which} is listed"
    if word in words("also_words"):
        yield f"{which} is a word"
    if word in words("places"):
        yield f"{which} is a place"
    if is_word(word):
        yield f"{which} is whole"
    if _is_english(word):
        yield f"{which} is English"


def _in(word: str, names: frozenset[str]) -> bool:
    return word in names or ("-" in word and any(part in names for part in word.split("-")))


@lru_cache(maxsize=20_000)
def is_word(word: str) -> bool:
    """Tell whether the word pieces hold this word whole: it is common in English."""
    return len(pieces_of(word)) == 1


@lru_cache(maxsize=20_000)
def _is_english(word: str) -> bool:
    """Tell whether a dictionary writes this word in lower case, or each of those that it is joined of, and nobody listed is called so."""
    return all(part in english() for part in word.split("-")) and not (_in(word, first_names()) or _in(word, surnames()))


def _how_common(word: str) -> int:
    """Return 2 for a word of English, 1 for another that the word pieces hold whole (many names are), 0 for the rest."""
    return 2 if _is_english(word) else int(is_word(word))


def _mended(word: str) -> str:
    """Return a word with the letters that a scan took for figures between others: H0ang is Hoang."""
    if word.isalpha():
        return word
    meant = _MEANT_CAPITALS if word.isupper() else _MEANT
    return _MISREAD.sub(lambda m: meant[m[0]], word)


def shape(word: str) -> str:
    """Return what a word's letters look like: an initial, several, capitals, a hyphen, a capital inside."""
    letters = word.rstrip(".,")
    if len(letters) == 1:
        return "I"
    if any(c.isdigit() for c in letters):
        return "9"
    if "." in letters:
        return "I.I"
    if "&" in letters:
        return "I&I"
    if letters.isupper():
        return "XX"
    inner = next((mark for mark in "-'’" if mark in letters), "")
    return f"X{inner}x" if inner else "XxX" if any(c.isupper() for c in letters[1:]) else "Xx" if letters[0].isupper() else "x"


def _around(page: Page, candidate: Candidate) -> Iterator[str]:
    """Yield the words on either side, in order and by standing there; a line's end is a word too."""
    left = _TOKEN.findall(page.text, max(0, candidate.start - _SIDE), candidate.start)[: -_FAR - 1 : -1]
    right = _TOKEN.findall(page.text, candidate.end, candidate.end + _SIDE)[:_FAR]
    before, after = [_plain(token) for token in left], [_plain(token) for token in right]
    yield from (f"b{n}={word}" for n, word in enumerate(before[:_NEAR], 1))
    yield from (f"a{n}={word}" for n, word in enumerate(after[:_NEAR], 1))
    yield from (f"b~{word}" for word in {*before} - {"\n"})
    yield from (f"a~{word}" for word in {*after} - {"\n"})
    b1, a1 = before[0] if before else "", after[0] if after else ""
    yield f"b1 a1={b1} {a1}"
    yield from (f"b2 b1={' '.join(reversed(before[:2]))}", f"a1 a2={' '.join(after[:2])}")
    yield f"form a1={_form(a1)}"
    yield f"form b1={_form(b1)}"
    yield f"form={_form(b1)} {_form(a1)}"
    if left and left[0][0].isupper():
        yield "capital before"
    if right and right[0][0].isupper():
        yield "capital after"
    yield from (f"{group} after" for group in ("road", "company", "body") if a1 in words(group))


def _plain(token: str) -> str:
    """Return a token in lower case, and for a number its length: a house has few figures, a year or a telephone more."""
    return f"{min(_MOST, len(token))} figures" if token.isdigit() else token.lower()


def _form(word: str) -> str:
    """Return a word's ending, by which a verb or a plural can be told, or the stop itself."""
    if not word.isalpha():
        return word[:1] if not word[:1].isalnum() else "9"
    return next((ending for ending in ("ed", "ing", "ly", "s", "er", "or") if word.endswith(ending)), f"{min(5, len(word))}")


def _of_place(page: Page, candidate: Candidate) -> Iterator[str]:
    """Yield where in the letter the candidate stands."""
    sentence, total = candidate.sentence, len(page.reading.sentences)
    length = candidate.end - candidate.start
    alone = length >= len(sentence.text) - 2
    at = "alone" if alone else "start" if candidate.start == sentence.start else "end" if candidate.end >= sentence.end - 2 else "in"
    yield f"line={at}"
    yield f"part={sentence.passage.part}"
    yield f"style={sentence.passage.style}"
    if alone:
        yield f"top={min(6, sentence.index // 3)}"
        yield f"end={min(6, (total - 1 - sentence.index) // 2)}"
    yield from (name for name, told in place_names(page, candidate).items() if told)


def place_names(page: Page, candidate: Candidate) -> dict[str, bool]:
    """Tell whether the candidate is greeted, signs, is addressed, or stands after the close."""
    sentence = candidate.sentence
    return {
        "greeted": is_greeted(candidate),
        "signed": sentence.index in page.signing,
        "addressed": sentence.index in page.address,
        "after close": sentence.index > page.closing,
        "before greeting": sentence.end < page.greeting,
    }


def is_greeted(candidate: Candidate) -> bool:
    """Tell whether the salutation, or the line that says to whom an e-mail goes, is to this candidate."""
    sentence, at = candidate.sentence, candidate.start - candidate.sentence.start
    to_line = len(sentence.text) < _TO_LINE and _TO.match(sentence.low) is not None
    return 0 < at < _SALUTATION and (sentence.greets or to_line)


def _looks_named(line: list[str]) -> bool:
    low = [bare(word) for word in line]
    return low[0] in words("titles") or (low[0] in first_names() and words("not_name").isdisjoint(low))
