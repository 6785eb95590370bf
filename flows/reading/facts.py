"""Facts read from a text, and the options that a number stands for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from flows.reading.lexicon import Lexicon, Measure
from flows.reading.patterns import Capture
from knowledge.schema import CriterionId, OptionId

NONE_OF_THESE = "none_of_these"
"""The reply of somebody whom no option fits."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One reading of some words: `options` has several where a number spans them.

    `used` are the words as a bit mask; `kind` is how it was read; `key` is the name mentioned.
    """

    criterion: CriterionId
    options: tuple[OptionId, ...]
    start: int
    end: int
    used: int
    sure: bool = True
    kind: str = "fact"
    key: str = ""

    def within(self, other: "Fact") -> bool:
        """Whether another fact uses all these words and more."""
        return other.used != self.used and other.used & self.used == self.used


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts resolved: criterion -> options that are sure, likely ones, and where they were read."""

    sure: Mapping[CriterionId, tuple[OptionId, ...]] = field(default_factory=dict)
    likely: Mapping[CriterionId, tuple[OptionId, ...]] = field(default_factory=dict)
    found: tuple[Fact, ...] = ()

    def _where(self, keep: Callable[[CriterionId], bool]) -> "Facts":
        return Facts(
            {c: o for c, o in self.sure.items() if keep(c)},
            {c: o for c, o in self.likely.items() if keep(c)},
            tuple(fact for fact in self.found if keep(fact.criterion)),
        )

    def without(self, used: int) -> "Facts":
        """What remains when everything read from these words is left out."""
        gone = {fact.criterion for fact in self.found if fact.used & used}
        return self._where(lambda criterion: criterion not in gone)

    def only(self, criterion: CriterionId) -> "Facts":
        """What is said about one criterion."""
        return self._where(lambda other: other == criterion)

    def at(self, start: int, end: int) -> "Facts":
        """The same, read from other words."""
        used = mask(start, end)
        moved = (replace(fact, start=start, end=end, used=used) for fact in self.found)
        return Facts(self.sure, self.likely, tuple(moved))

    def joined(self, other: "Facts") -> "Facts":
        """Both; where they differ, the other one."""
        sure = {**self.sure, **other.sure}
        likely = {c: o for c, o in {**self.likely, **other.likely}.items() if c not in sure}
        return Facts(sure, likely, (*self.found, *other.found))

    @property
    def stated(self) -> bool:
        """Whether anything was said in more than a bare name."""
        return any(fact.kind != "name" or fact.used.bit_count() > 1 for fact in self.found)


def mask(start: int, end: int) -> int:
    """The bits of a range of words."""
    return (1 << end) - (1 << start)


def measured(
    measure: Measure, captures: Iterable[Capture], lexicon: Lexicon, count: float = 1.0
) -> tuple[str, ...]:
    """The options that a number with its unit stands for: one, or the two ends of a range.

    `count` stands in where no number was said.
    """
    low = high = count
    size = 1.0
    for capture in captures:
        if capture.number is not None:
            low, high = capture.number.low, capture.number.high
            size *= lexicon.units.get(capture.number.unit, 1.0)
        else:
            size *= lexicon.units.get(capture.key, 1.0)
    ends = (_option(measure, low * size), _option(measure, high * size))
    return tuple(dict.fromkeys(end for end in ends if end is not None))


def _option(measure: Measure, value: float) -> OptionId | None:
    """The option whose range holds a value; a gap belongs to the range below it."""
    chosen = None
    for option, (low, high) in measure.ranges.items():
        if value >= low:
            chosen = option if value <= high or chosen is None else chosen
            if value > high:
                chosen = option
    return chosen


def all_options(facts: Iterable[Fact]) -> tuple[OptionId, ...]:
    """The options of some facts, in their order."""
    return tuple(dict.fromkeys(option for fact in facts for option in fact.options))
