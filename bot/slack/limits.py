"""What Slack would refuse in a message or a view: lengths, counts, shapes and surfaces.

It knows Slack's published limits only. Tests and the playground hold every outgoing call
against it; nothing is checked twice while serving, since Slack answers for itself there.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack import figures
from bot.slack.checks import Found, Json, inside, length, text_of

MESSAGES = ("chat.postMessage", "chat.update", "chat.postEphemeral", "response")
VIEWS = ("views.open", "views.push", "views.update", "views.publish")

_EVERYWHERE = frozenset({"message", "modal", "home"})
_MESSAGE = frozenset({"message"})
_SURFACES: Mapping[str, frozenset[str]] = {
    "section": _EVERYWHERE,
    "divider": _EVERYWHERE,
    "header": _EVERYWHERE,
    "context": _EVERYWHERE,
    "actions": _EVERYWHERE,
    "image": _EVERYWHERE,
    "input": _EVERYWHERE,
    "rich_text": _EVERYWHERE,
    "video": _EVERYWHERE,
    "alert": frozenset({"message", "modal"}),
    "file": _MESSAGE,
    "call": _MESSAGE,
    "table": _MESSAGE,
    "markdown": _MESSAGE,
    "context_actions": _MESSAGE,
    "data_table": _MESSAGE,
    "data_visualization": _MESSAGE,
    "card": _MESSAGE,
    "carousel": _MESSAGE,
    "container": _MESSAGE,
    "plan": _MESSAGE,
    "task_card": _MESSAGE,
}


def problems(method: str, arguments: Json) -> list[str]:
    """Everything that Slack would refuse (or cut) in a call; empty when it is sound.

    `arguments` are those of the Web API method; `blocks` and `view` may be JSON as on the wire.
    The method "response" stands for the body of an acknowledgement or a `response_url`.
    Methods that carry neither blocks nor views have no problems that we know of.
    """
    if method in MESSAGES:
        return list(_message(arguments))
    if method in VIEWS:
        return list(_view(_parsed(arguments.get("view")), method))
    return []


def _parsed(value: object) -> Any:  # noqa: ANN401 - JSON of any shape
    return json.loads(value) if isinstance(value, str) else value


def _message(arguments: Json) -> Found:
    text = arguments.get("text") or ""
    if not text:
        yield "text: missing; notifications and screen readers read it"
    yield from length(text, "text", figures.TEXT)
    blocks = _parsed(arguments.get("blocks")) or []
    yield from _blocks(blocks, "message", figures.BLOCKS_IN_MESSAGE)
    if sum(block.get("type") == "table" for block in blocks) > 1:
        yield "blocks: more than one table"
    written = sum(len(b.get("text", "")) for b in blocks if b.get("type") == "markdown")
    if written > figures.MARKDOWN:
        yield f"blocks: {written} characters of markdown, at most {figures.MARKDOWN}"
    if "thread_ts" in arguments and not arguments["thread_ts"]:
        yield "thread_ts: empty"


def _view(view: Json | None, method: str) -> Found:
    if not view:
        yield "view: missing"
        return
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        yield f"view.type: {kind!r} is neither modal nor home"
    if (kind == "home") != (method == "views.publish"):
        yield f"view.type: {method} does not take {kind!r}"
    blocks = view.get("blocks") or []
    if not blocks:
        yield "view.blocks: empty"
    if kind == "modal":
        yield from text_of(view, "title", "view", figures.TITLE, plain=True)
        for key in ("submit", "close"):
            if key in view:
                yield from text_of(view, key, "view", figures.TITLE, plain=True)
        if "submit" not in view and any(block.get("type") == "input" for block in blocks):
            yield "view.submit: missing, and there are inputs"
    yield from length(view.get("private_metadata"), "view.private_metadata", figures.METADATA)
    for key in ("callback_id", "external_id"):
        yield from length(view.get(key), f"view.{key}", figures.ID)
    size = len(json.dumps(view).encode())
    if size > figures.VIEW_BYTES:
        yield f"view: {size} bytes, at most {figures.VIEW_BYTES}"
    yield from _blocks(blocks, str(kind), figures.BLOCKS_IN_VIEW)


def _blocks(blocks: Sequence[Json], surface: str, most: int) -> Found:
    if len(blocks) > most:
        yield f"blocks: {len(blocks)}, at most {most}"
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    for block_id, times in ids.items():
        if times > 1:
            yield f"block_id {block_id!r}: used {times} times"
        yield from length(block_id, "block_id", figures.ID)
    for number, block in enumerate(blocks):
        kind = block.get("type")
        at = f"blocks[{number}] ({kind})"
        surfaces = _SURFACES.get(str(kind))
        if surfaces is None:
            yield f"{at}: unknown type"
            continue
        if surface not in surfaces:
            yield f"{at}: not in a {surface}"
        yield from inside(block, at)
