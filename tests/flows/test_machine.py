"""The state machine alone: total, reachable, and never a dead end on the way to a human."""

import itertools
from dataclasses import replace

import pytest

from flows.conversation import Conversation, Intent, State
from flows.machine import LIVE, PASSING, Facts, diagram, step

FLAGS = (
    Facts(),
    Facts(unsure=True),
    Facts(insisting=True),
    Facts(nothing_fits=True, enough=True),
    Facts(enough=True),
    Facts(starting_over=True),
    Facts(given_up=True),
    Facts(claimed=True),
    Facts(returned=True),
    Facts(returned=True, finished=True),
)
WAS = (None, State.INTAKE, State.RECOMMENDED, State.PAUSED, State.CLOSED)
FACTS = tuple(replace(facts, was=was) for facts in FLAGS for was in WAS)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("intent", Intent)
def test_every_state_decides_every_intent(state: State, intent: Intent) -> None:
    """Whatever the facts, a pair leads to exactly one state and raises nothing."""
    for facts in FACTS:
        assert step(state, intent, facts) in State


def test_all_states_are_reachable() -> None:
    """From the beginning every state can be reached."""
    reached = {State.INTAKE}
    while True:
        further = {
            step(state, intent, facts)
            for state, intent, facts in itertools.product(reached, Intent, FACTS)
        }
        if further <= reached:
            break
        reached |= further
    assert reached == set(State)


@pytest.mark.parametrize("state", LIVE)
def test_a_human_can_take_over_from_everywhere(state: State) -> None:
    """An expert who may claim gets the conversation, wherever it stands."""
    assert step(state, Intent.CLAIM, Facts(claimed=True)) is State.WITH_HUMAN


@pytest.mark.parametrize("state", LIVE)
def test_nobody_gets_it_by_anything_else(state: State) -> None:
    """Only a claim leads to a human, and only where it is granted."""
    others = {
        step(state, intent, facts)
        for intent in Intent
        for facts in FACTS
        if not (intent is Intent.CLAIM and facts.claimed)
    }
    assert State.WITH_HUMAN not in others


def test_only_a_hand_back_ends_the_human_stretch() -> None:
    """While a human has the word nothing else moves the conversation."""
    moved = {
        intent
        for intent in Intent
        for facts in FACTS
        if step(State.WITH_HUMAN, intent, facts) is not State.WITH_HUMAN
    }
    assert moved == {Intent.HAND_BACK}


@pytest.mark.parametrize(
    ("was", "facts", "expected"),
    [
        (State.ASKING, Facts(), State.ASKING),
        (State.REVIEWING, Facts(enough=True), State.REVIEWING),
        (State.RECOMMENDED, Facts(enough=True), State.RECOMMENDED),
        (State.NO_FIT, Facts(nothing_fits=True, enough=True), State.NO_FIT),
        (State.PAUSED, Facts(), State.PAUSED),
        (State.INTAKE, Facts(), State.INTAKE),
        (State.CLOSED, Facts(enough=True), State.CLOSED),
        (State.ASKING, Facts(finished=True), State.CLOSED),
    ],
)
def test_a_hand_back_returns_to_where_it_was(was: State, facts: Facts, expected: State) -> None:
    """The advisor goes on where the expert came in, unless nothing is left to do."""
    after = step(State.WITH_HUMAN, Intent.HAND_BACK, replace(facts, returned=True, was=was))
    assert after is expected


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("intent", PASSING)
def test_an_explanation_has_nothing_to_return_to(state: State, intent: Intent) -> None:
    """Questions, comparisons and calls for a human leave the state as it is."""
    assert {step(state, intent, facts) for facts in FACTS} == {state}


def test_a_doubt_comes_before_everything_else() -> None:
    """What has to be confirmed is settled before a question, a review or advice."""
    facts = Facts(unsure=True, insisting=True, nothing_fits=True, enough=True)
    for state in LIVE:
        assert step(state, Intent.ANSWER, facts) is State.CLARIFYING


def test_the_machine_keeps_nothing() -> None:
    """Steps do not depend on steps before."""
    first = step(State.ASKING, Intent.ANSWER, Facts(enough=True))
    step(State.REVIEWING, Intent.CONFIRM, Facts(enough=True))
    assert step(State.ASKING, Intent.ANSWER, Facts(enough=True)) is first is State.REVIEWING


def test_an_unknown_stored_state_begins_again_with_its_answers() -> None:
    """A state that a release has renamed or dropped does not lose what was said."""
    stored = {"id": "c", "starter": "ana", "knowledge_version": "v", "state": "pondering"}
    assert Conversation.model_validate(stored).state is State.INTAKE


def test_the_diagram_shows_every_state() -> None:
    """The picture is made from the table: every state, and an arrow for every move."""
    picture = diagram()
    assert picture.startswith("stateDiagram-v2\n")
    for state in State:
        assert f"--> {state.value}" in picture
    assert "standing --> recommended: (enough_again)" in picture
