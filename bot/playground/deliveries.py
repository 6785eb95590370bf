"""Events on their way to the app: in order per channel, tried again when not acknowledged."""

import heapq
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bot.playground.faults import Faults
from bot.playground.payloads import Delivery
from bot.playground.post import Acknowledged, Carrier, Outcome, Unacknowledged

RETRY_SECONDS = (0.0, 60.0, 300.0)
"""How long Slack waits before each further try."""
TRIES_KEPT = 2_000
AT_ONCE = 4
"""How many deliveries go out side by side."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One try of a delivery: the how-manieth (0 is the first), and what came of it."""

    delivery: Delivery
    number: int
    outcome: Outcome


@dataclass(order=True, slots=True)
class _Due:
    at: float
    order: int
    delivery: Delivery = field(compare=False)
    number: int = field(compare=False)
    reason: str = field(compare=False)


class Deliveries:
    """Sends events in the background; `tried` remembers the last ones.

    A further try does not hold up what comes after it, so it may arrive late, as with Slack.
    """

    def __init__(
        self,
        postman: Carrier,
        *,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        faults: Faults | None = None,
    ) -> None:
        self._postman = postman
        self._faults = faults or Faults()
        self._overtaken: dict[str, Delivery] = {}
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._condition = threading.Condition()
        self._lanes: dict[str, deque[Delivery]] = {}
        self._later: list[_Due] = []
        self._order = 0
        self._running = 0
        self._closed = False
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="playground-deliveries")
        self._timer: threading.Thread | None = None
        self.tried: deque[Tried] = deque(maxlen=TRIES_KEPT)

    def send(self, delivery: Delivery) -> None:
        """Send it after everything else in its lane, unless a fault was asked for."""
        fault = self._faults.of_delivery(delivery.type)
        kind = fault.kind if fault else ""
        with self._condition:
            if self._closed:
                return
            if kind == "out_of_order" and delivery.lane not in self._overtaken:
                self._overtaken[delivery.lane] = delivery
                return
            if kind == "lost":
                self._start(self._lose, delivery)
            else:
                self._line_up(delivery)
            if kind == "duplicated":
                self._line_up(delivery)
            late = self._overtaken.pop(delivery.lane, None)
            if late is not None:
                self._line_up(late)

    def _line_up(self, delivery: Delivery) -> None:
        lane = self._lanes.get(delivery.lane)
        if lane is not None:
            lane.append(delivery)
            return
        self._lanes[delivery.lane] = deque([delivery])
        self._start(self._empty_lane, delivery.lane)

    def _lose(self, delivery: Delivery) -> None:
        self.tried.append(Tried(delivery, 0, Unacknowledged("connection_failed")))
        if self._retry_seconds:
            self._try_later(delivery, 1, "connection_failed")

    def settle(self, seconds: float = 10.0) -> bool:
        """Wait until nothing is under way or waits for a further try; False if it takes longer."""
        with self._condition:
            return self._condition.wait_for(
                lambda: not self._lanes and not self._later and not self._running, seconds
            )

    def close(self) -> None:
        """Stop; what waits for a further try is dropped."""
        with self._condition:
            self._closed = True
            self._later.clear()
            for lane in self._lanes.values():
                lane.clear()
            self._condition.notify_all()
        self._pool.shutdown(wait=True)
        if self._timer is not None:
            self._timer.join()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        self._running += 1
        self._pool.submit(self._run, work, *arguments)

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        try:
            work(*arguments)
        finally:
            with self._condition:
                self._running -= 1
                self._condition.notify_all()

    def _empty_lane(self, name: str) -> None:
        while True:
            with self._condition:
                lane = self._lanes[name]
                if not lane:
                    del self._lanes[name]
                    return
                delivery = lane.popleft()
            self._try(delivery, 0, "")

    def _try(self, delivery: Delivery, number: int, reason: str) -> None:
        headers = {}
        if number:
            headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        body = json.dumps(delivery.payload).encode()
        outcome = self._postman.post(body, "application/json", headers)
        self.tried.append(Tried(delivery, number, outcome))
        if isinstance(outcome, Acknowledged) and (outcome.ok or outcome.no_retry):
            return
        if number < len(self._retry_seconds):
            why = "http_error" if isinstance(outcome, Acknowledged) else outcome.reason
            self._try_later(delivery, number + 1, why)

    def _try_later(self, delivery: Delivery, number: int, reason: str) -> None:
        with self._condition:
            if self._closed:
                return
            self._order += 1
            at = self._clock() + self._retry_seconds[number - 1]
            heapq.heappush(self._later, _Due(at, self._order, delivery, number, reason))
            if self._timer is None:
                self._timer = threading.Thread(
                    target=self._watch_clock, name="playground-retries", daemon=True
                )
                self._timer.start()
            self._condition.notify_all()

    def _watch_clock(self) -> None:
        with self._condition:
            while not self._closed:
                if not self._later:
                    self._condition.wait()
                    continue
                wait = self._later[0].at - self._clock()
                if wait > 0:
                    self._condition.wait(wait)
                    continue
                due = heapq.heappop(self._later)
                self._start(self._try, due.delivery, due.number, due.reason)
