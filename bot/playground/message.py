"""A message as the playground keeps it, and as Slack writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.playground.cast import ADVISOR, APP, BOT, TEAM

Json = dict[str, Any]
Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """Something said in a channel.

    `ts` names it there; `thread_ts` is the first message of its thread. An ephemeral message
    (`only_for` set) is seen by that person alone and kept only until the next start.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Block, ...] = ()
    thread_ts: str | None = None
    metadata: Mapping[str, Any] | None = None
    edited: str | None = None
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    client_msg_id: str | None = None
    only_for: str | None = None
    team: str = TEAM
    files: tuple[Mapping[str, Any], ...] = ()

    @property
    def root(self) -> str:
        """The `ts` of the first message of the thread it is in, or would start."""
        return self.thread_ts or self.ts

    @property
    def is_reply(self) -> bool:
        """Whether it stands inside a thread, and not at its head."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def reacted(self, name: str, user: str) -> "Message":
        """The same message with one more reaction."""
        now = dict(self.reactions)
        now[name] = (*now.get(name, ()), user)
        return replace(self, reactions=tuple(now.items()))

    def payload(self, *, with_metadata: bool = False) -> Json:
        """The message in Slack's shape, without what a thread adds to its head."""
        said: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        said["team"] = self.team
        if self.user == ADVISOR:
            said |= {"bot_id": BOT, "app_id": APP}
        if self.client_msg_id:
            said["client_msg_id"] = self.client_msg_id
        if self.blocks:
            said["blocks"] = [dict(block) for block in self.blocks]
        if self.files:
            said["files"] = [dict(file) for file in self.files]
        if self.thread_ts:
            said["thread_ts"] = self.thread_ts
        if self.edited:
            said["edited"] = {"user": self.user, "ts": self.edited}
        if self.reactions:
            said["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions
            ]
        if with_metadata and self.metadata is not None:
            said["metadata"] = dict(self.metadata)
        return said
