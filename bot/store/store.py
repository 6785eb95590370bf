"""The store: one transaction for each thing that happens, on one code for both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.events import Event, PostOutcome
from bot.store import claims, engine, erasure, inbox, outbox, reading, schema, turns
from bot.store.claims import Claim
from bot.store.erasure import Receipt
from bot.store.errors import DatabaseUnusable
from bot.store.inbox import Known
from bot.store.liveness import Liveness, liveness_for
from bot.store.outbox import Sending
from bot.store.pace import Pace
from bot.store.reading import Backlog, Summary, Transcript
from bot.store.tables import Stored
from bot.store.turns import Deciding
from flows.conversation import Turn
from flows.reply import Reply

_MOST_TIMERS = 100
_BATCH = 1_000


class Store:
    """Keeps events, conversations, posts and timers; made by `Store.open`.

    `now` is given by whoever calls, so that a test can be at any time. A method that writes
    under a claim raises `Fenced` when the claim was lost; then nothing of it is written.
    """

    def __init__(self, database: Engine, pace: Pace | None = None) -> None:
        self._engine = database
        self._reader = database.execution_options(**engine.READING)
        self._pace = pace or Pace()
        self._checked = False
        self._liveness: Liveness | None = None
        self._guard = Lock()
        # SQLite has one writer at a time; threads of one process wait here, in turn and without
        # polling, and only processes wait for one another at the file.
        self._one_writer = Lock() if database.dialect.name == "sqlite" else None

    @classmethod
    def open(cls, url: str, pace: Pace | None = None) -> "Store":
        """A store on the database at `url` (SQLAlchemy's form); connects when first used."""
        return cls(engine.make_engine(url), pace)

    def migrate(self) -> bool:
        """Bring the database up to date; whether there was anything to do."""
        with self._connected(self._engine) as connection:
            return schema.migrate(connection)

    def check(self) -> None:
        """Raise `SchemaMismatch` unless the database fits this release."""
        with self._connected(self._reader) as connection:
            schema.check(connection)
        self._checked = True

    def close(self) -> None:
        """Let go of the database and of what shows that this process lives."""
        with self._guard:
            if self._liveness is not None:
                self._liveness.close()
                self._liveness = None
        self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """The database itself, for what keeps tables of its own in it."""
        return self._engine

    # What the edge needs.

    def accept(self, event: Event, now: datetime | None = None) -> str | None:
        """Keep an event for good; the id of its conversation.

        None, and no trace, for one that was accepted before or that is not ours. Once this
        returns, the event will be handled whatever happens; if it raises, nothing was kept, and
        whoever sent it must send it again (`RootUnderWay`: it cannot be told yet if it is ours).
        """
        try:
            with self._writing() as connection:
                return inbox.accept(connection, event, now or datetime.now(UTC))
        except Known:
            return None

    # What a worker needs.

    def claim(self, now: datetime) -> Sending | Deciding | None:
        """Something to do in the conversation that has waited longest; None when nothing is due.

        Posts come before events. A `Sending` is already marked as tried.
        """
        owner = self._owner()
        with self._writing() as connection:
            while row := claims.claim(connection, owner, now):
                post = outbox.take(connection, row, now, self._pace)
                if isinstance(post, Sending):
                    return post
                if event := turns.take(connection, row, now):
                    return event
                claims.release(connection, claims.held(row), now, post)
        return None

    def commit_turn(
        self, deciding: Deciding, turn: Turn, now: datetime, more: bool = True
    ) -> Sending | None:
        """Write a turn in one piece; the first post to send, unless `more` is False.

        Without a post to send, the claim is released.
        """
        with self._writing() as connection:
            row = turns.commit(connection, deciding, turn, now)
            return self._go_on(connection, row, now, more)

    def fail(self, deciding: Deciding, error: str, now: datetime) -> None:
        """Note that deciding failed, and leave the event to be tried again."""
        with self._writing() as connection:
            turns.fail(connection, deciding, error, now)

    def park(
        self, deciding: Deciding, apology: Reply, error: str, now: datetime, more: bool = True
    ) -> Sending | None:
        """Give an event up with an apology; the first post to send, as in `commit_turn`."""
        with self._writing() as connection:
            row = turns.park(connection, deciding, apology, error, now)
            return self._go_on(connection, row, now, more)

    def mark_again(self, sending: Sending, now: datetime) -> None:
        """Commit that a post which was looked for and not found is about to be tried again."""
        with self._writing() as connection:
            outbox.mark_again(connection, sending, now)

    def record(
        self, sending: Sending, outcome: PostOutcome, now: datetime, more: bool = True
    ) -> Sending | None:
        """Write what became of a post; the next one to send, as in `commit_turn`."""
        with self._writing() as connection:
            row = outbox.record(connection, sending, outcome, now)
            return self._go_on(connection, row, now, more)

    def release(self, claim: Claim, now: datetime) -> None:
        """Let go of a conversation with its work undone."""
        with self._writing() as connection:
            claims.release(connection, claim, now)

    def fire_timers(self, now: datetime) -> int:
        """Turn timers that are due into events; how many."""
        with self._reading() as connection:
            due = inbox.due(connection, now, _MOST_TIMERS)
        fired = 0
        for event, generation in due:
            with self._writing() as connection:
                fired += inbox.fire(connection, event, generation, now)
        return fired

    def free_the_dead(self) -> int:
        """End the claims of processes that are gone; how many."""
        own = self._owner()
        with self._reading() as connection:
            others = [owner for owner in claims.owners(connection) if owner != own]
        liveness = self._living()
        dead = [owner for owner in others if liveness.is_dead(owner)]
        freed = 0
        for owner in dead:
            with self._writing() as connection:
                freed += claims.free(connection, owner)
        return freed

    def tidy(self, now: datetime) -> int:
        """Delete a batch of what nobody needs any more; how much, so 0 when all is done."""
        with self._writing() as connection:
            return inbox.forget_keys(connection, now, _BATCH)

    # What people read, and have erased.

    def conversations(
        self,
        workspace: str | None = None,
        limit: int = 50,
        before: str | None = None,
        starter: str | None = None,
    ) -> tuple[Summary, ...]:
        """Conversations, the newest first; `before` is the last id of the page before.

        All of them, or those of one workspace, or those that one person began.
        """
        wanted = {"workspace": workspace, "starter": starter}
        with self._reading() as connection:
            return reading.summaries(connection, wanted, limit, before)

    def transcript(self, conversation: str, workspace: str | None = None) -> Transcript | None:
        """A whole conversation; None where there is none (or only in another workspace)."""
        with self._reading() as connection:
            return reading.transcript(connection, conversation, workspace)

    def backlog(self) -> Backlog:
        """What waits, since when, and what was given up."""
        with self._reading() as connection:
            return reading.backlog(connection)

    def erase(self, workspace: str, person: str, now: datetime | None = None) -> Receipt:
        """Erase everything that a person typed in a workspace; how much, place by place."""
        with self._writing() as connection:
            receipt = erasure.erase(connection, workspace, person, now or datetime.now(UTC))
        engine.empty_log(self._engine)
        return receipt

    def _go_on(
        self, connection: Connection, row: Stored, now: datetime, more: bool
    ) -> Sending | None:
        post = outbox.take(connection, row, now, self._pace) if more else row.post_at
        if isinstance(post, Sending):
            return post
        claims.release(connection, claims.held(row), now, post)
        return None

    def _owner(self) -> str:
        return self._living().owner

    def _living(self) -> Liveness:
        with self._guard:
            if self._liveness is None:
                self._liveness = liveness_for(engine.sqlite_file(self._engine))
            return self._liveness

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if not self._checked:
            self.check()
        if self._one_writer is None:
            with self._engine.begin() as connection:
                yield connection
        else:
            with self._one_writer, self._engine.begin() as connection:
                yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if not self._checked:
            self.check()
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def _connected(self, database: Engine) -> Iterator[Connection]:
        try:
            with database.begin() as connection:
                yield connection
        except DBAPIError as error:
            url = self._engine.url.render_as_string()
            raise DatabaseUnusable(url=url, problem=str(error.orig)) from error
