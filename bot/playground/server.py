"""The playground put together: one application to mount, and the address of its page."""

import asyncio
import logging
import time
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.playground.api import WebApi
from bot.playground.api.call import Problems
from bot.playground.api.web_api import Called
from bot.playground.breakage import BROKEN, HungUp, broken
from bot.playground.deliveries import RETRY_SECONDS, Deliveries
from bot.playground.faults import Faults
from bot.playground.feed import Change, Feed
from bot.playground.files import Files
from bot.playground.guard import Guard
from bot.playground.inspection import Inspection
from bot.playground.interactions import Interactions
from bot.playground.page_api import PageApi
from bot.playground.passes import TRIGGER_SECONDS, Passes
from bot.playground.payloads import events_of, subscription
from bot.playground.post import ACK_SECONDS, Carrier, Postman
from bot.playground.recorder import RecordedCarrier, Recorder
from bot.playground.refusal import Refusal
from bot.playground.snapshot import Snapshot
from bot.playground.sockets import Sockets
from bot.playground.stream import Stream
from bot.playground.tiers import BURST, Tiers
from bot.playground.views import Views
from bot.playground.workspace import Clock, Workspace
from bot.slack.limits import problems as limits
from bot.slack.manifest import EVENTS, SCOPES

BODY_BYTES = 4_000_000
log = logging.getLogger(__name__)


class Playground:
    """A workspace, its Web API, its deliveries and its page.

    Mount `app` at `/`, after the application's own routes. `page_url` is where to talk,
    `api_url` what the bot takes for Slack's Web API. Call `hang_up` when the server is told to
    stop, or it waits for the open pages; and `close` when it has stopped. With an `app_token` the
    app is in Socket Mode: it gets everything over its own connections, nothing at `deliver_to`.
    """

    def __init__(  # noqa: PLR0913 - each is a setting of its own
        self,
        *,
        signing_secret: str,
        bot_token: str,
        deliver_to: str,
        snapshot_path: Path | None = None,
        problems: Problems = limits,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        trigger_seconds: float = TRIGGER_SECONDS,
        ack_seconds: float = ACK_SECONDS,
        clock: Clock = time.time,
        scopes: Collection[str] = tuple(SCOPES),
        burst: int = BURST,
        app_token: str = "",
        faults: Faults | None = None,
        record: Path | None = None,
        events: Collection[str] = EVENTS,
    ) -> None:
        parts = urlsplit(deliver_to)
        self.page_url = f"{parts.scheme}://{parts.netloc}/"
        self.api_url = f"{self.page_url}api/"
        self.feed = Feed()
        self.workspace = Workspace(self.feed, clock=clock)
        self._snapshot = (
            Snapshot(snapshot_path, self.workspace, self.feed) if snapshot_path else None
        )
        self.views = Views(self.feed)
        self.sockets = Sockets(self.page_url, ack_seconds=ack_seconds)
        postman: Carrier = (
            self.sockets
            if app_token
            else Postman(deliver_to, signing_secret, ack_seconds=ack_seconds)
        )
        self._recorder = Recorder(record, clock) if record else None
        if self._recorder:
            postman = RecordedCarrier(postman, self._recorder)
        self.faults = faults or Faults()
        self._events = frozenset(events)
        self.files = Files()
        self.passes = Passes(clock, trigger_seconds=trigger_seconds)
        self.web_api = WebApi(
            tokens={bot_token: "bot"} | ({app_token: "app"} if app_token else {}),
            scopes=scopes,
            tiers=Tiers(clock, burst=burst),
            workspace=self.workspace,
            views=self.views,
            passes=self.passes,
            files=self.files,
            problems=problems,
            base_url=self.page_url,
            more=self.sockets.methods(),
            noted=self._note,
        )
        self.deliveries = Deliveries(postman, retry_seconds=retry_seconds, faults=self.faults)
        self.feed.watch(self._deliver)
        self._stream = Stream(self.feed, self.workspace)
        self._interactions = Interactions(
            workspace=self.workspace,
            views=self.views,
            passes=self.passes,
            postman=postman,
            problems=problems,
            base_url=self.page_url,
        )
        self._page = PageApi(
            workspace=self.workspace,
            views=self.views,
            interactions=self._interactions,
            deliveries=self.deliveries,
            stream=self._stream,
        )
        self._inspection = Inspection(
            workspace=self.workspace,
            views=self.views,
            web_api=self.web_api,
            deliveries=self.deliveries,
            faults=self.faults,
        )
        self.app = self._application()

    def hang_up(self) -> None:
        """End the streams of open pages: quick, and safe in a signal handler."""
        self._stream.close()
        self.sockets.close()

    def close(self) -> None:
        """Stop deliveries, and write the snapshot; a second time does nothing new."""
        self.hang_up()
        self._page.close()
        self.deliveries.close()
        if self._snapshot is not None:
            self._snapshot.close()
        if self._recorder is not None:
            self._recorder.close()

    def _note(self, called: Called) -> None:
        if self._recorder is not None:
            self._recorder.note(
                "call",
                method=called.method,
                arguments=called.arguments,
                status=called.status,
                answer=called.answer,
            )

    def _deliver(self, change: Change) -> None:
        for delivery in events_of(change, self.workspace):
            if subscription(delivery) in self._events:
                self.deliveries.send(delivery)

    def _application(self) -> FastAPI:
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.add_middleware(Guard)
        app.exception_handler(Refusal)(_refused)
        app.post("/api/{method}")(self._web_api)
        app.get("/api/{method}")(self._web_api)
        app.add_api_websocket_route("/link/", self.sockets.serve)
        app.post("/respond/{secret}")(self._respond)
        app.post("/upload/{secret}")(self._upload)
        app.get("/files/{id_}")(self._file)
        app.get("/archives/{channel}/{message}")(self._archives)
        app.include_router(self._page.router)
        app.include_router(self._inspection.router)
        page = Path(str(files("bot.playground").joinpath("page")))
        app.mount("/", StaticFiles(directory=page, html=True), name="page")
        return app

    async def _web_api(self, method: str, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        try:
            arguments = await _arguments(request)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_json"})
        fault = self.faults.of_call(method)
        if fault and fault.kind in BROKEN:
            called = broken(fault, method, arguments)
            self.web_api.note(called)
        else:
            if fault and fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
            called = self.web_api.call(method, token or arguments.get("token"), arguments)
        if fault and fault.kind == "dropped":
            return HungUp()
        return JSONResponse(called.answer, called.status, called.headers)

    async def _respond(self, secret: str, request: Request) -> Response:
        try:
            body = await _arguments(request)
            self._interactions.respond(secret, body)
        except Refusal as refusal:
            status = 404 if refusal.error in ("expired_url", "used_url") else 400
            return JSONResponse({"ok": False, "error": refusal.error}, status)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        return Response("ok", media_type="text/plain")

    async def _upload(self, secret: str, request: Request) -> Response:
        body = await request.body()
        if not self.files.send(secret, body):
            return Response("Nothing like this is waited for.", 400, media_type="text/plain")
        return Response(f"OK - {len(body)}", media_type="text/plain")

    async def _file(self, id_: str) -> Response:
        file = self.files.get(id_)
        if file is None or file.content is None:
            return Response("There is no such file here.", 404, media_type="text/plain")
        # As a download, so that no browser ever runs it.
        headers = {"Content-Disposition": "attachment"}
        return Response(file.content, media_type=file.kind, headers=headers)

    async def _archives(self, channel: str, message: str, thread_ts: str = "") -> RedirectResponse:
        digits = message.removeprefix("p")
        ts = f"{digits[:-6]}.{digits[-6:]}"
        return RedirectResponse(f"/#/-/{channel}/{thread_ts or ts}", 307)


def make_playground(
    signing_secret: str,
    bot_token: str,
    deliver_to: str,
    snapshot_path: Path | None = None,
    record: Path | None = None,
) -> Playground:
    """A playground that delivers to the bot at `deliver_to` (`http://127.0.0.1:PORT/slack/events`).

    It takes its own address from there: both live in the same server. Every call and delivery
    goes to the file `record`, one JSON object a line.
    """
    return Playground(
        signing_secret=signing_secret,
        bot_token=bot_token,
        deliver_to=deliver_to,
        snapshot_path=snapshot_path,
        record=record,
    )


async def _arguments(request: Request) -> dict[str, Any]:
    """The arguments of a call, from its address and its body, be it a form or JSON."""
    body = await request.body()
    if len(body) > BODY_BYTES:
        msg = "too large"
        raise ValueError(msg)
    arguments: dict[str, Any] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        given = await request.json() if body else {}
        if not isinstance(given, Mapping):
            msg = "not an object"
            raise ValueError(msg)
        return arguments | dict(given)
    return arguments | dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))


async def _refused(request: Request, refusal: Exception) -> JSONResponse:
    log.info("%s: %s", request.url.path, refusal)
    return JSONResponse({"detail": f"That did not work: {refusal}."}, 404)
