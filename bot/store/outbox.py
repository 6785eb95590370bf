"""The outbox: what is to be posted, in order within a conversation, and what became of it.

A post is `waiting` until somebody takes it; then it is `trying`, and that is committed before the
call goes out, because from then on it may have been posted. What is found `trying` later was
left by an unclear outcome: it is looked for before it is posted again, and a message that cannot
be looked for (to one person only) is never sent twice. All functions work within a transaction
of the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from bot.events import Delivered, Later, Place, Post, PostOutcome, Refused, Unclear
from bot.store import claims
from bot.store.claims import Claim
from bot.store.pace import Pace, hold, wait_for_turn
from bot.store.tables import Stored, conversations, outbox, texts
from flows.reply import THREAD_LINK, Reply

LOOK_AFTER = timedelta(seconds=1)
"""Slack's history may lag behind a post: look for it no sooner than this after the try."""

MOST_TRIES = 10
"""After so many unclear tries (about four minutes) a post is parked; `backlog` tells of it."""

_LONGEST_WAIT = 60.0

_o = outbox.c
_HEAD = (
    select(*_o, texts.c.words)
    .outerjoin(
        texts,
        and_(
            texts.c.conversation == _o.conversation,
            texts.c.kind == "reply",
            texts.c.number == _o.number,
        ),
    )
    .where(_o.conversation == bindparam("of"), _o.number == bindparam("at"))
)
_POSTED = (
    select(_o.channel, _o.ts)
    .where(_o.conversation == bindparam("of"), _o.number < bindparam("before"))
    .where(_o.ts.is_not(None))
    .limit(1)
)
_SAME_KEY = _POSTED.where(_o.key == bindparam("named")).order_by(_o.number.desc())
_ROOT = _POSTED.where(_o.audience == "thread").order_by(_o.number)
_MINE = and_(_o.conversation == bindparam("of"), _o.number == bindparam("at"))
_TRY = (
    update(outbox)
    .where(_MINE)
    .values(state="trying", tries=_o.tries + 1, tried_at=bindparam("now"))
)
_BLANK = (
    update(texts)
    .where(
        texts.c.conversation == bindparam("of"),
        texts.c.kind == "reply",
        texts.c.number == bindparam("at"),
    )
    .values(words=None)
)
_RETRY = update(outbox).where(_MINE).values(tried_at=bindparam("now"))
_SETTLE = (
    update(outbox)
    .where(_MINE)
    .values(
        state=bindparam("became"),
        settled_at=bindparam("now"),
        channel=bindparam("posted_in"),
        ts=bindparam("posted_as"),
        error=bindparam("because"),
    )
    .returning(_o.made_at)
)
_POSTPONE = (
    update(outbox)
    .where(_MINE)
    .values(state=bindparam("became"), tries=bindparam("so_far"), error=bindparam("because"))
)
_RENEWED = claims.writing()
_POSTPONED = claims.writing("post_at")
_SETTLED = claims.writing("posts_done", post_at=None)
_MOVED = claims.writing("posts_done", "channel", "thread", "direct", post_at=None)
_ADD = insert(outbox)
_ADD_WORDS = insert(texts)


@dataclass(frozen=True, slots=True)
class _At:
    """One post of a claimed conversation."""

    claim: Claim
    number: int


@dataclass(frozen=True, slots=True)
class Sending(_At):
    """A post that is marked as tried and may now be sent, once, by whoever holds the claim."""

    post: Post
    tries: int


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of a post: its state, the error, where it is, what that says of the place."""

    became: str
    error: str | None = None
    posted: Delivered | None = None
    moved: dict[str, object] | None = None


def add(
    connection: Connection, row: Stored, seq: int, replies: Sequence[Reply], now: datetime
) -> None:
    """Write the posts that answer an event; `row` is the conversation that counts them already."""
    if not replies:
        return
    first = row.posts_in - len(replies) + 1
    posts, words = [], []
    for number, reply in enumerate(replies, first):
        posts.append(
            {
                "conversation": row.id,
                "number": number,
                "seq": seq,
                "key": reply.key,
                "audience": reply.audience,
                "addressee": reply.to,
                "replaces": reply.replaces,
                "made_at": now,
            }
        )
        said = {"conversation": row.id, "kind": "reply", "number": number}
        said |= {"workspace": row.workspace, "person": None}
        words.append(said | {"words": reply.model_dump_json(exclude_none=True)})
    connection.execute(_ADD, posts)
    connection.execute(_ADD_WORDS, words)


def take(
    connection: Connection, row: Stored, now: datetime, pace: Pace
) -> Sending | datetime | None:
    """Mark the next post of a claimed conversation as tried.

    Returns it; or when it may be taken at the earliest; or None when nothing is to be posted.
    """
    while row.posts_done < row.posts_in:
        if row.post_at is not None and row.post_at > now:
            return _instant(row.post_at)
        at = {"of": row.id, "at": row.posts_done + 1}
        head = connection.execute(_HEAD, at).one()
        here = _At(claims.held(row), head.number)
        unclear = head.state == "trying"
        if unclear and head.audience == "only":
            row = _settle(connection, here, now, _Fate("unclear"))
            continue
        if head.words is None:
            row = _settle(connection, here, now, _Fate("erased"))
            continue
        if unclear and now < head.tried_at + LOOK_AFTER:
            return _instant(head.tried_at + LOOK_AFTER)
        reply = Reply.model_validate_json(head.words)
        channel = _paced(row.channel, reply)
        start = wait_for_turn(connection, row.workspace, channel, now, pace)
        if start > now:
            return start
        connection.execute(_TRY, at | {"now": now})
        return Sending(
            claim=here.claim,
            number=here.number,
            post=_post(connection, row, head, reply),
            tries=head.tries + 1,
        )
    return None


def mark_again(connection: Connection, sending: Sending, now: datetime) -> None:
    """Commit anew that a try may follow: the message was looked for and not found."""
    claims.write(connection, _RENEWED, sending.claim, now)
    mine = {"of": sending.claim.conversation, "at": sending.number}
    connection.execute(_RETRY, mine | {"now": now})


def record(connection: Connection, sending: Sending, outcome: PostOutcome, now: datetime) -> Stored:
    """Write what became of a post; the conversation's row, with `post_at` where it must wait."""
    post = sending.post
    match outcome:
        case Delivered():
            moved = _moved(connection, post, outcome)
            return _settle(connection, sending, now, _Fate("done", posted=outcome, moved=moved))
        case Refused(error=error):
            return _settle(connection, sending, now, _Fate("refused", error))
        case Later(seconds=seconds, error=error):
            until = now + timedelta(seconds=seconds)
            hold(connection, post.workspace, _paced(post.place.channel, post.reply), until)
            # Only tries that may have gone through count; an earlier one that was stays unclear.
            sending = replace(sending, tries=sending.tries - 1)
            fate = _Fate("trying" if post.tried else "waiting", error)
            return _postpone(connection, sending, now, until, fate)
        case Unclear(error=error) if post.reply.audience == "only":
            return _settle(connection, sending, now, _Fate("unclear", error))
        case Unclear(error=error) if sending.tries >= MOST_TRIES:
            return _settle(connection, sending, now, _Fate("parked", error))
        case Unclear(error=error):
            wait = min(LOOK_AFTER.total_seconds() * 2 ** (sending.tries - 1), _LONGEST_WAIT)
            until = now + timedelta(seconds=wait)
            return _postpone(connection, sending, now, until, _Fate("trying", error))


def post_id(conversation: str, number: int) -> str:
    """The id that travels with a message."""
    return f"{conversation}:{number}"


def _post(connection: Connection, row: Stored, head: Stored, reply: Reply) -> Post:
    place = Place(channel=row.channel, thread=row.thread, direct=row.direct)
    edits = None
    if reply.replaces:
        # Where nothing was ever posted under this key there is nothing to edit: it is posted.
        named = {"of": row.id, "before": head.number, "named": reply.key}
        edits = _delivered(connection.execute(_SAME_KEY, named).first())
    link = None
    if THREAD_LINK in head.words:
        link = (
            Delivered(channel=place.channel, ts=place.thread)
            if place.thread
            else _delivered(
                connection.execute(_ROOT, {"of": row.id, "before": head.number}).first()
            )
        )
    return Post(
        id=post_id(row.id, head.number),
        workspace=row.workspace,
        conversation=row.id,
        place=place,
        reply=reply,
        tried=head.state == "trying",
        edits=edits,
        permalink_of=link,
        starter=row.starter,
    )


def _delivered(row: Stored | None) -> Delivered | None:
    return None if row is None else Delivered(channel=row.channel, ts=row.ts)


def _moved(connection: Connection, post: Post, outcome: Delivered) -> dict[str, object]:
    """What changes about the conversation's place when its root was posted."""
    place = post.place
    root = post.reply.audience == "thread" and place.thread is None and post.edits is None
    if not root or outcome.ts is None:
        return {}
    moved: dict[str, object] = {
        "channel": outcome.channel,
        "thread": outcome.ts,
        # Where the bot may not post in the channel, the edge turns to a direct message.
        "direct": place.direct or outcome.channel != place.channel,
    }
    taken = select(conversations.c.id).where(
        conversations.c.workspace == post.workspace,
        conversations.c.channel == outcome.channel,
        conversations.c.thread == outcome.ts,
    )
    # Somebody who answers the root before we have noted it may have begun a conversation there.
    return {} if connection.execute(taken).first() else moved


def _settle(connection: Connection, at: _At, now: datetime, fate: _Fate) -> Stored:
    statement = _MOVED if fate.moved else _SETTLED
    row = claims.write(
        connection, statement, at.claim, now, posts_done=at.number, **(fate.moved or {})
    )
    mine = {"of": at.claim.conversation, "at": at.number}
    settled: dict[str, object] = {"became": fate.became, "because": fate.error, "now": now}
    settled["posted_in"] = fate.posted.channel if fate.posted else None
    settled["posted_as"] = fate.posted.ts if fate.posted else None
    made_at = connection.execute(_SETTLE, mine | settled).scalar_one()
    if row.erased_at is not None and made_at <= row.erased_at:
        connection.execute(_BLANK, mine)
    return row


def _postpone(
    connection: Connection, sending: Sending, now: datetime, until: datetime, fate: _Fate
) -> Stored:
    row = claims.write(connection, _POSTPONED, sending.claim, now, post_at=until)
    mine = {"of": sending.claim.conversation, "at": sending.number}
    postponed = {"became": fate.became, "because": fate.error, "so_far": sending.tries}
    connection.execute(_POSTPONE, mine | postponed)
    return row


def _paced(channel: str, reply: Reply) -> str:
    """What the pace is kept for: the edge alone knows the channels of experts and of people."""
    match reply.audience:
        case "experts":
            return "experts"
        case "direct":
            return f"direct:{reply.to}"
        case _:
            return channel


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError
    return value
