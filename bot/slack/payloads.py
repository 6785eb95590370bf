"""Slack's payloads as events: pure functions that decide nothing but what is ours to look at.

Each returns None for what the advisor has no business with: other bots, joins and topics, and in
channels everything outside a thread that does not name us.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.events import Event, Place
from bot.slack.markup import Spoken, read
from flows.conversation import Click

Json = Mapping[str, Any]

_SPOKEN = {None, "file_share", "thread_broadcast", "me_message"}
"""Subtypes of messages in which a person says something."""


def workspace_of(body: Json) -> str:
    """The team (or, for an organisation-wide installation, the organisation) of a payload."""
    for authorization in body.get("authorizations") or ():
        if found := authorization.get("team_id") or authorization.get("enterprise_id"):
            return str(found)
    team = body.get("team")
    enterprise = body.get("enterprise")
    return str(
        (team.get("id") if isinstance(team, Mapping) else team)
        or body.get("team_id")
        or (enterprise.get("id") if isinstance(enterprise, Mapping) else enterprise)
        or body.get("enterprise_id")
        or ""
    )


def our_user(body: Json) -> str | None:
    """The bot's own user id, as the event itself tells it: no call, and right everywhere."""
    for authorization in body.get("authorizations") or ():
        if authorization.get("is_bot") and authorization.get("user_id"):
            return str(authorization["user_id"])
    return next(iter(body.get("authed_users") or ()), None)


def moment(ts: object, now: datetime) -> datetime:
    """A Slack time stamp (seconds since 1970) as a time; `now` where it is none."""
    try:
        return datetime.fromtimestamp(float(str(ts)), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return now


def message_event(body: Json, now: datetime) -> Event | None:
    """An `app_mention` or `message` event: something said, edited or deleted.

    A mention also arrives as a message: both become the same event, so that whichever comes
    first is the one that counts.
    """
    event = body["event"]
    match event.get("subtype"):
        case "message_changed":
            return _changed(body, now)
        case "message_deleted":
            return _of_earlier(body, event.get("previous_message") or {}, "deleted", now)
        case subtype if subtype in _SPOKEN:
            return _said(body, now)
        case _:
            return None


def _said(body: Json, now: datetime) -> Event | None:
    event = body["event"]
    channel, ts, person = event.get("channel"), event.get("ts"), event.get("user")
    if not (channel and ts and person) or _by_bot(event):
        return None
    direct = _is_direct(event)
    thread = event.get("thread_ts") or None
    spoken = _spoken(body, event)
    if not (direct or spoken.to_us or thread):
        return None
    workspace = workspace_of(body)
    return Event(
        workspace=workspace,
        keys=(str(body.get("event_id")), f"{channel}:{ts}"),
        place=Place(channel=channel, thread=thread or ts, direct=direct),
        by=person,
        at=moment(ts, now),
        kind="text",
        starts=direct or spoken.to_us,
        text=spoken.text,
        ts=ts,
        addressed=direct or spoken.to_us,
        to_other=spoken.to_others and not (direct or spoken.to_us),
    )


def _changed(body: Json, now: datetime) -> Event | None:
    event = body["event"]
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    if message.get("subtype") == "tombstone":
        # A first message of a thread that somebody deleted while it has replies.
        return _of_earlier(body, before, "deleted", now)
    if message.get("text") == before.get("text"):
        # A link's preview, a pin, a reply count: nobody said anything new.
        return None
    return _of_earlier(body, message, "edited", now)


def _of_earlier(body: Json, message: Json, kind: str, now: datetime) -> Event | None:
    event = body["event"]
    channel, ts, person = event.get("channel"), message.get("ts"), message.get("user")
    if not (channel and ts and person) or _by_bot(message):
        return None
    direct = _is_direct(event)
    spoken = _spoken(body, message)
    workspace = workspace_of(body)
    return Event(
        workspace=workspace,
        keys=(str(body.get("event_id")),),
        place=Place(channel=channel, thread=message.get("thread_ts") or ts, direct=direct),
        by=person,
        at=moment(event.get("event_ts") or event.get("ts"), now),
        kind="edited" if kind == "edited" else "deleted",
        text=spoken.text if kind == "edited" else "",
        ts=ts,
        addressed=direct or spoken.to_us,
        to_other=spoken.to_others and not (direct or spoken.to_us),
    )


def _spoken(body: Json, message: Json) -> Spoken:
    return read(message.get("text") or "", our_user(body))


def _by_bot(message: Json) -> bool:
    return bool(
        message.get("bot_id") or message.get("bot_profile") or message.get("user") == "USLACKBOT"
    )


def _is_direct(event: Json) -> bool:
    # A mention's payload has no channel type, and ids of direct messages start with D.
    return event.get("channel_type") == "im" or str(event.get("channel")).startswith("D")


def place_of_click(body: Json) -> Place | None:
    """Where a button or menu was used; None on the Home tab, which is no place to talk."""
    container = body.get("container") or {}
    message = body.get("message") or {}
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id")
    if not channel:
        return None
    thread = container.get("thread_ts") or message.get("thread_ts") or container.get("message_ts")
    return Place(channel=channel, thread=thread or None, direct=str(channel).startswith("D"))


def click_event(body: Json, conversation: str, click: Click, place: Place, now: datetime) -> Event:
    """A button or menu that somebody used; unique by person, time and control."""
    action = body["actions"][0]
    workspace, person = workspace_of(body), body["user"]["id"]
    control = ":".join(str(action.get("action_id")).split(":", 2)[:2])
    return Event(
        workspace=workspace,
        keys=(f"click:{person}:{action.get('action_ts')}:{control}",),
        place=place,
        by=person,
        at=moment(action.get("action_ts"), now),
        kind="click",
        conversation=conversation,
        click=click,
        addressed=True,
    )


def form_event(body: Json, conversation: str, click: Click, place: Place, now: datetime) -> Event:
    """A form that somebody sent; unique by its view, which can be sent once."""
    workspace = workspace_of(body)
    return Event(
        workspace=workspace,
        keys=(f"view:{body['view']['id']}",),
        place=place,
        by=body["user"]["id"],
        at=now,
        kind="click",
        conversation=conversation,
        click=click,
        addressed=True,
    )


def command_event(body: Json, text: str, now: datetime) -> Event:
    """`/servicemodel`, alone or with words: a conversation that has no root message yet."""
    workspace, channel = workspace_of(body), body["channel_id"]
    return Event(
        workspace=workspace,
        keys=(f"command:{body['trigger_id']}",),
        place=Place(channel=channel, direct=str(channel).startswith("D")),
        by=body["user_id"],
        at=now,
        kind="text",
        starts=True,
        text=text,
        addressed=True,
    )


def start_event(body: Json, now: datetime) -> Event:
    """The start button of the Home tab: a conversation in a direct message to that person."""
    workspace, person = workspace_of(body), body["user"]["id"]
    return Event(
        workspace=workspace,
        keys=(f"click:{person}:{body['actions'][0].get('action_ts')}:start",),
        # Slack takes a person's id for the direct message with them.
        place=Place(channel=person, direct=True),
        by=person,
        at=moment(body["actions"][0].get("action_ts"), now),
        kind="text",
        starts=True,
        addressed=True,
    )


def command_words(body: Json) -> str:
    """What stands behind the command, in plain words."""
    return read(body.get("text") or "", None).text
