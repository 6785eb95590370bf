"""Replies as Slack's blocks: one small function a part, within Slack's limits.

What people typed can never become markup here: words go into rich text, plain text or table
cells, all of which Slack shows as they are.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.slack import figures, rich
from bot.slack.clicks import action_id, carried, menu_action_id
from bot.slack.markup import cut, fallback, spoken_rows
from flows.reply import (
    Act,
    Bullets,
    Button,
    Buttons,
    Choice,
    Divider,
    Feedback,
    Heading,
    Menu,
    Note,
    Paragraph,
    Part,
    Picture,
    Quote,
    Reply,
    Span,
    Table,
    Text,
)

Block = dict[str, Any]

IN_A_ROW = 5
"""More buttons beside each other than this are hard to read."""
CUT = "… This was too long for one message. Ask me about a part of it to see more."
BRIEF = 1_500
"""Characters that are kept of a message that Slack found too long."""
WRITTEN = 12_000
"""Characters of running text in one message; Slack refuses messages far longer than this."""


def render(
    reply: Reply, conversation: str, stamp: str, *, thread_link: str | None = None
) -> dict[str, Any]:
    """The arguments `text` and `blocks` of a message.

    `stamp` makes the block ids unique and must differ from one update of a message to the next
    (an outbox id does). `thread_link` is the address that spans with `THREAD_LINK` point to.
    """
    sheet = _Sheet(conversation, thread_link)
    blocks: list[Block] = []
    for part in reply.parts:
        blocks += sheet.drawn(part)
        if sheet.just_cut():
            blocks.append(_note_of_cut())
    blocks = within(blocks)
    for number, block in enumerate(blocks):
        block["block_id"] = f"{stamp}-{number}"[-figures.ID :]
    return {"text": fallback(reply), "blocks": blocks}


class _Sheet:
    """One message being drawn: what is left of its room, and the numbers already given."""

    def __init__(self, conversation: str, thread_link: str | None) -> None:
        self.conversation = conversation
        self.thread_link = thread_link
        self._left = WRITTEN
        self._numbers = 0
        self._tables = 0
        self._cut = False
        self._told = False

    def drawn(self, part: Part) -> list[Block]:
        """The blocks of one part; none where there is nothing to show."""
        return _DRAW[type(part)](self, part)

    def number(self) -> int:
        """The next number, for ids that must differ within the message."""
        self._numbers += 1
        return self._numbers

    def room(self, text: Text) -> Text:
        """The text, cut to what a paragraph and the message still hold."""
        kept = rich.shortened(text, min(figures.SECTION, self._left))
        used = sum(len(span.text) for span in kept)
        self._cut |= used < sum(len(span.text) for span in text)
        self._left -= used
        return kept

    def just_cut(self) -> bool:
        """Whether something was cut that nobody was told of yet."""
        tell = self._cut and not self._told
        self._told |= tell
        return tell

    def first_table(self) -> bool:
        """Whether a table may still come: Slack takes one a message."""
        self._tables += 1
        return self._tables == 1


def _plain(words: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(words, most), "emoji": False}


def _rich(*elements: rich.Element) -> list[Block]:
    return [{"type": "rich_text", "elements": list(elements)}]


def _heading(_: _Sheet, part: Heading) -> list[Block]:
    return [{"type": "header", "text": _plain(part.text, figures.HEADER)}]


def _paragraph(sheet: _Sheet, part: Paragraph) -> list[Block]:
    text = sheet.room(part.text)
    return _rich(rich.section(text, sheet.thread_link)) if text else []


def _quote(sheet: _Sheet, part: Quote) -> list[Block]:
    text = sheet.room(part.text)
    return _rich(rich.quote(text, sheet.thread_link)) if text else []


def _bullets(sheet: _Sheet, part: Bullets) -> list[Block]:
    items = [text for item in part.items if (text := sheet.room(item))]
    if not items:
        return []
    return _rich(rich.bullets(items, sheet.thread_link, numbered=part.numbered))


def _note(sheet: _Sheet, part: Note) -> list[Block]:
    text = sheet.room(part.text)
    if not text:
        return []
    if any(span.url or span.person or span.style != "plain" for span in text):
        return _rich(rich.section(text, sheet.thread_link))
    words = "".join(span.text for span in text)
    if not words.strip():
        return []
    return [{"type": "context", "elements": [_plain(words, figures.SECTION)]}]


def _divider(_: _Sheet, __: Divider) -> list[Block]:
    return [{"type": "divider"}]


def _table(sheet: _Sheet, part: Table) -> list[Block]:
    if not sheet.first_table():
        return _table_as_list(sheet, part)
    rows = (part.header, *part.rows)[: figures.TABLE_ROWS]
    width = min(max(len(row) for row in rows), figures.TABLE_COLUMNS)
    cells = len(rows) * width
    written = cells + sum(len(cell) for row in rows for cell in row)
    # Where all of it does not fit, each cell gets the same room.
    most = figures.TABLE_CHARACTERS
    if written > most:
        most //= max(cells, 1)
    return [
        {
            "type": "table",
            "rows": [
                [
                    # Slack refuses an empty cell.
                    {"type": "raw_text", "text": cut(cell.strip(), most) or "—"}
                    for cell in (*row, *[""] * (width - len(row)))[:width]
                ]
                for row in rows
            ],
            "column_settings": [{"is_wrapped": True}] * width,
        }
    ]


def _table_as_list(sheet: _Sheet, part: Table) -> list[Block]:
    items = tuple((Span(text=line),) for line in spoken_rows(part))
    return _bullets(sheet, Bullets(items=items))


def _button(sheet: _Sheet, button: Button, menu: str | None = None) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "type": "button",
        "text": _plain(button.label, figures.BUTTON),
        "action_id": action_id(button.act, sheet.number()),
        "value": carried(sheet.conversation, button.act, menu=menu),
    }
    if button.style != "default":
        drawn["style"] = button.style
    return drawn


def _buttons(sheet: _Sheet, part: Buttons) -> list[Block]:
    drawn = [_button(sheet, button) for button in part.buttons]
    return [
        {"type": "actions", "elements": drawn[start : start + IN_A_ROW]}
        for start in range(0, len(drawn), IN_A_ROW)
    ]


def option(choice: Choice) -> dict[str, Any]:
    """A choice as a line of a menu, in a message or a form."""
    drawn = {"text": _plain(choice.label, figures.OPTION), "value": choice.value}
    if choice.text:
        drawn["description"] = _plain(choice.text, figures.OPTION)
    return drawn


def _menu(sheet: _Sheet, part: Menu) -> list[Block]:
    if not part.choices:
        return []
    name = menu_action_id(sheet.conversation, part, sheet.number())
    menu = {
        "type": "multi_static_select" if part.multiple else "static_select",
        "action_id": name,
        "placeholder": _plain("Choose one or more" if part.multiple else "Choose one", 150),
        "options": [option(choice) for choice in part.choices[: figures.OPTIONS]],
    }
    label = _plain(part.label, figures.SECTION)
    blocks: list[Block] = [{"type": "section", "text": label, "accessory": menu}]
    if part.multiple:
        submit = Button(label=part.submit or "Send", act=part.act, style="primary")
        blocks.append({"type": "actions", "elements": [_button(sheet, submit, menu=name)]})
    return blocks


def _picture(_: _Sheet, part: Picture) -> list[Block]:
    drawn: Block = {"type": "image", "image_url": part.url, "alt_text": cut(part.alt, figures.ALT)}
    if part.title:
        drawn["title"] = _plain(part.title, figures.ALT)
    return [drawn]


def _feedback(sheet: _Sheet, part: Feedback) -> list[Block]:
    def verdict(label: str, *, good: bool) -> dict[str, Any]:
        act = Act(intent="feedback", good=good, form=None if good else "feedback")
        return {
            "text": _plain(label, figures.BUTTON),
            "value": carried(sheet.conversation, act),
            "accessibility_label": cut(label, figures.BUTTON),
        }

    return [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": f"feedback:{sheet.number()}",
                    "positive_button": verdict(part.good, good=True),
                    "negative_button": verdict(part.bad, good=False),
                }
            ],
        }
    ]


_DRAW: Mapping[type, Callable[[_Sheet, Any], list[Block]]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Quote: _quote,
    Bullets: _bullets,
    Note: _note,
    Divider: _divider,
    Table: _table,
    Buttons: _buttons,
    Menu: _menu,
    Picture: _picture,
    Feedback: _feedback,
}


def within(blocks: list[Block], most: int = figures.BLOCKS_IN_MESSAGE) -> list[Block]:
    """At most so many blocks: neighbours of rich text join, and then the middle gives way.

    What comes last stays, since the buttons that lead on are there.
    """
    if len(blocks) <= most:
        return blocks
    joined: list[Block] = []
    for block in blocks:
        if block["type"] == "rich_text" and joined and joined[-1]["type"] == "rich_text":
            joined[-1]["elements"] += block["elements"]
        else:
            joined.append(block)
    if len(joined) <= most:
        return joined
    return [*joined[: most // 2], _note_of_cut(), *joined[len(joined) - (most - most // 2 - 1) :]]


def brief(message: dict[str, Any]) -> dict[str, Any]:
    """The least of a message that Slack found too long: its beginning, and what leads on."""
    words = cut(message["text"], BRIEF)
    leading = [block for block in message["blocks"] if block["type"] == "actions"]
    text = {"type": "section", "text": _plain(words, figures.SECTION)}
    return {"text": words, "blocks": [text, _note_of_cut(), *leading[-2:]]}


def _note_of_cut() -> Block:
    return {"type": "context", "elements": [_plain(CUT, figures.SECTION)]}
