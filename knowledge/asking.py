"""Which question can still change the result, and how much: the honest "why do you ask?"."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.proof import Case
from knowledge.recommendation import Outcome, Swing
from knowledge.schema import CriterionId
from knowledge.table import Column, Rule, Value


@dataclass(frozen=True, slots=True)
class Candidates:
    """The criteria worth asking, best first, and the open ones that cannot matter any more."""

    swings: tuple[Swing, ...]
    idle: tuple[CriterionId, ...]


def candidates(
    case: Case, dont_know: Collection[CriterionId] = (), skipped: Sequence[CriterionId] = ()
) -> Candidates:
    """What to ask next: vetoes of the leader first, then the largest swing, then file order.

    Among questions that can rule the leader out, those with more such options come first: all of
    them have to be asked before that leader is proved. What somebody does not know is not asked
    again; what was skipped comes last. A criterion is idle when it is certain that the result is
    the same whatever its answer.
    """
    if case.verdict.outcome is not Outcome.LEADING:
        return Candidates((), tuple(column.id for column in case.columns))
    leader, *others = case.contenders
    challenger = max(others, key=lambda rival: case.at_most(leader, rival), default=None)
    undecided = _undecided(case)
    ranked = []
    idle = []
    for place, column in enumerate(case.columns):
        if not _matters(case, column, undecided):
            idle.append(column.id)
        elif column.id not in dont_know:
            swing, threat = _swing(case, column, leader, challenger)
            share = len(swing.vetoes_leader) / len(column.singles)
            order = (column.id in skipped, not threat, -share, -swing.points, place)
            ranked.append((order, swing))
    ranked.sort(key=lambda entry: entry[0])
    return Candidates(tuple(swing for _, swing in ranked), tuple(idle))


def _undecided(case: Case) -> list[tuple[int, int]]:
    """Pairs of models that may yet end on top, either of which may end above the other."""
    return [
        (one, two)
        for place, one in enumerate(case.contenders)
        for two in case.contenders[place + 1 :]
        if case.at_most(one, two) >= 0 and case.at_most(two, one) >= 0
    ]


def _matters(case: Case, column: Column, undecided: Sequence[tuple[int, int]]) -> bool:
    """Whether an answer may rule out a model that can win, or move two of them apart."""
    rules = [rule for rule in case.live if rule.bit & column.rules]
    can_veto = column.can_veto
    for rule in rules:
        can_veto |= rule.vetoes
    return any(can_veto >> model & 1 for model in case.contenders) or any(
        column.spread[one][two] or any(rule.points[one] != rule.points[two] for rule in rules)
        for one, two in undecided
    )


def _swing(case: Case, column: Column, leader: int, challenger: int | None) -> tuple[Swing, bool]:
    """The swing of a criterion, and whether it may (with others) rule the leader out.

    A joint rule that waits for this answer alone counts like the answer itself; one that waits
    for others too widens the swing by what it may bring or take.
    """
    rival = leader if challenger is None else challenger
    rules = [rule for rule in case.live if rule.bit & column.rules]
    sole = [rule for rule in rules if len(set(rule.scope).intersection(case.open)) == 1]
    shared = [rule for rule in rules if rule not in sole]

    def lead(part: Value | Rule) -> int:
        return part.points[leader] - part.points[rival]

    certain = [(rule.bit, lead(rule)) for rule in sole if lead(rule)]
    helping = [(rule.bit, lead(rule)) for rule in shared if lead(rule) > 0]
    hurting = [(rule.bit, lead(rule)) for rule in shared if lead(rule) < 0]

    def sure(value: Value) -> int:
        return lead(value) + _met(value, certain)

    highest = max(sure(value) + _met(value, helping) for value in column.values)
    lowest = min(sure(value) + _met(value, hurting) for value in column.values)
    singles = column.singles
    vetoing = tuple(
        option
        for option, value in singles.items()
        if value.vetoes >> leader & 1
        or any(rule.vetoes >> leader & 1 for rule in sole if value.holds & rule.bit)
    )
    sparing = {option: sure(value) for option, value in singles.items() if option not in vetoing}
    swing = Swing(
        criterion=column.id,
        points=highest - lowest,
        leader=case.table.models[leader],
        challenger=None if challenger is None else case.table.models[challenger],
        best_option=max(sparing, key=sparing.__getitem__, default=None),
        worst_option=min(sparing, key=sparing.__getitem__, default=None),
        vetoes_leader=vetoing,
    )
    return swing, bool(vetoing) or any(rule.vetoes >> leader & 1 for rule in shared)


def _met(value: Value, rules: Sequence[tuple[int, int]]) -> int:
    """The points of those rules (bit, points) that an answer leaves possible."""
    return sum(points for bit, points in rules if value.holds & bit)
