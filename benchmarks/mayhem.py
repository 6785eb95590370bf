"""Processes that are killed and paused at random, and how soon others take over their work."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from benchmarks.children import Child
from benchmarks.database import asked

LOOK_EVERY = 0.01
"""Seconds between two looks at what the dead held."""


@dataclass
class Victim:
    """A process and whether it is at work at this moment."""

    child: Child
    kind: str
    ready: bool = False


@dataclass
class Mayhem:
    """Kills and pauses; every process that is killed is started again."""

    victims: Sequence[Victim]
    database: Path
    chance: Random
    kills: dict[str, int] = field(default_factory=dict)
    pauses: int = 0
    recoveries: list[float] = field(default_factory=list)
    """Seconds from a kill to the next claim of what the dead one held, by another at work."""
    restarts: list[float] = field(default_factory=list)
    """The same where no other was at work: somebody had to be started first."""
    held: int = 0
    """Conversations that were in the hands of a process when it was killed."""
    _deeds: list["asyncio.Task[None]"] = field(default_factory=list)
    _watches: list["asyncio.Task[None]"] = field(default_factory=list)

    @property
    def killed(self) -> int:
        """How many kills there were."""
        return sum(self.kills.values())

    async def begin(self) -> None:
        """Start everything, and wait until it is at work."""
        for victim in self.victims:
            victim.child.start()
        for victim in self.victims:
            await victim.child.ready()
            victim.ready = True

    async def rage(self, kills: int) -> None:
        """Go on until so many were killed and all are at work again."""
        while self.killed < kills:
            await asyncio.sleep(self.chance.uniform(0.1, 0.8))
            for deed in [deed for deed in self._deeds if deed.done()]:
                self._deeds.remove(deed)
                deed.result()  # raises what went wrong
            victim = self._choose()
            if victim is not None:
                paused = self.chance.random() < 1 / 4
                done = self._pause(victim) if paused else self._kill(victim)
                self._deeds.append(asyncio.create_task(done))
        await asyncio.gather(*self._deeds)

    async def recovered(self, within: float) -> bool:
        """Wait until everything that the dead held was claimed again; whether it was in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await asyncio.gather(*self._watches)
        return len(self.recoveries) + len(self.restarts) == self.held

    async def end(self) -> float:
        """Stop all politely; the seconds that the slowest took."""
        for task in (*self._deeds, *self._watches):
            task.cancel()
        return max([await victim.child.stop() for victim in self.victims], default=0.0)

    def _choose(self) -> Victim | None:
        """Mostly one that has a fellow at work; now and then the last of its kind."""
        ready = [victim for victim in self.victims if victim.ready]
        if not ready:
            return None
        victim = self.chance.choice(ready)
        return victim if self._fellows(victim) or self.chance.random() < 1 / 8 else None

    def _fellows(self, victim: Victim) -> int:
        """How many others can do the same work now."""
        others = (one for one in self.victims if one is not victim)
        return sum(other.ready and other.kind == victim.kind for other in others)

    async def _kill(self, victim: Victim) -> None:
        victim.ready = False
        self.kills[victim.kind] = self.kills.get(victim.kind, 0) + 1
        owner, at = f"{victim.child.pid}-", perf_counter()
        victim.child.kill()
        times = self.recoveries if self._fellows(victim) else self.restarts
        for conversation, fence in self._held_by(owner):
            self.held += 1
            watch = self._watch((conversation, fence, owner), at, times)
            self._watches.append(asyncio.create_task(watch))
        await asyncio.sleep(self.chance.uniform(0.0, 0.5))
        victim.child.start()
        await victim.child.ready(every=0.05)
        victim.ready = True

    async def _pause(self, victim: Victim) -> None:
        """For a while; now and then it is killed before it goes on."""
        victim.ready = False
        self.pauses += 1
        victim.child.signal(signal.SIGSTOP)
        await asyncio.sleep(self.chance.uniform(0.2, 3.0))
        if self.chance.random() < 1 / 4:
            await self._kill(victim)
            return
        victim.child.signal(signal.SIGCONT)
        victim.ready = True

    async def _watch(self, held: tuple[str, int, str], since: float, times: list[float]) -> None:
        """Until somebody else claims what the dead one held."""
        while not self._claimed_again(*held):  # noqa: ASYNC110 - by a process
            await asyncio.sleep(LOOK_EVERY)
        times.append(perf_counter() - since)

    def _held_by(self, owner: str) -> list[tuple[Any, ...]]:
        query = "SELECT id, fence FROM conversations WHERE substr(owner, 1, ?) = ?"
        return asked(self.database, query, len(owner), owner)

    def _claimed_again(self, conversation: str, fence: int, owner: str) -> bool:
        query = "SELECT owner, fence FROM conversations WHERE id = ?"
        for now, reached in asked(self.database, query, conversation):
            # To free it is one step of the fence, to claim it the next.
            by_other = now is not None and not now.startswith(owner)
            return bool(reached > fence and (by_other or reached > fence + 1))
        return False
