"""A whole conversation, in which every kind of button is used once on the way to the advice."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from slack_bolt import App

from bot.config import Settings
from bot.slack.delivery import SlackPoster
from bot.slack.listeners import make_bolt_app
from bot.slack.patience import Work
from bot.store import Store
from bot.worker import Worker
from flows.advisor import load_advisor
from tests.bot.slack_kit import (
    ANA,
    CHANNEL,
    EXPERTS,
    SECRET,
    TEAM,
    Answer,
    Now,
    SmallSlack,
    clicked,
    send_interaction,
    small_slack,
)
from tests.judges.typescript import ANSWERS, Record

TOKEN = "xoxb-made-up"  # noqa: S105 - made up
ROOT = "1764000000.000100"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUIET = 4
"""Seconds without anything to do: longer than the pace of posting and the wait to look again."""
MOST_CLICKS = 60
ONWARD = ("confirm", "answer", "dismiss")
"""What leads on towards the advice."""
LAST = ("restart", "stop")
"""Not used on the way: they end it."""
Json = Mapping[str, Any]


@dataclass
class Crawl:
    """The bot, what it sent, and which kinds of buttons were used."""

    app: App
    worker: Worker
    slack: SmallSlack
    record: Record
    now: datetime = NOON
    used: list[str] = field(default_factory=list)
    soon: list[Work] = field(default_factory=list)

    def work(self) -> None:
        """Let people wait a moment; then let the worker do what is due, until nothing more is."""
        self._wait()
        idle = 0
        while idle < QUIET:
            idle = 0 if self.worker.run_once(self.now) else idle + 1
            self.now += timedelta(seconds=idle > 0)
        self._wait()

    def _wait(self) -> None:
        due = tuple(self.soon)
        self.soon.clear()
        for work in due:
            work()

    def acknowledged(self, body: str | bytes) -> None:
        """Keep what an acknowledgement says to the person."""
        if body:
            self.record.calls.append((ANSWERS, json.loads(body)))

    def use_everything(self, channel: str = CHANNEL, by: str = ANA) -> None:
        """Use a control of each kind that the messages there offer, until none is new.

        Where nothing is new, the way to the advice is taken one step further.
        """
        for _ in range(MOST_CLICKS):
            controls = self._controls(channel)
            kind = next((one for one in controls if one not in (*self.used, *LAST)), None)
            newest = self._newest(channel)
            kind = kind or next((one for one in ONWARD if one in newest), None)
            if kind is None:
                return
            self.used.append(kind)
            self._use(controls[kind], channel, by)

    def _controls(self, channel: str) -> dict[str, Json]:
        """The newest control of each kind, by its kind."""
        found: dict[str, Json] = {}
        for post in self._posts(channel):
            found |= _by_kind(post)
        return found

    def _newest(self, channel: str) -> dict[str, Json]:
        posts = [found for post in self._posts(channel) if (found := _by_kind(post))]
        return posts[-1] if posts else {}

    def _posts(self, channel: str) -> list[Json]:
        return [
            arguments
            for method, arguments in self.record.calls
            if method.startswith("chat.") and arguments.get("channel") == channel
        ]

    def _use(self, control: Json, channel: str, by: str) -> None:
        number = len(self.record.calls)
        element = {**control, "action_ts": f"{number}.1"}
        if control["type"] == "static_select":
            element["selected_option"] = control["options"][0]
        body = clicked(
            element,
            container={"type": "message", "message_ts": "5.5", "channel_id": channel},
            channel={"id": channel, "name": "some"},
            user={"id": by, "username": "some", "name": "some", "team_id": TEAM},
            response_url=f"{self.slack.url}respond",
        )
        if channel == CHANNEL:
            body["container"]["thread_ts"] = ROOT
        self.acknowledged(send_interaction(self.app, body).body)
        for method, arguments in self.record.calls[number:]:
            if method == "views.open":
                self._submit(arguments["view"], by, number)
        self.work()

    def _submit(self, view: Json, by: str, number: int) -> None:
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        # Each entry another choice, so that two that must differ do.
        values = {
            block["block_id"]: {block["element"]["action_id"]: _filled(block["element"], at)}
            for at, block in enumerate(inputs)
        }
        body = {
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "acme"},
            "user": {"id": by, "name": "some", "team_id": TEAM},
            "api_app_id": "A0APP",
            "token": "unused",
            "trigger_id": "124.456.abcdef",
            "view": {**view, "id": f"V{number}", "team_id": TEAM, "state": {"values": values}},
            "response_urls": [],
            "is_enterprise_install": False,
            "enterprise": None,
        }
        self.acknowledged(send_interaction(self.app, body).body)


@contextmanager
def crawling(folder: Path) -> Iterator[Crawl]:
    """The real bot on a database in this folder, with a small Slack around it."""
    record = Record()
    with small_slack() as slack:
        slack.will("conversations.info", Answer({"ok": True, "channel": {"is_general": False}}))
        settings = Settings(
            slack_signing_secret=SECRET,
            slack_bot_token=TOKEN,
            slack_api_base_url=slack.url,
            experts_channel=EXPERTS,
            reviewers=(ANA,),
            database_url=f"sqlite:///{folder / 'log.sqlite3'}",
        )
        client = record.client(TOKEN, slack.url)
        advisor, store = load_advisor(), Store.open(settings.database_url)
        store.migrate()
        worker = Worker(store, SlackPoster(lambda _: client, EXPERTS), advisor)
        soon: list[Work] = []
        app = make_bolt_app(
            settings,
            store,
            advisor,
            worker.wake,
            client_for=lambda _: client,
            executor=Now(),
            soon=soon.append,
            now=lambda: NOON,
        )
        yield Crawl(app, worker, slack, record, soon=soon)
        record.calls += [(ANSWERS, said) for said in slack.named("respond")]
        store.close()


def _controls(post: Json) -> list[Json]:
    found: list[Json] = []
    for block in post.get("blocks", ()):
        inside = [*block.get("elements", ()), block.get("accessory")]
        found += [one for one in inside if one and one["type"] in ("button", "static_select")]
        found += [
            {**one[side], "type": one["type"], "action_id": one["action_id"]}
            for one in inside
            if one and one["type"] == "feedback_buttons"
            for side in ("positive_button", "negative_button")
        ]
    return found


def _by_kind(post: Json) -> dict[str, Json]:
    """The first control of each kind."""
    return {_kind(control): control for control in reversed(_controls(post))}


def _kind(control: Json) -> str:
    """What it is for: the part of its action id before the colon, or its form's name."""
    value = json.loads(control["value"]) if "value" in control else {}
    form = value.get("a", {}).get("form") if isinstance(value, dict) else None
    return form or str(control["action_id"]).split(":", maxsplit=1)[0]


def _filled(element: Json, at: int) -> Json:
    if element["type"] == "plain_text_input":
        return {"type": "plain_text_input", "value": "Because we know it well."}
    options = element["options"]
    return {"type": element["type"], "selected_option": options[at % len(options)]}
