"""Every call and delivery as a line of JSON, for whoever wants to read what went over the wire."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from bot.playground.post import Acknowledged, Carrier, Outcome

TEXT_KEPT = 2_000
"""Characters kept of each text."""
ITEMS_KEPT = 100
"""Items kept of each list and mapping."""
DEPTH_KEPT = 12
HIDDEN = frozenset({"token", "authorization", "response_url", "trigger_id", "signing_secret"})
"""Whatever would let somebody else act."""


class Recorder:
    """Appends to a file; each line says when, whether a call or a delivery, and what it was."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")

    def note(self, kind: str, **said: object) -> None:
        """Write a line; nothing is written after the end."""
        line = json.dumps({"at": self._clock(), "kind": kind, **bounded(said)}, ensure_ascii=False)
        with self._lock:
            if not self._file.closed:
                self._file.write(line + "\n")
                self._file.flush()

    def close(self) -> None:
        """End the file."""
        with self._lock:
            self._file.close()


class RecordedCarrier:
    """A carrier whose every delivery is noted, with what the app answered."""

    def __init__(self, carrier: Carrier, recorder: Recorder) -> None:
        self._carrier = carrier
        self._recorder = recorder

    def post(self, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Outcome:
        """Send it once, and note it."""
        outcome = self._carrier.post(body, kind, headers)
        answer: dict[str, Any] = (
            {"status": outcome.status, "body": outcome.body}
            if isinstance(outcome, Acknowledged)
            else {"reason": outcome.reason}
        )
        self._recorder.note("delivery", headers=headers or {}, payload=_read(body), answer=answer)
        return outcome


def _read(body: bytes) -> object:
    if body.startswith(b"{"):
        return json.loads(body)
    form = dict(parse_qsl(body.decode()))
    return json.loads(form["payload"]) if "payload" in form else form


def bounded(said: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with long texts and lists cut and without what is secret."""
    return {name: _bounded(name, value, DEPTH_KEPT) for name, value in _first(said.items())}


def _bounded(name: str, value: object, depth: int) -> object:
    if name in HIDDEN:
        return "hidden"
    if isinstance(value, str):
        return value if len(value) <= TEXT_KEPT else value[:TEXT_KEPT] + "…"
    if isinstance(value, Mapping):
        if not depth:
            return "…"
        return {key: _bounded(str(key), one, depth - 1) for key, one in _first(value.items())}
    if isinstance(value, list | tuple):
        return [_bounded("", one, depth - 1) for one in _first(value)] if depth else "…"
    return value


def _first(items: Any) -> list[Any]:  # noqa: ANN401 - of anything
    return list(items)[:ITEMS_KEPT]
