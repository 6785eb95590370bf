"""The way of a call through the Web API: method, token, tier, scopes, arguments, answer."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.api.call import Call, Problems, decoded
from bot.playground.api.method import Method
from bot.playground.api.methods import METHODS
from bot.playground.api.scopes import needed
from bot.playground.cast import TEAM
from bot.playground.files import Files
from bot.playground.message import Json
from bot.playground.passes import Passes
from bot.playground.refusal import Refusal
from bot.playground.tiers import Tiers
from bot.playground.views import Views
from bot.playground.workspace import Workspace

CALLS_KEPT = 2_000
GENERAL = frozenset(
    {
        "account_inactive",
        "invalid_arguments",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "ratelimited",
        "unknown_method",
    }
)
"""What Slack may answer to any call."""


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was made, and what it was answered: JSON, with an HTTP status and headers."""

    method: str
    arguments: Mapping[str, Any]
    answer: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class WebApi:
    """Answers calls as Slack does; `calls` remembers the last ones, without tokens.

    `tokens` are the ones that it knows, and the kind of each (`bot` or `app`). While `installed`
    is false they are all of an app that was taken out of the workspace.
    """

    def __init__(  # noqa: PLR0913 - these are the things that the methods work with
        self,
        *,
        tokens: Mapping[str, str],
        scopes: Collection[str],
        tiers: Tiers,
        workspace: Workspace,
        views: Views,
        passes: Passes,
        files: Files,
        problems: Problems,
        base_url: str,
        more: Mapping[str, Method] | None = None,
        noted: Callable[[Called], None] | None = None,
    ) -> None:
        self._tokens = dict(tokens)
        self.scopes = tuple(scopes)
        self._tiers = tiers
        self._workspace = workspace
        self._views = views
        self._passes = passes
        self._files = files
        self._problems = problems
        self._base_url = base_url
        self._methods = {**METHODS, **(more or {})}
        self._noted = noted
        self.installed = True
        self.calls: deque[Called] = deque(maxlen=CALLS_KEPT)

    def call(self, method: str, token: str | None, arguments: Mapping[str, Any]) -> Called:
        """Answer one call; what Slack refuses is answered with `ok: false`, never raised."""
        given = {name: value for name, value in arguments.items() if name != "token"}
        status, headers = 200, {"X-OAuth-Scopes": ",".join(self.scopes)}
        try:
            answer: Json = {"ok": True, **self._answer(method, token, given)}
        except Refusal as refusal:
            answer = {"ok": False, "error": refusal.error, **refusal.more}
            if refusal.messages:
                answer["response_metadata"] = {
                    "messages": [f"[ERROR] {message}" for message in refusal.messages]
                }
            if refusal.retry_after is not None:
                status, headers["Retry-After"] = 429, str(refusal.retry_after)
        called = Called(method, given, answer, status, headers)
        self.note(called)
        return called

    def note(self, called: Called) -> None:
        """Remember a call that was answered."""
        self.calls.append(called)
        if self._noted is not None:
            self._noted(called)

    def _answer(self, name: str, token: str | None, arguments: Mapping[str, Any]) -> Json:
        method = self._methods.get(name)
        if method is None:
            raise Refusal(error="unknown_method")
        if method.caller:
            self._authorise(method, token)
        wait = self._tiers.wait(TEAM, name, method.tier, str(arguments.get("channel", "")))
        if wait is not None:
            raise Refusal(error="ratelimited", retry_after=wait)
        self._check_scopes(method, arguments)
        call = Call(
            method=name,
            arguments=decoded(arguments),
            workspace=self._workspace,
            views=self._views,
            passes=self._passes,
            files=self._files,
            problems=self._problems,
            base_url=self._base_url,
        )
        missing = tuple(
            f"missing required field: {required}"
            for required in method.required
            if call.arguments.get(required) is None
        )
        if missing:
            raise Refusal(error="invalid_arguments", messages=missing)
        try:
            return method.answer(call)
        except Refusal as refusal:
            if refusal.error not in method.errors | GENERAL:
                msg = f"{name} refuses with {refusal.error}, which its row does not name"
                raise RuntimeError(msg) from refusal
            raise

    def _authorise(self, method: Method, token: str | None) -> None:
        if not token:
            raise Refusal(error="not_authed")
        kind = self._tokens.get(token)
        if kind is None:
            raise Refusal(error="invalid_auth")
        if kind != method.caller:
            raise Refusal(error="not_allowed_token_type")
        if not self.installed:
            raise Refusal(error="account_inactive")

    def _check_scopes(self, method: Method, arguments: Mapping[str, Any]) -> None:
        if method.caller != "bot":
            return
        for scope in needed(method.scope, arguments, self._workspace):
            if scope not in self.scopes:
                told = {"needed": scope, "provided": ",".join(self.scopes)}
                raise Refusal(error="missing_scope", more=told)
