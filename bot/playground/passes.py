"""Short-lived permissions that go out with an interaction: trigger ids and response URLs."""

import secrets
import threading
from dataclasses import dataclass, replace

from bot.playground.refusal import Refusal
from bot.playground.workspace import Clock

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_TIMES = 5
KEPT = 1_000
"""How many of each are remembered."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """The right to open one dialogue box for a person, or to put one on top of `view`."""

    person: str
    until: float
    view: str | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """The right to answer where somebody clicked or typed a command.

    `message` is the `ts` of the message that was clicked, `whisper` says that it was ephemeral.
    """

    person: str
    channel: str
    until: float
    thread_ts: str | None = None
    message: str | None = None
    whisper: bool = False
    used: int = 0


class Passes:
    """Gives them out and takes them back, on Slack's clocks."""

    def __init__(self, clock: Clock, *, trigger_seconds: float = TRIGGER_SECONDS) -> None:
        self._clock = clock
        self._trigger_seconds = trigger_seconds
        self._lock = threading.Lock()
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, Response] = {}

    def trigger(self, person: str, view: str | None = None) -> str:
        """A new trigger id."""
        now = self._clock()
        id_ = f"{int(now * 1000)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        with self._lock:
            self._triggers[id_] = Trigger(person, now + self._trigger_seconds, view)
            _forget_oldest(self._triggers)
        return id_

    def use_trigger(self, id_: str) -> Trigger:
        """Use it up, within its three seconds and once."""
        with self._lock:
            trigger = self._triggers.get(id_)
            if trigger is None:
                raise Refusal(error="invalid_trigger_id")
            if trigger.used:
                raise Refusal(error="exchanged_trigger_id")
            if self._clock() > trigger.until:
                raise Refusal(error="expired_trigger_id")
            self._triggers[id_] = replace(trigger, used=True)
            return trigger

    def response(
        self,
        person: str,
        channel: str,
        *,
        thread_ts: str | None = None,
        message: str | None = None,
        whisper: bool = False,
    ) -> str:
        """The secret end of a new response URL."""
        id_ = secrets.token_urlsafe(24)
        until = self._clock() + RESPONSE_SECONDS
        with self._lock:
            self._responses[id_] = Response(person, channel, until, thread_ts, message, whisper)
            _forget_oldest(self._responses)
        return id_

    def use_response(self, id_: str) -> Response:
        """Use it once more: at most five times within half an hour."""
        with self._lock:
            response = self._responses.get(id_)
            if response is None or self._clock() > response.until:
                raise Refusal(error="expired_url")
            if response.used >= RESPONSE_TIMES:
                raise Refusal(error="used_url")
            self._responses[id_] = replace(response, used=response.used + 1)
            return response


def _forget_oldest(kept: dict[str, Trigger] | dict[str, Response]) -> None:
    while len(kept) > KEPT:
        del kept[next(iter(kept))]
