"""views.*: dialogue boxes and home tabs."""

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.api.call import Call
from bot.playground.cast import TEAM
from bot.playground.message import Json
from bot.playground.passes import Trigger
from bot.playground.refusal import Refusal

VIEW_BYTES = 250_000


def open_(call: Call) -> Json:
    """views.open."""
    said = _view(call, "modal")
    trigger = _trigger(call)
    return {"view": call.views.open(trigger.person, said).payload()}


def push(call: Call) -> Json:
    """views.push: only with a trigger from inside a dialogue box."""
    said = _view(call, "modal")
    trigger = _trigger(call)
    if trigger.view is None:
        raise Refusal(error="not_found")
    return {"view": call.views.push(trigger.person, said).payload()}


def update(call: Call) -> Json:
    """views.update, by the view's own id or the app's external one."""
    said = _view(call, "modal")
    id_ = call.optional("view_id") or call.optional("external_id")
    if id_ is None:
        raise Refusal(error="invalid_arguments", messages=("view_id or external_id is missing",))
    return {"view": call.views.update(id_, said, call.optional("hash")).payload()}


def publish(call: Call) -> Json:
    """views.publish."""
    said = _view(call, "home")
    person = call.text("user_id")
    known = call.workspace.people.get(person)
    if known is None or known.is_bot or known.team != TEAM:
        raise Refusal(error="invalid_arguments", messages=("user_id is nobody here",))
    return {"view": call.views.publish(person, said, call.optional("hash")).payload()}


def _trigger(call: Call) -> Trigger:
    id_ = call.optional("trigger_id")
    if id_ is None:
        raise Refusal(error="invalid_arguments", messages=("missing required field: trigger_id",))
    return call.passes.use_trigger(id_)


def _view(call: Call, kind: str) -> Mapping[str, Any]:
    view = call.mapping("view")
    if view is None:
        raise Refusal(error="invalid_arguments", messages=("view is missing",))
    if len(json.dumps(view)) > VIEW_BYTES:
        raise Refusal(error="view_too_large")
    problems = view_problems(view, kind)
    if problems:
        raise Refusal(error="invalid_arguments", messages=problems)
    call.check()
    return view


def view_problems(view: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """What makes a view unusable even before its limits are looked at, in words."""
    blocks = view.get("blocks")
    if view.get("type") != kind:
        return (f"view.type must be {kind}",)
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return ("view.blocks must be a list of objects",)
    return ()
