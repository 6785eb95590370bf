"""A signed POST to the app, as Slack sends it."""

import hashlib
import hmac
import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

ACK_SECONDS = 3.0
"""How long the app may take to acknowledge."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the app answered: the status, and the body; `no_retry` asks not to be tried again."""

    status: int
    body: str
    kind: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Whether the app took it."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the range of success in HTTP


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """The app did not answer: Slack's word for why."""

    reason: str


Outcome = Acknowledged | Unacknowledged


class Carrier(Protocol):
    """Whoever brings payloads to the app: a `Postman`, or the connections of Socket Mode."""

    def post(self, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Outcome:
        """Send it once; `kind` is its content type. Never raises for what the app does."""
        ...


def signed(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """The two headers by which an app knows that a request is Slack's."""
    base = b"v0:%d:%b" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


class Postman:
    """Posts to one address. Never raises for anything that the app or the network does."""

    def __init__(
        self,
        deliver_to: str,
        secret: str,
        *,
        ack_seconds: float = ACK_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        parts = urlsplit(deliver_to)
        if parts.scheme != "http" or not parts.hostname:
            msg = f"the playground delivers over plain http on this machine, not to {deliver_to!r}"
            raise ValueError(msg)
        self._host = parts.hostname
        self._port = parts.port or 80
        self._path = parts.path or "/"
        self._secret = secret
        self._ack_seconds = ack_seconds
        self._clock = clock

    def post(self, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Outcome:
        """Send it once; `kind` is its content type."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._ack_seconds)
        try:
            connection.request(
                "POST",
                self._path,
                body,
                {
                    "Content-Type": kind,
                    "User-Agent": "Slackbot 1.0 (playground)",
                    **signed(self._secret, body, int(self._clock())),
                    **(headers or {}),
                },
            )
            answer = connection.getresponse()
            return Acknowledged(
                status=answer.status,
                body=answer.read().decode("utf-8", "replace"),
                kind=answer.headers.get_content_type(),
                no_retry=answer.headers.get("x-slack-no-retry") == "1",
            )
        except TimeoutError:
            return Unacknowledged("http_timeout")
        except (OSError, http.client.HTTPException):
            return Unacknowledged("connection_failed")
        finally:
            connection.close()
