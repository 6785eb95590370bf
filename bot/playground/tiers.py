"""How often each method may be called: Slack's tiers, and the pace of messages in a channel."""

import math
import threading
from collections import OrderedDict

from bot.playground.api.method import Tier
from bot.playground.workspace import Clock

A_MINUTE = {2: 20, 3: 50, 4: 100, "special": 300}
"""Calls in a minute by tier; Slack promises `special` methods several hundred."""
BURST = 5
"""Messages that a channel takes at once, before it is one a second."""
KEPT = 10_000


class Tiers:
    """Counts calls, per workspace and method; the clock moves by itself or as a test says.

    Each is a bucket that holds as much as a minute (or a burst) allows and fills up steadily.
    """

    def __init__(self, clock: Clock, *, burst: int = BURST) -> None:
        self._clock = clock
        self._burst = burst
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, ...], tuple[float, float]] = OrderedDict()

    def wait(self, team: str, method: str, tier: Tier, channel: str = "") -> int | None:
        """Count one call; the seconds to wait instead, where there were too many."""
        if tier == "posting":
            return self._take((team, method, channel), self._burst, 1.0)
        return self._take((team, method), A_MINUTE[tier], A_MINUTE[tier] / 60)

    def _take(self, key: tuple[str, ...], most: float, a_second: float) -> int | None:
        now = self._clock()
        with self._lock:
            left, at = self._buckets.pop(key, (most, now))
            left = min(most, left + max(0.0, now - at) * a_second)
            enough = left >= 1
            self._buckets[key] = (left - 1 if enough else left, now)
            while len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        return None if enough else max(1, math.ceil((1 - left) / a_second))
