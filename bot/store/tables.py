"""The tables: structure on one side, everything that people typed in `texts` alone.

Whatever is erased or runs out is words; all other columns hold ids, numbers and times, and stay.
One code for SQLite and PostgreSQL.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Executable,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert
Stored = Row[*tuple[Any, ...]]
"""A row as a query of ours gives it, by the names of its columns."""


class Instant(TypeDecorator[datetime]):
    """A point in time: aware in Python; in UTC, without a zone, where a database knows none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse times of no known zone; SQLite gets UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a time without a zone: {value.isoformat()}"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the name is SQLAlchemy's
    ) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _only_where(condition: str, in_sqlite: str | None = None) -> dict[str, Any]:
    # SQLite uses such an index only where a query says the same in the same words.
    return {
        "sqlite_where": text(in_sqlite or condition),
        "postgresql_where": text(condition),
    }


conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace", String, nullable=False),
    # Where it lives; `thread` is empty until its root is posted.
    Column("channel", String, nullable=False),
    Column("thread", String),
    Column("direct", Boolean, nullable=False),
    Column("starter", String, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    # The value after the last turn, without words; nothing before the first turn.
    Column("structure", Text),
    # What lists show of it.
    Column("state", String),
    Column("control", String),
    Column("outcome", String),
    Column("model", String),
    Column("turns", Integer, nullable=False, server_default="0"),
    # Counters instead of "is there another row?": no wake-up is lost between two transactions.
    Column("seq_in", Integer, nullable=False, server_default="0"),
    Column("seq_done", Integer, nullable=False, server_default="0"),
    Column("posts_in", Integer, nullable=False, server_default="0"),
    Column("posts_done", Integer, nullable=False, server_default="0"),
    # When there is something to do (empty: nothing), and not before when for its next post.
    Column("ready_at", Instant),
    Column("post_at", Instant),
    # Who works on it, and which claim of how many this is.
    Column("owner", String),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("erased_at", Instant),
    Index(
        "uq_conversations_place",
        "workspace",
        "channel",
        "thread",
        unique=True,
        **_only_where("thread IS NOT NULL"),
    ),
    Index(None, "workspace", "channel", **_only_where("thread IS NULL")),
    Index(None, "ready_at", **_only_where("ready_at IS NOT NULL")),
    Index(None, "owner", **_only_where("owner IS NOT NULL")),
    Index(None, "workspace", "id"),
)

event_keys = Table(
    "event_keys",
    metadata,
    Column("workspace", String, nullable=False),
    Column("key", String, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("workspace", "key"),
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("masked", String, nullable=False, server_default=text("''")),
    Column("accepted_at", Instant, nullable=False, index=True),
    # The turn that set the timer, for an event that tells of a timer.
    Column("generation", Integer),
    # Claimed so often; failed with an exception so often; given up, and why.
    Column("claims", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("parked_at", Instant),
    Column("error", String),
    PrimaryKeyConstraint("conversation", "seq"),
    Index(None, "parked_at", **_only_where("parked_at IS NOT NULL")),
)

texts = Table(
    "texts",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    # message and form: `number` is the event's; reply: the post's; quote: one of its own.
    Column("kind", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("workspace", String, nullable=False),
    # Whose words they are; nobody's for our replies, which quote several people.
    Column("person", String),
    # Empty once erased.
    Column("words", Text),
    PrimaryKeyConstraint("conversation", "kind", "number"),
    Index(None, "workspace", "person", **_only_where("person IS NOT NULL")),
)

turns = Table(
    "turns",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("masked", String, nullable=False, server_default=text("''")),
    Column("accepted_at", Instant, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("intent", String, nullable=False),
    Column("state_before", String),
    Column("state_after", String, nullable=False),
    Column("control_after", String, nullable=False),
    Column("answers", Text, nullable=False),
    Column("understanding", Text),
    Column("standing", Text),
    Column("outcome", String),
    Column("model", String),
    Column("knowledge_version", String, nullable=False),
    PrimaryKeyConstraint("conversation", "seq"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    # The event that it answers.
    Column("seq", Integer, nullable=False),
    Column("key", String, nullable=False),
    Column("audience", String, nullable=False),
    Column("addressee", String),
    Column("replaces", Boolean, nullable=False),
    # waiting, trying, and for good: done, refused, unclear, parked, erased.
    Column("state", String, nullable=False, server_default="waiting"),
    Column("made_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("tried_at", Instant),
    Column("settled_at", Instant),
    Column("channel", String),
    Column("ts", String),
    Column("error", String),
    PrimaryKeyConstraint("conversation", "number"),
    Index(None, "settled_at", **_only_where("state = 'parked'")),
)

timers = Table(
    "timers",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
    # The turn that set it: a later turn sets a later generation, and none comes twice.
    Column("generation", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    # Its event waits in the inbox; until that is handled the timer may still be cancelled.
    Column("fired", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("conversation", "name"),
    Index(None, "due_at", **_only_where("NOT fired", "fired = 0")),
)

channels = Table(
    "channels",
    metadata,
    Column("workspace", String, nullable=False),
    Column("channel", String, nullable=False),
    # Slack said so (Retry-After).
    Column("not_before", Instant),
    # Seconds since 1970 at which the pace would be back to nothing sent.
    Column("paced_until", Float, nullable=False, server_default="0"),
    PrimaryKeyConstraint("workspace", "channel"),
)


def by_dialect(
    make: Callable[[Callable[[Table], Insert]], Executable],
) -> Mapping[str, Executable]:
    """An insert that says what to do on a conflict, made once for each database we know."""
    return {"sqlite": make(sqlite.insert), "postgresql": make(postgresql.insert)}
