"""Slack's app manifest, made from what the code does: its events, command and scopes."""

from collections.abc import Mapping
from typing import Any

NAME = "Service Model Advisor"
COMMAND = "/servicemodel"
EVENTS_PATH = "/slack/events"

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "to hear when somebody mentions the advisor in a channel",
    "assistant:write": "to suggest first questions in an empty direct message",
    "channels:history": "to follow replies without a mention in its own threads in public channels",
    "channels:read": "to notice that it was added to a public channel, and introduce itself once",
    "chat:write": "to ask, answer and edit its own messages",
    "commands": "to offer /servicemodel",
    "groups:history": "to follow replies in its own threads in private channels it was invited to",
    "groups:read": "to notice that it was added to a private channel, and introduce itself once",
    "im:history": "to read what people write to it directly",
    "im:write": "to write to the person who asked where the channel cannot be posted to",
    "mpim:history": "to follow replies in its own threads in group messages it was added to",
    "usergroups:read": "to know the members of the experts' user group, who may take over",
    "users:read": "to tell guests from members where the settings refuse guests",
}
"""Each scope that the app asks for, and what for. None is asked for ahead of need."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
)

PROMPTS = (
    ("Find where to run something", "We need to decide where to run an application."),
    ("Compare two models", "What is the difference between CaaS and KPaaS?"),
    ("Explain a term", "What is a service model?"),
    ("What can you do?", "help"),
)
"""What a person is offered in an empty conversation: title and message."""


def manifest(public_url: str | None = None) -> dict[str, Any]:
    """The manifest for an app at `public_url`; without one, for Socket Mode."""
    url = public_url.rstrip("/") + EVENTS_PATH if public_url else None
    at = {"request_url": url} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {
            "name": NAME,
            "description": "Advises which managed-cloud service model fits your team, and why.",
            "long_description": (
                "Ask where your application should run. The advisor asks about your team's skills, "
                "your scale and your constraints on vendors, no more than it needs. Then it names "
                "the service model that fits (IaaS, self-managed Kubernetes, PaaS, CaaS, KaaS, "
                "KPaaS or FaaS), with reasons, sources and what would change the answer. "
                "A human can be had at any time. It works by fixed rules, without a language model."
            ),
            "background_color": "#1f3a4d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "advisor", "always_online": True},
            "agent_view": {
                "agent_description": (
                    "Asks about skills, scale and vendor constraints, and advises which "
                    "managed-cloud service model fits, with reasons and sources."
                ),
                "suggested_prompts": [
                    {"title": title, "message": message} for title, message in PROMPTS
                ],
            },
            "slash_commands": [
                {
                    "command": COMMAND,
                    **({"url": url} if url else {}),
                    "description": "Find out where your application should run",
                    "usage_hint": "[your situation] | help | explain TOPIC | compare A B | status",
                    # Mentions and channels then arrive with their ids, as in messages.
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
