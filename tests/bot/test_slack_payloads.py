"""The payloads that our tests deliver have the keys and types of Slack's own."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bot.slack_kit import clicked, command, event_body, mention, said

CHANGED = event_body(
    {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": "C1",
        "channel_type": "channel",
        "ts": "1.1",
        "event_ts": "1.1",
        "message": {
            "type": "message",
            "user": "U1",
            "text": "new",
            "ts": "1.0",
            "thread_ts": "0.1",
        },
        "previous_message": {"type": "message", "user": "U1", "text": "old", "ts": "1.0"},
    }
)
DELETED = event_body(
    {
        "type": "message",
        "subtype": "message_deleted",
        "channel": "C1",
        "channel_type": "channel",
        "deleted_ts": "1.0",
        "ts": "1.1",
        "event_ts": "1.1",
        "previous_message": {"type": "message", "user": "U1", "text": "old", "ts": "1.0"},
    }
)
HOME = event_body(
    {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home", "event_ts": "1.1"}
)
# A command comes as a form, in which a flag is a word.
COMMAND = {key: value for key, value in command("help").items() if value != "false"}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("events/AppMentionPayload", mention("<@U1> hello", thread_ts="1.1")),
        ("events/MessagePayload", said("hello", thread_ts="1.1")),
        ("events/MessageChangedPayload", CHANGED),
        ("events/MessageDeletedPayload", DELETED),
        ("events/AppHomeOpenedPayload", HOME),
        ("app-backend/BlockActionPayload", clicked({"action_id": "a", "value": "v"})),
        ("app-backend/SlashCommandPayload", COMMAND),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_our_payloads_look_like_slacks(shared: Path, name: str, ours: dict[str, Any]) -> None:
    """What we made up would otherwise prove nothing."""
    log = shared / f"reference/slack/json-logs/{name}.json"
    assert list(differences(ours, json.loads(log.read_text()), "")) == []


def differences(ours: object, theirs: object, at: str) -> Iterator[str]:
    """Keys that Slack does not send, and values of another kind than Slack's."""
    if ours is None or theirs in ({}, ""):
        # Nothing there, or a value that the log leaves blank.
        return
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for key in ours:
            if key not in theirs:
                yield f"{at}.{key}"
            else:
                yield from differences(ours[key], theirs[key], f"{at}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        for one in ours if theirs else ():
            yield from differences(one, theirs[0], f"{at}[]")
    elif type(ours) is not type(theirs):
        yield f"{at}: {type(ours).__name__}"
