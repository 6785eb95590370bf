"""Knowledge bases small enough to enumerate: made by hand, or by chance from a seed."""

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random

from knowledge.recommendation import Answers
from knowledge.schema import (
    MODELS,
    Alarm,
    Claim,
    Criterion,
    Fit,
    Group,
    JointFit,
    JointRule,
    Knowledge,
    Option,
    ServiceModel,
    Source,
    TopicKind,
    Veto,
)
from tests.knowledge.oracle import completions_of

SOURCES = ("a_source",)

MOST_COMPLETIONS = 250
"""How many completions an example may have, so that enumerating thousands takes seconds."""


def claim(text: str = "So it is.") -> Claim:
    """A sentence with a source."""
    return Claim(text=text, sources=SOURCES)


def model_topic(model: str) -> ServiceModel:
    """A model with as few words as the schema allows."""
    return ServiceModel(
        id=model,
        kind=TopicKind.MODEL,
        name=model,
        summary="A model.",
        sources=SOURCES,
        verdict="it",
        choose_it_unless=claim(),
        products=(),
    )


def criterion(
    name: str,
    options: tuple[str, ...],
    *,
    weight: int = 1,
    multiple: bool = False,
    actionable: bool = False,
) -> Criterion:
    """A criterion whose options are named by their ids."""
    return Criterion(
        id=name,
        group=Group.SKILLS,
        name=name,
        question="Which?",
        why="It matters.",
        weight=weight,
        multiple=multiple,
        actionable=actionable,
        options={option: Option(id=option, label=option, text=option) for option in options},
    )


def knowledge_of(  # noqa: PLR0913 - a knowledge base has these parts
    criteria: tuple[Criterion, ...],
    points: Mapping[str, Mapping[str, Mapping[str, int]]],
    *,
    models: tuple[str, ...] = MODELS,
    vetoes: tuple[tuple[str, str, str], ...] = (),
    rules: tuple[JointRule, ...] = (),
    alarms: tuple[Alarm, ...] = (),
) -> Knowledge:
    """A knowledge base: points by criterion, option and model; vetoes in the same order."""
    topics = {model: model_topic(model) for model in models}
    return Knowledge(
        version="2026-11-23-00000000",
        sources={
            "a_source": Source(
                id="a_source", title="t", publisher="p", url="u", reviewed=date(2026, 11, 23)
            )
        },
        criteria={one.id: one for one in criteria},
        fit={
            name: {
                option: {
                    model: Fit(text="So it is.", sources=SOURCES, points=worth)
                    for model, worth in cells.items()
                }
                for option, cells in options.items()
            }
            for name, options in points.items()
        },
        vetoes=tuple(
            Veto(criterion=name, option=option, model=model, text="No.", sources=SOURCES)
            for name, option, model in vetoes
        ),
        joint_rules=rules,
        alarms=alarms,
        layers=(),
        responsibilities={},
        models=topics,
        topics=topics,
    )


def joint(
    name: str,
    when: Mapping[str, tuple[str, ...]],
    points: Mapping[str, int] | None = None,
    vetoes: tuple[str, ...] = (),
) -> JointRule:
    """A joint rule; its condition as in the YAML."""
    return JointRule(
        id=name,
        when=when,
        points={
            model: JointFit(text="Together.", sources=SOURCES, points=worth)
            for model, worth in (points or {}).items()
        },
        vetoes={model: claim() for model in vetoes},
    )


def random_world(random: Random, *, most_criteria: int = 5) -> Knowledge:
    """Three or four models and some criteria, tied together by joint rules that share them."""
    models = MODELS[: random.randint(3, 4)]
    criteria = tuple(
        criterion(
            f"c{index}",
            tuple(f"o{number}" for number in range(random.randint(2, 3))),
            weight=random.randint(0, 3),
            multiple=random.random() < 0.3,
        )
        for index in range(random.randint(2, most_criteria))
    )
    span = random.choice((1, 2))
    veto = random.choice((0.03, 0.1, 0.25, 0.5))
    return knowledge_of(
        criteria,
        {
            one.id: {
                option: {
                    model: random.randint(-span, span) for model in models if random.random() < 0.7
                }
                for option in one.options
            }
            for one in criteria
        },
        models=models,
        vetoes=tuple(
            (one.id, option, model)
            for one in criteria
            for option in one.options
            for model in models
            if random.random() < veto
        ),
        rules=tuple(
            random_rule(random, f"r{index}", criteria, models)
            for index in range(random.randint(0, 6))
        ),
    )


def random_rule(
    random: Random, name: str, criteria: tuple[Criterion, ...], models: tuple[str, ...]
) -> JointRule:
    """A rule about two or three criteria, with points for some models and a veto for few."""
    scope = random.sample(criteria, min(len(criteria), random.randint(2, 3)))
    return joint(
        name,
        {
            one.id: tuple(random.sample(sorted(one.options), random.randint(1, len(one.options))))
            for one in scope
        },
        {model: random.randint(-4, 4) for model in models if random.random() < 0.5},
        tuple(model for model in models if random.random() < 0.15),
    )


def random_answers(random: Random, knowledge: Knowledge, *, share: float | None = None) -> Answers:
    """Some of the questions answered (all with `share` 1), a few of the others not known."""
    answered = random.choice((0.0, 0.3, 0.6, 0.8, 1.0)) if share is None else share
    chosen = {}
    dont_know = set()
    for one in knowledge.criteria.values():
        if random.random() < answered:
            most = len(one.options) if one.multiple else 1
            chosen[one.id] = tuple(random.sample(sorted(one.options), random.randint(1, most)))
        elif random.random() < 0.2:
            dont_know.add(one.id)
    return Answers(
        chosen=chosen,
        dont_know=frozenset(dont_know),
        weights={
            name: random.randint(0, 3) for name in knowledge.criteria if random.random() < 0.2
        },
    )


def worlds(seed: int, count: int) -> Iterator[tuple[Knowledge, Answers]]:
    """Random knowledge bases with random answers, the same ones for the same seed."""
    random = Random(seed)  # noqa: S311 - tables for tests, no secrets
    found = 0
    while found < count:
        knowledge = random_world(random)
        answers = random_answers(random, knowledge)
        if completions_of(knowledge, answers.chosen) <= MOST_COMPLETIONS:
            found += 1
            yield knowledge, answers
