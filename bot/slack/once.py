"""Things to be done once: a bounded memory of those that were."""

from collections import OrderedDict
from threading import Lock

MOST = 10_000


class Once:
    """Remembers the newest keys; for courtesies only, since it forgets with the process."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def first(self, key: str) -> bool:
        """Whether this is the first time that the key is asked for."""
        with self._lock:
            if key in self._seen:
                return False
            self._seen[key] = None
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)
            return True

    def forget(self, key: str) -> None:
        """It failed after all: the next time counts as the first."""
        with self._lock:
            self._seen.pop(key, None)
