"""Forms as Slack's modals, and what somebody filled in."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from bot.events import Place
from bot.slack import figures
from bot.slack.blocks import option
from bot.slack.markup import cut
from flows.reply import Act, Entry, Form

CALLBACK = "form"
_VALUE = "value"

Json = Mapping[str, Any]


class Opened(NamedTuple):
    """What a modal is about: the conversation, the act that its fields complete, and the place."""

    conversation: str
    act: Act
    place: Place


def modal(form: Form, opened: Opened) -> dict[str, Any]:
    """The view to open."""
    blocks = [_entry(entry) for entry in form.entries]
    if form.intro:
        intro = {"type": "section", "text": _plain(form.intro, figures.SECTION)}
        blocks = [intro, *blocks]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(form.title, figures.TITLE),
        "submit": _plain(form.submit, figures.TITLE),
        "close": _plain("Cancel", figures.TITLE),
        "private_metadata": json.dumps(
            {
                "c": opened.conversation,
                "a": opened.act.model_dump(exclude_defaults=True),
                "p": opened.place.model_dump(exclude_defaults=True),
            },
            separators=(",", ":"),
        ),
        "blocks": blocks,
    }


def opened_of(view: Json) -> Opened | None:
    """What a view of ours was opened for; None when it cannot be read."""
    try:
        held = json.loads(view.get("private_metadata") or "")
        return Opened(
            str(held["c"]), Act.model_validate(held["a"]), Place.model_validate(held["p"])
        )
    except (ValueError, KeyError, TypeError, ValidationError):
        return None


def values_of(view: Json) -> dict[str, str]:
    """Entry -> what was typed or chosen there; an entry left empty is the empty string."""
    values: dict[str, str] = {}
    for key, actions in ((view.get("state") or {}).get("values") or {}).items():
        held = actions.get(_VALUE) or {}
        chosen = held.get("selected_option") or {}
        values[key] = str(chosen.get("value") or held.get("value") or "").strip()
    return values


def missing(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """Entry -> what to do about it, for those that must be filled in and hold only blanks."""
    return {
        entry.key: "Choose one." if entry.kind == "choice" else "Write a few words."
        for entry in form.entries
        if not entry.optional and not values.get(entry.key)
    }


def _entry(entry: Entry) -> dict[str, Any]:
    block: dict[str, Any] = {
        "type": "input",
        "block_id": entry.key,
        "label": _plain(entry.label, figures.FIELD),
        "element": _choice(entry) if entry.kind == "choice" else _words(entry),
        "optional": entry.optional,
    }
    if entry.hint:
        block["hint"] = _plain(entry.hint, figures.FIELD)
    return block


def _words(entry: Entry) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": _VALUE,
        "multiline": True,
        "max_length": figures.SECTION,
    }
    if entry.initial:
        element["initial_value"] = cut(entry.initial, figures.SECTION)
    return element


def _choice(entry: Entry) -> dict[str, Any]:
    options = [option(choice) for choice in entry.choices[: figures.OPTIONS]]
    element: dict[str, Any] = {
        "type": "static_select",
        "action_id": _VALUE,
        "placeholder": _plain("Choose one", figures.PLACEHOLDER),
        "options": options,
    }
    initial = [drawn for drawn in options if drawn["value"] == entry.initial]
    if initial:
        element["initial_option"] = initial[0]
    return element


def _plain(words: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(words, most), "emoji": False}
