"""What the bot sent, written as TypeScript that only checks if Slack's own types allow it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

HEAD = """import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";

type Sent<M extends (arguments_: never) => unknown> = NonNullable<Parameters<M>[0]>;
"""
ANSWERS = "response"
"""In the place of a method: what went out in an acknowledgement or to a response_url."""


@dataclass
class Record:
    """Everything that was sent, in order: method and arguments, as the bot's code gave them."""

    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def methods(self) -> set[str]:
        """The methods that were called."""
        return {method for method, _ in self.calls}

    def types(self) -> set[str]:
        """The type of everything that has one: blocks, elements, texts, views."""
        return set(_types([arguments for _, arguments in self.calls]))

    def client(self, token: str, base_url: str) -> WebClient:
        """A client that records what it sends."""
        return _Recording(self, token, base_url)


class _Recording(WebClient):
    def __init__(self, record: Record, token: str, base_url: str) -> None:
        super().__init__(token, base_url=base_url, retry_handlers=[])
        self._record = record

    def api_call(self, api_method: str, **how: Any) -> SlackResponse:  # noqa: ANN401 - handed on
        """Note it, and send it."""
        given = {**(how.get("params") or {}), **(how.get("json") or {})}
        # slack_sdk leaves out what is None.
        arguments = {name: value for name, value in given.items() if value is not None}
        self._record.calls.append((api_method, json.loads(json.dumps(arguments))))
        return super().api_call(api_method, **how)


def typescript(calls: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Each call as a constant of the type of its method's arguments.

    Slack's types take any object with a `type` for a block; the blocks are therefore checked once
    more, as nothing but blocks that Slack knows.
    """
    lines = [HEAD]
    for number, (method, arguments) in enumerate(calls):
        if method != ANSWERS:
            steps = "".join(f'["{step}"]' for step in method.split("."))
            lines.append(_constant(f"call{number}", f"Sent<WebClient{steps}>", arguments))
        if "blocks" in arguments:
            lines.append(_constant(f"blocks{number}", "KnownBlock[]", arguments["blocks"]))
        if "view" in arguments:
            view = arguments["view"]
            kind = "HomeView" if view["type"] == "home" else "ModalView"
            lines.append(_constant(f"view{number}", kind, view))
            lines.append(_constant(f"blocks{number}", "KnownBlock[]", view["blocks"]))
    return "\n".join(lines)


def _constant(name: str, type_: str, value: object) -> str:
    return f"export const {name}: {type_} = {json.dumps(value, ensure_ascii=True, indent=1)};\n"


def _types(value: object) -> list[str]:
    if isinstance(value, Mapping):
        own = [value["type"]] if isinstance(value.get("type"), str) else []
        return own + [found for inner in value.values() for found in _types(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in _types(inner)]
    return []
