"""A small Slack on the loopback: answers the bot, remembers what it posted, and fails to order.

Unlike the playground it has no page and checks nothing: it is quick, and it can be cruel.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from time import perf_counter, time
from typing import Any, Literal, Protocol
from urllib.parse import parse_qsl

WRITES = ("chat.postMessage", "chat.update", "chat.postEphemeral")
READS = ("conversations.replies", "conversations.history")

Kind = Literal["none", "busy", "failed", "failed after", "dropped", "dropped after"]
"""How a call ends; `busy`, `failed` and `dropped` without any effect."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls one call: seconds until it takes effect, seconds until it is answered, its end.

    `lag` is how many seconds later than that a message can be found.
    """

    before: float = 0.0
    after: float = 0.0
    lag: float = 0.0
    kind: Kind = "none"


class Faults(Protocol):
    """Whoever says what befalls a call."""

    def draw(self, method: str) -> Fault:
        """For the next call of a method."""
        ...


class NoFaults:
    """Everything works, at once."""

    def draw(self, method: str) -> Fault:  # noqa: ARG002 - the same for all
        """Nothing happens."""
        return _FINE


_FINE = Fault()


class SeededFaults:
    """Slack on a bad day, from a seed.

    Waits and lag together stay well under the second that the outbox waits before it looks for a
    message: beyond that nobody can promise anything.
    """

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)  # noqa: S311 - repeatable, not secret
        self.counts: dict[str, int] = defaultdict(int)

    def draw(self, method: str) -> Fault:
        """One call in six fails in some way; one in three is slow."""
        chance = self._chance
        kind: Kind = "none"
        if method in WRITES:
            kinds: tuple[Kind, ...] = (
                "none",
                "busy",
                "failed",
                "failed after",
                "dropped",
                "dropped after",
            )
            kind = chance.choices(kinds, (84, 3, 3, 3, 3, 4))[0]
        elif method in READS:
            kind = chance.choices(("none", "busy", "failed", "dropped"), (91, 3, 3, 3))[0]
        slow = chance.random() < 1 / 3
        self.counts[kind] += 1
        return Fault(
            before=chance.uniform(0.02, 0.15) if slow else 0.0,
            after=chance.uniform(0.02, 0.4) if slow else 0.0,
            lag=chance.uniform(0.0, 0.2),
            kind=kind,
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """One message or edit that took effect: `id` as its metadata says, `at` by the clock here."""

    id: str
    method: str
    channel: str
    thread: str | None
    ts: str
    at: float
    found_from: float


@dataclass
class StandIn:
    """Slack's Web API, as far as the bot uses it; `taken` is in the order in which it happened."""

    faults: Faults = field(default_factory=NoFaults)
    taken: list[Taken] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    url: str = ""
    _of_channel: dict[str, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    _stamps: int = field(default_factory=lambda: int(time() * 1e6))
    _waits: set[asyncio.TimerHandle] = field(default_factory=set)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["StandIn"]:
        """Listen on a free port of the loopback interface while the block runs."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/"
        try:
            yield self
        finally:
            server.close()
            for wait in self._waits:
                wait.cancel()

    def stamp(self) -> str:
        """A new `ts`, later than all before."""
        self._stamps += 1
        return f"{self._stamps // 1_000_000}.{self._stamps % 1_000_000:06}"

    def in_channel(self, channel: str) -> list[Taken]:
        """What was posted and edited there, in order."""
        return self._of_channel[channel]

    def answer(self, method: str, arguments: Mapping[str, Any], lag: float) -> dict[str, Any]:
        """Do what a call asks for; the answer's body."""
        channel = str(arguments.get("channel"))
        if method in WRITES:
            ts = str(arguments["ts"]) if method == "chat.update" else self.stamp()
            self._take(method, arguments, ts, lag)
            return {"channel": channel, "ts": ts, "message_ts": ts}
        match method:
            case "conversations.replies":
                return {"messages": self._listed(channel, str(arguments["ts"]))}
            case "conversations.history":
                return {"messages": self._listed(channel, None)[::-1]}
            case "conversations.open":
                return {"channel": {"id": f"D{arguments.get('users')}"}}
            case "chat.getPermalink":
                mark = str(arguments.get("message_ts")).replace(".", "")
                return {"permalink": f"http://127.0.0.1/archives/{channel}/p{mark}"}
            case _:
                return {}

    def _take(self, method: str, arguments: Mapping[str, Any], ts: str, lag: float) -> None:
        tag = arguments.get("metadata") or {}
        now = perf_counter()
        taken = Taken(
            id=str((tag.get("event_payload") or {}).get("id", "")),
            method=method,
            channel=str(arguments.get("channel")),
            thread=arguments.get("thread_ts"),
            ts=ts,
            at=now,
            found_from=now + lag,
        )
        self.taken.append(taken)
        self._of_channel[taken.channel].append(taken)

    def _listed(self, channel: str, thread: str | None) -> list[dict[str, Any]]:
        """The messages of a thread, or those of a channel outside threads; the oldest first."""
        now = perf_counter()
        return [
            {
                "ts": one.ts,
                "metadata": {"event_type": "servicemodel_post", "event_payload": {"id": one.id}},
            }
            for one in self._of_channel[channel]
            if one.method == "chat.postMessage" and one.found_from <= now
            # A root is part of its own thread.
            if one.thread == thread or (thread is not None and one.ts == thread)
        ]

    def later(self, seconds: float, do: Any) -> None:  # noqa: ANN401 - whatever is to be called
        """Do something after a while, unless the stand-in has closed by then."""

        def now() -> None:
            self._waits.discard(handle)
            do()

        handle = asyncio.get_running_loop().call_later(seconds, now)
        self._waits.add(handle)


class _Connection(asyncio.Protocol):
    """Reads calls off one connection and answers them, one after the other."""

    def __init__(self, slack: StandIn) -> None:
        self._slack = slack
        self._heard = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer as soon as a call is whole."""
        self._heard += data
        head, separator, rest = self._heard.partition(b"\r\n\r\n")
        if not separator:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in map(_cut, lines)}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        body, self._heard = rest[:length].decode(), rest[length:]
        json_like = headers.get("content-type", "").startswith("application/json")
        arguments = json.loads(body) if json_like else dict(parse_qsl(body))
        self._called(first.split(" ")[1].rpartition("/")[2], arguments)

    def _called(self, method: str, arguments: dict[str, Any]) -> None:
        slack = self._slack
        slack.calls[method] += 1
        fault = slack.faults.draw(method)

        def act() -> None:
            body: dict[str, Any] = {"ok": False, "error": "internal_error"}
            if fault.kind in ("none", "failed after", "dropped after"):
                body = {"ok": True, **slack.answer(method, arguments, fault.lag)}
            if fault.after:
                slack.later(fault.after, lambda: self._say(fault.kind, body))
            else:
                self._say(fault.kind, body)

        if fault.before:
            slack.later(fault.before, act)
        else:
            act()

    def _say(self, kind: Kind, body: Mapping[str, Any]) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        match kind:
            case "dropped" | "dropped after":
                self._transport.abort()
            case "busy":
                ratelimited = {"ok": False, "error": "ratelimited"}
                self._write("429 Too Many Requests", ratelimited, "Retry-After: 1\r\n")
            case "failed" | "failed after":
                failed = {"ok": False, "error": "internal_error"}
                self._write("500 Internal Server Error", failed)
            case "none":
                self._write("200 OK", body)

    def _write(self, status: str, body: Mapping[str, Any], more: str = "") -> None:
        said = json.dumps(body).encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{more}"
            f"Content-Length: {len(said)}\r\n\r\n"
        )
        if self._transport is not None:
            self._transport.write(head.encode() + said)


def _cut(line: str) -> tuple[str, str, str]:
    return line.partition(":")
