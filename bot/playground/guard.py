"""Keeps the playground to this machine, and its page to its own files."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Guard:
    """Answers requests to this machine's own names only, and tells browsers to load nothing else.

    The check of the host's name keeps out websites that point a name of theirs at this machine;
    that of the origin keeps out other pages' forms and scripts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origin = urlsplit(f"//{headers.get('host', '')}"), headers.get("origin")
        if host.hostname not in LOCAL or (origin and urlsplit(origin).netloc != host.netloc):
            no = JSONResponse({"detail": "The playground is for this machine alone."}, 403)
            await no(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer["Content-Security-Policy"] = POLICY
                answer["X-Content-Type-Options"] = "nosniff"
                answer["Referrer-Policy"] = "no-referrer"
                answer.setdefault("Cache-Control", "no-cache")
            await send(message)

        await self._app(scope, receive, send_guarded)
