"""What would change a result: single answers, the fewest answers, and the weights it holds for.

All of this is about today's answers: open criteria count nothing here, as in the points shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import sub

from knowledge.proof import Case
from knowledge.recommendation import Change, Firmness, Outcome
from knowledge.schema import CriterionId, Knowledge
from knowledge.table import WEIGHTS, Column, Value

MANY = 3
"""From this many changes on, nobody counts them any more."""


def would_change(knowledge: Knowledge, case: Case) -> tuple[Change, ...]:
    """Each single answer that, given instead of today's, makes the advice another.

    What a team can act on comes first, then the options nearest to today's. While a model only
    leads, the answers to open questions that would overturn it follow.
    """
    base = case.verdict
    leading = base.outcome is Outcome.LEADING and base.model is not None
    found = []
    for place, column in enumerate(case.table.columns):
        today = case.values[place]
        if today is None and not leading:
            continue
        ranks = {option: rank for rank, option in enumerate(column.singles)}
        for option, value in column.singles.items():
            if today is not None and today.options == (option,):
                continue
            verdict = case.answering(place, value).verdict
            if verdict == base or (verdict.model is not None and verdict.model == base.model):
                continue
            old = () if today is None else today.options
            distance = min((abs(ranks[option] - ranks[other]) for other in old), default=0)
            actionable = knowledge.criteria[column.id].actionable
            change = Change(
                change={column.id: option},
                outcome=verdict.outcome,
                model=None if verdict.model is None else case.table.models[verdict.model],
            )
            found.append(((today is None, not actionable, distance, place), change))
    found.sort(key=lambda entry: entry[0])
    return tuple(change for _, change in found)


def firmness(case: Case) -> Firmness:
    """How much would have to be otherwise before the advice is: in a word.

    Close: a tie on top, or one answer a step away overturns it. Fair: two do, or the result is
    not proved yet. Firm: proved, and it takes three. Steps rather than any change, because people
    misjudge by a step; and a step that merely rules the model on top out is a hard fact, told
    apart, which does not make the advice a close call.
    """
    if case.verdict.outcome is not Outcome.NO_FIT and case.verdict.model is None:
        return Firmness.CLOSE
    steps = fewest_steps(case)
    if steps == 1:
        return Firmness.CLOSE
    if steps < MANY or case.verdict.outcome is Outcome.LEADING:
        return Firmness.FAIR
    return Firmness.FIRM


def fewest_steps(case: Case) -> int:
    """How many answers must move a step before another model draws level: 1, 2, or 3 for more.

    A step is a neighbouring option, or one chosen option more or fewer; the model on top survives
    it. Where nothing fits: how many before something does.
    """
    steps = [
        _step(case, place, value)
        for place, today in enumerate(case.values)
        if today is not None
        for value in _next_to(case.table.columns[place], today)
    ]
    if any(_overturns(case, step.then) for step in steps):
        return 1
    if any(
        _overturns(case, one.then.answering(two.place, two.value))
        for one, two in _promising(case, steps)
    ):
        return 2
    return MANY


@dataclass(frozen=True, slots=True)
class _Step:
    """One answer moved: the case then, and for each model the points and vetoes it is rid of.

    `gains` are points over the model on top (none where nothing fits).
    """

    place: int
    value: Value
    then: Case
    gains: tuple[int, ...]
    lifts: tuple[int, ...]


def _step(case: Case, place: int, value: Value) -> _Step:
    then = case.answering(place, value)
    model = case.verdict.model
    moved = [after - before for after, before in zip(then.scores, case.scores, strict=True)]
    return _Step(
        place=place,
        value=value,
        then=then,
        gains=tuple(0 if model is None else points - moved[model] for points in moved),
        lifts=tuple(map(sub, case.veto_counts, then.veto_counts)),
    )


def _next_to(column: Column, today: Value) -> Iterator[Value]:
    """The answers one step away."""
    options = list(column.singles)
    if column.multiple:
        for option in options:
            chosen = [one for one in options if (one in today.options) != (one == option)]
            if chosen:
                yield column.value(chosen)
    else:
        rank = options.index(today.options[0])
        for option in (*options[max(0, rank - 1) : rank], *options[rank + 1 : rank + 2]):
            yield column.singles[option]


def _overturns(case: Case, then: Case) -> bool:
    """Whether the model on top survives a change but no longer stays above all others."""
    model = case.verdict.model
    if model is None:
        return then.verdict.outcome is not Outcome.NO_FIT
    return model in then.alive and any(
        case.margin(model, rival) + case.scores[rival] - case.scores[model]
        <= then.scores[rival] - then.scores[model]
        for rival in then.alive
        if rival != model
    )


def _promising(case: Case, steps: Sequence[_Step]) -> Iterator[tuple[_Step, _Step]]:
    """The pairs of steps that may together do what neither does alone.

    Without a joint rule between them their effects add up, and each must help the same rival.
    """
    columns = case.table.columns
    model = case.verdict.model
    hidden = model is None and case.open  # open questions may rule models out as well
    for one, two in combinations(steps, 2):
        if one.place != two.place and (
            hidden or columns[one.place].rules & columns[two.place].rules
        ):
            yield one, two
    for rival, vetoes in enumerate(case.veto_counts):
        if rival == model:
            continue
        needed = 0 if model is None else case.margin(model, rival)
        helpful = [step for step in steps if step.gains[rival] > 0 or step.lifts[rival] > 0]
        for one, two in combinations(helpful, 2):
            if (
                one.place != two.place
                and one.gains[rival] + two.gains[rival] >= needed
                and one.lifts[rival] + two.lifts[rival] >= vetoes
            ):
                yield one, two


def weight_ranges(case: Case) -> Mapping[CriterionId, tuple[int, int]]:
    """For each answered criterion the weights, lowest and highest, that keep the model on top.

    Empty without a model on top. Points are linear in a weight, so each rival sets one bound.
    """
    model = case.verdict.model
    if model is None:
        return {}
    ranges = {}
    for place, value in enumerate(case.values):
        if value is None:
            continue
        column = case.table.columns[place]
        held = [
            weight
            for weight in WEIGHTS
            if all(
                case.margin(model, rival)
                + (weight - column.weight) * (value.fit[model] - value.fit[rival])
                > 0
                for rival in case.possible
                if rival != model
            )
        ]
        ranges[column.id] = (min(held), max(held))
    return ranges
