"""One call of a Web API method: its arguments, read and checked."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.blockwork import with_ids
from bot.playground.cast import ADVISOR, Channel
from bot.playground.files import Files
from bot.playground.message import Json
from bot.playground.passes import Passes
from bot.playground.refusal import Refusal
from bot.playground.views import Views
from bot.playground.workspace import Workspace

JSON_ARGUMENTS = frozenset(
    {"attachments", "blocks", "files", "loading_messages", "metadata", "prompts", "view"}
)
"""Arguments that come as a JSON text in a form."""

Problems = Callable[[str, Mapping[str, Any]], list[str]]
"""What is wrong with the blocks and texts of a call, in words: method, arguments -> problems."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a method works with. Reading a wrong argument raises the refusal that Slack gives."""

    method: str
    arguments: Mapping[str, Any]
    workspace: Workspace
    views: Views
    passes: Passes
    files: Files
    problems: Problems
    base_url: str

    def text(self, name: str, default: str = "") -> str:
        """An argument as text; numbers and flags are taken as they are written in a form."""
        value = self.arguments.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def optional(self, name: str) -> str | None:
        """An argument as text; None when it is absent or empty."""
        return self.text(name) or None

    def flag(self, name: str) -> bool:
        """An argument that is true or false."""
        return self.text(name).lower() in ("true", "1")

    def whole(self, name: str, default: int) -> int:
        """An argument that is a whole number."""
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            raise Refusal(
                error="invalid_arguments", messages=(f"{name} must be a whole number",)
            ) from None

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """An argument that is a JSON object."""
        value = self.arguments.get(name)
        if value is not None and not isinstance(value, Mapping):
            raise Refusal(error="invalid_arguments", messages=(f"{name} must be an object",))
        return value

    def blocks(self) -> tuple[Json, ...] | None:
        """The blocks with their ids; None when the call has none."""
        value = self.arguments.get("blocks")
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(block, dict) for block in value):
            raise Refusal(
                error="invalid_blocks_format", messages=("blocks must be a list of objects",)
            )
        return with_ids(value)

    def check(self) -> None:
        """Hold the call against the limits of blocks and texts."""
        problems = tuple(self.problems(self.method, self.arguments))
        if problems:
            with_blocks = "blocks" in self.arguments
            raise Refusal(
                error="invalid_blocks" if with_blocks else "invalid_arguments", messages=problems
            )

    def known(self, name: str = "channel") -> Channel:
        """The channel that is meant, if the bot may know of it; a person's id stands for their own.

        What is private and without the bot does not exist for it.
        """
        id_ = self.text(name)
        if id_ in self.workspace.people:
            id_ = self.direct(id_)
        channel = self.workspace.channel(id_)
        if channel.kind != "channel" and ADVISOR not in channel.members:
            raise Refusal(error="channel_not_found")
        return channel

    def channel(self, name: str = "channel", *, absent: str = "channel_not_found") -> str:
        """A channel that the bot is in; `absent` is what Slack says where it is not."""
        channel = self.known(name)
        if ADVISOR not in channel.members:
            raise Refusal(error=absent)
        return channel.id

    def writable(self, *, read_only: str) -> str:
        """A channel that the bot may post to; `read_only` is what Slack says where it may not."""
        channel = self.workspace.channel(self.channel(absent="not_in_channel"))
        if channel.archived:
            raise Refusal(error="is_archived")
        if channel.writers and ADVISOR not in channel.writers:
            raise Refusal(error=read_only)
        return channel.id

    def direct(self, person: str) -> str:
        """The bot's direct messages with a person."""
        for channel in self.workspace.channels.values():
            if channel.direct and person in channel.members and person != ADVISOR:
                return channel.id
        raise Refusal(error="channel_not_found")


def decoded(arguments: Mapping[str, Any]) -> Json:
    """Arguments as they came over the wire, with the JSON texts in them read."""
    done: Json = {}
    for name, value in arguments.items():
        if name in JSON_ARGUMENTS and isinstance(value, str) and value:
            try:
                done[name] = json.loads(value)
            except ValueError:
                wrong = f"{name} is not JSON"
                code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
                raise Refusal(error=code, messages=(wrong,)) from None
        elif value is not None:
            done[name] = value
    return done
