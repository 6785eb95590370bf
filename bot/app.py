"""The composition root: from settings to everything that runs, for production and tests alike.

Nothing connects, reads the environment or asks the time before this is called.
"""

from dataclasses import dataclass

from fastapi import FastAPI
from slack_bolt import App

from bot.config import Settings
from bot.knowing import advisor_in
from bot.slack.clients import one_workspace
from bot.slack.delivery import SlackPoster
from bot.slack.listeners import make_bolt_app
from bot.store import Store
from bot.web.app import make_web_app
from bot.worker import Worker
from flows.advisor import Advisor


@dataclass(frozen=True)
class Application:
    """What was built; whoever built it starts and stops the worker and closes the store."""

    settings: Settings
    advisor: Advisor
    store: Store
    worker: Worker
    slack: App
    web: FastAPI

    def close(self) -> None:
        """Finish the turn in hand, then let go of the database."""
        self.worker.stop()
        self.store.close()


def build(settings: Settings) -> Application:
    """Everything, wired together; the database is not touched yet.

    Raises an `AdvisorError` that names the setting or file that has to be mended.
    """
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    advisor = advisor_in(settings.knowledge_path)
    store = Store.open(settings.database_url)
    poster = SlackPoster(
        one_workspace(token, settings.slack_api_base_url), settings.experts_channel
    )
    worker = Worker(store, poster, advisor)
    slack = make_bolt_app(settings, store, advisor, worker.wake)
    return Application(settings, advisor, store, worker, slack, make_web_app(slack, store))
