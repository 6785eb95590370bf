"""Forms in Slack: opened by a button, and where that fails the person is told how to go on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.events import Place
from bot.slack.clicks import Used
from bot.slack.clients import FAILURES, ClientFor, code_of
from bot.slack.links import Links
from bot.slack.modals import Opened, modal
from bot.slack.notices import Notices
from bot.slack.payloads import workspace_of
from flows.reply import Form

Json = Mapping[str, Any]

_log = structlog.get_logger("bot.slack")


@dataclass(frozen=True, slots=True)
class Forms:
    """Opens forms; a form has to be opened within three seconds of the click, and once."""

    client_for: ClientFor
    links: Links
    notices: Notices

    def open(self, body: Json, control: Used, place: Place, form: Form) -> None:
        """Open it for whoever clicked, or tell them why not and where to write instead."""
        workspace = workspace_of(body)
        view = modal(form, Opened(control.conversation, control.act, place))
        try:
            self.client_for(workspace).views_open(trigger_id=body["trigger_id"], view=view)
        except FAILURES as error:
            code = code_of(error)
            _log.warning("form_not_opened", error=code)
            link = self.links.to(workspace, place.channel, place.thread)
            where = "in our direct message" if place.direct else "in the thread"
            where = f"<{link}|{where}>" if link else where
            self.notices.by_click(body, _explained(code)(where))


def _explained(code: str) -> Callable[[str], str]:
    name, _, _ = code.partition(":")
    return _EXPLAINED.get(name, _slow)


def _slow(where: str) -> str:
    return f"Slack took too long to open that form. Click again, or just write it {where}."


def _too_large(where: str) -> str:
    return f"That form is too large for Slack. Please just write it {where}; I read it there."


def _forbidden(where: str) -> str:
    return (
        f"I am not allowed to open forms here, so please just write it {where}. "
        "Whoever runs me finds the missing permission in the log and with `servicemodel doctor`."
    )


_EXPLAINED: Mapping[str, Callable[[str], str]] = {
    "view_too_large": _too_large,
    "invalid_arguments": _too_large,
    "missing_scope": _forbidden,
    "not_allowed_token_type": _forbidden,
}
