"""Clients for Slack's Web API that send each request exactly once."""

from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

TIMEOUT = 10
"""Seconds for one request."""

FAILURES = (SlackClientError, OSError, HTTPException)
"""What a call may raise, whether Slack says no or the way there fails."""

ClientFor = Callable[[str], WebClient]
"""Workspace -> a client with its token."""


def client(token: str | None, base_url: str) -> WebClient:
    """A client that never repeats a request by itself.

    slack_sdk's own repeats after a broken connection could post a message twice.
    """
    return WebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])


def one_workspace(token: str | None, base_url: str) -> ClientFor:
    """The same token everywhere: an app installed in a single workspace."""
    only = client(token, base_url)
    return lambda _workspace: only


def answer(url: str, body: Mapping[str, Any]) -> None:
    """Tell somebody something through a `response_url`; raises ConnectionError if Slack refuses."""
    response = WebhookClient(url, timeout=TIMEOUT, retry_handlers=[]).send_dict(dict(body))
    if response.status_code != 200:  # noqa: PLR2004 - the one status that means yes
        message = f"status {response.status_code}"
        raise ConnectionError(message)


def code_of(error: Exception) -> str:
    """An error in a word for the log, without anything that somebody wrote.

    A missing permission is named: whoever reads it must know which scope to add.
    """
    if isinstance(error, SlackApiError):
        code = str(error.response.get("error") or error.response.status_code)
        needed = error.response.get("needed")
        return f"{code}: {needed}" if needed else code
    return type(error).__name__
