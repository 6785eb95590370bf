"""Faults on demand: what goes wrong next between Slack and the app, and how often."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal, get_args

CallFault = Literal["ratelimited", "error", "dropped", "slow"]
DeliveryFault = Literal["duplicated", "out_of_order", "lost"]
CALL_FAULTS: tuple[CallFault, ...] = get_args(CallFault)
DELIVERY_FAULTS: tuple[DeliveryFault, ...] = get_args(DeliveryFault)
KEPT = 100
"""How many faults may wait at once."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, `times` times.

    For calls of methods like `on` (`chat.*`): `ratelimited` (HTTP 429, to wait `seconds`), `error`
    (HTTP 500), `dropped` (done, but the answer is lost) and `slow` (after `seconds`). For events
    of a type like `on`: `duplicated`, `out_of_order` (the next one overtakes it) and `lost` (the
    first try never arrives, so that it comes as a retry).
    """

    kind: CallFault | DeliveryFault
    on: str = "*"
    times: int = 1
    seconds: float = 1.0


class Faults:
    """The faults that wait for their turn, oldest first. Safe to use from any thread."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._waiting: tuple[Fault, ...] = ()
        for fault in faults:
            self.add(fault)

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """What is still to go wrong."""
        with self._lock:
            return self._waiting

    def add(self, fault: Fault) -> None:
        """Let something go wrong."""
        with self._lock:
            self._waiting = (*self._waiting, fault)[-KEPT:]

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._waiting = ()

    def of_call(self, method: str) -> Fault | None:
        """What goes wrong with this call; that is then one time less."""
        return self._take(method, CALL_FAULTS)

    def of_delivery(self, event: str) -> Fault | None:
        """What goes wrong with this event; that is then one time less."""
        return self._take(event, DELIVERY_FAULTS)

    def _take(self, name: str, kinds: tuple[str, ...]) -> Fault | None:
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.kind in kinds and fnmatchcase(name, fault.on):
                    left = (replace(fault, times=fault.times - 1),) if fault.times > 1 else ()
                    self._waiting = (
                        *self._waiting[:place],
                        *left,
                        *self._waiting[place + 1 :],
                    )
                    return fault
        return None
