"""What a turn costs when much is stored: on two databases, a small and a large one, in turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Table, func, insert, literal, select
from sqlalchemy.sql.elements import ColumnElement

from benchmarks.figures import Figure, quantile
from benchmarks.traffic import OPENINGS, TEAM
from bot.events import Delivered, Event, Place, Post
from bot.store import Pace, Store
from bot.store import tables as kept
from bot.worker import Worker
from flows.advisor import Advisor
from flows.conversation import Conversation, Message, Turn
from flows.turn import take_turn

TURNS = 3
"""Turns of each conversation that is stored."""


def fill(store: Store, count: int) -> None:
    """Write so many ended conversations straight into the tables, as `TURNS` turns leave them.

    The columns that nobody reads again while others talk are kept short.
    """
    with store.engine.begin() as connection:
        _fill(connection, count, datetime.now(UTC))


def _fill(connection: Connection, count: int, now: datetime) -> None:
    first = select(literal(1).label("n")).cte("first", recursive=True)
    n = first.union_all(select(first.c.n + 1).where(first.c.n < count))
    turn = select(literal(1).label("t")).cte("turn", recursive=True)
    t = turn.union_all(select(turn.c.t + 1).where(turn.c.t < TURNS))
    of = func.printf("stored%08d", n.c.n)
    before, later = now - timedelta(days=1), now + timedelta(days=1)
    who: dict[str, Any] = {"conversation": of}

    def copy(table: Table, values: Mapping[str, Any], *, each_turn: bool = True) -> None:
        given: dict[str, ColumnElement[Any]] = {
            name: value
            if isinstance(value, ColumnElement)
            else literal(value, type_=table.c[name].type)
            for name, value in values.items()
        }
        rows = select(*given.values()).select_from(n)
        if each_turn:
            rows = rows.join(t, literal(value=True))
        connection.execute(insert(table).from_select(list(given), rows))

    copy(
        kept.conversations,
        {
            "id": of,
            "workspace": TEAM,
            "channel": func.printf("D%08d", n.c.n % 5000),
            "thread": func.printf("100.%08d", n.c.n),
            "direct": True,
            "starter": func.printf("U%08d", n.c.n % 5000),
            "started_at": before,
            "last_at": before,
            "structure": "{}" * 300,
            "state": "recommended",
            "control": "bot",
            "turns": TURNS,
            "seq_in": TURNS,
            "seq_done": TURNS,
            "posts_in": TURNS,
            "posts_done": TURNS,
        },
        each_turn=False,
    )
    copy(
        kept.event_keys,
        {"workspace": TEAM, "key": func.printf("stored-%d-%d", n.c.n, t.c.t), "at": before},
    )
    times = {"accepted_at": before, "decided_at": before}
    fates = {"state_before": "asking", "state_after": "asking", "control_after": "bot"}
    copy(
        kept.turns,
        who
        | {"seq": t.c.t, "event": "{}" * 50, "intent": "answer", "answers": "{}" * 50}
        | times
        | fates
        | {"knowledge_version": "0"},
    )
    copy(
        kept.outbox,
        who
        | {"number": t.c.t, "seq": t.c.t, "key": "question:1", "audience": "thread"}
        | {"replaces": False, "state": "done", "made_at": before, "ts": "1.0"},
    )
    for kind, person in (("message", func.printf("U%08d", n.c.n % 5000)), ("reply", None)):
        said = {"kind": kind, "number": t.c.t, "workspace": TEAM, "person": person}
        copy(kept.texts, who | said | {"words": "so it was said " * 10})
    for name in ("reminder", "abandon"):
        timer = {"name": name, "generation": TURNS, "due_at": later}
        copy(kept.timers, who | timer, each_turn=False)


@dataclass
class Posts:
    """A poster that is always done at once."""

    sent: int = 0

    def post(self, post: Post) -> Delivered:
        """It is posted."""
        self.sent += 1
        return Delivered(channel=post.place.channel, ts=f"{self.sent}.0")

    def find(self, post: Post) -> None:
        """Nothing is ever unclear."""


@dataclass
class Bench:
    """One database with a worker that is run by hand; seconds of whole turns, and of deciding."""

    store: Store
    advisor: Advisor
    turns: int = 0
    deciding: float = 0.0
    whole: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.worker = Worker(self.store, Posts(), self.advisor, take_turn=self._decide)

    def turn(self) -> None:
        """Accept an event, decide, post."""
        self.turns += 1
        self.deciding = 0.0
        event = Event(
            workspace=TEAM,
            keys=(f"new-{self.turns}", f"D{self.turns}:1"),
            place=Place(channel=f"new{self.turns}", thread="1", direct=True),
            by="U0NEW",
            at=datetime.now(UTC),
            kind="text",
            starts=True,
            text=OPENINGS[self.turns % len(OPENINGS)],
            ts="1",
            addressed=True,
        )
        began = perf_counter()
        self.store.accept(event)
        while self.worker.run_once():
            pass
        took = perf_counter() - began
        self.whole.append(took)
        self.stored.append(took - self.deciding)

    def _decide(self, conversation: Conversation, message: Message, advisor: Advisor) -> Turn:
        began = perf_counter()
        taken = take_turn(conversation, message, advisor)
        self.deciding += perf_counter() - began
        return taken


def growth_figures(
    folder: Path, advisor: Advisor, small: int, large: int, turns: int
) -> list[Figure]:
    """The cost of so many turns with few and with many conversations stored, and the ratios."""
    benches = []
    for count in (small, large):
        store = Store.open(f"sqlite:///{folder / f'stored-{count}.sqlite3'}", Pace(seconds=0))
        store.migrate()
        fill(store, count)
        benches.append(Bench(store, advisor))
    for _ in range(turns):
        for bench in benches:  # in turns: whatever else the machine does meets both
            bench.turn()
    for bench in benches:
        bench.store.close()
    warm = len(OPENINGS)  # until then something is still loaded for the first time
    few, many = (quantile(bench.whole[warm:], 0.5) * 1000 for bench in benches)
    least, most = (quantile(bench.stored[warm:], 0.5) * 1000 for bench in benches)
    of = "a turn with {:,} conversations stored, p50"
    return [
        Figure("growth.few_ms", of.format(small), few, "ms"),
        Figure("growth.many_ms", of.format(large), many, "ms"),
        Figure("growth.ratio", "the one beside the other", many / few, "", "1.2"),
        Figure("growth.store_few_ms", "of that, the store's part with few", least, "ms"),
        Figure("growth.store_many_ms", "of that, the store's part with many", most, "ms"),
        Figure("growth.store_ratio", "the one beside the other", most / least, "", "1.2"),
    ]
