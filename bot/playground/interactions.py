"""What a person does on the page besides talking: clicks, commands, dialogue boxes.

Each is posted to the app at once, and never again: Slack does not repeat interactions.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bot.playground import payloads
from bot.playground.api.call import Problems
from bot.playground.api.views import view_problems
from bot.playground.blockwork import action, find, values, with_ids
from bot.playground.cast import ADVISOR, Channel, Command, Person
from bot.playground.message import Block, Json, Message
from bot.playground.passes import Passes
from bot.playground.post import Acknowledged, Carrier, Outcome
from bot.playground.refusal import Refusal
from bot.playground.views import View, Views
from bot.playground.workspace import Workspace

FORM = "application/x-www-form-urlencoded"
Chosen = Mapping[str, Mapping[str, object]]
"""What stands in inputs and menus: block id -> action id -> what is chosen there."""


@dataclass(frozen=True, slots=True)
class Result:
    """How it went, for the page: a sentence about a problem, or complaints about single inputs."""

    problem: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Used:
    """The element that somebody used, what was chosen in it, and what stands in all the others."""

    block_id: str
    action_id: str
    chosen: object
    state: Chosen


class Interactions:
    """Tells the app what somebody did, and does what the app answers."""

    def __init__(  # noqa: PLR0913 - these are the things that an interaction touches
        self,
        *,
        workspace: Workspace,
        views: Views,
        passes: Passes,
        postman: Carrier,
        problems: Problems,
        base_url: str,
    ) -> None:
        self._workspace = workspace
        self._views = views
        self._passes = passes
        self._postman = postman
        self._problems = problems
        self._base_url = base_url

    def click(self, person: Person, channel: Channel, ts: str, used: Used) -> Result:
        """Use a button or menu of a message."""
        message = self.seen(person, channel, ts)
        done = _action(message.blocks, used, self._workspace.next_ts())
        secret = self._passes.response(
            person.id,
            channel.id,
            thread_ts=message.thread_ts,
            message=message.ts,
            whisper=message.only_for is not None,
        )
        details = {
            "actions": [done],
            "state": {"values": values(message.blocks, used.state)},
            "trigger_id": self._passes.trigger(person.id),
            "response_url": self._response_url(secret),
        }
        threads = self._workspace.threads(channel.id)
        return self._interact(
            payloads.clicked_in_message(person, channel, message, threads, details)
        )

    def click_in_view(self, person: Person, view: View, used: Used) -> Result:
        """Use a button or menu of a dialogue box or home tab."""
        done = _action(view.said["blocks"], used, self._workspace.next_ts())
        trigger = self._passes.trigger(person.id, view.id)
        details = {"actions": [done], "trigger_id": trigger}
        return self._interact(payloads.clicked_in_view(person, view, details, used.state))

    def suggest(self, person: Person, place: Message | View, used: Used) -> list[Json]:
        """The options that the app offers for what somebody has typed so far, in groups."""
        blocks = place.said["blocks"] if isinstance(place, View) else place.blocks
        find(blocks, used.block_id, used.action_id)
        asked = {
            "action_id": used.action_id,
            "block_id": used.block_id,
            "value": str(used.chosen or ""),
        }
        outcome = self._post(payloads.suggestion(person, place, asked))
        body = _object(outcome.body) if isinstance(outcome, Acknowledged) and outcome.ok else {}
        return list(body.get("option_groups") or [{"options": body.get("options") or []}])

    def submit(self, person: Person, view: View, state: Chosen) -> Result:
        """Send a dialogue box off; the app's answer closes, replaces or corrects it."""
        trigger = self._passes.trigger(person.id, view.id)
        outcome = self._post(payloads.submitted(person, view, state, trigger))
        problem = _problem(outcome)
        if problem or not isinstance(outcome, Acknowledged):
            return Result(problem)
        try:
            return self._follow(view, _object(outcome.body))
        except Refusal as refusal:
            return Result(f"The app answered with a dialogue box that Slack refuses: {refusal}.")

    def close(self, person: Person, view: View) -> Result:
        """Close a dialogue box; the app hears of it when it asked to."""
        self._views.close(view.id)
        if view.said.get("notify_on_close"):
            return self._interact(payloads.closed(person, view, all_of_them=False))
        return Result()

    def command(self, person: Person, channel: Channel, command: Command, text: str) -> Result:
        """Use a slash command; what the app answers at once is for this person alone."""
        secret = self._passes.response(person.id, channel.id)
        passes = {
            "response_url": self._response_url(secret),
            "trigger_id": self._passes.trigger(person.id),
        }
        form = payloads.command(person, channel, command.name, text, passes)
        outcome = self._postman.post(urlencode(form).encode(), FORM)
        problem = _problem(outcome)
        if problem or not isinstance(outcome, Acknowledged):
            return Result(f"{command.name} failed. {problem}")
        body = _object(outcome.body) if outcome.kind == "application/json" else {}
        if not body and outcome.body.strip():
            body = {"text": outcome.body}
        if body:
            self._say(person.id, channel.id, body)
        return Result()

    def respond(self, secret: str, body: Mapping[str, Any]) -> None:
        """Do what the app posted to a response URL; raises what Slack would refuse."""
        response = self._passes.use_response(secret)
        if body.get("delete_original") and response.message:
            if response.whisper:
                self._workspace.unwhisper(response.message)
            else:
                self._workspace.delete(response.channel, response.message)
            return
        if not body.get("replace_original") or response.message is None:
            self._say(response.person, response.channel, body)
            return
        text, blocks = self._contents(body)
        if response.whisper:
            self._workspace.whisper(
                response.channel,
                response.person,
                ADVISOR,
                text,
                blocks=blocks,
                thread_ts=response.thread_ts,
                instead_of=response.message,
            )
        else:
            self._workspace.edit(response.channel, response.message, text=text, blocks=blocks)

    def _say(self, person: str, channel: str, body: Mapping[str, Any]) -> None:
        text, blocks = self._contents(body)
        thread = body.get("thread_ts")
        if body.get("response_type") == "in_channel":
            metadata = body.get("metadata")
            self._workspace.post(
                channel, ADVISOR, text, blocks=blocks, thread_ts=thread, metadata=metadata
            )
        else:
            self._workspace.whisper(channel, person, ADVISOR, text, blocks=blocks, thread_ts=thread)

    def _contents(self, body: Mapping[str, Any]) -> tuple[str, tuple[Json, ...]]:
        text, blocks = str(body.get("text") or ""), body.get("blocks") or []
        if not text and not blocks:
            raise Refusal(error="no_text")
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            raise Refusal(error="invalid_blocks_format")
        problems = tuple(self._problems("response", {"text": text, "blocks": blocks}))
        if problems:
            raise Refusal(error="invalid_blocks", messages=problems)
        return text, with_ids(blocks)

    def _follow(self, view: View, answer: Mapping[str, Any]) -> Result:
        match answer.get("response_action"):
            case "errors":
                errors = answer.get("errors", {})
                inputs = {b["block_id"] for b in view.said["blocks"] if b["type"] == "input"}
                if not isinstance(errors, Mapping) or not set(errors) <= inputs:
                    raise Refusal(error="invalid_arguments")
                return Result(errors={str(block): str(why) for block, why in errors.items()})
            case "clear":
                self._views.clear(view.person)
            case "update":
                self._views.update(view.id, self._checked(answer))
            case "push":
                self._views.push(view.person, self._checked(answer))
            case _:
                self._views.close(view.id)
        return Result()

    def _checked(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        view = answer.get("view")
        if not isinstance(view, Mapping):
            raise Refusal(error="invalid_arguments", messages=("view is missing",))
        problems = (*view_problems(view, "modal"), *self._problems("views.update", {"view": view}))
        if problems:
            raise Refusal(error="invalid_arguments", messages=problems)
        return view

    def seen(self, person: Person, channel: Channel, ts: str) -> Message:
        """A message as the person sees it, also one that is for them alone."""
        whispered = self._workspace.whispered(ts)
        if whispered and whispered.only_for == person.id:
            return whispered
        return self._workspace.message(channel.id, ts)

    def _interact(self, payload: Json) -> Result:
        return Result(_problem(self._post(payload)))

    def _post(self, payload: Json) -> Outcome:
        return self._postman.post(urlencode({"payload": json.dumps(payload)}).encode(), FORM)

    def _response_url(self, secret: str) -> str:
        return f"{self._base_url}respond/{secret}"


def _action(blocks: tuple[Block, ...], used: Used, ts: str) -> Json:
    element = find(blocks, used.block_id, used.action_id)
    return action(used.block_id, element, used.chosen, ts)


def _problem(outcome: Outcome) -> str:
    if isinstance(outcome, Acknowledged):
        if outcome.ok:
            return ""
        return f"The app answered with an error (HTTP {outcome.status})."
    if outcome.reason == "http_timeout":
        return "The app did not answer within three seconds."
    return "The app cannot be reached."


def _object(body: str) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
