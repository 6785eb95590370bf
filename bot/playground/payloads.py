"""What Slack sends to an app: events, clicks, submitted dialogue boxes and slash commands."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.api.conversations import threaded
from bot.playground.cast import ADVISOR, APP, TEAM, TEAM_DOMAIN, Channel, Person
from bot.playground.feed import Change
from bot.playground.message import Json, Message
from bot.playground.typed import rich_text
from bot.playground.views import View
from bot.playground.workspace import Thread, Workspace

VERIFICATION = "playground"
"""The old verification token, which nobody should trust any more; Slack still sends it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to the app. Deliveries of one `lane` keep their order."""

    lane: str
    payload: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The event id, the same in every try."""
        return str(self.payload["event_id"])

    @property
    def type(self) -> str:
        """Which event it is."""
        return str(self.payload["event"]["type"])


def events_of(change: Change, workspace: Workspace) -> tuple[Delivery, ...]:
    """The events that a change in the workspace sends to the app.

    A mention in a channel is told twice, as `app_mention` and as `message`, which Slack does too.
    """
    message = change.message
    if change.kind == "joined" and change.channel is not None:
        return (_joined(workspace.channel(change.channel), change, workspace.next_ts()),)
    if message is None or change.channel is None or message.only_for is not None:
        return ()
    channel = workspace.channel(change.channel)
    if ADVISOR not in channel.members:
        return ()
    common: Json = {"channel": channel.id, "channel_type": channel.kind}
    told: list[Json] = []
    match change.kind:
        case "posted":
            said = _said(message) | common | {"event_ts": message.ts}
            if message.team != TEAM:
                said |= {"user_team": message.team, "source_team": message.team}
            if message.is_reply:
                said["parent_user_id"] = _parent(workspace, message)
            told.append(said)
            mentioned = f"<@{ADVISOR}>" in message.text and message.user != ADVISOR
            if mentioned and channel.kind != "im":
                mention = {
                    key: said[key] for key in said if key not in ("channel_type", "parent_user_id")
                }
                told.insert(0, mention | {"type": "app_mention"})
        case "edited" if change.before is not None:
            ts = workspace.next_ts()
            told.append(
                common
                | {
                    "type": "message",
                    "subtype": "message_changed",
                    "hidden": True,
                    "message": _said(message),
                    "previous_message": _said(change.before),
                    "ts": ts,
                    "event_ts": ts,
                }
            )
        case "deleted":
            ts = workspace.next_ts()
            told.append(
                common
                | {
                    "type": "message",
                    "subtype": "message_deleted",
                    "hidden": True,
                    "deleted_ts": message.ts,
                    "previous_message": _said(message),
                    "ts": ts,
                    "event_ts": ts,
                }
            )
        case _:
            pass
    return tuple(Delivery(channel.id, envelope(event, ext_shared=channel.shared)) for event in told)


def _joined(channel: Channel, change: Change, ts: str) -> Delivery:
    event = {
        "type": "member_joined_channel",
        "user": change.data["user"],
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": TEAM,
        "inviter": change.data["inviter"],
        "event_ts": ts,
    }
    return Delivery(channel.id, envelope(event, ext_shared=channel.shared))


def subscription(delivery: Delivery) -> str:
    """What an app has to subscribe to for an event: its type, for messages with the channel's."""
    event = delivery.payload["event"]
    if event["type"] != "message":
        return str(event["type"])
    names = {"channel": "channels", "group": "groups"}
    kind = str(event["channel_type"])
    return f"message.{names.get(kind, kind)}"


def home_opened(person: str, channel: str, tab: str, view: View | None, ts: str) -> Delivery:
    """`app_home_opened`: somebody looks at the direct messages (`messages`) or at the home tab."""
    event: Json = {
        "type": "app_home_opened",
        "user": person,
        "channel": channel,
        "tab": tab,
        "event_ts": ts,
    }
    if view is not None:
        event["view"] = view.payload()
    return Delivery(channel, envelope(event))


def envelope(event: Mapping[str, Any], *, ext_shared: bool = False) -> Json:
    """The outer part of an event; `ext_shared` when others' people are in its channel."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(float(event["event_ts"])),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": ADVISOR,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": ext_shared,
        "event_context": "4-" + secrets.token_urlsafe(30),
    }


def clicked_in_message(
    person: Person,
    channel: Channel,
    message: Message,
    threads: Mapping[str, Thread],
    details: Mapping[str, Any],
) -> Json:
    """`block_actions` of a message; `details` are actions, state, trigger_id and response_url."""
    ephemeral = message.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _interaction("block_actions", person) | {
        "container": container,
        "channel": {"id": channel.id, "name": _name(channel)},
        **details,
    }
    if not ephemeral:
        payload["message"] = threaded(message, dict(threads))
    return payload


def clicked_in_view(
    person: Person, view: View, details: Mapping[str, Any], chosen: Mapping[str, Any]
) -> Json:
    """`block_actions` of a dialogue box or home tab; `details` are actions and trigger_id."""
    return _interaction("block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view.payload(chosen),
        **details,
    }


def suggestion(person: Person, place: Message | View, asked: Mapping[str, str]) -> Json:
    """`block_suggestion`: somebody types in a menu whose options the app knows."""
    container: Json
    if isinstance(place, View):
        container = {"type": "view", "view_id": place.id}
        return _interaction("block_suggestion", person) | {
            "container": container,
            "view": place.payload(),
            **asked,
        }
    container = {"type": "message", "message_ts": place.ts, "channel_id": place.channel}
    return _interaction("block_suggestion", person) | {
        "container": container,
        "channel": {"id": place.channel},
        "message": place.payload(),
        **asked,
    }


def submitted(person: Person, view: View, chosen: Mapping[str, Any], trigger: str) -> Json:
    """`view_submission`."""
    return _interaction("view_submission", person) | {
        "trigger_id": trigger,
        "view": view.payload(chosen),
        "response_urls": [],
    }


def closed(person: Person, view: View, *, all_of_them: bool) -> Json:
    """`view_closed`."""
    return _interaction("view_closed", person) | {
        "view": view.payload(),
        "is_cleared": all_of_them,
    }


def command(
    person: Person, channel: Channel, name: str, text: str, passes: Mapping[str, str]
) -> dict[str, str]:
    """A slash command, as the form that Slack posts; `passes`: response_url and trigger_id."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": _name(channel),
        "user_id": person.id,
        "user_name": person.handle,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        **passes,
    }


def _interaction(kind: str, person: Person) -> Json:
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.handle,
            "name": person.handle,
            "team_id": person.team,
        },
        "api_app_id": APP,
        "token": VERIFICATION,
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _name(channel: Channel) -> str:
    names = {"im": "directmessage", "group": "privategroup"}
    return names.get(channel.kind, channel.name)


def _said(message: Message) -> Json:
    said = message.payload(with_metadata=True)
    if not message.blocks:
        said["blocks"] = [rich_text(message.text)]
    return said


def _parent(workspace: Workspace, reply: Message) -> str:
    return workspace.message(reply.channel, reply.root).user
