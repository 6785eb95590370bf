"""Blocks from the side of Slack's server: their ids, what stands in them, and what a click means.

Everything here is a plain function of blocks and of what somebody chose; a page never says what a
button means, only which one was used.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.playground.message import Block, Json
from bot.playground.refusal import Refusal
from bot.playground.typed import rich_text

ONE_OF = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
MANY_OF = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
EXTERNAL = frozenset({"external_select", "multi_external_select"})
"""Menus whose options come from the app, while somebody types."""
TYPED = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
}
"""Element types whose state is one plain value, and the key it stands under."""
SEVERAL = {
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}
KEEPING = {*ONE_OF, *MANY_OF, *TYPED, *SEVERAL, "rich_text_input", "file_input"}
PRESSED = frozenset({"button", "icon_button", "workflow_button"})


HOLDERS = {"actions": "elements", "context_actions": "elements", "card": "actions"}
"""Where blocks hold several interactive elements."""
NESTED = {"container": "child_blocks", "carousel": "elements"}
"""Where blocks hold other blocks."""


def with_ids(blocks: Iterable[Block]) -> tuple[Json, ...]:
    """The blocks with a block_id and action_ids where the app gave none, as Slack does."""
    done: list[Json] = []
    for block in blocks:
        one: Json = {"block_id": secrets.token_urlsafe(4), **block}
        kind = str(one.get("type"))
        for key in ("accessory", "element"):
            if isinstance(one.get(key), Mapping):
                one[key] = _with_action_id(one[key])
        holder = HOLDERS.get(kind, "")
        if holder in one:
            one[holder] = [_with_action_id(element) for element in one[holder]]
        if kind in NESTED:
            one[NESTED[kind]] = list(with_ids(one.get(NESTED[kind], ())))
        done.append(one)
    return tuple(done)


def _with_action_id(element: Mapping[str, Any]) -> Json:
    if element.get("type") == "image":
        return dict(element)
    return {"action_id": secrets.token_urlsafe(4), **element}


def elements(blocks: Iterable[Block]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every interactive element with the id of its block."""
    for block in blocks:
        kind = str(block.get("type"))
        inside: list[Any] = [block.get("accessory"), block.get("element")]
        if kind in HOLDERS:
            inside.extend(block.get(HOLDERS[kind], ()))
        for element in inside:
            if isinstance(element, Mapping) and "action_id" in element:
                yield str(block.get("block_id", "")), element
        if kind in NESTED:
            yield from elements(block.get(NESTED[kind], ()))


def find(blocks: Iterable[Block], block_id: str, action_id: str) -> Mapping[str, Any]:
    """The element that somebody used."""
    for block, element in elements(blocks):
        if (block, element["action_id"]) == (block_id, action_id):
            return element
    raise Refusal(error="block_mismatch")


def action(block_id: str, element: Mapping[str, Any], chosen: object, ts: str) -> Json:
    """One entry of `actions` in a block_actions payload.

    `chosen` is an option's value for menus, a list of values where several may be chosen, the
    words or the date for inputs, `positive` or `negative` for feedback, and nothing for a button.
    """
    kind = str(element["type"])
    done: Json = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": ts,
    }
    if kind in PRESSED:
        done |= {key: element[key] for key in ("text", "value", "style", "icon") if key in element}
    elif kind == "feedback_buttons":
        side = element["positive_button" if chosen == "positive" else "negative_button"]
        done |= {"text": side["text"], "value": side["value"]}
    else:
        done |= {k: v for k, v in standing(element, chosen).items() if k != "type"}
    return done


def standing(element: Mapping[str, Any], chosen: object) -> Json:
    """The state of one element: what `state.values` and an action say is chosen in it."""
    kind = str(element["type"])
    state: Json = {"type": kind}
    if kind in ONE_OF:
        state["selected_option"] = _option(element, chosen)
    elif kind in MANY_OF:
        values = chosen if isinstance(chosen, list) else []
        state["selected_options"] = [_option(element, value) for value in values]
    elif kind == "rich_text_input":
        state["rich_text_value"] = rich_text(chosen) if isinstance(chosen, str) else chosen
    elif kind == "file_input":
        state["files"] = []
    elif kind in TYPED:
        state[TYPED[kind]] = chosen if chosen not in ("", None) else None
    elif kind in SEVERAL:
        state[SEVERAL[kind]] = chosen if isinstance(chosen, list) else []
    return state


def initial(element: Mapping[str, Any]) -> object:
    """What an element has chosen before anybody touches it, as a page would say it."""
    kind = str(element["type"])
    if kind in EXTERNAL:
        return element.get("initial_option") or element.get("initial_options", [])
    if kind in ONE_OF:
        option = element.get("initial_option")
        return option["value"] if option else None
    if kind in MANY_OF:
        return [option["value"] for option in element.get("initial_options", ())]
    if kind in SEVERAL:
        return element.get(SEVERAL[kind].replace("selected", "initial"), [])
    key = TYPED.get(kind, "value")
    return element.get(key.replace("selected", "initial").replace("value", "initial_value"))


def values(blocks: Iterable[Block], chosen: Mapping[str, Mapping[str, object]]) -> Json:
    """`state.values`: every element that keeps something, by block and action id."""
    state: dict[str, Json] = {}
    for block_id, element in elements(blocks):
        kind = element["type"]
        if kind == "overflow" or kind not in KEEPING:
            continue
        action_id = str(element["action_id"])
        picked = chosen.get(block_id, {})
        now = picked[action_id] if action_id in picked else initial(element)
        state.setdefault(block_id, {})[action_id] = standing(element, now)
    return state


def _option(element: Mapping[str, Any], value: object) -> Mapping[str, Any] | None:
    if not value:
        return None
    if (
        element["type"] in EXTERNAL
        and isinstance(value, Mapping)
        and {"text", "value"} <= set(value)
    ):
        return {"text": value["text"], "value": value["value"]}
    groups = element.get("option_groups", ())
    options = [*element.get("options", ()), *(o for group in groups for o in group["options"])]
    for option in options:
        if option.get("value") == value:
            return dict(option)
    raise Refusal(error="invalid_option")
