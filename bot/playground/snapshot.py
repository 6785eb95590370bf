"""Keeps what was said in a file, so that a second start finds it again."""

import json
import logging
import os
import threading
from dataclasses import fields
from pathlib import Path
from typing import Any

from bot.playground.feed import Change, Feed
from bot.playground.message import Message
from bot.playground.workspace import Workspace

VERSION = 1
PAUSE = 0.3
"""Seconds to gather changes before they are written."""

log = logging.getLogger(__name__)


class Snapshot:
    """Loads the file into the workspace at once, then writes it after changes, in a thread.

    A file that cannot be read is put aside with the ending `.broken`, and the workspace starts
    empty. Ephemeral messages and open dialogue boxes are not kept.
    """

    def __init__(self, path: Path, workspace: Workspace, feed: Feed) -> None:
        self._path = path
        self._workspace = workspace
        self._changed = threading.Event()
        self._closed = threading.Event()
        self._load()
        self._stop = feed.watch(self._note)
        self._thread = threading.Thread(
            target=self._write_after_changes, name="playground-snapshot", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Write what has not been written yet, and stop."""
        self._stop()
        self._closed.set()
        self._changed.set()
        self._thread.join()
        self._save()

    def _note(self, change: Change) -> None:
        if change.message is not None and change.only_for is None:
            self._changed.set()

    def _write_after_changes(self) -> None:
        while not self._closed.is_set():
            self._changed.wait()
            if self._closed.wait(PAUSE):
                return
            self._changed.clear()
            self._save()

    def _save(self) -> None:
        messages, read = self._workspace.everything()
        kept = {
            f"version {VERSION}": {
                "messages": [_written(message) for message in messages],
                "read": [[person, channel, ts] for (person, channel), ts in read.items()],
            }
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, self._path)  # noqa: PTH105 - says that an existing file gives way

    def _load(self) -> None:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))[f"version {VERSION}"]
            messages = [_read(message) for message in kept["messages"]]
            read = {(person, channel): ts for person, channel, ts in kept["read"]}
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as problem:
            aside = self._path.with_name(self._path.name + ".broken")
            self._path.replace(aside)
            log.warning("%s cannot be read (%s); put aside as %s", self._path, problem, aside)
            return
        self._workspace.restore(messages, read)


def _written(message: Message) -> dict[str, Any]:
    written = {field.name: getattr(message, field.name) for field in fields(Message)}
    return {name: value for name, value in written.items() if value not in (None, (), "")}


def _read(kept: dict[str, Any]) -> Message:
    kept["blocks"] = tuple(kept.get("blocks", ()))
    kept["files"] = tuple(kept.get("files", ()))
    kept["reactions"] = tuple((name, tuple(users)) for name, users in kept.get("reactions", ()))
    return Message(**{"text": "", **kept})
