"""What a failed call to Slack says about whether it took effect."""

import errno
import re
import ssl
from socket import gaierror
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.events import Later, Refused, Unclear

_UNSURE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
_BUSY = {"ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"}
_TOO_LONG = {"msg_too_long", "msg_blocks_too_long"}
_SHUT = {
    "channel_not_found",
    "is_archived",
    "messages_tab_disabled",
    "not_in_channel",
    "posting_to_channel_denied",
    "user_not_in_channel",
}
"""With the family `restricted_action`: the channel cannot be posted to, at least by us."""

_NOT_SENT = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}
WAIT = 5.0
"""Seconds until the next try where Slack could not be reached."""
WAIT_WHEN_BUSY = 30.0
"""Seconds until the next try where Slack is busy and does not say for how long."""


def outcome_of(error: BaseException) -> Refused | Later | Unclear:
    """What a failed call says about whether it took effect."""
    match error:
        case SlackApiError():
            return _answered(error.response)
        case SlackClientError():
            return Refused(error=type(error).__name__)
        case URLError() if _never_left(error.reason):
            return Later(seconds=WAIT, error=str(error.reason))
        case _:
            return Unclear(error=f"{type(error).__name__}: {error}")


def _answered(response: SlackResponse) -> Refused | Later | Unclear:
    error = str(response.get("error") or "")
    if response.status_code == 429 or error in _BUSY:  # noqa: PLR2004 - too many requests
        return Later(seconds=_retry_after(response), error=error or "ratelimited")
    # An answer that is not Slack's JSON says nothing about what happened behind it.
    known = re.fullmatch(r"[a-z0-9_]+", error) is not None
    if response.status_code >= 500 or error in _UNSURE or not known:  # noqa: PLR2004 - its fault
        return Unclear(error=error or f"status {response.status_code}")
    return Refused(error=error)


def _retry_after(response: SlackResponse) -> float:
    for name, value in response.headers.items():
        if name.lower() == "retry-after":
            try:
                return max(float(value), 1.0)
            except ValueError:
                break
    return WAIT_WHEN_BUSY


def _never_left(reason: object) -> bool:
    """Whether the connection failed before a request could have gone through it."""
    if isinstance(reason, (gaierror, ssl.SSLCertVerificationError)):
        return True
    return isinstance(reason, OSError) and reason.errno in _NOT_SENT


def nothing_posted(outcome: Refused | Later | Unclear) -> Refused | Later:
    """An outcome of a call that came before the posting: nothing was posted in any case."""
    if isinstance(outcome, Unclear):
        return Later(seconds=WAIT, error=outcome.error)
    return outcome


def is_shut(error: str) -> bool:
    """Whether the channel or thread cannot be posted to, at least by us."""
    return error in _SHUT or error.startswith("restricted_action")


def is_too_long(error: str) -> bool:
    """Whether less of the same message may be taken."""
    return error in _TOO_LONG
