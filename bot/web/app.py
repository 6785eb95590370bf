"""The web application: Slack's door, and what whoever runs it asks about its health."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.starlette.handler import to_starlette_response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from bot.errors import AdvisorError
from bot.slack.manifest import EVENTS_PATH, NAME
from bot.store import Backlog

_log = structlog.get_logger("bot.web")

ABOUT = f"{NAME}: a Slack app that helps a team choose where its software should run.\n"

LARGEST_BODY = 1_000_000
"""Bytes; Slack's payloads are a small part of that."""

LONGEST_STAMP = 20
"""Digits of a time stamp; Slack's have ten."""

Clock = Callable[[], datetime]


class Healthy(Protocol):
    """What the web application asks of the store."""

    def check(self) -> None:
        """Raise unless the database can be used and fits this release."""
        ...

    def backlog(self) -> Backlog:
        """What waits, and since when."""
        ...


def make_web_app(
    bolt_app: App, store: Healthy, *, now: Clock = lambda: datetime.now(UTC)
) -> FastAPI:
    """The ASGI application; it exposes no pages about itself."""
    app = FastAPI(title=NAME, docs_url=None, redoc_url=None, openapi_url=None)

    @app.post(EVENTS_PATH)
    async def slack_events(request: Request) -> Response:
        """Events, interactivity and commands; Bolt verifies, commits and answers."""
        body = await _bounded(request)
        if body is None:
            return PlainTextResponse("too large", status_code=413)
        headers = dict(request.headers)
        # Bolt's listeners block on the database: in a thread, the event loop stays free.
        answer = await run_in_threadpool(_dispatch, bolt_app, body, headers)
        return to_starlette_response(answer)

    @app.get("/healthz")
    def healthz() -> Response:
        """Whether the process answers at all."""
        return PlainTextResponse("ok")

    @app.get("/readyz")
    def readyz() -> Response:
        """Whether it can do its work: the database is there and fits; and what waits."""
        try:
            store.check()
            backlog = store.backlog()
        except (AdvisorError, SQLAlchemyError) as error:
            # Who asks may be anybody: the log has the details.
            _log.warning("not_ready", error=str(error))
            return JSONResponse({"ready": False, "problem": "database"}, status_code=503)
        waited = (now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0
        return JSONResponse(
            {
                "ready": True,
                "events_waiting": backlog.events,
                "posts_waiting": backlog.posts,
                "oldest_seconds": round(max(waited, 0.0), 1),
            }
        )

    @app.exception_handler(404)
    def elsewhere(request: Request, _: Exception) -> Response:
        """What this is, for somebody who comes across it.

        No route of its own, so that whatever is mounted at `/` afterwards has its front page.
        """
        if request.url.path != "/":
            return PlainTextResponse("not found\n", status_code=404)
        return PlainTextResponse(ABOUT)

    return app


async def _bounded(request: Request) -> bytes | None:
    """The body, or None as soon as it turns out too large, whatever its headers promise."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _dispatch(bolt_app: App, body: bytes, headers: dict[str, str]) -> BoltResponse:
    if not _could_be_signed(headers):
        return BoltResponse(status=401, body={"error": "invalid request"})
    try:
        request = BoltRequest(body=body.decode("utf-8"), headers=dict(headers))
    except (ValueError, TypeError, AttributeError, RecursionError):
        # Bolt reads the body before it verifies who sent it; Slack never sends such a thing.
        return BoltResponse(status=400, body="unreadable")
    return bolt_app.dispatch(request)


def _could_be_signed(headers: dict[str, str]) -> bool:
    """Whether time stamp and signature have a form that the verifier can read without failing."""
    stamp = headers.get("x-slack-request-timestamp", "0")
    signature = headers.get("x-slack-signature", "")
    return stamp.isdecimal() and len(stamp) <= LONGEST_STAMP and signature.isascii()
