"""Which scopes a call needs of its token."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.playground.workspace import Workspace

KINDS = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
KIND = "{kind}"


def needed(scope: str, arguments: Mapping[str, Any], workspace: Workspace) -> tuple[str, ...]:
    """All scopes that a call needs; `{kind}` in `scope` stands for the kinds of its channels."""
    if not scope:
        return ()
    if KIND not in scope:
        return (scope,)
    return tuple(scope.replace(KIND, kind) for kind in _kinds(arguments, workspace))


def _kinds(arguments: Mapping[str, Any], workspace: Workspace) -> Iterable[str]:
    users = [id_ for id_ in str(arguments.get("users") or "").split(",") if id_]
    if users:
        return ("im",) if len(users) == 1 else ("mpim",)
    if arguments.get("types"):
        return [TYPES[one] for one in str(arguments["types"]).split(",") if one in TYPES]
    id_ = str(arguments.get("channel") or "")
    if id_ in workspace.people or id_.startswith("D"):
        return ("im",)
    channel = workspace.channels.get(id_)
    return (KINDS[channel.kind],) if channel else ()
