"""Turns: what one event led to, written in one piece with everything that follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.store import claims, inbox, outbox, words
from bot.store.claims import Claim
from bot.store.inbox import Waiting
from bot.store.tables import Stored, by_dialect, conversations, events, texts, timers, turns
from bot.store.words import Quotes
from flows.conversation import Conversation, Timer, Turn
from flows.reply import Reply
from knowledge.recommendation import Firmness, Outcome, Recommendation
from knowledge.schema import CriterionId, Frozen, ModelId

_MORE_POSTS = {"posts_in": conversations.c.posts_in + bindparam("new_more")}
_TAKEN = claims.writing(
    "structure",
    "state",
    "control",
    "outcome",
    "model",
    "seq_done",
    turns=conversations.c.turns + 1,
    **_MORE_POSTS,
)
_PARKED = claims.writing("seq_done", **_MORE_POSTS)
_SKIPPED = claims.writing("seq_done")
_ADD = insert(turns)
_ADD_QUOTES = insert(texts)
_SET = by_dialect(
    lambda insert_into: (timer := insert_into(timers)).on_conflict_do_update(
        index_elements=["conversation", "name"],
        set_={
            "generation": timer.excluded.generation,
            "due_at": timer.excluded.due_at,
            "fired": False,
        },
    )
)
_CANCEL = delete(timers).where(
    timers.c.conversation == bindparam("of"), timers.c.name == bindparam("named")
)
_QUOTES = (
    select(texts.c.number, texts.c.person, texts.c.words)
    .where(texts.c.conversation == bindparam("of"), texts.c.kind == "quote")
    .order_by(texts.c.number)
)
_SPEND = delete(timers).where(
    timers.c.conversation == bindparam("of"),
    timers.c.name == bindparam("named"),
    timers.c.generation == bindparam("set_by"),
)


class Standing(Frozen):
    """What reviewers see of a recommendation: where each model stood after a turn.

    `swings` are the candidates for the next question with the points that each could move.
    """

    outcome: Outcome
    model: ModelId | None
    margin: int | None
    firmness: Firmness
    points: Mapping[ModelId, int]
    ruled_out: tuple[ModelId, ...] = ()
    open: tuple[CriterionId, ...] = ()
    swings: Mapping[CriterionId, int] = {}

    @classmethod
    def of(cls, advice: Recommendation) -> "Standing":
        """The figures of a recommendation, without its sentences."""
        return cls(
            outcome=advice.outcome,
            model=advice.model,
            margin=advice.margin,
            firmness=advice.firmness,
            points={entry.model: entry.points for entry in advice.ranking},
            ruled_out=tuple(entry.model for entry in advice.ranking if entry.vetoes),
            open=advice.open,
            swings={swing.criterion: swing.points for swing in advice.swings},
        )


@dataclass(frozen=True, slots=True)
class Deciding:
    """An event to decide on, by whoever holds the claim of its conversation."""

    claim: Claim
    waiting: Waiting
    starter: str
    direct: bool
    state: str | None
    structure: str | None
    quotes: Quotes

    def conversation(self) -> Conversation | None:
        """The conversation as the last turn left it; None before the first turn."""
        if self.structure is None:
            return None
        stored = words.join_conversation(self.structure, self.quotes)
        # Its root may have been posted elsewhere since.
        return stored.model_copy(update={"direct": self.direct})


def take(connection: Connection, row: Stored, now: datetime) -> Deciding | None:
    """The next event of a claimed conversation that still matters; None when there is none."""
    for seq in range(row.seq_done + 1, row.seq_in + 1):
        waiting = inbox.take(connection, row.id, seq)
        if waiting is not None and inbox.still_set(connection, row.id, waiting):
            quotes = Quotes(tuple(kept) for kept in connection.execute(_QUOTES, {"of": row.id}))
            return Deciding(
                claim=claims.held(row),
                waiting=waiting,
                starter=row.starter,
                direct=row.direct,
                state=row.state,
                structure=row.structure,
                quotes=quotes,
            )
        # A timer that was set again or cancelled while its event waited.
        inbox.remove(connection, row.id, seq)
        claims.write(connection, _SKIPPED, claims.held(row), now, seq_done=seq)
    return None


def commit(connection: Connection, deciding: Deciding, turn: Turn, now: datetime) -> Stored:
    """Write a turn, the conversation after it, its posts and timers, and close the event."""
    waiting, quotes, after = deciding.waiting, deciding.quotes, turn.conversation
    of, event = deciding.claim.conversation, waiting.event
    standing = Standing.of(turn.recommendation) if turn.recommendation else None
    reached = {
        "outcome": standing.outcome.value if standing else None,
        "model": standing.model if standing else None,
    }
    row = claims.write(
        connection,
        _TAKEN,
        deciding.claim,
        now,
        structure=words.split_conversation(after, quotes),
        state=after.state.value,
        control=after.control.value,
        seq_done=waiting.seq,
        more=len(turn.replies),
        **reached,
    )
    understanding = (
        words.split_understanding(turn.understanding, event.by, quotes)
        if turn.understanding
        else None
    )
    connection.execute(
        _ADD,
        {
            "conversation": of,
            "seq": waiting.seq,
            "event": inbox.bare(event).model_dump_json(exclude_defaults=True),
            "masked": waiting.masked,
            "accepted_at": waiting.accepted_at,
            "decided_at": now,
            "intent": turn.intent.value,
            "state_before": deciding.state,
            "state_after": after.state.value,
            "control_after": after.control.value,
            "answers": words.split_answers(after.answers, quotes),
            "understanding": understanding,
            "standing": standing.model_dump_json() if standing else None,
            "knowledge_version": after.knowledge_version,
            **reached,
        },
    )
    if quotes.new:
        kind: dict[str, object] = {
            "conversation": of,
            "kind": "quote",
            "workspace": event.workspace,
        }
        connection.execute(
            _ADD_QUOTES,
            [
                kind | {"number": q.number, "person": q.person or None, "words": q.words}
                for q in quotes.new
            ],
        )
    outbox.add(connection, row, waiting.seq, turn.replies, now)
    _wind(connection, deciding, turn.timers, now)
    inbox.remove(connection, of, waiting.seq)
    return row


def park(
    connection: Connection, deciding: Deciding, apology: Reply, error: str, now: datetime
) -> Stored:
    """Give an event up: it stays to be looked at, the person is told, the conversation goes on."""
    seq = deciding.waiting.seq
    row = claims.write(connection, _PARKED, deciding.claim, now, seq_done=seq, more=1)
    at = {"of": deciding.claim.conversation, "seq_is": seq}
    connection.execute(_AT.values(parked_at=now, error=error), at)
    outbox.add(connection, row, seq, (apology,), now)
    return row


def fail(connection: Connection, deciding: Deciding, error: str, now: datetime) -> None:
    """Note that deciding raised, and leave the event to be tried again."""
    at = {"of": deciding.claim.conversation, "seq_is": deciding.waiting.seq}
    connection.execute(_AT.values(failures=events.c.failures + 1, error=error), at)
    claims.release(connection, deciding.claim, now)


_AT = update(events).where(
    events.c.conversation == bindparam("of"), events.c.seq == bindparam("seq_is")
)


def _wind(
    connection: Connection, deciding: Deciding, wound: Sequence[Timer], now: datetime
) -> None:
    of, waiting = deciding.claim.conversation, deciding.waiting
    if waiting.generation is not None:
        spent = {"of": of, "named": waiting.event.timer, "set_by": waiting.generation}
        connection.execute(_SPEND, spent)
    for timer in wound:
        if timer.after is None:
            connection.execute(_CANCEL, {"of": of, "named": timer.name})
            continue
        row = {"conversation": of, "name": timer.name, "generation": waiting.seq}
        row |= {"due_at": now + timer.after, "fired": False}
        connection.execute(_SET[connection.dialect.name], row)
