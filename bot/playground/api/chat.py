"""chat.* and reactions.*: saying things."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.playground.api.call import Call
from bot.playground.cast import ADVISOR
from bot.playground.message import Json, Message
from bot.playground.refusal import Refusal

TEXT_KEPT = 40_000
"""Characters of a person's text that Slack keeps."""
TEXT_MOST = 4_000
"""Characters of a text that Slack promises to take from an app."""
METADATA_BYTES = 8_000
NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
TS = re.compile(r"\d{1,12}\.\d{6}")


def post_message(call: Call) -> Json:
    """chat.postMessage."""
    channel = call.writable(read_only="restricted_action_read_only_channel")
    text, blocks = _contents(call)
    metadata = _metadata(call)
    call.check()
    message = call.workspace.post(
        channel,
        ADVISOR,
        text,
        blocks=blocks or (),
        thread_ts=call.optional("thread_ts"),
        metadata=metadata,
    )
    return _said(message)


def update(call: Call) -> Json:
    """chat.update: a text without blocks takes the blocks away, as Slack does."""
    channel, ts = call.channel(), call.text("ts")
    if call.workspace.channel(channel).archived:
        raise Refusal(error="is_inactive")
    message = call.workspace.message(channel, ts)
    if message.user != ADVISOR:
        raise Refusal(error="cant_update_message")
    text, blocks = _contents(call)
    metadata = _metadata(call)
    call.check()
    after = call.workspace.edit(
        channel,
        ts,
        text=text if "text" in call.arguments else None,
        blocks=blocks or (),
        metadata=metadata,
    )
    return {**_said(after), "text": after.text}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    channel = call.writable(read_only="restricted_action")
    person = call.text("user")
    if person not in call.workspace.channel(channel).members:
        raise Refusal(error="user_not_in_channel")
    text, blocks = _contents(call)
    call.check()
    message = call.workspace.whisper(
        channel,
        person,
        ADVISOR,
        text,
        blocks=blocks or (),
        thread_ts=call.optional("thread_ts"),
    )
    return {"message_ts": message.ts}


def delete(call: Call) -> Json:
    """chat.delete."""
    channel, ts = call.channel(), call.text("ts")
    if call.workspace.message(channel, ts).user != ADVISOR:
        raise Refusal(error="cant_delete_message")
    call.workspace.delete(channel, ts)
    return {"channel": channel, "ts": ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink: the address opens the message on the playground's page."""
    channel = call.known().id
    message = call.workspace.message(channel, call.text("message_ts"))
    return {"channel": channel, "permalink": permalink(call.base_url, message)}


def add_reaction(call: Call) -> Json:
    """reactions.add."""
    name, ts = call.text("name").strip(":"), call.text("timestamp")
    channel = call.workspace.channel(call.channel(absent="no_access"))
    if channel.archived:
        raise Refusal(error="is_archived")
    if not NAME.fullmatch(name):
        raise Refusal(error="invalid_name")
    if not TS.fullmatch(ts):
        raise Refusal(error="bad_timestamp")
    call.workspace.react(channel.id, ts, name, ADVISOR)
    return {}


def permalink(base_url: str, message: Message) -> str:
    """The address of a message, in the shape of Slack's."""
    link = f"{base_url}archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return link


def _contents(call: Call) -> tuple[str, tuple[Json, ...] | None]:
    text, blocks = call.text("text"), call.blocks()
    if not text and not blocks:
        raise Refusal(error="no_text")
    if len(text) > TEXT_MOST:
        raise Refusal(error="msg_too_long")
    thread = call.arguments.get("thread_ts")
    if thread is not None and not TS.fullmatch(str(thread)):
        raise Refusal(error="invalid_thread_ts")
    return text, blocks


def _metadata(call: Call) -> Mapping[str, Any] | None:
    metadata = call.mapping("metadata")
    if metadata is None:
        return None
    if set(metadata) != {"event_type", "event_payload"}:
        raise Refusal(error="invalid_metadata_format")
    if not isinstance(metadata["event_payload"], Mapping):
        raise Refusal(error="invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise Refusal(error="metadata_too_large")
    return metadata


def _said(message: Message) -> Json:
    return {
        "channel": message.channel,
        "ts": message.ts,
        "message": message.payload(with_metadata=True),
    }
