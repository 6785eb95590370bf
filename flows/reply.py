"""What the advisor says, as values that no channel's markup has touched yet.

Text is a run of spans, so words that people typed can never become markup: a channel's edge
writes each span in its own way, and only spans that we made bold, linked or addressed are.
"""

from typing import Annotated, Literal

from pydantic import Field

from knowledge.schema import CriterionId, Frozen, OptionId, TopicId


class Span(Frozen):
    """A piece of text in one style; `url` makes it a link, `person` a mention of that person."""

    text: str = ""
    style: Literal["plain", "bold", "italic", "code", "strike"] = "plain"
    url: str | None = None
    person: str | None = None


Text = tuple[Span, ...]


class Act(Frozen):
    """What using a button or menu means; it comes back as a `flows.conversation.Click`.

    `intent` is the value of a `flows.conversation.Intent`. `form` names a form that the edge
    opens first, and whose fields complete the act.
    """

    intent: str
    criterion: CriterionId | None = None
    options: tuple[OptionId, ...] = ()
    serial: int | None = None
    topics: tuple[TopicId, ...] = ()
    good: bool | None = None
    form: Literal["compare", "feedback", "hand_back", "objection"] | None = None


class Button(Frozen):
    """`label` at most 75 characters: it says what happens to whoever sees or hears it."""

    label: Annotated[str, Field(min_length=1, max_length=75)]
    act: Act
    style: Literal["default", "primary", "danger"] = "default"


class Choice(Frozen):
    """One line of a menu: `value` becomes the one option of the menu's act."""

    value: str
    label: Annotated[str, Field(min_length=1, max_length=75)]
    text: str = ""


class Heading(Frozen):
    """A title of at most 150 characters, plain."""

    kind: Literal["heading"] = "heading"
    text: Annotated[str, Field(min_length=1, max_length=150)]


class Paragraph(Frozen):
    """Running text."""

    kind: Literal["paragraph"] = "paragraph"
    text: Text


class Quote(Frozen):
    """Somebody's words, set apart."""

    kind: Literal["quote"] = "quote"
    text: Text


class Bullets(Frozen):
    """A list; `numbered` where the order matters."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[Text, ...]
    numbered: bool = False


class Note(Frozen):
    """Small print: sources, progress, versions."""

    kind: Literal["note"] = "note"
    text: Text


class Divider(Frozen):
    """A line between two subjects."""

    kind: Literal["divider"] = "divider"


class Table(Frozen):
    """Rows under a header; cells are plain text and never empty."""

    kind: Literal["table"] = "table"
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Buttons(Frozen):
    """Buttons in a row; the edge breaks long rows."""

    kind: Literal["buttons"] = "buttons"
    buttons: tuple[Button, ...]


class Menu(Frozen):
    """A menu to choose one (or, with `multiple`, several) of up to 100 lines.

    With `multiple` the edge adds a button `submit` that sends what is chosen.
    """

    kind: Literal["menu"] = "menu"
    label: str
    choices: tuple[Choice, ...]
    act: Act
    multiple: bool = False
    submit: str = ""


class Picture(Frozen):
    """A picture at `url`, told in words by `alt`."""

    kind: Literal["picture"] = "picture"
    url: str
    alt: Annotated[str, Field(min_length=1, max_length=2000)]
    title: str = ""


class Feedback(Frozen):
    """Was this useful? Two buttons whose acts carry `good`; the bad one asks for a reason, too."""

    kind: Literal["feedback"] = "feedback"
    good: str
    bad: str


Part = Annotated[
    Heading
    | Paragraph
    | Quote
    | Bullets
    | Note
    | Divider
    | Table
    | Buttons
    | Menu
    | Picture
    | Feedback,
    Field(discriminator="kind"),
]


class Reply(Frozen):
    """One message to post, or to put in the place of an earlier one.

    `key` names it within its conversation (`question:4`, `advice:1`, `briefing:1`); a later reply
    with the same key and `replaces` true takes the place of the message posted under that key.
    `audience`: the conversation's `thread`, `only` one person there (not kept by Slack), a
    `direct` message to that person, or the `experts`' channel.
    """

    key: str
    parts: tuple[Part, ...]
    audience: Literal["thread", "only", "direct", "experts"] = "thread"
    to: str | None = None
    replaces: bool = False


class Entry(Frozen):
    """One field of a form: free `words`, or one of `choices`."""

    key: str
    label: str
    kind: Literal["words", "choice"]
    choices: tuple[Choice, ...] = ()
    initial: str = ""
    hint: str = ""
    optional: bool = False


class Form(Frozen):
    """A dialogue box; `title` and `submit` at most 24 characters."""

    title: Annotated[str, Field(min_length=1, max_length=24)]
    submit: Annotated[str, Field(min_length=1, max_length=24)]
    intro: str = ""
    entries: tuple[Entry, ...]


THREAD_LINK = "thread:"
"""A span's `url` for "the conversation's thread", whose address only the edge knows."""


def plain(text: Text) -> str:
    """The words of a text, without style; a mention reads as `@person`."""
    return "".join(f"@{span.person}" if span.person else span.text for span in text)


def words(reply: Reply) -> str:
    """A reply as plain lines: for fall-back texts, transcripts and tests."""
    lines: list[str] = []
    for part in reply.parts:
        match part:
            case Heading():
                lines.append(part.text)
            case Paragraph() | Quote() | Note():
                lines.append(plain(part.text))
            case Bullets():
                lines.extend(
                    f"{n}. {plain(item)}" if part.numbered else f"• {plain(item)}"
                    for n, item in enumerate(part.items, 1)
                )
            case Table():
                lines.append(" | ".join(part.header))
                lines.extend(" | ".join(row) for row in part.rows)
            case Buttons():
                lines.append(" ".join(f"[{button.label}]" for button in part.buttons))
            case Menu():
                lines.append(f"{part.label}: " + ", ".join(c.label for c in part.choices))
            case Picture():
                lines.append(part.alt)
            case Feedback():
                lines.append(f"[{part.good}] [{part.bad}]")
            case Divider():
                continue
    return "\n".join(lines)
