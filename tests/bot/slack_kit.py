"""What the tests of the Slack edge share: a small Slack on the loopback, and signed payloads."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

from slack_bolt import App, BoltRequest, BoltResponse

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - made up
TEAM = "T0TEAM"
US = "U0ADVISOR"
ANA, BEN, EVA = "U0ANA", "U0BEN", "U0EVA"
CHANNEL, EXPERTS, DIRECT = "C0HELP", "C0EXPERTS", "D0ANA"


class Now(Executor):
    """Runs at once, in the same thread, what would otherwise happen behind the scenes."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as in Executor
        """Run it and keep what it gave."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as a pool would
            done.set_exception(error)
        return done


@dataclass
class Answer:
    """What the small Slack says to one call; `drop` breaks the connection after reading it."""

    body: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    raw: bytes | None = None


@dataclass
class Call:
    """One call as it arrived."""

    method: str
    arguments: dict[str, Any]


class SmallSlack:
    """Records every call and answers from a script, or with what usually comes back."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.script: dict[str, list[Answer]] = {}
        self.url = ""

    def will(self, method: str, *answers: Answer) -> None:
        """Answer the next calls of a method like this."""
        self.script.setdefault(method, []).extend(answers)

    def refuse(self, method: str, error: str) -> None:
        """Answer the next call with Slack's error code."""
        self.will(method, Answer({"ok": False, "error": error}))

    def named(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of a method."""
        return [call.arguments for call in self.calls if call.method == method]

    def answer(self, method: str, arguments: dict[str, Any]) -> Answer:
        """What to say to a call."""
        self.calls.append(Call(method, arguments))
        if self.script.get(method):
            return self.script[method].pop(0)
        return Answer({"ok": True, **_usual(method, arguments, len(self.calls))})


def _usual(method: str, arguments: Mapping[str, Any], number: int) -> dict[str, Any]:
    stamp = f"1700000000.{number:06}"
    link = f"p{arguments.get('message_ts', '')}".replace(".", "")
    usual: dict[str, dict[str, Any]] = {
        "chat.postMessage": {"channel": arguments.get("channel"), "ts": stamp},
        "chat.update": {"channel": arguments.get("channel"), "ts": arguments.get("ts")},
        "chat.postEphemeral": {"message_ts": stamp},
        "conversations.open": {
            "channel": {"id": "D" + str(arguments.get("users")).removeprefix("U")}
        },
        "conversations.info": {
            "channel": {"id": arguments.get("channel"), "name": "some", "is_member": True}
        },
        "chat.getPermalink": {
            "permalink": f"https://acme.example/archives/{arguments.get('channel')}/{link}"
        },
        "auth.test": {"url": "https://acme.example/", "user_id": US, "team_id": TEAM},
        "usergroups.users.list": {"users": [EVA]},
    }
    return usual.get(method, {"messages": []})


@contextmanager
def small_slack() -> Iterator[SmallSlack]:
    """A small Slack that listens on the loopback interface until the block ends."""
    slack = SmallSlack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            arguments = json.loads(raw) if raw.startswith("{") else dict(parse_qsl(raw))
            answer = slack.answer(self.path.removeprefix("/api/"), arguments)
            if answer.drop:
                self.close_connection = True
                return
            body = answer.raw if answer.raw is not None else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    slack.url = f"http://127.0.0.1:{server.server_port}/api/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield slack
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def signed(body: str, *, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    """The headers that Slack sends with a body; `age` is seconds since it was signed."""
    stamp = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest.hexdigest()}"}


def send_event(app: App, body: Mapping[str, Any], **headers: str) -> BoltResponse:
    """Deliver an event as Slack does."""
    raw = json.dumps(body)
    return app.dispatch(
        BoltRequest(
            body=raw, headers={"content-type": "application/json", **signed(raw), **headers}
        )
    )


def send_form(app: App, form: Mapping[str, Any]) -> BoltResponse:
    """Deliver an interaction (under `payload`) or a command as Slack does."""
    raw = urlencode(form)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return app.dispatch(BoltRequest(body=raw, headers={**kind, **signed(raw)}))


def send_interaction(app: App, body: Mapping[str, Any]) -> BoltResponse:
    """Deliver a click or a sent form."""
    return send_form(app, {"payload": json.dumps(body)})


def event_body(event: Mapping[str, Any], event_id: str = "Ev0001") -> dict[str, Any]:
    """The envelope of an event."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "api_app_id": "A0APP",
        "event": dict(event),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1_764_000_000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": US,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-abc",
    }


def said(text: str, *, event_id: str = "Ev0001", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of an event
    """A message in a channel, or elsewhere with `more`."""
    event = {
        "type": "message",
        "channel": CHANNEL,
        "channel_type": "channel",
        "user": ANA,
        "text": text,
        "ts": "1764000000.000100",
        "event_ts": "1764000000.000100",
        "team": TEAM,
        "client_msg_id": "1f4e0a5c-0000-4000-8000-000000000000",
    }
    return event_body({**event, **more}, event_id)


def mention(text: str, *, event_id: str = "Ev0002", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of an event
    """The same, as a mention: it comes without a channel type."""
    body = said(text, event_id=event_id, type="app_mention", **more)
    del body["event"]["channel_type"]
    return body


def clicked(action: Mapping[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a payload
    """Somebody used a control of a message in a thread."""
    body: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": ANA, "username": "ana", "name": "ana", "team_id": TEAM},
        "api_app_id": "A0APP",
        "token": "unused",
        "container": {
            "type": "message",
            "message_ts": "1764000002.000100",
            "channel_id": CHANNEL,
            "is_ephemeral": False,
            "thread_ts": "1764000000.000100",
        },
        "trigger_id": "123.456.abcdef",
        "team": {"id": TEAM, "domain": "acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": CHANNEL, "name": "platform-help"},
        "message": {"type": "message", "user": US, "ts": "1764000002.000100", "text": "…"},
        "state": {"values": {}},
        "actions": [{"block_id": "b", "type": "button", "action_ts": "1764000003.123", **action}],
    }
    return {**body, **more}


def command(text: str, **more: str) -> dict[str, str]:
    """`/servicemodel` with what stands behind it."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "team_domain": "acme",
        "channel_id": CHANNEL,
        "channel_name": "platform-help",
        "user_id": ANA,
        "user_name": "ana",
        "command": "/servicemodel",
        "text": text,
        "api_app_id": "A0APP",
        "is_enterprise_install": "false",
        "trigger_id": "123.456.abcdef",
        **more,
    }
