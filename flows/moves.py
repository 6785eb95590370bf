"""What each intent does that is about the case itself: one small function each.

A move changes what is known and finds the words; the state is left to `flows.machine`, and what
is put next to `flows.turn`.
"""

from dataclasses import replace

from flows import talking
from flows.answering import (
    Taken,
    emptied,
    skipped,
    take,
    undone,
    with_answer,
    without,
    without_guesses,
)
from flows.conversation import Answer, Conversation, Intent, State
from flows.questions import human_offer, may_call
from flows.replies import change_button, change_menu
from flows.reply import Buttons, Part
from flows.scene import Follow, Move, Scene
from flows.view import person
from knowledge.schema import DONT_KNOW, CriterionId


def answer(scene: Scene) -> Move:
    """Somebody says something about the case: by a button, to a question, or out of the blue."""
    taken = take(scene)
    if taken.nothing:
        return replace(talking.unclear(scene), intent=Intent.UNCLEAR)
    if taken.unfit and not taken.stored:
        return _none_fits(scene, taken)
    if scene.heard.clicked:
        return Move(taken.conversation, follow=Follow.NEXT)
    parts: tuple[Part, ...] = ()
    if taken.known and not taken.stored and not taken.doubts:
        parts = (scene.view.paragraph("noted.known", names=scene.view.names(taken.known)),)
    return Move(taken.conversation, parts, Follow.NEXT, noted=taken.stored)


def change_answer(scene: Scene) -> Move:
    """Another answer to an earlier question, stated or still to be given."""
    criterion = scene.heard.criterion
    if scene.heard.answers:
        return answer(scene)
    if criterion is None:
        return _which_one(scene)
    conversation = without_guesses(scene.conversation).model_copy(
        update={"asked": criterion, "misses": 0}
    )
    return Move(conversation, follow=Follow.NEXT, insisting=True)


def skip(scene: Scene) -> Move:
    """Leave a question for the end; the second time it counts as not known."""
    conversation = scene.conversation
    if conversation.state is State.CLARIFYING:
        return _undoubted(scene)
    criterion = conversation.asked
    if criterion is None:
        return nothing_asked(scene)
    if criterion in conversation.skipped:
        return dont_know(scene)
    view = scene.seen(conversation)
    parts = (view.paragraph("skip.later", name=view.name(criterion)),)
    return Move(skipped(conversation, criterion), parts, Follow.NEXT)


def dont_know(scene: Scene) -> Move:
    """An answer of its own: it counts as open and is not asked again."""
    conversation = scene.conversation
    criterion = scene.heard.criterion or scene.in_question
    if criterion is None:
        return nothing_asked(scene)
    stored = with_answer(
        conversation,
        Answer(
            criterion=criterion,
            options=(DONT_KNOW,),
            by=scene.message.by,
            at=scene.message.at,
            source="button" if scene.heard.clicked else "text",
        ),
    )
    parts: tuple[Part, ...] = ()
    if not scene.heard.clicked:
        parts = (scene.view.paragraph("dont_know.fine"),)
    return Move(stored, parts, Follow.NEXT)


def back(scene: Scene) -> Move:
    """Take the last step back."""
    if scene.conversation.state is State.CLARIFYING:
        return _undoubted(scene)
    earlier = undone(scene.conversation)
    if earlier is None:
        parts = (scene.view.paragraph("back.beginning"),)
        return Move(scene.conversation, parts, scene.follow, Intent.STATUS)
    view = scene.seen(earlier)
    name = view.name(earlier.asked or "")
    return Move(earlier, (view.paragraph("back.done", name=name),), Follow.NEXT, insisting=True)


def dismiss(scene: Scene) -> Move:
    """No: to a reading of ours, to another answer, or to starting over."""
    conversation = scene.conversation
    if conversation.state is State.CLARIFYING:
        return _undoubted(scene)
    if conversation.asked in conversation.answers:
        conversation = conversation.model_copy(update={"asked": None})
    return Move(conversation, follow=Follow.NEXT)


def confirm(scene: Scene) -> Move:
    """Yes: to a reading of ours, to the review, or to going on."""
    conversation, heard = scene.conversation, scene.heard
    if conversation.state is State.RECOMMENDED:
        return Move(conversation, (scene.view.paragraph("closed.glad"),))
    if conversation.state is not State.CLARIFYING or not conversation.proposals:
        return Move(conversation, follow=Follow.NEXT)
    proposal = conversation.proposals[0]
    proposed = proposal.answer
    several = (
        len(proposed.options) > 1
        and not scene.advisor.knowledge.criteria[proposed.criterion].multiple
    )
    if not heard.clicked and (several or proposal.because == "contradicts"):
        return Move(conversation, (scene.view.paragraph("doubt.say_which"),), Follow.NEXT)
    stored = conversation.answers.get(proposed.criterion)
    if heard.clicked and stored is not None and heard.options == stored.options:
        return Move(_without_doubt(conversation, proposed.criterion), follow=Follow.NEXT)
    options = heard.options if heard.clicked else proposed.options
    accepted = proposed.model_copy(update={"options": options})
    return Move(with_answer(conversation, accepted), follow=Follow.NEXT)


def stop(scene: Scene) -> Move:
    """Enough for now."""
    over = (State.RECOMMENDED, State.NO_FIT, State.CLOSED, State.ABANDONED)
    if scene.conversation.state in over:
        return Move(scene.conversation, (scene.view.paragraph("closed.stopped"),))
    return Move(scene.conversation, follow=Follow.NEXT)


def restart(scene: Scene) -> Move:
    """Start over, once somebody has confirmed it; without answers there is nothing to lose."""
    conversation = scene.conversation
    sure = scene.heard.clicked or conversation.restarting or not conversation.answers
    if not sure:
        return Move(conversation.model_copy(update={"restarting": True}), follow=Follow.NEXT)
    fresh = emptied(conversation, scene.advisor.knowledge)
    parts = (scene.view.paragraph("restart.done"),) if conversation.answers else ()
    return Move(fresh, parts, Follow.NEXT, starting_over=True)


def edited(scene: Scene) -> Move:
    """An edit changes no answer by itself; where it reads differently the person is told."""
    stored = scene.conversation.answers
    differs = [
        criterion
        for criterion, options in scene.heard.answers.items()
        if criterion in stored and stored[criterion].options != options
    ]
    if not differs:
        return Move(scene.conversation)
    view = scene.view
    parts = (view.paragraph("edited.kept", names=view.names(differs)), change_menu(view, differs))
    return Move(scene.conversation, parts, private=True)


def deleted(scene: Scene) -> Move:
    """Nothing to say about it: answers stay until somebody changes them."""
    return Move(scene.conversation)


def quiet(scene: Scene) -> Move:
    """Time has passed: a kind reminder, or an end without a word."""
    conversation = scene.conversation
    if scene.message.timer == "abandon":
        return Move(conversation, given_up=True)
    waiting = (State.ASKING, State.CLARIFYING, State.REVIEWING)
    reminds = scene.message.timer == "reminder" and may_call(conversation)
    if not reminds or conversation.state not in waiting:
        return Move(conversation)
    n = scene.standing.at_most
    key = "reminder.asking" if n else "reminder.ready"
    values = {"n": n} if n else {}
    return Move(conversation, (scene.view.paragraph(key, **values),), Follow.NEXT)


def stale(scene: Scene) -> Move:
    """A button of a question that is behind us: said to the person alone, with a way to change."""
    view, criterion = scene.view, scene.heard.criterion
    stored = scene.conversation.answers.get(criterion) if criterion else None
    if stored is None:
        return Move(scene.conversation, (view.paragraph("old.behind"),), private=True)
    parts = (
        view.paragraph(
            "old.answered",
            name=view.name(stored.criterion),
            options=view.options(stored.criterion, stored.options),
            person=person(stored.by),
        ),
        Buttons(buttons=(change_button(view, stored.criterion),)),
    )
    return Move(scene.conversation, parts, private=True)


def nothing_asked(scene: Scene) -> Move:
    """Nothing to skip or to leave open: no question is on the table."""
    parts = (scene.view.paragraph("nothing_asked"),)
    return Move(scene.conversation, parts, scene.follow, Intent.STATUS)


def _undoubted(scene: Scene) -> Move:
    """Drop the doubt at hand: the stored answers stay as they are."""
    conversation = scene.conversation
    criterion = scene.in_question if conversation.proposals else None
    kept = _without_doubt(conversation, criterion)
    return Move(kept, follow=Follow.NEXT)


def _without_doubt(conversation: Conversation, criterion: CriterionId | None) -> Conversation:
    return conversation.model_copy(
        update={
            "proposals": without(conversation.proposals, criterion) if criterion else (),
            "restarting": False,
        }
    )


def _none_fits(scene: Scene, taken: Taken) -> Move:
    """None of the options fits: the nearest one, "don't know", or a human."""
    view = scene.view
    told = view.paragraph("none_fits", name=view.name(taken.unfit[0]))
    parts = (told, *human_offer(view, "asked"))
    return Move(taken.conversation, parts, intent=Intent.UNCLEAR)


def _which_one(scene: Scene) -> Move:
    view = scene.view
    if not scene.conversation.answers:
        parts = (view.paragraph("change.nothing"),)
        return Move(scene.conversation, parts, scene.follow, Intent.STATUS)
    menu = change_menu(view, scene.conversation.answers)
    return Move(scene.conversation, (view.paragraph("change.which"), menu), intent=Intent.STATUS)
