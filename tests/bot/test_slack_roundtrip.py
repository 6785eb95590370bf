"""The whole way: Slack's payloads through the real store and dialogue back to Slack's Web API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App

from bot.config import Settings
from bot.slack.clients import one_workspace
from bot.slack.delays import Delays
from bot.slack.delivery import SlackPoster
from bot.slack.limits import problems
from bot.slack.listeners import make_bolt_app
from bot.store import Store
from bot.worker import Worker
from flows.advisor import Advisor, load_advisor
from tests.bot.slack_kit import (
    ANA,
    CHANNEL,
    EVA,
    EXPERTS,
    SECRET,
    TEAM,
    US,
    Answer,
    Now,
    SmallSlack,
    clicked,
    command,
    mention,
    said,
    send_event,
    send_form,
    send_interaction,
    small_slack,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = "1764000000.000100"
QUIET = 4
"""Seconds without anything to do: longer than the pace of posting and the wait to look again."""
MESSAGES = ("chat.postMessage", "chat.update", "chat.postEphemeral")


@dataclass
class World:
    """The bot, a small Slack around it, and a clock that only moves when told."""

    app: App
    slack: SmallSlack
    worker: Worker
    store: Store
    now: list[datetime] = field(default_factory=lambda: [NOON])
    clicks: int = 0

    def work(self) -> None:
        """Let the worker do what is due, until a few seconds bring nothing more."""
        idle = 0
        while idle < QUIET:
            busy = self.worker.run_once(self.now[0])
            idle = 0 if busy else idle + 1
            if not busy:
                self.now[0] += timedelta(seconds=1)
        for call in self.slack.calls:
            assert problems(call.method, call.arguments) == []

    def posts(self, channel: str = CHANNEL) -> list[dict[str, Any]]:
        """What was posted or edited in a channel, in order."""
        return [
            call.arguments
            for call in self.slack.calls
            if call.method in MESSAGES and call.arguments["channel"] == channel
        ]

    def click(self, intent: str, *, by: str = ANA, channel: str = CHANNEL) -> None:
        """Use the first button for an intent in the newest message that has one."""
        for post in reversed(self.posts(channel)):
            for control in _controls(post):
                if str(control.get("action_id", "")).startswith(f"{intent}:"):
                    self._use(control, _first_lines(post), by, channel)
                    return
        shown = json.dumps([post["text"] for post in self.posts(channel)[-2:]], indent=1)
        pytest.fail(f"nobody can {intent} in {shown}")

    def _use(self, element: dict[str, Any], state: dict[str, Any], by: str, channel: str) -> None:
        self.clicks += 1
        container = {"type": "message", "message_ts": "5.5", "channel_id": channel}
        if channel == CHANNEL:
            container["thread_ts"] = ROOT
        body = clicked(
            {**element, "action_ts": f"{self.clicks}.1"},
            container=container,
            channel={"id": channel, "name": "some"},
            state={"values": state},
        )
        body["user"]["id"] = by
        assert send_interaction(self.app, body).status == 200
        self.work()


def _controls(post: dict[str, Any]) -> list[dict[str, Any]]:
    """Buttons and menus of a message; a menu of one line stands at its first."""
    found: list[dict[str, Any]] = []
    for block in post["blocks"]:
        found += block.get("elements", ())
        if "accessory" in block:
            menu = block["accessory"]
            chosen = {"selected_option": menu["options"][0]}
            found.append(menu | chosen if menu["type"] == "static_select" else menu)
    return found


def _first_lines(post: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends along when the first line of each menu of several stands chosen."""
    menus = [block["accessory"] for block in post["blocks"] if "accessory" in block]
    return {
        str(number): {menu["action_id"]: {"selected_options": menu["options"][:1]}}
        for number, menu in enumerate(menus)
    }


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    """Everything that the advisor knows."""
    return load_advisor()


@pytest.fixture
def world(advisor: Advisor, tmp_path: Path) -> Iterator[World]:
    """The real thing on a file, talking to a small Slack."""
    with small_slack() as slack:
        settings = Settings(
            slack_signing_secret=SECRET,
            slack_bot_token="xoxb-made-up",  # noqa: S106 - made up
            slack_api_base_url=slack.url,
            experts_channel=EXPERTS,
            database_url=f"sqlite:///{tmp_path / 'log.sqlite3'}",
        )
        client_for = one_workspace("xoxb-made-up", slack.url)
        store = Store.open(settings.database_url)
        store.migrate()
        now = [NOON]

        def seconds() -> float:
            return now[0].timestamp()

        poster = SlackPoster(client_for, EXPERTS, Delays(seconds))
        worker = Worker(store, poster, advisor)
        app = make_bolt_app(settings, store, advisor, worker.wake, executor=Now(), now=lambda: NOON)
        yield World(app, slack, worker, store, now)
        store.close()


def state_of(world: World) -> str | None:
    """Where the only conversation stands."""
    (one,) = world.store.conversations()
    return one.state


def walk_to_the_advice(world: World) -> None:
    """From a mention, by the first button of each question."""
    send_event(world.app, mention(f"<@{US}>"))
    world.work()
    for _ in range(30):
        if state_of(world) not in {"intake", "asking", "clarifying"}:
            break
        world.click("answer" if state_of(world) == "asking" else "confirm")
    if state_of(world) == "reviewing":
        world.click("confirm")


def test_from_a_mention_to_the_advice_by_clicking(world: World) -> None:
    """Every message on the way keeps Slack's limits, in the thread of the mention."""
    walk_to_the_advice(world)
    assert state_of(world) in {"recommended", "no_fit"}
    assert {post["thread_ts"] for post in world.posts() if "thread_ts" in post} == {ROOT}
    ids = [post["metadata"]["event_payload"]["id"] for post in world.posts() if "ts" not in post]
    assert len(ids) == len(set(ids))


def test_a_bad_verdict_and_its_reason_land_in_the_log(world: World) -> None:
    """Both are turns; what is said to them, only the person sees."""
    walk_to_the_advice(world)
    (block,) = [
        block
        for post in world.posts()
        for block in post["blocks"]
        if block["type"] == "context_actions"
    ][-1:]
    (element,) = block["elements"]
    public = len(world.slack.named("chat.postMessage"))
    bad = {"action_id": element["action_id"], "value": element["negative_button"]["value"]}
    send_interaction(world.app, clicked({"type": "feedback_buttons", **bad}))
    world.work()
    (call,) = world.slack.named("views.open")
    view = call["view"] if isinstance(call["view"], dict) else json.loads(call["view"])
    words = {"value": {"type": "plain_text_input", "value": "It ignores our data centre."}}
    sent = {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": ANA, "team_id": TEAM},
        "view": {**view, "id": "V1", "state": {"values": {"words": words}}},
    }
    assert send_interaction(world.app, sent).status == 200
    world.work()
    (one,) = world.store.conversations()
    told = str(world.store.transcript(one.id))
    assert told.count("FEEDBACK") >= 2
    assert "It ignores our data centre." in told
    assert len(world.slack.named("chat.postMessage")) == public
    assert "reason is noted" in world.slack.named("chat.postEphemeral")[-1]["text"]


def test_a_redelivered_event_is_answered_once(world: World) -> None:
    """Whatever its retry headers say, and with its twin in the other shape."""
    for body in (mention(f"<@{US}> hello"), said(f"<@{US}> hello", event_id="Ev7")) * 4:
        assert send_event(world.app, body).status == 200
    world.work()
    assert len(world.slack.named("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("channel", "kind"), [(CHANNEL, "channel"), ("C0PRIVATE", "group"), ("D0ANA", "im")]
)
def test_help_is_understood_everywhere(world: World, channel: str, kind: str) -> None:
    """In words, in the thread of the conversation, wherever that is."""
    where = {"channel": channel, "channel_type": kind}
    send_event(world.app, said(f"<@{US}> hello", **where))
    send_event(world.app, said("help", event_id="Ev2", ts="1764000050.1", thread_ts=ROOT, **where))
    world.work()
    told = world.posts(channel)[-1]
    assert "What you can say or press" in told["text"]
    assert told["thread_ts"] == ROOT


def test_a_command_opens_a_thread_that_names_who_asked(world: World) -> None:
    """And what is typed into that thread belongs to it."""
    send_form(world.app, command(""))
    world.work()
    (root,) = world.posts()
    assert "thread_ts" not in root
    assert f"<@{ANA}>" in root["text"]
    (one,) = world.store.conversations()
    send_event(world.app, said("we have two admins", ts="1764000050.1", thread_ts=one.thread))
    world.work()
    assert len(world.store.conversations()) == 1
    assert world.posts()[-1]["thread_ts"] == one.thread


def test_a_command_where_the_bot_is_not_goes_on_directly(world: World) -> None:
    """The person is told why, and the conversation lives in the direct message."""
    world.slack.refuse("chat.postMessage", "not_in_channel")
    send_form(world.app, command(""))
    world.work()
    (post,) = world.posts("D0ANA")
    assert "/invite" in post["text"]
    (one,) = world.store.conversations()
    assert (one.channel, one.direct) == ("D0ANA", True)
    assert one.thread is not None


def test_a_thread_that_is_shut_on_the_way_goes_on_directly(world: World) -> None:
    """The next question reaches the starter, and its buttons lead on in the same conversation."""
    send_event(world.app, mention(f"<@{US}>"))
    world.work()
    world.slack.refuse("chat.postMessage", "is_archived")
    world.click("answer")
    (question,) = world.posts("D0ANA")
    assert "archived now" in question["text"]
    world.slack.refuse("chat.postMessage", "is_archived")
    world.click("answer", channel="D0ANA")
    assert len(world.store.conversations()) == 1
    assert len([post for post in world.posts("D0ANA") if "ts" not in post]) == 2


@pytest.mark.parametrize(("away", "told"), [(20, False), (240, True)])
def test_while_slack_is_away_the_answer_waits(world: World, away: int, *, told: bool) -> None:
    """It is queued, comes once, and says so where it took longer than a minute."""
    busy = Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(away)})
    world.slack.will("chat.postMessage", busy)
    send_event(world.app, mention(f"<@{US}> hello"))
    world.work()
    assert len(world.posts()) == 1
    world.now[0] += timedelta(seconds=away)
    world.work()
    _, answer = world.posts()
    assert ("Sorry for the wait" in answer["text"]) is told
    assert "never more than" in answer["text"]


def test_a_human_is_called_to_the_experts_channel(world: World) -> None:
    """With a link to the thread; whoever claims it there is said in the thread."""
    send_event(world.app, mention(f"<@{US}> hello"))
    world.work()
    world.click("human")
    (briefing, *_) = world.posts(EXPERTS)
    assert f"https://acme.example/archives/{CHANNEL}/" in json.dumps(briefing)
    world.click("claim", by=EVA, channel=EXPERTS)
    (one,) = world.store.conversations()
    assert one.control == "human"
    before = len(world.posts())
    send_event(world.app, said("thank you", ts="1764000050.1", thread_ts=ROOT))
    world.work()
    assert len(world.posts()) == before


def test_what_people_type_pings_nobody(world: World) -> None:
    """Wherever the dialogue shows their words again."""
    words = "&lt;!channel&gt; *we* have `two` <https://evil.example|click> admins"
    send_event(world.app, mention(f"<@{US}> {words}"))
    world.work()
    world.click("human")
    sent = json.dumps([call.arguments for call in world.slack.calls])
    assert "<!channel>" not in json.dumps([post["text"] for post in world.posts(EXPERTS)])
    assert "evil.example" not in sent
    assert '"broadcast"' not in sent
    assert '"mrkdwn"' not in sent
