"""What a person types, made into what Slack sends: escaped text, real mentions, rich text."""

import re
import secrets
from collections.abc import Iterable

from bot.playground.cast import Channel, Person
from bot.playground.message import Json

URL = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?'\")\]]")
HANDLE = re.compile(r"(?<![\w@./-])@([a-z][a-z0-9_.-]*[a-z0-9])", re.IGNORECASE)
CHANNEL = re.compile(r"(?<![\w#&])#([a-z0-9][a-z0-9_-]*)", re.IGNORECASE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MARK = re.compile(
    r"<@([UW][A-Z0-9]+)>|<#([CDG][A-Z0-9]+)(?:\|[^>]*)?>|<(https?://[^>|]+)(?:\|[^>]*)?>"
)


def as_sent(text: str, people: Iterable[Person], channels: Iterable[Channel]) -> str:
    """Typed text in Slack's writing: `&<>` escaped, @handles, #channels and links marked.

    Nothing is marked inside code.
    """
    handles = {person.handle.lower(): f"<@{person.id}>" for person in people}
    names = {c.name.lower(): f"<#{c.id}|{c.name}>" for c in channels if not c.direct}

    def marked(part: str) -> str:
        done, end = "", 0
        for link in URL.finditer(part):
            done += names_marked(part[end : link.start()]) + f"<{link.group()}>"
            end = link.end()
        return done + names_marked(part[end:])

    def names_marked(part: str) -> str:
        part = HANDLE.sub(lambda m: handles.get(m[1].lower(), m[0]), part)
        return CHANNEL.sub(lambda m: names.get(m[1].lower(), m[0]), part)

    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    done, end = "", 0
    for code in CODE.finditer(escaped):
        done += marked(escaped[end : code.start()]) + code.group()
        end = code.end()
    return done + marked(escaped[end:])


def rich_text(text: str) -> Json:
    """The rich_text block that Slack's own clients send along with a message."""
    inside: list[Json] = []
    end = 0
    for mark in MARK.finditer(text):
        _add_words(inside, text[end : mark.start()])
        person, channel, link = mark.groups()
        if person:
            inside.append({"type": "user", "user_id": person})
        elif channel:
            inside.append({"type": "channel", "channel_id": channel})
        else:
            inside.append({"type": "link", "url": _unescaped(link)})
        end = mark.end()
    _add_words(inside, text[end:])
    section = {"type": "rich_text_section", "elements": inside}
    return {"type": "rich_text", "block_id": secrets.token_urlsafe(4), "elements": [section]}


def _add_words(inside: list[Json], words: str) -> None:
    if words:
        inside.append({"type": "text", "text": _unescaped(words)})


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
