"""Slack's own markup: read into plain words, and kept out of what we write.

Reading is one pass of a bounded pattern, so that no message, however built, takes long.
"""

import re
from typing import NamedTuple

from bot.slack.figures import TEXT
from flows.reply import (
    Bullets,
    Buttons,
    Divider,
    Feedback,
    Heading,
    Menu,
    Note,
    Paragraph,
    Picture,
    Quote,
    Reply,
    Table,
    Text,
)

LONGEST = 40_000
"""Slack cuts messages there; nothing longer is read."""

_TOKEN = re.compile(
    r"<([@#!]?)"
    # Addresses hold no blanks; what stands behind a sign (a date's format) may.
    r"((?<=[@#!])[^<>|\n]{1,3000}|[^<>|\s]{1,3000})"
    r"(?:\|([^<>\n]{0,3000}))?>"
)
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))

# An operator's asterisk, a low line, an operator's tilde and a grave accent: they look like the
# characters that Slack reads as bold, italic, strike and code.
_STAND_INS = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "*": "\u2217",
        "_": "\u02cd",
        "~": "\u223c",
        "`": "\u02cb",
    }
)
_PING = re.compile(r"@(?=\w)")


class Spoken(NamedTuple):
    """What somebody typed, in plain words, and whom it was for.

    `to_us` is true when our own name was mentioned (it is taken out of `text`); `to_others` when
    other people, a group or a whole channel were.
    """

    text: str
    to_us: bool
    to_others: bool


def is_person(name: str) -> bool:
    """Whether this is a user id as Slack writes them."""
    return _PERSON.fullmatch(name) is not None


def read(raw: str, us: str | None) -> Spoken:
    """A message's `text` in plain words; `us` is our own user id.

    Links and references become what the person saw: the label, else the address or the name.
    """
    to_us = to_others = False

    def shown(token: re.Match[str]) -> str:
        nonlocal to_us, to_others
        sigil, target, label = token.groups()
        match sigil:
            case "@" if target == us:
                to_us = True
                return " "
            case "@":
                to_others = True
                return "@" + (label or target)
            case "#":
                return "#" + (label or target)
            case "!":
                to_others = to_others or not target.startswith("date^")
                return label or _named(target)
            case _:
                return label or target.removeprefix("mailto:").removeprefix("tel:")

    text = _TOKEN.sub(shown, raw[:LONGEST])
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    if to_us:
        text = "\n".join(" ".join(line.split()) for line in text.splitlines())
    return Spoken(text.strip(), to_us, to_others)


def _named(target: str) -> str:
    kind, _, rest = target.partition("^")
    return "@" + (rest if kind == "subteam" else kind)


def literal(words: str) -> str:
    """Words that Slack shows as they are, wherever it would read markup.

    Formatting characters give way to look-alikes, and a name after an @ cannot ping.
    """
    return _PING.sub("@\u2060", words.translate(_STAND_INS))


def cut(words: str, most: int) -> str:
    """At most so many characters, ended at a word with an ellipsis where something is left out."""
    if len(words) <= most:
        return words
    kept = words[: most - 1]
    at_word = kept.rsplit(None, 1)[0] if len(kept.split(None, 1)) > 1 else kept
    # A last "word" of hundreds of characters is no reason to lose most of the text.
    return (at_word if len(at_word) > most // 2 else kept).rstrip() + "…"


def spoken_rows(table: Table) -> list[str]:
    """A table as lines, each cell with the title of its column."""
    return [
        f"{first}: "
        + ", ".join(
            " ".join(filter(None, pair)) for pair in zip(table.header[1:], cells, strict=False)
        )
        for first, *cells in table.rows
    ]


def fallback(reply: Reply) -> str:
    """What notifications and screen readers get: plain lines, nothing of which is markup."""
    lines = [line for line in _lines(reply) if line.strip()]
    return _whole(cut("\n".join(lines), TEXT)) or "…"


def _whole(text: str) -> str:
    # A cut may have gone through an entity or a mention that we wrote.
    return re.sub(r"(?:&[a-z]{0,3}|<@[A-Z0-9]*)…$", "…", text)


def _written(text: Text) -> str:
    return "".join(
        f"<@{span.person}>" if span.person and is_person(span.person) else literal(span.text)
        for span in text
    )


def _lines(reply: Reply) -> list[str]:
    lines: list[str] = []
    for part in reply.parts:
        match part:
            case Heading():
                lines.append(literal(part.text))
            case Paragraph() | Quote() | Note():
                lines.append(_written(part.text))
            case Bullets():
                lines += [
                    f"{n}. {_written(item)}" if part.numbered else f"• {_written(item)}"
                    for n, item in enumerate(part.items, 1)
                ]
            case Table():
                lines += [literal(line) for line in spoken_rows(part)]
            case Buttons():
                lines.append(" · ".join(literal(button.label) for button in part.buttons))
            case Menu():
                lines.append(literal(part.label))
            case Picture():
                lines.append(literal(part.alt))
            case Feedback() | Divider():
                continue
    return lines
