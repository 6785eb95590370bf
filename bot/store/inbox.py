"""The inbox: every event is written once, under the next number of its conversation.

All functions work within a transaction of the caller.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, delete, insert, select, tuple_, update

from bot.events import Event, Place
from bot.masking import mask
from bot.store.errors import RootUnderWay
from bot.store.tables import by_dialect, conversations, event_keys, events, outbox, texts, timers

LONGEST_TEXT = 40_000
"""Characters of a message that are kept; Slack itself cuts messages there."""

KEEP_KEYS = timedelta(days=3)
"""How long an event is known again; Slack sends one again for a day at most."""

_MARGIN = 2_000
"""Read beyond the cut before masking, so that no half of a secret survives at the end."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

_c = conversations.c

_BY_ID = select(_c.id).where(_c.id == bindparam("id"), _c.workspace == bindparam("workspace"))
_BY_THREAD = select(_c.id).where(
    _c.workspace == bindparam("workspace"),
    _c.channel == bindparam("channel"),
    _c.thread == bindparam("thread"),
)
# A first message that may stand in the channel already, while its thread is not yet noted here.
_ROOT_UNDER_WAY = (
    select(_c.id)
    .join(outbox, outbox.c.conversation == _c.id)
    .where(
        _c.thread.is_(None),
        _c.workspace == bindparam("workspace"),
        _c.channel == bindparam("channel"),
        outbox.c.number == _c.posts_done + 1,
        outbox.c.state == "trying",
    )
    .limit(1)
)
# What was inserted is returned: the drivers do not agree on counting it.
_NOTE_KEY = by_dialect(
    lambda insert_into: insert_into(event_keys).on_conflict_do_nothing().returning(event_keys.c.key)
)
_BEGIN = by_dialect(
    lambda insert_into: insert_into(conversations).on_conflict_do_nothing().returning(_c.id)
)
_NEXT = (
    update(conversations)
    .where(_c.id == bindparam("found"))
    .values(
        seq_in=_c.seq_in + 1,
        last_at=bindparam("now"),
        # Never later than it was: an earlier task must not wait for this one.
        ready_at=case((_c.ready_at < bindparam("now"), _c.ready_at), else_=bindparam("now")),
    )
    .returning(_c.seq_in)
)
_WRITE = insert(events)
_WORDS = insert(texts)

_e = events.c
_TAKE = (
    update(events)
    .where(_e.conversation == bindparam("of"), _e.seq == bindparam("number"))
    .values(claims=_e.claims + 1)
    .returning(_e.event, _e.masked, _e.accepted_at, _e.generation, _e.claims, _e.failures)
)
_WORDS_OF = select(texts.c.kind, texts.c.words).where(
    texts.c.conversation == bindparam("of"),
    texts.c.kind.in_(("message", "form")),
    texts.c.number == bindparam("number"),
)
_t = timers.c
_FIRE = (
    update(timers)
    .where(
        and_(_t.conversation == bindparam("of"), _t.name == bindparam("named")),
        _t.generation == bindparam("set_by"),
        ~_t.fired,
    )
    .values(fired=True)
)
_DUE = (
    select(_t.conversation, _t.name, _t.generation, _c.workspace, _c.channel, _c.thread)
    .add_columns(_c.direct, _c.starter)
    .join(conversations, _c.id == _t.conversation)
    .where(_t.due_at <= bindparam("now"), ~_t.fired)
    .order_by(_t.due_at)
    .limit(bindparam("most"))
)


_k = event_keys.c
_OLD_KEYS = (
    select(_k.workspace, _k.key)
    .where(_k.at < bindparam("before"))
    .order_by(_k.at)
    .limit(bindparam("most"))
)
_FORGET = delete(event_keys).where(tuple_(_k.workspace, _k.key).in_(_OLD_KEYS))


class Known(Exception):
    """The event has been here before."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event taken from the inbox: joined with its words, and what happened to it so far.

    `gone` is true for a text whose author had it erased before it was handled.
    """

    seq: int
    event: Event
    masked: str
    accepted_at: datetime
    generation: int | None
    claims: int
    failures: int
    gone: bool


def accept(
    connection: Connection, event: Event, now: datetime, generation: int | None = None
) -> str | None:
    """Write an event that is ours; the id of its conversation, or None where it is not.

    Raises `Known` for one that was accepted before, and `RootUnderWay` for a reply of which
    nobody can say yet whether it is ours.
    """
    found = _find(connection, event)
    if found is None and _may_be_ours(connection, event):
        raise RootUnderWay
    if found is None and not event.starts:
        return None
    for key in dict.fromkeys(event.keys):
        row = {"workspace": event.workspace, "key": key, "at": now}
        if connection.execute(_NOTE_KEY[connection.dialect.name], row).first() is None:
            raise Known
    if found is None:
        found = _begin(connection, event, now)
    seq = connection.execute(_NEXT, {"found": found, "now": now}).scalar_one()
    ours = event.model_copy(update={"conversation": found})
    row = {"conversation": found, "seq": seq, "accepted_at": now, "generation": generation}
    connection.execute(_WRITE, row | _masked(connection, ours, seq))
    return found


def new_id(now: datetime) -> str:
    """An id for a conversation: thirteen characters that sort by the second and can't be guessed.

    Seven of them are the time, six (30 bits) are chance; ids are checked against their workspace
    wherever they come from, so guessing one leads nowhere.
    """
    number = int(now.timestamp()) << 30 | secrets.randbits(30)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def take(connection: Connection, conversation: str, seq: int) -> Waiting | None:
    """The event under that number, counted as claimed once more."""
    at = {"of": conversation, "number": seq}
    row = connection.execute(_TAKE, at).first()
    if row is None:
        return None
    event = Event.model_validate_json(row.event)
    said = {row.kind: row.words for row in connection.execute(_WORDS_OF, at)}
    if event.click is not None:
        click = event.click.model_copy(update={"words": said.get("form") or ""})
        event = event.model_copy(update={"click": click})
    event = event.model_copy(update={"text": said.get("message") or ""})
    gone = "message" in said and said["message"] is None
    return Waiting(
        seq=seq,
        event=event,
        masked=row.masked,
        accepted_at=row.accepted_at,
        generation=row.generation,
        claims=row.claims,
        failures=row.failures,
        gone=gone,
    )


def due(connection: Connection, now: datetime, most: int) -> list[tuple[Event, int]]:
    """Events for the timers that are due, each with the generation of its timer."""
    return [
        (
            Event(
                workspace=row.workspace,
                keys=(f"timer:{row.conversation}:{row.name}:{row.generation}",),
                place=Place(channel=row.channel, thread=row.thread, direct=row.direct),
                # A timer speaks for whoever began the conversation.
                by=row.starter,
                at=now,
                kind="timer",
                conversation=row.conversation,
                timer=row.name,
            ),
            row.generation,
        )
        for row in connection.execute(_DUE, {"now": now, "most": most})
    ]


def fire(connection: Connection, event: Event, generation: int, now: datetime) -> bool:
    """Accept the event of a timer that is still set; whether it was."""
    timer = {"of": event.conversation, "named": event.timer, "set_by": generation}
    if connection.execute(_FIRE, timer).rowcount != 1:
        return False
    return accept(connection, event, now, generation) is not None


def still_set(connection: Connection, conversation: str, waiting: Waiting) -> bool:
    """Whether the timer that an event tells of was neither set again nor cancelled since."""
    if waiting.generation is None:
        return True
    found = connection.execute(
        select(_t.generation).where(_t.conversation == conversation, _t.name == waiting.event.timer)
    ).scalar()
    return found == waiting.generation


def remove(connection: Connection, conversation: str, seq: int) -> None:
    """Delete an event that is done; its keys stay and keep catching redeliveries."""
    connection.execute(_REMOVE, {"of": conversation, "number": seq})


def forget_keys(connection: Connection, now: datetime, most: int) -> int:
    """Delete the keys of events that will not come again; how many."""
    old = {"before": now - KEEP_KEYS, "most": most}
    return connection.execute(_FORGET, old).rowcount


def bare(event: Event) -> Event:
    """An event without anything that somebody typed."""
    click = event.click.model_copy(update={"words": ""}) if event.click else None
    return event.model_copy(update={"text": "", "click": click})


_REMOVE = delete(events).where(_e.conversation == bindparam("of"), _e.seq == bindparam("number"))


def _find(connection: Connection, event: Event) -> str | None:
    place = event.place
    if event.conversation is not None:
        found = connection.execute(_BY_ID, {"workspace": event.workspace, "id": event.conversation})
        return found.scalar()
    if place.thread is not None:
        at = {"workspace": event.workspace, "channel": place.channel, "thread": place.thread}
        return connection.execute(_BY_THREAD, at).scalar()
    # Nothing can be found without a thread: each command begins anew.
    return None


def _may_be_ours(connection: Connection, event: Event) -> bool:
    """Whether this may answer a root of ours whose thread is not noted yet.

    People answer it as soon as they see it, which is before Slack's answer is written down, and
    long before where that answer got lost.
    """
    place = event.place
    answers = event.conversation is None and place.thread not in (None, event.ts)
    here = {"workspace": event.workspace, "channel": place.channel}
    return answers and connection.execute(_ROOT_UNDER_WAY, here).first() is not None


def _begin(connection: Connection, event: Event, now: datetime) -> str:
    begun = new_id(now)
    row = {
        "id": begun,
        "workspace": event.workspace,
        "channel": event.place.channel,
        "thread": event.place.thread,
        "direct": event.place.direct,
        "starter": event.by,
        "started_at": now,
        "last_at": now,
    }
    if connection.execute(_BEGIN[connection.dialect.name], row).first() is not None:
        return begun
    # Somebody began it in the same moment, and won.
    found = _find(connection, event)
    if found is None:
        message = f"no conversation can be begun in {event.place.channel}"
        raise RuntimeError(message)
    return found


def _masked(connection: Connection, event: Event, seq: int) -> dict[str, object]:
    """Write the words of an event, masked; what is left of it, and what was masked."""
    texts_in = {"message": event.text, "form": event.click.words if event.click else ""}
    kinds: set[str] = set()
    for kind, words in texts_in.items():
        masked = mask(words[: LONGEST_TEXT + _MARGIN])
        kinds |= masked.kinds
        if masked.text:
            row = {"conversation": event.conversation, "kind": kind, "number": seq}
            row |= {"workspace": event.workspace, "person": event.by}
            connection.execute(_WORDS, row | {"words": masked.text[:LONGEST_TEXT]})
    return {
        "event": bare(event).model_dump_json(exclude_defaults=True),
        "masked": ",".join(sorted(kinds)),
    }
