"""What enumeration of every completion says: slow, plain, and sharing no code with the proof."""

from collections.abc import Iterator, Mapping
from itertools import chain, combinations, product
from math import prod

from knowledge.recommendation import Answers, Outcome
from knowledge.schema import Criterion, Knowledge

Chosen = Mapping[str, tuple[str, ...]]
End = tuple[str, ...]
"""The models on top once everything is answered; empty when nothing fits."""


def ways(criterion: Criterion) -> list[tuple[str, ...]]:
    """Every way to answer a criterion."""
    options = tuple(criterion.options)
    sizes = range(1, len(options) + 1) if criterion.multiple else (1,)
    return list(chain.from_iterable(combinations(options, size) for size in sizes))


def completions(knowledge: Knowledge, chosen: Chosen) -> Iterator[Chosen]:
    """Every way to answer what is open."""
    names = list(knowledge.criteria)
    choices = [
        [chosen[name]] if name in chosen else ways(knowledge.criteria[name]) for name in names
    ]
    for combination in product(*choices):
        yield dict(zip(names, combination, strict=True))


def standing(knowledge: Knowledge, answers: Answers) -> tuple[dict[str, int], set[str]]:
    """Points of each model and the models ruled out, by the words of the design alone."""
    points = dict.fromkeys(knowledge.models, 0)
    out = {
        veto.model
        for veto in knowledge.vetoes
        if veto.option in answers.chosen.get(veto.criterion, ())
    }
    for name, options in answers.chosen.items():
        weight = answers.weights.get(name, knowledge.criteria[name].weight)
        for model in points:
            fits = [
                knowledge.fit[name][option][model].points
                if model in knowledge.fit[name][option]
                else 0
                for option in options
            ]
            points[model] += weight * min(fits)
    for rule in knowledge.joint_rules:
        if all(
            set(options) & set(answers.chosen.get(name, ())) for name, options in rule.when.items()
        ):
            for model, fit in rule.points.items():
                points[model] += fit.points
            out |= set(rule.vetoes)
    return points, out


def end(knowledge: Knowledge, answers: Answers) -> End:
    """The models on top, as the answers stand."""
    points, out = standing(knowledge, answers)
    return on_top(points, [model for model in points if model not in out])


def completions_of(knowledge: Knowledge, chosen: Chosen) -> int:
    """How many completions there are."""
    return prod(
        len(ways(criterion)) for name, criterion in knowledge.criteria.items() if name not in chosen
    )


def on_top(points: Mapping[str, int], among: list[str]) -> End:
    """Those with the most points."""
    top = max((points[model] for model in among), default=None)
    return tuple(model for model in among if points[model] == top)


def with_chosen(answers: Answers, chosen: Chosen) -> Answers:
    """The same weights with other answers."""
    return answers.model_copy(update={"chosen": chosen})


def matters(knowledge: Knowledge, answers: Answers, name: str) -> bool:
    """Whether somewhere the answer to one open question alone changes who ends on top."""
    ends: dict[tuple[tuple[str, ...], ...], set[End]] = {}
    for completed in completions(knowledge, answers.chosen):
        others = tuple(options for one, options in completed.items() if one != name)
        result = end(knowledge, with_chosen(answers, completed))
        ends.setdefault(others, set()).add(result)
    return any(len(results) > 1 for results in ends.values())


def verdict(knowledge: Knowledge, answers: Answers) -> tuple[Outcome, str | None, End]:
    """Outcome, model and models on top, by enumeration."""
    possible: set[str] = set()
    found = set()
    for completed in completions(knowledge, answers.chosen):
        points, out = standing(knowledge, with_chosen(answers, completed))
        possible |= set(points) - out
        found.add(on_top(points, [model for model in points if model not in out]))
    if len(found) == 1:
        leaders = found.pop()
        if not leaders:
            return Outcome.NO_FIT, None, ()
        if len(leaders) == 1:
            return Outcome.SETTLED, leaders[0], leaders
        return Outcome.TOSS_UP, None, leaders
    points, out = standing(knowledge, answers)
    leaders = on_top(points, [model for model in points if model in possible - out])
    return Outcome.LEADING, leaders[0] if len(leaders) == 1 else None, leaders
