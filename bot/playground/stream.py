"""Server-sent events: each page hears of the changes that its person may see."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.playground.cast import ADVISOR
from bot.playground.feed import Change, Feed
from bot.playground.message import Json, Message
from bot.playground.workspace import Workspace

WAITING_MOST = 1_000
"""Changes that may wait for a slow page; beyond that it is told to load anew."""
HEARTBEAT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Listener:
    """One open page: whose it is, and where its changes wait. None ends the stream."""

    person: str
    loop: asyncio.AbstractEventLoop
    waiting: asyncio.Queue[Json | None]

    def put(self, told: Json | None) -> None:
        """Let a change wait; called in the page's own event loop."""
        if told is not None and self.waiting.qsize() >= WAITING_MOST:
            while not self.waiting.empty():
                self.waiting.get_nowait()
            told = {"kind": "reload"}
        self.waiting.put_nowait(told)


class Stream:
    """All open pages."""

    def __init__(self, feed: Feed, workspace: Workspace) -> None:
        self._workspace = workspace
        # Reentrant, since a signal handler may close it in the middle of a change.
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._closed = False
        self._stop = feed.watch(self._tell)

    async def listen(self, person: str) -> AsyncIterator[str]:
        """The changes for one page as lines of an event stream, until it goes or we close."""
        listener = Listener(person, asyncio.get_running_loop(), asyncio.Queue())
        with self._lock:
            if self._closed:
                return
            self._listeners.append(listener)
        try:
            yield "retry: 1000\n\n" + _line({"kind": "hello"})
            while True:
                try:
                    told = await asyncio.wait_for(listener.waiting.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if told is None:
                    return
                yield _line(told)
        finally:
            with self._lock:
                self._listeners.remove(listener)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._stop()
        with self._lock:
            self._closed = True
            listeners = tuple(self._listeners)
        for listener in listeners:
            _call(listener, None)

    def _tell(self, change: Change) -> None:
        told = shown(change, self._workspace)
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            if _may_see(listener.person, change, self._workspace):
                _call(listener, told)


def shown(change: Change, workspace: Workspace) -> Json:
    """A change as the page reads it."""
    told: Json = {"kind": change.kind, "channel": change.channel, **change.data}
    if change.message is not None:
        told["message"] = shown_message(change.message)
        if change.message.is_reply and change.message.only_for is None:
            told["thread"] = shown_thread(workspace, change.message)
    return told


def shown_message(message: Message) -> Json:
    """A message as the page reads it: Slack's shape, and who alone sees it."""
    return {
        **message.payload(),
        "channel": message.channel,
        "only_for": message.only_for,
        "by_bot": message.user == ADVISOR,
    }


def shown_thread(workspace: Workspace, message: Message) -> Json:
    """What hangs below the first message of the thread that this one is in."""
    thread = workspace.threads(message.channel).get(message.root)
    if thread is None:
        return {"root": message.root, "replies": 0, "people": [], "latest": None}
    return {
        "root": message.root,
        "replies": thread.replies,
        "people": list(thread.people),
        "latest": thread.latest,
    }


def _may_see(person: str, change: Change, workspace: Workspace) -> bool:
    if change.only_for is not None:
        return change.only_for == person
    return change.channel is None or person in workspace.channel(change.channel).members


def _call(listener: Listener, told: Json | None) -> None:
    try:
        listener.loop.call_soon_threadsafe(listener.put, told)
    except RuntimeError:  # its event loop has ended: nobody reads any more
        return


def _line(told: Json) -> str:
    return f"data: {json.dumps(told)}\n\n"
