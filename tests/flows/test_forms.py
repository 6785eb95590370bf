"""Forms and clicks: what a button asks for first, and what comes back from it."""

import pytest

from flows.advisor import Advisor
from flows.conversation import Click, Intent
from flows.forms import click_of, complete, counts_at_once, form_for
from flows.reply import Act


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        (Act(intent="compare", topics=("kaas", "kpaas"), form="compare"), ["first", "second"]),
        (Act(intent="hand_back", form="hand_back"), ["note", "go_on"]),
        (Act(intent="objection", form="objection"), ["words"]),
        (Act(intent="feedback", good=False, form="feedback"), ["words"]),
    ],
)
def test_each_form_keeps_its_limits(advisor: Advisor, act: Act, fields: list[str]) -> None:
    """Title and submit fit, every field has a label, every choice a known start."""
    form = form_for(act, advisor)
    assert form is not None
    assert [entry.key for entry in form.entries] == fields
    assert max(len(form.title), len(form.submit)) <= 24
    for entry in form.entries:
        assert entry.label
        assert len(entry.hint) <= 2000
        if entry.kind == "choice":
            assert entry.initial in {choice.value for choice in entry.choices}


def test_most_buttons_open_nothing(advisor: Advisor) -> None:
    """Where no form is named the button acts at once."""
    assert form_for(Act(intent="back", serial=3), advisor) is None


def test_a_comparison_takes_both_models() -> None:
    """The filled fields win over what the form began with."""
    act = Act(intent="compare", topics=("kaas", "kpaas"), form="compare")
    click = complete(act, {"first": "faas", "second": "iaas"})
    assert click == Click(intent=Intent.COMPARE, topics=("faas", "iaas"))


@pytest.mark.parametrize(
    ("values", "options"),
    [({"go_on": "finished"}, ("finished",)), ({"go_on": "go_on"}, ()), ({}, ())],
)
def test_a_hand_back_goes_on_unless_it_is_settled(
    values: dict[str, str], options: tuple[str, ...]
) -> None:
    """Only the explicit choice ends the conversation."""
    act = Act(intent="hand_back", form="hand_back")
    click = complete(act, {"note": "  agreed ", **values})
    assert (click.words, click.options) == ("agreed", options)


def test_an_objection_carries_its_words() -> None:
    """As they were typed, without the space around them."""
    act = Act(intent="objection", form="objection")
    assert complete(act, {"words": " too dear\n"}).words == "too dear"


def test_a_verdict_counts_without_its_reason_and_takes_one() -> None:
    """The only form whose button says something by itself."""
    act = Act(intent="feedback", good=False, form="feedback")
    assert counts_at_once(act)
    assert not counts_at_once(Act(intent="objection", form="objection"))
    assert click_of(act) == Click(intent=Intent.FEEDBACK, good=False)
    assert complete(act, {"words": " too dear "}) == Click(
        intent=Intent.FEEDBACK, good=False, words="too dear"
    )


@pytest.mark.parametrize(
    ("act", "chosen", "click"),
    [
        (
            Act(intent="answer", criterion="lock_in", serial=2),
            ("avoid",),
            Click(intent=Intent.ANSWER, criterion="lock_in", options=("avoid",), serial=2),
        ),
        (
            Act(intent="answer", criterion="lock_in", options=("avoid",), serial=2),
            (),
            Click(intent=Intent.ANSWER, criterion="lock_in", options=("avoid",), serial=2),
        ),
        (
            Act(intent="change_answer"),
            ("lock_in",),
            Click(intent=Intent.CHANGE_ANSWER, criterion="lock_in"),
        ),
        (Act(intent="compare"), ("a", "b"), Click(intent=Intent.COMPARE, topics=("a", "b"))),
        (Act(intent="feedback", good=False), (), Click(intent=Intent.FEEDBACK, good=False)),
    ],
)
def test_what_a_button_or_menu_means(act: Act, chosen: tuple[str, ...], click: Click) -> None:
    """Chosen lines go where the intent needs them."""
    assert click_of(act, chosen) == click


def test_an_empty_choice_of_a_menu_is_no_answer(advisor: Advisor) -> None:
    """A menu sent without a choice carries no options."""
    assert click_of(Act(intent="answer", criterion="workload_types", serial=1)).options == ()
