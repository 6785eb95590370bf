"""What people send: signed payloads as Slack makes them, and a way to the bot's door."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from time import time
from typing import Any
from urllib.parse import urlencode

from bot.playground.post import signed

SECRET = "a-secret-for-measuring"  # noqa: S105 - both sides of it are here
TOKEN = "xoxb-measuring"  # noqa: S105 - likewise
TEAM, US = "T0BENCH", "U0ADVISOR"
OPENINGS = (
    "hi, we are five developers with one web shop in PHP, where should we run it?",
    "About 40 microservices in Go and Java, all containerised, traffic is spiky",
    "We run EKS today, the upgrades hurt, and our ops team is two people",
    "Nightly batch jobs that read a queue, some need a GPU",
    "We are a bank with our own data centre, and the regulator audits us",
    "start-up, three people, nobody is on call, we need to launch next week",
    "A fleet of Spring Boot services on Cloud Foundry, about 80 of them",
    "webhooks that fire a few times a day and idle the rest of the time",
)
"""First messages, each a situation."""
REPLIES = (
    "nobody knows kubernetes",
    "don't know",
    "we build our own images and are good at it",
    "why do you ask?",
    "what is the difference between paas and caas?",
    "status",
    "two people, part time",
    "it grows about a third each year",
    "skip",
    "no hard limit, a few seconds are fine",
    "asdf qwer",
    "we would like to stay portable",
)
"""What is said after that: answers, questions, commands and nonsense."""


@dataclass
class Payloads:
    """Makes payloads with ids and time stamps of their own."""

    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _base: int = field(default_factory=lambda: int(time()))

    def stamp(self) -> str:
        """A new `ts` of a message."""
        number = next(self._numbers)
        return f"{self._base + number // 1_000_000}.{number % 1_000_000:06}"

    def said(  # noqa: PLR0913 - what a message is made of
        self,
        text: str,
        channel: str,
        ts: str,
        thread: str | None = None,
        *,
        person: str = "U0ANA",
        mention: bool = False,
    ) -> bytes:
        """A `message` event, or the `app_mention` that comes beside it; each has its own id."""
        event: dict[str, Any] = {
            "type": "app_mention" if mention else "message",
            "channel": channel,
            "user": person,
            "text": text,
            "ts": ts,
            "event_ts": ts,
            "team": TEAM,
        }
        if not mention:
            event["channel_type"] = "im" if channel.startswith("D") else "channel"
        if thread is not None:
            event["thread_ts"] = thread
        return self._event(event)

    def changed(self, text: str, channel: str, ts: str, thread: str) -> tuple[bytes, str]:
        """Somebody edits a message of theirs; with the event's id, by which it is known."""
        message = {"type": "message", "user": "U0ANA", "ts": ts, "thread_ts": thread}
        event = {
            "type": "message",
            "subtype": "message_changed",
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            "message": {**message, "text": text},
            "previous_message": {**message, "text": f"{text}, more or less"},
            "ts": self.stamp(),
        }
        body = self._event(event)
        return body, str(json.loads(body)["event_id"])

    def command(self, channel: str, text: str = "") -> tuple[bytes, str]:
        """`/servicemodel`; with its trigger, by which it is known."""
        trigger = f"{next(self._numbers)}.{self._base}"
        form = {
            "team_id": TEAM,
            "channel_id": channel,
            "user_id": "U0ANA",
            "command": "/servicemodel",
            "text": text,
            "trigger_id": trigger,
            "response_url": "",
        }
        return urlencode(form).encode(), trigger

    def _event(self, event: Mapping[str, Any]) -> bytes:
        ours = {"team_id": TEAM, "user_id": US, "is_bot": True}
        return json.dumps(
            {
                "type": "event_callback",
                "team_id": TEAM,
                "event_id": f"Ev{self._base}{next(self._numbers)}",
                "event": event,
                "authorizations": [ours],
            }
        ).encode()


class Refused(OSError):
    """The answer had another status than 200."""


@dataclass
class Line:
    """One connection to the bot's door, kept open between deliveries."""

    port: int
    patience: float = 10.0
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def send(self, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """Deliver a payload and return when it is acknowledged; raises OSError when it is not."""
        try:
            async with asyncio.timeout(self.patience):
                status = await self._post(body, kind, headers)
        except (OSError, EOFError, TimeoutError) as error:
            self.close()
            raise ConnectionError(type(error).__name__) from error
        if status != 200:  # noqa: PLR2004 - the one status that acknowledges
            raise Refused(status)

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
        self._reader = self._writer = None

    async def _post(self, body: bytes, kind: str, headers: Mapping[str, str]) -> int:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        named = {
            "Host": "127.0.0.1",
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **signed(SECRET, body, int(time())),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self._writer.write(f"POST /slack/events HTTP/1.1\r\n{head}\r\n".encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(answer.partition("content-length:")[2].partition("\r\n")[0] or 0)
        await self._reader.readexactly(length)
        return int(answer.split(" ", 2)[1])


FORM = "application/x-www-form-urlencoded"
