"""The page has a drawing for every block and element of Slack's, and the clicks in them work."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk.models.blocks import block_elements
from slack_sdk.models.blocks import blocks as sdk_blocks

from bot.playground.blockwork import KEEPING, action, elements, find, initial, standing, with_ids
from tests.bot import playground_blocks as blocks

SCRIPTS = Path(__file__).parents[2] / "bot" / "playground" / "page" / "js"
NOT_IN_THE_SDK = {"data_table", "data_visualization"}
NEVER_ALONE = {"rich_text_list", "rich_text_section", "rich_text_quote", "rich_text_preformatted"}
"""Parts of rich text, which have a table of their own."""


def table(file: str, name: str) -> set[str]:
    """The keys of one of the page's tables."""
    written = (SCRIPTS / file).read_text(encoding="utf-8")
    found = re.search(rf"^const {name} = \{{\n(.*?)^\}};", written, re.DOTALL | re.MULTILINE)
    assert found, f"{file} has no table {name}"
    keys = re.findall(r"^  (\w+)(?=[:,])", found[1], re.MULTILINE)
    return set(keys)


def types_in(module: object, base: type) -> Iterator[str]:
    """The types of all blocks or elements that slack_sdk has classes for."""
    for _, one in inspect.getmembers(module, inspect.isclass):
        kind = getattr(one, "type", None)
        if issubclass(one, base) and isinstance(kind, str):
            yield kind


@pytest.mark.parametrize("kind", sorted({*types_in(sdk_blocks, sdk_blocks.Block), *NOT_IN_THE_SDK}))
def test_every_block_has_a_drawing(kind: str) -> None:
    """One small function in the page's table."""
    assert kind in table("blocks.js", "BLOCKS")


@pytest.mark.parametrize(
    "kind", sorted({*types_in(block_elements, block_elements.BlockElement)} - {"url"})
)
def test_every_element_has_a_drawing(kind: str) -> None:
    """Parts of rich text in their own table; `url` stands in task cards alone."""
    where = ("rich.js", "PARTS") if kind in NEVER_ALONE else ("elements.js", "ELEMENTS")
    assert kind in table(*where)


def test_elements_in_cards_and_containers_can_be_used() -> None:
    """Also where blocks hold other blocks; everything gets its ids."""
    made = with_ids(
        [
            {"type": "container", "title": "c", "child_blocks": blocks.controls()},
            *blocks.cards(),
        ]
    )
    ids = [(block_id, element["action_id"]) for block_id, element in elements(made)]
    assert ("answers", "primary") in ids
    assert [one for one in ids if one[1] == "choose"] == [
        ("card", "choose"),
        *((f"card{n}", "choose") for n in range(4)),
    ]
    assert find(made, "card2", "choose")["value"] == "choose"


def test_an_option_of_the_apps_own_comes_back_as_it_was_offered() -> None:
    """With nothing but its text and value."""
    (_, menu), (_, moment) = elements(with_ids(blocks.lookups()))
    option = {"text": blocks.plain("Europe"), "value": "eu"}
    done = action("where", menu, {**option, "more": "x"}, "1.000001")
    assert done["selected_option"] == option
    assert standing(menu, None)["selected_option"] is None
    assert initial(moment) == 1_764_000_000
    assert standing(moment, 1_764_000_060)["selected_date_time"] == 1_764_000_060


def test_rich_text_that_is_typed_is_sent_as_a_block() -> None:
    """And every element that keeps something says what."""
    typed = standing({"type": "rich_text_input"}, "two words")
    assert typed["rich_text_value"]["elements"][0]["elements"][0]["text"] == "two words"
    for kind in KEEPING:
        assert len(standing({"type": kind}, None)) == 2
