"""What a knowledge base recommends over random teams, and how many questions its proofs take.

Chance is an argument: the same seed draws the same teams. Answers are drawn independently and
uniformly; several options may be chosen one to three at a time, the rare ones in one case of ten.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from knowledge.asking import candidates
from knowledge.proof import Case
from knowledge.recommendation import Answers
from knowledge.table import table_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from knowledge.schema import Criterion, CriterionId, Knowledge, ModelId
    from knowledge.table import Table

    Choices = NDArray[np.bool_]
    """Teams by options: which of a criterion's options each team chose."""

RARE = frozenset({"legacy", "gpu"})
"""Options of a multiple choice that few teams have."""

RARELY = 0.1
"""The share of teams that have a rare option."""

SEVERAL = 3
"""The most options chosen at once."""

BATCH = 50_000
"""Teams computed at once, to keep memory small."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came out over `samples` random teams, and over `walks` of them question by question.

    `won` counts the teams for each model. `mean_questions`, `p90_questions` and `most_questions`
    say how many questions it took until the result was proved; `asked` how often each criterion
    was one of them; `wrong_stops` how often the proved result was not the final one.
    """

    seed: int
    samples: int
    won: Mapping[ModelId, int]
    toss_up: int
    no_fit: int
    walks: int
    mean_questions: float
    p90_questions: int
    most_questions: int
    wrong_stops: int
    asked: Mapping[CriterionId, int]


def simulate(
    knowledge: Knowledge,
    samples: int = 100_000,
    seed: int = 0,
    *,
    walks: int = 500,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Random teams through a knowledge base; `progress` is told how many are done."""
    table = table_for(knowledge, {})
    counts: Counter[tuple[int, ...]] = Counter()
    for number, size in enumerate(_batches(samples)):
        drawn = _draw(knowledge, size, (seed, number))
        counts.update(_ends(table, drawn))
        if progress:
            progress(size)
    paths = [_walk(table, answers) for answers in teams(knowledge, walks, seed)]
    lengths = sorted(len(asked) for asked, _ in paths) or [0]
    return Simulation(
        seed=seed,
        samples=samples,
        won={model: counts[index,] for index, model in enumerate(table.models)},
        toss_up=sum(count for leaders, count in counts.items() if len(leaders) > 1),
        no_fit=counts[()],
        walks=walks,
        mean_questions=sum(lengths) / len(lengths),
        p90_questions=lengths[ceil(0.9 * len(lengths)) - 1],
        most_questions=lengths[-1],
        wrong_stops=sum(not right for _, right in paths),
        asked=Counter(criterion for asked, _ in paths for criterion in asked),
    )


def teams(knowledge: Knowledge, count: int, seed: int) -> Iterator[Answers]:
    """The first teams of a simulation with this seed, each with every question answered."""
    for number, size in enumerate(_batches(count)):
        drawn = _draw(knowledge, size, (seed, number))
        for row in range(size):
            yield Answers(
                chosen={
                    criterion.id: tuple(
                        option
                        for option, chosen in zip(criterion.options, choices[row], strict=True)
                        if chosen
                    )
                    for criterion, choices in zip(knowledge.criteria.values(), drawn, strict=True)
                }
            )


def _batches(count: int) -> Iterator[int]:
    for start in range(0, count, BATCH):
        yield min(BATCH, count - start)


def _draw(knowledge: Knowledge, size: int, seed: tuple[int, int]) -> list[Choices]:
    """The choices of `size` teams, one array a criterion; more teams begin with the same ones."""
    import numpy as np  # noqa: PLC0415 - heavy, and only simulations need it

    return [
        _choices(np.random.default_rng((*seed, index)), criterion, size)
        for index, criterion in enumerate(knowledge.criteria.values())
    ]


def _choices(chance: np.random.Generator, criterion: Criterion, size: int) -> Choices:
    options = list(criterion.options)
    if not criterion.multiple:
        drawn = chance.integers(len(options), size=size)
        single: Choices = drawn[:, None] == range(len(options))
        return single
    luck = chance.random((size, len(options) + 1))
    wanted = (luck[:, -1] * SEVERAL).astype(int) + 1
    order = luck[:, :-1]
    for place, option in enumerate(options):
        if option in RARE:  # those who have it come first, the others not at all
            order[:, place] = (order[:, place] >= RARELY) * 3.0 - 1.0
    wanted = wanted.clip(min=(order < 0.0).sum(axis=1))
    several: Choices = (order.argsort(axis=1).argsort(axis=1) < wanted[:, None]) & (order < 1.0)
    return several


def _ends(table: Table, drawn: Sequence[Choices]) -> Counter[tuple[int, ...]]:
    """How often which models (by position) end on top, over teams that answered everything."""
    import numpy as np  # noqa: PLC0415 - heavy, and only simulations need it

    models = np.arange(len(table.models))
    points = np.zeros((len(drawn[0]), len(models)), dtype=np.int16)
    vetoed = np.zeros(points.shape, dtype=bool)
    for column, choices in zip(table.columns, drawn, strict=True):
        values = list(column.singles.values())
        worth = np.array([value.points for value in values], dtype=np.int16)
        vetoes = np.array([value.vetoes for value in values])[:, None] >> models & 1 > 0
        if column.multiple:
            points += np.where(choices[:, :, None], worth, np.iinfo(np.int16).max).min(axis=1)
            vetoed |= (choices[:, :, None] & vetoes).any(axis=1)
        else:
            chosen = choices.argmax(axis=1)
            points += worth[chosen]
            vetoed |= vetoes[chosen]
    for rule in table.rules:
        fires = np.ones(len(points), dtype=bool)
        for place in rule.scope:
            values = list(table.columns[place].singles.values())
            meets = np.array([value.holds & rule.bit > 0 for value in values])
            fires &= (drawn[place] & meets).any(axis=1)
        points[fires] += np.array(rule.points, dtype=np.int16)
        vetoed[fires] |= rule.vetoes >> models & 1 > 0
    points[vetoed] = np.iinfo(np.int16).min
    on_top = (points == points.max(axis=1, keepdims=True)) & ~vetoed
    sets, counts = np.unique(on_top @ (1 << models), return_counts=True)
    return Counter(
        {
            tuple(model for model in range(len(models)) if leaders >> model & 1): count
            for leaders, count in zip(sets.tolist(), counts.tolist(), strict=True)
        }
    )


def _walk(table: Table, answers: Answers) -> tuple[list[CriterionId], bool]:
    """The questions that a team is asked until proof, and whether the proof was right."""
    values = [table.value(column.id, answers.chosen[column.id]) for column in table.columns]
    asked: list[CriterionId] = []
    case = Case(table, [None] * len(values))
    while swings := candidates(case).swings:
        place = table.position[swings[0].criterion]
        asked.append(swings[0].criterion)
        case = case.answering(place, values[place])
    return asked, case.verdict == Case(table, values).verdict
