"""The account after a fault run: what was acknowledged, handled, planned and posted.

Pure: it is handed what each side says and finds where they differ.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.database import asked
from benchmarks.standin import Taken

NOT_POSTED = ("only",)
"""Audiences whose messages carry no id: posted at most once, and not looked for."""


@dataclass(slots=True)
class Said:
    """One event, by the key under which the store knows it; times by one clock.

    `sent` is when its first delivery began, `acknowledged` when one was first answered with 200.
    """

    key: str
    sent: float
    acknowledged: float | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """One event for which a turn was written, in the order of its conversation."""

    keys: tuple[str, ...]
    conversation: str
    seq: int


@dataclass(frozen=True, slots=True)
class Planned:
    """One message in the outbox: the event that it answers, and how it ended."""

    conversation: str
    number: int
    seq: int
    audience: str
    state: str

    @property
    def id(self) -> str:
        """As its metadata says."""
        return f"{self.conversation}:{self.number}"


@dataclass(frozen=True, slots=True)
class Account:
    """What was wrong, each thing by its name; nothing was when all are empty."""

    lost: tuple[str, ...] = ()
    """Acknowledged, and no turn was written."""
    handled_twice: tuple[str, ...] = ()
    disordered: tuple[str, ...] = ()
    """Handled after something that was sent only once this had been acknowledged."""
    missing: tuple[str, ...] = ()
    """Planned, and never posted."""
    posted_twice: tuple[str, ...] = ()
    posts_disordered: tuple[str, ...] = ()
    """Posted after a later message of the same conversation."""
    strangers: tuple[str, ...] = ()
    """Posted, and not planned."""

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return not any(self.faults().values())

    def faults(self) -> Mapping[str, tuple[str, ...]]:
        """Each kind of fault with its cases."""
        return {
            "acknowledged and lost": self.lost,
            "handled twice": self.handled_twice,
            "handled out of order": self.disordered,
            "posts missing": self.missing,
            "posted twice": self.posted_twice,
            "posted out of order": self.posts_disordered,
            "posted without being planned": self.strangers,
        }


@dataclass(frozen=True)
class Books:
    """What the database holds when all is done."""

    handled: Sequence[Handled] = ()
    planned: Sequence[Planned] = ()
    of_key: Mapping[str, Handled] = field(init=False)

    def __post_init__(self) -> None:
        of_key = {key: one for one in self.handled for key in one.keys}
        object.__setattr__(self, "of_key", of_key)


def settle(said: Iterable[Said], books: Books, taken: Sequence[Taken]) -> Account:
    """Hold what people sent and what Slack took against what the database says."""
    said = list(said)
    posted = [one for one in taken if one.method == "chat.postMessage" and one.id]
    planned = {one.id: one for one in books.planned if one.audience not in NOT_POSTED}
    there = {one.id for one in taken}
    times = Counter(key for one in books.handled for key in one.keys)
    counted = Counter(one.id for one in posted)
    return Account(
        lost=tuple(
            one.key for one in said if one.acknowledged is not None and one.key not in books.of_key
        ),
        handled_twice=tuple(key for key, count in times.items() if count > 1),
        disordered=tuple(_disordered(said, books)),
        missing=tuple(
            f"{one.id} ({one.state})"
            for one in planned.values()
            if one.state != "done" or one.id not in there
        ),
        posted_twice=tuple(id_ for id_, count in counted.items() if count > 1),
        posts_disordered=tuple(_posts_disordered(taken)),
        strangers=tuple(sorted(id_ for id_ in there if id_ and id_ not in planned)),
    )


def _disordered(said: Iterable[Said], books: Books) -> Iterable[str]:
    """Slack promises no order between deliveries; but what was acknowledged came first."""
    of: dict[str, list[tuple[int, Said]]] = defaultdict(list)
    for one in said:
        if handled := books.of_key.get(one.key):
            of[handled.conversation].append((handled.seq, one))
    for events in of.values():
        latest_sent = float("-inf")
        for _, one in sorted(events, key=lambda pair: pair[0]):
            if one.acknowledged is not None and one.acknowledged < latest_sent:
                yield one.key
            latest_sent = max(latest_sent, one.sent)


def _posts_disordered(taken: Iterable[Taken]) -> Iterable[str]:
    highest: dict[str, int] = defaultdict(int)
    seen: set[str] = set()
    for one in taken:
        if not one.id or one.id in seen:
            continue
        seen.add(one.id)
        conversation, _, number = one.id.rpartition(":")
        if int(number) < highest[conversation]:
            yield one.id
        highest[conversation] = max(highest[conversation], int(number))


def read_books(database: Path) -> Books:
    """The books of an SQLite file."""
    turns = asked(database, "SELECT event, conversation, seq FROM turns")
    posts = asked(database, "SELECT conversation, number, seq, audience, state FROM outbox")
    return Books(
        [Handled(tuple(json.loads(event)["keys"]), *at) for event, *at in turns],
        [Planned(*row) for row in posts],
    )
