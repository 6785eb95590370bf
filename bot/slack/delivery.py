"""Posts become messages in Slack, and what happened becomes an outcome that can be trusted.

It decides nothing about trying again: that is the worker's, which keeps the record.
"""

from collections.abc import Callable, Iterator
from typing import Any

import structlog
from slack_sdk import WebClient

from bot.events import Delivered, Later, Post, PostOutcome, Refused, Unclear
from bot.slack import figures
from bot.slack.blocks import Block, brief, render, within
from bot.slack.clients import FAILURES, ClientFor, code_of
from bot.slack.delays import Delays
from bot.slack.markup import cut
from bot.slack.outcomes import is_shut, is_too_long, nothing_posted, outcome_of
from bot.slack.prefaces import absence, asked_by, closed, late

_log = structlog.get_logger("bot.slack")

EVENT_TYPE = "servicemodel_post"
"""The type of the metadata that every message of ours carries; its payload is the post's id."""

NO_EXPERTS = "no_experts_channel"

NOT_DIRECTLY = (
    "I have something to tell you directly, but I am not allowed to write to people here. "
    "Please tell whoever runs me: the log and `servicemodel doctor` name the missing permission."
)

PAGE = 200
PAGES = 10


class SlackPoster:
    """Sends posts (a `bot.events.Poster`).

    `client_for` gives a client that repeats nothing by itself. `experts_channel` is where humans
    are called; without one such posts are refused.
    """

    def __init__(
        self,
        client_for: ClientFor,
        experts_channel: str | None = None,
        delays: Delays | None = None,
    ) -> None:
        self._client_for = client_for
        self._experts_channel = experts_channel
        self._delays = delays or Delays()

    def post(self, post: Post) -> PostOutcome:
        """Send it once; the outcome says whether it is certainly, perhaps or not posted."""
        if post.reply.audience == "experts" and not self._experts_channel:
            return Refused(error=NO_EXPERTS)
        outcome = self._post(self._client_for(post.workspace), post)
        if isinstance(outcome, Later | Unclear):
            self._delays.failed(post.id)
        else:
            self._delays.settled(post.id)
        return outcome

    def _post(self, client: WebClient, post: Post) -> PostOutcome:
        try:
            channel, thread = self._address(client, post)
        except FAILURES as error:
            return _not_addressed(client, post, error)
        link = self._thread_link(client, post)
        message = render(post.reply, post.conversation, post.id, thread_link=link)
        waited = 0 if post.edits else self._delays.minutes(post.id)
        if waited:
            message = _headed(message, *late(waited, post.id))
        root = _is_root(post)
        sent = message
        if root and post.starter and not post.place.direct:
            sent = _headed(message, *asked_by(post.starter, post.id))
        outcome = _send(client, post, channel, thread, sent)
        person = _instead(post)
        if isinstance(outcome, Refused) and is_shut(outcome.error) and person:
            why = (absence if root else closed)(channel, outcome.error, post.id)
            return _directly(client, post, person, _headed(message, *why))
        return outcome

    def find(self, post: Post) -> Delivered | None:
        """Look for the message of an earlier try by the id in its metadata.

        Raises ConnectionError when Slack cannot say: then it must not be posted again yet.
        """
        if post.reply.audience == "only" or post.edits:
            # Nothing to find: the one is not kept by Slack, the other can be repeated unharmed.
            return None
        client = self._client_for(post.workspace)
        found = _look(client, post, lambda: self._address(client, post))
        person = _instead(post)
        if found is None and person:
            found = _look(client, post, lambda: (_direct_channel(client, person), None))
        return found

    def _address(self, client: WebClient, post: Post) -> tuple[str, str | None]:
        match post.reply.audience:
            case "experts":
                return self._experts_channel or "", None
            case "direct":
                return _direct_channel(client, post.reply.to or ""), None
            case _ if _is_person_place(post):
                return _direct_channel(client, post.place.channel), post.place.thread
            case _:
                return post.place.channel, post.place.thread

    def _thread_link(self, client: WebClient, post: Post) -> str | None:
        target = post.permalink_of
        if target is None or target.ts is None:
            return None
        try:
            answer = client.chat_getPermalink(channel=target.channel, message_ts=target.ts)
        except FAILURES as error:
            _log.info("no_link_to_thread", post=post.id, error=outcome_of(error).error)
            return None
        return str(answer["permalink"])


def _headed(message: dict[str, Any], said: str, block: Block) -> dict[str, Any]:
    """A message with a line before it."""
    return {
        "text": cut(f"{said}\n{message['text']}", figures.TEXT),
        "blocks": within([block, *message["blocks"]]),
    }


def _directly(client: WebClient, post: Post, person: str, message: dict[str, Any]) -> PostOutcome:
    """Where the channel or thread is shut, it is said in a direct message instead."""
    try:
        channel = _direct_channel(client, person)
    except FAILURES as error:
        return nothing_posted(outcome_of(error))
    told = post.reply.model_copy(update={"audience": "direct", "to": person})
    return _send(client, post.model_copy(update={"reply": told}), channel, None, message)


def _not_addressed(client: WebClient, post: Post, error: Exception) -> PostOutcome:
    """Nothing was posted; where a permission is missing, the person hears that in the thread."""
    outcome = nothing_posted(outcome_of(error))
    if outcome.error == "missing_scope":
        _log.error("not_permitted", post=post.id, error=code_of(error))
        if post.reply.audience == "direct" and post.reply.to:
            told = post.reply.model_copy(update={"audience": "only"})
            place = post.place
            only = post.model_copy(update={"reply": told})
            return _send(client, only, place.channel, place.thread, {"text": NOT_DIRECTLY})
    return outcome


def _instead(post: Post) -> str | None:
    """Who hears a post directly where its place is shut; None where nobody can."""
    if post.edits is not None or post.place.direct:
        return None
    match post.reply.audience:
        case "thread":
            return post.starter
        case "only":
            return post.reply.to
        case _:
            return None


def _is_root(post: Post) -> bool:
    return post.reply.audience == "thread" and post.place.thread is None and post.edits is None


def _is_person_place(post: Post) -> bool:
    return post.place.direct and post.place.channel.startswith(("U", "W"))


def _direct_channel(client: WebClient, person: str) -> str:
    answer = client.conversations_open(users=person)
    return str(answer["channel"]["id"])


def _send(
    client: WebClient, post: Post, channel: str, thread: str | None, message: dict[str, Any]
) -> PostOutcome:
    outcome = _try(client, post, channel, thread, message)
    if isinstance(outcome, Refused) and is_too_long(outcome.error):
        _log.warning("post_shortened", post=post.id, error=outcome.error)
        return _try(client, post, channel, thread, brief(message))
    return outcome


def _try(
    client: WebClient, post: Post, channel: str, thread: str | None, message: dict[str, Any]
) -> PostOutcome:
    method, arguments = _request(post, channel, thread, message)
    try:
        answer = client.api_call(method, json=arguments)
    except FAILURES as error:
        outcome = outcome_of(error)
        if outcome.error == "missing_scope":
            _log.error("not_permitted", post=post.id, error=code_of(error))
        return outcome
    if method == "chat.postEphemeral":
        return Delivered(channel=channel, ts=None)
    return Delivered(channel=str(answer["channel"]), ts=str(answer["ts"]))


def _request(
    post: Post, channel: str, thread: str | None, message: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The Web API method and its arguments."""
    where = {"channel": channel} | ({"thread_ts": thread} if thread else {})
    if post.reply.audience == "only":
        return "chat.postEphemeral", {**where, "user": post.reply.to, **message}
    tag = {"metadata": {"event_type": EVENT_TYPE, "event_payload": {"id": post.id}}}
    if post.edits is not None and post.edits.ts is not None:
        edited = {"channel": post.edits.channel, "ts": post.edits.ts}
        return "chat.update", {**edited, **message, **tag}
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return "chat.postMessage", {**where, **message, **tag, **quiet}


def _look(
    client: WebClient, post: Post, address: Callable[[], tuple[str, str | None]]
) -> Delivered | None:
    try:
        channel, thread = address()
        return _search(client, post.id, channel, thread)
    except FAILURES as error:
        outcome = outcome_of(error)
        if isinstance(outcome, Refused):
            # A place that is closed to us holds no message of ours that could be found.
            return None
        raise ConnectionError(outcome.error) from error


def _search(client: WebClient, post_id: str, channel: str, thread: str | None) -> Delivered | None:
    for message in _messages(client, channel, thread):
        metadata = message.get("metadata") or {}
        if (
            metadata.get("event_type") == EVENT_TYPE
            and (metadata.get("event_payload") or {}).get("id") == post_id
        ):
            return Delivered(channel=channel, ts=str(message["ts"]))
    return None


def _messages(client: WebClient, channel: str, thread: str | None) -> Iterator[dict[str, Any]]:
    """A thread's replies, oldest first, or a channel's messages, newest first, page by page."""
    cursor: str | None = None
    for _ in range(PAGES):
        if thread is not None:
            answer = client.conversations_replies(
                channel=channel,
                ts=thread,
                oldest=thread,
                limit=PAGE,
                cursor=cursor,
                include_all_metadata=True,
            )
        else:
            answer = client.conversations_history(
                channel=channel, limit=PAGE, cursor=cursor, include_all_metadata=True
            )
        yield from answer.get("messages") or ()
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
