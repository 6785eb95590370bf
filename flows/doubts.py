"""What has to be settled before anything else: readings in doubt, people and answers at odds."""

from flows.conversation import Answer, Conversation, Intent, PersonId, Proposal
from flows.questions import human_button, may_call
from flows.replies import LABEL_LENGTH, change_button
from flows.reply import Act, Bullets, Button, Buttons, Paragraph, Part, Text
from flows.view import View, contradictions, person, shortened
from knowledge.recommendation import Conflict


def doubt(view: View) -> tuple[Part, ...]:
    """What has to be settled before anything else."""
    if view.conversation.restarting:
        return _restart(view)
    if view.conversation.proposals:
        return _proposal(view, view.conversation.proposals[0])
    return _contradictions(view, contradictions(view.advice))


def doubt_settled(before: View, after: Conversation, by: PersonId) -> Text:
    """What became of a doubt, for the message that put it."""
    if after.run != before.conversation.run:
        return before.say("doubt.started_over", person=person(by))
    if after.asked is not None and after.asked in after.answers:
        return before.say("review.left")
    proposals = before.conversation.proposals
    criterion = proposals[0].answer.criterion if proposals else None
    if criterion is None or criterion not in after.answers:
        return before.say("doubt.left")
    stored = after.answers[criterion]
    return before.say(
        "doubt.settled",
        name=before.name(criterion),
        options=before.options(criterion, stored.options),
    )


def _proposal(view: View, proposal: Proposal) -> tuple[Part, ...]:
    answer = proposal.answer
    stored = view.conversation.answers.get(answer.criterion)
    if proposal.because == "likely" or stored is None:
        return _likely(view, answer)
    name = view.name(answer.criterion)
    new = view.options(answer.criterion, answer.options)
    old = view.options(answer.criterion, stored.options)
    if stored.by == answer.by:
        told = view.say("doubt.changed_mind", name=name, person=person(answer.by), old=old, new=new)
    else:
        told = view.say(
            "doubt.disagree",
            name=name,
            first=person(stored.by),
            second=person(answer.by),
            old=old,
            new=new,
        )
    return (
        Paragraph(text=told),
        Buttons(
            buttons=(
                _settle(view, stored, old),
                _settle(view, answer, new),
                *_callable_human(view, "disagreement"),
            )
        ),
    )


def _likely(view: View, answer: Answer) -> tuple[Part, ...]:
    """Did I read this right? One button for each reading."""
    name = view.name(answer.criterion)
    criterion = view.advisor.knowledge.criteria[answer.criterion]
    refuse = Button(
        label=view.label("button.neither" if len(answer.options) > 1 else "button.no"),
        act=Act(intent=Intent.DISMISS, criterion=answer.criterion, serial=view.conversation.serial),
    )
    if len(answer.options) > 1 and not criterion.multiple:
        readings = [answer.model_copy(update={"options": (o,)}) for o in answer.options]
        return (
            view.paragraph("doubt.which", name=name, quote=shortened(answer.quote)),
            Buttons(
                buttons=(
                    *(_settle(view, r, view.options(r.criterion, r.options)) for r in readings),
                    refuse,
                )
            ),
        )
    options = view.options(answer.criterion, answer.options)
    quote = shortened(answer.quote)
    told = (
        view.say("doubt.likely_quoted", name=name, options=options, quote=quote)
        if quote
        else view.say("doubt.likely", name=name, options=options)
    )
    return (
        Paragraph(text=told),
        Buttons(buttons=(_settle(view, answer, view.label("button.yes")), refuse)),
    )


def _settle(view: View, answer: Answer, label: str) -> Button:
    return Button(
        label=shortened(label, LABEL_LENGTH),
        act=Act(
            intent=Intent.CONFIRM,
            criterion=answer.criterion,
            options=answer.options,
            serial=view.conversation.serial,
        ),
    )


def _contradictions(view: View, conflicts: tuple[Conflict, ...]) -> tuple[Part, ...]:
    """Answers that deny each other: each can be changed, or all may stand."""
    criteria = dict.fromkeys(c for conflict in conflicts for c in conflict.criteria)
    answers = [view.conversation.answers[c] for c in criteria if c in view.conversation.answers]
    buttons = [change_button(view, answer.criterion) for answer in answers]
    both = Act(intent=Intent.DISMISS, serial=view.conversation.serial)
    buttons.append(Button(label=view.label("button.both_right"), act=both))
    return (
        view.paragraph("doubt.clash"),
        *(Paragraph(text=view.say("doubt.clash_text", text=c.text)) for c in conflicts),
        Bullets(items=tuple(view.answer(answer) for answer in answers)),
        Buttons(buttons=(*buttons, *_callable_human(view, "contradiction"))),
    )


def _restart(view: View) -> tuple[Part, ...]:
    return (
        view.paragraph("restart.sure", n=len(view.conversation.answers)),
        Buttons(
            buttons=(
                Button(
                    label=view.label("button.start_over"),
                    act=Act(intent=Intent.RESTART, serial=view.conversation.serial),
                    style="danger",
                ),
                Button(
                    label=view.label("button.keep_going"),
                    act=Act(intent=Intent.DISMISS, serial=view.conversation.serial),
                ),
            )
        ),
    )


def _callable_human(view: View, reason: str) -> tuple[Button, ...]:
    return (human_button(view, reason),) if may_call(view.conversation) else ()
