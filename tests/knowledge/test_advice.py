"""The advice itself: published cases, each model's home ground, staying, and asking a human."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.evaluate_scenarios import ESCALATE, Judged, judge_file, main, summary
from knowledge.loader import load_knowledge
from knowledge.recommendation import Outcome, Recommendation
from knowledge.recommender import check_answers, recommend
from knowledge.schema import MODELS, Knowledge
from knowledge.simulation import simulate

OWN = Path(__file__).resolve().parents[1] / "scenarios" / "cases.yaml"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """What ships, without an overlay."""
    return load_knowledge()


@pytest.fixture(scope="module")
def own(knowledge: Knowledge) -> list[Judged]:
    """Our own cases with the advice that each got."""
    return judge_file(knowledge, OWN)


def advise(knowledge: Knowledge, **answers: str | list[str]) -> Recommendation:
    """The advice for answers given as criterion=option."""
    return recommend(knowledge, check_answers(knowledge, {"answers": answers}))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "right"), [("scenarios-dev.yaml", 28), ("scenarios-real-dev.yaml", 12)]
)
def test_published_cases(knowledge: Knowledge, shared: Path, name: str, right: int) -> None:
    """All development cases get right advice, none an unacceptable model or a needless human."""
    judged = judge_file(knowledge, shared / "evaluation" / name)
    assert [one.id for one in judged if one.wrong_model or one.needless_human] == []
    assert right <= sum(one.right for one in judged), summary(judged)


@pytest.mark.parametrize(("half", "right"), [("seen", 30), ("unseen", 29)])
def test_own_cases(own: list[Judged], half: str, right: int) -> None:
    """Our own cases hold too, those that were not looked at while tuning as well."""
    judged = [one for one in own if one.half == half]
    assert [one.id for one in judged if one.wrong_model or one.needless_human] == []
    assert right <= sum(one.right for one in judged), summary(judged)


def test_own_cases_are_well_made() -> None:
    """At least sixty, half of them unseen, each with a source and an expectation that can hold."""
    cases: list[dict[str, Any]] = yaml.safe_load(OWN.read_text(encoding="utf-8"))
    ids = Counter(case["id"] for case in cases)
    halves = Counter(case["half"] for case in cases)
    known = {*MODELS, ESCALATE}
    assert len(cases) >= 60
    assert max(ids.values()) == 1
    assert halves["seen"] == halves["unseen"] == len(cases) / 2
    for case in cases:
        assert case["source"]
        assert case["prose"]
        assert set(case["expected"]) | set(case["unacceptable"]) <= known
        assert not set(case["expected"]) & set(case["unacceptable"])


PROTOTYPES: dict[str, dict[str, str | list[str]]] = {
    "iaas": {
        "workload_types": ["legacy"],
        "ops_capacity": "small_team",
        "container_skills": "none",
        "control_need": "high",
    },
    "self_managed_kubernetes": {
        "kubernetes_skills": "admins",
        "ops_capacity": "platform_team",
        "cloud_footprint": "on_prem",
        "control_need": "high",
    },
    "paas": {
        "container_skills": "none",
        "runtime": "mainstream",
        "workload_types": ["stateless_web"],
        "ops_capacity": "none",
    },
    "caas": {
        "container_skills": "fluent",
        "kubernetes_skills": "none",
        "workload_types": ["stateless_web"],
        "ops_capacity": "none",
        "control_need": "low",
    },
    "kaas": {
        "kubernetes_skills": "admins",
        "ops_capacity": "small_team",
        "workload_types": ["k8s_ecosystem"],
        "cloud_footprint": "one_cloud",
    },
    "kpaas": {
        "kubernetes_skills": "users",
        "ops_capacity": "none",
        "lock_in": "avoid",
        "container_skills": "fluent",
    },
    "faas": {
        "traffic_shape": "idle",
        "ops_capacity": "none",
        "container_skills": "none",
        "budget": "lean",
    },
}


@pytest.mark.parametrize("model", MODELS)
def test_every_model_wins_where_it_belongs(knowledge: Knowledge, model: str) -> None:
    """A handful of answers that describe a model's home ground lead to that model."""
    assert advise(knowledge, **PROTOTYPES[model]).model == model


STAYING: list[tuple[str, dict[str, str | list[str]]]] = [
    (
        "iaas",
        {"current_platform": "vms", "ops_capacity": "small_team", "kubernetes_skills": "none"},
    ),
    (
        "paas",
        {"current_platform": "heroku_like", "ops_capacity": "none", "traffic_shape": "steady"},
    ),
    (
        "paas",
        {
            "current_platform": "cloud_foundry",
            "cloud_footprint": "on_prem",
            "ops_capacity": "platform_team",
        },
    ),
    ("caas", {"current_platform": "ecs", "ops_capacity": "small_team", "lock_in": "accept"}),
    ("faas", {"current_platform": "functions", "traffic_shape": "spiky", "ops_capacity": "none"}),
    (
        "self_managed_kubernetes",
        {
            "current_platform": "own_kubernetes",
            "kubernetes_skills": "admins",
            "ops_capacity": "platform_team",
        },
    ),
    (
        "kaas",
        {
            "current_platform": "managed_kubernetes",
            "kubernetes_skills": "admins",
            "ops_capacity": "small_team",
            "service_count": "one",
        },
    ),
]


@pytest.mark.parametrize(("model", "answers"), STAYING)
def test_staying_is_an_answer(
    knowledge: Knowledge, model: str, answers: dict[str, str | list[str]]
) -> None:
    """Where people fit the platform of today and nothing pushes, the advice is to stay."""
    assert advise(knowledge, **answers).model == model


def test_steady_load_ends_a_stay_on_functions(knowledge: Knowledge) -> None:
    """One hard fact overrides staying: paying by the call for load that never stops."""
    here = {"current_platform": "functions", "ops_capacity": "none", "container_skills": "some"}
    assert advise(knowledge, **here, traffic_shape="spiky").model == "faas"
    assert advise(knowledge, **here, traffic_shape="steady").model == "caas"


def test_clusters_need_skills_and_people(knowledge: Knowledge) -> None:
    """The same need for Kubernetes leads elsewhere as skills and people grow."""
    charts: dict[str, str | list[str]] = {"workload_types": ["k8s_ecosystem"]}
    nobody = advise(knowledge, **charts, kubernetes_skills="users", ops_capacity="none")
    few = advise(knowledge, **charts, kubernetes_skills="admins", ops_capacity="small_team")
    many = advise(
        knowledge,
        **charts,
        kubernetes_skills="admins",
        ops_capacity="platform_team",
        cloud_footprint="on_prem",
    )
    assert [nobody.model, few.model, many.model] == ["kpaas", "kaas", "self_managed_kubernetes"]


def test_the_platform_next_door_outweighs_the_shape_of_the_work(knowledge: Knowledge) -> None:
    """Without people of one's own, a platform that colleagues run wins over a vendor's."""
    team = {"ops_capacity": "none", "kubernetes_skills": "none", "runtime": "mainstream"}
    assert advise(knowledge, **team, shared_platform="offered").model == "kpaas"
    assert advise(knowledge, **team, shared_platform="none").model != "kpaas"


HUMAN: list[tuple[str, dict[str, str | list[str]]]] = [
    ("contradiction", {"control_need": "high", "ops_capacity": "none"}),
    ("contradiction", {"operated_by": "own_staff_only", "ops_capacity": "none"}),
    ("contradiction", {"operated_by": "own_staff_only", "budget": "offload"}),
    ("contradiction", {"shared_platform": "mandated", "workload_types": ["legacy"]}),
    (
        "contradiction",
        {"control_need": "high", "budget": "offload", "kubernetes_skills": "users"},
    ),
    ("contradiction", {"traffic_shape": "idle", "latency": "strict", "budget": "lean"}),
    ("beyond_knowledge", {"cloud_footprint": "air_gapped", "ops_capacity": "part_time"}),
    (
        "beyond_knowledge",
        {"cloud_footprint": "on_prem", "ops_capacity": "none", "kubernetes_skills": "none"},
    ),
    ("beyond_knowledge", {"current_platform": "dcos", "ops_capacity": "none"}),
    (
        "beyond_knowledge",
        {"isolation": "untrusted_code", "compliance": "strict", "ops_capacity": "none"},
    ),
    ("no_fit", {"workload_types": ["legacy", "k8s_ecosystem"]}),
]


@pytest.mark.parametrize(("reason", "answers"), HUMAN)
def test_a_human_decides(
    knowledge: Knowledge, reason: str, answers: dict[str, str | list[str]]
) -> None:
    """What cannot all be wanted, what we can't vouch for, and what nothing fits goes to a human."""
    assert reason in advise(knowledge, **answers).escalation_reasons


def test_no_single_answer_calls_a_human(knowledge: Knowledge) -> None:
    """One answer alone is never a contradiction."""
    for criterion in knowledge.criteria.values():
        for option in criterion.options:
            answer = [option] if criterion.multiple else option
            advice = advise(knowledge, **{criterion.id: answer})
            assert not advice.escalate, (criterion.id, option)


def test_no_answer_leaves_nothing_for_certain(knowledge: Knowledge) -> None:
    """At the start every model can still win: none is favoured, none is there for show."""
    advice = advise(knowledge)
    assert advice.outcome is Outcome.LEADING
    assert advice.model is None
    assert set(advice.leaders) == set(MODELS)


def test_vetoes_do_not_contradict_points(knowledge: Knowledge) -> None:
    """An option that rules a model out never gives it points in favour as well."""
    praised = [
        (veto.criterion, veto.option, veto.model)
        for veto in knowledge.vetoes
        if veto.model in knowledge.fit.get(veto.criterion, {}).get(veto.option, {})
    ]
    assert praised == []


def test_every_criterion_moves_something(knowledge: Knowledge) -> None:
    """Each criterion separates models, by points or by a veto, and has a weight above zero."""
    vetoing = {veto.criterion for veto in knowledge.vetoes}
    for criterion in knowledge.criteria.values():
        cells = knowledge.fit.get(criterion.id, {})
        assert criterion.weight > 0
        assert criterion.id in vetoing or any(cells.values())


def test_evaluation_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file that is not there is named, and the exit code is 1."""
    assert main([str(tmp_path / "none.yaml")]) == 1
    assert "none.yaml" in capsys.readouterr().err


def test_evaluation_prints_each_half(capsys: pytest.CaptureFixture[str]) -> None:
    """The table of our own cases ends with a line for each half and one for all."""
    assert main([str(OWN)]) == 0
    printed = capsys.readouterr().out
    assert "unseen: " in printed
    assert "cases.yaml: " in printed


def test_random_teams_are_asked_little_and_never_stopped_wrongly(knowledge: Knowledge) -> None:
    """Eight questions on average at most until the proof, no wrong stop, and every model wins."""
    walked = simulate(knowledge, 20_000, seed=1, walks=500)
    assert walked.wrong_stops == 0
    assert walked.mean_questions <= 8
    assert all(walked.won[model] for model in MODELS)
