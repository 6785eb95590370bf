"""Who may use the advisor: strangers and unwanted guests are told so alone, and nothing is kept."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.admission import GUEST, STRANGER, UNTOLD
from bot.slack.blocks import render
from bot.slack.home import START
from flows.advisor import Advisor
from flows.reply import Act, Button, Buttons, Reply
from tests.bot.edge_kit import CONVERSATION, ROOT, Edge, open_edge, real_advisor
from tests.bot.slack_kit import (
    ANA,
    BEN,
    CHANNEL,
    DIRECT,
    TEAM,
    US,
    Answer,
    clicked,
    command,
    mention,
    said,
    send_event,
    send_form,
    send_interaction,
)

OTHER = "T0OTHER"


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    """The real knowledge and wording."""
    return real_advisor()


@pytest.fixture
def edge(advisor: Advisor) -> Iterator[Edge]:
    """As it is by default: guests are welcome."""
    with open_edge(advisor) as edge:
        yield edge


@pytest.fixture
def members_only(advisor: Advisor) -> Iterator[Edge]:
    """Where guests are refused."""
    with open_edge(advisor, guests=False) as edge:
        yield edge


def from_outside(body: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields
    """The same, by somebody of another organisation in a shared channel."""
    body["event"] |= {"user": BEN, "user_team": OTHER, "source_team": OTHER, "team": OTHER, **more}
    return {**body, "is_ext_shared_channel": True}


def button() -> dict[str, Any]:
    """A button of a question of ours."""
    act = Act(intent="answer", criterion="kubernetes_skills", options=("none",), serial=4)
    reply = Reply(key="k", parts=(Buttons(buttons=(Button(label="Nobody", act=act),)),))
    drawn: dict[str, Any] = render(reply, CONVERSATION, "p:1")["blocks"][0]["elements"][0]
    return drawn


def test_a_stranger_is_refused_alone_and_nothing_is_kept(edge: Edge) -> None:
    """Once, although a mention arrives in two shapes."""
    text = f"<@{US}> what is KPaaS?"
    for body in (mention(text), said(text)):
        assert send_event(edge.app, from_outside(body)).status == 200
    (told,) = edge.slack.named("chat.postEphemeral")
    assert (told["channel"], told["user"]) == (CHANNEL, BEN)
    assert told["text"] == STRANGER
    assert edge.inbox.events == []
    assert edge.woken == []


def test_a_refusal_is_put_where_it_can_be_seen(edge: Edge) -> None:
    """In the thread where somebody wrote; but below a message without replies nobody sees it."""
    text = f"<@{US}> what is KPaaS?"
    send_event(edge.app, from_outside(mention(text)))
    send_event(edge.app, from_outside(mention(text, ts="9.1", thread_ts=ROOT)))
    told = edge.slack.named("chat.postEphemeral")
    assert [call.get("thread_ts") for call in told] == [None, ROOT]


def test_a_strangers_words_in_our_thread_are_dropped(edge: Edge) -> None:
    """Also what they edit and delete; they did not speak to us, so they hear nothing."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    send_event(edge.app, from_outside(said("nobody", event_id="Ev3", ts="9.1", thread_ts=ROOT)))
    message = {"user": BEN, "user_team": OTHER, "ts": "9.1", "thread_ts": ROOT}
    for subtype in ("message_changed", "message_deleted"):
        body = said("", event_id=f"Ev{subtype}", ts="10.1", subtype=subtype)
        body["event"] |= {"message": {**message, "text": "new"}} if "changed" in subtype else {}
        body["event"]["previous_message"] = {**message, "text": "old"}
        body["is_ext_shared_channel"] = True
        assert send_event(edge.app, body).status == 200
    assert len(edge.inbox.events) == 1
    assert edge.slack.named("chat.postEphemeral") == []


def test_a_stranger_who_writes_directly_is_answered_there(edge: Edge) -> None:
    """A direct message is seen by them alone as it is."""
    body = from_outside(said("hello", channel=DIRECT, channel_type="im"))
    assert send_event(edge.app, body).status == 200
    (told,) = edge.slack.named("chat.postMessage")
    assert (told["channel"], told["text"]) == (DIRECT, STRANGER)
    assert edge.inbox.events == []


@pytest.mark.parametrize(
    ("teams", "shared"),
    [({"user_team": TEAM}, True), ({"user_team": "T0SISTER"}, False), ({"user_team": None}, True)],
    ids=["ours in a shared channel", "a sister workspace", "not told"],
)
def test_ones_own_people_are_heard_everywhere(
    edge: Edge, teams: dict[str, str | None], *, shared: bool
) -> None:
    """Shared channels are no reason to refuse our own, nor is an organisation's other workspace."""
    body = mention(f"<@{US}> hello")
    body["event"] |= teams
    assert send_event(edge.app, {**body, "is_ext_shared_channel": shared}).status == 200
    assert edge.only.by == ANA


def test_a_strangers_click_does_nothing(edge: Edge) -> None:
    """Buttons are shown in every organisation of a shared channel."""
    url = f"{edge.slack.url}response/9"
    body = clicked(button(), response_url=url)
    body["user"] = {"id": BEN, "team_id": OTHER}
    assert send_interaction(edge.app, body).status == 200
    (told,) = edge.slack.named("response/9")
    assert (told["response_type"], told["text"]) == ("ephemeral", STRANGER)
    assert told["replace_original"] is False
    assert edge.inbox.events == []


def test_a_strangers_form_does_nothing(edge: Edge) -> None:
    """Whoever sent it was never shown one."""
    held = {"c": CONVERSATION, "a": {"intent": "objection", "form": "objection"}}
    body = {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": BEN, "team_id": OTHER},
        "view": {
            "id": "V1",
            "type": "modal",
            "callback_id": "form",
            "private_metadata": json.dumps({**held, "p": {"channel": CHANNEL}}),
            "state": {"values": {"words": {"value": {"value": "No."}}}},
        },
    }
    assert send_interaction(edge.app, body).status == 200
    assert edge.inbox.events == []
    body["user"] = {"id": BEN, "team_id": TEAM}
    send_interaction(edge.app, body)
    assert len(edge.inbox.events) == 1


def guest(edge: Edge, *, is_guest: bool = True) -> None:
    """Let Slack say what somebody is."""
    user = {"id": BEN, "is_restricted": is_guest, "is_ultra_restricted": False}
    edge.slack.will("users.info", Answer({"ok": True, "user": user}))


def test_guests_are_welcome_unless_told_otherwise(edge: Edge) -> None:
    """And Slack is not even asked who is one."""
    send_event(edge.app, mention(f"<@{US}> hello", user=BEN))
    assert edge.only.by == BEN
    assert edge.slack.named("users.info") == []


def test_guests_are_refused_where_the_settings_say_so(members_only: Edge) -> None:
    """In words, by button, by command and on the Home tab; Slack is asked once."""
    edge = members_only
    guest(edge)
    url = f"{edge.slack.url}response/8"
    click = clicked(button(), response_url=url)
    start = clicked({"action_id": START, "value": "start"}, container={"type": "view"})
    del start["channel"]
    for body in (click, start):
        body["user"]["id"] = BEN
    send_event(edge.app, mention(f"<@{US}> hello", user=BEN))
    send_interaction(edge.app, click)
    send_interaction(edge.app, start)
    answer = json.loads(send_form(edge.app, command("", user_id=BEN)).body)
    assert answer["text"] == GUEST
    assert edge.slack.named("chat.postEphemeral")[0]["text"] == GUEST
    assert edge.slack.named("response/8")[0]["text"] == GUEST
    assert edge.slack.named("chat.postMessage")[0]["text"] == GUEST
    assert edge.inbox.events == []
    assert len(edge.slack.named("users.info")) == 1


def test_members_are_heard_where_guests_are_refused(members_only: Edge) -> None:
    """Slack says who is one."""
    guest(members_only, is_guest=False)
    send_event(members_only.app, mention(f"<@{US}> hello", user=BEN))
    assert members_only.only.by == BEN


def test_while_slack_cannot_say_nobody_is_let_in_and_nothing_is_lost(members_only: Edge) -> None:
    """The event is not acknowledged, so it comes again."""
    members_only.slack.will("users.info", Answer({}, drop=True))
    body = mention(f"<@{US}> hello", user=BEN)
    assert send_event(members_only.app, body).status == 500
    assert members_only.inbox.events == []
    guest(members_only, is_guest=False)
    assert send_event(members_only.app, body).status == 200
    assert members_only.only.by == BEN


def test_without_the_permission_to_ask_people_are_told_and_the_log_names_it(
    members_only: Edge,
) -> None:
    """A missing scope is for whoever runs the advisor to add."""
    refused = {"ok": False, "error": "missing_scope", "needed": "users:read", "provided": "x"}
    members_only.slack.will("users.info", Answer(refused))
    with capture_logs() as logs:
        send_event(members_only.app, mention(f"<@{US}> hello", user=BEN))
    (told,) = members_only.slack.named("chat.postEphemeral")
    assert told["text"] == UNTOLD
    assert "missing_scope: users:read" in [one.get("error") for one in logs]
