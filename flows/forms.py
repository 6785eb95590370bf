"""Dialogue boxes that some buttons open first, and what a filled one or a chosen line means."""

from collections.abc import Mapping

from flows.advisor import Advisor
from flows.conversation import Click, Intent
from flows.handoff import FINISHED
from flows.reply import Act, Choice, Entry, Form

NOTE, GO_ON, FIRST, SECOND, WORDS = "note", "go_on", "first", "second", "words"
"""The fields of our forms."""


def form_for(act: Act, advisor: Advisor) -> Form | None:
    """The form that a button opens first, or None where it acts at once."""
    match act.form:
        case "compare":
            return _compare(act, advisor)
        case "hand_back":
            return _hand_back(advisor)
        case "feedback":
            return _feedback(advisor)
        case "objection":
            return _objection(advisor)
        case _:
            return None


def counts_at_once(act: Act) -> bool:
    """Whether a button with a form says something even if the form is never sent."""
    return act.form == "feedback"


def complete(act: Act, values: Mapping[str, str]) -> Click:
    """What a button means together with its filled form."""
    click = click_of(act)
    match act.form:
        case "compare":
            topics = tuple(filter(None, (values.get(FIRST), values.get(SECOND))))
            return click.model_copy(update={"topics": topics})
        case "hand_back":
            ends = values.get(GO_ON) == FINISHED
            options = (FINISHED,) if ends else ()
            return click.model_copy(
                update={"words": values.get(NOTE, "").strip(), "options": options}
            )
        case "feedback" | "objection":
            return click.model_copy(update={"words": values.get(WORDS, "").strip()})
        case _:
            return click


def click_of(act: Act, chosen: tuple[str, ...] = ()) -> Click:
    """What a button means, or a menu in which lines were `chosen`."""
    intent = Intent(act.intent)
    click = Click(
        intent=intent,
        criterion=act.criterion,
        options=act.options,
        serial=act.serial,
        topics=act.topics,
        good=act.good,
    )
    if not chosen:
        return click
    if intent is Intent.CHANGE_ANSWER and act.criterion is None:
        return click.model_copy(update={"criterion": chosen[0]})
    if intent is Intent.COMPARE:
        return click.model_copy(update={"topics": chosen})
    return click.model_copy(update={"options": chosen})


def _compare(act: Act, advisor: Advisor) -> Form:
    label = advisor.wording.label
    models = tuple(Choice(value=m.id, label=m.name) for m in advisor.knowledge.models.values())
    first, second = (*act.topics, "", "")[:2]
    return Form(
        title=label("form.compare.title"),
        submit=label("form.compare.submit"),
        entries=(
            Entry(
                key=FIRST,
                label=label("form.compare.first"),
                kind="choice",
                choices=models,
                initial=first,
            ),
            Entry(
                key=SECOND,
                label=label("form.compare.second"),
                kind="choice",
                choices=models,
                initial=second,
            ),
        ),
    )


def _hand_back(advisor: Advisor) -> Form:
    label = advisor.wording.label
    ways = (
        Choice(value=GO_ON, label=label("form.hand_back.go_on")),
        Choice(value=FINISHED, label=label("form.hand_back.finished")),
    )
    return Form(
        title=label("form.hand_back.title"),
        submit=label("form.hand_back.submit"),
        entries=(
            Entry(
                key=NOTE,
                label=label("form.hand_back.note"),
                kind="words",
                hint=label("form.hand_back.hint"),
                optional=True,
            ),
            Entry(
                key=GO_ON,
                label=label("form.hand_back.then"),
                kind="choice",
                choices=ways,
                initial=GO_ON,
            ),
        ),
    )


def _feedback(advisor: Advisor) -> Form:
    label = advisor.wording.label
    return Form(
        title=label("form.feedback.title"),
        submit=label("form.feedback.submit"),
        intro=label("form.feedback.intro"),
        entries=(Entry(key=WORDS, label=label("form.feedback.words"), kind="words"),),
    )


def _objection(advisor: Advisor) -> Form:
    label = advisor.wording.label
    return Form(
        title=label("form.objection.title"),
        submit=label("form.objection.submit"),
        intro=label("form.objection.intro"),
        entries=(Entry(key=WORDS, label=label("form.objection.words"), kind="words"),),
    )
