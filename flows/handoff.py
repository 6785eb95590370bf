"""Passing a conversation to a human and back: the ticket's own machine, and the briefing.

Who may speak is `Conversation.control`, and only the functions here change it.
"""

from collections.abc import Mapping
from datetime import datetime

from flows.conversation import (
    Control,
    Conversation,
    Intent,
    PersonId,
    State,
    Ticket,
    TicketState,
)
from flows.replies import answer_lines, standing
from flows.reply import (
    THREAD_LINK,
    Act,
    Bullets,
    Button,
    Buttons,
    Heading,
    Paragraph,
    Part,
    Quote,
    Reply,
    Span,
    Text,
)
from flows.view import View, person, spaced

REASONS = (
    "asked",
    "not_understood",
    "no_fit",
    "toss_up",
    "contradiction",
    "beyond_knowledge",
    "disagreement",
    "objection",
    "frustration",
)
"""Why a human is wanted; the first is the one that needs no reason."""

TICKET_MOVES: Mapping[TicketState, Mapping[Intent, TicketState]] = {
    TicketState.QUEUED: {
        Intent.CLAIM: TicketState.CLAIMED,
        Intent.CANCEL_HUMAN: TicketState.CANCELLED,
    },
    TicketState.CLAIMED: {
        Intent.HAND_BACK: TicketState.HANDED_BACK,
        Intent.STOP: TicketState.RESOLVED,
    },
    TicketState.HANDED_BACK: {},
    TicketState.RESOLVED: {},
    TicketState.CANCELLED: {},
}
"""The life of a ticket. What is not here does not happen. (An expert who hands back with nothing
left to do *stops* the conversation: the ticket is resolved.)"""

MANY = 6
"""So many open criteria are named; the rest are counted."""

FINISHED = "finished"
"""The option of a hand-back that leaves the advisor nothing to do."""


def open_ticket(conversation: Conversation) -> Ticket | None:
    """The request for a human that waits or is being dealt with."""
    ticket = conversation.ticket
    return ticket if ticket and TICKET_MOVES[ticket.state] else None


def new_ticket(
    conversation: Conversation, *, reason: str, by: PersonId, at: datetime, question: str
) -> Ticket:
    """A request for a human that waits for somebody to claim it."""
    return Ticket(
        number=len(conversation.tickets) + 1,
        state=TicketState.QUEUED,
        reason=reason if reason in REASONS else REASONS[0],
        asked_by=by,
        opened_at=at,
        question=question,
    )


def requested(conversation: Conversation, ticket: Ticket) -> Conversation:
    """The conversation while a new ticket waits."""
    return conversation.model_copy(
        update={
            "tickets": (*conversation.tickets, ticket),
            "control": Control.PENDING,
            "offered_human": True,
        }
    )


def claimed(conversation: Conversation, ticket: Ticket, by: PersonId, at: datetime) -> Conversation:
    """The conversation in the hands of an expert; it remembers where it was."""
    moved = _moved(ticket, Intent.CLAIM, {"claimed_by": by, "claimed_at": at})
    changed = _with(conversation, moved)
    return changed.model_copy(update={"control": Control.HUMAN, "resume_state": conversation.state})


def cancelled(conversation: Conversation, ticket: Ticket, at: datetime) -> Conversation:
    """The conversation when nobody wants a human any more."""
    changed = _with(conversation, _moved(ticket, Intent.CANCEL_HUMAN, {"ended_at": at}))
    return changed.model_copy(update={"control": Control.BOT})


def handed_back(
    conversation: Conversation, ticket: Ticket, *, at: datetime, note: str, finished: bool
) -> Conversation:
    """The conversation back with the advisor, with what the expert noted."""
    how = Intent.STOP if finished else Intent.HAND_BACK
    changed = _with(conversation, _moved(ticket, how, {"ended_at": at, "note": note}))
    return changed.model_copy(update={"control": Control.BOT, "resume_state": None})


def briefing(view: View, ticket: Ticket, *, replaces: bool = False) -> Reply:
    """What the experts are told: why, what is known, who leads, and what would decide it."""
    parts: list[Part] = [
        Heading(text=view.label("briefing.title")),
        Paragraph(text=_who_and_why(view, ticket)),
    ]
    if ticket.question:
        parts.append(Quote(text=(Span(text=ticket.question),)))
    if answers := answer_lines(view):
        parts += [Paragraph(text=standing(view)), view.paragraph("briefing.answers"), *answers]
    else:
        parts.append(view.paragraph("briefing.no_answers"))
    parts += _what_is_open(view)
    parts += _ruled_out(view)
    if view.conversation.explained:
        topics = view.advisor.knowledge.topics
        names = ", ".join(topics[t].name for t in view.conversation.explained if t in topics)
        parts.append(view.note("briefing.explained", names=names))
    parts.append(view.note("briefing.version", version=view.advice.knowledge_version))
    return Reply(
        key=f"briefing:{ticket.number}",
        parts=(*parts, *_where_it_stands(view, ticket)),
        audience="experts",
        replaces=replaces,
    )


def asked_notice(view: View, ticket: Ticket, *, replaces: bool = False) -> Reply:
    """What the thread is told while a human was asked for, or when the wait is over."""
    asker = person(ticket.asked_by)
    if ticket.state is not TicketState.QUEUED:
        key = "human.cancelled" if ticket.state is TicketState.CANCELLED else "human.came"
        parts: tuple[Part, ...] = (view.paragraph(key, person=asker),)
    else:
        begun = view.conversation.state is not State.INTAKE
        buttons = [
            Button(label=view.label("button.cancel_human"), act=Act(intent=Intent.CANCEL_HUMAN))
        ]
        if not begun:
            act = Act(intent=Intent.CONFIRM)
            buttons.insert(0, Button(label=view.label("button.begin"), act=act))
        parts = (
            view.paragraph("human.asked", person=asker),
            view.paragraph("human.meanwhile" if begun else "human.meanwhile_new"),
            Buttons(buttons=tuple(buttons)),
        )
    return Reply(key=f"human:{ticket.number}", parts=parts, replaces=replaces)


def _moved(ticket: Ticket, intent: Intent, changes: Mapping[str, object]) -> Ticket:
    """The ticket after a move of its machine; ValueError for one that it does not have."""
    if intent not in TICKET_MOVES[ticket.state]:
        message = f"{intent.value} does not happen to a ticket that is {ticket.state.value}"
        raise ValueError(message)
    return ticket.model_copy(update={"state": TICKET_MOVES[ticket.state][intent], **changes})


def _with(conversation: Conversation, ticket: Ticket) -> Conversation:
    """The conversation with its newest ticket replaced."""
    return conversation.model_copy(update={"tickets": (*conversation.tickets[:-1], ticket)})


def _who_and_why(view: View, ticket: Ticket) -> Text:
    team = (view.conversation.starter, *view.conversation.invited)
    others = [person(who) for who in team if who != ticket.asked_by]
    reason = view.say(f"reason.{ticket.reason}", person=person(ticket.asked_by))
    thread = (Span(text=view.label("briefing.thread"), url=THREAD_LINK),)
    told = [reason]
    if others:
        told.append(view.say("briefing.team", others=spaced((who,) for who in others)))
    return spaced([*told, thread])


def _what_is_open(view: View) -> tuple[Part, ...]:
    """What nobody has said yet, and the one fact that would move most."""
    advice = view.advice
    parts: list[Part] = []
    if not view.conversation.answers:
        return ()
    matters = [swing.criterion for swing in advice.swings]
    matters += [c for c in advice.open if c not in advice.idle and c not in matters]
    if len(matters) > MANY:
        names, n = view.names(matters[:MANY]), len(matters) - MANY
        parts.append(view.paragraph("briefing.open_more", names=names, n=n))
    elif matters:
        parts.append(view.paragraph("briefing.open", names=view.names(matters)))
    if advice.swings:
        swing = advice.swings[0]
        question = view.advisor.knowledge.criteria[swing.criterion].question
        parts.append(view.paragraph("briefing.decides", question=question))
    elif advice.would_change:
        change = advice.would_change[0]
        facts = view.listed(
            [f"{view.name(c)}: {view.option(c, o)}" for c, o in change.change.items()]
        )
        then = (
            view.model(change.model)
            if change.model
            else view.label(f"change.{change.outcome.value}")
        )
        parts.append(view.paragraph("briefing.flips", facts=facts, then=then))
    return tuple(parts)


def _ruled_out(view: View) -> tuple[Part, ...]:
    lines = tuple(
        view.say("briefing.veto", model=view.model(entry.model), text=entry.vetoes[0].text)
        for entry in view.advice.ranking
        if entry.vetoes
    )
    return (view.paragraph("briefing.vetoes"), Bullets(items=lines)) if lines else ()


def _where_it_stands(view: View, ticket: Ticket) -> tuple[Part, ...]:
    """Who has the ticket, and what an expert can do with it."""
    match ticket.state:
        case TicketState.QUEUED:
            act = Act(intent=Intent.CLAIM)
            claim = Button(label=view.label("button.claim"), act=act, style="primary")
            return (Buttons(buttons=(claim,)),)
        case TicketState.CLAIMED if ticket.claimed_by:
            act = Act(intent=Intent.HAND_BACK, form="hand_back")
            button = Button(label=view.label("button.hand_back"), act=act, style="primary")
            holder = view.paragraph("briefing.taken", person=person(ticket.claimed_by))
            return (holder, Buttons(buttons=(button,)))
        case TicketState.CANCELLED:
            return (view.paragraph("briefing.cancelled"),)
        case _:
            ended = "briefing.resolved" if ticket.state is TicketState.RESOLVED else "briefing.back"
            who = person(ticket.claimed_by or ticket.asked_by)
            note = (Quote(text=(Span(text=ticket.note),)),) if ticket.note else ()
            return (view.paragraph(ended, person=who), *note)
