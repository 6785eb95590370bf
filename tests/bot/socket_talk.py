"""What the tests of Socket Mode share: talking in the playground, and reading raw envelopes."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.playground.cast import ANA, PLATFORM_HELP
from bot.playground.feed import Change
from tests.bot.playground_echo import Running

APP_TOKEN = "xapp-playground"  # noqa: S105 - of an app that lives for one test
Json = dict[str, Any]


def say(run: Running, text: str) -> str:
    """Ana says something in #platform-help; its `ts`."""
    return run.playground.workspace.post(PLATFORM_HELP, ANA, text).ts


def command(run: Running, text: str) -> str:
    """Ana types a slash command; the sentence about what went wrong, if anything did."""
    said = _page(run, f"channels/{PLATFORM_HELP}/command", {"text": text})
    return str(said["problem"])


@contextmanager
def whispers(run: Running) -> Iterator[list[str]]:
    """The texts that only one person gets to see, as they come."""
    heard: list[str] = []

    def watch(change: Change) -> None:
        if change.kind == "whisper" and change.message:
            heard.append(change.message.text)

    stop = run.playground.feed.watch(watch)
    yield heard
    stop()


def until(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether it becomes true within these seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def decoded(said: str | bytes) -> Json:
    """An envelope, a hello or a farewell."""
    found: Json = json.loads(said)
    return found


def acknowledgement(envelope: Json, **payload: object) -> str:
    """What an app answers to an envelope."""
    answer: Json = {"envelope_id": envelope["envelope_id"]}
    return json.dumps(answer | ({"payload": payload} if payload else {}))


def _page(run: Running, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    request = urllib.request.Request(  # noqa: S310 - the address of our own server
        f"{run.playground.page_url}playground/{ANA}/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - likewise
        return json.load(answer)
