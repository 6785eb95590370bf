"""Numbers in words and figures: "7", "30ish", "over a hundred", "5-8", "half a", "20k"."""

import re
from collections.abc import Sequence
from typing import NamedTuple


class Number(NamedTuple):
    """A quantity between `low` and `high`, and the index of the word after it.

    `unit` is what was glued to the figure: "ms", "x", "%" or nothing.
    """

    end: int
    low: float
    high: float
    unit: str = ""


_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_SMALL = {
    **{word: float(n) for n, word in enumerate(_UNITS.split())},
    "fifteen": 15.0,
    "sixteen": 16.0,
    "seventeen": 17.0,
    "eighteen": 18.0,
    "nineteen": 19.0,
    "single": 1.0,
    "half": 0.5,
    "couple": 2.0,
    "pair": 2.0,
    "dozen": 12.0,
    "twice": 2.0,
}
_TENS = {
    word: 10.0 * n
    for n, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {"hundred": 100.0, "thousand": 1_000.0, "million": 1_000_000.0, "dozen": 12.0}
_VAGUE = {"few": (3.0, 4.0), "several": (4.0, 8.0), "handful": (3.0, 6.0), "some": (0.0, 0.0)}
_ABOVE = ("over", "above", "beyond", "exceeding")
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)([a-z]*)")
_GLUED = {"k": 1_000.0, "m": 1_000_000.0}
_KEPT = frozenset(("ms", "s", "x", "d", "w", "h", "y", "mo"))
_HALF = 0.5
_AND = ("and", "or", "to", "maybe", "possibly")


def _simple(words: Sequence[str], at: int) -> Number | None:
    """One number without comparison or range."""
    word = words[at]
    if word[0].isdigit():
        return _figure(words, at)
    if word in _VAGUE and word != "some":
        end = at + 1
        if words[end : end + 1] == ("of",):
            end += 1
        low, high = _VAGUE[word]
        if end < len(words) and words[end] in ("dozen", "hundred", "thousand"):
            factor = _SCALES[words[end]]
            return Number(end + 1, low * factor, high * factor)
        return Number(end, low, high)
    if word in ("dozen", "hundred", "thousand", "million") and (
        words[at + 1 : at + 2] == ("of",) and words[at + 2 : at + 3] != ("our",)
    ):
        factor = _SCALES[word]  # "dozens of": the plural's ending is gone by now
        return Number(at + 2, 2 * factor, 4 * factor)
    value = _TENS.get(word)
    end = at + 1
    if value is not None:
        if end < len(words) and 0 < _SMALL.get(words[end], 0) < _TENS["twenty"] / 2:
            value += _SMALL[words[end]]
            end += 1
    else:
        value = _SMALL.get(word, _SCALES.get(word))
        if value is None:
            return None
    while end < len(words) and words[end] in _SCALES:
        value *= _SCALES[words[end]]
        end += 1
    if word in ("couple", "pair") and words[end : end + 1] == ("of",):
        end += 1
    if words[end : end + 2] == ("and", "half"):
        value, end = value + _HALF, end + 2
    return Number(end, value, value)


def _figure(words: Sequence[str], at: int) -> Number | None:
    match = _FIGURE.fullmatch(words[at])
    if match is None:
        return None
    value, unit, end = float(match[1]), match[2], at + 1
    if unit in _GLUED:
        value, unit = value * _GLUED[unit], ""
    elif unit and unit not in _KEPT:
        return None
    after = words[end] if end < len(words) else ""
    if after in _SCALES:
        value, end = value * _SCALES[after], end + 1
    elif after in _GLUED:
        value, end = value * _GLUED[after], end + 1
    elif not unit and after in ("ms", "x"):
        unit, end = after, end + 1
    elif not unit and after in ("%", "percent"):
        unit, end = "%", end + 1
    if words[end : end + 1] == ("plus",):
        return Number(end + 1, value, value, unit)
    if words[end : end + 1] == ("ish",):
        end += 1
    return Number(end, value, value, unit)


def _ranged(words: Sequence[str], at: int) -> Number | None:
    """A number, or two that make a range: "5 to 8", "five or six", "two, maybe three"."""
    first = _simple(words, at)
    if first is None:
        return None
    join = first.end
    while join < len(words) and words[join] in _AND and join < first.end + 2:
        join += 1
    if join == first.end or join >= len(words) or words[join] == "half":
        return first
    second = _simple(words, join)
    if second is None or words[first.end] == "and":
        return first
    if not first.low < second.high <= first.low * 20:
        return first
    return Number(second.end, first.low, second.high, second.unit or first.unit)


def number_at(words: Sequence[str], at: int) -> Number | None:
    """The number that begins at a word, comparisons included, or None."""
    word = words[at]
    ahead = words[at + 1] if at + 1 < len(words) else ""
    start, shift = at, 0.0
    if word in _ABOVE:
        start, shift = at + 1, 1.0
    elif word in ("more", "greater", "north", "upward", "well") and ahead in ("than", "of", "over"):
        start, shift = at + 2, 1.0
    elif word in ("under", "below"):
        start, shift = at + 1, -1.0
    elif word in ("less", "fewer", "lower", "smaller") and ahead == "than":
        start, shift = at + 2, -1.0
    elif word == "between":
        first = _simple(words, at + 1) if at + 1 < len(words) else None
        if first is None or words[first.end : first.end + 1] not in (("and",), ("to",)):
            return None
        second = _simple(words, first.end + 1) if first.end + 1 < len(words) else None
        return None if second is None else Number(second.end, first.low, second.high, second.unit)
    if start >= len(words):
        return None
    found = _ranged(words, start)
    if found is None or not shift:
        return found
    low = max(0.0, found.low + shift) if found.low >= 1 else found.low * _HALF
    high = max(0.0, found.high + shift) if found.low >= 1 else found.high * _HALF
    return Number(found.end, low, high, found.unit)


def numbers(words: Sequence[str]) -> dict[int, Number]:
    """All numbers of a text by the index of the word where they begin; the longest wins."""
    found: dict[int, Number] = {}
    taken = 0
    for at in range(len(words)):
        if at < taken:
            continue
        number = number_at(words, at)
        if number is not None:
            found[at] = number
            taken = number.end
    return found
