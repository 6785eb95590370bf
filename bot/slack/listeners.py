"""The door to Slack: a payload becomes an event in the inbox, and only then is acknowledged.

It decides nothing. A listener that cannot commit raises, which Bolt answers with 500, so that
Slack sends the event again; a redelivery is told apart by the store, never by a header.
"""

import logging
import re
import secrets
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltContext
from slack_bolt.authorization import AuthorizeResult

from bot.config import Settings
from bot.slack import asides, payloads
from bot.slack.admission import Admission
from bot.slack.behind import Behind
from bot.slack.blocks import render
from bot.slack.clicks import used
from bot.slack.clients import ClientFor, client, code_of, one_workspace
from bot.slack.commands import Commands
from bot.slack.experts import Experts
from bot.slack.forms import Forms
from bot.slack.home import START, home
from bot.slack.intake import Intake, Records
from bot.slack.links import Links
from bot.slack.manifest import COMMAND
from bot.slack.modals import CALLBACK, missing, opened_of, values_of
from bot.slack.notices import Notices
from bot.slack.once import Once
from bot.slack.patience import Patience, Soon, Work
from bot.slack.welcome import Welcome
from flows.advisor import Advisor
from flows.forms import click_of, complete, counts_at_once, form_for

_log = structlog.get_logger("bot.slack")

Json = Mapping[str, Any]
_ANY = re.compile(".*", re.DOTALL)

OLDER = "That button is from an older version of me. Just type instead."


def make_bolt_app(  # noqa: PLR0913 - everything that the door is handed, once
    settings: Settings,
    store: Records,
    advisor: Advisor,
    wake: Callable[[], None],
    *,
    client_for: ClientFor | None = None,
    executor: Executor | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    soon: Callable[[Work], None] | None = None,
) -> App:
    """The Bolt app, ready for `dispatch`; it makes no call to Slack until it is used.

    `wake` is called after each event that was accepted. `executor` runs what may happen after
    the acknowledgement (the Home tab, courtesies, look-ups). `now` gives aware times. `soon` does
    something in a moment.
    """
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    secret = settings.slack_signing_secret
    client_for = client_for or one_workspace(token, settings.slack_api_base_url)
    executor = executor or ThreadPoolExecutor(max_workers=4, thread_name_prefix="slack")
    behind = Behind(executor)
    links = Links(client_for, behind)
    experts = Experts(
        client_for,
        behind,
        now,
        channel=settings.experts_channel,
        usergroup=settings.experts_usergroup,
    )
    patience = Patience(store, client_for, soon or Soon().call)
    intake = Intake(store, experts, wake, patience.watch)
    commands = Commands(intake, store, advisor, links, frozenset(settings.reviewers), now)
    admission = Admission(client_for, now, guests=settings.guests)
    notices = Notices(client_for, behind, Once())
    welcome = Welcome(client_for, Once(), settings.experts_channel)
    door = _Door(
        intake=intake,
        commands=commands,
        records=store,
        advisor=advisor,
        links=links,
        client_for=client_for,
        behind=behind,
        admission=admission,
        notices=notices,
        welcome=welcome,
        forms=Forms(client_for, links, notices),
        now=now,
    )

    def authorize(context: BoltContext, team_id: str | None) -> AuthorizeResult:
        """Who we are in that workspace: from the payload and the settings, without a call."""
        return AuthorizeResult(
            enterprise_id=context.enterprise_id,
            team_id=team_id,
            bot_user_id=context.get("our_user"),
            bot_token=client_for(team_id or context.enterprise_id or "").token,
        )

    def note_our_user(body: dict[str, Any], context: BoltContext, next: Callable[[], None]) -> None:  # noqa: A002 - Bolt's name
        context["our_user"] = payloads.our_user(body)
        next()

    app = App(
        name="servicemodel",
        logger=_bolt_log(),
        # Without a secret (Socket Mode needs none) nothing that comes over HTTP is genuine.
        signing_secret=secret.get_secret_value() if secret else secrets.token_hex(),
        client=client(None, settings.slack_api_base_url),
        authorize=authorize,
        before_authorize=note_our_user,
        token_verification_enabled=False,
        # The acknowledgement waits for the commit: what cannot be kept is not acknowledged.
        process_before_response=True,
        listener_executor=executor,
    )
    app.error(_failed)
    app.event("app_mention")(door.message)
    app.event("message")(door.message)
    app.event("app_home_opened")(door.home_opened)
    app.event("member_joined_channel")(door.member_joined)
    app.event(_ANY)(_ignore)
    app.command(COMMAND)(door.command)
    app.action(START)(door.start)
    app.action(_ANY)(door.action)
    app.view(CALLBACK)(door.form)
    for other in (app.view, app.view_closed, app.shortcut, app.options, app.command):
        other(_ANY)(_ignore)
    return app


def _bolt_log() -> logging.Logger:
    # Below this level Bolt logs bodies, and people's words have no place in a log; it also warns
    # of variables in the environment that we read ourselves.
    log = logging.getLogger("bot.slack.bolt")
    log.setLevel(logging.ERROR)
    return log


def _failed(error: Exception) -> None:
    """Bolt answers 500. The log gets no message of the error: it may hold what somebody wrote."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    _log.error("not_accepted", error=code_of(error), where=f"{frame.name}:{frame.lineno}")


def _ignore(ack: Ack) -> None:
    """Not ours: acknowledged, so that Slack does not send it again, and dropped."""
    ack()


@dataclass(frozen=True, slots=True)
class _Door:
    """The listeners, and what they share."""

    intake: Intake
    commands: Commands
    records: Records
    advisor: Advisor
    links: Links
    client_for: ClientFor
    behind: Behind
    admission: Admission
    notices: Notices
    welcome: Welcome
    forms: Forms
    now: Callable[[], datetime]

    def message(self, body: dict[str, Any]) -> None:
        """Something said, edited or deleted; Bolt acknowledges when this returns."""
        event = payloads.message_event(body, self.now())
        if event is None:
            return
        refusal = self.admission.refusal(body, event.workspace, event.by)
        if refusal is None:
            self.intake.accept(event)
        elif event.kind == "text" and event.addressed:
            # What people say to each other needs no answer; only who asks us is told.
            self.notices.in_place(event, refusal)

    def home_opened(self, body: dict[str, Any]) -> None:
        """The Home tab is drawn anew each time; who opens an empty direct message is greeted."""
        event, workspace = body["event"], payloads.workspace_of(body)
        match event.get("tab"):
            case "home":
                self.behind.do(self._publish_home, workspace, event["user"])
            case "messages" if event.get("channel"):
                self.behind.do(self.welcome.greet, workspace, event["channel"])

    def member_joined(self, body: dict[str, Any]) -> None:
        """Somebody came into a channel; where it was us, we introduce ourselves."""
        event = body["event"]
        if event.get("user") and event["user"] == payloads.our_user(body):
            workspace, key = payloads.workspace_of(body), str(body.get("event_id"))
            self.behind.do(self.welcome.introduce, workspace, event["channel"], key)

    def start(self, ack: Ack, body: dict[str, Any]) -> None:
        """The start button of the Home tab."""
        event = payloads.start_event(body, self.now())
        refusal = self.admission.refusal(body, event.workspace, event.by)
        if refusal is None:
            self.intake.accept(event)
            # The new conversation stands in the list at once.
            self.behind.do(self._publish_home, event.workspace, event.by)
        else:
            self.notices.directly(event.workspace, event.by, refusal)
        ack()

    def action(self, ack: Ack, body: dict[str, Any]) -> None:
        """A button or menu of a message."""
        refusal = self._refusal(body)
        if refusal is not None:
            self.notices.by_click(body, refusal)
            ack()
            return
        place = payloads.place_of_click(body)
        state = (body.get("state") or {}).get("values") or {}
        control = used(body["actions"][0], state)
        if control is None or place is None:
            ack()
            return
        if control.menu and not control.chosen:
            ack()
            self.notices.by_click(body, "Choose at least one line of the menu first.")
            return
        form = form_for(control.act, self.advisor)
        try:
            if form is None or counts_at_once(control.act):
                click = click_of(control.act, control.chosen)
                self.intake.accept(
                    payloads.click_event(body, control.conversation, click, place, self.now())
                )
        except ValueError:
            form = None
            self.notices.by_click(body, OLDER)
        ack()
        if form is not None:
            self.forms.open(body, control, place, form)

    def form(self, ack: Ack, body: dict[str, Any]) -> None:
        """A form that was sent: checked while it is open, and then an event."""
        view = body["view"]
        opened = opened_of(view)
        form = form_for(opened.act, self.advisor) if opened else None
        if opened is None or form is None or self._refusal(body) is not None:
            # Nobody who is refused was shown a form.
            ack()
            return
        values = values_of(view)
        errors = missing(form, values)
        if not errors:
            try:
                click = complete(opened.act, values)
            except ValueError as problem:
                errors = {form.entries[0].key: str(problem)}
        if errors:
            ack(response_action="errors", errors=errors)
            return
        self.intake.accept(
            payloads.form_event(body, opened.conversation, click, opened.place, self.now())
        )
        ack()

    def command(self, ack: Ack, body: dict[str, Any]) -> None:
        """`/servicemodel`: a conversation begins, or the person alone is answered."""
        try:
            refusal = self._refusal(body)
            reply = asides.refused(refusal) if refusal else self.commands.obey(body)
        except Exception as error:  # noqa: BLE001 - Slack repeats no command: the person must know
            _failed(error)
            reply = asides.failed()
        ack(response_type="ephemeral", **render(reply, "", body["trigger_id"]))

    def _refusal(self, body: Json) -> str | None:
        person = body.get("user_id") or (body.get("user") or {}).get("id") or ""
        return self.admission.refusal(body, payloads.workspace_of(body), str(person))

    def _publish_home(self, workspace: str, person: str) -> None:
        self.links.learn(workspace)
        listed = self.records.conversations(workspace, asides.NEWEST + 1, starter=person)
        view = home(listed, self.advisor.knowledge, self.links.within(workspace))
        self.client_for(workspace).views_publish(user_id=person, view=view)
