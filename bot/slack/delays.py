"""Posts that Slack did not take at once, and how long they have waited since."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic

LONG = 60.0
"""Seconds after which somebody who waits should hear why."""
MOST = 10_000


class Delays:
    """Remembers since when a post is late; in memory only, as it serves a courtesy.

    `clock` gives seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def failed(self, post: str) -> None:
        """It could not be posted now; the first time counts."""
        with self._lock:
            self._since.setdefault(post, self._clock())
            if len(self._since) > MOST:
                self._since.popitem(last=False)

    def settled(self, post: str) -> None:
        """It was posted, or never will be."""
        with self._lock:
            self._since.pop(post, None)

    def minutes(self, post: str) -> int:
        """For how many minutes it has been late; 0 where nobody needs to be told."""
        with self._lock:
            since = self._since.get(post)
        waited = 0.0 if since is None else self._clock() - since
        return int(waited // 60) if waited >= LONG else 0
