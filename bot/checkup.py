"""What `servicemodel doctor` looks at: each check says what it found and what to do."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config import Settings, described
from bot.errors import AdvisorError
from bot.knowing import advisor_in
from bot.slack.clients import FAILURES, client, code_of
from bot.slack.manifest import SCOPES
from bot.store import Store

Clock = Callable[[], datetime]

SKEW = 60.0
"""Seconds between Slack's clock and ours that are worth a warning."""


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    good: bool
    told: str


def checks(settings: Settings, now: Clock = lambda: datetime.now(UTC)) -> Iterator[Check]:
    """Look at everything that a start needs, one thing after the other."""
    yield _knowledge(settings)
    yield from _database(settings)
    yield from _slack(settings, now)


def settings_table() -> str:
    """Every setting: its name, what it is, its default."""
    width = max(len(name) for name, _, _ in described())
    return "\n".join(
        f"{name:<{width}}  {text}{f' Default: {value}.' if value else ''}"
        for name, text, value in described()
    )


def _knowledge(settings: Settings) -> Check:
    try:
        advisor = advisor_in(settings.knowledge_path)
    except AdvisorError as error:
        return Check("knowledge", good=False, told=str(error))
    return Check("knowledge", good=True, told=f"version {advisor.knowledge.version}")


def _database(settings: Settings) -> Iterator[Check]:
    store = Store.open(settings.database_url)
    try:
        store.check()
        backlog = store.backlog()
    except AdvisorError as error:
        yield Check("database", good=False, told=str(error))
        return
    finally:
        store.close()
    yield Check("database", good=True, told="reachable and up to date")
    since = f", the oldest since {backlog.oldest:%Y-%m-%d %H:%M} UTC" if backlog.oldest else ""
    yield Check(
        "backlog",
        good=True,
        told=f"{backlog.events} events and {backlog.posts} posts are waiting{since}",
    )
    parked = (*backlog.parked_events, *backlog.parked_posts)
    if parked:
        told = f"given up after repeated failures: {', '.join(parked)}. The log says why"
        yield Check("parked", good=False, told=told)


def _slack(settings: Settings, now: Clock) -> Iterator[Check]:
    if settings.slack_signing_secret is None and settings.slack_app_token is None:
        yield Check(
            "transport",
            good=False,
            told="set SLACK_SIGNING_SECRET (for HTTP) or SLACK_APP_TOKEN (for Socket Mode)",
        )
    if settings.slack_bot_token is None:
        yield Check(
            "token",
            good=False,
            told="SLACK_BOT_TOKEN is not set; Slack's page of the app has it under OAuth",
        )
    else:
        yield from _workspace(settings, settings.slack_bot_token.get_secret_value(), now)
    if settings.slack_app_token is not None:
        yield _socket(settings, settings.slack_app_token.get_secret_value())


def _workspace(settings: Settings, token: str, now: Clock) -> Iterator[Check]:
    slack = client(token, settings.slack_api_base_url)
    try:
        answer = slack.auth_test()
    except SlackApiError as error:
        yield REACHED
        yield from _clock(error.response.headers, now)
        told = f"Slack said {code_of(error)}; copy SLACK_BOT_TOKEN from Slack's page of the app"
        yield Check("token", good=False, told=told)
        return
    except FAILURES as error:
        yield _unreachable(settings, error)
        return
    yield REACHED
    yield from _clock(answer.headers, now)
    yield Check("token", good=True, told=f"works in {answer.get('team')} as {answer.get('user')}")
    yield _scopes(answer.headers)
    yield _experts_channel(slack, settings.experts_channel)
    if settings.experts_usergroup is not None:
        yield _experts_group(slack, settings.experts_usergroup)


REACHED = Check("slack", good=True, told="reachable")


def _unreachable(settings: Settings, error: Exception) -> Check:
    told = (
        f"{settings.slack_api_base_url} cannot be reached ({code_of(error)}); check the network, "
        "the proxy and SLACK_API_BASE_URL"
    )
    return Check("slack", good=False, told=told)


def _clock(headers: Mapping[str, str], now: Clock) -> Iterator[Check]:
    """The difference to Slack's clock, where its answer had the time."""
    try:
        theirs = parsedate_to_datetime(_header(headers, "date"))
    except ValueError:
        return
    off = abs((now() - theirs).total_seconds())
    told = f"{off:.0f} seconds from Slack's"
    if off >= SKEW:
        told += (
            "; set this machine's clock (with NTP, say): from five minutes on, all that Slack "
            "sends is refused"
        )
    yield Check("clock", good=off < SKEW, told=told)


def _scopes(headers: Mapping[str, str]) -> Check:
    granted = {scope.strip() for scope in _header(headers, "x-oauth-scopes").split(",")}
    missing = sorted(set(SCOPES) - granted)
    if not missing:
        return Check("scopes", good=True, told="all that the app needs")
    lost = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
    told = f"missing {lost}. Add them from `servicemodel manifest` and reinstall the app"
    return Check("scopes", good=False, told=told)


def _experts_channel(slack: WebClient, channel: str | None) -> Check:
    told, good = "", False
    if channel is None:
        told = "EXPERTS_CHANNEL is not set, so nobody would hear a call for a human"
        return Check("experts", good=False, told=told)
    try:
        found = slack.conversations_info(channel=channel)["channel"]
    except FAILURES as error:
        told = (
            f"Slack said {code_of(error)} for EXPERTS_CHANNEL {channel}; it must be the id of a "
            "channel, and if that is private, type /invite @advisor there"
        )
        return Check("experts", good=False, told=told)
    name = f"#{found.get('name')}"
    if found.get("is_archived"):
        told = f"{name} is archived; unarchive it, or set EXPERTS_CHANNEL to another channel's id"
    elif found.get("is_member") is False:
        told = f"the advisor is not in {name}; type /invite @advisor there"
    else:
        told, good = f"humans are called in {name}", True
    return Check("experts", good=good, told=told)


def _experts_group(slack: WebClient, group: str) -> Check:
    try:
        members = slack.usergroups_users_list(usergroup=group).get("users") or ()
    except FAILURES as error:
        told = (
            f"Slack said {code_of(error)} for EXPERTS_USERGROUP {group}; it must be the id of a "
            "user group, which Slack shows in its address under People → User groups"
        )
        return Check("expert group", good=False, told=told)
    if not members:
        told = f"the user group {group} has no members; add the experts to it"
        return Check("expert group", good=False, told=told)
    return Check("expert group", good=True, told=f"{len(members)} may take over")


def _socket(settings: Settings, token: str) -> Check:
    slack = client(token, settings.slack_api_base_url)
    try:
        slack.apps_connections_open(app_token=token)
    except FAILURES as error:
        told = (
            f"Slack said {code_of(error)}; SLACK_APP_TOKEN needs connections:write, and Socket "
            "Mode must be on in Slack's page of the app"
        )
        return Check("socket", good=False, told=told)
    return Check("socket", good=True, told="Slack offers a connection for Socket Mode")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")
