"""Claims: a conversation is worked on by one at a time, and a number tells them apart.

A claim is of a conversation, not of an event. It has a fencing number, one higher each time, that
every later write names; so whoever was paused for too long writes nothing any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, null, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.store.errors import Fenced
from bot.store.tables import Instant, Stored, conversations

LEASE = timedelta(seconds=60)
"""How long a claim holds where its owner's death cannot be seen; longer than any post takes."""

_c = conversations.c

_FREE = (
    select(_c.id)
    .where(
        _c.ready_at <= bindparam("now"),
        _c.owner.is_(None) | (_c.lease_until < bindparam("now")),
    )
    .order_by(_c.ready_at)
    .limit(1)
    .with_for_update(skip_locked=True)
    .cte("free")
    # Without it PostgreSQL may run the choice again, and claim more than it returns.
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
_CLAIM = (
    update(conversations)
    .where(_c.id.in_(select(_FREE.c.id)))
    .values(owner=bindparam("me"), lease_until=bindparam("until"), fence=_c.fence + 1)
    .returning(*conversations.c)
)
_OWNERS = select(_c.owner).where(_c.owner.is_not(None)).distinct()


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one conversation."""

    conversation: str
    fence: int


def claim(connection: Connection, owner: str, now: datetime) -> Stored | None:
    """Claim the conversation that has waited longest; its row, or None when none waits."""
    return connection.execute(_CLAIM, {"me": owner, "until": now + LEASE, "now": now}).first()


def held(row: Stored) -> Claim:
    """The claim that a row of `claim` or `write` stands for."""
    return Claim(row.id, row.fence)


def writing(*columns: str, **reckoned: object) -> ReturningUpdate[Any]:
    """A statement for `write` that sets these columns of the conversation, made once."""
    given: dict[str, object] = {column: bindparam(f"new_{column}") for column in columns}
    return (
        update(conversations)
        .where(_c.id == bindparam("of"), _c.fence == bindparam("claimed"))
        .values(lease_until=bindparam("lease"), **given, **reckoned)
        .returning(*conversations.c)
    )


def write(
    connection: Connection,
    statement: ReturningUpdate[Any],
    claim: Claim,
    now: datetime,
    **new: object,
) -> Stored:
    """Change the claimed conversation and renew the lease; raises `Fenced` when it was lost."""
    values = {f"new_{column}": value for column, value in new.items()}
    values |= {"of": claim.conversation, "claimed": claim.fence, "lease": now + LEASE}
    row = connection.execute(statement, values).first()
    if row is None:
        raise Fenced
    return row


def release(
    connection: Connection, claim: Claim, now: datetime, post_at: datetime | None = None
) -> None:
    """Let go of a conversation; it is ready again when it has something to do."""
    let_go = {"of": claim.conversation, "claimed": claim.fence, "now": now, "later": post_at}
    if connection.execute(_RELEASE, let_go).rowcount != 1:
        raise Fenced


def free(connection: Connection, owner: str) -> int:
    """End all claims of an owner that is dead; how many there were."""
    ended = connection.execute(
        update(conversations)
        .where(_c.owner == owner)
        .values(owner=None, lease_until=None, fence=_c.fence + 1)
    )
    return ended.rowcount


def owners(connection: Connection) -> list[str]:
    """Everybody who holds a claim."""
    return list(connection.execute(_OWNERS).scalars())


_now = bindparam("now", type_=Instant)
_post_at = func.coalesce(bindparam("later", type_=Instant), _c.post_at)
_RELEASE = (
    update(conversations)
    .where(_c.id == bindparam("of"), _c.fence == bindparam("claimed"))
    .values(
        owner=None,
        lease_until=None,
        # Reckoned from the row as it is when this is written, so no event slips in between.
        ready_at=case(
            (_c.seq_in > _c.seq_done, _now),
            (_c.posts_in > _c.posts_done, func.coalesce(_post_at, _now)),
            else_=null(),
        ),
        post_at=_post_at,
    )
)
