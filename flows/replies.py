"""What the advisor says around the questions: welcome, read-back, doubts, review, status, help."""

from collections.abc import Iterable

from flows.conversation import Answer, Intent, State
from flows.questions import human_button, may_call
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
from flows.view import View, contradictions, person, shortened
from knowledge.recommendation import Outcome
from knowledge.schema import CriterionId

LABEL_LENGTH = 75
"""What a button may hold."""

FEW = 3
"""So many models on top are named; with more, nothing leads."""


def opening(view: View) -> tuple[Part, ...]:
    """What the advisor will do, how long it takes, and that a human can be had at any time."""
    most = len(view.advisor.knowledge.criteria)
    typical = view.advisor.typical
    length = (
        view.say("opening.length", usual=typical.usual, most=most)
        if typical
        else view.say("opening.most", most=most)
    )
    who = "opening.alone" if view.conversation.direct else "opening.together"
    return (
        view.paragraph("opening.offer", length=length),
        view.note("opening.ways", who=view.say(who)),
    )


def read_back(view: View, criteria: Iterable[CriterionId]) -> tuple[Part, ...]:
    """What was taken from somebody's words, with a way to change each."""
    stored = [view.conversation.answers[c] for c in criteria if c in view.conversation.answers]
    if not stored:
        return ()
    if len(stored) == 1 and (old := _before(view, stored[0])):
        return (_changed(view, old, stored[0]),)
    if len(stored) == 1:
        return (Paragraph(text=view.say("noted.one", line=_short_line(view, stored[0]))),)
    return (
        view.paragraph("noted.many"),
        Bullets(items=tuple(_short_line(view, answer) for answer in stored)),
        change_menu(view, [answer.criterion for answer in stored], "noted.change"),
    )


def change_menu(view: View, criteria: Iterable[CriterionId], label: str = "change.menu") -> Menu:
    """A menu of answers; choosing one puts that question again."""
    return Menu(
        label=view.label(label),
        choices=tuple(Choice(value=c, label=view.name(c)) for c in criteria),
        act=Act(intent=Intent.CHANGE_ANSWER),
    )


def change_button(view: View, criterion: CriterionId, key: str = "button.change") -> Button:
    """A button that puts one question again."""
    return Button(
        label=shortened(view.label(key, name=view.name(criterion)), LABEL_LENGTH),
        act=Act(intent=Intent.CHANGE_ANSWER, criterion=criterion),
    )


def answer_lines(view: View) -> tuple[Part, ...]:
    """All answers with the words they were read from, and who gave them; empty without any.

    Where one person gave them all, their name stands once: each mention in a message pings.
    """
    given = tuple(view.conversation.answers.values())
    people = {answer.by for answer in given}
    lines = tuple(view.answer(answer, named=len(people) > 1) for answer in given)
    if not lines:
        return ()
    if len(people) > 1:
        return (Bullets(items=lines),)
    return (Bullets(items=lines), view.note("answer.all_from", person=person(given[0].by)))


def review(view: View, *, done: Text | None = None) -> tuple[Part, ...]:
    """The answers before the advice is given, and what was not needed; `done` ends it."""
    conversation = view.conversation
    answers = answer_lines(view)
    parts: list[Part] = []
    if done is None:
        parts.append(Paragraph(text=_why_enough(view)))
    else:
        parts.append(view.paragraph("review.title"))
    parts += answers
    spared = [c for c in view.advice.open if c not in conversation.answers]
    if spared:
        parts.append(
            view.note("review.spared", n=len(spared), names=view.names(spared)),
        )
    if done is not None:
        return (*parts, Note(text=done))
    parts += [
        Paragraph(text=view.say("review.clash", text=conflict.text))
        for conflict in contradictions(view.advice)
    ]
    confirm = Act(intent=Intent.CONFIRM, serial=conversation.serial)
    buttons = [Button(label=view.label("button.advice"), act=confirm, style="primary")]
    buttons += [human_button(view)] if may_call(conversation) else []
    parts.append(Buttons(buttons=tuple(buttons)))
    if conversation.answers:
        parts.append(change_menu(view, conversation.answers))
    return tuple(parts)


def status(view: View) -> tuple[Part, ...]:
    """Where the conversation stands: answers so far, who leads, what can still come."""
    answers = answer_lines(view)
    if not answers:
        return (view.paragraph("status.nothing"),)
    return (view.paragraph("status.title"), *answers, Paragraph(text=standing(view)))


def standing(view: View) -> Text:
    """Who leads, in a sentence."""
    advice = view.advice
    match advice.outcome:
        case Outcome.NO_FIT:
            return view.say("standing.no_fit")
        case Outcome.TOSS_UP:
            return view.say("standing.toss_up", models=view.models(advice.leaders))
        case Outcome.SETTLED:
            return view.say("standing.settled", model=view.models(advice.leaders))
        case Outcome.LEADING:
            return _leading(view)


def _leading(view: View) -> Text:
    """Who leads while questions are open."""
    advice = view.advice
    leaders = view.models(advice.leaders)
    if advice.model is None:
        nobody = len(advice.leaders) > FEW
        return view.say("standing.nobody") if nobody else view.say("standing.level", models=leaders)
    if advice.runner_up is None or advice.margin is None:
        return view.say("standing.leading_alone", model=leaders)
    runner_up = view.model(advice.runner_up)
    return view.say("standing.leading", model=leaders, runner_up=runner_up, n=advice.margin)


def help_lines(view: View) -> tuple[Part, ...]:
    """What can be said to the advisor."""
    keys = ("answers", "around", "change", "ask", "human", "stop")
    return (
        view.paragraph("help.title"),
        Bullets(items=tuple(view.say(f"help.{key}") for key in keys)),
    )


def pointer(view: View) -> tuple[Part, ...]:
    """A short way back to what is on the table."""
    conversation = view.conversation
    go_on = Act(intent=Intent.CONFIRM)
    match conversation.state:
        case State.ASKING if conversation.asked:
            put = view.advisor.knowledge.criteria[conversation.asked].question
            return (
                view.note("pointer.asking", question=put),
                _one_button(view, "button.show_question", go_on),
            )
        case State.CLARIFYING:
            return (
                view.note("pointer.clarifying"),
                _one_button(view, "button.show_question", Act(intent=Intent.STATUS)),
            )
        case State.REVIEWING:
            ready = go_on.model_copy(update={"serial": conversation.serial})
            return (_one_button(view, "button.advice", ready),)
        case State.INTAKE:
            return (_one_button(view, "button.begin", go_on),)
        case State.PAUSED | State.ABANDONED | State.CLOSED:
            return (_one_button(view, "button.go_on", go_on),)
        case _:
            return ()


def paused(view: View) -> tuple[Part, ...]:
    """Stopped, with everything kept."""
    n = len(view.conversation.answers)
    return (
        view.paragraph("paused.kept", n=n) if n else view.paragraph("paused.text"),
        _one_button(view, "button.go_on", Act(intent=Intent.CONFIRM)),
    )


def _why_enough(view: View) -> Text:
    """Why the questions end here."""
    left = [c for c in view.advice.open if c not in view.conversation.answers]
    if view.advice.outcome is Outcome.LEADING:
        return view.say("review.ran_out")
    if not left:
        return view.say("review.all_asked")
    return view.say("review.enough", n=len(left))


def _before(view: View, answer: Answer) -> Answer | None:
    """What was known before the last step, where that step changed it into this answer."""
    steps = view.conversation.steps
    if not steps or steps[-1].criterion != answer.criterion:
        return None
    before = steps[-1].before
    return before if before and before.known and before.options != answer.options else None


def _changed(view: View, old: Answer, new: Answer) -> Paragraph:
    return view.paragraph(
        "noted.changed",
        name=view.name(new.criterion),
        old=view.options(old.criterion, old.options),
        new=view.options(new.criterion, new.options),
    )


def _short_line(view: View, answer: Answer) -> Text:
    """An answer without its author, who has only just given it."""
    name = view.name(answer.criterion)
    options = view.options(answer.criterion, answer.options)
    if not answer.quote:
        return view.say("noted.line", name=name, options=options)
    return view.say("noted.line_quoted", name=name, options=options, quote=shortened(answer.quote))


def _one_button(view: View, key: str, act: Act) -> Buttons:
    return Buttons(buttons=(Button(label=view.label(key), act=act),))
