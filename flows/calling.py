"""Moves about humans: asked for, no longer wanted, taken over by one, and handed back."""

from flows.conversation import Conversation, Intent, State
from flows.handoff import (
    FINISHED,
    asked_notice,
    briefing,
    cancelled,
    claimed,
    handed_back,
    new_ticket,
    open_ticket,
    requested,
)
from flows.reply import Paragraph, Part, Quote, Reply, Span
from flows.scene import Follow, Move, Scene
from flows.view import person, shortened

WORTH_QUOTING = 8
"""Words; "human please" tells an expert nothing."""

LONGEST = 1_000
"""Characters of a question or a note that is passed on."""


def human(scene: Scene) -> Move:
    """Somebody wants a human: one ticket, one briefing, however often they say so."""
    conversation, view, message = scene.conversation, scene.view, scene.message
    if waiting := open_ticket(conversation):
        told = (
            view.paragraph("human.has_it", person=person(waiting.claimed_by))
            if waiting.claimed_by
            else view.paragraph("human.waiting")
        )
        return Move(conversation, (told,), private=scene.heard.clicked)
    ticket = new_ticket(
        conversation,
        reason=scene.heard.options[0] if scene.heard.options else "asked",
        by=message.by,
        at=message.at,
        question=_question(scene),
    )
    asked = requested(conversation, ticket)
    return Move(asked, beside=_notices(scene, asked, replaces=False))


def cancel(scene: Scene) -> Move:
    """Nobody has to come any more; the questions go on where they were."""
    conversation = scene.conversation
    ticket = open_ticket(conversation)
    if ticket is None or ticket.claimed_by:
        key = "human.too_late" if ticket else "human.none"
        return Move(conversation, (scene.view.paragraph(key),), private=True)
    alone = cancelled(conversation, ticket, scene.message.at)
    asking = conversation.state in (State.ASKING, State.CLARIFYING)
    return Move(
        alone,
        (scene.view.paragraph("human.fine"),),
        Follow.NEXT if asking else Follow.POINTER,
        beside=_notices(scene, alone, replaces=True),
    )


def claim(scene: Scene) -> Move:
    """An expert takes over; whoever comes second is told so in private."""
    conversation, view, message = scene.conversation, scene.view, scene.message
    ticket = open_ticket(conversation)
    if not message.expert:
        return _told(scene, view.paragraph("claim.experts_only"))
    if ticket is None:
        return _told(scene, view.paragraph("claim.over"))
    if ticket.claimed_by == message.by:
        return _told(scene, view.paragraph("claim.yours"))
    if ticket.claimed_by:
        return _told(scene, view.paragraph("claim.taken", person=person(ticket.claimed_by)))
    taken = claimed(conversation, ticket, message.by, message.at)
    return Move(
        taken,
        (view.paragraph("claim.told", person=person(message.by)),),
        beside=_notices(scene, taken, replaces=True),
        claimed=True,
    )


def hand_back(scene: Scene) -> Move:
    """The expert gives the conversation back, with a note that everybody can read."""
    conversation, view, message = scene.conversation, scene.view, scene.message
    ticket = open_ticket(conversation)
    if not message.expert:
        return _told(scene, view.paragraph("claim.experts_only"))
    if ticket is None or not ticket.claimed_by:
        return _told(scene, view.paragraph("claim.over"))
    finished = FINISHED in scene.heard.options
    note = shortened(scene.heard.words, LONGEST)
    returned = handed_back(conversation, ticket, at=message.at, note=note, finished=finished)
    key = "hand_back.finished" if finished else "hand_back.told"
    parts: list[Part] = [view.paragraph(key, person=person(message.by))]
    if note:
        parts.append(Quote(text=(Span(text=note),)))
    return Move(
        returned,
        tuple(parts),
        Follow.NOTHING if finished else Follow.NEXT,
        beside=_notices(scene, returned, replaces=True)[1:],
        returned=True,
        finished=finished,
    )


def beside(scene: Scene) -> Move:
    """While a human has the word the advisor does not steer; it says what it still does."""
    ticket = scene.conversation.ticket
    who = person(ticket.claimed_by if ticket and ticket.claimed_by else scene.conversation.starter)
    told = (scene.view.paragraph("human.beside", person=who),)
    return Move(scene.conversation, told, private=scene.heard.clicked, intent=Intent.HELP)


def _notices(scene: Scene, conversation: Conversation, *, replaces: bool) -> tuple[Reply, ...]:
    """What thread and experts see of the newest ticket: the notice and the briefing."""
    ticket = conversation.ticket
    if ticket is None:
        return ()
    view = scene.seen(conversation)
    return (
        asked_notice(view, ticket, replaces=replaces),
        briefing(view, ticket, replaces=replaces),
    )


def _told(scene: Scene, word: Paragraph) -> Move:
    """A direct word: whoever clicked in the experts' channel may not be in the thread."""
    reply = Reply(key="word", parts=(word,), audience="direct", to=scene.message.by)
    return Move(scene.conversation, beside=(reply,))


def _question(scene: Scene) -> str:
    """What the person wants from the human, where they said more than that they want one."""
    words = "" if scene.heard.clicked else scene.message.text.strip()
    return shortened(words, LONGEST) if len(words.split()) >= WORTH_QUOTING else ""
