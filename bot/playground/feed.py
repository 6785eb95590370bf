"""The feed of changes: what happened in the workspace, to whoever wants to know."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.playground.message import Message

Kind = Literal[
    "posted",
    "edited",
    "deleted",
    "joined",
    "reacted",
    "whisper",
    "unwhisper",
    "status",
    "prompts",
    "view",
    "home",
]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened.

    `message` is the message after it (for `deleted`: the one that is gone), `before` the message
    before an edit. `only_for` limits it to one person. `data` carries the rest, ready for JSON.
    """

    kind: Kind
    channel: str | None = None
    message: Message | None = None
    before: Message | None = None
    only_for: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


Watcher = Callable[[Change], None]


class Feed:
    """Tells every watcher of every change, in order. A watcher must be quick and never raise."""

    def __init__(self) -> None:
        # Reentrant, since a watcher may stop in a signal handler.
        self._lock = threading.RLock()
        self._watchers: tuple[Watcher, ...] = ()

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Start telling; call what is returned to stop."""
        with self._lock:
            self._watchers = (*self._watchers, watcher)

        def stop() -> None:
            with self._lock:
                self._watchers = tuple(w for w in self._watchers if w is not watcher)

        return stop

    def tell(self, change: Change) -> None:
        """Tell everybody."""
        for watcher in self._watchers:
            watcher(change)
