"""The limit checker finds what Slack would refuse, and only that."""

from typing import Any

import pytest

from bot.slack.limits import problems


def plain(text: str) -> dict[str, str]:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def message(*blocks: dict[str, Any], **more: object) -> list[str]:
    """The problems of a message with these blocks."""
    return problems(
        "chat.postMessage", {"channel": "C1", "text": "t", "blocks": list(blocks), **more}
    )


def view(*blocks: dict[str, Any], method: str = "views.open", **more: object) -> list[str]:
    """The problems of a modal with these blocks."""
    made = {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **more}
    return problems(method, {"trigger_id": "1", "view": made})


BUTTON = {"type": "button", "text": plain("Go"), "action_id": "go"}
OPTION = {"text": plain("One"), "value": "1"}
SELECT = {"type": "static_select", "action_id": "s", "options": [OPTION]}
INPUT = {
    "type": "input",
    "label": plain("Why?"),
    "element": {"type": "plain_text_input", "action_id": "w"},
}
DIVIDER = {"type": "divider"}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    """A paragraph of rich text."""
    section = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [section]}


def table(*rows: list[str]) -> dict[str, Any]:
    """A table of raw text."""
    return {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in rows],
    }


@pytest.mark.parametrize(
    "block",
    [
        DIVIDER,
        {"type": "header", "text": plain("h" * 150)},
        {"type": "section", "text": plain("s" * 3000), "accessory": SELECT},
        {"type": "section", "fields": [plain("f" * 2000)] * 10},
        {"type": "actions", "elements": [{**BUTTON, "action_id": str(n)} for n in range(25)]},
        {"type": "context", "elements": [plain("c")] * 10},
        {"type": "image", "image_url": "https://example.com/i.png", "alt_text": "a" * 2000},
        table(*[["x"] * 20] * 100),
        rich({"type": "text", "text": "words"}, {"type": "user", "user_id": "U1"}),
    ],
)
def test_what_slack_takes_has_no_problems(block: dict[str, Any]) -> None:
    """Blocks at their limits are sound."""
    assert message(block) == []


@pytest.mark.parametrize(
    ("block", "about"),
    [
        ({"type": "surprise"}, "unknown type"),
        ({"type": "header", "text": plain("h" * 151)}, "151 characters"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "h"}}, "'mrkdwn'"),
        ({"type": "header"}, "missing"),
        ({"type": "section"}, "neither text nor fields"),
        ({"type": "section", "text": plain("")}, "empty"),
        ({"type": "section", "text": plain("s" * 3001)}, "3001"),
        ({"type": "section", "fields": [plain("f")] * 11}, "11 items"),
        ({"type": "actions", "elements": []}, "0 items"),
        (
            {"type": "actions", "elements": [{**BUTTON, "action_id": str(n)} for n in range(26)]},
            "26",
        ),
        ({"type": "actions", "elements": [BUTTON, BUTTON]}, "action_id used twice"),
        ({"type": "actions", "elements": [{**BUTTON, "text": plain("b" * 76)}]}, "76"),
        ({"type": "actions", "elements": [{**BUTTON, "value": "v" * 2001}]}, "2001"),
        ({"type": "actions", "elements": [{**BUTTON, "style": "loud"}]}, "'loud'"),
        (
            {"type": "actions", "elements": [{**SELECT, "type": "multi_static_select"}]},
            "not allowed",
        ),
        (
            {"type": "section", "text": plain("s"), "accessory": {**SELECT, "options": []}},
            "0 items",
        ),
        (
            {
                "type": "section",
                "text": plain("s"),
                "accessory": {**SELECT, "options": [OPTION] * 2},
            },
            "value used twice",
        ),
        ({"type": "context", "elements": [plain("c")] * 11}, "11 items"),
        ({"type": "image", "image_url": "https://example.com/i.png"}, "alt_text"),
        (table(["a", ""]), "empty"),
        (table(*[["x"]] * 101), "101 items"),
        (table(["x"] * 21), "21 items"),
        (table(["x" * 10_001]), "10001"),
        (rich({"type": "text", "text": ""}), "empty"),
        (rich(), "empty"),
        ({"type": "rich_text", "elements": [{"type": "text", "text": "bare"}]}, "type 'text'"),
        ({"type": "markdown", "text": "m" * 12_001}, "12001"),
        ({"type": "divider", "block_id": "b" * 256}, "256"),
    ],
)
def test_what_slack_refuses_is_found(block: dict[str, Any], about: str) -> None:
    """Each fault is named with its place."""
    found = message(block)
    assert len(found) >= 1
    assert any(about in problem for problem in found), found


def test_messages_are_checked_as_a_whole() -> None:
    """Counts over all blocks, the fallback text, and the thread."""
    assert any("51" in found for found in message(*[DIVIDER] * 51))
    assert any("more than one table" in found for found in message(table(["a"]), table(["b"])))
    same = {"type": "divider", "block_id": "same"}
    assert any("used 2 times" in found for found in message(same, same))
    assert problems("chat.postMessage", {"text": "", "blocks": [DIVIDER]}) != []
    assert problems("chat.postMessage", {"text": "t" * 4001}) != []
    assert problems("chat.postMessage", {"text": "t", "thread_ts": ""}) != []


def test_views_are_checked_too() -> None:
    """Titles, the submit button, hidden data and surfaces."""
    assert view(INPUT, submit=plain("Send")) == []
    assert any("submit" in found for found in view(INPUT))
    assert any("view.title" in found for found in view(DIVIDER, title=plain("t" * 25)))
    assert any("private_metadata" in found for found in view(DIVIDER, private_metadata="m" * 3001))
    assert any("not in a modal" in found for found in view(table(["a"])))
    assert any("views.publish" in found for found in view(DIVIDER, method="views.publish"))
    assert any("bytes" in found for found in view(DIVIDER, callback_id="c" * 250_000))
    assert view() != []
    assert problems("views.open", {}) == ["view: missing"]


def test_blocks_on_the_wire_are_read() -> None:
    """Form-encoded calls carry JSON."""
    assert problems("chat.update", {"text": "t", "blocks": '[{"type": "divider"}]'}) == []
    assert problems("chat.update", {"text": "t", "blocks": '[{"type": "nothing"}]'}) != []


def test_calls_without_blocks_have_no_problems() -> None:
    """What is not a message and not a view is none of its business."""
    assert problems("conversations.open", {"users": "U1"}) == []
