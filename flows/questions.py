"""The question on the table: how it is put, why it is asked, and what it looks like afterwards."""

from flows.conversation import Answer, Control, Conversation, Intent
from flows.reply import (
    Act,
    Bullets,
    Button,
    Buttons,
    Choice,
    Menu,
    Note,
    Paragraph,
    Part,
    Text,
)
from flows.view import View, person
from knowledge.recommendation import Swing
from knowledge.schema import DONT_KNOW, Criterion, CriterionId

ON_BUTTONS = 5
"""Up to so many options are buttons; more make a menu."""

BUTTON_LENGTH = 48
"""Longer labels are cut off on a phone, so a menu shows them."""

LINE_LENGTH = 75
"""What a menu's line of explanation may hold."""


def question(view: View) -> tuple[Part, ...]:
    """The question on the table, with its options and the ways around it."""
    asked = view.conversation.asked
    if asked is None:
        return ()
    criterion = view.advisor.knowledge.criteria[asked]
    parts: list[Part] = [view.paragraph("question.put", question=criterion.question)]
    stored = view.conversation.answers.get(asked)
    if stored:
        parts.append(_so_far(view, stored))
    parts += [
        _options(view, criterion),
        Buttons(buttons=_ways_around(view, criterion.id, stored)),
        progress(view),
    ]
    return tuple(parts)


def progress(view: View) -> Note:
    """How many questions can still come at most, after the one on the table."""
    left = view.advice.at_most
    if any(swing.criterion == view.conversation.asked for swing in view.advice.swings):
        left -= 1
    return view.note("question.left", n=left) if left else view.note("question.last")


def answered(view: View, criterion: CriterionId, result: Text) -> tuple[Part, ...]:
    """The same question when it is behind us."""
    asked = view.advisor.knowledge.criteria[criterion]
    line = view.say("question.behind", question=asked.question, result=result)
    return (Paragraph(text=line),)


def result(view: View, answer: Answer) -> Text:
    """What was answered and by whom, for the question that is behind us."""
    key = "question.chosen" if answer.source == "button" else "question.said"
    options = view.options(answer.criterion, answer.options)
    return view.say(key, options=options, person=person(answer.by))


def reason(view: View, criterion: CriterionId) -> tuple[Part, ...]:
    """Why a criterion is asked: what it is about, and what it can still change right now."""
    asked = view.advisor.knowledge.criteria[criterion]
    parts: list[Part] = [view.paragraph("why.about", name=asked.name, why=asked.why)]
    swing = next((s for s in view.advice.swings if s.criterion == criterion), None)
    if swing is None:
        return (*parts, view.paragraph("why.idle"))
    return (*parts, *_stakes(view, swing))


def _stakes(view: View, swing: Swing) -> tuple[Part, ...]:
    """What an answer can do to the model in front, in figures."""
    parts: list[Part] = []
    criterion = swing.criterion
    if swing.challenger and swing.points:
        parts.append(
            view.paragraph(
                "why.swing" if view.advice.model else "why.swing_level",
                leader=view.model(swing.leader),
                challenger=view.model(swing.challenger),
                n=swing.points,
            )
        )
        ends: list[Text] = []
        if swing.best_option and swing.best_option != swing.worst_option:
            best = view.option(criterion, swing.best_option)
            ends.append(view.say("why.end", option=best, model=view.model(swing.leader)))
        if swing.worst_option and swing.best_option != swing.worst_option:
            worst = view.option(criterion, swing.worst_option)
            ends.append(view.say("why.end", option=worst, model=view.model(swing.challenger)))
        parts += [Bullets(items=tuple(ends))] if ends else []
    if swing.vetoes_leader:
        options = view.listed([f"“{view.option(criterion, o)}”" for o in swing.vetoes_leader])
        parts.append(view.paragraph("why.veto", options=options, model=view.model(swing.leader)))
    return tuple(parts) or (view.paragraph("why.indirect"),)


def _so_far(view: View, stored: Answer) -> Paragraph:
    options = view.options(stored.criterion, stored.options)
    return view.paragraph("question.so_far", options=options, person=person(stored.by))


def _options(view: View, criterion: Criterion) -> Part:
    serial = view.conversation.serial
    act = Act(intent=Intent.ANSWER, criterion=criterion.id, serial=serial)
    labels = [option.label for option in criterion.options.values()]
    fit = len(labels) <= ON_BUTTONS and max(map(len, labels)) <= BUTTON_LENGTH
    if fit and not criterion.multiple:
        return Buttons(
            buttons=tuple(
                Button(
                    label=option.label,
                    act=act.model_copy(update={"options": (option.id,)}),
                )
                for option in criterion.options.values()
            )
        )
    return Menu(
        label=view.label("question.choose_several" if criterion.multiple else "question.choose"),
        choices=tuple(
            Choice(
                value=option.id,
                label=option.label,
                text=option.text if len(option.text) <= LINE_LENGTH else "",
            )
            for option in criterion.options.values()
        ),
        act=act,
        multiple=criterion.multiple,
        submit=view.label("question.submit") if criterion.multiple else "",
    )


def _ways_around(view: View, criterion: CriterionId, stored: Answer | None) -> tuple[Button, ...]:
    conversation = view.conversation
    serial = conversation.serial

    def way(key: str, act: Act) -> Button:
        return Button(label=view.label(key), act=act.model_copy(update={"serial": serial}))

    ways: list[Button] = []
    if stored:
        ways.append(way("button.leave_it", Act(intent=Intent.DISMISS, criterion=criterion)))
    if stored is None or stored.known:
        unknown = Act(intent=Intent.DONT_KNOW, criterion=criterion, options=(DONT_KNOW,))
        ways.append(way("button.dont_know", unknown))
    ways.append(way("button.why", Act(intent=Intent.WHY, criterion=criterion)))
    if conversation.steps:
        ways.append(way("button.back", Act(intent=Intent.BACK)))
    if may_call(conversation):
        ways.append(human_button(view))
    return tuple(ways)


def may_call(conversation: Conversation) -> bool:
    """Whether a human can be asked for, or was asked already."""
    return conversation.control is Control.BOT


def human_button(view: View, reason: str = "") -> Button:
    """The button that asks for a human; `reason` is kept with the request."""
    act = Act(intent=Intent.HUMAN, options=(reason,) if reason else ())
    return Button(label=view.label("button.human"), act=act)


def human_offer(view: View, reason: str) -> tuple[Part, ...]:
    """A row with that button alone; nothing where a human was asked for already."""
    return (Buttons(buttons=(human_button(view, reason),)),) if may_call(view.conversation) else ()
