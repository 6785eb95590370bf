"""The door to Slack with a list for a store and a small Slack, shared by the tests of the edge."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt import App

from bot.config import Settings
from bot.events import Event
from bot.slack.clients import one_workspace
from bot.slack.listeners import make_bolt_app
from bot.store import Summary
from flows.advisor import Advisor
from flows.conversation import Understanding
from flows.wording import load_wording
from knowledge.library import Library
from knowledge.loader import load_knowledge
from tests.bot.slack_kit import (
    ANA,
    CHANNEL,
    EVA,
    EXPERTS,
    SECRET,
    TEAM,
    Now,
    SmallSlack,
    small_slack,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = "1764000000.000100"
CONVERSATION = "0k3v9w2m8x1qz"


class Inbox:
    """A store that keeps a list; threads that begin are its own from then on."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.keys: set[str] = set()
        self.threads: set[str | None] = set()
        self.summaries: list[Summary] = []
        self.erased: list[tuple[str, str]] = []
        self.broken = False

    def accept(self, event: Event) -> str | None:
        """As the real one: new and ours, or not at all."""
        if self.broken:
            raise OSError(event.text)
        ours = event.starts or event.conversation or event.place.thread in self.threads
        if not ours or self.keys & set(event.keys):
            return None
        self.keys |= set(event.keys)
        self.threads.add(event.place.thread)
        self.events.append(event)
        return CONVERSATION

    def conversations(
        self,
        workspace: str | None = None,
        limit: int = 50,
        before: str | None = None,
        starter: str | None = None,
    ) -> list[Summary]:
        """A page of what was put there."""
        start = next((n for n, one in enumerate(self.summaries, 1) if one.id == before), 0)
        found = [one for one in self.summaries[start:] if one.workspace == workspace]
        return [one for one in found if starter in {None, one.starter}][:limit]

    def erase(self, workspace: str, person: str) -> None:
        """Note whose words go."""
        self.erased.append((workspace, person))


class Mute:
    """Nobody reads here: the edge leaves that to the dialogue."""

    def read(self, text: str, asked: str | None = None) -> Understanding:
        """Never called."""
        raise AssertionError(text, asked)


@dataclass
class Edge:
    """A Bolt app with what stands around it."""

    app: App
    inbox: Inbox
    slack: SmallSlack
    woken: list[str]
    soon: list[Callable[[], object]]

    def a_moment_passes(self) -> None:
        """Do what was to be done in a moment."""
        due, self.soon[:] = list(self.soon), []
        for work in due:
            work()

    @property
    def only(self) -> Event:
        """The one event that was kept."""
        (event,) = self.inbox.events
        return event


def real_advisor() -> Advisor:
    """The real knowledge and wording."""
    knowledge = load_knowledge()
    return Advisor(knowledge, Library(knowledge), Mute(), load_wording())


@contextmanager
def open_edge(advisor: Advisor, **more: Any) -> Iterator[Edge]:  # noqa: ANN401 - settings
    """A Bolt app whose store is a list, with further settings."""
    with small_slack() as slack:
        settings = Settings(
            slack_signing_secret=SECRET,
            slack_bot_token="xoxb-made-up",  # noqa: S106 - made up
            slack_api_base_url=slack.url,
            experts_channel=EXPERTS,
            experts_usergroup="S0EXPERTS",
            reviewers=(EVA,),
            **more,
        )
        inbox, woken, soon = Inbox(), list[str](), list[Callable[[], object]]()
        app = make_bolt_app(
            settings,
            inbox,
            advisor,
            lambda: woken.append("now"),
            client_for=one_workspace("xoxb-made-up", slack.url),
            executor=Now(),
            now=lambda: NOON,
            soon=soon.append,
        )
        yield Edge(app, inbox, slack, woken, soon)


def summary(number: int, **more: Any) -> Summary:  # noqa: ANN401 - fields of a summary
    """A conversation as the store lists it."""
    given: dict[str, Any] = {
        "id": f"0k{number}",
        "workspace": TEAM,
        "channel": CHANNEL,
        "thread": f"176400000{number}.000100",
        "direct": False,
        "starter": ANA,
        "started_at": NOON,
        "last_at": NOON,
        "state": "asking",
        "control": "bot",
        "outcome": None,
        "model": None,
        "turns": 3,
        "waiting": 0,
        **more,
    }
    return Summary(**given)
