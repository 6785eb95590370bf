"""A playground with a small scripted bot behind it: what the tests of the playground talk to."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.playground.server import Playground

SECRET = "echo-signing-secret"  # noqa: S105 - of a bot that lives for one test
TOKEN = "xoxb-echo"  # noqa: S105 - likewise
SCOPES = tuple(
    """app_mentions:read assistant:write channels:history channels:read chat:write commands
    files:write groups:history groups:read im:history im:read im:write mpim:history mpim:read
    mpim:write reactions:write team:read usergroups:read users:read""".split()
)
Json = dict[str, Any]


@dataclass(frozen=True)
class Received:
    """A request that the bot got: its headers, and the payload or form in it."""

    headers: dict[str, str]
    payload: Json

    @property
    def event(self) -> Json:
        """The event inside an event callback."""
        found: Json = self.payload["event"]
        return found

    @property
    def kind(self) -> str:
        """Which it is: `app_mention`, `message`, `block_actions`, `/servicemodel`, and so on."""
        if "event" in self.payload:
            return str(self.event["type"])
        return str(self.payload.get("command") or self.payload["type"])


Script = Callable[["EchoBot", Received], object]


@dataclass
class EchoBot:
    """Verifies signatures, remembers what it got, and answers as the script says.

    What the script returns is the acknowledgement: None is an empty one, a number a status,
    anything else its JSON body.
    """

    script: Script = lambda _bot, _received: None
    client: WebClient = field(default_factory=WebClient)
    received: list[Received] = field(default_factory=list)
    seen: threading.Condition = field(default_factory=threading.Condition)

    async def answer(self, request: Request) -> Response:
        """The endpoint."""
        body = await request.body()
        if not SignatureVerifier(SECRET).is_valid_request(body, dict(request.headers)):
            return Response("wrong signature", 401)
        if request.headers["content-type"].startswith("application/json"):
            payload = await request.json()
        else:
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            payload = json.loads(form["payload"]) if "payload" in form else form
        received = Received(dict(request.headers), payload)
        with self.seen:
            self.received.append(received)
            self.seen.notify_all()
        acknowledgement = await run_in_threadpool(self.script, self, received)
        if acknowledgement is None:
            return Response()
        if isinstance(acknowledgement, int):
            return Response(status_code=acknowledgement)
        if isinstance(acknowledgement, str):
            return Response(acknowledgement, media_type="text/plain")
        return Response(json.dumps(acknowledgement), media_type="application/json")

    def wait_for(self, kind: str, count: int = 1) -> list[Received]:
        """The first requests of a kind, as soon as there are so many."""
        with self.seen:
            there = self.seen.wait_for(lambda: len(self.of(kind)) >= count, timeout=10)
        assert there, f"{count} {kind} expected, got {[one.kind for one in self.received]}"
        return self.of(kind)[:count]

    def of(self, kind: str) -> list[Received]:
        """What came of one kind so far."""
        return [one for one in self.received if one.kind == kind]


@dataclass(frozen=True)
class Running:
    """A playground that is being served, and the bot behind it."""

    playground: Playground
    bot: EchoBot

    @property
    def client(self) -> WebClient:
        """The bot's own Web API client."""
        return self.bot.client


@contextmanager
def running(script: Script | None = None, **settings: Any) -> Iterator[Running]:  # noqa: ANN401 - passed on
    """Serve a playground with an echo bot on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        chosen = {
            "retry_seconds": (0.0, 0.0, 0.0),
            "ack_seconds": 15.0,
            "trigger_seconds": 30.0,
            "scopes": SCOPES,
            "burst": 50,
            **settings,
        }
        playground = Playground(
            signing_secret=SECRET,
            bot_token=TOKEN,
            deliver_to=f"http://127.0.0.1:{port}/slack/events",
            **chosen,
        )
        bot = EchoBot(client=WebClient(TOKEN, base_url=playground.api_url))
        if script is not None:
            bot.script = script
        app = FastAPI()
        app.post("/slack/events")(bot.answer)
        app.mount("/", playground.app)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Running(playground, bot)
        finally:
            playground.hang_up()
            server.should_exit = True
            thread.join()
            playground.close()
