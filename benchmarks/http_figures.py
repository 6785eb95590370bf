"""Whole turns over HTTP: signed event, acknowledgement, turn, post; beside a bare Bolt app.

The bot is a real `servicemodel serve` on SQLite. This process plays Slack on both sides: it
delivers events and takes the posts, so on two cores half the machine is Slack's.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks import bare
from benchmarks.children import Child, free_port, running, settings, web, worker
from benchmarks.database import asked, drained, new_database
from benchmarks.figures import Figure, quantile, spread
from benchmarks.standin import StandIn
from benchmarks.traffic import OPENINGS, REPLIES, Line, Payloads

LINES = 16
"""Connections side by side, as Slack's deliveries come."""

APART = 2.5
"""Seconds between two gentle messages of a conversation: no channel's pace is ever in the way."""

DRAINED_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Load:
    """How much is sent: gently `rate` a second for so long, then `conversations` at full speed."""

    seconds: float
    rate: float
    conversations: int
    bare: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One event: when it was sent and acknowledged, and the channel in which it is answered."""

    channel: str
    at: float
    acknowledged: float

    @property
    def ack(self) -> float:
        """Seconds until the acknowledgement."""
        return self.acknowledged - self.at


@dataclass
class Talk:
    """One conversation in a direct message of its own."""

    channel: str
    root: str | None = None
    said: int = 0


@dataclass
class Crowd:
    """Everybody who talks to the bot through a door."""

    port: int
    payloads: Payloads = field(default_factory=Payloads)
    _begun: int = 0

    def talks(self, count: int) -> list[Talk]:
        """New conversations."""
        self._begun += count
        return [Talk(f"D{n:07}") for n in range(self._begun - count, self._begun)]

    async def say(self, line: Line, talk: Talk) -> Sent:
        """The next message of a conversation, delivered and acknowledged."""
        number = int(talk.channel[1:])
        text = (
            OPENINGS[number % len(OPENINGS)]
            if talk.root is None
            else REPLIES[(number + talk.said) % len(REPLIES)]
        )
        ts = self.payloads.stamp()
        body = self.payloads.said(text, talk.channel, ts, talk.root)
        talk.root, talk.said = talk.root or ts, talk.said + 1
        at = perf_counter()
        await line.send(body)
        return Sent(talk.channel, at, perf_counter())

    async def gently(self, rate: float, seconds: float) -> list[Sent]:
        """So many events a second, on time whatever becomes of those before."""
        talks = self.talks(max(1, round(rate * APART)))
        lines = [Line(self.port) for _ in talks]
        began, pending = perf_counter(), []
        for number in range(round(rate * seconds)):
            await asyncio.sleep(began + number / rate - perf_counter())
            who = number % len(talks)
            pending.append(asyncio.create_task(self.say(lines[who], talks[who])))
        sent = await asyncio.gather(*pending)
        for line in lines:
            line.close()
        return sent

    async def at_once(self, talks: Sequence[Talk]) -> list[Sent]:
        """One message of each conversation, as fast as the door takes them."""
        waiting = list(talks)[::-1]
        sent: list[Sent] = []

        async def deliver() -> None:
            line = Line(self.port)
            while waiting:
                sent.append(await self.say(line, waiting.pop()))
            line.close()

        await asyncio.gather(*(deliver() for _ in range(LINES)))
        return sent


async def http_figures(folder: Path, load: Load) -> list[Figure]:
    """Speed over HTTP on new databases in `folder`, and the memory that it took."""
    port = free_port()
    command = (sys.executable, bare.__file__, str(port))
    idle = Child("bare", command, settings(folder / "unused", ""), folder, port=port)
    async with StandIn().listening() as slack, running(idle):
        nobody = Crowd(port)
        await nobody.at_once(nobody.talks(load.bare // 4))
        bare_sent = [await nobody.at_once(nobody.talks(load.bare))]
        database = new_database(folder / "one.sqlite3")
        server = web("serve", settings(database, slack.url), folder)
        async with running(server):
            ours = await _ours(server, slack, database, load)
        bare_sent.append(await nobody.at_once(nobody.talks(load.bare)))
        database = new_database(folder / "two.sqlite3")
        server = web("edge", settings(database, slack.url), folder, "--no-worker")
        async with running(server, worker("work", settings(database, slack.url), folder)):
            crowd = await _warmed(server, database)
            two = await _whole(crowd, slack, database, max(LINES, load.conversations // 4))
        bare_sent.append(await nobody.at_once(nobody.talks(load.bare)))
    floor = quantile([_rate(sent) for sent in bare_sent], 0.5)
    acks = [one.ack for sent in bare_sent for one in sent]
    return [
        *ours,
        Figure("http.two_turns_per_second", "whole turns, web and worker apart", two.rate, "/s"),
        Figure("http.bare_per_second", "a bare Bolt app that only acknowledges", floor, "/s"),
        *spread("http.bare_ack", "its acknowledgement", acks),
        Figure("http.share", "whole turns beside it", ours[0].value / floor, "", "1/6"),
        Figure("http.two_share", "web and worker apart beside it", two.rate / floor, ""),
    ]


@dataclass(frozen=True, slots=True)
class Whole:
    """What a run at full speed gave: its events, and seconds until accepted and until answered."""

    sent: list[Sent]
    accepted: float
    answered: float

    @property
    def rate(self) -> float:
        """Whole turns a second."""
        return len(self.sent) / self.answered


async def _ours(server: Child, slack: StandIn, database: Path, load: Load) -> list[Figure]:
    crowd = await _warmed(server, database)
    rested = server.memory_mb()
    gentle = await crowd.gently(load.rate, load.seconds)
    await _done(database)
    answered = _until_answered(gentle, slack)
    whole = await _whole(crowd, slack, database, load.conversations)
    acks, rate = [one.ack for one in gentle], f"{load.rate:.0f}/s"
    busy, accepted = [one.ack for one in whole.sent], len(whole.sent) / whole.accepted
    after = f"memory after {load.conversations:,} conversations"
    return [
        Figure("http.turns_per_second", "whole turns", whole.rate, "/s", "250"),
        Figure("http.accepted_per_second", "events accepted meanwhile", accepted, "/s"),
        *spread("http.busy_ack", "acknowledgement at full load", busy),
        *spread("http.ack", f"acknowledgement at {rate}", acks, ("", "50")),
        *spread("http.event_to_post", f"event to post at {rate}", answered, ("40",)),
        Figure("memory.rested_mb", "memory after a few turns", rested, "MB"),
        Figure("memory.after_mb", after, server.memory_mb(), "MB", "200"),
    ]


async def _warmed(server: Child, database: Path) -> Crowd:
    """A crowd to which everything that is loaded when it is first used is loaded."""
    crowd = Crowd(server.port or 0)
    for _ in range(2):
        await crowd.at_once(crowd.talks(2 * LINES))
        await _done(database)
    return crowd


async def _whole(crowd: Crowd, slack: StandIn, database: Path, conversations: int) -> Whole:
    """Two messages in each of so many conversations, until everything is posted."""
    talks = crowd.talks(conversations)
    done = _turns(database)
    began = perf_counter()
    sent = await crowd.at_once(talks)
    sent += await crowd.at_once(talks)
    accepted = perf_counter() - began
    await _done(database)
    if (handled := _turns(database) - done) != len(sent):
        # A figure of a run that went wrong is worth nothing.
        message = f"{handled} turns for {len(sent)} events"
        raise RuntimeError(message)
    return Whole(sent, accepted, slack.taken[-1].at - began)


def _until_answered(sent: Sequence[Sent], slack: StandIn) -> list[float]:
    """Seconds from each event to the first message that answers it."""
    waits = []
    for one in sent:
        answers = [
            post.at
            for post in slack.in_channel(one.channel)
            if post.method == "chat.postMessage" and post.at > one.at
        ]
        waits.append(answers[0] - one.at)
    return waits


def _rate(sent: Sequence[Sent]) -> float:
    return len(sent) / (max(one.acknowledged for one in sent) - min(one.at for one in sent))


async def _done(database: Path) -> None:
    """Wait until nothing waits any more."""
    if not await drained(database, DRAINED_WITHIN):
        message = f"not done after {DRAINED_WITHIN:.0f} seconds"
        raise TimeoutError(message)


def _turns(database: Path) -> int:
    return int(asked(database, "SELECT count(*) FROM turns")[0][0])
