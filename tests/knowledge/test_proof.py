"""The proof is exact in both directions: it says what enumerating every completion says."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.proof import Case
from knowledge.recommendation import Answers, Outcome
from knowledge.recommender import case_of, recommend
from knowledge.schema import Knowledge
from knowledge.table import IMPOSSIBLE
from tests.knowledge import oracle
from tests.knowledge.small_worlds import (
    criterion,
    joint,
    knowledge_of,
    random_answers,
    random_world,
    worlds,
)

TWO = ("iaas", "paas")
SEEDS = range(20)
randoms = st.randoms(use_true_random=False)


def found(knowledge: Knowledge, answers: Answers) -> tuple[Outcome, str | None, tuple[str, ...]]:
    """Outcome, model and models on top, by the proof."""
    result = recommend(knowledge, answers)
    return result.outcome, result.model, result.leaders


@pytest.mark.parametrize("seed", SEEDS)
def test_the_proof_agrees_with_enumeration(seed: int) -> None:
    """Outcome, model and ties are those of enumeration, on thousands of small tables."""
    for knowledge, answers in worlds(seed, 200):
        assert found(knowledge, answers) == oracle.verdict(knowledge, answers)


def test_the_random_tables_have_every_outcome() -> None:
    """The tables above are no easy ones: each outcome is there, early and late."""
    seen = Counter(
        (case.verdict.outcome.value, "early" if case.open else "late")
        for seed in SEEDS
        for knowledge, answers in worlds(seed, 200)
        for case in [case_of(knowledge, answers)]
    )
    rare = {one: times for one, times in seen.items() if times < 10}
    assert len(seen) == 7  # leading only ever early
    assert not rare


@pytest.mark.parametrize("seed", SEEDS)
def test_the_largest_lead_agrees_with_enumeration(seed: int) -> None:
    """For each pair of models the maximum is exact, and the quick bounds enclose it."""
    for knowledge, answers in worlds(seed + 1000, 40):
        case = case_of(knowledge, answers)
        ends = [
            oracle.standing(knowledge, oracle.with_chosen(answers, chosen))
            for chosen in oracle.completions(knowledge, answers.chosen)
        ]
        for model in case.alive:
            for rival in case.alive:
                here, there = case.table.models[model], case.table.models[rival]
                leads = [points[there] - points[here] for points, out in ends if there not in out]
                most = case.most(model, rival)
                if leads:
                    assert most == max(leads)
                    assert case.at_least(model, rival) <= most <= case.at_most(model, rival)
                    assert case.most(model, rival, floor=max(leads)) == max(leads)
                    assert case.most(model, rival, floor=max(leads) + 1) <= max(leads)
                else:
                    assert most < IMPOSSIBLE


@pytest.mark.parametrize("seed", SEEDS)
def test_idle_questions_cannot_matter(seed: int) -> None:
    """What is called idle changes no result anywhere; while a result is open, something isn't."""
    for knowledge, answers in worlds(seed + 2000, 40):
        result = recommend(knowledge, answers)
        assert not any(oracle.matters(knowledge, answers, name) for name in result.idle)
        asked = {swing.criterion for swing in result.swings}
        unknown = answers.dont_know - set(answers.chosen)
        assert asked | set(result.idle) | unknown == set(result.open)
        if result.outcome is Outcome.LEADING:
            assert set(result.idle) != set(result.open)


@pytest.mark.parametrize("seed", SEEDS)
def test_asking_ends_within_the_bound_and_never_stops_wrongly(seed: int) -> None:
    """Following the next question, the bound shrinks with each one and the proved result stays."""
    random = Random(seed)  # noqa: S311 - tables for tests, no secrets
    for _ in range(30):
        knowledge = random_world(random)
        everything = random_answers(random, knowledge, share=1).chosen
        answers = Answers()
        result = recommend(knowledge, answers)
        while result.next_question:
            name = result.next_question
            answers = Answers(chosen={**answers.chosen, name: everything[name]})
            bound, result = result.at_most, recommend(knowledge, answers)
            assert result.at_most < bound
        assert result.outcome is not Outcome.LEADING
        whole = recommend(knowledge, Answers(chosen=everything))
        assert (result.outcome, result.leaders) == (whole.outcome, whole.leaders)


@settings(deadline=None)
@given(randoms)
def test_the_order_of_answers_is_irrelevant(random: Random) -> None:
    """The same answers in another order give the same recommendation, to the last reason."""
    knowledge = random_world(random)
    answers = random_answers(random, knowledge)
    shuffled = list(answers.chosen.items())
    random.shuffle(shuffled)
    again = answers.model_copy(update={"chosen": dict(shuffled)})
    assert recommend(knowledge, again) == recommend(knowledge, answers)


@settings(deadline=None)
@given(randoms)
def test_what_is_proved_stays_whatever_is_answered_next(random: Random) -> None:
    """No further answer moves a settled case, a toss-up or a case that nothing fits."""
    knowledge = random_world(random)
    answers = random_answers(random, knowledge, share=0.6)
    before = recommend(knowledge, answers)
    rest = random_answers(random, knowledge, share=1).chosen
    after = recommend(knowledge, answers.model_copy(update={"chosen": {**rest, **answers.chosen}}))
    if before.outcome is not Outcome.LEADING:
        assert (after.outcome, after.leaders) == (before.outcome, before.leaders)


@settings(deadline=None)
@given(randoms)
def test_another_point_for_the_winner_never_unseats_it(random: Random) -> None:
    """Making an answer that was given speak more for the winner leaves it the winner."""
    knowledge = random_world(random)
    answers = random_answers(random, knowledge, share=0.8)
    before = recommend(knowledge, answers)
    helped = [
        (name, option, fit)
        for name, options in answers.chosen.items()
        for option in options
        for model, fit in knowledge.fit[name][option].items()
        if model == before.model and fit.points < 2
    ]
    if before.outcome is not Outcome.SETTLED or not helped:
        return
    name, option, fit = random.choice(helped)
    better = fit.model_copy(update={"points": fit.points + 1})
    cells = {**knowledge.fit[name][option], str(before.model): better}
    points = {**knowledge.fit, name: {**knowledge.fit[name], option: cells}}
    after = recommend(knowledge.model_copy(update={"fit": points}), answers)
    assert (after.outcome, after.model) == (Outcome.SETTLED, before.model)


def test_a_trailing_model_can_be_the_certain_winner() -> None:
    """Every surviving model is tested, not only the one that has most points today."""
    knowledge = knowledge_of(
        (criterion("a", ("x", "y")), criterion("b", ("x", "y"))),
        {"a": {"x": {"iaas": 1}}, "b": {"x": {"paas": 2}, "y": {"paas": 2, "iaas": -1}}},
        models=TWO,
    )
    result = recommend(knowledge, Answers(chosen={"a": ("x",)}))
    assert (result.outcome, result.model) == (Outcome.SETTLED, "paas")
    assert result.ranking[0].model == "paas"
    assert result.margin == 1


def test_a_rival_that_every_answer_rules_out_cannot_win() -> None:
    """Points of a model that no completion spares don't keep a case open."""
    knowledge = knowledge_of(
        (criterion("a", ("x", "y")), criterion("b", ("x", "y"))),
        {"a": {"x": {"iaas": 1, "paas": 2}}},
        models=TWO,
        vetoes=(("b", "x", "paas"), ("b", "y", "paas")),
    )
    result = recommend(knowledge, Answers(chosen={"a": ("x",)}))
    assert (result.outcome, result.model) == (Outcome.SETTLED, "iaas")


def test_nothing_fits_before_the_last_answer() -> None:
    """When each answer to an open question rules out what is left, nothing fits already."""
    knowledge = knowledge_of(
        (criterion("a", ("x", "y")), criterion("b", ("x", "y"))),
        {},
        models=TWO,
        vetoes=(("a", "x", "iaas"), ("b", "x", "paas"), ("b", "y", "paas")),
    )
    result = recommend(knowledge, Answers(chosen={"a": ("x",)}))
    assert result.outcome is Outcome.NO_FIT
    assert [conflict.criteria for conflict in result.conflicts] == [("a",)]
    assert recommend(knowledge, Answers()).outcome is Outcome.LEADING


def test_a_tie_that_no_answer_breaks_is_a_toss_up() -> None:
    """Two models that every answer treats alike tie for certain, and a human is called."""
    knowledge = knowledge_of(
        (criterion("a", ("x", "y")), criterion("b", ("x", "y"))),
        {"a": {"x": {"iaas": 2, "paas": 2}}, "b": {"x": {"iaas": 1, "paas": 1}}},
        models=(*TWO, "caas"),
    )
    result = recommend(knowledge, Answers(chosen={"a": ("x",)}))
    assert result.outcome is Outcome.TOSS_UP
    assert result.leaders == TWO
    assert result.model is None
    assert result.escalation_reasons == ("toss_up",)


def test_rules_that_exclude_each_other_are_not_added_up() -> None:
    """Two joint rules that share a criterion but want different options cannot both help."""
    knowledge = knowledge_of(
        tuple(criterion(name, ("x", "y")) for name in "abcd"),
        {"a": {"x": {"iaas": 2}}, "d": {"x": {"iaas": 1}, "y": {"iaas": 1}}},
        models=TWO,
        rules=(
            joint("one", {"b": ("x",), "c": ("x",)}, {"paas": 2}),
            joint("two", {"b": ("y",), "c": ("x", "y")}, {"paas": 2}),
        ),
    )
    case = case_of(knowledge, Answers(chosen={"a": ("x",)}))
    iaas, paas = 0, 1
    assert case.at_most(iaas, paas) == 1  # as if both rules could fire
    assert case.most(iaas, paas) == -1
    assert case.verdict.outcome is Outcome.SETTLED


def test_a_wide_cluster_is_solved_without_enumerating_it() -> None:
    """Nineteen criteria chained by joint rules, 10^9 completions: answered, and correctly."""
    names = [f"c{index}" for index in range(19)]
    knowledge = knowledge_of(
        tuple(criterion(name, ("x", "y", "z")) for name in names),
        {},
        models=TWO,
        rules=tuple(
            joint(f"{one}-{two}", {one: ("x",), two: ("y",)}, {"paas": 1})
            for one, two in pairwise(names)
        ),
    )
    case = case_of(knowledge, Answers())
    assert case.at_most(0, 1) == 18
    assert case.most(0, 1) == 9  # x, y, x, y …: every other pair fits


def test_cases_are_values() -> None:
    """Answering makes another case and leaves the first as it was."""
    knowledge = knowledge_of((criterion("a", ("x", "y")),), {"a": {"x": {"iaas": 1}}}, models=TWO)
    case = case_of(knowledge, Answers())
    then = case.answering(0, case.table.value("a", ("x",)))
    assert isinstance(then, Case)
    assert (case.scores, then.scores) == ((0, 0), (1, 0))
    assert (case.open, then.open) == ((0,), ())
