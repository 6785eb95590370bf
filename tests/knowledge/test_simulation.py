"""The simulation draws what it says, counts what the recommender says, and never stops wrongly."""

from collections import Counter
from random import Random

import pytest

from knowledge.loader import load_knowledge
from knowledge.recommendation import Answers, Outcome
from knowledge.recommender import recommend
from knowledge.schema import Knowledge
from knowledge.simulation import simulate, teams
from tests.knowledge.small_worlds import criterion, knowledge_of, random_world


@pytest.fixture(scope="module")
def loads() -> Knowledge:
    """One ordinary criterion and the workloads, two of which are rare."""
    return knowledge_of(
        (
            criterion("scale", ("one", "few", "many")),
            criterion(
                "workload_types",
                ("web", "state", "batch", "gpu", "charts", "legacy"),
                multiple=True,
            ),
        ),
        {},
    )


def counted(knowledge: Knowledge, count: int, seed: int) -> Counter[str]:
    """The outcomes of a simulation's teams by the recommender, one by one."""
    results = (recommend(knowledge, answers) for answers in teams(knowledge, count, seed))
    return Counter(result.model or result.outcome.value for result in results)


@pytest.mark.parametrize("seed", range(12))
def test_it_agrees_with_the_recommender_on_random_tables(seed: int) -> None:
    """Many at once or one by one: the same models win as often."""
    knowledge = random_world(Random(seed))  # noqa: S311 - tables for tests, no secrets
    result = simulate(knowledge, 150, seed, walks=0)
    one_by_one = counted(knowledge, 150, seed)
    assert {model: won for model, won in result.won.items() if won} == {
        model: one_by_one[model] for model in knowledge.models if one_by_one[model]
    }
    assert result.toss_up == one_by_one[Outcome.TOSS_UP]
    assert result.no_fit == one_by_one[Outcome.NO_FIT]
    assert sum(result.won.values()) + result.toss_up + result.no_fit == 150


def test_it_agrees_with_the_recommender_on_the_real_knowledge() -> None:
    """The same on the knowledge base that we ship, and following the questions proves rightly."""
    knowledge = load_knowledge()
    result = simulate(knowledge, 300, seed=4, walks=60)
    one_by_one = counted(knowledge, 300, seed=4)
    assert result.won == {model: one_by_one[model] for model in result.won}
    assert (result.toss_up, result.no_fit) == (
        one_by_one[Outcome.TOSS_UP],
        one_by_one[Outcome.NO_FIT],
    )
    assert result.wrong_stops == 0
    assert 1 <= result.mean_questions <= result.most_questions <= len(knowledge.criteria)


def test_a_walk_follows_the_next_question() -> None:
    """The figures of a walk are those of asking `next_question` until there is none."""
    knowledge = load_knowledge()
    lengths = []
    for everything in teams(knowledge, 5, seed=9):
        answers = Answers()
        while name := recommend(knowledge, answers).next_question:
            answers = Answers(chosen={**answers.chosen, name: everything.chosen[name]})
        lengths.append(len(answers.chosen))
    result = simulate(knowledge, 0, seed=9, walks=5)
    assert result.mean_questions == sum(lengths) / 5
    assert result.most_questions == max(lengths)
    assert sum(result.asked.values()) == sum(lengths)


def test_teams_are_drawn_as_promised(loads: Knowledge) -> None:
    """Uniform options; one to three workloads; the rare ones in one case of ten each."""
    drawn = list(teams(loads, 4000, seed=1))
    scales = Counter(answers.chosen["scale"] for answers in drawn)
    assert all(1200 < times < 1470 for times in scales.values())
    sizes = Counter(len(answers.chosen["workload_types"]) for answers in drawn)
    assert set(sizes) == {1, 2, 3}
    assert all(times > 1100 for times in sizes.values())
    for rare in ("gpu", "legacy"):
        share = sum(rare in answers.chosen["workload_types"] for answers in drawn) / 4000
        assert 0.08 < share < 0.12
    common = [
        sum(name in one.chosen["workload_types"] for one in drawn) for name in ("web", "charts")
    ]
    assert abs(common[0] - common[1]) < 200


def test_rare_workloads_stay_rare_among_few() -> None:
    """Where there are hardly any other options to choose, the rare ones don't fill the gap."""
    few = knowledge_of((criterion("loads", ("web", "gpu", "legacy"), multiple=True),), {})
    drawn = [answers.chosen["loads"] for answers in teams(few, 2000, seed=1)]
    assert all(drawn)
    assert 140 < sum("gpu" in loads for loads in drawn) < 260


def test_the_same_seed_draws_the_same_teams(loads: Knowledge) -> None:
    """Chance is an argument: runs repeat, more teams begin with the same ones, seeds differ."""
    first = list(teams(loads, 50, seed=1))
    assert list(teams(loads, 80, seed=1))[:50] == first
    assert list(teams(loads, 50, seed=2)) != first
    assert simulate(loads, 100, 3, walks=5) == simulate(loads, 100, 3, walks=5)


def test_progress_is_told(loads: Knowledge) -> None:
    """A bar can follow: the numbers told add up to the samples."""
    told: list[int] = []
    simulate(loads, 120_000, 1, walks=0, progress=told.append)
    assert len(told) > 1
    assert sum(told) == 120_000
