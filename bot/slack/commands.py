"""`/servicemodel`: begins a conversation, or answers the one person who typed it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack import asides, payloads
from bot.slack.intake import Intake, Records
from bot.slack.links import Links
from bot.slack.verbs import told
from bot.store import Summary
from flows.advisor import Advisor
from flows.conversation import Click, Intent
from flows.reply import Reply

Json = Mapping[str, Any]

MOST = 50
"""Conversations of one person that are looked at."""


@dataclass(frozen=True, slots=True)
class Commands:
    """What each verb does; nothing here calls Slack.

    `reviewers` are the people who may read the logs.
    """

    intake: Intake
    records: Records
    advisor: Advisor
    links: Links
    reviewers: frozenset[str]
    now: Callable[[], datetime]

    def obey(self, body: Json) -> Reply:
        """Do what the command says; the reply is for the person who typed it alone."""
        command = told(payloads.command_words(body))
        workspace, person = payloads.workspace_of(body), str(body["user_id"])
        obey: Mapping[str, Callable[[], Reply]] = {
            "help": asides.usage,
            "unknown": lambda: asides.usage(meant=command.meant, typed=command.rest),
            "explain": lambda: asides.explained(self.advisor, command.rest),
            "compare": lambda: asides.compared(self.advisor, command.rest),
            "status": lambda: self._status(workspace, person),
            "human": lambda: self._human(body),
            "logs": lambda: self._logs(workspace, person),
            "delete-my-data": lambda: self._erase(workspace, person, command.rest),
            "start": lambda: self._start(body, command.rest),
        }
        return obey[command.verb]()

    def _start(self, body: Json, words: str) -> Reply:
        self.intake.accept(payloads.command_event(body, words, self.now()))
        return asides.started()

    def _status(self, workspace: str, person: str) -> Reply:
        own = self._own(workspace, person)
        return asides.standing(own, self.advisor.knowledge, self.links.within(workspace))

    def _logs(self, workspace: str, person: str) -> Reply:
        if person not in self.reviewers:
            return asides.refused_log()
        newest = self.records.conversations(workspace, asides.NEWEST)
        return asides.log(newest, self.advisor.knowledge, self.links.within(workspace))

    def _erase(self, workspace: str, person: str, words: str) -> Reply:
        if words.lower() != "confirm":
            return asides.before_erasing(len(self._own(workspace, person)))
        self.records.erase(workspace, person)
        return asides.erased()

    def _human(self, body: Json) -> Reply:
        """In the person's open conversation of that channel, else in a new one."""
        event = payloads.command_event(body, "", self.now())
        here = [
            one.id
            for one in self._own(event.workspace, event.by)
            if one.channel == event.place.channel and one.state not in asides.OVER
        ]
        conversation = here[0] if here else None
        asked = {
            "kind": "click",
            "click": Click(intent=Intent.HUMAN),
            "conversation": conversation,
            "starts": conversation is None,
        }
        self.intake.accept(event.model_copy(update=asked))
        return asides.human_called()

    def _own(self, workspace: str, person: str) -> Sequence[Summary]:
        return self.records.conversations(workspace, MOST, starter=person)
