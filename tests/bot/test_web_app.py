"""The web application lets Slack in, keeps others out, and tells how it is."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.store import Backlog, SchemaMismatch
from bot.web.app import LARGEST_BODY, make_web_app
from tests.bot.slack_kit import SECRET, TEAM, Now, said, signed

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATH = "/slack/events"


class Database:
    """A store that only knows how it is."""

    def __init__(self) -> None:
        self.fits = True
        self.oldest: datetime | None = None

    def check(self) -> None:
        """Raise where a migration is due."""
        if not self.fits:
            raise SchemaMismatch(found="nothing", needed="0001", advice="Run it")

    def backlog(self) -> Backlog:
        """Two things wait."""
        return Backlog(events=2, posts=0, oldest=self.oldest, parked_events=(), parked_posts=())


class Inbox:
    """What came through, and whether it can be kept."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.full = False

    def take(self, body: dict[str, Any]) -> None:
        """Keep it or fail."""
        if self.full:
            raise OSError
        self.bodies.append(body)


class Client:
    """Sends requests straight into the application."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str) -> httpx.Response:
        """Ask for a page."""
        return asyncio.run(self._send("GET", path))

    def post(
        self, body: str | bytes | AsyncIterator[bytes], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Deliver something as Slack does."""
        given = {"content-type": "application/json"} | (headers or {})
        raw = {name: value.encode("latin-1") for name, value in given.items()}
        return asyncio.run(self._send("POST", PATH, content=body, headers=raw))

    async def _send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - as in httpx
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://advisor") as client:
            return await client.request(method, path, **more)


def authorize() -> AuthorizeResult:
    """Who the bot is, whatever the workspace."""
    return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-x")  # noqa: S106 - made up


@pytest.fixture
def database() -> Database:
    """How the store is."""
    return Database()


@pytest.fixture
def inbox() -> Inbox:
    """What came through."""
    return Inbox()


@pytest.fixture
def web(database: Database, inbox: Inbox) -> Client:
    """The web application around a Bolt app with one listener."""
    bolt = App(
        signing_secret=SECRET,
        authorize=authorize,
        process_before_response=True,
        listener_executor=Now(),
    )
    bolt.event("message")(inbox.take)
    return Client(make_web_app(bolt, database, now=lambda: NOON))


def test_a_signed_event_comes_through(web: Client, inbox: Inbox) -> None:
    """Bolt's answer is the answer."""
    raw = json.dumps(said("Grüße, 日本 🎉"))
    assert web.post(raw, signed(raw)).status_code == 200
    assert inbox.bodies[0]["event"]["text"] == "Grüße, 日本 🎉"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed("another body"),
        signed(json.dumps(said("hello")), secret="0" * 32),
        signed(json.dumps(said("hello")), age=301),
        {"x-slack-request-timestamp": "soon", "x-slack-signature": "v0=1"},
        {"x-slack-request-timestamp": "9" * 5_000, "x-slack-signature": "v0=1"},
        {"x-slack-request-timestamp": "1764000000.5", "x-slack-signature": "v0=1"},
        {**signed("another body"), "x-slack-signature": "v0=\u00e9"},
    ],
    ids=["none", "other body", "other secret", "old", "no time", "far", "half", "no ascii"],
)
def test_a_wrong_signature_is_turned_away(
    web: Client, inbox: Inbox, headers: dict[str, str]
) -> None:
    """And nothing of it gets in."""
    assert web.post(json.dumps(said("hello")), headers).status_code == 401
    assert inbox.bodies == []


def test_what_cannot_be_kept_is_not_acknowledged(web: Client, inbox: Inbox) -> None:
    """So that Slack sends it again."""
    inbox.full = True
    raw = json.dumps(said("hello"))
    assert web.post(raw, signed(raw)).status_code == 500
    inbox.full = False
    assert web.post(raw, {**signed(raw), "x-slack-retry-num": "1"}).status_code == 200
    assert len(inbox.bodies) == 1


def test_slacks_first_question_is_answered(web: Client) -> None:
    """Slack asks each new address to repeat a challenge."""
    raw = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"})
    assert web.post(raw, signed(raw)).json() == {"challenge": "3eZbrw1a"}


def test_a_body_that_is_too_large_is_not_read(web: Client, inbox: Inbox) -> None:
    """Whether its length is told or not."""

    async def in_chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * (LARGEST_BODY // 2)

    assert web.post(b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert web.post(in_chunks()).status_code == 413
    assert inbox.bodies == []


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1]", b"\xff\xfe", b'"words"', b"", b"payload=%7B", b"[" * 100_000, b"payload=[]"],
)
def test_nonsense_is_refused_without_a_trace(web: Client, body: bytes) -> None:
    """Neither a crash nor words that help an attacker."""
    answer = web.post(body)
    assert answer.status_code in {400, 401}
    assert "Traceback" not in answer.text


def test_health_and_readiness(web: Client, database: Database) -> None:
    """The one is about the process, the other about what it needs."""
    assert web.get("/healthz").text == "ok"
    database.oldest = NOON - timedelta(seconds=90)
    assert web.get("/readyz").json() == {
        "ready": True,
        "events_waiting": 2,
        "posts_waiting": 0,
        "oldest_seconds": 90.0,
    }
    database.fits = False
    answer = web.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "problem": "database"})


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_it_shows_no_pages_about_itself(web: Client, path: str) -> None:
    """What is not meant for anybody is not there."""
    assert web.get(path).status_code == 404


def test_it_says_what_it_is(web: Client) -> None:
    """In one line."""
    answer = web.get("/")
    assert answer.status_code == 200
    assert answer.text.startswith("Service Model Advisor: ")


def test_what_is_mounted_at_the_root_has_its_front_page(database: Database) -> None:
    """The playground puts its own page there."""
    page = FastAPI()
    page.get("/")(lambda: "the page")
    app = make_web_app(App(signing_secret=SECRET, authorize=authorize), database)
    app.mount("/", page)
    assert Client(app).get("/").json() == "the page"
    assert Client(app).get("/healthz").text == "ok"
