"""The first schema: conversations, their events, turns, posts, timers, and words apart."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    _conversations()
    _inbox()
    _turns()
    _outbox()


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "channels",
        "timers",
        "outbox",
        "turns",
        "texts",
        "events",
        "event_keys",
        "conversations",
    ):
        op.drop_table(table)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(), primary_key=True),
        _words("workspace"),
        _words("channel"),
        _words("thread", nullable=True),
        sa.Column("direct", sa.Boolean(), nullable=False),
        _words("starter"),
        _instant("started_at"),
        _instant("last_at"),
        sa.Column("structure", sa.Text()),
        *(_words(name, nullable=True) for name in ("state", "control", "outcome", "model")),
        *(_count(name) for name in ("turns", "seq_in", "seq_done", "posts_in", "posts_done")),
        _instant("ready_at", nullable=True),
        _instant("post_at", nullable=True),
        _words("owner", nullable=True),
        _instant("lease_until", nullable=True),
        _count("fence"),
        _instant("erased_at", nullable=True),
    )
    _index("conversations", "workspace", "id")
    _partial("conversations", "thread IS NULL", "workspace", "channel")
    _partial("conversations", "ready_at IS NOT NULL", "ready_at")
    _partial("conversations", "owner IS NOT NULL", "owner")
    op.create_index(
        "uq_conversations_place",
        "conversations",
        ["workspace", "channel", "thread"],
        unique=True,
        sqlite_where=sa.text("thread IS NOT NULL"),
        postgresql_where=sa.text("thread IS NOT NULL"),
    )


def _inbox() -> None:
    op.create_table(
        "event_keys",
        _words("workspace"),
        _words("key"),
        _instant("at"),
        sa.PrimaryKeyConstraint("workspace", "key", name="pk_event_keys"),
        sqlite_with_rowid=False,
    )
    _index("event_keys", "at")
    op.create_table(
        "events",
        _conversation("events"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("masked", sa.String(), server_default=sa.text("''"), nullable=False),
        _instant("accepted_at"),
        sa.Column("generation", sa.Integer()),
        _count("claims"),
        _count("failures"),
        _instant("parked_at", nullable=True),
        _words("error", nullable=True),
        sa.PrimaryKeyConstraint("conversation", "seq", name="pk_events"),
    )
    _index("events", "accepted_at")
    _partial("events", "parked_at IS NOT NULL", "parked_at")
    op.create_table(
        "texts",
        _conversation("texts"),
        _words("kind"),
        sa.Column("number", sa.Integer(), nullable=False),
        _words("workspace"),
        _words("person", nullable=True),
        sa.Column("words", sa.Text()),
        sa.PrimaryKeyConstraint("conversation", "kind", "number", name="pk_texts"),
    )
    _partial("texts", "person IS NOT NULL", "workspace", "person")


def _turns() -> None:
    op.create_table(
        "turns",
        _conversation("turns"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("masked", sa.String(), server_default=sa.text("''"), nullable=False),
        _instant("accepted_at"),
        _instant("decided_at"),
        _words("intent"),
        _words("state_before", nullable=True),
        _words("state_after"),
        _words("control_after"),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("understanding", sa.Text()),
        sa.Column("standing", sa.Text()),
        _words("outcome", nullable=True),
        _words("model", nullable=True),
        _words("knowledge_version"),
        sa.PrimaryKeyConstraint("conversation", "seq", name="pk_turns"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        _conversation("outbox"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        _words("key"),
        _words("audience"),
        _words("addressee", nullable=True),
        sa.Column("replaces", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        _instant("made_at"),
        _count("tries"),
        _instant("tried_at", nullable=True),
        _instant("settled_at", nullable=True),
        _words("channel", nullable=True),
        _words("ts", nullable=True),
        _words("error", nullable=True),
        sa.PrimaryKeyConstraint("conversation", "number", name="pk_outbox"),
    )
    _partial("outbox", "state = 'parked'", "settled_at")
    op.create_table(
        "timers",
        _conversation("timers"),
        _words("name"),
        sa.Column("generation", sa.Integer(), nullable=False),
        _instant("due_at"),
        sa.Column("fired", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "name", name="pk_timers"),
    )
    op.create_index(
        "ix_timers_due_at",
        "timers",
        ["due_at"],
        sqlite_where=sa.text("fired = 0"),
        postgresql_where=sa.text("NOT fired"),
    )
    op.create_table(
        "channels",
        _words("workspace"),
        _words("channel"),
        _instant("not_before", nullable=True),
        sa.Column("paced_until", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", name="pk_channels"),
    )


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _conversation(table: str) -> sa.Column[str]:
    owner = sa.ForeignKey("conversations.id", name=f"fk_{table}_conversations", ondelete="CASCADE")
    return sa.Column("conversation", sa.String(), owner, nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _partial(table: str, condition: str, *columns: str) -> None:
    op.create_index(
        f"ix_{table}_{'_'.join(columns)}",
        table,
        list(columns),
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
