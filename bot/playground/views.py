"""Dialogue boxes and home tabs: which are open for whom, in which order."""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.playground.blockwork import values, with_ids
from bot.playground.cast import APP, BOT, TEAM
from bot.playground.feed import Change, Feed
from bot.playground.message import Json
from bot.playground.refusal import Refusal

STACKED = 3
"""How many dialogue boxes may lie on top of each other."""


@dataclass(frozen=True, slots=True)
class View:
    """One dialogue box or home tab; `said` is what the app sent, with ids given."""

    id: str
    person: str
    said: Mapping[str, Any]
    hash: str
    root: str
    previous: str | None = None

    def payload(self, state: Mapping[str, Mapping[str, object]] | None = None) -> Json:
        """The view in Slack's shape, with the state of its inputs."""
        defaults: Json = {
            "title": None,
            "submit": None,
            "close": None,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
        }
        return {
            **defaults,
            **self.said,
            "id": self.id,
            "team_id": TEAM,
            "app_id": APP,
            "app_installed_team_id": TEAM,
            "bot_id": BOT,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "state": {"values": values(self.said["blocks"], state or {})},
        }


class Views:
    """The stacks of open dialogue boxes, one for each person, and everybody's home tab."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._lock = threading.RLock()
        self._stacks: dict[str, tuple[View, ...]] = {}
        self._homes: dict[str, View] = {}

    def open(self, person: str, said: Mapping[str, Any]) -> View:
        """Open a dialogue box, in the place of whatever was open."""
        with self._lock:
            view = self._made(person, said)
            self._stack(person, (view,))
            return view

    def push(self, person: str, said: Mapping[str, Any]) -> View:
        """Lay a dialogue box on top of the open ones."""
        with self._lock:
            stack = self._stacks.get(person, ())
            if not stack:
                raise Refusal(error="not_found")
            if len(stack) >= STACKED:
                raise Refusal(error="push_limit_reached")
            view = self._made(person, said, below=stack[-1])
            self._stack(person, (*stack, view))
            return view

    def update(self, id_: str, said: Mapping[str, Any], expected_hash: str | None = None) -> View:
        """Put other contents into an open dialogue box; a hash guards against races."""
        with self._lock:
            view = self.get(id_)
            if expected_hash is not None and expected_hash != view.hash:
                raise Refusal(error="hash_conflict")
            after = replace(view, said=_with_ids(said), hash=_new_hash())
            stack = self._stacks[view.person]
            self._stack(view.person, tuple(after if v.id == view.id else v for v in stack))
            return after

    def publish(
        self, person: str, said: Mapping[str, Any], expected_hash: str | None = None
    ) -> View:
        """Set somebody's home tab."""
        with self._lock:
            known = self._homes.get(person)
            if known and expected_hash is not None and expected_hash != known.hash:
                raise Refusal(error="hash_conflict")
            view = self._made(person, said)
            if known:
                view = replace(view, id=known.id, root=known.id)
            self._homes[person] = view
            self._feed.tell(Change("home", only_for=person, data={"view": view.payload()}))
            return view

    def close(self, id_: str) -> View:
        """Take the topmost dialogue box away; the one below it shows again."""
        with self._lock:
            view = self.get(id_)
            stack = self._stacks[view.person]
            self._stack(view.person, tuple(v for v in stack if v.id != view.id))
            return view

    def clear(self, person: str) -> None:
        """Take all of somebody's dialogue boxes away."""
        with self._lock:
            self._stack(person, ())

    def get(self, id_: str) -> View:
        """An open dialogue box or a home tab, by its id or the external id that the app gave."""
        with self._lock:
            stacked = (view for stack in self._stacks.values() for view in stack)
            for view in (*stacked, *self._homes.values()):
                if id_ in (view.id, view.said.get("external_id")):
                    return view
        raise Refusal(error="not_found")

    def top(self, person: str) -> View | None:
        """What is open for a person now."""
        with self._lock:
            stack = self._stacks.get(person, ())
            return stack[-1] if stack else None

    def home(self, person: str) -> View | None:
        """Somebody's home tab, once there is one."""
        with self._lock:
            return self._homes.get(person)

    def _made(self, person: str, said: Mapping[str, Any], below: View | None = None) -> View:
        """A new view; an external id that another one has is refused, but not its successor's."""
        external = said.get("external_id")
        if external and said.get("type") != "home":
            shown = (view for stack in self._stacks.values() for view in stack)
            if any(view.said.get("external_id") == external for view in shown):
                raise Refusal(error="duplicate_external_id")
        id_ = "V" + secrets.token_hex(5).upper()
        root = below.root if below else id_
        previous = below.id if below else None
        return View(id_, person, _with_ids(said), _new_hash(), root, previous)

    def _stack(self, person: str, stack: tuple[View, ...]) -> None:
        self._stacks[person] = stack
        shown = stack[-1].payload() if stack else None
        self._feed.tell(Change("view", only_for=person, data={"view": shown}))


def _with_ids(said: Mapping[str, Any]) -> Json:
    return {**said, "blocks": list(with_ids(said.get("blocks", ())))}


def _new_hash() -> str:
    return secrets.token_hex(8)
