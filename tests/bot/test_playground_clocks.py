"""Slack's clocks, on a clock that only moves when told, and things that go wrong on demand."""

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.playground.api.method import Tier
from bot.playground.cast import (
    ADVISOR,
    ANA,
    BEN,
    PLATFORM_HELP,
    RANDOM,
    SAM,
    WITH_ELSEWHERE,
    direct,
)
from bot.playground.faults import KEPT, Fault, Faults
from bot.playground.recorder import TEXT_KEPT, bounded
from bot.playground.tiers import BURST, Tiers
from tests.bot import playground_blocks as blocks
from tests.bot.playground_echo import TOKEN, EchoBot, Json, Received, Running, running


class Now:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.at = 1_764_000_000.0

    def __call__(self) -> float:
        """The time."""
        return self.at


@pytest.fixture
def now() -> Now:
    """The clock of one test."""
    return Now()


@pytest.fixture
def run() -> Iterator[Running]:
    """A playground of its own."""
    with running() as made:
        yield made


def ask(run: Running, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """One request to the playground: its status and JSON."""
    connection = http.client.HTTPConnection(urlsplit(run.playground.page_url).netloc)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize(("tier", "most"), [(2, 20), (3, 50), (4, 100), ("special", 300)])
def test_a_tier_is_so_many_calls_a_minute(now: Now, tier: Tier, most: int) -> None:
    """Then one has to wait; other methods and workspaces do not."""
    tiers = Tiers(now)
    assert [tiers.wait("T1", "m", tier) for _ in range(most)] == [None] * most
    assert tiers.wait("T1", "m", tier) == -(-60 // most)
    assert tiers.wait("T1", "other", tier) is None
    assert tiers.wait("T2", "m", tier) is None
    now.at += 60
    assert [tiers.wait("T1", "m", tier) for _ in range(most)] == [None] * most


def test_a_channel_takes_a_short_burst_and_then_one_message_a_second(now: Now) -> None:
    """Each channel for itself."""
    tiers = Tiers(now)
    said = [tiers.wait("T1", "chat.postMessage", "posting", "C1") for _ in range(BURST + 1)]
    assert said == [None] * BURST + [1]
    assert tiers.wait("T1", "chat.postMessage", "posting", "C2") is None
    for _ in range(3):
        now.at += 1
        assert tiers.wait("T1", "chat.postMessage", "posting", "C1") is None
        assert tiers.wait("T1", "chat.postMessage", "posting", "C1") == 1


def test_too_many_messages_are_answered_with_429(now: Now) -> None:
    """With the seconds to wait; after them it goes on."""
    with running(clock=now, burst=2) as run:
        for _ in range(2):
            run.client.chat_postMessage(channel=PLATFORM_HELP, text="x")
        with pytest.raises(SlackApiError) as error:
            run.client.chat_postMessage(channel=PLATFORM_HELP, text="x")
        answer = error.value.response
        assert (answer.status_code, answer["error"]) == (429, "ratelimited")
        assert answer.headers["Retry-After"] == "1"
        now.at += 1
        assert run.client.chat_postMessage(channel=PLATFORM_HELP, text="x")["ok"] is True


def test_a_status_is_gone_after_two_minutes(now: Now) -> None:
    """Without a message of the bot's."""
    with running(clock=now) as run:
        workspace = run.playground.workspace
        ts = workspace.post(PLATFORM_HELP, ANA, "think").ts
        run.client.assistant_threads_setStatus(
            channel_id=PLATFORM_HELP, thread_ts=ts, status="is thinking"
        )
        now.at += 119
        assert workspace.status(PLATFORM_HELP, ts) == "is thinking"
        now.at += 1
        assert workspace.status(PLATFORM_HELP, ts) == ""


def test_a_response_url_ends_over_http_too(now: Now) -> None:
    """The sixth time, and after half an hour."""
    with running(clock=now) as run:
        body = {"text": "/servicemodel"}
        for _ in range(2):
            ask(run, "POST", f"/playground/{ANA}/channels/{PLATFORM_HELP}/command", body)
        often, late = (
            WebhookClient(one.payload["response_url"])
            for one in run.bot.wait_for("/servicemodel", 2)
        )
        said = [often.send(text="x") for _ in range(6)]
        assert [one.status_code for one in said] == [200] * 5 + [404]
        assert "used_url" in said[-1].body
        now.at += 1801
        assert "expired_url" in late.send(text="x").body


def test_an_app_has_only_so_long_to_acknowledge() -> None:
    """Then the event comes again, and says why."""
    free = threading.Event()

    def script(bot: EchoBot, _received: Received) -> object:
        if len(bot.received) == 1:
            free.wait(10)
        return None

    with running(script, ack_seconds=0.2) as run:
        run.playground.workspace.post(PLATFORM_HELP, ANA, "hello")
        _, again = run.bot.wait_for("message", 2)
        free.set()
        assert again.headers["x-slack-retry-reason"] == "http_timeout"
        assert run.playground.deliveries.settle()


@pytest.mark.parametrize(("kind", "status"), [("ratelimited", 429), ("error", 500)])
def test_a_call_fails_as_often_as_asked(run: Running, kind: str, status: int) -> None:
    """And only the methods that were named; nothing is said by it."""
    asked = {"kind": kind, "on": "chat.*", "times": 2, "seconds": 7}
    assert ask(run, "POST", "/page/faults", asked) == (200, [asked])
    client = WebClient(TOKEN, base_url=run.playground.api_url, retry_handlers=[])
    assert client.auth_test()["ok"] is True
    for _ in range(2):
        with pytest.raises(SlackApiError) as error:
            client.chat_postMessage(channel=PLATFORM_HELP, text="x")
        assert error.value.response.status_code == status
        assert error.value.response.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert run.playground.workspace.history(PLATFORM_HELP) == ()
    assert client.chat_postMessage(channel=PLATFORM_HELP, text="x")["ok"] is True


def test_an_answer_can_get_lost(run: Running) -> None:
    """The message was posted all the same."""
    run.playground.faults.add(Fault("dropped"))
    client = WebClient(TOKEN, base_url=run.playground.api_url, retry_handlers=[])
    with pytest.raises(http.client.IncompleteRead):
        client.chat_postMessage(channel=PLATFORM_HELP, text="said")
    assert [one.text for one in run.playground.workspace.history(PLATFORM_HELP)] == ["said"]


def test_a_call_can_be_slow(run: Running) -> None:
    """Slower than the client waits; it is done in the end."""
    run.playground.faults.add(Fault("slow", seconds=0.3))
    connection = http.client.HTTPConnection(urlsplit(run.playground.page_url).netloc, timeout=0.1)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    body = json.dumps({"channel": PLATFORM_HELP, "text": "x"})
    connection.request("POST", "/api/chat.postMessage", body, headers)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    run.bot.wait_for("message")
    connection.close()


def test_events_come_twice_late_or_only_as_a_retry() -> None:
    """Twice with the same id; overtaken by the next; never at first."""
    with running() as run:
        for fault in (Fault("duplicated"), Fault("out_of_order"), Fault("lost")):
            run.playground.faults.add(fault)
            for text in ("one", "two"):
                run.playground.workspace.post(PLATFORM_HELP, ANA, text)
            assert run.playground.deliveries.settle()
        came = run.bot.of("message")
        texts = [one.event["text"] for one in came]
        assert texts[:5] == ["one", "one", "two", "two", "one"]
        assert sorted(texts[5:]) == ["one", "two"]
        assert came[0].payload["event_id"] == came[1].payload["event_id"]
        (again,) = (one for one in came if "x-slack-retry-num" in one.headers)
        assert (again.event["text"], again.headers["x-slack-retry-num"]) == ("one", "1")


def test_faults_can_be_called_off(run: Running) -> None:
    """And only so many wait."""
    ask(run, "POST", "/page/faults", {"kind": "error"})
    assert ask(run, "DELETE", "/page/faults") == (200, [])
    assert run.client.auth_test()["ok"] is True
    assert ask(run, "POST", "/page/faults", {"kind": "mischief"})[0] == 422
    assert len(Faults([Fault("error")] * (KEPT + 1)).waiting) == KEPT


def test_calls_and_deliveries_are_recorded(tmp_path: Path) -> None:
    """Each as a line of JSON, without what would let somebody else act."""
    file = tmp_path / "kept" / "record.jsonl"

    def script(bot: EchoBot, received: Received) -> object:
        if received.kind == "/servicemodel":
            bot.client.views_open(trigger_id=received.payload["trigger_id"], view=blocks.modal())
        return None

    with running(script, record=file) as run:
        body = {"text": "/servicemodel help"}
        ask(run, "POST", f"/playground/{ANA}/channels/{PLATFORM_HELP}/command", body)
        run.client.chat_postMessage(channel=PLATFORM_HELP, text="x" * 4_000)
        assert run.playground.deliveries.settle()
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [(one["kind"], one.get("method")) for one in lines] == [
        ("call", "views.open"),
        ("delivery", None),
        ("call", "chat.postMessage"),
        ("delivery", None),
    ]
    assert lines[1]["payload"]["text"] == "help"
    assert lines[3]["payload"]["event"]["type"] == "message"
    assert lines[3]["answer"]["status"] == 200
    assert len(lines[2]["arguments"]["text"]) == TEXT_KEPT + 1
    written = file.read_text("utf-8")
    assert TOKEN not in written
    assert "/respond/" not in written
    assert lines[0]["arguments"]["trigger_id"] == "hidden"


def test_what_is_recorded_is_bounded() -> None:
    """However long or deep it is."""
    deep: Json = {}
    for _ in range(50):
        deep = {"in": deep}
    said = bounded({"long": ["x"] * 1_000, "deep": deep})
    assert len(said["long"]) == 100
    assert len(json.dumps(said["deep"])) < 200


def test_the_state_can_be_read(run: Running) -> None:
    """People, places, calls and deliveries, the latest first."""
    run.client.chat_postMessage(channel=PLATFORM_HELP, text="hello")
    assert run.playground.deliveries.settle()
    status, state = ask(run, "GET", "/page/state")
    assert status == 200
    (channel,) = (one for one in state["channels"] if one["id"] == PLATFORM_HELP)
    assert [message["text"] for message in channel["messages"]] == ["hello"]
    assert state["calls"][0]["method"] == "chat.postMessage"
    assert state["deliveries"][0]["type"] == "message"
    assert TOKEN not in json.dumps(state)


@pytest.mark.parametrize(
    ("channel", "person", "kind"),
    [
        ("C00WEBSHOP", BEN, "group"),
        ("C000GROUP", BEN, "mpim"),
        (direct(BEN), BEN, "im"),
        (WITH_ELSEWHERE, SAM, "channel"),
    ],
)
def test_events_say_what_kind_of_channel_it_is(
    run: Running, channel: str, person: str, kind: str
) -> None:
    """Private, a group's, direct; and whose people they are in a shared one."""
    run.playground.workspace.post(channel, person, f"<@{ADVISOR}> hello")
    (message,) = run.bot.wait_for("message")
    assert message.event["channel_type"] == kind
    assert message.payload["is_ext_shared_channel"] is (channel == WITH_ELSEWHERE)
    assert message.event.get("user_team") == ("T0000ELSE" if person == SAM else None)
    assert run.playground.deliveries.settle()
    assert len(run.bot.of("app_mention")) == (0 if kind == "im" else 1)


def test_where_the_bot_is_not_it_hears_nothing(run: Running) -> None:
    """Also when it is mentioned; and nobody writes in an archived channel."""
    run.playground.workspace.post("C00RANDOM", ANA, f"<@{ADVISOR}> hello")
    assert run.playground.deliveries.settle()
    assert run.bot.received == []
    say = f"/playground/{ANA}/channels/C00ARCHIVE/say"
    assert ask(run, "POST", say, {"text": "hello"})[0] == 403


def test_a_click_says_whose_person_it_is(run: Running) -> None:
    """A stranger's team is not ours."""
    said = run.client.chat_postMessage(
        channel=WITH_ELSEWHERE, text="controls", blocks=blocks.controls()
    )
    used = {
        "channel": WITH_ELSEWHERE,
        "ts": said["ts"],
        "block_id": "answers",
        "action_id": "primary",
    }
    assert ask(run, "POST", f"/playground/{SAM}/click", used)[0] == 200
    (click,) = run.bot.wait_for("block_actions")
    assert click.payload["user"]["team_id"] == "T0000ELSE"
    assert click.payload["team"]["id"] == "T0000TEAM"


def test_somebody_lets_the_bot_in(run: Running) -> None:
    """Then it hears of it, may post, and is told of what is said."""
    with pytest.raises(SlackApiError, match="not_in_channel"):
        run.client.chat_postMessage(channel=RANDOM, text="x")
    path = f"/playground/{ANA}/channels/{RANDOM}/command"
    assert ask(run, "POST", path, {"text": "/invite @advisor"})[1]["problem"] == ""
    (joined,) = run.bot.wait_for("member_joined_channel")
    assert (joined.event["user"], joined.event["inviter"]) == (ADVISOR, ANA)
    assert run.client.chat_postMessage(channel=RANDOM, text="x")["ok"] is True
    assert "already" in ask(run, "POST", path, {"text": "/invite @advisor"})[1]["problem"]
    assert "lets somebody" in ask(run, "POST", path, {"text": "/invite nobody"})[1]["problem"]
    old = f"/playground/{ANA}/channels/C00ARCHIVE/command"
    assert "archived" in ask(run, "POST", old, {"text": "/invite @eva"})[1]["problem"]


def test_only_events_that_were_subscribed_to_are_delivered() -> None:
    """By their type, messages also by the kind of channel."""
    with running(events=("message.im",)) as run:
        run.playground.workspace.post(PLATFORM_HELP, ANA, f"<@{ADVISOR}> hello")
        run.playground.workspace.post(direct(ANA), ANA, "hello")
        assert run.playground.deliveries.settle()
        (only,) = run.bot.received
        assert only.event["channel_type"] == "im"
