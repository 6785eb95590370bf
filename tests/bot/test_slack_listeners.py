"""What Slack sends becomes an event in the inbox, is dropped, or is answered to one person.

Each test delivers signed payloads to the real Bolt app; the store is a list, Slack is small.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt import BoltRequest
from structlog.testing import capture_logs

from bot.config import Settings
from bot.events import Event, Place
from bot.slack.blocks import render
from bot.slack.home import START
from bot.slack.limits import problems
from bot.slack.listeners import make_bolt_app
from flows.advisor import Advisor
from flows.conversation import Click, Intent
from flows.reply import Act, Button, Buttons, Choice, Feedback, Menu, Reply
from tests.bot.edge_kit import CONVERSATION, NOON, ROOT, Edge, open_edge, real_advisor, summary
from tests.bot.slack_kit import (
    ANA,
    BEN,
    CHANNEL,
    DIRECT,
    EVA,
    EXPERTS,
    SECRET,
    TEAM,
    US,
    Now,
    clicked,
    command,
    event_body,
    mention,
    said,
    send_event,
    send_form,
    send_interaction,
    signed,
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


def answered(body: str | bytes) -> dict[str, Any]:
    """An acknowledgement for one person, held against Slack's limits."""
    told: dict[str, Any] = json.loads(body)
    assert told["response_type"] == "ephemeral"
    assert problems("response", told) == []
    return told


# Messages


def test_a_mention_begins_a_conversation_in_a_thread(edge: Edge) -> None:
    """On the message itself, with our name taken out of the words."""
    assert send_event(edge.app, mention(f"<@{US}> we run 12 services")).status == 200
    assert edge.only == Event(
        workspace=TEAM,
        keys=("Ev0002", f"{CHANNEL}:{ROOT}"),
        place=Place(channel=CHANNEL, thread=ROOT),
        by=ANA,
        at=datetime.fromtimestamp(1_764_000_000.0001, tz=UTC),
        kind="text",
        starts=True,
        text="we run 12 services",
        ts=ROOT,
        addressed=True,
    )
    assert edge.woken == ["now"]


@pytest.mark.parametrize(
    ("channel", "kind", "thread"),
    [
        ("C0PUBLIC", "channel", None),
        ("C0PRIVATE", "group", None),
        ("G0OLD", "group", None),
        ("G0SEVERAL", "mpim", None),
        ("C0PUBLIC", "channel", "1763.1"),
        (DIRECT, "im", None),
    ],
    ids=["public", "private", "old private", "several people", "in a thread", "direct"],
)
def test_a_mention_is_heard_in_every_kind_of_conversation(
    edge: Edge, channel: str, kind: str, thread: str | None
) -> None:
    """And answered in a thread: on the message, or in the one where it stands."""
    more = {"thread_ts": thread} if thread else {}
    body = said(f"<@{US}> hello", channel=channel, channel_type=kind, **more)
    assert send_event(edge.app, body).status == 200
    assert edge.only.place == Place(channel=channel, thread=thread or ROOT, direct=kind == "im")
    assert edge.only.starts


def test_a_mention_that_comes_twice_in_two_shapes_counts_once(edge: Edge) -> None:
    """As mention and as message, in whichever order, with different event ids."""
    text = f"<@{US}> hello"
    for bodies in ((mention(text), said(text)), (said(text, ts="9.1"), mention(text, ts="9.1"))):
        before = len(edge.inbox.events)
        for body in bodies:
            body["event_id"] = f"Ev{before}{len(edge.inbox.events)}{body['event']['type']}"
            assert send_event(edge.app, body).status == 200
        assert len(edge.inbox.events) == before + 1
    first, second = edge.inbox.events
    assert first.model_copy(update={"keys": (), "ts": "", "at": NOON, "place": second.place}) == (
        second.model_copy(update={"keys": (), "ts": "", "at": NOON})
    )


def test_the_same_event_four_times_counts_once(edge: Edge) -> None:
    """Slack's retries keep the event id; their headers are no reason to drop the first."""
    body = mention(f"<@{US}> hello")
    for number in ("1", "2", "3", "4"):
        more = {"x-slack-retry-num": number, "x-slack-retry-reason": "http_timeout"}
        assert send_event(edge.app, body, **more).status == 200
    assert len(edge.inbox.events) == 1
    assert edge.woken == ["now"]


def test_what_cannot_be_kept_is_sent_again(edge: Edge) -> None:
    """A listener that cannot commit does not acknowledge."""
    edge.inbox.broken = True
    assert send_event(edge.app, mention(f"<@{US}> hello")).status == 500
    edge.inbox.broken = False
    assert send_event(edge.app, mention(f"<@{US}> hello")).status == 200
    assert len(edge.inbox.events) == 1


@pytest.mark.parametrize(
    ("secret", "age"), [("0" * 32, 0), (SECRET, 600)], ids=["wrong secret", "old"]
)
def test_a_wrong_or_old_signature_is_refused(edge: Edge, secret: str, age: int) -> None:
    """And nothing is written."""
    raw = json.dumps(mention(f"<@{US}> hello"))
    given = signed(raw, secret=secret, age=age)
    request = BoltRequest(body=raw, headers={"content-type": "application/json", **given})
    assert edge.app.dispatch(request).status == 401
    assert edge.inbox.events == []


def test_without_a_signing_secret_nothing_is_genuine(edge: Edge, advisor: Advisor) -> None:
    """Socket Mode needs no secret; an empty one would open the door to everybody."""
    app = make_bolt_app(Settings(), edge.inbox, advisor, lambda: None, executor=Now())
    raw = json.dumps(mention(f"<@{US}> hello"))
    for secret in ("", SECRET):
        given = signed(raw, secret=secret)
        request = BoltRequest(body=raw, headers={"content-type": "application/json", **given})
        assert app.dispatch(request).status == 401
    assert edge.inbox.events == []


def test_what_people_write_stays_out_of_the_log(
    edge: Edge, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Not even when something fails."""
    edge.inbox.broken = True
    with capture_logs() as logs:
        send_event(edge.app, mention(f"<@{US}> our password is swordfish"))
        send_form(edge.app, command("our password is swordfish"))
    written = "".join(capfd.readouterr()) + caplog.text + str(logs)
    assert "swordfish" not in written
    assert [one["event"] for one in logs] == ["not_accepted"] * 2


def test_a_reply_in_a_thread_needs_no_mention(edge: Edge) -> None:
    """The store knows which threads are ours; the others leave no trace."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    reply = said("nobody", event_id="Ev3", ts="1764000009.1", thread_ts=ROOT, user=BEN)
    other = said("lunch?", event_id="Ev4", ts="1764000009.2", thread_ts="1763.1")
    assert send_event(edge.app, reply).status == send_event(edge.app, other).status == 200
    _, heard = edge.inbox.events
    assert (heard.text, heard.by, heard.place.thread) == ("nobody", BEN, ROOT)
    assert not heard.starts
    assert not heard.addressed


def test_a_reply_to_somebody_else_is_marked(edge: Edge) -> None:
    """The dialogue leaves people alone who talk to each other."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    send_event(edge.app, said("<@U0BEN|ben> what do you think?", ts="9.1", thread_ts=ROOT))
    assert edge.inbox.events[1].to_other
    assert edge.inbox.events[1].text == "@ben what do you think?"


def test_a_direct_message_begins_a_conversation_on_itself(edge: Edge) -> None:
    """No mention needed; in its thread, the conversation goes on."""
    where = {"channel": DIRECT, "channel_type": "im"}
    send_event(edge.app, said("hello", **where))
    send_event(edge.app, said("yes", event_id="Ev2", ts="9.1", thread_ts=ROOT, **where))
    first, second = edge.inbox.events
    assert first.place == second.place == Place(channel=DIRECT, thread=ROOT, direct=True)
    assert first.starts
    assert first.addressed
    assert not first.to_other


@pytest.mark.parametrize("channel_type", ["channel", "group", "mpim"])
def test_other_peoples_talk_in_channels_is_dropped(edge: Edge, channel_type: str) -> None:
    """Before it reaches the store at all."""
    edge.inbox.broken = True
    assert send_event(edge.app, said("lunch?", channel_type=channel_type)).status == 200
    assert edge.inbox.events == []


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"bot_id": "B0OTHER"},
        {"user": "USLACKBOT"},
        {"user": US},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"user": None},
    ],
)
def test_bots_and_notices_are_dropped(edge: Edge, more: dict[str, Any]) -> None:
    """Also in a direct message, where everything else is for us."""
    body = said("hello", channel=DIRECT, channel_type="im", **more)
    assert send_event(edge.app, body).status == 200
    assert edge.inbox.events == []


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_people_who_share_or_broadcast_are_heard(edge: Edge, subtype: str) -> None:
    """These subtypes are messages of people."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    send_event(edge.app, said("see here", ts="9.1", thread_ts=ROOT, subtype=subtype))
    assert edge.inbox.events[1].text == "see here"


@pytest.mark.parametrize("text", ["", "x" * 40_000, "\u0000\u202e\u200f", "<@U", "&amp;" * 5_000])
def test_odd_messages_come_through_whole(edge: Edge, text: str) -> None:
    """Empty, endless and strange ones are the dialogue's to answer."""
    assert send_event(edge.app, said(text, channel=DIRECT, channel_type="im")).status == 200
    assert edge.only.kind == "text"


def changed(new: str, old: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of an event
    """Somebody changed a message of theirs in our thread."""
    message = {"type": "message", "user": ANA, "ts": "9.1", "thread_ts": ROOT}
    return event_body(
        {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": CHANNEL,
            "channel_type": "channel",
            "ts": "10.1",
            "event_ts": "10.1",
            "message": {**message, "text": new, "edited": {"user": ANA, "ts": "10.0"}, **more},
            "previous_message": {**message, "text": old},
        },
        "Ev77",
    )


def deleted(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a message
    """Somebody deleted a message of theirs in our thread."""
    return event_body(
        {
            "type": "message",
            "subtype": "message_deleted",
            "channel": CHANNEL,
            "channel_type": "channel",
            "ts": "10.1",
            "event_ts": "10.1",
            "deleted_ts": "9.1",
            "previous_message": {"user": ANA, "ts": "9.1", "thread_ts": ROOT, "text": "no", **more},
        },
        "Ev78",
    )


def test_edits_and_deletions_are_turns_too(edge: Edge) -> None:
    """They tell which message they are about."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    send_event(edge.app, changed("part time", "nobody"))
    send_event(edge.app, deleted())
    _, edit, deletion = edge.inbox.events
    assert (edit.kind, edit.text, edit.ts, edit.place.thread) == (
        "edited",
        "part time",
        "9.1",
        ROOT,
    )
    assert (deletion.kind, deletion.text, deletion.ts) == ("deleted", "", "9.1")
    assert not edit.starts
    assert not deletion.starts


@pytest.mark.parametrize(
    "body",
    [
        changed("same words", "same words"),
        changed("ours", "ours before", user=US, bot_id="B0US"),
        deleted(bot_id="B0US"),
        changed("", "", subtype="tombstone", user="USLACKBOT", bot_id="B0US"),
    ],
    ids=["a preview", "our own edit", "our own deletion", "no words"],
)
def test_changes_that_say_nothing_are_dropped(edge: Edge, body: dict[str, Any]) -> None:
    """Previews of links, and what happens to our own messages."""
    edge.inbox.threads.add(ROOT)
    send_event(edge.app, body)
    assert [event.kind for event in edge.inbox.events] in ([], ["deleted"])
    assert "edited" not in {event.kind for event in edge.inbox.events}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "reaction_added", "user": ANA, "item": {"type": "message", "channel": CHANNEL}},
        {"type": "member_joined_channel", "user": US, "channel": CHANNEL},
        {"type": "app_uninstalled"},
        {"type": "something_new_in_2027", "user": ANA},
    ],
)
def test_everything_else_is_acknowledged_and_dropped(edge: Edge, event: dict[str, Any]) -> None:
    """Slack would send an event again that it thinks nobody took."""
    assert send_event(edge.app, event_body(event)).status == 200
    assert edge.inbox.events == []


def test_nothing_is_asked_of_slack_for_an_event(edge: Edge) -> None:
    """Except who the experts are, once, and not before the acknowledgement."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    send_event(edge.app, said("yes", event_id="Ev9", ts="9.1", thread_ts=ROOT))
    assert {call.method for call in edge.slack.calls} <= {"usergroups.users.list"}
    assert len(edge.slack.calls) == 1


@pytest.mark.parametrize(
    ("person", "channel", "expert"),
    [(EVA, CHANNEL, True), (ANA, CHANNEL, False), (ANA, EXPERTS, True)],
    ids=["member", "asker", "in the experts' channel"],
)
def test_experts_are_known(edge: Edge, person: str, channel: str, *, expert: bool) -> None:
    """By their user group, or by where they write."""
    send_event(edge.app, mention(f"<@{US}> hello", user=person, channel=channel))
    assert edge.only.expert is expert


# Buttons, menus and forms


def drawn(*parts: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - parts of a reply
    """The controls of a message of ours."""
    blocks = render(Reply(key="k", parts=parts), CONVERSATION, "p:1")["blocks"]
    return [
        element
        for block in blocks
        for element in (*block.get("elements", ()), block.get("accessory"))
        if isinstance(element, dict) and "action_id" in element
    ]


NONE = Act(intent="answer", criterion="kubernetes_skills", options=("none",), serial=4)


def test_a_button_becomes_a_click(edge: Edge) -> None:
    """With the conversation that it was made for, and the place where it was used."""
    (button,) = drawn(Buttons(buttons=(Button(label="Nobody", act=NONE),)))
    assert send_interaction(edge.app, clicked(button)).status == 200
    event = edge.only
    assert event.kind == "click"
    assert event.conversation == CONVERSATION
    assert event.click == Click(
        intent=Intent.ANSWER, criterion="kubernetes_skills", options=("none",), serial=4
    )
    assert (event.by, event.place) == (ANA, Place(channel=CHANNEL, thread=ROOT))
    assert not event.starts


def test_a_button_twice_is_two_clicks_and_a_redelivery_is_one(edge: Edge) -> None:
    """Told apart by the time that Slack gives the action."""
    (button,) = drawn(Buttons(buttons=(Button(label="Nobody", act=NONE),)))
    for action_ts in ("1.1", "1.1", "2.2"):
        send_interaction(edge.app, clicked({**button, "action_ts": action_ts}))
    assert len(edge.inbox.events) == 2


def test_a_menu_becomes_a_click_with_its_line(edge: Edge) -> None:
    """At once where one line says all."""
    act = Act(intent="change_answer")
    menu = Menu(label="Which?", choices=(Choice(value="team_size", label="Team size"),), act=act)
    (select,) = drawn(menu)
    send_interaction(
        edge.app,
        clicked(
            {**select, "type": "static_select", "selected_option": {"value": "team_size"}},
        ),
    )
    assert edge.only.click == Click(intent=Intent.CHANGE_ANSWER, criterion="team_size")


def test_a_menu_of_several_is_sent_by_its_button(edge: Edge) -> None:
    """Choosing lines is acknowledged and says nothing yet."""
    choices = tuple(Choice(value=value, label=value) for value in ("web", "batch", "ml"))
    act = Act(intent="answer", criterion="workload_types", serial=2)
    select, button = drawn(Menu(label="?", choices=choices, act=act, multiple=True, submit="Done"))
    chosen = {"selected_options": [{"value": "web"}, {"value": "ml"}]}
    assert send_interaction(edge.app, clicked({**select, **chosen})).status == 200
    assert edge.inbox.events == []
    state = {"values": {"b": {select["action_id"]: chosen}}}
    send_interaction(edge.app, clicked(button, state=state))
    assert edge.only.click == Click(
        intent=Intent.ANSWER, criterion="workload_types", options=("web", "ml"), serial=2
    )


def test_an_empty_menu_of_several_is_answered_to_the_person(edge: Edge) -> None:
    """Through the address that came with the click; nothing is recorded."""
    choices = (Choice(value="web", label="web"),)
    _, button = drawn(Menu(label="?", choices=choices, act=NONE, multiple=True, submit="Done"))
    url = f"{edge.slack.url}response/1"
    assert send_interaction(edge.app, clicked(button, response_url=url)).status == 200
    assert edge.inbox.events == []
    (told,) = edge.slack.named("response/1")
    assert told["response_type"] == "ephemeral"
    assert told["replace_original"] is False


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": "open", "url": "https://example.com", "value": ""},
        {"action_id": "answer:1", "value": '{"c": "x", "a": {"intent": 1}}'},
        {"action_id": "answer:1", "value": "{"},
        {"action_id": ""},
    ],
)
def test_controls_that_cannot_be_read_are_acknowledged(edge: Edge, action: dict[str, Any]) -> None:
    """Links, forgeries and old releases do nothing."""
    assert send_interaction(edge.app, clicked(action)).status == 200
    assert edge.inbox.events == []


def test_an_intent_of_another_release_is_acknowledged(edge: Edge) -> None:
    """A button that means nothing any more must not fail for ever."""
    action = {"action_id": "gone:1", "value": '{"c": "x", "a": {"intent": "gone"}}'}
    url = f"{edge.slack.url}response/2"
    assert send_interaction(edge.app, clicked(action, response_url=url)).status == 200
    assert edge.inbox.events == []
    assert "older" in edge.slack.named("response/2")[0]["text"]


OBJECT = Act(intent="objection", form="objection")


def open_form(edge: Edge, act: Act = OBJECT, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a payload
    """Click a button with a form, and see what opens."""
    (button,) = drawn(Buttons(buttons=(Button(label="I disagree", act=act),)))
    assert send_interaction(edge.app, clicked(button, **more)).status == 200
    (call,) = edge.slack.named("views.open")
    assert problems("views.open", call) == []
    assert call["trigger_id"] == "123.456.abcdef"
    view = call["view"]
    return dict(view if isinstance(view, dict) else json.loads(view))


def submitted(view: dict[str, Any], values: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Somebody sent a form."""
    state = {key: {"value": held} for key, held in values.items()}
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": ANA, "name": "ana", "team_id": TEAM},
        "api_app_id": "A0APP",
        "token": "unused",
        "trigger_id": "124.456.abcdef",
        "view": {**view, "id": "V0001", "team_id": TEAM, "state": {"values": state}},
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


def test_a_form_opens_first_and_its_sending_is_the_event(edge: Edge) -> None:
    """The click itself is not one."""
    view = open_form(edge)
    assert edge.inbox.events == []
    words = {"words": {"type": "plain_text_input", "value": " We have two admins. "}}
    answer = send_interaction(edge.app, submitted(view, words))
    assert (answer.status, answer.body) == (200, "")
    event = edge.only
    assert event.click == Click(intent=Intent.OBJECTION, words="We have two admins.")
    assert event.conversation == CONVERSATION
    assert event.place == Place(channel=CHANNEL, thread=ROOT)


def test_a_form_sent_twice_counts_once(edge: Edge) -> None:
    """Its view has one id."""
    view = open_form(edge)
    words = {"words": {"type": "plain_text_input", "value": "We have two admins."}}
    for _ in range(2):
        send_interaction(edge.app, submitted(view, words))
    assert len(edge.inbox.events) == 1


@pytest.mark.parametrize("value", [None, "", "  \n "])
def test_a_form_left_empty_says_so_and_stays_open(edge: Edge, value: str | None) -> None:
    """Slack shows the sentence at the field."""
    view = open_form(edge)
    held = {"words": {"type": "plain_text_input", "value": value}}
    answer = json.loads(send_interaction(edge.app, submitted(view, held)).body)
    assert answer["response_action"] == "errors"
    assert answer["errors"].keys() == {"words"}
    assert edge.inbox.events == []


def test_a_form_with_choices_knows_what_was_chosen(edge: Edge) -> None:
    """Menus in forms bring their value."""
    view = open_form(edge, Act(intent="compare", topics=("caas", "kaas"), form="compare"))
    selects = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    assert [select["initial_option"]["value"] for select in selects] == ["caas", "kaas"]
    values = {
        key: {"type": "static_select", "selected_option": {"value": model}}
        for key, model in (("first", "paas"), ("second", "faas"))
    }
    send_interaction(edge.app, submitted(view, values))
    assert edge.only.click == Click(intent=Intent.COMPARE, topics=("paas", "faas"))


def test_a_form_of_an_experts_click_is_an_experts_event(edge: Edge) -> None:
    """The place where the button was used goes with the form."""
    container = {"type": "message", "message_ts": "5.5", "channel_id": EXPERTS}
    act = Act(intent="hand_back", form="hand_back")
    view = open_form(edge, act, container=container, channel={"id": EXPERTS, "name": "experts"})
    option = {"type": "static_select", "selected_option": {"value": "go_on"}}
    send_interaction(edge.app, submitted(view, {"go_on": option, "note": {"value": None}}))
    assert edge.only.expert
    assert edge.only.place == Place(channel=EXPERTS, thread="5.5")


FEEDBACK = Feedback(good="Useful", bad="Not useful")


def verdict(*, good: bool) -> dict[str, Any]:
    """One of the two buttons below a piece of advice, as Slack sends it back."""
    blocks = render(Reply(key="k", parts=(FEEDBACK,)), CONVERSATION, "p:1")["blocks"]
    (element,) = blocks[0]["elements"]
    half = element["positive_button" if good else "negative_button"]
    return {"type": "feedback_buttons", "action_id": element["action_id"], "value": half["value"]}


def test_a_good_verdict_is_kept_and_asks_nothing(edge: Edge) -> None:
    """One click."""
    send_interaction(edge.app, clicked(verdict(good=True)))
    assert edge.only.click == Click(intent=Intent.FEEDBACK, good=True)
    assert edge.slack.named("views.open") == []


def test_a_bad_verdict_is_kept_at_once_and_its_reason_when_it_is_sent(edge: Edge) -> None:
    """Whoever closes the form has still said that the advice was no use."""
    assert send_interaction(edge.app, clicked(verdict(good=False))).status == 200
    (call,) = edge.slack.named("views.open")
    assert problems("views.open", call) == []
    assert edge.only.click == Click(intent=Intent.FEEDBACK, good=False)
    words = {"words": {"type": "plain_text_input", "value": "We can't use one vendor."}}
    view = call["view"] if isinstance(call["view"], dict) else json.loads(call["view"])
    send_interaction(edge.app, submitted(view, words))
    assert edge.inbox.events[1].click == Click(
        intent=Intent.FEEDBACK, good=False, words="We can't use one vendor."
    )


def test_a_click_that_cannot_be_kept_is_not_acknowledged(edge: Edge) -> None:
    """Slack then shows the person that it did not work."""
    edge.inbox.broken = True
    (button,) = drawn(Buttons(buttons=(Button(label="Nobody", act=NONE),)))
    assert send_interaction(edge.app, clicked(button)).status == 500


@pytest.mark.parametrize(
    "body",
    [
        {
            "type": "view_closed",
            "view": {"type": "modal", "callback_id": "form"},
            "user": {"id": ANA},
        },
        {
            "type": "view_submission",
            "view": {"type": "modal", "callback_id": "old"},
            "user": {"id": ANA},
        },
        {
            "type": "view_submission",
            "view": {"type": "modal", "callback_id": "form", "private_metadata": "{"},
            "user": {"id": ANA},
        },
        {"type": "shortcut", "callback_id": "x", "user": {"id": ANA}},
        {"type": "message_action", "callback_id": "x", "user": {"id": ANA}},
        {"type": "block_suggestion", "action_id": "x", "value": "", "user": {"id": ANA}},
    ],
    ids=lambda body: body["type"],
)
def test_other_interactions_are_acknowledged(edge: Edge, body: dict[str, Any]) -> None:
    """Whatever a later or earlier release may have put in front of people."""
    answer = send_interaction(edge.app, {**body, "team": {"id": TEAM, "domain": "acme"}})
    assert answer.status == 200
    assert edge.inbox.events == []


# The command


def tell(edge: Edge, text: str, **more: str) -> str:
    """What `/servicemodel` answers to the person, as its plain text."""
    answer = send_form(edge.app, command(text, **more))
    assert answer.status == 200
    return str(answered(answer.body)["text"])


@pytest.mark.parametrize("words", ["", "we run 12 services on Heroku", "help us choose a platform"])
def test_the_command_begins_a_conversation(edge: Edge, words: str) -> None:
    """Alone or with words; it has no root yet, and Slack's escapes are read."""
    assert "thread" in tell(edge, words)
    event = edge.only
    assert (event.text, event.starts, event.addressed) == (words, True, True)
    assert event.place == Place(channel=CHANNEL)
    assert event.keys == ("command:123.456.abcdef",)
    assert event.at == NOON


def test_help_shows_how_it_is_used(edge: Edge) -> None:
    """To the person alone."""
    text = tell(edge, "help")
    assert "/servicemodel explain" in text
    assert edge.inbox.events == []


@pytest.mark.parametrize(
    ("slip", "meant"), [("hlep", "help"), ("explian caas", "explain"), ("Stauts", "status")]
)
def test_a_slip_is_answered_with_what_was_meant(edge: Edge, slip: str, meant: str) -> None:
    """Instead of starting a conversation about it."""
    assert f"/servicemodel {meant}" in tell(edge, slip)
    assert edge.inbox.events == []


@pytest.mark.parametrize("words", ["state of things", "long story here", "helpful people do it"])
def test_words_that_are_merely_alike_begin_a_conversation(edge: Edge, words: str) -> None:
    """Only near misses of a verb are slips."""
    tell(edge, words)
    assert edge.only.text == words


def test_a_topic_is_explained(edge: Edge) -> None:
    """From the knowledge base, with sources."""
    text = tell(edge, "explain kpaas")
    assert "KPaaS" in text
    assert "Sources" in text


def test_what_is_not_known_is_said(edge: Edge) -> None:
    """And the words that were typed come back as words."""
    text = tell(edge, "explain &lt;!channel&gt; *zxqv*")
    assert "nothing on that" in text
    assert "<!channel>" not in text
    assert "*" not in text


@pytest.mark.parametrize("words", ["caas kaas", "CaaS and KaaS", "caas vs kaas", "caas, kaas"])
def test_two_models_are_compared(edge: Edge, words: str) -> None:
    """However the two are joined."""
    answer = answered(send_form(edge.app, command(f"compare {words}")).body)
    (table,) = [block for block in answer["blocks"] if block["type"] == "table"]
    header = [cell["text"] for cell in table["rows"][0][1:]]
    assert header == ["CaaS", "KaaS"]


@pytest.mark.parametrize("words", ["explain", "compare", "compare caas", "compare caas caas"])
def test_half_a_command_is_answered_with_an_example(edge: Edge, words: str) -> None:
    """No dead end."""
    assert "For example" in tell(edge, words)


def test_status_lists_ones_own_conversations_with_links(edge: Edge) -> None:
    """Not those of others, and not of other workspaces."""
    edge.inbox.summaries = [
        summary(1, state="recommended", model="kpaas"),
        summary(2, starter=BEN),
        summary(3, workspace="T0OTHER"),
        summary(4, control="pending"),
    ]
    answer = answered(send_form(edge.app, command("status")).body)
    told = json.dumps(answer["blocks"])
    assert "KPaaS" in told
    assert "waits for an expert" in told
    assert told.count("https://acme.example/archives/C0HELP/p176400000") == 2


def test_status_without_conversations_says_how_to_begin(edge: Edge) -> None:
    """No dead end."""
    assert "/servicemodel starts one" in tell(edge, "status")


def test_a_human_is_called_in_the_open_conversation(edge: Edge) -> None:
    """The newest of that person in that channel."""
    edge.inbox.summaries = [
        summary(1, state="closed"),
        summary(2, channel="C0OTHER"),
        summary(3),
        summary(4),
    ]
    tell(edge, "human")
    event = edge.only
    assert (event.conversation, event.starts) == ("0k3", False)
    assert event.click == Click(intent=Intent.HUMAN)


def test_a_human_is_called_where_nothing_began_yet(edge: Edge) -> None:
    """A conversation begins with that wish."""
    tell(edge, "human")
    event = edge.only
    assert (event.conversation, event.starts, event.place) == (None, True, Place(channel=CHANNEL))
    assert event.click == Click(intent=Intent.HUMAN)


def test_logs_are_for_reviewers(edge: Edge) -> None:
    """Others get a polite refusal that says what to do."""
    edge.inbox.summaries = [summary(1), summary(2, starter=BEN)]
    assert "for reviewers" in tell(edge, "logs")
    told = tell(edge, "logs", user_id=EVA)
    assert "0k1" in told
    assert f"started by <@{BEN}>" in told


def test_ones_data_is_deleted_after_a_confirmation(edge: Edge) -> None:
    """The first answer says what would go and what stays."""
    edge.inbox.summaries = [summary(1)]
    assert "delete-my-data confirm" in tell(edge, "delete-my-data")
    assert edge.inbox.erased == []
    assert "Done" in tell(edge, "delete-my-data confirm")
    assert edge.inbox.erased == [(TEAM, ANA)]


def test_a_command_that_fails_tells_the_person(edge: Edge) -> None:
    """Slack repeats no command, and its own words for a failure help nobody."""
    edge.inbox.broken = True
    text = tell(edge, "we run 12 services")
    assert "nothing has happened" in text
    assert "OSError" not in text


# The Home tab


def home_opened(tab: str) -> dict[str, Any]:
    """Somebody opened the app."""
    return event_body(
        {
            "type": "app_home_opened",
            "user": ANA,
            "channel": DIRECT,
            "tab": tab,
            "event_ts": "1764000000.1",
        }
    )


def test_the_home_tab_shows_ones_own_conversations(edge: Edge) -> None:
    """And a way to begin, to somebody who never used it as well."""
    for summaries in ([], [summary(1), summary(2, starter=BEN)]):
        edge.inbox.summaries = summaries
        assert send_event(edge.app, home_opened("home")).status == 200
    first, second = edge.slack.named("views.publish")
    for call in (first, second):
        assert problems("views.publish", call) == []
        assert call["user_id"] == ANA
    assert "None yet" in json.dumps(first)
    assert json.dumps(second).count("https://acme.example/archives/") == 1


def test_the_messages_tab_is_no_home(edge: Edge) -> None:
    """The same event comes for both."""
    assert send_event(edge.app, home_opened("messages")).status == 200
    assert edge.slack.named("views.publish") == []


def test_a_home_tab_that_slack_does_not_take_is_no_failure(edge: Edge) -> None:
    """The event is acknowledged; the next opening draws it."""
    edge.slack.refuse("views.publish", "not_enabled")
    assert send_event(edge.app, home_opened("home")).status == 200


def test_the_start_button_begins_in_a_direct_message(edge: Edge) -> None:
    """The Home tab is no place to talk."""
    action = {"action_id": START, "value": "start"}
    container = {"type": "view", "view_id": "V0HOME"}
    body = clicked(action, container=container, view={"id": "V0HOME", "type": "home"})
    for name in ("channel", "message"):
        del body[name]
    assert send_interaction(edge.app, body).status == 200
    assert edge.only.place == Place(channel=ANA, direct=True)
    assert edge.only.starts
