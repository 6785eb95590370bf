"""Addresses of threads, made without asking Slack for each."""

from collections.abc import Callable
from functools import partial

from bot.slack.behind import Behind
from bot.slack.clients import ClientFor


class Links:
    """Knows each workspace's own address once Slack was asked for it, behind the scenes."""

    def __init__(self, client_for: ClientFor, behind: Behind) -> None:
        self._client_for = client_for
        self._behind = behind
        self._urls: dict[str, str] = {}

    def to(self, workspace: str, channel: str, thread: str | None) -> str | None:
        """The address of the thread; None while it has none or the workspace's is not known."""
        if workspace not in self._urls:
            self._behind.do(self.learn, workspace)
        url = self._urls.get(workspace)
        if url is None or thread is None:
            return None
        return f"{url}archives/{channel}/p{thread.replace('.', '')}"

    def within(self, workspace: str) -> Callable[[str, str | None], str | None]:
        """`to`, for one workspace."""
        return partial(self.to, workspace)

    def learn(self, workspace: str) -> None:
        """Ask Slack for the workspace's address, once; raises what the call raises."""
        if workspace not in self._urls:
            url = str(self._client_for(workspace).auth_test()["url"])
            self._urls[workspace] = url if url.endswith("/") else url + "/"
