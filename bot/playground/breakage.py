"""What a call meets when it goes wrong on demand: an error, or a connection that is cut."""

import math
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.playground.api.web_api import Called
from bot.playground.faults import Fault

BROKEN = frozenset({"ratelimited", "error"})
"""The faults that keep a call from being done at all."""


class HungUp(Response):
    """An answer of which only the beginning arrives: the server then cuts the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the beginning."""
        del scope, receive
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok"', "more_body": True})


def broken(fault: Fault, method: str, arguments: Mapping[str, Any]) -> Called:
    """The answer to a call that Slack does not even look at."""
    given = {name: value for name, value in arguments.items() if name != "token"}
    if fault.kind == "ratelimited":
        headers = {"Retry-After": str(max(1, math.ceil(fault.seconds)))}
        return Called(method, given, {"ok": False, "error": "ratelimited"}, 429, headers)
    return Called(method, given, {"ok": False, "error": "internal_error"}, 500)
