"""What passes between the Slack edge, the store and the worker: events in, posts out.

The edge makes an `Event` of a payload and renders a `Post`; the store keeps both; the worker
moves them. None of them needs to know more of the others than this.
"""

from datetime import datetime
from typing import Literal, Protocol

from flows.conversation import Click
from flows.reply import Reply
from knowledge.schema import Frozen


class Place(Frozen):
    """Where a conversation lives: a channel and, once it has a root message, its thread.

    Direct messages too: what somebody writes there outside a thread begins a thread of its own,
    and what we post first there becomes the root of one.
    """

    channel: str
    thread: str | None = None
    direct: bool = False


class Event(Frozen):
    """One inbound payload, in our words.

    `workspace` is the team (or organisation) it came from. `keys` are what makes it unique: the
    first is its own (`event_id`, `trigger_id`, …), further ones (channel and `ts` of a message)
    catch the same thing delivered in two shapes. `conversation` is set where a button carried
    the id; otherwise `place` finds it. `starts` says that a conversation begins here if there is
    none (a mention, a command, a direct message); an event that finds none and does not start
    one is not ours. `text` is kept masked and apart. `respond` is Slack's `response_url`.
    """

    workspace: str
    keys: tuple[str, ...]
    place: Place
    by: str
    at: datetime
    kind: Literal["text", "edited", "deleted", "click", "timer"]
    conversation: str | None = None
    starts: bool = False
    text: str = ""
    ts: str | None = None
    click: Click | None = None
    timer: str | None = None
    addressed: bool = False
    to_other: bool = False
    expert: bool = False


class Post(Frozen):
    """A message waiting in the outbox, and all that is needed to send it.

    `id` travels in the message's metadata. `tried` is true when an earlier try may have gone
    through. `edits` is the `ts` of the message that it takes the place of, `channel` and
    `thread` say where to (for `experts` and `direct` the edge finds the channel itself).
    `starter` is who began the conversation: where its first message cannot be posted in the
    channel, it goes to them directly, and `Delivered.channel` then differs from the place.
    """

    id: str
    workspace: str
    conversation: str
    place: Place
    reply: Reply
    tried: bool = False
    edits: "Delivered | None" = None
    permalink_of: "Delivered | None" = None
    starter: str | None = None


class Delivered(Frozen):
    """Posted: where. An ephemeral message has no `ts` that could be used again."""

    channel: str
    ts: str | None


class Refused(Frozen):
    """Certainly not posted, and never will be: Slack's error code."""

    error: str


class Later(Frozen):
    """Certainly not posted; try again after so many seconds (a rate limit, no connection)."""

    seconds: float
    error: str


class Unclear(Frozen):
    """Perhaps posted: a time-out, a broken connection, an internal error of Slack's."""

    error: str


PostOutcome = Delivered | Refused | Later | Unclear


class Poster(Protocol):
    """Whoever sends posts: `bot.slack.delivery` in life."""

    def post(self, post: Post) -> PostOutcome:
        """Send it once. Never raises for anything that Slack or the network does."""
        ...

    def find(self, post: Post) -> Delivered | None:
        """Look for a message that an unclear try may have left, by the id in its metadata.

        Raises ConnectionError where Slack cannot say: look again later, post nothing meanwhile.
        """
        ...
