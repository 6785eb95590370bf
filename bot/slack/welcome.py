"""First contact: a greeting in an empty direct message, an introduction in a new channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import render
from bot.slack.clients import ClientFor
from bot.slack.manifest import COMMAND, PROMPTS
from bot.slack.once import Once
from flows.reply import Bullets, Note, Paragraph, Reply, Span, Text

QUIET: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True)
class Welcome:
    """Says hello once. Its methods call Slack, so they belong behind the scenes."""

    client_for: ClientFor
    said: Once
    experts_channel: str | None

    def greet(self, workspace: str, channel: str) -> None:
        """Greet somebody who opens their direct message with us, unless it holds something."""
        key = f"greeting:{channel}"
        if not self.said.first(key):
            return
        client = self.client_for(workspace)
        try:
            if client.conversations_history(channel=channel, limit=1).get("messages"):
                return
            client.chat_postMessage(channel=channel, **render(greeting(), "", key), **QUIET)
        except Exception:
            # Nothing was said: whoever opens it the next time is greeted then.
            self.said.forget(key)
            raise
        # Without a thread: in an app whose conversations live in the Messages tab, prompts
        # with one are dropped in silence.
        client.api_call(
            "assistant.threads.setSuggestedPrompts",
            json={"channel_id": channel, "title": "For example:", "prompts": prompts()},
        )

    def introduce(self, workspace: str, channel: str, event_id: str) -> None:
        """Say in a channel that we were just added to who we are, in one short message."""
        if not self.said.first(f"introduction:{event_id}"):
            return
        client = self.client_for(workspace)
        if client.conversations_info(channel=channel)["channel"].get("is_general"):
            # Everybody of the workspace is there, and nobody asked.
            return
        reply = for_experts() if channel == self.experts_channel else introduction()
        client.chat_postMessage(channel=channel, **render(reply, "", event_id), **QUIET)


def prompts() -> list[dict[str, Any]]:
    """What somebody could begin with."""
    return [{"title": title, "message": message} for title, message in PROMPTS]


def greeting() -> Reply:
    """The first message in a direct message."""
    return _reply(
        Paragraph(text=_words("Hello! I find where your software should run, and say why.")),
        Bullets(
            items=(
                _words(
                    "Tell me about your team and application, in your own words. I ask the rest."
                ),
                _words("Or ask what something is, such as “what is KPaaS?”"),
                _words("Write *help* at any time, or *human* to talk to a person."),
            )
        ),
        Note(
            text=_words(
                "I keep what you tell me here, without secrets. Home says how to delete it."
            )
        ),
    )


def introduction() -> Reply:
    """The one message in a channel that the advisor was added to."""
    return _reply(
        Paragraph(
            text=(
                Span(text="Hello! I help teams choose where their software should run. "),
                Span(text="Mention me with your question, or type "),
                Span(text=COMMAND, style="code"),
                Span(text=". I answer in a thread, and otherwise stay quiet."),
            )
        )
    )


def for_experts() -> Reply:
    """The same, in the channel where humans are called."""
    return _reply(
        Paragraph(
            text=_words(
                "Hello! Here I tell you when somebody asks me for a human, with what I know of "
                "their case. Whoever presses the button of such a message takes over in its thread."
            )
        )
    )


def _reply(*parts: Paragraph | Bullets | Note) -> Reply:
    return Reply(key="welcome", parts=parts)


def _words(words: str) -> Text:
    """A sentence in which *this* is bold."""
    return tuple(
        Span(text=piece, style="bold" if number % 2 else "plain")
        for number, piece in enumerate(words.split("*"))
        if piece
    )
