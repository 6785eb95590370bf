"""What our buttons and menus carry, and what comes back when somebody uses one.

A button's `value` is JSON, {"c": conversation, "a": act}; a menu carries the same behind its
`action_id`, since its value is what was chosen. Who writes and who reads are both in here.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from flows.reply import Act, Menu

Json = Mapping[str, Any]

PICK = "pick"
"""Starts the `action_id` of a menu of several lines: using it says nothing until the submit."""


class Used(NamedTuple):
    """A control of ours that somebody used.

    `chosen` are a menu's lines; `menu` is true when it was one, so that an empty choice shows.
    """

    conversation: str
    act: Act
    chosen: tuple[str, ...]
    menu: bool


def carried(conversation: str, act: Act, *, menu: str | None = None) -> str:
    """The JSON that a control carries; `menu` names the menu that a submit button sends."""
    held: dict[str, Any] = {"c": conversation, "a": act.model_dump(exclude_defaults=True)}
    if menu is not None:
        held["m"] = menu
    return json.dumps(held, separators=(",", ":"))


def action_id(act: Act, number: int) -> str:
    """`<intent>:<number>`, unique within a message."""
    return f"{act.intent}:{number}"


def menu_action_id(conversation: str, menu: Menu, number: int) -> str:
    """What a menu is called: by its act where a choice says all, else only that it is a menu."""
    if menu.multiple:
        return f"{PICK}:{number}"
    return f"{action_id(menu.act, number)}:{carried(conversation, menu.act)}"


def used(action: Json, state: Json) -> Used | None:
    """Read an action of a `block_actions` payload; None when it is not for us to act on.

    `state` is the payload's `state.values`: block -> action -> what is chosen there.
    """
    name = str(action.get("action_id") or "")
    if name.startswith(f"{PICK}:"):
        return None
    if "selected_option" in action:
        held = _held(name.split(":", 2)[-1])
        option = action["selected_option"] or {}
        chosen = (str(option["value"]),) if option.get("value") else ()
        return Used(held[0], held[1], chosen, menu=True) if held else None
    value = str(action.get("value") or "")
    held = _held(value)
    if held is None:
        return None
    conversation, act, menu = held
    return Used(conversation, act, _chosen(state, menu) if menu else (), menu=menu is not None)


def _held(value: str) -> tuple[str, Act, str | None] | None:
    try:
        held = json.loads(value)
        return str(held["c"]), Act.model_validate(held["a"]), held.get("m")
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
        return None


def _chosen(state: Json, menu: str) -> tuple[str, ...]:
    for block in state.values():
        if menu in block:
            options = block[menu].get("selected_options") or ()
            return tuple(str(option["value"]) for option in options)
    return ()
