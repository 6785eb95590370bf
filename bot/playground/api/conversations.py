"""conversations.*: channels and what was said in them."""

from collections.abc import Callable
from typing import Any

from bot.playground.api.call import Call
from bot.playground.cast import ADVISOR, TEAM, Channel
from bot.playground.message import Json, Message
from bot.playground.refusal import Refusal
from bot.playground.workspace import Thread

PAGE = 100
PAGE_MOST = 1_000
OPEN_MOST = 8
"""People besides the bot in a group's conversation."""
TYPES = {"channel": "public_channel", "group": "private_channel", "im": "im", "mpim": "mpim"}
"""What `conversations.list` calls each kind of channel."""


def open_(call: Call) -> Json:
    """conversations.open: the direct messages with one person, or a group's."""
    people = [id_ for id_ in call.text("users").split(",") if id_]
    if not people and not call.optional("channel"):
        raise Refusal(error="users_list_not_supplied")
    if len(people) > OPEN_MOST:
        raise Refusal(error="too_many_users")
    for id_ in people:
        if call.workspace.person(id_).team != TEAM:
            raise Refusal(error="user_not_visible")
    match people:
        case []:
            channel = call.known()
        case [person]:
            channel = call.workspace.channel(call.direct(person))
        case _:
            channel = _group(call, {*people, ADVISOR})
    return {"channel": described(channel) if call.flag("return_im") else {"id": channel.id}}


def info(call: Call) -> Json:
    """conversations.info; the bot need not be in a public channel."""
    known = call.known()
    channel = described(known)
    if call.flag("include_num_members"):
        channel["num_members"] = len(known.members)
    return {"channel": channel}


def members(call: Call) -> Json:
    """conversations.members."""
    return {"members": list(call.known().members), "response_metadata": {"next_cursor": ""}}


def list_(call: Call) -> Json:
    """conversations.list; private ones only where the bot is in them."""
    types = call.text("types", "public_channel").split(",")
    if not set(types) <= set(TYPES.values()):
        raise Refusal(error="invalid_types")
    channels = [
        described(channel)
        for channel in call.workspace.channels.values()
        if TYPES[channel.kind] in types
        and (channel.kind == "channel" or ADVISOR in channel.members)
        and not (channel.archived and call.flag("exclude_archived"))
    ]
    return {"channels": channels, "response_metadata": {"next_cursor": ""}}


def history(call: Call) -> Json:
    """conversations.history: newest first."""
    channel = call.channel(absent="not_in_channel")
    within = _window(call)
    said = [m for m in reversed(call.workspace.history(channel)) if within(m)]
    return _page(call, said, call.workspace.threads(channel))


def replies(call: Call) -> Json:
    """conversations.replies: the first message of the thread, then its replies, oldest first."""
    channel, ts = call.channel(), call.text("ts")
    try:
        root = call.workspace.message(channel, ts).root
    except Refusal:
        raise Refusal(error="thread_not_found") from None
    within = _window(call)
    said = [m for m in call.workspace.replies(channel, root) if m.ts == root or within(m)]
    return _page(call, said, call.workspace.threads(channel))


def described(channel: Channel) -> Json:
    """A channel in Slack's shape."""
    common: Json = {
        "id": channel.id,
        "created": 0,
        "is_archived": channel.archived,
        "is_im": channel.direct,
        "is_org_shared": False,
        "context_team_id": TEAM,
    }
    if channel.direct:
        person = next(id_ for id_ in channel.members if id_ != ADVISOR)
        return common | {"user": person, "is_open": True}
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind in ("channel", "group"),
        "is_group": False,
        "is_mpim": channel.group,
        "is_private": channel.private or channel.group,
        "is_general": False,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_read_only": bool(channel.writers) and ADVISOR not in channel.writers,
        "is_member": ADVISOR in channel.members,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
    }


def threaded(message: Message, threads: dict[str, Thread], *, with_metadata: bool = False) -> Json:
    """A message in Slack's shape, with what hangs below it."""
    said = message.payload(with_metadata=with_metadata)
    thread = threads.get(message.ts)
    if thread and not message.is_reply:
        said |= {
            "thread_ts": message.ts,
            "reply_count": thread.replies,
            "reply_users": list(thread.people),
            "reply_users_count": len(thread.people),
            "latest_reply": thread.latest,
        }
    return said


def _group(call: Call, members: set[str]) -> Channel:
    for channel in call.workspace.channels.values():
        if channel.group and set(channel.members) == members:
            return channel
    raise Refusal(error="method_not_supported_for_channel_type", messages=("no such group here",))


def _window(call: Call) -> Callable[[Message], bool]:
    oldest, latest = _seconds(call, "oldest", 0.0), _seconds(call, "latest", float("inf"))
    if call.flag("inclusive"):
        return lambda message: oldest <= float(message.ts) <= latest
    return lambda message: oldest < float(message.ts) < latest


def _seconds(call: Call, name: str, default: float) -> float:
    given = call.optional(name)
    try:
        return float(given) if given and given != "now" else default
    except ValueError:
        raise Refusal(error="invalid_ts_" + name) from None


def _page(call: Call, said: list[Message], threads: dict[str, Thread]) -> Json:
    limit = min(max(call.whole("limit", PAGE), 1), PAGE_MOST)
    start = 0
    cursor = call.optional("cursor")
    if cursor is not None:
        places = {f"next_ts:{message.ts}": place for place, message in enumerate(said)}
        if cursor not in places:
            raise Refusal(error="invalid_cursor")
        start = places[cursor]
    end = start + limit
    more = end < len(said)
    with_metadata = call.flag("include_all_metadata")
    answer: dict[str, Any] = {
        "messages": [
            threaded(message, threads, with_metadata=with_metadata) for message in said[start:end]
        ],
        "has_more": more,
    }
    if more:
        answer["response_metadata"] = {"next_cursor": f"next_ts:{said[end].ts}"}
    return answer
