"""Mends typing errors in words that are neither English nor ours.

English is symspellpy's frequency list: its 20,000 most frequent words are what a typing error may
have been, and none of its words is ever taken for an error.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from string import ascii_lowercase
from typing import TYPE_CHECKING

from flows.reading.tokens import root

if TYPE_CHECKING:
    from symspellpy import SymSpell

FREQUENT = 20_000
COMMON = 1_500
"""So many of the most frequent words may a very short typing error have been."""
BRIEFEST = 3
SHORTEST = 5
LONG = 8
_DICTIONARY = "frequency_dictionary_en_82_765.txt"
_OURS = 10**10
_REMEMBERED = 4_096
_TAILS = frozenset(("s", "re", "ve", "ll", "d", "m"))
"""What may follow an apostrophe behind a word of its own, unlike the t of "couldn't"."""


@cache
def english() -> tuple[frozenset[str], tuple[tuple[str, int], ...]]:
    """All English words, and the most frequent ones with their counts."""
    file = resources.files("symspellpy") / _DICTIONARY
    rows = [line.split(" ") for line in file.read_text("utf-8-sig").splitlines()]
    frequent = tuple((word, int(count)) for word, count in rows[:FREQUENT] if len(word) >= BRIEFEST)
    return frozenset(word for word, _ in rows), frequent


class Speller:
    """Corrects towards English and towards our own words, those of the lexicon and the topics.

    The tables are built when the first unknown word comes; what was looked up is remembered.
    """

    def __init__(self, ours: Iterable[str]) -> None:
        self.ours = frozenset(ours)
        self._meant: dict[str, str] = {}
        self._tables: tuple[SymSpell, SymSpell] | None = None
        self._brief: Mapping[str, int] | None = None

    def known(self, word: str) -> bool:
        """Whether a word is English or ours."""
        return word in self.ours or root(word) in self.ours or word in english()[0]

    def correct(self, word: str, capital: bool = False) -> str:
        """The word that was meant, or the word itself; `capital` words may be names."""
        head, mark, tail = word.partition("'")
        if mark and tail in _TAILS:
            return f"{self.correct(head, capital)}'{tail}"
        if len(word) < BRIEFEST or not (word.isascii() and word.isalpha()):
            return word
        if word in self.ours or root(word) in self.ours:
            return word
        meant = self._meant.get(word)
        if meant is None:
            if len(self._meant) >= _REMEMBERED:
                self._meant.clear()
            meant = self._meant[word] = self._look_up(word)
        return word if capital and meant not in self.ours else meant

    def _look_up(self, word: str) -> str:
        if word in english()[0]:
            return word
        if len(word) < SHORTEST:
            return self._look_up_brief(word)
        from symspellpy import Verbosity  # noqa: PLC0415 - heavy, and only for errors

        near, far = self._loaded()
        found = near.lookup(word, Verbosity.CLOSEST, 1)
        if not found and len(word) >= LONG:
            found = far.lookup(word, Verbosity.CLOSEST, 2)
        terms = [str(item.term) for item in found]
        ours = [term for term in terms if term in self.ours or root(term) in self.ours]
        return (ours or terms or [word])[0]

    def _look_up_brief(self, word: str) -> str:
        """The commonest word that three or four letters can be, its first letter kept.

        So little is left to go by that three letters are mended only where two were swapped or
        one was lost.
        """
        if self._brief is None:
            ours = (word for word in self.ours if BRIEFEST <= len(word) <= SHORTEST)
            common = (row for row in english()[1][:COMMON] if len(row[0]) <= SHORTEST)
            self._brief = {**dict.fromkeys(ours, 1), **dict(common)}
        parts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
        near = {f"{a}{letter}{b}" for a, b in parts for letter in ascii_lowercase}
        near |= {a[:-1] + b[0] + a[-1] + b[1:] for a, b in parts if b}
        if len(word) > BRIEFEST:
            near |= {f"{a}{letter}{b[1:]}" for a, b in parts if b for letter in ascii_lowercase}
            near |= {a + b[1:] for a, b in parts if b}
        meant = [other for other in near if other in self._brief]
        return max(meant, key=lambda other: (self._brief_count(other), other), default=word)

    def _brief_count(self, word: str) -> int:
        return (self._brief or {}).get(word, 0)

    def _loaded(self) -> "tuple[SymSpell, SymSpell]":
        """The tables: everything at distance one, our long words at distance two."""
        if self._tables is None:
            from symspellpy import SymSpell  # noqa: PLC0415 - heavy, and only for errors

            near = SymSpell(max_dictionary_edit_distance=1, prefix_length=7)
            far = SymSpell(max_dictionary_edit_distance=2, prefix_length=8)
            for word, count in english()[1]:
                if len(word) >= SHORTEST - 1:
                    near.create_dictionary_entry(word, count)
            for word in sorted(self.ours):
                if len(word) >= SHORTEST - 1:
                    near.create_dictionary_entry(word, _OURS)
                if len(word) >= LONG:
                    far.create_dictionary_entry(word, _OURS)
            self._tables = (near, far)
        return self._tables
