"""What people read of the store: lists, transcripts, and what waits."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from bot.events import Event
from bot.store import words
from bot.store.outbox import post_id
from bot.store.tables import Stored, conversations, events, outbox, texts, turns
from bot.store.turns import Standing
from bot.store.words import Quotes
from flows import reply as replies
from flows.conversation import Answer, Click, PersonId, Understanding
from flows.reply import Reply
from knowledge.schema import CriterionId, Frozen, ModelId


class Summary(Frozen):
    """One line of the list of conversations; `waiting` events of it are not yet handled."""

    id: str
    workspace: str
    channel: str
    thread: str | None
    direct: bool
    starter: PersonId
    started_at: datetime
    last_at: datetime
    state: str | None
    control: str | None
    outcome: str | None
    model: ModelId | None
    turns: int
    waiting: int


class Posted(Frozen):
    """A reply and its delivery; `reply` is None and `words` empty once they were erased.

    `state` is waiting, trying, done, refused, unclear (perhaps posted, to one person only, and
    not repeated), parked (given up after unclear tries) or erased (before it was posted).
    """

    id: str
    key: str
    audience: str
    to: PersonId | None
    replaces: bool
    reply: Reply | None
    words: str
    state: str
    made_at: datetime
    tries: int
    settled_at: datetime | None
    channel: str | None
    ts: str | None
    error: str | None


class TurnRead(Frozen):
    """One event of a transcript and what it led to.

    `said` are the words, or what was done told in words. `status`: `done`, `waiting` to be
    handled, or `parked` after failing (`error` names the kind of error). What a turn decided is
    None where there was none.
    """

    seq: int
    status: Literal["done", "waiting", "parked"]
    by: PersonId
    at: datetime
    kind: str
    said: str
    erased: bool
    click: Click | None
    masked: tuple[str, ...]
    accepted_at: datetime
    decided_at: datetime | None = None
    intent: str | None = None
    state_before: str | None = None
    state_after: str | None = None
    control_after: str | None = None
    answers: Mapping[CriterionId, Answer] = {}
    understanding: Understanding | None = None
    standing: Standing | None = None
    knowledge_version: str | None = None
    posts: tuple[Posted, ...] = ()
    error: str | None = None


class Transcript(Frozen):
    """A conversation made readable."""

    summary: Summary
    turns: tuple[TurnRead, ...]


class Backlog(Frozen):
    """What waits, since when, and what was given up (references that people were told)."""

    events: int
    posts: int
    oldest: datetime | None
    parked_events: tuple[str, ...]
    parked_posts: tuple[str, ...]


_c = conversations.c
_SUMMARY = select(
    *(_c[name] for name in Summary.model_fields if name != "waiting"),
    (_c.seq_in - _c.seq_done).label("waiting"),
)
_MOST_NAMED = 50


def summaries(
    connection: Connection, wanted: Mapping[str, str | None], limit: int, before: str | None
) -> tuple[Summary, ...]:
    """Conversations, the newest first; `before` is the id after which the page begins.

    `wanted` are values that columns must have, where they are given.
    """
    page = _SUMMARY.order_by(_c.id.desc()).limit(limit)
    for column, value in wanted.items():
        if value is not None:
            page = page.where(_c[column] == value)
    if before is not None:
        page = page.where(_c.id < before)
    return tuple(_summary(row) for row in connection.execute(page))


def transcript(
    connection: Connection, conversation: str, workspace: str | None
) -> Transcript | None:
    """A whole conversation; None where there is none (or it belongs to another workspace)."""
    wanted = _SUMMARY.where(_c.id == conversation)
    if workspace is not None:
        wanted = wanted.where(_c.workspace == workspace)
    row = connection.execute(wanted).first()
    if row is None:
        return None
    told = _Told(connection, conversation)
    done = select(turns).where(turns.c.conversation == conversation)
    open_ = select(events).where(events.c.conversation == conversation)
    lines = [told.turn(row) for row in connection.execute(done)]
    lines += [told.open(row) for row in connection.execute(open_)]
    return Transcript(summary=_summary(row), turns=tuple(sorted(lines, key=lambda line: line.seq)))


def backlog(connection: Connection) -> Backlog:
    """What waits to be handled or posted."""
    waiting = connection.execute(
        select(
            func.coalesce(func.sum(_c.seq_in - _c.seq_done), 0),
            func.coalesce(func.sum(_c.posts_in - _c.posts_done), 0),
        ).where(_c.ready_at.is_not(None))
    ).one()
    oldest_event = connection.execute(
        select(func.min(events.c.accepted_at)).where(events.c.parked_at.is_(None))
    ).scalar()
    oldest_post = connection.execute(
        select(func.min(outbox.c.made_at))
        .join(conversations, _c.id == outbox.c.conversation)
        .where(_c.ready_at.is_not(None), outbox.c.number > _c.posts_done)
    ).scalar()
    parked_events = connection.execute(
        select(events.c.conversation, events.c.seq)
        .where(events.c.parked_at.is_not(None))
        .order_by(events.c.parked_at.desc())
        .limit(_MOST_NAMED)
    )
    parked_posts = connection.execute(
        select(outbox.c.conversation, outbox.c.number)
        .where(outbox.c.state == "parked")
        .order_by(outbox.c.settled_at.desc())
        .limit(_MOST_NAMED)
    )
    return Backlog(
        events=waiting[0],
        posts=waiting[1],
        oldest=min((at for at in (oldest_event, oldest_post) if at is not None), default=None),
        parked_events=tuple(reference(of, seq) for of, seq in parked_events),
        parked_posts=tuple(post_id(of, number) for of, number in parked_posts),
    )


def reference(conversation: str, seq: int) -> str:
    """What a person is told of an event that failed, and an operator finds it by."""
    return f"{conversation}/{seq}"


class _Told:
    """The words and posts of one conversation, for the lines of its transcript."""

    def __init__(self, connection: Connection, conversation: str) -> None:
        self._words: dict[tuple[str, int], str | None] = {}
        quoted: list[tuple[int, str, str | None]] = []
        for row in connection.execute(
            select(texts).where(texts.c.conversation == conversation).order_by(texts.c.number)
        ):
            if row.kind == "quote":
                quoted.append((row.number, row.person or "", row.words))
            else:
                self._words[row.kind, row.number] = row.words
        self._quotes = Quotes(quoted)
        self._posts: defaultdict[int, list[Posted]] = defaultdict(list)
        for row in connection.execute(
            select(outbox).where(outbox.c.conversation == conversation).order_by(outbox.c.number)
        ):
            self._posts[row.seq].append(self._posted(row))

    def turn(self, row: Stored) -> TurnRead:
        """A turn that was taken."""
        understanding = (
            words.join_understanding(row.understanding, self._quotes) if row.understanding else None
        )
        return TurnRead(
            status="done",
            decided_at=row.decided_at,
            intent=row.intent,
            state_before=row.state_before,
            state_after=row.state_after,
            control_after=row.control_after,
            answers=words.join_answers(row.answers, self._quotes),
            understanding=understanding,
            standing=Standing.model_validate_json(row.standing) if row.standing else None,
            knowledge_version=row.knowledge_version,
            **self._event(row),
        )

    def open(self, row: Stored) -> TurnRead:
        """An event that waits, or that was given up."""
        status: Literal["waiting", "parked"] = "waiting" if row.parked_at is None else "parked"
        return TurnRead(status=status, error=row.error, **self._event(row))

    def _event(self, row: Stored) -> dict[str, Any]:
        event = Event.model_validate_json(row.event)
        message = self._words.get(("message", row.seq), "")
        form = self._words.get(("form", row.seq), "")
        click = event.click
        if click is not None:
            click = click.model_copy(update={"words": form or ""})
        return {
            "seq": row.seq,
            "by": event.by,
            "at": event.at,
            "kind": event.kind,
            "said": _said(event, message or "", click),
            "erased": message is None or form is None,
            "click": click,
            "masked": tuple(row.masked.split(",")) if row.masked else (),
            "accepted_at": row.accepted_at,
            "posts": tuple(self._posts.get(row.seq, ())),
        }

    def _posted(self, row: Stored) -> Posted:
        stored = self._words.get(("reply", row.number))
        reply = Reply.model_validate_json(stored) if stored else None
        return Posted(
            id=post_id(row.conversation, row.number),
            to=row.addressee,
            reply=reply,
            words=replies.words(reply) if reply else "",
            **{name: getattr(row, name) for name in _AS_STORED},
        )


_AS_STORED = (
    "key",
    "audience",
    "replaces",
    "state",
    "made_at",
    "tries",
    "settled_at",
    "channel",
    "ts",
    "error",
)


def _summary(row: Stored) -> Summary:
    return Summary.model_validate(row._asdict())


def _said(event: Event, message: str, click: Click | None) -> str:
    """What an event says, or what was done told in words."""
    if click is not None:
        chosen = [", ".join(click.options)] if click.options else []
        about = [click.criterion] if click.criterion else list(click.topics)
        verdict = [] if click.good is None else ["good" if click.good else "not good"]
        told = ": ".join([click.intent.value, *about, *chosen, *verdict])
        return f"{told} “{click.words}”" if click.words else told
    match event.kind:
        case "timer":
            return f"(time: {event.timer})"
        case "deleted":
            return "(a message was deleted)"
        case "edited":
            return f"(edited) {message}"
        case _:
            return message
