"""What a recommendation says beside its outcome: reasons, vetoes, alarms, questions, changes."""

import json
from itertools import combinations, product

import pytest

from knowledge.changes import fewest_steps, firmness, weight_ranges
from knowledge.conflicts import smallest_sets
from knowledge.recommendation import Answers, Firmness, Outcome, Recommendation
from knowledge.recommender import AnswersError, case_of, recommend
from knowledge.schema import Alarm, Criterion, Knowledge
from tests.knowledge import oracle
from tests.knowledge.small_worlds import (
    SOURCES,
    criterion,
    joint,
    knowledge_of,
    worlds,
)

SEEDS = range(10)


@pytest.fixture
def knowledge() -> Knowledge:
    """Three models, four criteria, a joint rule with points and one with a veto, two alarms."""
    return knowledge_of(
        (
            criterion("skills", ("none", "some", "fluent"), weight=2, actionable=True),
            criterion("scale", ("one", "few", "many")),
            criterion("loads", ("web", "state", "gpu"), multiple=True),
            criterion("budget", ("lean", "offload"), weight=3),
        ),
        {
            "skills": {"none": {"paas": 2, "kaas": -2}, "fluent": {"kaas": 2, "paas": -1}},
            "scale": {"many": {"kaas": 1}, "one": {"paas": 1}},
            "loads": {"web": {"paas": 2, "kaas": 1}, "state": {"kaas": 1, "paas": -1}},
            "budget": {"lean": {"iaas": 1}, "offload": {"iaas": -2}},
        },
        models=("iaas", "paas", "kaas"),
        vetoes=(("loads", "gpu", "paas"),),
        rules=(
            joint("big_and_able", {"scale": ("many",), "skills": ("some", "fluent")}, {"kaas": 3}),
            joint("no_hands", {"skills": ("none",), "budget": ("offload",)}, vetoes=("iaas",)),
        ),
        alarms=(
            Alarm(
                id="odd",
                kind="contradiction",
                when={"skills": ("none",), "loads": ("state", "gpu")},
                text="Nobody could run that.",
                sources=SOURCES,
            ),
            Alarm(
                id="unknown",
                kind="beyond_knowledge",
                when={"loads": ("gpu",)},
                text="We know too little of this.",
                sources=SOURCES,
            ),
        ),
    )


def advise(knowledge: Knowledge, **chosen: str | tuple[str, ...]) -> Recommendation:
    """The recommendation for answers given by name."""
    return recommend(
        knowledge,
        Answers(
            chosen={
                name: (value,) if isinstance(value, str) else value
                for name, value in chosen.items()
            }
        ),
    )


def test_points_are_weight_times_fit(knowledge: Knowledge) -> None:
    """The reasons add up to the points, criterion by criterion and rule by rule."""
    result = advise(knowledge, skills="fluent", scale="many", loads="web", budget="lean")
    assert {entry.model: entry.points for entry in result.ranking} == {
        "kaas": 2 * 2 + 1 + 1 + 3,
        "paas": -2 + 2,
        "iaas": 3,
    }
    for entry in result.ranking:
        named = sum(reason.points for reason in result.reasons if reason.model == entry.model)
        assert named == entry.points
    assert [reason.rule for reason in result.reasons if reason.rule] == ["big_and_able"]
    assert all(reason.points for reason in result.reasons)


def test_the_worst_of_several_options_counts(knowledge: Knowledge) -> None:
    """For each model the worst-fitting workload counts, and the reason names it."""
    result = advise(knowledge, loads=("web", "state"))
    counted = {reason.model: (reason.option, reason.points) for reason in result.reasons}
    assert counted == {"paas": ("state", -1), "kaas": ("web", 1)}


def test_vetoes_of_several_options_unite(knowledge: Knowledge) -> None:
    """One option that rules a model out is enough, and the ranking says which it was."""
    result = advise(knowledge, loads=("web", "gpu"))
    ruled_out = result.ranking[-1]
    assert ruled_out.model == "paas"
    assert [(veto.criterion, veto.option) for veto in ruled_out.vetoes] == [("loads", "gpu")]


def test_a_joint_veto_names_the_first_of_its_condition(knowledge: Knowledge) -> None:
    """A veto by a combination is shown under the first criterion of the combination."""
    result = advise(knowledge, budget="offload", skills="none")
    vetoes = {entry.model: entry.vetoes for entry in result.ranking}
    assert [(veto.criterion, veto.option) for veto in vetoes["iaas"]] == [("skills", "none")]


def test_joint_rules_are_not_weighted(knowledge: Knowledge) -> None:
    """A team's weights change the points of criteria, not those of combinations."""
    chosen = {"skills": ("fluent",), "scale": ("many",)}
    result = recommend(knowledge, Answers(chosen=chosen, weights={"skills": 0, "scale": 0}))
    assert [(reason.rule, reason.points) for reason in result.reasons] == [("big_and_able", 3)]


def test_weights_count(knowledge: Knowledge) -> None:
    """A heavier criterion brings more points, and can turn the result."""
    chosen = {"skills": ("none",), "scale": ("many",), "loads": ("state",), "budget": ("lean",)}
    assert recommend(knowledge, Answers(chosen=chosen)).model is None
    lighter = recommend(knowledge, Answers(chosen=chosen, weights={"skills": 1}))
    assert (lighter.outcome, lighter.model) == (Outcome.SETTLED, "iaas")


def test_alarms_call_a_human(knowledge: Knowledge) -> None:
    """Answers that deny each other, or lie beyond the knowledge, escalate and say why."""
    result = advise(knowledge, skills="none", loads=("web", "gpu"))
    assert result.escalation_reasons == ("contradiction", "beyond_knowledge")
    assert [alarm.id for alarm in result.alarms] == ["odd", "unknown"]
    (conflict,) = result.conflicts
    assert conflict.kind == "contradiction"
    assert conflict.criteria == ("skills", "loads")
    assert conflict.text == "Nobody could run that."
    assert not advise(knowledge, skills="none", loads="web").escalate


def test_an_empty_case_leads_nowhere(knowledge: Knowledge) -> None:
    """Without answers all models tie, nobody is called, and there is a question to ask."""
    result = recommend(knowledge, Answers())
    assert (result.outcome, result.model, result.margin) == (Outcome.LEADING, None, 0)
    assert result.leaders == ("iaas", "paas", "kaas")
    assert not result.escalate
    assert result.next_question
    assert result.open == tuple(knowledge.criteria)
    assert not result.would_change


def test_an_unknown_answer_counts_as_open_and_is_not_asked_again(knowledge: Knowledge) -> None:
    """Not knowing keeps a criterion open, out of the questions, and in what could change."""
    result = recommend(
        knowledge, Answers(chosen={"loads": ("web",)}, dont_know=frozenset({"skills"}))
    )
    assert "skills" in result.open
    assert "skills" not in {swing.criterion for swing in result.swings}
    assert result.outcome is Outcome.LEADING
    flips = {(*change.change.items(), change.model) for change in result.would_change}
    assert (("skills", "fluent"), "kaas") in flips


def test_a_tie_with_nothing_left_to_ask_needs_a_human(knowledge: Knowledge) -> None:
    """When what could break a tie is not known, a human decides."""
    result = recommend(knowledge, Answers(dont_know=frozenset(knowledge.criteria)))
    assert result.next_question is None
    assert result.outcome is Outcome.LEADING
    assert result.escalation_reasons == ("toss_up",)


def test_skipped_questions_come_last(knowledge: Knowledge) -> None:
    """A skipped question is asked again, after all others."""
    first = recommend(knowledge, Answers()).next_question
    assert first is not None
    again = recommend(knowledge, Answers(skipped=(first,)))
    assert again.next_question != first
    assert again.swings[-1].criterion == first


def test_what_can_rule_the_leader_out_is_asked_first(knowledge: Knowledge) -> None:
    """A veto of the leader beats any swing, and the options that veto are named."""
    result = advise(knowledge, skills="none")
    assert result.model == "paas"
    assert result.next_question == "loads"
    assert result.swings[0].vetoes_leader == ("gpu",)


def test_a_swing_counts_points_and_pending_rules(knowledge: Knowledge) -> None:
    """The swing is the distance between an answer's best and worst for leader over challenger."""
    result = advise(knowledge, skills="some", loads="web")
    (scale,) = [swing for swing in result.swings if swing.criterion == "scale"]
    assert (scale.leader, scale.challenger) == ("paas", "kaas")
    assert scale.points == 5  # one: +1 for paas; many: +1 and the joint rule's +3 for kaas
    assert (scale.best_option, scale.worst_option) == ("one", "many")


def test_a_veto_that_waits_for_another_answer_is_a_threat_but_not_named() -> None:
    """An option that rules the leader out only together with another open one is not blamed."""
    knowledge = knowledge_of(
        tuple(criterion(name, ("x", "y")) for name in "abc"),
        {"a": {"x": {"iaas": 2}}, "b": {"x": {"paas": 1}}, "c": {"x": {"iaas": 1}}},
        models=("iaas", "paas"),
        rules=(joint("both", {"b": ("x",), "c": ("x",)}, {"paas": 2}, vetoes=("iaas",)),),
    )
    early = recommend(knowledge, Answers(chosen={"a": ("x",)}))
    assert [swing.vetoes_leader for swing in early.swings] == [(), ()]
    assert [swing.points for swing in early.swings] == [3, 2]  # b: -1-2 to 0; c: 1-2 to 1
    late = recommend(knowledge, Answers(chosen={"a": ("x",), "c": ("x",)}))
    assert [swing.vetoes_leader for swing in late.swings] == [("x",)]


def test_what_a_team_can_act_on_comes_first_among_changes(knowledge: Knowledge) -> None:
    """Changes that a team can make are named before those that it can't, near before far."""
    result = advise(knowledge, skills="fluent", scale="few", loads="state", budget="lean")
    assert result.model == "kaas"
    criteria = [next(iter(change.change)) for change in result.would_change]
    assert criteria[0] == "skills"
    options = [
        change.change["skills"] for change in result.would_change if "skills" in change.change
    ]
    assert options == ["some", "none"]


def test_no_fit_names_the_smallest_sets() -> None:
    """When nothing fits, the fewest answers that together rule everything out are named."""
    knowledge = knowledge_of(
        tuple(criterion(name, ("x", "y")) for name in "abc"),
        {},
        models=("iaas", "paas"),
        vetoes=(("a", "x", "iaas"), ("b", "x", "paas"), ("c", "x", "paas"), ("c", "x", "iaas")),
    )
    result = recommend(knowledge, Answers(chosen=dict.fromkeys("abc", ("x",))))
    assert result.outcome is Outcome.NO_FIT
    assert result.escalation_reasons == ("no_fit",)
    assert (result.model, result.leaders, result.runner_up, result.margin) == (None, (), None, None)
    assert [conflict.criteria for conflict in result.conflicts] == [("c",)]
    assert result.conflicts[0].text == "c: x. This rules out every model."
    without = recommend(knowledge, Answers(chosen={"a": ("x",), "b": ("x",), "c": ("y",)}))
    assert [conflict.criteria for conflict in without.conflicts] == [("a", "b")]
    assert without.conflicts[0].text == "a: x; b: x. Together these rule out every model."


def test_the_contract_is_plain_json(knowledge: Knowledge) -> None:
    """The JSON has the agreed keys, survives a round trip, and shows no inner fields."""
    contract = advise(knowledge, skills="none", loads=("web", "gpu")).contract()
    assert json.loads(json.dumps(contract)) == contract
    assert list(contract) == [
        "outcome",
        "model",
        "escalate",
        "escalation_reasons",
        "ranking",
        "reasons",
        "open",
        "next_question",
        "would_change",
        "conflicts",
        "knowledge_version",
    ]
    assert set(contract["reasons"][0]) == {
        "criterion",
        "option",
        "model",
        "points",
        "text",
        "sources",
    }
    assert set(contract["ranking"][0]) == {"model", "points", "vetoes"}
    assert set(contract["would_change"][0]) == {"change", "outcome", "model"}


def test_unknown_answers_are_refused(knowledge: Knowledge) -> None:
    """Answers of another knowledge base are an error that names the nearest known id."""
    with pytest.raises(
        AnswersError, match=r"^'skils' is not a criterion\. Did you mean 'skills'\?$"
    ):
        advise(knowledge, skils="none")
    with pytest.raises(AnswersError, match="'fluid' is not an option of skills"):
        advise(knowledge, skills="fluid")


@pytest.mark.parametrize("seed", SEEDS)
def test_changes_agree_with_enumeration(seed: int) -> None:
    """Exactly the single answers that make the advice another are listed, with their result."""
    for knowledge, answers in worlds(seed + 3000, 30):
        result = recommend(knowledge, answers)
        base = (result.outcome, result.model, result.leaders)
        expected = set()
        for one in knowledge.criteria.values():
            if one.id not in answers.chosen and (
                result.outcome is not Outcome.LEADING or result.model is None
            ):
                continue
            for option in one.options:
                if answers.chosen.get(one.id) == (option,):
                    continue
                changed = {**answers.chosen, one.id: (option,)}
                verdict = oracle.verdict(knowledge, oracle.with_chosen(answers, changed))
                same_model = result.model is not None and verdict[1] == result.model
                if verdict != base and not same_model:
                    expected.add((one.id, option, verdict[0], verdict[1]))
        found = [
            (*next(iter(change.change.items())), change.outcome, change.model)
            for change in result.would_change
        ]
        assert set(found) == expected
        assert len(found) == len(expected)


def near(one: Criterion, today: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The answers a step away, by the words of the docstring alone."""
    options = list(one.options)
    if one.multiple:
        return [way for way in oracle.ways(one) if len(set(way) ^ set(today)) == 1]
    place = options.index(today[0])
    return [(option,) for option in options if abs(options.index(option) - place) == 1]


def overturned(knowledge: Knowledge, answers: Answers, model: str | None) -> bool:
    """Whether something fits again; with a model: whether it survives, but not alone on top."""
    if model is None:
        return oracle.verdict(knowledge, answers)[0] is not Outcome.NO_FIT
    points, out = oracle.standing(knowledge, answers)
    return model not in out and any(
        points[rival] >= points[model] for rival in set(points) - out - {model}
    )


def steps_by_enumeration(knowledge: Knowledge, answers: Answers, model: str | None) -> int:
    """The fewest steps that overturn a result: all single ones are tried, then all pairs."""
    for size in (1, 2):
        for names in combinations(answers.chosen, size):
            ways = [near(knowledge.criteria[name], answers.chosen[name]) for name in names]
            for way in product(*ways):
                changed = {**answers.chosen, **dict(zip(names, way, strict=True))}
                if overturned(knowledge, oracle.with_chosen(answers, changed), model):
                    return size
    return 3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fewest_steps_agree_with_enumeration(seed: int) -> None:
    """One, two, or three and more: what trying all steps and pairs of steps finds."""
    for knowledge, answers in worlds(seed + 4000, 60):
        case = case_of(knowledge, answers)
        result = recommend(knowledge, answers)
        if result.model is None and result.outcome is not Outcome.NO_FIT:
            continue
        if result.model and overturned(knowledge, answers, result.model):
            continue  # the certain winner does not lead yet: see the test of that case
        assert fewest_steps(case) == steps_by_enumeration(knowledge, answers, result.model)


def test_firmness_in_words() -> None:
    """Close, fair and firm say how many answers would have to move a step."""
    knowledge = knowledge_of(
        tuple(criterion(name, ("x", "y")) for name in "abcd"),
        {name: {"x": {"iaas": 1}, "y": {"paas": 1}} for name in "abcd"},
        models=("iaas", "paas"),
    )

    def word(answers: str) -> Firmness:
        chosen = {name: (option,) for name, option in zip("abcd", answers, strict=False)}
        return firmness(case_of(knowledge, Answers(chosen=chosen)))

    assert word("xxxx") is Firmness.FAIR  # two of four would make it a tie
    assert word("xxxy") is Firmness.CLOSE
    assert word("xxyy") is Firmness.CLOSE  # a toss-up
    assert word("") is Firmness.CLOSE


def test_a_hard_fact_does_not_make_advice_a_close_call() -> None:
    """A step that only rules the model on top out is told apart; it takes no firmness."""
    knowledge = knowledge_of(
        (criterion("a", ("x", "y")), criterion("b", ("x", "y"), weight=3)),
        {"b": {"x": {"iaas": 2}, "y": {"iaas": 2}}},
        models=("iaas", "paas"),
        vetoes=(("a", "y", "iaas"),),
    )
    result = recommend(knowledge, Answers(chosen={"a": ("x",), "b": ("x",)}))
    assert result.firmness is Firmness.FIRM
    (change,) = result.would_change
    assert (change.change, change.model) == ({"a": "y"}, "paas")


def test_steps_that_open_a_way_only_together_are_found() -> None:
    """Nothing fits because of open questions too: two steps spare a model where neither does."""
    knowledge = knowledge_of(
        tuple(criterion(name, ("x", "y")) for name in "abc"),
        {},
        models=("iaas", "paas"),
        vetoes=(("c", "x", "paas"), ("c", "y", "paas"), ("c", "y", "iaas")),
        rules=(
            joint("one", {"a": ("x",), "c": ("x",)}, vetoes=("iaas",)),
            joint("two", {"b": ("x",), "c": ("x",)}, vetoes=("iaas",)),
        ),
    )
    case = case_of(knowledge, Answers(chosen={"a": ("x",), "b": ("x",)}))
    assert case.verdict.outcome is Outcome.NO_FIT
    assert fewest_steps(case) == 2


def test_unproved_advice_is_never_firm() -> None:
    """However far ahead, a model that merely leads is at best a fair call."""
    knowledge = knowledge_of(
        (criterion("a", ("x", "y"), weight=3), criterion("b", ("x", "y"))),
        {"a": {"x": {"iaas": 2}, "y": {"iaas": 2}}},
        models=("iaas", "paas"),
        vetoes=(("b", "y", "iaas"),),
    )
    result = recommend(knowledge, Answers(chosen={"a": ("x",)}))
    assert (result.outcome, result.firmness) == (Outcome.LEADING, Firmness.FAIR)


@pytest.mark.parametrize("seed", SEEDS)
def test_weight_ranges_agree_with_trying_each_weight(seed: int) -> None:
    """Within its range a weight keeps the model ahead of all possible ones, outside it does not."""
    for knowledge, answers in worlds(seed + 5000, 60):
        result = recommend(knowledge, answers)
        ranges = weight_ranges(case_of(knowledge, answers))
        if result.model is None:
            assert not ranges
            continue
        if overturned(knowledge, answers, result.model):
            continue  # the certain winner does not lead yet
        assert set(ranges) == set(answers.chosen)
        possible = {entry.model for entry in result.ranking if not entry.vetoes}
        if len(possible) != len(case_of(knowledge, answers).possible):
            continue  # one cannot survive the open questions, and sets no bound
        for name, (low, high) in ranges.items():
            for weight in range(4):
                weighed = answers.model_copy(update={"weights": {**answers.weights, name: weight}})
                keeps = not overturned(knowledge, weighed, result.model)
                assert keeps == (low <= weight <= high)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_smallest_sets_agree_with_enumeration(seed: int) -> None:
    """What is named as ruling everything out does so, and nothing smaller does."""
    for knowledge, answers in worlds(seed + 6000, 100):
        case = case_of(knowledge, answers)
        if case.verdict.outcome is not Outcome.NO_FIT or oracle.completions_of(knowledge, {}) > 300:
            continue
        smallest: set[frozenset[str]] = set()
        for size in range(len(answers.chosen) + 1):
            for names in combinations(answers.chosen, size):
                kept = oracle.with_chosen(answers, {name: answers.chosen[name] for name in names})
                if oracle.verdict(knowledge, kept)[0] is Outcome.NO_FIT:
                    smallest.add(frozenset(names))
            if smallest:
                break
        columns = case.table.columns
        found = {frozenset(columns[place].id for place in one) for one in smallest_sets(case)}
        assert found <= smallest
        assert len(found) == min(len(smallest), 6)
