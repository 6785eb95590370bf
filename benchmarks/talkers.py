"""People who talk to the bot through Slack on a bad day: late, twice, and in another order.

Slack sends again what was not acknowledged; so does this, only sooner and more often.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter

from benchmarks.ledger import Said
from benchmarks.standin import StandIn
from benchmarks.traffic import FORM, OPENINGS, REPLIES, Line, Payloads

PATIENCE = 3.0
"""Seconds that Slack waits for an acknowledgement."""

RETRIES = (0.1, 0.3, *(1.0,) * 60)
"""Seconds until each further try."""

SHARED = 6
"""Channels in which several conversations go on, so that their pace is in the way."""

MESSAGES = 6
"""Of each conversation, the first included."""

ROOT_WITHIN = 60.0


@dataclass
class Talkers:
    """Everybody, and what they said; events go to one of the `ports`, whichever answers."""

    slack: StandIn
    ports: Sequence[int]
    chance: Random
    payloads: Payloads = field(default_factory=Payloads)
    said: dict[str, Said] = field(default_factory=dict)
    begun: int = 0
    tries: int = 0
    unanswered: int = 0
    _again: set["asyncio.Task[None]"] = field(default_factory=set)

    async def talk(self, most: int, side_by_side: int, stopping: Callable[[], bool]) -> None:
        """Hold so many conversations, several at a time, until told to begin no more."""

        async def one_after_the_other() -> None:
            while self.begun < most and not stopping():
                self.begun += 1
                await self._conversation(self.begun)

        await asyncio.gather(*(one_after_the_other() for _ in range(side_by_side)))
        await asyncio.gather(*self._again)

    async def _conversation(self, number: int) -> None:
        begin = self.chance.choices((self._direct, self._mention, self._command), (5, 3, 2))[0]
        begun = await begin(number)
        if begun is None:
            return
        channel, root = begun
        left = MESSAGES - 1
        while left > 0:
            await asyncio.sleep(self.chance.uniform(0.0, 1.0))
            together = min(left, self.chance.choices((1, 2, 3), (7, 2, 1))[0])
            left -= together
            # What is said in one breath may arrive in any order.
            await asyncio.gather(*(self._reply(channel, root) for _ in range(together)))

    async def _direct(self, number: int) -> tuple[str, str]:
        channel, ts = f"D{number:06}", self.payloads.stamp()
        body = self.payloads.said(self.chance.choice(OPENINGS), channel, ts)
        await self._deliver(f"{channel}:{ts}", body)
        return channel, ts

    async def _mention(self, number: int) -> tuple[str, str]:
        shared = self.chance.random() < 1 / 8
        channel = f"C0SHARED{number % SHARED}" if shared else f"C{number:06}"
        ts, text = self.payloads.stamp(), f"<@U0ADVISOR> {self.chance.choice(OPENINGS)}"
        shapes = [self.payloads.said(text, channel, ts, mention=it) for it in (True, False)]
        await asyncio.gather(*(self._deliver(f"{channel}:{ts}", body) for body in shapes))
        return channel, ts

    async def _command(self, number: int) -> tuple[str, str] | None:
        """Typed once: Slack does not repeat a command that nobody answered."""
        channel = f"C{number:06}"
        body, trigger = self.payloads.command(channel)
        said = Said(f"command:{trigger}", perf_counter())
        self.tries += 1
        line = Line(self.chance.choice(self.ports), PATIENCE)
        try:
            await line.send(body, FORM)
        except OSError:
            self.unanswered += 1
            return None
        finally:
            line.close()
        said.acknowledged = perf_counter()
        self.said[said.key] = said
        return await self._root(channel)

    async def _root(self, channel: str) -> tuple[str, str] | None:
        end = perf_counter() + ROOT_WITHIN
        while perf_counter() < end:
            for one in self.slack.in_channel(channel):
                if one.thread is None and one.method == "chat.postMessage":
                    return channel, one.ts
            await asyncio.sleep(0.1)
        return None  # the account will tell that it is missing

    async def _reply(self, channel: str, root: str) -> None:
        ts, text = self.payloads.stamp(), self.chance.choice(REPLIES)
        await asyncio.sleep(self.chance.uniform(0.0, 0.05))
        body = self.payloads.said(text, channel, ts, root)
        await self._deliver(f"{channel}:{ts}", body)
        if self.chance.random() < 1 / 10:
            body, key = self.payloads.changed(self.chance.choice(REPLIES), channel, ts, root)
            await self._deliver(key, body)

    async def _deliver(self, key: str, body: bytes) -> None:
        """Send until it is acknowledged; now and then once more after that."""
        said = self.said.setdefault(key, Said(key, perf_counter()))
        if await self._until_acknowledged(body) and said.acknowledged is None:
            said.acknowledged = perf_counter()
        if self.chance.random() < 1 / 8:
            self._later(self.chance.uniform(0.0, 3.0), lambda: self._until_acknowledged(body))

    async def _until_acknowledged(self, body: bytes) -> bool:
        for wait in RETRIES:
            self.tries += 1
            line = Line(self.chance.choice(self.ports), PATIENCE)
            try:
                await line.send(body)
            except OSError:
                self.unanswered += 1
                await asyncio.sleep(wait)
            else:
                return True
            finally:
                line.close()
        return False

    def _later(self, seconds: float, do: Callable[[], Awaitable[bool]]) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            await do()

        task = asyncio.create_task(wait())
        self._again.add(task)
