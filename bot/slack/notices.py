"""Sentences for one person alone that belong to no conversation: refusals and explanations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.events import Event
from bot.slack.behind import Behind
from bot.slack.clients import FAILURES, ClientFor, answer, code_of
from bot.slack.once import Once
from bot.slack.payloads import workspace_of

Json = Mapping[str, Any]

_log = structlog.get_logger("bot.slack")


@dataclass(frozen=True, slots=True)
class Notices:
    """Tells people things behind the scenes, wherever only they see it."""

    client_for: ClientFor
    behind: Behind
    told: Once

    def in_place(self, event: Event, words: str) -> None:
        """Where they wrote; once, although what they wrote may reach us in two shapes."""
        if self.told.first(f"notice:{event.place.channel}:{event.ts}"):
            self.behind.do(self._say, event, words)

    def by_click(self, body: Json, words: str) -> None:
        """To somebody who used a button: in its place, or directly where that does not work."""
        self.behind.do(self._answer, body, words)

    def directly(self, workspace: str, person: str, words: str) -> None:
        """In the direct message with them."""
        self.behind.do(self._say_directly, workspace, person, words)

    def _say(self, event: Event, words: str) -> None:
        client, place = self.client_for(event.workspace), event.place
        where: dict[str, Any] = {"channel": place.channel, "text": words}
        # What only one person sees does not begin a thread: below a message without replies
        # nobody would see it.
        if place.thread and (place.direct or place.thread != event.ts):
            where["thread_ts"] = place.thread
        if place.direct:
            client.chat_postMessage(**where)
        else:
            client.chat_postEphemeral(user=event.by, **where)

    def _answer(self, body: Json, words: str) -> None:
        url = body.get("response_url")
        said = {"response_type": "ephemeral", "replace_original": False, "text": words}
        try:
            if url:
                answer(url, said)
                return
        except FAILURES as error:
            # Such an address works for half an hour, and five times.
            _log.info("no_answer_in_place", error=code_of(error))
        self._say_directly(workspace_of(body), body["user"]["id"], words)

    def _say_directly(self, workspace: str, person: str, words: str) -> None:
        client = self.client_for(workspace)
        channel = str(client.conversations_open(users=person)["channel"]["id"])
        client.chat_postMessage(channel=channel, text=words)
