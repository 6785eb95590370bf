"""Phrases with slots, and the texts that they are looked for in.

A phrase is written as it would be said. Besides words it may hold `(a|b c)` alternatives,
`[a|b]` alternatives that may be missing, `{name}` a word class, `#` a number (`#%`, `#x`, `#ms`
one with that unit), `..` up to two and `...` up to five arbitrary words of the same clause, `^` and
`$` the ends of a clause.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from math import prod
from typing import Generic, TypeVar

from flows.reading.numbers import Number
from flows.reading.tokens import Text

Payload = TypeVar("Payload")

GAPS = {"..": 2, "...": 5}
MOST_FORMS = 3_000
"""Forms that a member of a class may stand for: more is a mistake in the phrase."""

_ATOM = re.compile(r"#(?:%|x\b|ms\b)?|[()\[\]|^$]|\{[a-z_.]+\}|\.\.\.?|[^\s()\[\]|{}#^$]+")
ARTICLES = frozenset(("a", "an", "the"))
"""Words that may be an alternative by themselves: it is empty. One made of "just" is none."""
_GAP_STOPS = frozenset("and or but not no nobody never without we i they if".split())


class PhraseError(ValueError):
    """A phrase that cannot be read: unbalanced brackets, an unknown class, or too many forms."""


@dataclass(frozen=True, slots=True)
class Member:
    """A class member found in a text: the word after it and what the member stands for."""

    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Capture:
    """What filled a slot: a number, or a class member with its place."""

    start: int
    end: int
    name: str
    key: str = ""
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Hit(Generic[Payload]):
    """A phrase found: from one word to before another, with the words it used as a bit mask."""

    start: int
    end: int
    used: int
    payload: Payload
    captures: tuple[Capture, ...] = ()


Form = tuple[str, ...]
"""Atoms in a row: plain words, `{class}`, `#` with or without a unit, `..`, `^` and `$`."""
Phrase = tuple["str | tuple[Phrase, ...]", ...]
"""A phrase read: atoms and choices; a choice with an empty alternative may be missing."""


def parsed(phrase: str, plain: Callable[[str], Form]) -> Phrase:
    """A phrase as atoms and choices, its words made comparable; raises `PhraseError`."""
    written = _ATOM.findall(phrase)
    made, rest = _alternatives(written, 0, plain, phrase)
    if rest != len(written) or len(made) > 1:
        msg = f"unbalanced brackets, or | outside of brackets, in {phrase!r}"
        raise PhraseError(msg)
    return made[0] if made else ()


def _alternatives(
    written: Sequence[str], at: int, plain: Callable[[str], Form], phrase: str
) -> tuple[tuple[Phrase, ...], int]:
    """The alternatives up to a closing bracket or the end; words of mere colour are none."""
    done: list[Phrase] = []
    parts: list[str | tuple[Phrase, ...]] = []
    words: list[str] = []

    coloured = False

    def flush() -> None:
        nonlocal coloured
        if not words:
            return
        made = plain(" ".join(words))
        coloured = coloured or (not made and not ARTICLES.issuperset(words))
        parts.extend(made)
        words.clear()

    def close() -> None:
        nonlocal coloured
        flush()
        if parts or not coloured:
            done.append(tuple(parts))
        parts.clear()
        coloured = False

    while at < len(written):
        atom = written[at]
        if atom in ("(", "["):
            flush()
            inner, at = _alternatives(written, at + 1, plain, phrase)
            if at >= len(written) or written[at] != {"(": ")", "[": "]"}[atom]:
                msg = f"unbalanced brackets in {phrase!r}"
                raise PhraseError(msg)
            inner = (*inner, ()) if atom == "[" else inner
            parts.append(tuple(dict.fromkeys(inner)))
        elif atom in (")", "]"):
            break
        elif atom == "|":
            close()
        elif atom in GAPS or atom[0] in "#^${":
            flush()
            parts.append(atom)
        else:
            words.append(atom)
        at += 1
    close()
    return tuple(done), at


def atoms(phrase: Phrase) -> Iterator[str]:
    """Every atom of a phrase, whichever alternative it belongs to."""
    for part in phrase:
        if isinstance(part, str):
            yield part
        else:
            for alternative in part:
                yield from atoms(alternative)


def forms(phrase: Phrase) -> Iterator[Form]:
    """All ways to say a phrase; raises `PhraseError` for more than `MOST_FORMS`."""
    ways: list[list[Form]] = [
        [(part,)] if isinstance(part, str) else [form for way in part for form in forms(way)]
        for part in phrase
    ]
    if prod(map(len, ways)) > MOST_FORMS:
        msg = f"a phrase with {prod(map(len, ways))} forms; split it up"
        raise PhraseError(msg)
    for choice in product(*ways):
        yield tuple(chain.from_iterable(choice))


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its numbers and class members found: what tries walk over.

    `members` is word index -> (class, member) for the members that begin there.
    """

    text: Text
    words: tuple[str, ...]
    clause: tuple[int, ...]
    numbers: Mapping[int, Number]
    members: Mapping[int, tuple[tuple[str, Member], ...]]

    def gap(self, at: int, most: int) -> Iterator[int]:
        """The places that a gap beginning here may end at."""
        yield at
        scope = self.text.scope
        for step in range(at, min(at + most, len(self.words))):
            if self.words[step] in _GAP_STOPS or scope[step] != scope[max(at - 1, 0)]:
                return
            if step in self.numbers:
                return
            yield step + 1


class Classes:
    """Word classes: names and words that mean the same to a phrase."""

    def __init__(
        self,
        classes: Mapping[str, Mapping[str, Iterable[str]]],
        plain: Callable[[str], tuple[str, ...]],
    ) -> None:
        self.names = frozenset(classes)
        self._trie: dict[str, list[tuple[Form, str, str]]] = {}
        for name, keyed in classes.items():
            for key, phrases in keyed.items():
                for phrase in phrases:
                    for form in forms(parsed(phrase, plain)):
                        self._trie.setdefault(form[0], []).append((form, name, key))

    def find(self, text: Text) -> dict[int, tuple[tuple[str, Member], ...]]:
        """The members that begin at each word; of one class and place only the longest."""
        found: dict[int, tuple[tuple[str, Member], ...]] = {}
        words = text.words
        for at, word in enumerate(words):
            longest: dict[str, Member] = {}
            for form, name, key in self._trie.get(word, ()):
                end = at + len(form)
                if words[at:end] == form and text.clause[at] == text.clause[end - 1]:
                    known = longest.get(name)
                    if known is None or known.end < end:
                        longest[name] = Member(end, key)
            if longest:
                found[at] = tuple(longest.items())
        return found

    def words(self) -> Iterator[str]:
        """All words of all members."""
        for rows in self._trie.values():
            for form, _, _ in rows:
                yield from form
