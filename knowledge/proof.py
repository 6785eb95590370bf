"""The proof that open questions cannot matter: exact in both directions, in whole numbers.

A *completion* answers every open criterion in some way. One model leads in all of them, or the
same models tie on top in all, or nothing is left in any: then no further question can change the
result. Each of these is a statement about pairs of models: by how much can a rival end above a
model in a completion that the rival survives? Bounds settle most pairs at once; for the others
the maximum is found by going through the criteria that joint rules tie together, one by one,
remembering only which rules can still fire.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.recommendation import Outcome
from knowledge.table import IMPOSSIBLE, NEVER, Column, Rule, Table, Value


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided; `leaders` are the models on top (by position), none when nothing fits."""

    outcome: Outcome
    leaders: tuple[int, ...]

    @property
    def model(self) -> int | None:
        """The one model that leads, if one does."""
        return self.leaders[0] if len(self.leaders) == 1 else None


class Case:
    """Some answers under a table: where every model stands, and what could still happen to it.

    `values` has one entry a column, None where it is open. `scores` and `vetoed` count the
    answers and the joint rules that fired; `live` are the rules that may yet fire.
    """

    def __init__(self, table: Table, values: Sequence[Value | None]) -> None:
        self.table = table
        self.values = tuple(values)
        holds = table.all_rules
        pending = vetoed = 0
        rows = []
        unanswered = []
        for index, value in enumerate(self.values):
            if value is None:
                unanswered.append(index)
                pending |= table.columns[index].rules
            else:
                holds &= value.holds
                vetoed |= value.vetoes
                rows.append(value.points)
        fired, live = holds & ~pending, holds & pending
        self.fired = tuple(rule for rule in table.rules if fired & rule.bit)
        self.live = tuple(rule for rule in table.rules if live & rule.bit)
        for rule in self.fired:
            vetoed |= rule.vetoes
            rows.append(rule.points)
        self.scores = tuple(map(sum, zip(*rows, strict=True))) or (0,) * len(table.models)
        self.vetoed = vetoed
        self.open = tuple(unanswered)
        self.columns = tuple(table.columns[index] for index in unanswered)
        self._bounds: list[list[int] | None] = [None] * len(table.models)

    def answering(self, index: int, value: Value | None) -> "Case":
        """The same case with another answer for one column (None opens it)."""
        return Case(self.table, (*self.values[:index], value, *self.values[index + 1 :]))

    @cached_property
    def alive(self) -> tuple[int, ...]:
        """The models that no answer has ruled out, the one with most points first."""
        scores, vetoed = self.scores, self.vetoed
        left = [model for model in range(len(scores)) if not vetoed >> model & 1]
        return tuple(sorted(left, key=lambda model: -scores[model]))

    @cached_property
    def veto_counts(self) -> tuple[int, ...]:
        """How many answers and fired rules rule each model out."""
        sources = [part.vetoes for part in (*self.values, *self.fired) if part and part.vetoes]
        return tuple(
            sum(source >> model & 1 for source in sources) for model in range(len(self.scores))
        )

    @cached_property
    def threatened(self) -> int:
        """The models that some completion rules out (bits), beside those ruled out already."""
        threatened = 0
        for column in self.columns:
            threatened |= column.can_veto
        for rule in self.live:  # its open criteria are different ones: all can be met at once
            threatened |= rule.vetoes
        return threatened

    @cached_property
    def possible(self) -> tuple[int, ...]:
        """The models that survive at least one completion, the one with most points first."""
        return tuple(model for model in self.alive if self._can_survive(model))

    def _can_survive(self, model: int) -> bool:
        if any(column.must_veto >> model & 1 for column in self.columns):
            return False
        dangers = 0
        for rule in self.live:
            if rule.vetoes >> model & 1:
                dangers |= rule.bit
        for column in self.columns:  # usually the answers that avoid most rules avoid them all
            if column.rules & dangers:
                dangers = min(
                    (dangers & value.holds for value in column.values if value.spares(model)),
                    key=int.bit_count,
                )
        return not dangers or self.most(model, model) > IMPOSSIBLE

    def at_most(self, model: int, rival: int) -> int:
        """A quick bound of `most` from above: as if each rule could be had or avoided at will."""
        bounds = self._bounds[model]
        if bounds is None:
            rows = [column.best[model] for column in self.columns]
            rows += [rule.best[model] for rule in self.live]
            own = self.scores[model]
            bounds = self._bounds[model] = [
                score - own for score in map(sum, zip(self.scores, *rows, strict=True))
            ]
        return bounds[rival]

    def at_least(self, model: int, rival: int) -> int:
        """A quick bound of `most` from below: the best answers, with every rule gone wrong."""
        bound = self.scores[rival] - self.scores[model]
        for column in self.columns:
            bound += column.best[model][rival]
        for rule in self.live:
            if rule.vetoes >> rival & 1:
                return NEVER
            gain = rule.points[rival] - rule.points[model]
            if gain < 0:
                bound += gain
        return bound

    def most(self, model: int, rival: int, floor: int = NEVER) -> int:
        """The most points by which `rival` ends above `model` where `rival` survives, exactly.

        Below `IMPOSSIBLE` when it never survives. A maximum under `floor` may come back as any
        number under `floor`.
        """
        total = self.scores[rival] - self.scores[model]
        gains = [
            (rule, NEVER if rule.vetoes >> rival & 1 else rule.points[rival] - rule.points[model])
            for rule in self.live
        ]
        gains = [(rule, gain) for rule, gain in gains if gain]
        tied = 0
        for rule, _ in gains:
            tied |= rule.bit
        chain = []
        for column in self.columns:
            if column.rules & tied:
                chain.append(column)
            else:
                total += column.best[model][rival]
        if total < IMPOSSIBLE or not chain:
            return total
        # Criteria with many rules first: they decide for most rules whether they can still fire.
        chain.sort(key=lambda column: -(column.rules & tied).bit_count())
        return _highest(_steps(chain, gains, model, rival), tied, total, floor)

    def outlook(self, model: int, rival: int) -> int:
        """Below, at or above zero, as `most` is; quicker, since bounds often tell."""
        above = self.at_most(model, rival)
        if above < 0:
            return above
        below = self.at_least(model, rival)
        if below > 0 or below == above:
            return below
        return self.most(model, rival, floor=0)

    @cached_property
    def verdict(self) -> Verdict:
        """What the answers decide, whatever the open ones turn out to be."""
        for model in self.alive:
            if not self.threatened >> model & 1:
                certain = self._on_top_with(model)
                if certain:
                    return Verdict(
                        Outcome.SETTLED if len(certain) == 1 else Outcome.TOSS_UP, certain
                    )
        leaders: list[int] = []
        for model in self.alive:
            if leaders and self.scores[model] < self.scores[leaders[0]]:
                break
            if self._can_survive(model):
                leaders.append(model)
        return Verdict(Outcome.LEADING if leaders else Outcome.NO_FIT, tuple(leaders))

    def _on_top_with(self, model: int) -> tuple[int, ...]:
        """The models on top in every completion, this safe one among them; empty if it varies."""
        equals = []
        for rival in self.alive:
            if rival == model:
                continue
            outlook = self.outlook(model, rival)
            if outlook > 0:
                return ()
            if outlook == 0:
                equals.append(rival)
        for rival in equals:
            if self.threatened >> rival & 1 or self.outlook(rival, model) > 0:
                return ()
        return tuple(sorted((model, *equals)))

    def margin(self, model: int, rival: int) -> int:
        """Points ahead as things stand, or as proved where open answers can only widen it."""
        ahead = self.scores[model] - self.scores[rival]
        if self.verdict.outcome is Outcome.SETTLED and ahead <= 0 and rival in self.possible:
            return -self.most(model, rival)
        return ahead

    @cached_property
    def contenders(self) -> tuple[int, ...]:
        """The models that may yet end on top, the one with most points first.

        A model is left out only if it is certain that another stays above it: some that cannot
        win for a subtler reason may be among them.
        """
        safe = [model for model in self.possible if not self.threatened >> model & 1]
        return tuple(
            rival
            for rival in self.possible
            if all(model == rival or self.at_most(model, rival) >= 0 for model in safe)
        )


@dataclass(frozen=True, slots=True)
class _Step:
    """One criterion on the way through a chain.

    `choices` maps the rules that an answer keeps possible to the most points it can bring;
    `others` are the rules it has no say in; `ends` are the rules whose last criterion it is, with
    their points; `rest` is the most that all later steps can add.
    """

    choices: dict[int, int]
    others: int
    ends: tuple[tuple[int, int], ...]
    ended: int
    rest: int


def _steps(
    chain: Sequence[Column], gains: Sequence[tuple[Rule, int]], model: int, rival: int
) -> list[_Step]:
    """The steps through a chain of criteria, made from its end so that each knows its rest."""
    steps: list[_Step] = []
    waiting = list(gains)
    rest = 0
    for column in reversed(chain):
        own = 0
        for rule, _ in gains:
            own |= rule.bit & column.rules
        choices: dict[int, int] = {}
        for value in column.values:
            if value.spares(rival):
                kept, worth = value.holds & own, value.points[rival] - value.points[model]
                if worth > choices.get(kept, NEVER):
                    choices[kept] = worth
        ends = tuple((rule.bit, gain) for rule, gain in waiting if rule.bit & column.rules)
        waiting = [(rule, gain) for rule, gain in waiting if not rule.bit & column.rules]
        ended = sum(bit for bit, _ in ends)
        steps.append(_Step(choices, ~own, ends, ended, rest))
        rest += max(choices.values(), default=NEVER) + sum(max(0, gain) for _, gain in ends)
    steps.reverse()
    return steps


def _highest(steps: Sequence[_Step], rules: int, total: int, floor: int) -> int:
    """The best way through the steps; `rules` are all still possible at the start."""
    reached = {rules: total}
    for step in steps:
        onward: dict[int, int] = {}
        for possible, so_far in reached.items():
            for kept, worth in step.choices.items():
                left, points = possible & (kept | step.others), so_far + worth
                for bit, gain in step.ends:
                    if left & bit:
                        points += gain
                left &= ~step.ended
                if points + step.rest >= floor and points > onward.get(left, NEVER):
                    onward[left] = points
        reached = onward
    return max(reached.values(), default=NEVER)
