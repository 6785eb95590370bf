"""Moves that change nothing in the case: why, status, help, thanks, misses, and hard feelings."""

from flows.answering import without_guesses
from flows.conversation import Conversation, Intent, State
from flows.explaining import conclusion
from flows.questions import human_offer, may_call, reason
from flows.replies import help_lines, status
from flows.reply import Part, Quote, Span
from flows.scene import RESTING, Follow, Move, Scene
from flows.view import person, shortened
from knowledge.schema import CriterionId

MISSES = 3
"""So many misses on one question bring the buttons again and the offer of a human."""

LONGEST = 1_000
"""Characters of an objection that are shown again; the log has all of them."""


def why(scene: Scene) -> Move:
    """Why this is asked, or how the result came about."""
    view = scene.view
    criterion = scene.heard.criterion or scene.in_question
    if criterion is not None:
        asleep = (State.INTAKE, *RESTING)
        follow = Follow.NEXT if scene.conversation.state in asleep else Follow.NOTHING
        return Move(scene.conversation, reason(view, criterion), follow)
    if scene.conversation.answers:
        resting = scene.resting
        return Move(
            scene.conversation, conclusion(view), Follow.NEXT if resting else Follow.POINTER
        )
    return Move(scene.conversation, (view.paragraph("why.nothing"),), scene.follow)


def tell_status(scene: Scene) -> Move:
    """Where the conversation stands."""
    return Move(scene.conversation, status(scene.view), scene.follow)


def give_help(scene: Scene) -> Move:
    """What can be said; at the very beginning the welcome says it."""
    if scene.conversation.state is State.INTAKE:
        return Move(scene.conversation, follow=Follow.NEXT)
    resting = scene.resting
    follow = Follow.NEXT if resting else Follow.POINTER
    return Move(scene.conversation, help_lines(scene.view), follow)


def greeting(scene: Scene) -> Move:
    """A hello gets a hello; the first one is the welcome."""
    if scene.conversation.state is State.INTAKE:
        return Move(scene.conversation, follow=Follow.NEXT)
    if scene.resting:
        return _awake(scene)
    return Move(scene.conversation, (scene.view.paragraph("greeting.again"),), Follow.POINTER)


def thanks(scene: Scene) -> Move:
    """Thanks after the advice end the conversation; before it they are just kind."""
    done = scene.conversation.state is State.RECOMMENDED
    key = "closed.glad" if done else "thanks.welcome"
    return Move(scene.conversation, (scene.view.paragraph(key),))


def unclear(scene: Scene) -> Move:
    """Not understood: said plainly; the third miss changes the way."""
    conversation, view = scene.conversation, scene.view
    if scene.heard.foreign:
        return Move(conversation, (view.paragraph("unclear.foreign"),), scene.follow)
    if conversation.state is State.INTAKE:
        # Somebody who only asks where to run something has said all there is to say so far.
        told = scene.heard.intent is Intent.UNCLEAR and scene.heard.words.strip()
        parts = (view.paragraph("unclear.first"),) if told else ()
        return Move(conversation, parts, Follow.NEXT)
    if scene.guessing:
        parts = (view.paragraph("unclear.guess"),)
        return Move(without_guesses(conversation), parts, Follow.NEXT, Intent.DISMISS)
    if scene.resting:
        return _awake(scene)
    missed = conversation.model_copy(update={"misses": conversation.misses + 1})
    return _missed(scene, missed, scene.in_question)


def out_of_scope(scene: Scene) -> Move:
    """Declined in a sentence."""
    return Move(scene.conversation, (scene.view.paragraph("out_of_scope"),), Follow.POINTER)


def frustration(scene: Scene) -> Move:
    """Kindness, and a human offered once."""
    conversation, view = scene.conversation, scene.view
    if conversation.offered_human:
        return Move(conversation, (view.paragraph("frustration.again"),), Follow.POINTER)
    offered = conversation.model_copy(update={"offered_human": True})
    parts = (view.paragraph("frustration.sorry"), *human_offer(scene.view, "frustration"))
    return Move(offered, parts)


def objection(scene: Scene) -> Move:
    """Somebody disagrees: it is noted in their words, and a human is offered."""
    view = scene.view
    said = scene.heard.words
    parts: list[Part] = [view.paragraph("objection.noted", person=person(scene.message.by))]
    if scene.heard.clicked and said:
        parts.append(Quote(text=(Span(text=shortened(said, LONGEST)),)))
    parts += human_offer(scene.view, "objection")
    return Move(scene.conversation.model_copy(update={"offered_human": True}), tuple(parts))


def feedback(scene: Scene) -> Move:
    """Thanked for, to the person alone; the log keeps the verdict and the reason."""
    reason = bool(scene.heard.words.strip())
    key = "feedback.thanks" if scene.heard.good else "feedback.sorry"
    key = "feedback.noted" if reason else key
    return Move(scene.conversation, (scene.view.paragraph(key),), private=True)


def _missed(scene: Scene, missed: Conversation, criterion: CriterionId | None) -> Move:
    """Say it, then say what would be understood, then put the buttons again."""
    view = scene.view
    if criterion is None:
        return Move(missed, (view.paragraph("unclear.other"),), Follow.POINTER)
    if missed.misses == 1:
        return Move(missed, (view.paragraph("unclear.once"),))
    if missed.misses < MISSES:
        options = view.options(criterion, scene.advisor.knowledge.criteria[criterion].options)
        return Move(missed, (view.paragraph("unclear.twice", options=options),))
    offered = missed.model_copy(update={"offered_human": True})
    callable_now = may_call(scene.conversation)
    told = view.paragraph("unclear.often_human" if callable_now else "unclear.often")
    return Move(offered, (told,), Follow.NEXT)


def _awake(scene: Scene) -> Move:
    """Somebody is back after a rest."""
    return Move(scene.conversation, (scene.view.paragraph("greeting.back"),), Follow.NEXT)
