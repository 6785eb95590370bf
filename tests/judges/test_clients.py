"""Slack's own clients for Node get from the stand-in what they would get from Slack."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.playground.cast import ADVISOR, ANA, PLATFORM_HELP, TEAM, direct
from bot.playground.post import Acknowledged
from tests.bot.playground_echo import TOKEN, Running, running
from tests.bot.socket_talk import APP_TOKEN, command, say, whispers
from tests.judges.conftest import Node

pytestmark = pytest.mark.xdist_group("judges")
Json = dict[str, Any]


@pytest.fixture(scope="module")
def told(node: Node) -> Json:
    """What the stand-in told Slack's Web API client, by the name of the step."""
    # Nobody is connected, and nobody waits for that.
    with running(app_token=APP_TOKEN, ack_seconds=0.1) as run:
        done = node(
            "web_api.mjs",
            API_URL=run.playground.api_url,
            BOT_TOKEN=TOKEN,
            APP_TOKEN=APP_TOKEN,
            CHANNEL=PLATFORM_HELP,
            PERSON=ANA,
            TRIGGER=run.playground.passes.trigger(ANA),
        )
    assert done.returncode == 0, done.stderr
    answers: Json = json.loads(done.stdout)
    return answers


def test_who_we_are(told: Json) -> None:
    """In the shape that the client reads."""
    assert (told["auth"]["user_id"], told["auth"]["team_id"]) == (ADVISOR, TEAM)


def test_messages_are_posted_changed_and_found_again(told: Json) -> None:
    """With their metadata where it is asked for, and only there."""
    ts = told["posted"]["ts"]
    assert told["posted"]["message"]["text"] == "one"
    assert told["updated"]["text"] == "two"
    assert [message["text"] for message in told["replies"]["messages"]] == ["two", "below"]
    assert told["replies"]["messages"][1]["thread_ts"] == ts
    (found,) = (one for one in told["history"]["messages"] if one["ts"] == ts)
    assert found["metadata"] == {"event_type": "judged", "event_payload": {"id": "one"}}
    assert all("metadata" not in one for one in told["bare"]["messages"])
    assert [text for page in told["pages"] for text in page] == ["two", "below"]
    assert len(told["pages"]) == 2
    assert told["deleted"]["ts"] == told["reply"]["ts"]
    assert ts.replace(".", "") in told["permalink"]["permalink"]


def test_people_are_reached_directly(told: Json) -> None:
    """By a direct message, or by what only they see."""
    assert told["opened"]["channel"]["id"] == direct(ANA)
    assert told["whispered"]["message_ts"]
    assert told["person"]["user"]["id"] == ANA


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("used", "exchanged_trigger_id"),
        ("madeUp", "invalid_trigger_id"),
        ("nowhere", "channel_not_found"),
        ("empty", "no_text"),
        ("badBlock", "invalid_blocks"),
        ("badMethod", "unknown_method"),
        ("badToken", "invalid_auth"),
        ("noToken", "not_authed"),
        ("appToken", "not_allowed_token_type"),
        ("botSocket", "not_allowed_token_type"),
        ("gone", "message_not_found"),
    ],
)
def test_refusals_carry_slacks_codes(told: Json, step: str, code: str) -> None:
    """As the client understands them."""
    assert told[step] == {"error": code}


def test_a_dialogue_box_opens_once(told: Json) -> None:
    """With an id of its own."""
    assert told["view"]["view"]["id"]
    assert told["view"]["view"]["type"] == "modal"


class Listening:
    """Slack's Socket Mode client in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def next(self) -> Json:
        """The next line that it prints."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the client has ended"
        found: Json = json.loads(line)
        return found


@contextmanager
def listening(run: Running, folder: Path) -> Iterator[Listening]:
    """Until the block ends."""
    with subprocess.Popen(
        ["node", "socket_mode.mjs"],  # noqa: S607 - wherever it is installed
        cwd=folder,
        env={**os.environ, "API_URL": run.playground.api_url, "APP_TOKEN": APP_TOKEN},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            client = Listening(process)
            assert client.next() == {"kind": "connected"}
            yield client
        finally:
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(10) == 0


def test_slacks_socket_mode_client_receives_and_acknowledges(judges: Path) -> None:
    """Events, a command that it answers at once, and on after the connection is renewed."""
    with running(app_token=APP_TOKEN) as run, listening(run, judges) as client:
        say(run, "hello")
        assert client.next() == {
            "kind": "events_api",
            "text": "hello",
            "retry_num": 0,
            "accepts_response_payload": False,
        }
        with whispers(run) as heard:
            assert command(run, "/servicemodel help") == ""
        assert client.next()["kind"] == "slash_commands"
        assert heard == ["You said help"]
        run.playground.sockets.refresh()
        assert client.next() == {"kind": "connected"}
        say(run, "hello again")
        assert client.next()["text"] == "hello again"
        assert run.playground.deliveries.settle()
        tried = tuple(run.playground.deliveries.tried)
        assert len(tried) == 2
        assert all(isinstance(one.outcome, Acknowledged) for one in tried)
