"""A status while somebody waits: shown where an answer takes longer than a moment."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock, Thread
from time import monotonic, sleep

import structlog

from bot.events import Event
from bot.slack.clients import ClientFor, code_of
from bot.slack.intake import Records
from flows.conversation import Control

MOMENT = 0.6
"""Seconds without an answer after which a status appears: within a second, with Slack's part."""
MOST = 50
"""People that are watched at a time; further ones wait without a status."""
LOOKS = 200
"""So often it is looked at: two minutes, after which Slack takes a status away by itself."""
NEWEST = 20
STATUS = "is looking into it…"

_log = structlog.get_logger("bot.slack")

Work = Callable[[], object]


class Soon:
    """Does things after a moment, one after the other, in a thread that lives while there are any.

    What fails is logged and forgotten; what is more than it can hold is not done at all.
    """

    def __init__(self, seconds: float = MOMENT, most: int = MOST) -> None:
        self._seconds = seconds
        self._most = most
        self._queue: deque[tuple[float, Work]] = deque()
        self._running = False
        self._lock = Lock()

    def call(self, work: Work) -> None:
        """Do it in a moment; returns at once."""
        with self._lock:
            if len(self._queue) >= self._most:
                return
            self._queue.append((monotonic() + self._seconds, work))
            if self._running:
                return
            self._running = True
        Thread(target=self._run, name="slack-soon", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._running = False
                    return
                due, work = self._queue.popleft()
            sleep(max(0.0, due - monotonic()))
            try:
                work()
            except Exception as error:  # noqa: BLE001 - a thread has nobody else to tell
                _log.warning("no_status", error=code_of(error))


@dataclass(frozen=True, slots=True)
class Patience:
    """Watches over what people wait for. `soon` is `Soon.call`."""

    records: Records
    client_for: ClientFor
    soon: Callable[[Work], None]

    def watch(self, event: Event, conversation: str) -> None:
        """Look in a moment whether whoever spoke in a thread still waits for an answer."""
        if event.place.thread and event.kind in {"text", "click"} and not event.to_other:
            self.soon(partial(self._look, event, conversation, LOOKS))

    def _look(self, event: Event, conversation: str, looks: int) -> None:
        waits, shown = self._waits(event, conversation), looks < LOOKS
        if waits and not shown:
            self._show(event, STATUS)
        elif shown and not waits:
            # A post takes the status away, but not every turn leads to one.
            self._show(event, "")
        if waits and looks > 1:
            self.soon(partial(self._look, event, conversation, looks - 1))

    def _waits(self, event: Event, conversation: str) -> bool:
        """Only the one who began is shown a status; beside a human, only who addresses us."""
        own = self.records.conversations(event.workspace, NEWEST, starter=event.by)
        return any(
            one.id == conversation
            and one.waiting
            and (event.addressed or one.control != Control.HUMAN)
            for one in own
        )

    def _show(self, event: Event, status: str) -> None:
        where = {"channel_id": event.place.channel, "thread_ts": event.place.thread}
        self.client_for(event.workspace).api_call(
            "assistant.threads.setStatus", json={**where, "status": status}
        )
