"""Lines that the edge puts before a message, since only it knows how that came about."""

from collections.abc import Iterable, Mapping

from bot.slack import figures
from bot.slack.blocks import Block
from bot.slack.rich import Element


def asked_by(person: str, stamp: str) -> tuple[str, Block]:
    """Who began a conversation that has no message of theirs to answer: as text and block."""
    said = "asked where to run something."
    who: Element = {"type": "user", "user_id": person}
    return f"<@{person}> {said}", _line((who, {"type": "text", "text": f" {said}"}), stamp)


def absence(channel: str, error: str, stamp: str) -> tuple[str, Block]:
    """Why a person gets a direct message and no answer where they asked: as text and block."""
    why = _ABSENT.get(error, "but I may not post there, so I answer you here.")
    return _elsewhere("You asked in ", channel, f", {why}", "You asked elsewhere", stamp)


def closed(channel: str, error: str, stamp: str) -> tuple[str, Block]:
    """Why a conversation goes on in a direct message: as text and block."""
    why = _CLOSED.get(error, "where I may not post any more")
    then = f", {why}. So I write to you here; my buttons work here, too."
    return _elsewhere("We talked in ", channel, then, "We talked elsewhere", stamp)


def late(minutes: int, stamp: str) -> tuple[str, Block]:
    """That Slack was away, to somebody who has waited: as text and block."""
    waited = "a minute" if minutes == 1 else f"{minutes} minutes"
    said = f"Sorry for the wait: Slack took no messages of mine for {waited}. Nothing is lost."
    return said, _line(({"type": "text", "text": said, "style": {"italic": True}},), stamp, "late")


def _elsewhere(
    before: str, channel: str, after: str, unnamed: str, stamp: str
) -> tuple[str, Block]:
    # Only channels have a name that can be shown; a direct message between others has none.
    where: Element = (
        {"type": "channel", "channel_id": channel}
        if channel.startswith(("C", "G"))
        else {"type": "text", "text": "a direct message"}
    )
    said = ({"type": "text", "text": before}, where, {"type": "text", "text": after})
    return unnamed + after, _line(said, stamp)


def _line(elements: Iterable[Element], stamp: str, name: str = "head") -> Block:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return {
        "type": "rich_text",
        "block_id": f"{stamp}-{name}"[-figures.ID :],
        "elements": [section],
    }


_NOT_THERE = (
    "but I am not in that channel, so I answer you here. To have me there, type "
    "/invite @advisor in the channel and ask again."
)
_ABSENT: Mapping[str, str] = {
    "not_in_channel": _NOT_THERE,
    "channel_not_found": _NOT_THERE,
    "is_archived": "but that channel is archived, so I answer you here.",
    "restricted_action_read_only_channel": "but that channel is read-only, so I answer you here.",
}
_CLOSED: Mapping[str, str] = {
    "not_in_channel": "but I am no longer in that channel",
    "channel_not_found": "but I am no longer in that channel",
    "is_archived": "but that channel is archived now",
    "restricted_action_read_only_channel": "but that channel is read-only now",
    "restricted_action_thread_locked": "but our thread there is locked now",
}
