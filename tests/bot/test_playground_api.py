"""The playground's Web API, used through slack_sdk as a bot uses Slack's."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.cast import ADVISOR, ANA, BOT, CLOUD_EXPERTS, EVA, EXPERTS, PLATFORM_HELP, TEAM
from bot.playground.files import Files
from bot.playground.passes import Passes
from bot.playground.refusal import Refusal
from tests.bot import playground_blocks as blocks
from tests.bot.playground_echo import Running, running


@pytest.fixture(scope="module")
def run() -> Iterator[Running]:
    """One playground for all of these: each test talks in threads of its own."""
    with running() as made:
        yield made


@pytest.fixture
def client(run: Running) -> WebClient:
    """The bot's client."""
    return run.client


def refused(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    """Slack's error code."""
    return str(error.value.response["error"])


def test_who_the_bot_is(client: WebClient) -> None:
    """auth.test, bots.info, team.info and users.info agree."""
    me = client.auth_test()
    assert (me["user_id"], me["bot_id"], me["team_id"]) == (ADVISOR, BOT, TEAM)
    assert client.bots_info(bot=BOT)["bot"]["user_id"] == ADVISOR
    assert client.team_info()["team"]["id"] == TEAM
    assert client.users_info(user=ADVISOR)["user"]["is_bot"] is True


def test_scopes_are_told_as_slack_tells_them(client: WebClient) -> None:
    """A header of every answer names the token's scopes."""
    assert "chat:write" in client.auth_test().headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(("token", "code"), [("xoxb-other", "invalid_auth"), ("", "not_authed")])
def test_a_wrong_token_is_refused(run: Running, token: str, code: str) -> None:
    """Without the right token nothing works."""
    with pytest.raises(SlackApiError) as error:
        WebClient(token, base_url=run.playground.api_url).auth_test()
    assert refused(error) == code


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    """As Slack refuses it."""
    with pytest.raises(SlackApiError) as error:
        client.api_call("chat.shout")
    assert refused(error) == "unknown_method"


def test_a_message_is_posted_updated_and_deleted(client: WebClient) -> None:
    """A text without blocks takes the blocks away; a changed text is marked as edited."""
    said = client.chat_postMessage(
        channel=PLATFORM_HELP, text="first", blocks=blocks.words_and_layout()
    )
    ts = said["ts"]
    assert said["message"]["bot_id"] == BOT
    assert all(block["block_id"] for block in said["message"]["blocks"])

    after = client.chat_update(channel=PLATFORM_HELP, ts=ts, text="second")["message"]
    assert (after["text"], "blocks" in after, "edited" in after) == ("second", False, True)

    client.chat_delete(channel=PLATFORM_HELP, ts=ts)
    with pytest.raises(SlackApiError) as error:
        client.chat_update(channel=PLATFORM_HELP, ts=ts, text="third")
    assert refused(error) == "message_not_found"


def test_replies_carry_metadata_when_asked(client: WebClient) -> None:
    """An outbox id in the metadata can be found again."""
    root = client.chat_postMessage(channel=PLATFORM_HELP, text="root")["ts"]
    metadata = {"event_type": "outbox", "event_payload": {"id": "42"}}
    client.chat_postMessage(channel=PLATFORM_HELP, thread_ts=root, text="reply", metadata=metadata)
    found = client.conversations_replies(channel=PLATFORM_HELP, ts=root, include_all_metadata=True)[
        "messages"
    ]
    assert [message["text"] for message in found] == ["root", "reply"]
    assert found[1]["metadata"] == metadata
    assert found[0]["reply_count"] == 1
    without = client.conversations_replies(channel=PLATFORM_HELP, ts=root)["messages"]
    assert "metadata" not in without[1]


def test_a_thread_is_read_page_by_page(client: WebClient) -> None:
    """The cursor leads through all of it, once."""
    root = client.chat_postMessage(channel=PLATFORM_HELP, text="0")["ts"]
    for number in range(1, 6):
        client.chat_postMessage(channel=PLATFORM_HELP, thread_ts=root, text=str(number))
    pages = client.conversations_replies(channel=PLATFORM_HELP, ts=root, limit=2)
    assert [m["text"] for page in pages for m in page["messages"]] == list("012345")


def test_history_is_newest_first_and_without_replies(client: WebClient) -> None:
    """`oldest` cuts it, `inclusive` keeps the edge."""
    first = client.chat_postMessage(channel=PLATFORM_HELP, text="older")["ts"]
    client.chat_postMessage(channel=PLATFORM_HELP, thread_ts=first, text="in the thread")
    client.chat_postMessage(channel=PLATFORM_HELP, text="newer")
    after = client.conversations_history(channel=PLATFORM_HELP, oldest=first)["messages"]
    assert [message["text"] for message in after] == ["newer"]
    with_edge = client.conversations_history(channel=PLATFORM_HELP, oldest=first, inclusive=True)[
        "messages"
    ]
    assert [message["text"] for message in with_edge] == ["newer", "older"]


def test_direct_messages_are_opened_once(client: WebClient) -> None:
    """The same person gives the same channel, and a person's id works as a channel."""
    channel = client.conversations_open(users=ANA)["channel"]["id"]
    assert client.conversations_open(users=[ANA])["channel"]["id"] == channel
    assert client.chat_postMessage(channel=ANA, text="hello")["channel"] == channel
    assert client.conversations_info(channel=channel)["channel"]["is_im"] is True


def test_experts_are_known(client: WebClient) -> None:
    """By their channel and by their user group."""
    assert EVA in client.conversations_members(channel=CLOUD_EXPERTS)["members"]
    assert client.usergroups_users_list(usergroup=EXPERTS)["users"] == [EVA]


def test_ephemeral_messages_are_not_kept(client: WebClient) -> None:
    """They have a ts, but are in no history; who is not there cannot get one."""
    said = client.chat_postEphemeral(channel=PLATFORM_HELP, user=ANA, text="psst")
    history = client.conversations_history(channel=PLATFORM_HELP)["messages"]
    assert said["message_ts"] not in [message["ts"] for message in history]
    with pytest.raises(SlackApiError) as error:
        client.chat_postEphemeral(channel=CLOUD_EXPERTS, user=ANA, text="psst")
    assert refused(error) == "user_not_in_channel"


def test_a_permalink_leads_to_the_page(client: WebClient, run: Running) -> None:
    """It has the shape of Slack's, under the playground's own address."""
    root = client.chat_postMessage(channel=PLATFORM_HELP, text="root")["ts"]
    reply = client.chat_postMessage(channel=PLATFORM_HELP, thread_ts=root, text="r")["ts"]
    link = client.chat_getPermalink(channel=PLATFORM_HELP, message_ts=reply)["permalink"]
    assert link == (
        f"{run.playground.page_url}archives/{PLATFORM_HELP}/p{reply.replace('.', '')}"
        f"?thread_ts={root}&cid={PLATFORM_HELP}"
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"channel": "C0000NOPE", "text": "x"}, "channel_not_found"),
        ({"channel": PLATFORM_HELP}, "no_text"),
        ({"channel": PLATFORM_HELP, "text": "x", "blocks": [blocks.unknown()]}, "invalid_blocks"),
        ({"channel": PLATFORM_HELP, "text": "x", "blocks": "no"}, "invalid_blocks_format"),
        ({"channel": PLATFORM_HELP, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": PLATFORM_HELP, "text": "x", "metadata": {}}, "invalid_metadata_format"),
    ],
)
def test_what_slack_refuses_is_refused(
    client: WebClient, arguments: dict[str, object], code: str
) -> None:
    """Each with Slack's own code."""
    with pytest.raises(SlackApiError) as error:
        client.api_call("chat.postMessage", json=arguments)
    assert refused(error) == code


def test_invalid_blocks_are_explained(client: WebClient) -> None:
    """The messages say which block and why."""
    long = [{"type": "header", "text": blocks.plain("x" * 151)}]
    with pytest.raises(SlackApiError) as error:
        client.chat_postMessage(channel=PLATFORM_HELP, text="x", blocks=long)
    (message,) = error.value.response["response_metadata"]["messages"]
    assert "151" in message


def test_arguments_may_come_as_a_form(client: WebClient) -> None:
    """Blocks are then JSON in a field."""
    said = client.api_call(
        "chat.postMessage",
        params={"channel": PLATFORM_HELP, "text": "x", "blocks": '[{"type": "divider"}]'},
    )
    assert said["message"]["blocks"][0]["type"] == "divider"


def test_others_messages_cannot_be_changed(client: WebClient, run: Running) -> None:
    """A bot changes and deletes its own messages only."""
    hers = run.playground.workspace.post(PLATFORM_HELP, ANA, "mine").ts
    with pytest.raises(SlackApiError) as error:
        client.chat_update(channel=PLATFORM_HELP, ts=hers, text="x")
    assert refused(error) == "cant_update_message"
    with pytest.raises(SlackApiError) as error:
        client.chat_delete(channel=PLATFORM_HELP, ts=hers)
    assert refused(error) == "cant_delete_message"


def test_a_reaction_counts_once(client: WebClient, run: Running) -> None:
    """The second time Slack says so."""
    ts = run.playground.workspace.post(PLATFORM_HELP, ANA, "react to me").ts
    client.reactions_add(channel=PLATFORM_HELP, timestamp=ts, name="eyes")
    with pytest.raises(SlackApiError) as error:
        client.reactions_add(channel=PLATFORM_HELP, timestamp=ts, name="eyes")
    assert refused(error) == "already_reacted"


def test_status_is_cleared_by_a_message(client: WebClient, run: Running) -> None:
    """It stands in the thread until the bot says something there."""
    workspace = run.playground.workspace
    ts = workspace.post(PLATFORM_HELP, ANA, "think").ts
    client.assistant_threads_setStatus(channel_id=PLATFORM_HELP, thread_ts=ts, status="is thinking")
    assert workspace.status(PLATFORM_HELP, ts) == "is thinking"
    client.chat_postMessage(channel=PLATFORM_HELP, thread_ts=ts, text="done")
    assert workspace.status(PLATFORM_HELP, ts) == ""


def test_prompts_with_a_thread_are_taken_and_not_shown(client: WebClient, run: Running) -> None:
    """The trap of `agent_view` apps is here too."""
    channel = client.conversations_open(users=EVA)["channel"]["id"]
    prompts = [{"title": "Start", "message": "where should this run?"}]
    client.assistant_threads_setSuggestedPrompts(
        channel_id=channel, thread_ts="1.000001", prompts=prompts
    )
    assert run.playground.workspace.prompts(channel) == {}
    client.api_call(
        "assistant.threads.setSuggestedPrompts", json={"channel_id": channel, "prompts": prompts}
    )
    assert run.playground.workspace.prompts(channel)["prompts"] == prompts


def test_a_trigger_works_once_and_for_three_seconds() -> None:
    """Then it is exchanged, or expired; a made-up one never worked."""
    now = [100.0]
    passes = Passes(lambda: now[0])
    used, late = passes.trigger(ANA), passes.trigger(ANA)
    assert passes.use_trigger(used).person == ANA
    now[0] += 3.5
    codes = []
    for trigger in (used, late, "1.2.3"):
        with pytest.raises(Refusal) as refusal:
            passes.use_trigger(trigger)
        codes.append(refusal.value.error)
    assert codes == ["exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"]


def test_a_response_url_works_five_times_in_half_an_hour() -> None:
    """The sixth time, or later, it does not."""
    now = [100.0]
    passes = Passes(lambda: now[0])
    often, late = passes.response(ANA, PLATFORM_HELP), passes.response(ANA, PLATFORM_HELP)
    for _ in range(5):
        passes.use_response(often)
    with pytest.raises(Refusal, match="used_url"):
        passes.use_response(often)
    now[0] += 1801
    with pytest.raises(Refusal, match="expired_url"):
        passes.use_response(late)


def test_a_file_is_sent_in_three_steps(client: WebClient, run: Running, tmp_path: Path) -> None:
    """slack_sdk's own upload does all of them; the file can be fetched, and is in the thread."""
    root = client.chat_postMessage(channel=PLATFORM_HELP, text="root")["ts"]
    file = tmp_path / "advice.md"
    file.write_text("# KPaaS\n", encoding="utf-8")
    client.files_upload_v2(
        channel=PLATFORM_HELP,
        thread_ts=root,
        file=str(file),
        title="The advice",
        initial_comment="All of it",
    )
    reply = client.conversations_replies(channel=PLATFORM_HELP, ts=root)["messages"][1]
    (sent,) = reply["files"]
    assert (reply["text"], sent["title"], sent["size"]) == ("All of it", "The advice", 8)
    with urllib.request.urlopen(sent["permalink"]) as answer:  # noqa: S310 - our own server
        assert answer.read() == b"# KPaaS\n"
        assert answer.headers["Content-Disposition"] == "attachment"
    assert run.playground.files.send("made-up", b"x") is False


def test_a_file_is_taken_once_and_as_long_as_was_said() -> None:
    """And only so many are kept."""
    files = Files()
    file, secret = files.reserve("a.txt", 2)
    assert files.send(secret, b"xxx") is False
    assert files.send(secret, b"xx") is False
    with pytest.raises(Refusal, match="file_not_found"):
        files.share(file.id, None)
    _, again = files.reserve("b.txt", 2)
    assert [files.send(again, b"xx") for _ in range(2)] == [True, False]
    for _ in range(60):
        files.reserve("c.txt", 1)
    assert files.get(file.id) is None
