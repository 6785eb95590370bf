"""`servicemodel doctor`: what it finds wrong, and that it says what to do about each."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.checkup import Check, checks
from bot.config import Settings
from bot.slack.manifest import SCOPES
from bot.store import Store
from tests.bot.slack_kit import EVA, EXPERTS, Answer, SmallSlack, small_slack

ALL = {"X-OAuth-Scopes": ",".join(SCOPES)}
WHO = {"ok": True, "team": "Acme", "user": "advisor"}


@pytest.fixture
def slack() -> Iterator[SmallSlack]:
    """A small Slack on the loopback interface."""
    with small_slack() as slack:
        yield slack


@pytest.fixture
def settings(slack: SmallSlack, tmp_path: Path) -> Settings:
    """Everything set, and a database that is up to date."""
    url = f"sqlite:///{tmp_path / 'log.sqlite3'}"
    store = Store.open(url)
    store.migrate()
    store.close()
    return Settings(
        slack_signing_secret="made-up",  # noqa: S106 - made up
        slack_bot_token="xoxb-made-up",  # noqa: S106 - made up
        slack_app_token="xapp-made-up",  # noqa: S106 - made up
        slack_api_base_url=slack.url,
        database_url=url,
        experts_channel=EXPERTS,
        experts_usergroup="S0EXPERTS",
    )


def well(slack: SmallSlack, **headers: str) -> None:
    """Let Slack know us, with further headers in its answer."""
    slack.will("auth.test", Answer(WHO, headers={**ALL, **headers}))


def channel(slack: SmallSlack, **more: Any) -> None:  # noqa: ANN401 - fields of a channel
    """Let Slack know the experts' channel."""
    found = {"id": EXPERTS, "name": "experts", "is_member": True, **more}
    slack.will("conversations.info", Answer({"ok": True, "channel": found}))


def looked(settings: Settings, at: datetime | None = None) -> dict[str, Check]:
    """Everything that was looked at, by name."""
    return {check.name: check for check in checks(settings, lambda: at or datetime.now(UTC))}


def test_all_is_well(slack: SmallSlack, settings: Settings) -> None:
    """Knowledge, database, backlog, Slack, clock, tokens, scopes, experts and their group."""
    well(slack)
    channel(slack)
    found = looked(settings)
    assert [name for name, check in found.items() if not check.good] == []
    assert found.keys() == {
        "knowledge",
        "database",
        "backlog",
        "slack",
        "clock",
        "token",
        "scopes",
        "experts",
        "expert group",
        "socket",
    }


@pytest.mark.parametrize(("minutes", "good"), [(0, True), (3, False), (-3, False)])
def test_a_wrong_clock_is_found(
    slack: SmallSlack, settings: Settings, minutes: int, *, good: bool
) -> None:
    """In either direction, and before Slack's signatures begin to look old."""
    well(slack)
    # The small Slack tells this machine's time: ours is what is wrong here.
    check = looked(settings, datetime.now(UTC) + timedelta(minutes=minutes))["clock"]
    assert check.good is good
    assert ("set this machine's clock" in check.told) is not good


def test_a_missing_scope_is_named_with_what_it_is_for(
    slack: SmallSlack, settings: Settings
) -> None:
    """And how to add it."""
    granted = ",".join(scope for scope in SCOPES if scope != "im:write")
    slack.will("auth.test", Answer(WHO, headers={"X-OAuth-Scopes": granted}))
    check = looked(settings)["scopes"]
    assert not check.good
    assert f"missing im:write ({SCOPES['im:write']})" in check.told
    assert "servicemodel manifest" in check.told


def test_a_token_that_slack_does_not_know(slack: SmallSlack, settings: Settings) -> None:
    """Slack is reachable then, and only the token is wrong."""
    slack.refuse("auth.test", "invalid_auth")
    found = looked(settings)
    assert found["slack"].good
    assert not found["token"].good
    assert "invalid_auth" in found["token"].told


def test_slack_out_of_reach(slack: SmallSlack, settings: Settings) -> None:
    """Then nothing is said about the token."""
    slack.will("auth.test", Answer({}, drop=True))
    found = looked(settings)
    assert not found["slack"].good
    assert "SLACK_API_BASE_URL" in found["slack"].told
    assert "token" not in found


@pytest.mark.parametrize(
    ("more", "advice"),
    [
        ({"is_archived": True}, "unarchive it"),
        ({"is_member": False}, "/invite @advisor"),
    ],
)
def test_an_experts_channel_that_cannot_be_used(
    slack: SmallSlack, settings: Settings, more: dict[str, bool], advice: str
) -> None:
    """It exists, and yet nobody would hear."""
    well(slack)
    channel(slack, **more)
    check = looked(settings)["experts"]
    assert not check.good
    assert advice in check.told


def test_an_experts_channel_and_group_that_do_not_exist(
    slack: SmallSlack, settings: Settings
) -> None:
    """Named with what Slack said."""
    well(slack)
    slack.refuse("conversations.info", "channel_not_found")
    slack.refuse("usergroups.users.list", "no_such_subteam")
    found = looked(settings)
    assert "channel_not_found for EXPERTS_CHANNEL C0EXPERTS" in found["experts"].told
    assert "no_such_subteam for EXPERTS_USERGROUP S0EXPERTS" in found["expert group"].told
    assert not found["experts"].good
    assert not found["expert group"].good


def test_a_group_without_members(slack: SmallSlack, settings: Settings) -> None:
    """Nobody could take over."""
    well(slack)
    slack.will("usergroups.users.list", Answer({"ok": True, "users": []}))
    assert "add the experts" in looked(settings)["expert group"].told
    well(slack)
    slack.will("usergroups.users.list", Answer({"ok": True, "users": [EVA]}))
    assert looked(settings)["expert group"].good


def test_an_app_token_that_does_not_work(slack: SmallSlack, settings: Settings) -> None:
    """Socket Mode needs it, and to be on."""
    well(slack)
    slack.refuse("apps.connections.open", "not_allowed_token_type")
    check = looked(settings)["socket"]
    assert not check.good
    assert "connections:write" in check.told
