"""What the playground sends to the bot: signed, in order, and again when it is not taken."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient

from bot.playground.cast import ADVISOR, ANA, BEN, EVA, PLATFORM_HELP, direct
from bot.playground.post import signed
from tests.bot import playground_blocks as blocks
from tests.bot.playground_echo import SECRET, EchoBot, Received, Running, running


def page(run: Running, person: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    """Do something on the page; None as a body reads."""
    request = urllib.request.Request(  # noqa: S310 - the address of our own server
        f"{run.playground.page_url}playground/{person}/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - likewise
        return json.load(answer)


def say(run: Running, person: str, text: str, **more: object) -> str:
    """Say something in #platform-help."""
    said = page(run, person, f"channels/{PLATFORM_HELP}/say", {"text": text, **more})
    return str(said["ts"])


def test_the_signature_is_slacks() -> None:
    """Slack's own verifier takes it, and no other body or secret."""
    headers = signed(SECRET, b"body", 1_700_000_000)
    verifier = SignatureVerifier(SECRET)
    assert headers["X-Slack-Signature"] == verifier.generate_signature(
        timestamp="1700000000", body="body"
    )
    assert headers["X-Slack-Signature"] != verifier.generate_signature(
        timestamp="1700000000", body="other"
    )


def test_a_mention_comes_twice() -> None:
    """As app_mention and as message, each with an event id of its own and the same ts."""
    with running() as run:
        ts = say(run, ANA, "@advisor we run 12 services & <b> on https://heroku.com")
        (mention,), (message,) = run.bot.wait_for("app_mention"), run.bot.wait_for("message")
        assert run.playground.deliveries.settle()
        assert mention.event["ts"] == message.event["ts"] == ts
        assert mention.payload["event_id"] != message.payload["event_id"]
        assert message.event["text"] == (
            f"<@{ADVISOR}> we run 12 services &amp; &lt;b&gt; on <https://heroku.com>"
        )
        assert message.event["channel_type"] == "channel"
        assert message.event["blocks"][0]["type"] == "rich_text"
        assert message.payload["authorizations"][0]["user_id"] == ADVISOR


def test_direct_messages_come_once() -> None:
    """Without app_mention, also when the bot is named."""
    with running() as run:
        page(run, BEN, f"channels/{direct(BEN)}/say", {"text": "hello @advisor"})
        assert run.playground.deliveries.settle()
        (message,) = run.bot.received
        assert message.event["channel_type"] == "im"


def test_what_is_said_in_a_channel_arrives_in_order() -> None:
    """Many quick messages keep their order."""
    with running() as run:
        sent = [say(run, ANA, f"number {n}") for n in range(20)]
        run.bot.wait_for("message", 20)
        assert [one.event["ts"] for one in run.bot.of("message")] == sent


def test_the_bots_own_messages_are_told_too() -> None:
    """With its bot_id, by which Bolt knows to leave them alone."""
    with running() as run:
        root = say(run, ANA, "hello")
        run.client.chat_postMessage(channel=PLATFORM_HELP, thread_ts=root, text="mine")
        own = run.bot.wait_for("message", 2)[1].event
        assert (own["user"], own["thread_ts"], own["parent_user_id"]) == (ADVISOR, root, ANA)
        assert own["bot_id"]


@pytest.mark.parametrize("failures", [1, 3])
def test_an_event_that_is_not_taken_comes_again(failures: int) -> None:
    """With the same event id, the number of the retry and Slack's reason."""

    def script(bot: EchoBot, received: Received) -> object:
        return 500 if len(bot.received) <= failures else None

    with running(script) as run:
        say(run, ANA, "hello")
        tries = run.bot.wait_for("message", failures + 1)
        assert run.playground.deliveries.settle()
    assert len({one.payload["event_id"] for one in tries}) == 1
    assert [one.headers.get("x-slack-retry-num") for one in tries] == [
        None,
        *(str(n) for n in range(1, failures + 1)),
    ]
    assert tries[1].headers["x-slack-retry-reason"] == "http_error"


def test_slack_gives_up_after_three_further_tries() -> None:
    """Four in all."""
    with running(lambda _bot, _received: 500) as run:
        say(run, ANA, "hello")
        run.bot.wait_for("message", 4)
        assert run.playground.deliveries.settle()
        assert len(run.bot.received) == 4


def test_a_further_try_does_not_hold_up_others() -> None:
    """What comes later arrives while the first one waits to be sent again."""

    def script(_bot: EchoBot, received: Received) -> object:
        return 500 if received.event["text"] == "first" else None

    with running(script, retry_seconds=(3600.0,)) as run:
        say(run, ANA, "first")
        say(run, ANA, "second")
        texts = [one.event["text"] for one in run.bot.wait_for("message", 2)]
        assert texts == ["first", "second"]


def test_edits_and_deletions_are_told() -> None:
    """With what stood there before."""
    with running() as run:
        ts = say(run, ANA, "a tyop")
        page(run, ANA, f"channels/{PLATFORM_HELP}/messages/{ts}/edit", {"text": "a typo"})
        page(run, ANA, f"channels/{PLATFORM_HELP}/messages/{ts}/delete", {})
        _, changed, deleted = (one.event for one in run.bot.wait_for("message", 3))
        assert changed["subtype"] == "message_changed"
        assert changed["message"]["text"] == "a typo"
        assert changed["previous_message"]["text"] == "a tyop"
        assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


def test_a_click_carries_the_element_and_the_state() -> None:
    """The page says which element; value, state and message come from what the bot posted."""
    with running() as run:
        said = run.client.chat_postMessage(
            channel=PLATFORM_HELP, text="controls", blocks=blocks.controls()
        )
        used = {
            "channel": PLATFORM_HELP,
            "ts": said["ts"],
            "block_id": "answers",
            "action_id": "primary",
            "state": {"choices": {"one": "medium"}},
        }
        assert page(run, ANA, "click", used) == {"problem": "", "errors": {}}
        (click,) = run.bot.wait_for("block_actions")
        assert click.payload["actions"][0]["value"] == "primary"
        assert click.payload["user"]["id"] == ANA
        assert click.payload["message"]["ts"] == click.payload["container"]["message_ts"]
        chosen = click.payload["state"]["values"]["choices"]
        assert chosen["one"]["selected_option"]["value"] == "medium"
        assert [o["value"] for o in chosen["many"]["selected_options"]] == ["small"]


def test_a_response_url_changes_an_ephemeral_message() -> None:
    """And a message that is new to it is ephemeral unless told otherwise."""
    with running() as run:
        ts = run.client.chat_postEphemeral(
            channel=PLATFORM_HELP, user=ANA, text="controls", blocks=blocks.controls()
        )["message_ts"]
        used = {
            "channel": PLATFORM_HELP,
            "ts": ts,
            "block_id": "answers",
            "action_id": "primary",
        }
        page(run, ANA, "click", used)
        (click,) = run.bot.wait_for("block_actions")
        assert "message" not in click.payload
        answer = WebhookClient(click.payload["response_url"])
        assert answer.send(text="instead", replace_original=True).body == "ok"
        changed = run.playground.workspace.whispered(ts)
        assert changed is not None
        assert changed.text == "instead"
        answer.send(text="for all", response_type="in_channel")
        assert run.playground.workspace.history(PLATFORM_HELP)[-1].text == "for all"
        answer.send(text="away", delete_original=True)
        assert run.playground.workspace.whispered(ts) is None


def test_nobody_clicks_what_only_others_see() -> None:
    """An ephemeral message is not there for anybody else."""
    with running() as run:
        ts = run.client.chat_postEphemeral(
            channel=PLATFORM_HELP, user=ANA, text="controls", blocks=blocks.controls()
        )["message_ts"]
        used = {"channel": PLATFORM_HELP, "ts": ts, "block_id": "answers", "action_id": "primary"}
        with pytest.raises(urllib.error.HTTPError):
            page(run, BEN, "click", used)
        assert run.bot.received == []


def test_a_command_is_a_form() -> None:
    """Its answer goes to the person alone."""
    with running(lambda _bot, _received: {"text": "Usage"}) as run:
        body = {"text": "/servicemodel explain <kpaas>"}
        assert page(run, ANA, f"channels/{PLATFORM_HELP}/command", body)["problem"] == ""
        (command,) = run.bot.wait_for("/servicemodel")
        assert command.payload["text"] == "explain &lt;kpaas&gt;"
        assert command.payload["channel_name"] == "platform-help"
        assert run.playground.workspace.history(PLATFORM_HELP) == ()


def test_a_click_nobody_answers_is_a_sentence() -> None:
    """The page can say what went wrong."""
    with running(lambda _bot, _received: 500) as run:
        said = page(run, ANA, f"channels/{PLATFORM_HELP}/command", {"text": "/servicemodel"})
        assert said["problem"] == "/servicemodel failed. The app answered with an error (HTTP 500)."


def test_a_modal_is_opened_submitted_and_closed() -> None:
    """Its inputs come back under their block and action ids."""

    def script(bot: EchoBot, received: Received) -> object:
        if received.kind == "/servicemodel":
            bot.client.views_open(trigger_id=received.payload["trigger_id"], view=blocks.modal())
        return None

    with running(script) as run:
        page(run, ANA, f"channels/{PLATFORM_HELP}/command", {"text": "/servicemodel"})
        view = page(run, ANA, "start")["view"]
        assert view["title"]["text"] == "Change an answer"
        state = {"which": {"criterion": "large"}, "why": {"words": "we grew"}}
        page(run, ANA, "submit", {"view": view["id"], "state": state})
        (sent,) = run.bot.wait_for("view_submission")
        values = sent.payload["view"]["state"]["values"]
        assert values["which"]["criterion"]["selected_option"]["value"] == "large"
        assert values["why"]["words"]["value"] == "we grew"
        assert page(run, ANA, "start")["view"] is None


def test_views_are_stacked_three_high_and_guarded_by_a_hash() -> None:
    """More is refused, and so is an update of something that has changed."""

    def script(bot: EchoBot, received: Received) -> object:
        if received.kind == "/servicemodel":
            bot.client.views_open(trigger_id=received.payload["trigger_id"], view=blocks.modal())
        return None

    with running(script) as run:
        page(run, EVA, f"channels/{PLATFORM_HELP}/command", {"text": "/servicemodel"})
        views = run.playground.views
        top = views.top(EVA)
        assert top is not None
        updated = run.client.views_update(view_id=top.id, hash=top.hash, view=blocks.modal())
        with pytest.raises(Exception, match="hash_conflict"):
            run.client.views_update(view_id=top.id, hash=top.hash, view=blocks.modal())
        assert updated["view"]["id"] == top.id
        views.push(EVA, blocks.modal())
        views.push(EVA, blocks.modal())
        with pytest.raises(Exception, match="push_limit_reached"):
            views.push(EVA, blocks.modal())
        views.clear(EVA)
        assert views.top(EVA) is None


def test_opening_the_direct_messages_is_told() -> None:
    """With the tab that came into view."""
    with running() as run:
        page(run, ANA, f"channels/{direct(ANA)}/opened", {"tab": "home"})
        (opened,) = run.bot.wait_for("app_home_opened")
        assert (opened.event["tab"], opened.event["user"]) == ("home", ANA)
        run.client.views_publish(
            user_id=ANA, view={"type": "home", "blocks": [{"type": "divider"}]}
        )
        assert page(run, ANA, "start")["home"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(
    ("errors", "problem"),
    [({"why": "Too short."}, ""), ({"nowhere": "x"}, "refuses"), ({}, "")],
)
def test_only_inputs_can_be_complained_about(errors: dict[str, str], problem: str) -> None:
    """Slack refuses an acknowledgement with errors about anything else."""

    def script(bot: EchoBot, received: Received) -> object:
        if received.kind == "/servicemodel":
            bot.client.views_open(trigger_id=received.payload["trigger_id"], view=blocks.modal())
            return None
        return {"response_action": "errors", "errors": errors}

    with running(script) as run:
        page(run, ANA, f"channels/{PLATFORM_HELP}/command", {"text": "/servicemodel"})
        view = page(run, ANA, "start")["view"]
        said = page(run, ANA, "submit", {"view": view["id"], "state": {}})
        assert problem in said["problem"]
        assert said["errors"] == ({} if problem else errors)
