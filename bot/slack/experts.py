"""Who may act as an expert: people in the experts' channel, and members of their user group."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from bot.slack.behind import Behind
from bot.slack.clients import ClientFor

FRESH = timedelta(minutes=5)


class Experts:
    """Answers at once from what it last heard, and asks Slack again behind the scenes.

    A listener must not wait for Slack before it acknowledges, so the first question in a
    workspace is answered from the channel alone.
    """

    def __init__(
        self,
        client_for: ClientFor,
        behind: Behind,
        now: Callable[[], datetime],
        *,
        channel: str | None,
        usergroup: str | None,
    ) -> None:
        self._client_for = client_for
        self._behind = behind
        self._now = now
        self._channel = channel
        self._usergroup = usergroup
        self._members: dict[str, frozenset[str]] = {}
        self._asked: dict[str, datetime] = {}
        self._lock = Lock()

    def includes(self, workspace: str, person: str, channel: str) -> bool:
        """Whether this person may act as an expert where they just did something."""
        if self._channel and channel == self._channel:
            return True
        if not self._usergroup:
            return False
        self._refresh_if_old(workspace)
        return person in self._members.get(workspace, frozenset())

    def _refresh_if_old(self, workspace: str) -> None:
        with self._lock:
            asked = self._asked.get(workspace)
            if asked is not None and self._now() - asked < FRESH:
                return
            self._asked[workspace] = self._now()
        self._behind.do(self._refresh, workspace)

    def _refresh(self, workspace: str) -> None:
        answer = self._client_for(workspace).usergroups_users_list(usergroup=self._usergroup or "")
        self._members[workspace] = frozenset(answer.get("users") or ())
