"""What a message becomes when it is behind us: its buttons give way to what came of it."""

from flows.conversation import Conversation, State
from flows.doubts import doubt_settled
from flows.questions import answered, result
from flows.replies import opening, read_back, review
from flows.reply import Menu, Paragraph, Part, Reply
from flows.scene import Scene
from flows.view import person
from knowledge.schema import CriterionId


def behind(scene: Scene, after: Conversation) -> tuple[Reply, ...]:
    """The message that was open until now, edited into what has become of it."""
    before, view = scene.conversation, scene.view
    parts: tuple[Part, ...] = ()
    if before.state is State.CLARIFYING:
        parts = (Paragraph(text=doubt_settled(view, after, scene.message.by)),)
    elif before.asked:
        parts = _question_behind(scene, before.asked, after)
    elif before.state is State.REVIEWING:
        who = person(scene.message.by)
        advised = after.state is State.RECOMMENDED
        done = view.say("review.done", person=who) if advised else view.say("review.left")
        parts = review(view, done=done)
    if not parts or not before.serial:
        return ()
    welcomed = before.serial == 1 and before.state is not State.REVIEWING
    first = opening(view) if welcomed else ()
    return (Reply(key=f"question:{before.serial}", parts=(*first, *parts), replaces=True),)


def _question_behind(scene: Scene, asked: CriterionId, after: Conversation) -> tuple[Part, ...]:
    """The question that was on the table, with its answer or why it has none."""
    view, before = scene.view, scene.conversation
    stored = after.answers.get(asked)
    if stored is not None and stored is not before.answers.get(asked):
        outcome = result(view, stored)
    elif asked in after.skipped and asked not in before.skipped:
        outcome = view.say("question.skipped", person=person(scene.message.by))
    elif stored is not None and after.asked != asked:
        outcome = view.say("question.kept", options=view.options(asked, stored.options))
    elif after.asked == asked and after.state is State.ASKING:
        outcome = view.say("question.again")
    else:
        outcome = view.say("question.left_open")
    noted = tuple(p for p in read_back(view, before.noted) if not isinstance(p, Menu))
    return (*noted, *answered(view, asked, outcome))
