"""First contact: a greeting once, an introduction once, and a Home tab for everybody."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.slack.asides import NEWEST
from bot.slack.home import START
from bot.slack.limits import problems
from bot.slack.manifest import PROMPTS
from flows.advisor import Advisor
from tests.bot.edge_kit import Edge, open_edge, real_advisor, summary
from tests.bot.slack_kit import (
    ANA,
    BEN,
    CHANNEL,
    DIRECT,
    EXPERTS,
    US,
    Answer,
    clicked,
    event_body,
    send_event,
    send_interaction,
)


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    """The real knowledge and wording."""
    return real_advisor()


@pytest.fixture
def edge(advisor: Advisor) -> Iterator[Edge]:
    """A Bolt app whose store is a list."""
    with open_edge(advisor) as edge:
        yield edge


def opened(tab: str = "messages", event_id: str = "Ev1") -> dict[str, Any]:
    """Ana opened the app."""
    event = {"type": "app_home_opened", "user": ANA, "channel": DIRECT, "tab": tab}
    return event_body(event, event_id)


def joined(person: str = US, channel: str = CHANNEL, event_id: str = "Ev1") -> dict[str, Any]:
    """Somebody came into a channel."""
    event = {"type": "member_joined_channel", "user": person, "channel": channel}
    return event_body({**event, "channel_type": "C", "inviter": ANA}, event_id)


def test_whoever_opens_the_direct_message_is_greeted_once(edge: Edge) -> None:
    """With what to begin with; never with a thread, which would be dropped in silence."""
    for event_id in ("Ev1", "Ev2"):
        assert send_event(edge.app, opened(event_id=event_id)).status == 200
    (greeting,) = edge.slack.named("chat.postMessage")
    assert problems("chat.postMessage", greeting) == []
    assert greeting["channel"] == DIRECT
    assert "help" in greeting["text"]
    (prompts,) = edge.slack.named("assistant.threads.setSuggestedPrompts")
    assert "thread_ts" not in prompts
    assert [one["title"] for one in prompts["prompts"]] == [title for title, _ in PROMPTS]
    assert len(prompts["prompts"]) <= 4
    assert edge.inbox.events == []


def test_a_direct_message_that_holds_something_needs_no_greeting(edge: Edge) -> None:
    """Also after a restart, when nobody remembers: Slack does."""
    edge.slack.will("conversations.history", Answer({"ok": True, "messages": [{"ts": "1.1"}]}))
    send_event(edge.app, opened())
    assert edge.slack.named("chat.postMessage") == []
    assert edge.slack.named("assistant.threads.setSuggestedPrompts") == []


def test_a_greeting_that_failed_is_tried_at_the_next_opening(edge: Edge) -> None:
    """The event itself is acknowledged all the same."""
    edge.slack.refuse("chat.postMessage", "internal_error")
    for event_id in ("Ev1", "Ev2"):
        assert send_event(edge.app, opened(event_id=event_id)).status == 200
    assert len(edge.slack.named("chat.postMessage")) == 2
    assert len(edge.slack.named("assistant.threads.setSuggestedPrompts")) == 1


def test_being_added_to_a_channel_is_followed_by_one_short_introduction(edge: Edge) -> None:
    """However often Slack delivers the event."""
    edge.slack.will("conversations.info", Answer({"ok": True, "channel": {"id": CHANNEL}}))
    for _ in range(3):
        assert send_event(edge.app, joined()).status == 200
    (said,) = edge.slack.named("chat.postMessage")
    assert problems("chat.postMessage", said) == []
    assert said["channel"] == CHANNEL
    assert "/servicemodel" in said["text"]
    assert len(said["text"]) < 250
    assert not {"<!channel>", "<!here>"} & set(said["text"].split())


def test_experts_are_told_what_their_channel_is_for(edge: Edge) -> None:
    """Nobody asks there."""
    edge.slack.will("conversations.info", Answer({"ok": True, "channel": {"id": EXPERTS}}))
    send_event(edge.app, joined(channel=EXPERTS))
    assert "asks me for a human" in edge.slack.named("chat.postMessage")[0]["text"]


def test_the_channel_of_everybody_is_left_in_peace(edge: Edge) -> None:
    """An app has no business to speak up there unasked."""
    general = {"id": CHANNEL, "is_general": True}
    edge.slack.will("conversations.info", Answer({"ok": True, "channel": general}))
    send_event(edge.app, joined())
    assert edge.slack.named("chat.postMessage") == []


def test_somebody_else_who_joins_is_none_of_our_business(edge: Edge) -> None:
    """No call, no word."""
    send_event(edge.app, joined(person=BEN))
    assert edge.slack.calls == []


def test_home_says_what_is_kept_and_how_to_delete_it(edge: Edge) -> None:
    """To somebody who never used it, too."""
    send_event(edge.app, opened("home"))
    (call,) = edge.slack.named("views.publish")
    assert problems("views.publish", call) == []
    shown = json.dumps(call)
    assert "What I keep about you" in shown
    assert "/servicemodel delete-my-data" in shown
    assert "/servicemodel help" in shown
    assert START in shown


def test_home_shows_the_newest_and_says_that_there_are_more(edge: Edge) -> None:
    """With the recommendation where there is one."""
    edge.inbox.summaries = [
        summary(n, id=f"0k{n:02}", state="recommended", model="kpaas") for n in range(NEWEST + 5)
    ]
    send_event(edge.app, opened("home"))
    shown = json.dumps(edge.slack.named("views.publish")[0])
    assert shown.count("advice given") == NEWEST
    assert shown.count("KPaaS") >= NEWEST
    assert "older ones" in shown


def test_a_start_from_home_is_shown_there_at_once(edge: Edge) -> None:
    """The tab is drawn anew after the action."""
    container = {"type": "view", "view_id": "V0HOME"}
    body = clicked({"action_id": START, "value": "start"}, container=container)
    for name in ("channel", "message"):
        del body[name]
    assert send_interaction(edge.app, body).status == 200
    assert edge.only.starts
    assert len(edge.slack.named("views.publish")) == 1
