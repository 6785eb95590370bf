"""The Home tab: who the advisor is, a way to start, and this person's own conversations."""

from collections.abc import Sequence
from typing import Any

from bot.slack import figures, rich
from bot.slack.asides import NEWEST, USAGE, LinkTo, line
from bot.store import Summary
from flows.reply import Span, Text
from knowledge.schema import Knowledge

START = "home:start"

ABOUT = (
    "I ask about your team's skills, your scale and your constraints on vendors, no more than "
    "needed. Then I recommend the managed-cloud service model that fits, with reasons, sources "
    "and what would change the answer. A human can be had at any time."
)
KEPT: Text = (
    Span(
        text="I keep what you tell me in our conversations, without secrets and contact details, "
        "and what I answered. Of what else is said in your channels I keep nothing. "
    ),
    Span(text="/servicemodel delete-my-data", style="code"),
    Span(text=" removes your words for good."),
)


def home(own: Sequence[Summary], knowledge: Knowledge, link: LinkTo) -> dict[str, Any]:
    """The view to publish for one person, whose conversations `own` are, newest first."""
    listed = _listed(own, knowledge, link)
    usage = [(Span(text=command, style="code"), Span(text=f"  {what}")) for command, what in USAGE]
    return {
        "type": "home",
        "blocks": [
            _heading("Where should it run?"),
            _words(ABOUT),
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": START,
                        "text": _plain("Start a conversation", figures.BUTTON),
                        "style": "primary",
                        "value": "start",
                    }
                ],
            },
            _heading("Your conversations"),
            {"type": "rich_text", "elements": listed},
            _heading("In any channel"),
            {"type": "rich_text", "elements": [rich.bullets(usage, None, numbered=False)]},
            _heading("What I keep about you"),
            {"type": "rich_text", "elements": [rich.section(KEPT, None)]},
        ],
    }


def _listed(own: Sequence[Summary], knowledge: Knowledge, link: LinkTo) -> list[rich.Element]:
    if not own:
        return [rich.section((Span(text="None yet. Start one above."),), None)]
    items = [line(one, knowledge, link) for one in own[:NEWEST]]
    drawn = [rich.bullets(items, None, numbered=False)]
    if len(own) > NEWEST:
        drawn.append(rich.section((Span(text="There are older ones too."),), None))
    return drawn


def _heading(words: str) -> dict[str, Any]:
    return {"type": "header", "text": _plain(words, figures.HEADER)}


def _words(words: str) -> dict[str, Any]:
    return {"type": "section", "text": _plain(words, figures.SECTION)}


def _plain(words: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": words[:most], "emoji": False}
