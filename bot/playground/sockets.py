"""Socket Mode, Slack's side of it: payloads go over connections that the app opened itself.

An app asks `apps.connections.open` for an address, connects there, and acknowledges each
envelope that it gets. It may have several connections; each payload goes over one of them.
"""

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import WebSocket, WebSocketDisconnect

from bot.playground.api.call import Call
from bot.playground.api.method import Method, method
from bot.playground.cast import APP
from bot.playground.message import Json
from bot.playground.post import ACK_SECONDS, Acknowledged, Outcome, Unacknowledged

CONNECTIONS_MOST = 10
TICKET_SECONDS = 30.0
TICKETS_KEPT = 100
LASTS = 18_060
"""Seconds that a connection is told to last about."""
LASTS_WHEN_DEBUGGING = 360
GRACE_SECONDS = 10.0
"""How long a connection that is to be renewed may still be used for acknowledgements."""
SEND_SECONDS = 3.0


@dataclass(eq=False, slots=True)
class _Connection:
    websocket: WebSocket
    loop: asyncio.AbstractEventLoop
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class Sockets:
    """The app's connections: a postman that posts over them.

    `base_url` is the address of the playground, `ack_seconds` what an app has to acknowledge.
    """

    def __init__(
        self,
        base_url: str,
        *,
        ack_seconds: float = ACK_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = urlsplit(base_url).netloc
        self._ack_seconds = ack_seconds
        self._grace_seconds = grace_seconds
        self._clock = clock
        self._changed = threading.Condition()
        self._tickets: dict[str, float] = {}
        self._connections: list[_Connection] = []
        self._waiting: dict[str, Future[Json]] = {}

    @property
    def count(self) -> int:
        """How many connections payloads may go over."""
        with self._changed:
            return len(self._connections)

    def methods(self) -> Mapping[str, Method]:
        """The method with which an app asks for an address to connect to."""
        return {"apps.connections.open": method(self._open, tier=3, caller="app")}

    def wait_for(self, count: int, seconds: float = 10.0) -> bool:
        """Wait until there are just so many connections; False if it takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._connections) == count, seconds)

    def post(self, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Outcome:
        """Send what would be posted over HTTP in an envelope, and wait for its acknowledgement."""
        sent = _envelope(body, kind, headers or {})
        acknowledged: Future[Json] = Future()
        with self._changed:
            # A renewal takes a moment, which is no reason to give up.
            if not self._changed.wait_for(lambda: self._connections, self._ack_seconds):
                return Unacknowledged("connection_failed")
            # Each in turn, as Slack picks any of them.
            connection = self._connections.pop(0)
            self._connections.append(connection)
            self._waiting[sent["envelope_id"]] = acknowledged
        try:
            _over(connection, sent)
            answer = acknowledged.result(self._ack_seconds)
        except TooLate:
            return Unacknowledged("http_timeout")
        except (OSError, RuntimeError, WebSocketDisconnect):
            return Unacknowledged("connection_failed")
        finally:
            with self._changed:
                self._waiting.pop(sent["envelope_id"], None)
        payload = answer.get("payload")
        if not payload or not sent["accepts_response_payload"]:
            return Acknowledged(200, "")
        return Acknowledged(200, json.dumps(payload), "application/json")

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to renew every connection, as Slack does every few hours.

        Nothing more is sent over the old ones; acknowledgements still count until they are closed.
        """
        with self._changed:
            old, self._connections = self._connections, []
            self._changed.notify_all()
        for connection in old:
            asyncio.run_coroutine_threadsafe(self._retire(connection, reason), connection.loop)

    def close(self) -> None:
        """Hang up: quick, and safe in a signal handler."""
        for connection in tuple(self._connections):
            with suppress(RuntimeError):
                connection.loop.call_soon_threadsafe(connection.gone.set)

    async def serve(self, websocket: WebSocket) -> None:
        """One connection, from the hello to the end; it takes a ticket that was not used before."""
        if not self._take(websocket.query_params.get("ticket", "")):
            await websocket.close()
            return
        await websocket.accept()
        connection = _Connection(websocket, asyncio.get_running_loop())
        if self.count >= CONNECTIONS_MOST:
            await websocket.send_json(_farewell("too_many_websockets"))
            await websocket.close()
            return
        debugging = websocket.query_params.get("debug_reconnects") == "true"
        await websocket.send_json(_hello(self.count + 1, debugging=debugging))
        with self._changed:
            self._connections.append(connection)
            self._changed.notify_all()
        reading = asyncio.create_task(self._read(websocket))
        ending = asyncio.create_task(connection.gone.wait())
        try:
            await asyncio.wait({reading, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._forget(connection)
            reading.cancel()
            ending.cancel()
        with suppress(RuntimeError, WebSocketDisconnect):
            await websocket.close()

    def _open(self, _call: Call) -> Json:
        ticket = secrets.token_urlsafe(24)
        with self._changed:
            self._tickets[ticket] = self._clock() + TICKET_SECONDS
            while len(self._tickets) > TICKETS_KEPT:
                del self._tickets[next(iter(self._tickets))]
        return {"url": f"ws://{self._host}/link/?ticket={ticket}&app_id={APP}"}

    def _take(self, ticket: str) -> bool:
        with self._changed:
            return self._tickets.pop(ticket, 0.0) > self._clock()

    async def _read(self, websocket: WebSocket) -> None:
        with suppress(WebSocketDisconnect):
            while True:
                self._hear(await websocket.receive_text())

    def _hear(self, said: str) -> None:
        """An acknowledgement counts whichever connection it comes over; anything else is noise."""
        try:
            answer = json.loads(said)
        except ValueError:
            return
        if not isinstance(answer, dict):
            return
        with self._changed:
            waiting = self._waiting.pop(str(answer.get("envelope_id")), None)
        if waiting is not None:
            waiting.set_result(answer)

    async def _retire(self, connection: _Connection, reason: str) -> None:
        with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
            await connection.websocket.send_json(_farewell(reason))
            await asyncio.wait_for(connection.gone.wait(), self._grace_seconds)
        connection.gone.set()

    def _forget(self, connection: _Connection) -> None:
        connection.gone.set()
        with self._changed:
            if connection in self._connections:
                self._connections.remove(connection)
            self._changed.notify_all()


def _over(connection: _Connection, sent: Json) -> None:
    sending = asyncio.run_coroutine_threadsafe(
        connection.websocket.send_json(sent), connection.loop
    )
    sending.result(SEND_SECONDS)


def _envelope(body: bytes, kind: str, headers: Mapping[str, str]) -> Json:
    """The envelope of what would be posted: an event, an interaction or a slash command."""
    envelope: Json = {"envelope_id": secrets.token_hex(16)}
    if kind == "application/json":
        return envelope | {
            "type": "events_api",
            "payload": json.loads(body),
            "accepts_response_payload": False,
            "retry_attempt": int(headers.get("X-Slack-Retry-Num", "0")),
            "retry_reason": headers.get("X-Slack-Retry-Reason", ""),
        }
    form: dict[str, Any] = dict(parse_qsl(body.decode(), keep_blank_values=True))
    interactive = "payload" in form
    return envelope | {
        "type": "interactive" if interactive else "slash_commands",
        "payload": json.loads(form["payload"]) if interactive else form,
        "accepts_response_payload": True,
    }


def _hello(count: int, *, debugging: bool) -> Json:
    lasts = LASTS_WHEN_DEBUGGING if debugging else LASTS
    return {
        "type": "hello",
        "num_connections": count,
        "connection_info": {"app_id": APP},
        "debug_info": {
            "host": "playground",
            "started": time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime()),
            "build_number": 1,
            "approximate_connection_time": lasts,
        },
    }


def _farewell(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
