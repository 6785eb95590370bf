"""Every reply keeps Slack's limits, and words of people are shown as they are."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.slack.blocks import CUT, render
from bot.slack.clicks import used
from bot.slack.limits import problems
from flows.reply import (
    THREAD_LINK,
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

CONVERSATION = "0k3v9w2m8x1qz"
LONG = "platform " * 6_000
HOSTILE = "<!channel> *bold* _it_ ~no~ `code` ```block``` <http://x|y> <@U0BEN> @here :tada: &amp;"


def text(words: str) -> Text:
    """Plain words."""
    return (Span(text=words),)


def drawn(*parts: Part, stamp: str = "p:1", link: str | None = None) -> dict[str, Any]:
    """A message of these parts, held against Slack's limits."""
    message = render(Reply(key="k", parts=parts), CONVERSATION, stamp, thread_link=link)
    assert problems("chat.postMessage", {"channel": "C1", **message}) == []
    return message


def walk(value: object) -> Iterator[Mapping[str, Any]]:
    """Every object within a value."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def act(serial: int = 3) -> Act:
    """The answer of a button."""
    return Act(intent="answer", criterion="kubernetes_skills", options=("none",), serial=serial)


LARGEST: dict[str, Part] = {
    "heading": Heading(text="h" * 150),
    "paragraph": Paragraph(text=text(LONG)),
    "paragraph of many spans": Paragraph(text=text("x" * 90) * 900),
    "one endless word": Paragraph(text=text("x" * 40_000)),
    "quote": Quote(text=text(LONG)),
    "bullets": Bullets(items=(text(LONG),) * 60),
    "numbered": Bullets(items=(text("one"), text("two")), numbered=True),
    "note": Note(text=text(LONG)),
    "note with links": Note(text=(Span(text=LONG, url="https://example.com"),)),
    "divider": Divider(),
    "table": Table(header=("Layer",) * 30, rows=(("You do this work",) * 30,) * 150),
    "table with gaps": Table(header=("", "Who"), rows=(("Network",), ("", " "))),
    "buttons": Buttons(buttons=(Button(label="b" * 75, act=act()),) * 40),
    "menu": Menu(
        label=LONG,
        choices=tuple(
            Choice(value=f"{n:03}" + "v" * 147, label="l" * 75, text=LONG) for n in range(120)
        ),
        act=act(),
    ),
    "menu of several": Menu(
        label="Which?",
        choices=tuple(Choice(value=str(n), label=f"line {n}") for n in range(100)),
        act=act(),
        multiple=True,
        submit="s" * 75,
    ),
    "picture": Picture(
        url="https://example.com/p.png", alt="a" * 2000, title="Points by model " * 200
    ),
    "feedback": Feedback(good="g" * 90, bad="b" * 90),
}


@pytest.mark.parametrize("name", LARGEST)
def test_each_part_keeps_the_limits_at_its_largest(name: str) -> None:
    """Whatever the dialogue hands over, Slack takes it."""
    drawn(LARGEST[name])


@pytest.mark.parametrize(
    "part",
    [
        Paragraph(text=()),
        Paragraph(text=text("")),
        Note(text=text("  ")),
        Quote(text=()),
        Bullets(items=()),
        Bullets(items=((), text(""))),
        Buttons(buttons=()),
        Menu(label="Which?", choices=(), act=act()),
    ],
)
def test_nothing_to_show_is_no_block(part: Part) -> None:
    """Slack refuses empty blocks."""
    message = drawn(Heading(text="so that there is something"), part)
    assert len(message["blocks"]) == 1


def test_a_reply_of_hundreds_of_parts_keeps_its_end() -> None:
    """Too much is shortened in the middle: what leads on stands last."""
    lines = (Paragraph(text=text("a line")), Divider()) * 60
    message = drawn(*lines, Buttons(buttons=(Button(label="Go on", act=act()),)))
    assert len(message["blocks"]) == 50
    assert message["blocks"][-1]["type"] == "actions"


def test_many_paragraphs_join_before_anything_is_left_out() -> None:
    """Sixty short paragraphs are still all there."""
    message = drawn(*(Paragraph(text=text(f"line {n}")) for n in range(60)))
    written = [element["text"] for element in walk(message["blocks"]) if "text" in element]
    assert "line 59" in written
    assert len(written) == 60


PARTS_WITH_WORDS: list[Part] = [
    Heading(text=HOSTILE),
    Paragraph(text=text(HOSTILE)),
    Quote(text=text(HOSTILE)),
    Bullets(items=(text(HOSTILE),)),
    Note(text=text(HOSTILE)),
    Note(text=(Span(text=HOSTILE, style="bold"),)),
    Table(header=(HOSTILE, "b"), rows=((HOSTILE, "b"),)),
    Buttons(buttons=(Button(label=HOSTILE[:75], act=act()),)),
    Menu(label=HOSTILE, choices=(Choice(value="v", label=HOSTILE[:75], text="t"),), act=act()),
    Picture(url="https://example.com/p.png", alt=HOSTILE, title=HOSTILE),
]


@pytest.mark.parametrize("part", PARTS_WITH_WORDS, ids=lambda part: part.kind)
def test_what_people_type_is_never_markup(part: Part) -> None:
    """Only literal carriers hold words; no mention, link or broadcast comes of them."""
    message = drawn(part)
    kinds = {element.get("type") for element in walk(message["blocks"])}
    assert not kinds & {"mrkdwn", "markdown", "user", "usergroup", "broadcast", "link", "emoji"}
    for element in walk(message["blocks"]):
        if element.get("type") == "plain_text":
            assert element["emoji"] is False
    assert not set(message["text"]) & set("<>*_~`")
    assert HOSTILE[:20] in json.dumps(message["blocks"])


def test_spans_of_ours_have_their_style_link_and_mention() -> None:
    """What the dialogue styles is styled."""
    spans = (
        Span(text="bold", style="bold"),
        Span(text="code", style="code"),
        Span(text="page", url="https://example.com"),
        Span(person="U0ANA"),
    )
    (block,) = drawn(Paragraph(text=spans))["blocks"]
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "bold", "style": {"bold": True}},
        {"type": "text", "text": "code", "style": {"code": True}},
        {"type": "link", "url": "https://example.com", "text": "page"},
        {"type": "user", "user_id": "U0ANA"},
    ]


def test_neighbours_of_one_style_are_one_element() -> None:
    """The dialogue writes sentences in pieces; Slack need not see them."""
    spans = (*text("one "), *text("two"), Span(text=" three", style="bold"), *text("."))
    (block,) = drawn(Paragraph(text=spans))["blocks"]
    assert [element["text"] for element in block["elements"][0]["elements"]] == [
        "one two",
        " three",
        ".",
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "x", THREAD_LINK])
def test_only_web_addresses_become_links(url: str) -> None:
    """Anything else, and a thread whose address is not known, stays text."""
    (block,) = drawn(Paragraph(text=(Span(text="here", url=url),)))["blocks"]
    assert block["elements"][0]["elements"] == [{"type": "text", "text": "here"}]


def test_the_thread_is_linked_where_its_address_is_known() -> None:
    """The edge fills in what only it knows."""
    part = Paragraph(text=(Span(text="the thread", url=THREAD_LINK),))
    (block,) = drawn(part, link="https://acme.example/p1")["blocks"]
    (element,) = block["elements"][0]["elements"]
    assert element["url"] == "https://acme.example/p1"


def test_rows_of_buttons_are_short() -> None:
    """Seven buttons are a row of five and a row of two, each with an id of its own."""
    buttons = tuple(Button(label=str(n), act=act(), style="primary") for n in range(7))
    blocks = drawn(Buttons(buttons=buttons))["blocks"]
    assert [len(block["elements"]) for block in blocks] == [5, 2]
    ids = [element["action_id"] for block in blocks for element in block["elements"]]
    assert len(set(ids)) == 7
    assert all(name.startswith("answer:") for name in ids)


def test_block_ids_change_with_the_stamp() -> None:
    """An update brings new ids, or Slack would keep what was chosen in the old message."""
    parts = (Heading(text="one"), Divider())
    before, after = (drawn(*parts, stamp=stamp) for stamp in ("p:1", "p:2"))
    ids = {block["block_id"] for message in (before, after) for block in message["blocks"]}
    assert len(ids) == 4


def test_a_second_table_becomes_a_list() -> None:
    """Slack takes one table a message."""
    table = Table(header=("Layer", "Who"), rows=(("Network", "Provider"),))
    kinds = [block["type"] for block in drawn(table, table)["blocks"]]
    assert kinds == ["table", "rich_text"]


def test_a_small_table_is_not_cut() -> None:
    """One long cell among short ones stays whole while the table as a whole fits."""
    long = "word " * 400
    (block,) = drawn(Table(header=("a", "b"), rows=((long, "x"),)))["blocks"]
    assert block["rows"][1][0]["text"] == long.strip()


def test_a_button_brings_back_what_it_was_given() -> None:
    """The value of a button is its conversation and act."""
    (block,) = drawn(Buttons(buttons=(Button(label="None", act=act()),)))["blocks"]
    element = block["elements"][0]
    assert json.loads(element["value"]) == {
        "c": CONVERSATION,
        "a": act().model_dump(mode="json", exclude_defaults=True),
    }
    found = used(element, {})
    assert found is not None
    assert (found.conversation, found.act, found.chosen) == (CONVERSATION, act(), ())


def test_a_menu_brings_back_the_line_that_was_chosen() -> None:
    """A choice in a menu acts at once."""
    menu = Menu(label="Which?", choices=(Choice(value="caas", label="CaaS"),), act=act())
    (block,) = drawn(menu)["blocks"]
    select = block["accessory"]
    found = used({**select, "selected_option": select["options"][0]}, {})
    assert found is not None
    assert (found.conversation, found.act, found.chosen) == (CONVERSATION, act(), ("caas",))


def test_a_menu_of_several_waits_for_its_button() -> None:
    """Choosing says nothing yet; the button sends all lines that stand chosen."""
    menu = Menu(
        label="Which?",
        choices=(Choice(value="web", label="Web"), Choice(value="batch", label="Batch")),
        act=act(),
        multiple=True,
        submit="That is all",
    )
    section, row = drawn(menu)["blocks"]
    select, button = section["accessory"], row["elements"][0]
    assert used({**select, "selected_options": select["options"]}, {}) is None
    state = {section["block_id"]: {select["action_id"]: {"selected_options": select["options"]}}}
    found, none = used(button, state), used(button, {})
    assert found is not None
    assert found.chosen == ("web", "batch")
    assert none is not None
    assert none.menu
    assert none.chosen == ()


def test_feedback_carries_the_verdict() -> None:
    """Two buttons, told apart by their acts; the bad one asks why."""
    (block,) = drawn(Feedback(good="Useful", bad="Not useful"))["blocks"]
    (element,) = block["elements"]
    acts = []
    for key in ("positive_button", "negative_button"):
        found = used({"action_id": element["action_id"], "value": element[key]["value"]}, {})
        assert found is not None
        acts.append(found.act)
    bad = Act(intent="feedback", good=False, form="feedback")
    assert acts == [Act(intent="feedback", good=True), bad]


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"action_id": "link", "url": "https://example.com"},
        {"action_id": "answer:1", "value": "not json"},
        {"action_id": "answer:1", "value": "[]"},
        {"action_id": "answer:1", "value": '{"c": "x"}'},
        {"action_id": "answer:1", "value": '{"c": "x", "a": {"surprise": 1}}'},
        {"action_id": "answer:1:{}", "selected_option": {"value": "a"}},
    ],
)
def test_controls_that_are_not_ours_are_left_alone(action: dict[str, Any]) -> None:
    """Links, old releases and forgeries do nothing."""
    assert used(action, {}) is None


def test_what_does_not_fit_is_cut_and_says_so_once() -> None:
    """Nobody takes the beginning for the whole."""
    parts = (Paragraph(text=text(LONG)), Bullets(items=(text(LONG),)), Divider())
    blocks = drawn(*parts)["blocks"]
    assert [block["type"] for block in blocks].count("context") == 1
    assert blocks[1]["elements"][0]["text"] == CUT
    assert CUT not in json.dumps(drawn(Paragraph(text=text("short")))["blocks"])
