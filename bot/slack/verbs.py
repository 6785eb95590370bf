"""What `/servicemodel` can be told: its words read, and near misses recognised."""

from typing import NamedTuple

from rapidfuzz.distance import OSA

VERBS = ("help", "explain", "compare", "status", "human", "logs", "delete-my-data")
_ALONE = {"help", "status", "human", "logs", "delete-my-data"}
_FEW = 3
"""More words than this are a situation told in free words, whatever the first one is."""
_LONG = 7


class Told(NamedTuple):
    """A command as it was meant.

    `verb` is one of `VERBS`, or `start` for free words (in `rest`), or `unknown` for a word that
    is close to a verb without being one; `meant` is then that verb.
    """

    verb: str
    rest: str = ""
    meant: str = ""


def told(text: str) -> Told:
    """Read what stands behind `/servicemodel`."""
    first, _, rest = text.strip().partition(" ")
    word, rest = first.lower(), rest.strip()
    few = len(text.split()) <= _FEW
    if word in VERBS and (few or word not in _ALONE):
        return Told(word, rest)
    if word and few:
        meant = _closest(word)
        if meant:
            return Told("unknown", text.strip(), meant)
    return Told("start", text.strip())


def _closest(word: str) -> str:
    near = min(VERBS, key=lambda verb: OSA.distance(word, verb))
    allowed = 1 if len(near) <= _LONG else 2
    return near if OSA.distance(word, near) <= allowed else ""


def two(rest: str) -> tuple[str, str] | None:
    """The two things to compare, where the words say clearly which they are."""
    for between in (" and ", " vs. ", " vs ", " versus ", " with ", " or ", ",", " to "):
        left, found, right = rest.partition(between)
        if found and left.strip() and right.strip():
            return left.strip(), right.strip()
    words = rest.split()
    return (words[0], words[1]) if len(words) == 2 else None  # noqa: PLR2004 - two
