"""How the stand-in says no: with Slack's own error codes."""

from collections.abc import Mapping


class Refusal(Exception):
    """A call that Slack would answer with `ok: false`.

    `messages` tell a developer why; `more` stands beside the code in the answer; `retry_after`
    are the seconds to wait where Slack answers with HTTP 429.
    """

    def __init__(
        self,
        *,
        error: str,
        messages: tuple[str, ...] = (),
        more: Mapping[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.more = more or {}
        self.retry_after = retry_after
