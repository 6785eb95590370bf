"""Slack's markup is read into plain words, and nobody's words become markup of ours."""

import time

import pytest

from bot.slack.markup import cut, fallback, literal, read
from flows.reply import Bullets, Buttons, Heading, Note, Paragraph, Reply, Span, Table
from tests.bot.slack_kit import US


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (f"<@{US}> we run 12 services", "we run 12 services"),
        (f"so <@{US}|advisor>  what now?", "so what now?"),
        ("see <https://example.com/a?b=1&amp;c=2|the page>", "see the page"),
        ("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"),
        ("ask <mailto:ana@example.com|ana@example.com>", "ask ana@example.com"),
        ("in <#C0HELP|platform-help> and <#C0OTHER>", "in #platform-help and #C0OTHER"),
        ("<@U0BEN|ben> and <@U0EVA>", "@ben and @U0EVA"),
        ("<!subteam^S123|@oncall> <!here> <!subteam^S123>", "@oncall @here @S123"),
        ("<!date^1764000000^{date}|24 November>", "24 November"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("&lt;@U0ANA&gt; typed by hand", "<@U0ANA> typed by hand"),
        ("not <closed and > odd", "not <closed and > odd"),
        ("", ""),
    ],
)
def test_words_are_read_as_the_person_saw_them(raw: str, text: str) -> None:
    """Labels instead of addresses, names instead of ids, entities as characters."""
    assert read(raw, US).text == text


@pytest.mark.parametrize(
    ("raw", "to_us", "to_others"),
    [
        (f"<@{US}> hello", True, False),
        ("<@U0BEN> what do you think?", False, True),
        (f"<@{US}> and <@U0BEN>", True, True),
        ("<!channel> lunch", False, True),
        ("plain words, <#C0HELP|platform-help>", False, False),
    ],
)
def test_who_is_meant_is_told_apart(raw: str, *, to_us: bool, to_others: bool) -> None:
    """Our own mention, and mentions of others."""
    spoken = read(raw, US)
    assert (spoken.to_us, spoken.to_others) == (to_us, to_others)


@pytest.mark.parametrize(
    "raw", ["<" * 60_000, "<a|" * 20_000, "<@U" + "A" * 60_000, "&lt;" * 20_000]
)
def test_hostile_text_is_read_quickly(raw: str) -> None:
    """No message makes reading slow: the pattern is bounded."""
    start = time.process_time()
    read(raw, US)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "hostile",
    ["<!channel>", "<@U0BEN>", "*bold*", "_it_", "~no~", "`code`", "<http://x|y>", "@here", "@ben"],
)
def test_the_fallback_text_holds_no_markup_of_people(hostile: str) -> None:
    """Every character that Slack reads as markup gives way."""
    reply = Reply(key="k", parts=(Paragraph(text=(Span(text=hostile),)),))
    text = fallback(reply)
    assert not set(text) & set("<>*_~`")
    assert "@here" not in text
    assert "@ben" not in text


def test_mentions_of_ours_stay_mentions_in_the_fallback() -> None:
    """A span with a person is written by us, and its id is checked."""
    named = Reply(key="k", parts=(Note(text=(Span(text="by "), Span(person="U0ANA"))),))
    forged = Reply(key="k", parts=(Note(text=(Span(text="x", person="U0> <!channel"),)),))
    assert fallback(named) == "by <@U0ANA>"
    assert fallback(forged) == "x"


def test_the_fallback_reads_like_the_message() -> None:
    """Parts become lines, in order; controls are named."""
    reply = Reply(
        key="k",
        parts=(
            Heading(text="Advice"),
            Bullets(items=((Span(text="one"),), (Span(text="two"),)), numbered=True),
            Table(header=("Layer", "Who"), rows=(("Network", "Provider"),)),
            Buttons(buttons=()),
        ),
    )
    assert fallback(reply) == "Advice\n1. one\n2. two\nNetwork: Who Provider"


def test_the_fallback_is_cut_within_its_limit() -> None:
    """However long, and whatever the cut goes through."""
    reply = Reply(key="k", parts=(Paragraph(text=(Span(text="&" * 9_000),)),))
    text = fallback(reply)
    assert len(text) <= 4_000
    assert text.endswith("&amp;…")


def test_a_cut_ends_at_a_word() -> None:
    """Short texts stay; long ones end at a word, one endless word in its midst."""
    assert cut("short", 10) == "short"
    assert cut("one two three", 9) == "one two…"
    assert cut("x" * 50, 10) == "x" * 9 + "…"


def test_literal_words_stay_readable() -> None:
    """The look-alikes are for machines; a person reads the same."""
    assert literal("2 * 3 < 7") == "2 \u2217 3 &lt; 7"
