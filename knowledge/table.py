"""A knowledge base as whole numbers: what the proof and the search for changes compute with.

Models, criteria and joint rules become positions; sets of models and of rules become the bits of
an integer. Texts and sources stay behind in `knowledge.schema`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.schema import (
    MODELS,
    Criterion,
    CriterionId,
    JointRule,
    Knowledge,
    ModelId,
    OptionId,
    Weight,
)

WEIGHTS = range(4)
"""How much a criterion can count."""

NEVER = -(10**6)
"""Far below any sum of points: the worth of something that cannot happen."""

IMPOSSIBLE = NEVER // 2
"""Whatever sums up to less than this contains a `NEVER`."""


@dataclass(frozen=True, slots=True)
class Value:
    """One way to answer a criterion, and all that it does.

    `fit` has one number a model, `points` the same times the weight of the criterion; `vetoes`
    has a bit for each model ruled out; `holds` one for each joint rule that this answer does not
    speak against.
    """

    options: tuple[OptionId, ...]
    fit: tuple[int, ...]
    points: tuple[int, ...]
    vetoes: int
    holds: int

    def spares(self, model: int) -> bool:
        """Whether it leaves a model (by position) possible."""
        return not self.vetoes >> model & 1

    def with_also(self, other: "Value") -> "Value":
        """Both chosen: the worse one counts for each model, vetoes unite, any may meet a rule."""
        return Value(
            options=self.options + other.options,
            fit=tuple(map(min, self.fit, other.fit)),
            points=tuple(map(min, self.points, other.points)),
            vetoes=self.vetoes | other.vetoes,
            holds=self.holds | other.holds,
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A criterion: the answers it takes, without those that do the same as another.

    `weight` is how much it counts; `singles` are its options by id; `values` all that can be
    answered (every set of options, where several may be chosen); `rules` has a bit for each joint
    rule about it; `can_veto` one for each model that some answer rules out, `must_veto` for each
    that every answer does.
    `best[m][j]` is the most points that an answer which spares `j` brings it over `m`, and
    `spread[m][j]` how far the answers lie apart in what they mean for `j` against `m`.
    """

    id: CriterionId
    multiple: bool
    weight: int
    singles: Mapping[OptionId, Value]
    values: tuple[Value, ...]
    rules: int
    can_veto: int
    must_veto: int
    best: tuple[tuple[int, ...], ...]
    spread: tuple[tuple[int, ...], ...]

    def value(self, chosen: Sequence[OptionId]) -> Value:
        """The value of one option, or of several together; KeyError for an unknown one."""
        value = self.singles[chosen[0]]
        for option in chosen[1:]:
            value = value.with_also(self.singles[option])
        return value


@dataclass(frozen=True, slots=True)
class Rule:
    """A joint rule: its bit, the positions of its criteria, its points, the models it rules out.

    `best[m][j]` is what it can bring `j` over `m` at best: nothing where it had better not fire.
    """

    bit: int
    scope: tuple[int, ...]
    points: tuple[int, ...]
    vetoes: int
    best: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole knowledge base under one set of weights."""

    models: tuple[ModelId, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    position: Mapping[CriterionId, int]
    all_rules: int

    def value(self, criterion: CriterionId, chosen: Sequence[OptionId]) -> Value:
        """The value of an answer; KeyError for an unknown criterion or option."""
        return self.columns[self.position[criterion]].value(chosen)


def models_of(knowledge: Knowledge) -> tuple[ModelId, ...]:
    """The models that a knowledge base can recommend, in the order in which they are shown."""
    known = knowledge.models or MODELS
    return tuple(model for model in MODELS if model in known)


class _Same:
    """A knowledge base as a key: equal only to itself, since its mappings cannot be hashed."""

    __slots__ = ("knowledge",)

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.knowledge is self.knowledge

    def __hash__(self) -> int:
        return id(self.knowledge)


def table_for(knowledge: Knowledge, weights: Mapping[CriterionId, Weight]) -> Table:
    """The table of a knowledge base; `weights` replaces its weights for the criteria named."""
    return _table(_Same(knowledge), tuple(sorted(weights.items())))


@lru_cache(maxsize=32)
def _table(same: _Same, weights: tuple[tuple[CriterionId, Weight], ...]) -> Table:
    knowledge = same.knowledge
    models = models_of(knowledge)
    bit = {model: 1 << index for index, model in enumerate(models)}
    overruled = dict(weights)
    columns = tuple(
        _column(knowledge, criterion, overruled.get(criterion.id, criterion.weight), bit)
        for criterion in knowledge.criteria.values()
    )
    position = {column.id: index for index, column in enumerate(columns)}
    rules = tuple(
        _rule(rule, 1 << index, position, bit) for index, rule in enumerate(knowledge.joint_rules)
    )
    return Table(models, columns, rules, position, (1 << len(rules)) - 1)


def _rule(
    rule: JointRule,
    own_bit: int,
    position: Mapping[CriterionId, int],
    bit: Mapping[ModelId, int],
) -> Rule:
    points = tuple(rule.points[model].points if model in rule.points else 0 for model in bit)
    return Rule(
        bit=own_bit,
        scope=tuple(position[criterion] for criterion in rule.when),
        points=points,
        vetoes=_union(bit[model] for model in rule.vetoes),
        best=tuple(
            tuple(
                0 if rival in rule.vetoes else max(0, there - here)
                for rival, there in zip(bit, points, strict=True)
            )
            for here in points
        ),
    )


def _column(
    knowledge: Knowledge, criterion: Criterion, weight: Weight, bit: Mapping[ModelId, int]
) -> Column:
    fit = {
        option: tuple(cells[model].points if model in cells else 0 for model in bit)
        for option in criterion.options
        for cells in [knowledge.fit.get(criterion.id, {}).get(option, {})]
    }
    singles = {
        option: Value(
            options=(option,),
            fit=fit[option],
            points=tuple(weight * points for points in fit[option]),
            vetoes=_union(
                bit[veto.model]
                for veto in knowledge.vetoes
                if veto.criterion == criterion.id and veto.option == option
            ),
            holds=_holds(knowledge.joint_rules, criterion.id, option),
        )
        for option in criterion.options
    }
    values = _unlike(singles.values(), several=criterion.multiple)
    rules = _union(
        1 << index for index, rule in enumerate(knowledge.joint_rules) if criterion.id in rule.when
    )
    must_veto = (1 << len(bit)) - 1
    for value in values:
        must_veto &= value.vetoes
    return Column(
        id=criterion.id,
        multiple=criterion.multiple,
        weight=weight,
        singles=singles,
        values=values,
        rules=rules,
        can_veto=_union(value.vetoes for value in values),
        must_veto=must_veto,
        best=_best(values, len(bit)),
        spread=_spread(values, len(bit)),
    )


def _holds(rules: Sequence[JointRule], criterion: CriterionId, option: OptionId) -> int:
    """The rules that this option leaves possible: those not about its criterion among them."""
    return _union(
        1 << index
        for index, rule in enumerate(rules)
        if criterion not in rule.when or option in rule.when[criterion]
    )


def _union(sets: Iterable[int]) -> int:
    """All bits that are in any of the sets."""
    union = 0
    for members in sets:
        union |= members
    return union


def _unlike(singles: Iterable[Value], *, several: bool) -> tuple[Value, ...]:
    """One value for each effect; with `several`, for each effect of a choice of any size."""
    found: dict[tuple[tuple[int, ...], int, int], Value] = {}
    for single in singles:
        grown = [single]
        if several:
            grown += [value.with_also(single) for value in found.values()]
        for value in grown:
            found.setdefault((value.points, value.vetoes, value.holds), value)
    return tuple(found.values())


def _best(values: Sequence[Value], models: int) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(
            max(
                (
                    value.points[rival] - value.points[model]
                    for value in values
                    if value.spares(rival)
                ),
                default=NEVER,
            )
            for rival in range(models)
        )
        for model in range(models)
    )


def _spread(values: Sequence[Value], models: int) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(
            max(gains) - min(gains)
            for rival in range(models)
            for gains in [[value.points[rival] - value.points[model] for value in values]]
        )
        for model in range(models)
    )
