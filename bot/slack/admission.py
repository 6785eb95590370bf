"""Who may use the advisor: people of the workspace, and guests where the settings let them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack.clients import ClientFor, code_of

Json = Mapping[str, Any]

STRANGER = (
    "Hello! I am here for the people of the organisation that installed me, so I can't advise you. "
    "Please ask somebody of theirs in this channel; nothing that you wrote to me was kept."
)
GUEST = (
    "Hello! In this workspace I am for members, not for guests, so I can't advise you. "
    "Please ask a colleague who is a member; nothing that you wrote to me was kept."
)
UNTOLD = (
    "Sorry, Slack does not tell me whether you are a member or a guest here, so I can't go on. "
    "Please tell whoever runs me: the log and `servicemodel doctor` name the reason."
)

FRESH = timedelta(minutes=10)
MOST = 10_000

_log = structlog.get_logger("bot.slack")


def is_stranger(body: Json) -> bool:
    """Whether whoever did this belongs to another organisation, as in a shared channel."""
    if "event" in body:
        event = body["event"]
        speaker = event.get("message") or event.get("previous_message") or event
        # Within one organisation, colleagues of other workspaces come without this mark.
        shared = body.get("is_ext_shared_channel") is not False
        theirs = speaker.get("user_team") or speaker.get("source_team") or speaker.get("team")
        return bool(shared and theirs and theirs not in _home(body))
    theirs = (body.get("user") or {}).get("team_id")
    return bool(theirs and theirs not in _home(body))


def _home(body: Json) -> set[str]:
    """The workspace and the organisation that the advisor was installed in."""
    known: set[object] = set()
    for authorization in body.get("authorizations") or ():
        known |= {authorization.get("team_id"), authorization.get("enterprise_id")}
    if not known - {None}:
        team, enterprise = body.get("team"), body.get("enterprise")
        known = {
            team.get("id") if isinstance(team, Mapping) else team,
            enterprise.get("id") if isinstance(enterprise, Mapping) else enterprise,
            body.get("team_id"),
            body.get("enterprise_id"),
        }
    return {str(one) for one in known if one}


class Admission:
    """Says who is refused, and why.

    Only where guests are refused is Slack asked who is one, and the answer kept for a while.
    """

    def __init__(self, client_for: ClientFor, now: Callable[[], datetime], *, guests: bool) -> None:
        self._client_for = client_for
        self._now = now
        self._guests = guests
        self._known: dict[tuple[str, str], tuple[datetime, bool]] = {}

    def refusal(self, body: Json, workspace: str, person: str) -> str | None:
        """What to tell somebody who is refused; None for everybody else.

        Raises what a call raises where Slack cannot be reached: then it is not known yet.
        """
        if is_stranger(body):
            return STRANGER
        if self._guests:
            return None
        try:
            return GUEST if self._is_guest(workspace, person) else None
        except SlackApiError as error:
            _log.error("guest_or_not", error=code_of(error))
            return UNTOLD

    def _is_guest(self, workspace: str, person: str) -> bool:
        now = self._now()
        held = self._known.get((workspace, person))
        if held is not None and now - held[0] < FRESH:
            return held[1]
        user = self._client_for(workspace).users_info(user=person)["user"]
        guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[workspace, person] = (now, guest)
        return guest
