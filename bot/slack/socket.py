"""Socket Mode: Slack's payloads over a connection that we open, for the same listeners.

Slack renews the connection every few hours. What it sent and we did not acknowledge in time comes
again, and the store tells it apart; so a renewal loses nothing and doubles nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.config import Settings
from bot.errors import AdvisorError
from bot.slack.clients import FAILURES, code_of


class NotConnected(AdvisorError):
    """Slack does not let us connect with SLACK_APP_TOKEN: {problem}.

    Socket Mode must be on for the app, and the token needs the scope connections:write.
    """


@contextmanager
def connected(app: App, settings: Settings) -> Iterator[None]:
    """Be connected while the block runs; slack_sdk renews the connection when Slack asks for it.

    Raises `NotConnected` if there is no first connection.
    """
    if settings.slack_app_token is None:
        raise NotConnected(problem="it is not set")
    handler = SocketModeHandler(
        app,
        settings.slack_app_token.get_secret_value(),
        web_client=WebClient(base_url=settings.slack_api_base_url),
    )
    try:
        try:
            handler.connect()  # type: ignore[no-untyped-call]
        except FAILURES as error:
            raise NotConnected(problem=code_of(error)) from None
        yield
    finally:
        handler.close()  # type: ignore[no-untyped-call]
