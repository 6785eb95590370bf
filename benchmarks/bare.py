"""A Bolt app that only acknowledges, behind the same web application: `python bare.py PORT`.

What it manages is the most that any Bolt app could on this server and this machine.
"""

import sys
from datetime import UTC, datetime

import uvicorn
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from benchmarks.traffic import SECRET, TEAM, TOKEN, US
from bot.store import Backlog
from bot.web.app import make_web_app


class NothingKept:
    """A store that holds nothing and is always ready."""

    def check(self) -> None:
        """Nothing to check."""

    def backlog(self) -> Backlog:
        """Nothing waits."""
        return Backlog(events=0, posts=0, oldest=None, parked_events=(), parked_posts=())


def acknowledge() -> None:
    """Returning is enough: Bolt acknowledges."""


def bare_app() -> App:
    """As our own is made, without anything behind it."""
    known = AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_user_id=US, bot_token=TOKEN)
    app = App(
        signing_secret=SECRET,
        authorize=lambda: known,
        token_verification_enabled=False,
        process_before_response=True,
    )
    app.event("message")(acknowledge)
    app.event("app_mention")(acknowledge)
    return app


def main() -> None:
    """Serve until told to stop."""
    web = make_web_app(bare_app(), NothingKept(), now=lambda: datetime.now(UTC))
    uvicorn.run(web, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
