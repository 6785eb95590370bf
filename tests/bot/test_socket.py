"""Socket Mode: the real Bolt app and slack_sdk's client against the stand-in's connections."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from slack_bolt import App
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bot.config import Settings
from bot.events import Event
from bot.playground.cast import ADVISOR, CLOUD_EXPERTS, PLATFORM_HELP
from bot.playground.deliveries import Tried
from bot.playground.post import Acknowledged
from bot.slack.listeners import make_bolt_app
from bot.slack.socket import NotConnected, connected
from bot.store import Store
from flows.advisor import Advisor, load_advisor
from tests.bot.playground_echo import SECRET, TOKEN, Running, running
from tests.bot.socket_talk import (
    APP_TOKEN,
    acknowledgement,
    command,
    decoded,
    say,
    until,
    whispers,
)

RETRIES = (0.0, 0.3, 1.0)
SERVE = "import bot.cli, sys; sys.exit(bot.cli.run(['serve', '--socket-mode']))"


@pytest.fixture
def run() -> Iterator[Running]:
    """A stand-in in Socket Mode; what it sends is tried again within a second or so."""
    with running(app_token=APP_TOKEN, retry_seconds=RETRIES, ack_seconds=3.0) as run:
        yield run
        assert run.bot.received == [], "nothing comes over HTTP in Socket Mode"


@pytest.fixture
def settings(run: Running, tmp_path: Path) -> Settings:
    """Of a bot that talks with the stand-in."""
    return Settings(
        slack_bot_token=TOKEN,
        slack_signing_secret=SECRET,
        slack_app_token=APP_TOKEN,
        slack_api_base_url=run.playground.api_url,
        experts_channel=CLOUD_EXPERTS,
        database_url=f"sqlite:///{tmp_path / 'log.sqlite3'}",
    )


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    """The real knowledge and wording."""
    return load_advisor()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The bot's store, empty."""
    with opened(Store, settings) as store:
        yield store


@contextmanager
def opened(kind: type[Store], settings: Settings) -> Iterator[Store]:
    """A store of some kind on the bot's database."""
    store = kind.open(settings.database_url)
    store.migrate()
    yield store
    store.close()


def door(settings: Settings, store: Store, advisor: Advisor) -> App:
    """The real Bolt app, behind which nobody works and nobody is told to wait."""
    return make_bolt_app(settings, store, advisor, lambda: None, soon=lambda _: None)


def all_acknowledged(run: Running) -> bool:
    """Whether everything that went out was taken at the first try."""
    tried = run.playground.deliveries.tried
    return all(_acknowledged(one) and one.number == 0 for one in tried)


def _acknowledged(one: Tried) -> bool:
    return isinstance(one.outcome, Acknowledged)


def test_an_event_is_acknowledged_after_the_commit(
    run: Running, settings: Settings, advisor: Advisor
) -> None:
    """While the store hesitates there is no acknowledgement; when it has committed there is one."""
    entered, go_on = threading.Event(), threading.Event()

    class Hesitant(Store):
        def accept(self, event: Event, now: datetime | None = None) -> str | None:
            entered.set()
            assert go_on.wait(10)
            return super().accept(event, now)

    with opened(Hesitant, settings) as store:
        app = door(settings, store, advisor)
        with connected(app, settings):
            say(run, f"<@{ADVISOR}> hello")
            assert entered.wait(10)
            assert not run.playground.deliveries.settle(0.3)
            assert not run.playground.deliveries.tried
            assert store.conversations() == ()
            go_on.set()
            assert run.playground.deliveries.settle()
        assert all_acknowledged(run)
        assert len(store.conversations()) == 1


def test_what_cannot_be_kept_is_not_acknowledged_and_comes_again(
    run: Running, settings: Settings, advisor: Advisor
) -> None:
    """With the number of the try; and then it is kept, once."""
    attempts = itertools.count()

    class Failing(Store):
        def accept(self, event: Event, now: datetime | None = None) -> str | None:
            if next(attempts) == 0:
                raise OSError
            return super().accept(event, now)

    with opened(Failing, settings) as store:
        app = door(settings, store, advisor)
        # Nothing says no in Socket Mode: silence is the only refusal, so it takes the 3 seconds.
        with connected(app, settings):
            say(run, f"<@{ADVISOR}> hello")
            assert run.playground.deliveries.settle(15)
        tried = tuple(run.playground.deliveries.tried)
        assert sorted(one.number for one in tried) == [0, 0, 1]
        assert isinstance(tried[-1].outcome, Acknowledged)
        assert len(store.conversations()) == 1


def test_a_renewed_connection_loses_and_doubles_nothing(
    run: Running, settings: Settings, store: Store, advisor: Advisor
) -> None:
    """Whether Slack asks for it or the connection just breaks, in the midst of the talk."""
    sockets, deliveries = run.playground.sockets, run.playground.deliveries
    with connected(door(settings, store, advisor), settings):
        for number in range(24):
            say(run, f"<@{ADVISOR}> question {number}")
            if number == 7:
                sockets.refresh()
            if number == 15:
                assert sockets.wait_for(1)
                sockets.close()
        assert deliveries.settle(30)
        assert sockets.wait_for(1)
    tried = tuple(deliveries.tried)
    sent = {one.delivery.payload["event_id"] for one in tried}
    taken = [one.delivery.payload["event_id"] for one in tried if _acknowledged(one)]
    assert sorted(taken) == sorted(sent)
    assert len(store.conversations(limit=500)) == 24
    assert store.backlog().events == 24


def test_several_connections_share_the_work(
    run: Running, settings: Settings, store: Store, advisor: Advisor
) -> None:
    """Two of the bot get each their part; together they keep everything once."""
    with ExitStack() as stack:
        for _ in range(2):
            app = door(settings, store, advisor)
            stack.enter_context(connected(app, settings))
        assert run.playground.sockets.count == 2
        for number in range(6):
            say(run, f"<@{ADVISOR}> question {number}")
        assert run.playground.deliveries.settle()
    assert all_acknowledged(run)
    assert len(store.conversations()) == 6


def test_a_command_is_answered_in_its_acknowledgement(
    run: Running, settings: Settings, store: Store, advisor: Advisor
) -> None:
    """To the person alone."""
    app = door(settings, store, advisor)
    with whispers(run) as heard, connected(app, settings):
        assert command(run, "/servicemodel help") == ""
    (answer,) = heard
    assert "/servicemodel" in answer


def test_a_wrong_token_is_said_in_a_sentence(
    run: Running, settings: Settings, store: Store, advisor: Advisor
) -> None:
    """With Slack's reason and what to do."""
    app = door(settings, store, advisor)
    for token, reason in (
        ("xapp-wrong", "invalid_auth"),
        (TOKEN, "not_allowed_token_type"),
        (None, "it is not set"),
    ):
        wrong = Settings(**{**settings.model_dump(), "slack_app_token": token})
        with (
            pytest.raises(NotConnected, match=f"SLACK_APP_TOKEN: {reason}"),
            connected(app, wrong),
        ):
            pytest.fail("it let us in")
    assert run.playground.sockets.count == 0


def test_serve_in_socket_mode_from_start_to_stop(
    run: Running, settings: Settings, store: Store
) -> None:
    """`servicemodel serve --socket-mode` in a process of its own: it answers, and stops cleanly."""
    assert store.conversations() == ()
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_BASE_URL": settings.slack_api_base_url,
        "DATABASE_URL": settings.database_url,
    }
    process = subprocess.Popen([sys.executable, "-c", SERVE], env=environment)
    try:
        assert until(lambda: process.poll() is not None or run.playground.sockets.count == 1)
        assert process.poll() is None, "it has ended"
        ts = say(run, f"<@{ADVISOR}> hello")
        workspace = run.playground.workspace
        assert until(lambda: len(workspace.replies(PLATFORM_HELP, ts)) > 1)
        assert workspace.replies(PLATFORM_HELP, ts)[1].user == ADVISOR
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert run.playground.sockets.wait_for(0)


@contextmanager
def dialled(run: Running) -> Iterator[ClientConnection]:
    """A connection by hand, after its hello."""
    with connect(run.client.apps_connections_open(app_token=APP_TOKEN)["url"]) as app:
        assert decoded(app.recv(5))["type"] == "hello"
        assert run.playground.sockets.wait_for(1)
        yield app


def test_a_connection_begins_with_hello_and_a_ticket_lets_in_once(run: Running) -> None:
    """Without a ticket, or with one that was used, the door stays shut."""
    url = run.client.apps_connections_open(app_token=APP_TOKEN)["url"]
    with connect(f"{url}&debug_reconnects=true") as one:
        hello = decoded(one.recv(5))
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["debug_info"]["approximate_connection_time"] == 360
    for shut in (url, url.split("?")[0]):
        with pytest.raises(InvalidStatus, match="403"), connect(shut):
            pytest.fail("it let us in")


def test_the_eleventh_connection_is_one_too_many(run: Running) -> None:
    """It is told so, and closed."""
    with ExitStack() as stack:

        def dial() -> dict[str, object]:
            url = run.client.apps_connections_open(app_token=APP_TOKEN)["url"]
            return decoded(stack.enter_context(connect(url)).recv(5))

        assert [dial()["num_connections"] for _ in range(10)] == list(range(1, 11))
        assert dial() | {"debug_info": None} == {
            "type": "disconnect",
            "reason": "too_many_websockets",
            "debug_info": None,
        }
        assert run.playground.sockets.count == 10


def test_an_unacknowledged_envelope_comes_again_over_the_new_connection(run: Running) -> None:
    """With the number and reason of the try; what is no acknowledgement is passed over."""
    with dialled(run) as old:
        say(run, "hello")
        first = decoded(old.recv(5))
        assert (first["type"], first["retry_attempt"]) == ("events_api", 0)
        assert first["accepts_response_payload"] is False
        assert first["payload"]["event"]["text"] == "hello"
        for noise in ("", "[]", "{", '{"envelope_id": "other"}', '{"type": "ping"}'):
            old.send(noise)
        run.playground.sockets.refresh()
        farewell = decoded(old.recv(5))
        assert (farewell["type"], farewell["reason"]) == ("disconnect", "refresh_requested")
        with dialled(run) as new:
            again = decoded(new.recv(10))
            assert (again["retry_attempt"], again["retry_reason"]) == (1, "http_timeout")
            assert again["payload"] == first["payload"]
            assert again["envelope_id"] != first["envelope_id"]
            new.send(acknowledgement(again))
            assert run.playground.deliveries.settle()


def test_an_acknowledgement_may_come_over_the_new_connection(run: Running) -> None:
    """As slack_sdk sends it, which got the envelope over the old one."""
    with dialled(run) as old:
        say(run, "hello")
        envelope = decoded(old.recv(5))
        run.playground.sockets.refresh()
        with dialled(run) as new:
            new.send(acknowledgement(envelope))
            assert run.playground.deliveries.settle()
    assert all_acknowledged(run)


def test_a_command_takes_an_answer(run: Running) -> None:
    """In the payload of its acknowledgement."""
    with whispers(run) as heard, dialled(run) as app:
        asking = threading.Thread(target=command, args=(run, "/servicemodel help"))
        asking.start()
        asked = decoded(app.recv(5))
        assert (asked["type"], asked["accepts_response_payload"]) == ("slash_commands", True)
        assert asked["payload"]["command"] == "/servicemodel"
        app.send(acknowledgement(asked, text="Usage"))
        asking.join()
    assert heard == ["Usage"]
