"""The manifest is one that Slack takes, and asks for nothing that is not used."""

import json
from pathlib import Path

import jsonschema
import pytest

from bot.slack.manifest import EVENTS, SCOPES, manifest


@pytest.mark.shared
@pytest.mark.parametrize(
    "url", [None, "https://advisor.example.com", "https://advisor.example.com/"]
)
def test_slacks_own_schema_takes_the_manifest(shared: Path, url: str | None) -> None:
    """For HTTP and for Socket Mode."""
    schema = json.loads((shared / "reference/slack/manifest.schema.2.0.0.json").read_text())
    jsonschema.validate(manifest(url), schema)


def test_http_has_an_address_everywhere_and_socket_mode_nowhere() -> None:
    """Events, interactivity and the command come through the same door."""
    address = "https://advisor.example.com/slack/events"
    http, socket = manifest("https://advisor.example.com/"), manifest()
    assert json.dumps(http).count(address) == 3
    assert http["settings"]["socket_mode_enabled"] is False
    assert "request_url" not in json.dumps(socket)
    assert socket["settings"]["socket_mode_enabled"] is True


@pytest.mark.shared
def test_every_scope_is_needed_by_an_event_a_method_or_the_command(shared: Path) -> None:
    """Least scopes: each one opens an event that is subscribed or a method that is called."""
    methods = json.loads((shared / "reference/slack/methods.json").read_text())
    called = (
        "assistant.threads.setSuggestedPrompts",
        "chat.postMessage",
        "conversations.open",
        "conversations.history",
        "conversations.replies",
        "usergroups.users.list",
        "users.info",
    )
    by_methods = {scope for name in called for scope in methods[name]["scopes"]["bot"]}
    by_events = {
        "app_mention": {"app_mentions:read"},
        "member_joined_channel": {"channels:read", "groups:read"},
        "message.channels": {"channels:history"},
        "message.groups": {"groups:history"},
        "message.im": {"im:history"},
        "message.mpim": {"mpim:history"},
    }
    needed = {scope for event in EVENTS for scope in by_events.get(event, ())}
    assert set(SCOPES) - needed - by_methods == {"commands"}
    assert needed <= set(SCOPES)
    assert manifest()["oauth_config"]["scopes"] == {"bot": sorted(SCOPES)}


def test_every_scope_has_a_reason() -> None:
    """People who install the app are told why."""
    assert all(reason.startswith("to ") for reason in SCOPES.values())


def test_the_listing_says_what_it_is() -> None:
    """A bot, by fixed rules, without a language model."""
    shown = manifest()["display_information"]
    assert "without a language model" in shown["long_description"]
    assert 174 <= len(shown["long_description"]) <= 4000
    assert len(shown["description"]) <= 140


def test_nothing_asks_for_mail_addresses() -> None:
    """Nor for anything to be done in somebody's name."""
    scopes = manifest()["oauth_config"]["scopes"]
    assert scopes.keys() == {"bot"}
    assert not [scope for scope in scopes["bot"] if "email" in scope]


def test_it_is_not_offered_to_whole_organisations() -> None:
    """Until it can be installed into many workspaces, Slack is told so."""
    assert manifest()["settings"]["org_deploy_enabled"] is False
