"""Answers from outside: what is read, and how each mistake is named."""

from typing import Any

import pytest

from knowledge.recommender import AnswersError, check_answers
from knowledge.schema import Knowledge
from tests.knowledge.small_worlds import criterion, knowledge_of


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """Two criteria, one of which takes several options."""
    return knowledge_of(
        (
            criterion("ops_capacity", ("none", "part_time", "small_team")),
            criterion("workload_types", ("stateless_web", "stateful", "gpu"), multiple=True),
        ),
        {},
    )


def test_options_lists_unknowns_and_weights_are_read(knowledge: Knowledge) -> None:
    """An option alone or in a list, several in the criterion's order, "don't know", weights."""
    answers = check_answers(
        knowledge,
        {
            "answers": {"ops_capacity": ["none"], "workload_types": ["gpu", "stateful", "gpu"]},
            "weights": {"ops_capacity": 0},
        },
    )
    assert answers.chosen == {"ops_capacity": ("none",), "workload_types": ("stateful", "gpu")}
    assert answers.weights == {"ops_capacity": 0}
    unsure = check_answers(knowledge, {"answers": {"ops_capacity": "dont_know"}})
    assert not unsure.chosen
    assert unsure.dont_know == {"ops_capacity"}
    assert check_answers(knowledge, {"answers": {"workload_types": ["dont_know"]}}).dont_know


def test_nothing_is_a_fair_start(knowledge: Knowledge) -> None:
    """Partial answers are normal, none at all included."""
    assert not check_answers(knowledge, {}).chosen
    assert not check_answers(knowledge, {"answers": {}}).chosen


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (["ops_capacity"], "with the key 'answers', not ['ops_capacity']"),
        ({"answer": {}}, "'answer' is not a key of an answers file. Did you mean 'answers'?"),
        ({"answers": ["none"]}, "'answers' maps criteria to their values; it is ['none']."),
        ({"answers": None}, "'answers' maps criteria to their values; it is None."),
        (
            {"answers": {"ops_capacty": "none"}},
            "'ops_capacty' is not a criterion. Did you mean 'ops_capacity'?",
        ),
        ({"answers": {3: "none"}}, "3 is not a criterion. Did you mean"),
        (
            {"answers": {"ops_capacity": "parttime"}},
            "'parttime' is not an option of ops_capacity. Did you mean 'part_time'?",
        ),
        (
            {"answers": {"ops_capacity": "dontknow"}},
            "'dontknow' is not an option of ops_capacity. Did you mean 'dont_know'?",
        ),
        ({"answers": {"ops_capacity": None}}, "None is not an option of ops_capacity."),
        ({"answers": {"ops_capacity": True}}, "True is not an option of ops_capacity."),
        ({"answers": {"ops_capacity": {"none": 1}}}, "{'none': 1} is not an option"),
        ({"answers": {"workload_types": [["gpu"]]}}, "['gpu'] is not an option of workload_types."),
        ({"answers": {"workload_types": []}}, "workload_types has an empty list"),
        (
            {"answers": {"ops_capacity": ["none", "part_time"]}},
            "ops_capacity takes one option, not 2: none, part_time.",
        ),
        (
            {"answers": {"workload_types": ["gpu", "dont_know"]}},
            "workload_types is either 'dont_know' or has options, not both.",
        ),
        ({"weights": {"ops": 1}}, "'ops' is not a criterion. Did you mean 'ops_capacity'?"),
        ({"weights": {"ops_capacity": 4}}, "a whole number from 0 to 3, not 4."),
        ({"weights": {"ops_capacity": -1}}, "a whole number from 0 to 3, not -1."),
        ({"weights": {"ops_capacity": 1.0}}, "a whole number from 0 to 3, not 1.0."),
        ({"weights": {"ops_capacity": True}}, "a whole number from 0 to 3, not True."),
        ({"weights": {"ops_capacity": "2"}}, "a whole number from 0 to 3, not '2'."),
        ({"weights": 3}, "'weights' maps criteria to their values; it is 3."),
        ({"answers": {"x" * 5000: "none"}}, "… is not a criterion."),
        ({"answers": {"a\nb": "none"}}, r"'a\nb' is not a criterion."),
    ],
)
def test_a_mistake_is_named_in_one_line(knowledge: Knowledge, raw: Any, says: str) -> None:  # noqa: ANN401 - whatever a file may hold
    """Each error is one short line that says what is wrong and what was probably meant."""
    with pytest.raises(AnswersError) as caught:
        check_answers(knowledge, raw)
    message = str(caught.value)
    assert says in message
    assert "\n" not in message
    assert len(message) < 200


def test_an_answers_error_is_a_value_error() -> None:
    """Callers that know nothing of us can still catch it."""
    assert issubclass(AnswersError, ValueError)
