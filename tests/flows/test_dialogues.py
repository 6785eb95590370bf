"""Whole conversations, scripted in `tests/dialogues`, against everything that ships.

A step names who does what: `ana: some words`, `ana: {click: Back}`, `eve: {click: Hand back,
form: {…}}`, `ana: {clicks_through: {criterion: option, …}}` to answer whatever is asked, or
`timer: reminder`. `expect` says what must hold after it: `state`, `control`, `asked`, `intent`,
`answers`, `unanswered`, `by` (criterion to person), `says` and `silent_about` (words in what was
said in this step), `outcome`, `model` (one of), `replies` (how many).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.advisor import Advisor
from flows.conversation import State
from flows.reply import words
from tests.flows.talk import Talk
from tests.flows.test_turn import check

SCRIPTS = sorted((Path(__file__).resolve().parents[1] / "dialogues").glob("*.yaml"))
EXPECTATIONS = {
    "state", "control", "asked", "intent", "answers", "unanswered", "by", "says", "silent_about",
    "outcome", "model", "replies",
}  # fmt: skip


def test_there_are_enough_scripts() -> None:
    """A dozen conversations at least."""
    assert len(SCRIPTS) >= 12


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_dialogue(path: Path, real_advisor: Advisor) -> None:
    """The conversation goes as it is written down."""
    script = yaml.safe_load(path.read_text(encoding="utf-8"))
    talk = Talk(real_advisor, direct=script.get("direct", False))
    for number, step in enumerate(script["steps"], 1):
        act(talk, step)
        expected = step.get("expect", {})
        assert expected.keys() <= EXPECTATIONS, f"step {number}: {expected.keys() - EXPECTATIONS}"
        seen = observed(talk, expected)
        assert seen == expected, f"{path.name}, step {number}\n{talk.transcript()}"


def act(talk: Talk, step: Mapping[str, Any]) -> None:
    """Do what a step says."""
    (who,) = (key for key in step if key != "expect")
    what = step[who]
    before = talk.conversation
    talk.since = len(talk.said)
    if who == "timer":
        talk.waits(what)
    elif isinstance(what, str):
        talk.says(what, by=who, addressed=not talk.turns)
    elif "clicks_through" in what:
        click_through(talk, what["clicks_through"], who)
        return
    elif "click" in what:
        talk.clicks(what["click"], by=who, form=what.get("form"))
    else:
        flags = {key: value for key, value in what.items() if key != "says"}
        talk.says(what["says"], by=who, **flags)
    assert talk.last is not None
    check(before, talk.last, talk.turn)


def click_through(talk: Talk, case: Mapping[str, str | list[str]], who: str) -> None:
    """Answer every question that is asked from a table, until none is asked."""
    criteria = talk.advisor.knowledge.criteria
    for _ in criteria:
        asked = talk.conversation.asked
        if talk.state is not State.ASKING or asked is None:
            return
        option = case[asked]
        if option == "dont_know":
            talk.clicks("Don't know", by=who)
            continue
        chosen = [option] if isinstance(option, str) else option
        talk.clicks("; ".join(criteria[asked].options[o].label for o in chosen), by=who)


def observed(talk: Talk, expected: Mapping[str, Any]) -> dict[str, Any]:
    """What is the case, in the form in which it was expected."""
    conversation, advice = talk.conversation, talk.turn.recommendation
    said = "\n".join(
        words(what) for _, what in talk.said[talk.since :] if not isinstance(what, str)
    )
    facts: dict[str, Any] = {
        "state": conversation.state.value,
        "control": conversation.control.value,
        "asked": conversation.asked,
        "intent": talk.turn.intent.value,
        "outcome": advice.outcome.value if advice else None,
        "replies": len(talk.turn.replies),
    }
    for key, wanted in expected.items():
        match key:
            case "answers":
                facts[key] = {c: _given(talk, c, o) for c, o in wanted.items()}
            case "unanswered":
                facts[key] = [c for c in wanted if c not in conversation.answers]
            case "by":
                facts[key] = {c: conversation.answers[c].by for c in wanted}
            case "says":
                facts[key] = [text for text in wanted if text in said]
            case "silent_about":
                facts[key] = [text for text in wanted if text not in said]
            case "model":
                facts[key] = wanted if advice and advice.model in wanted else advice
            case _:
                pass
    return {key: facts[key] for key in expected}


def _given(talk: Talk, criterion: str, like: str | list[str]) -> object:
    answer = talk.conversation.answers.get(criterion)
    if answer is None:
        return None
    return list(answer.options) if isinstance(like, list) else "; ".join(answer.options)
