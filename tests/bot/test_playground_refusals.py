"""What the stand-in refuses, with which code, and that Slack documents every one of these."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.api.methods import METHODS
from bot.playground.api.web_api import GENERAL
from bot.playground.cast import (
    ADVISOR,
    ANA,
    ANNOUNCEMENTS,
    ARCHIVE,
    BEN,
    EVA,
    PAYROLL,
    PLATFORM_HELP,
    RANDOM,
    SAM,
)
from bot.playground.server import Playground
from tests.bot import playground_blocks as blocks
from tests.bot.playground_echo import SCOPES, TOKEN, Json

SEEN = {
    ("chat.postMessage", "thread_not_found"),
    ("chat.postMessage", "invalid_thread_ts"),
    ("chat.postEphemeral", "invalid_thread_ts"),
    ("chat.postMessage", "msg_too_long"),
}
"""Codes that people report from these methods, though their pages do not name them."""
NO_LONGER_REQUIRED = {("assistant.threads.setSuggestedPrompts", "thread_ts")}
"""Optional since June 2026: with it, an `agent_view` app's prompts are not shown."""


class World:
    """A playground that delivers nowhere, on a clock that only moves when told."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - passed on
        self.now = 1_764_000_000.0
        chosen: Json = {"scopes": SCOPES, "burst": 50, **settings}
        self.playground = Playground(
            signing_secret="secret",  # noqa: S106 - of nobody
            bot_token=TOKEN,
            deliver_to="http://127.0.0.1:9/slack/events",
            retry_seconds=(),
            clock=lambda: self.now,
            **chosen,
        )
        self.workspace = self.playground.workspace

    def call(self, method: str, /, **arguments: object) -> Json:
        """Call a method as the bot; its answer."""
        return dict(self.playground.web_api.call(method, TOKEN, arguments).answer)

    def refused(self, method: str, /, **arguments: object) -> str:
        """The code that a call is refused with; empty when it is not."""
        return str(self.call(method, **arguments).get("error", ""))

    def hers(self) -> str:
        """A message of Ana's."""
        return self.workspace.post(PLATFORM_HELP, ANA, "mine").ts

    def mine(self, channel: str = PLATFORM_HELP) -> str:
        """A message of the bot's."""
        return self.workspace.post(channel, ADVISOR, "mine").ts


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh one."""
    made = World()
    yield made
    made.playground.close()


WORDS = {"channel": PLATFORM_HELP, "text": "x"}
LONG = "x" * 4_001
BAD_BLOCK = json.dumps([blocks.unknown()])
BIG_METADATA = {"event_type": "e", "event_payload": {"x": "x" * 8_000}}
BIG_VIEW = {**blocks.modal(), "private_metadata": "x" * 250_000}
EXTERNAL = {**blocks.modal(), "external_id": "one"}
HOME = {"type": "home", "blocks": [{"type": "divider"}]}

PLAIN: tuple[tuple[str, str, Json], ...] = (
    ("channel_not_found", "chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}),
    ("channel_not_found", "chat.postMessage", {"channel": PAYROLL, "text": "x"}),
    ("channel_not_found", "chat.postMessage", {"channel": SAM, "text": "x"}),
    ("not_in_channel", "chat.postMessage", {"channel": RANDOM, "text": "x"}),
    ("is_archived", "chat.postMessage", {"channel": ARCHIVE, "text": "x"}),
    (
        "restricted_action_read_only_channel",
        "chat.postMessage",
        {"channel": ANNOUNCEMENTS, "text": "x"},
    ),
    ("no_text", "chat.postMessage", {"channel": PLATFORM_HELP}),
    ("msg_too_long", "chat.postMessage", {**WORDS, "text": LONG}),
    ("invalid_blocks", "chat.postMessage", {**WORDS, "blocks": BAD_BLOCK}),
    ("invalid_blocks_format", "chat.postMessage", {**WORDS, "blocks": "{"}),
    ("invalid_thread_ts", "chat.postMessage", {**WORDS, "thread_ts": "yesterday"}),
    ("invalid_thread_ts", "chat.postMessage", {**WORDS, "thread_ts": ""}),
    ("thread_not_found", "chat.postMessage", {**WORDS, "thread_ts": "1.000001"}),
    ("invalid_metadata_format", "chat.postMessage", {**WORDS, "metadata": {"x": 1}}),
    ("metadata_too_large", "chat.postMessage", {**WORDS, "metadata": BIG_METADATA}),
    ("channel_not_found", "chat.postEphemeral", {**WORDS, "channel": "C0NO", "user": ANA}),
    ("not_in_channel", "chat.postEphemeral", {**WORDS, "channel": RANDOM, "user": ANA}),
    ("is_archived", "chat.postEphemeral", {**WORDS, "channel": ARCHIVE, "user": ANA}),
    ("restricted_action", "chat.postEphemeral", {**WORDS, "channel": ANNOUNCEMENTS, "user": ANA}),
    ("user_not_in_channel", "chat.postEphemeral", {**WORDS, "user": SAM}),
    ("no_text", "chat.postEphemeral", {"channel": PLATFORM_HELP, "user": ANA}),
    ("msg_too_long", "chat.postEphemeral", {**WORDS, "user": ANA, "text": LONG}),
    ("invalid_blocks", "chat.postEphemeral", {**WORDS, "user": ANA, "blocks": BAD_BLOCK}),
    ("invalid_blocks_format", "chat.postEphemeral", {**WORDS, "user": ANA, "blocks": "{"}),
    ("invalid_thread_ts", "chat.postEphemeral", {**WORDS, "user": ANA, "thread_ts": "x"}),
    ("channel_not_found", "chat.update", {"channel": RANDOM, "ts": "1.000001", "text": "x"}),
    ("is_inactive", "chat.update", {"channel": ARCHIVE, "ts": "1.000001", "text": "x"}),
    ("message_not_found", "chat.update", {**WORDS, "ts": "1.000001"}),
    ("message_not_found", "chat.delete", {"channel": PLATFORM_HELP, "ts": "1.000001"}),
    ("channel_not_found", "chat.delete", {"channel": PAYROLL, "ts": "1.000001"}),
    ("message_not_found", "chat.getPermalink", {"channel": RANDOM, "message_ts": "1.000001"}),
    ("channel_not_found", "chat.getPermalink", {"channel": PAYROLL, "message_ts": "1.000001"}),
    (
        "channel_not_found",
        "assistant.threads.setStatus",
        {"channel_id": RANDOM, "thread_ts": "1.000001", "status": "thinks"},
    ),
    (
        "invalid_thread_ts",
        "assistant.threads.setStatus",
        {"channel_id": PLATFORM_HELP, "thread_ts": "1.000001", "status": "thinks"},
    ),
    (
        "channel_not_found",
        "assistant.threads.setSuggestedPrompts",
        {"channel_id": "D0NO", "prompts": [{"title": "t", "message": "m"}]},
    ),
    (
        "channel_not_found",
        "assistant.threads.setTitle",
        {"channel_id": "D0NO", "thread_ts": "1.000001", "title": "t"},
    ),
    ("bot_not_found", "bots.info", {"bot": "B0OTHER"}),
    ("channel_not_found", "conversations.history", {"channel": PAYROLL}),
    ("not_in_channel", "conversations.history", {"channel": RANDOM}),
    ("invalid_cursor", "conversations.history", {"channel": PLATFORM_HELP, "cursor": "x"}),
    ("channel_not_found", "conversations.info", {"channel": PAYROLL}),
    ("invalid_types", "conversations.list", {"types": "public_channel,secret"}),
    ("channel_not_found", "conversations.members", {"channel": PAYROLL}),
    ("channel_not_found", "conversations.open", {"channel": "D0NO"}),
    ("users_list_not_supplied", "conversations.open", {}),
    ("user_not_found", "conversations.open", {"users": "U0NOBODY"}),
    ("user_not_visible", "conversations.open", {"users": SAM}),
    ("too_many_users", "conversations.open", {"users": ",".join([ANA] * 9)}),
    (
        "method_not_supported_for_channel_type",
        "conversations.open",
        {"users": f"{BEN},{EVA}"},
    ),
    ("channel_not_found", "conversations.replies", {"channel": RANDOM, "ts": "1.000001"}),
    ("thread_not_found", "conversations.replies", {"channel": PLATFORM_HELP, "ts": "1.000001"}),
    (
        "channel_not_found",
        "reactions.add",
        {"channel": PAYROLL, "name": "eyes", "timestamp": "1.000001"},
    ),
    ("no_access", "reactions.add", {"channel": RANDOM, "name": "eyes", "timestamp": "1.000001"}),
    ("is_archived", "reactions.add", {"channel": ARCHIVE, "name": "eyes", "timestamp": "1.000001"}),
    (
        "invalid_name",
        "reactions.add",
        {"channel": PLATFORM_HELP, "name": "Two words", "timestamp": "1.000001"},
    ),
    (
        "bad_timestamp",
        "reactions.add",
        {"channel": PLATFORM_HELP, "name": "eyes", "timestamp": "today"},
    ),
    (
        "message_not_found",
        "reactions.add",
        {"channel": PLATFORM_HELP, "name": "eyes", "timestamp": "1.000001"},
    ),
    ("file_upload_size_restricted", "files.getUploadURLExternal", {"filename": "x", "length": 0}),
    ("file_not_found", "files.completeUploadExternal", {"files": [{"id": "F0"}]}),
    (
        "channel_not_found",
        "files.completeUploadExternal",
        {"files": [{"id": "F0"}], "channel_id": PAYROLL},
    ),
    (
        "not_in_channel",
        "files.completeUploadExternal",
        {"files": [{"id": "F0"}], "channel_id": RANDOM},
    ),
    (
        "posting_to_channel_denied",
        "files.completeUploadExternal",
        {"files": [{"id": "F0"}], "channel_id": ARCHIVE},
    ),
    ("no_such_subteam", "usergroups.users.list", {"usergroup": "S0NONE"}),
    ("user_not_found", "users.info", {"user": "U0NOBODY"}),
    ("invalid_trigger_id", "views.open", {"trigger_id": "1.2.3", "view": blocks.modal()}),
    ("invalid_trigger_id", "views.push", {"trigger_id": "1.2.3", "view": blocks.modal()}),
    ("view_too_large", "views.open", {"trigger_id": "1.2.3", "view": BIG_VIEW}),
    ("view_too_large", "views.push", {"trigger_id": "1.2.3", "view": BIG_VIEW}),
    ("view_too_large", "views.update", {"view_id": "V0", "view": BIG_VIEW}),
    (
        "view_too_large",
        "views.publish",
        {"user_id": ANA, "view": {**HOME, "private_metadata": "x" * 250_000}},
    ),
    ("not_found", "views.update", {"view_id": "V0", "view": blocks.modal()}),
    ("invalid_arguments", "views.publish", {"user_id": SAM, "view": HOME}),
    ("invalid_arguments", "views.open", {"view": blocks.modal()}),
)
"""Calls that need nothing to have happened before."""


@pytest.mark.parametrize(("code", "method", "arguments"), PLAIN)
def test_a_call_is_refused_with_slacks_code(
    world: World, code: str, method: str, arguments: Json
) -> None:
    """And nothing was said by it."""
    before = world.workspace.everything()
    assert world.refused(method, **arguments) == code
    assert world.workspace.everything() == before


def test_messages_that_cannot_be_changed_or_read(world: World) -> None:
    """Others' messages, wrong contents, a wrong page."""
    hers, mine = world.hers(), world.mine()
    change: Json = {**WORDS, "ts": mine}
    said = [
        world.refused("chat.update", **WORDS, ts=hers),
        world.refused("chat.delete", channel=PLATFORM_HELP, ts=hers),
        world.refused("chat.update", channel=PLATFORM_HELP, ts=mine),
        world.refused("chat.update", **{**change, "text": LONG}),
        world.refused("chat.update", **change, blocks=BAD_BLOCK),
        world.refused("chat.update", **change, blocks="{"),
        world.refused("chat.update", **change, metadata={"x": 1}),
        world.refused("chat.update", **change, metadata=BIG_METADATA),
        world.refused("conversations.replies", channel=PLATFORM_HELP, ts=mine, cursor="x"),
        world.refused("conversations.replies", channel=PLATFORM_HELP, ts=mine, latest="x"),
        world.refused("conversations.replies", channel=PLATFORM_HELP, ts=mine, oldest="x"),
        world.refused("conversations.history", channel=PLATFORM_HELP, latest="x"),
        world.refused("conversations.history", channel=PLATFORM_HELP, oldest="x"),
    ]
    assert said == [
        "cant_update_message",
        "cant_delete_message",
        "no_text",
        "msg_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "metadata_too_large",
        "invalid_cursor",
        "invalid_ts_latest",
        "invalid_ts_oldest",
        "invalid_ts_latest",
        "invalid_ts_oldest",
    ]
    react: Json = {"channel": PLATFORM_HELP, "name": "eyes", "timestamp": hers}
    assert [world.refused("reactions.add", **react) for _ in range(2)] == ["", "already_reacted"]


def test_dialogue_boxes_that_cannot_be_opened(world: World) -> None:
    """Triggers work once and for three seconds, external ids once, a stack is three high."""
    passes = world.playground.passes
    used, late = passes.trigger(ANA), passes.trigger(ANA)
    view = world.call("views.open", trigger_id=used, view=EXTERNAL)["view"]
    top = {"trigger_id": passes.trigger(ANA, view["id"]), "view": blocks.modal()}
    twin = {"trigger_id": passes.trigger(ANA, view["id"]), "view": EXTERNAL}
    elsewhere = {"trigger_id": passes.trigger(BEN), "view": EXTERNAL}
    outside = {"trigger_id": passes.trigger(BEN), "view": blocks.modal()}
    said = [
        world.refused("views.open", trigger_id=used, view=blocks.modal()),
        world.refused("views.push", trigger_id=used, view=blocks.modal()),
        world.refused("views.open", **elsewhere),
        world.refused("views.push", **outside),
        world.refused("views.push", **twin),
        world.refused("views.push", **top),
        world.refused("views.update", view_id=view["id"], hash="old", view=EXTERNAL),
        world.refused("views.publish", user_id=ANA, view=HOME),
        world.refused("views.publish", user_id=ANA, view=HOME, hash="old"),
    ]
    assert said == [
        "exchanged_trigger_id",
        "exchanged_trigger_id",
        "duplicate_external_id",
        "not_found",
        "duplicate_external_id",
        "",
        "hash_conflict",
        "",
        "hash_conflict",
    ]
    third, fourth = passes.trigger(ANA, view["id"]), passes.trigger(ANA, view["id"])
    assert world.refused("views.push", trigger_id=third, view=blocks.modal()) == ""
    assert (
        world.refused("views.push", trigger_id=fourth, view=blocks.modal()) == "push_limit_reached"
    )
    world.now += 3.5
    for method in ("views.open", "views.push"):
        assert world.refused(method, trigger_id=late, view=blocks.modal()) == "expired_trigger_id"


HERE = (
    frozenset((method, code) for code, method, _ in PLAIN)
    | {
        ("chat.update", code)
        for code in (
            "cant_update_message no_text msg_too_long invalid_blocks invalid_blocks_format "
            "invalid_metadata_format metadata_too_large"
        ).split()
    }
    | {
        ("chat.delete", "cant_delete_message"),
        ("reactions.add", "already_reacted"),
        ("conversations.replies", "invalid_cursor"),
        ("views.publish", "hash_conflict"),
        ("views.update", "hash_conflict"),
        ("views.push", "not_found"),
        ("views.push", "push_limit_reached"),
    }
    | {
        (method, f"invalid_ts_{end}")
        for method in ("conversations.replies", "conversations.history")
        for end in ("latest", "oldest")
    }
    | {
        (method, code)
        for method in ("views.open", "views.push")
        for code in ("exchanged_trigger_id", "expired_trigger_id", "duplicate_external_id")
    }
)


def test_every_code_of_the_table_is_provoked_here() -> None:
    """The table promises nothing that the stand-in does not do."""
    promised = {(name, code) for name, method in METHODS.items() for code in method.errors}
    assert promised == {pair for pair in HERE if pair[1] not in GENERAL}


@pytest.fixture
def documented(shared: Path) -> Json:
    """Slack's own pages of its methods, as data."""
    found: Json = json.loads((shared / "reference" / "slack" / "methods.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", METHODS)
def test_slack_documents_every_code(documented: Json, name: str) -> None:
    """No code is made up; the few that only practice shows are named above."""
    seen = {code for method, code in SEEN if method == name}
    assert METHODS[name].errors - set(documented[name]["errors"]) == seen


@pytest.mark.parametrize("name", METHODS)
def test_required_arguments_are_slacks(documented: Json, name: str) -> None:
    """What Slack cannot do without, the stand-in cannot either, and the other way round."""
    loosened = {argument for method, argument in NO_LONGER_REQUIRED if method == name}
    assert {*METHODS[name].required, *loosened} == set(documented[name]["required"])


@pytest.mark.parametrize("name", METHODS)
def test_tiers_and_scopes_are_slacks(documented: Json, name: str) -> None:
    """A tier names its calls a minute; `{kind}` stands for Slack's four kinds of channel."""
    method, page = METHODS[name], documented[name]
    special = method.tier in ("special", "posting")
    assert page["rate"].startswith("Special" if special else f"Tier {method.tier}:")
    scope = method.scope.replace("{kind}", "im")
    needed = page["scopes"].get("bot") or []
    assert scope in needed if scope else not needed


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.required])
def test_a_missing_argument_is_named(world: World, name: str) -> None:
    """All of them at once."""
    answer = world.call(name)
    assert answer["error"] == "invalid_arguments"
    told = answer["response_metadata"]["messages"]
    assert [line.rpartition(" ")[2] for line in told] == list(METHODS[name].required)


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.scope])
def test_a_missing_scope_is_named(name: str) -> None:
    """With what the token has."""
    world = World(scopes=("commands",))
    answer = world.call(name, channel=PLATFORM_HELP)
    assert (answer["error"], answer["provided"]) == ("missing_scope", "commands")
    kinds = {"channels", "groups", "im", "mpim"}
    assert answer["needed"] in {METHODS[name].scope.replace("{kind}", kind) for kind in kinds}
    world.playground.close()


def test_the_scope_follows_the_kind_of_channel() -> None:
    """Direct messages need another one than channels."""
    world = World(scopes=("channels:history",))
    assert world.refused("conversations.history", channel=PLATFORM_HELP) == ""
    direct = world.call("conversations.history", channel="D00000ANA")
    private = world.call("conversations.history", channel="C00WEBSHOP")
    group = world.call("conversations.history", channel="C000GROUP")
    needed = [answer["needed"] for answer in (direct, private, group)]
    assert needed == ["im:history", "groups:history", "mpim:history"]
    world.playground.close()


def test_an_app_that_was_taken_out_can_do_nothing(world: World) -> None:
    """Its token is known, but of nobody any more."""
    world.playground.web_api.installed = False
    assert world.refused("auth.test") == "account_inactive"
    assert world.refused("api.test") == ""


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ([blocks.unknown()], "unknown type"),
        ([{"type": "context_actions", "elements": []}], "elements"),
        ([{"type": "divider", "block_id": "b"}] * 2, "used 2 times"),
        ([{"type": "divider"}] * 51, "51"),
        ([{"type": "section", "text": blocks.marked("x" * 3_001)}], "3001"),
        (
            [{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}],
            "rows[0]",
        ),
    ],
    ids=["unknown", "empty elements", "repeated id", "too many", "too long", "empty cell"],
)
def test_blocks_that_slack_refuses_are_refused(world: World, bad: list[Json], why: str) -> None:
    """With a sentence for the developer."""
    answer = world.call("chat.postMessage", **WORDS, blocks=bad)
    assert answer["error"] == "invalid_blocks"
    assert any(why in line for line in answer["response_metadata"]["messages"])


@pytest.mark.parametrize("kind", ["table", "markdown", "context_actions", "carousel", "plan"])
def test_blocks_of_messages_are_refused_in_views(world: World, kind: str) -> None:
    """Each has its surfaces."""
    view = {**HOME, "blocks": [{"type": kind}]}
    answer = world.call("views.publish", user_id=ANA, view=view)
    assert answer["error"] == "invalid_arguments"
    assert any("not in a home" in line for line in answer["response_metadata"]["messages"])


def test_what_a_channel_is_can_be_asked(world: World) -> None:
    """Private, archived, read-only, a group's, shared with others: as Slack tells it."""
    keys = ("is_private", "is_archived", "is_mpim", "is_ext_shared", "is_read_only")
    told = {
        channel["name"]: [key for key in keys if channel.get(key)]
        for channel in world.call(
            "conversations.list", types="public_channel,private_channel,mpim"
        )["channels"]
    }
    assert told == {
        "platform-help": [],
        "cloud-experts": [],
        "random": [],
        "webshop": ["is_private"],
        "mpdm-ana--ben--advisor-1": ["is_private", "is_mpim"],
        "announcements": ["is_read_only"],
        "old-projects": ["is_archived"],
        "with-elsewhere": ["is_ext_shared"],
    }


def test_a_group_is_opened_by_its_people(world: World) -> None:
    """In any order, and written to like a channel."""
    opened = world.call("conversations.open", users=f"{BEN},{ANA}")["channel"]["id"]
    assert world.call("chat.postMessage", channel=opened, text="hello")["ok"] is True
