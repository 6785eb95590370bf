"""What Slack refuses or does slowly reaches people all the same, with what they can do now."""

import json
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.slack.blocks import render
from flows.advisor import Advisor
from flows.reply import Act, Button, Buttons, Reply
from tests.bot.edge_kit import CONVERSATION, Edge, open_edge, real_advisor
from tests.bot.slack_kit import DIRECT, Answer, clicked, send_interaction

OBJECT = Button(label="I disagree", act=Act(intent="objection", form="objection"))


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    """The real knowledge and wording."""
    return real_advisor()


@pytest.fixture
def edge(advisor: Advisor) -> Iterator[Edge]:
    """A Bolt app whose store is a list."""
    with open_edge(advisor) as edge:
        yield edge


def click(edge: Edge, *, url: str | None = "response/3", direct: bool = False) -> None:
    """Press the button of a form that Slack does not open."""
    blocks = render(Reply(key="k", parts=(Buttons(buttons=(OBJECT,)),)), CONVERSATION, "p:1")
    body = clicked(blocks["blocks"][0]["elements"][0])
    if url:
        body["response_url"] = edge.slack.url + url
    if direct:
        body["container"]["channel_id"] = body["channel"]["id"] = DIRECT
    assert send_interaction(edge.app, body).status == 200


FORMS = {
    "expired_trigger_id": "Click again, or just write it",
    "exchanged_trigger_id": "Click again, or just write it",
    "view_too_large": "too large for Slack. Please just write it",
    "missing_scope": "not allowed to open forms here, so please just write it",
}


@pytest.mark.parametrize("error", FORMS)
def test_a_form_that_does_not_open_leads_back_to_the_thread(edge: Edge, error: str) -> None:
    """The person alone is told why, and where to write instead, by a link."""
    for _ in range(2):  # the workspace's address is learned behind the scenes, after the first
        edge.slack.refuse("views.open", error)
        click(edge)
    told = edge.slack.named("response/3")[-1]
    assert told["response_type"] == "ephemeral"
    assert FORMS[error] in told["text"]
    assert "<https://acme.example/archives/C0HELP/p1764000000000100|in the thread>" in told["text"]
    assert edge.inbox.events == []


def test_a_form_that_does_not_open_in_a_direct_message_leads_back_to_it(edge: Edge) -> None:
    """There is no thread to speak of."""
    edge.slack.refuse("views.open", "expired_trigger_id")
    click(edge, direct=True)
    assert "in our direct message" in edge.slack.named("response/3")[0]["text"]


def test_a_form_that_is_lost_on_the_way_is_explained_too(edge: Edge) -> None:
    """No connection is no reason to leave somebody waiting."""
    edge.slack.will("views.open", Answer({}, drop=True))
    click(edge)
    assert "Click again" in edge.slack.named("response/3")[0]["text"]


@pytest.mark.parametrize("url", [None, "response/expired"])
def test_who_cannot_be_told_in_place_is_told_directly(edge: Edge, url: str | None) -> None:
    """The address that comes with a click works for half an hour, and five times."""
    edge.slack.refuse("views.open", "expired_trigger_id")
    edge.slack.will("response/expired", Answer({}, 404, raw=b"used_url"))
    click(edge, url=url)
    (told,) = edge.slack.named("chat.postMessage")
    assert told["channel"] == "D0ANA"
    assert "Click again" in told["text"]


def test_the_log_names_the_missing_scope(edge: Edge) -> None:
    """Whoever runs the advisor need not guess."""
    refused = {"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": "x"}
    edge.slack.will("views.open", Answer(refused))
    with capture_logs() as logs:
        click(edge)
    assert "missing_scope: chat:write" in [one.get("error") for one in logs]
    assert "not allowed" in json.dumps(edge.slack.named("response/3"))
