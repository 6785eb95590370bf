"""Everything that the bot sends is what Slack's own types allow, says the TypeScript compiler."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.slack.blocks import render
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
    Picture,
    Quote,
    Reply,
    Span,
    Table,
)
from tests.bot.slack_kit import (
    ANA,
    CHANNEL,
    EVA,
    EXPERTS,
    US,
    command,
    event_body,
    mention,
    said,
    send_event,
    send_form,
)
from tests.judges.conftest import Node
from tests.judges.crawl import ROOT, Crawl, crawling
from tests.judges.typescript import ANSWERS, Record, typescript

pytestmark = pytest.mark.xdist_group("judges")

COMMANDS = ("help", "hlep", "explain kpaas", "compare kpaas and caas", "status", "logs")
STYLES = ("plain", "bold", "italic", "code", "strike")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """A conversation that leaves nothing out."""
    with crawling(tmp_path_factory.mktemp("crawl")) as crawl:
        first_contact(crawl)
        send_event(crawl.app, mention(f"<@{US}> hello"))
        crawl.work()
        typed(crawl, "we run 12 services on Heroku and nobody knows Kubernetes", 1)
        crawl.use_everything()
        typed(crawl, "what is a service mesh?", 2)
        typed(crawl, "may I talk to a human?", 3)
        crawl.use_everything(EXPERTS, by=EVA)
        crawl.use_everything()
        for words in (*COMMANDS, "delete-my-data", "delete-my-data confirm"):
            crawl.acknowledged(send_form(crawl.app, command(words)).body)
        crawl.work()
        crawl.slack.refuse("chat.postMessage", "not_in_channel")
        send_form(crawl.app, command("we are three developers", trigger_id="125.456.abcdef"))
        crawl.work()
        crawl.record.calls += [(ANSWERS, every_part())]
    return crawl


@pytest.fixture(scope="module")
def record(crawled: Crawl) -> Record:
    """What the bot sent in it."""
    return crawled.record


def first_contact(crawl: Crawl) -> None:
    """The Home tab, the empty direct message, a channel that it was added to, a stranger."""
    for number, event in enumerate(
        (
            {"type": "app_home_opened", "tab": "home", "user": ANA, "channel": "D0ANA"},
            {"type": "app_home_opened", "tab": "messages", "user": ANA, "channel": "D0ANA"},
            {"type": "member_joined_channel", "user": US, "channel": CHANNEL, "team": "T0TEAM"},
        )
    ):
        stamp = {"event_ts": "1764000000.000001"}
        send_event(crawl.app, event_body(event | stamp, f"EvHello{number}"))
    stranger = mention(f"<@{US}> hello", event_id="EvStranger", ts="1764000001.1")
    stranger["event"] |= {"user": "U0STRANGER", "user_team": "T0OTHER", "team": "T0OTHER"}
    send_event(crawl.app, stranger | {"is_ext_shared_channel": True})
    crawl.work()


def typed(crawl: Crawl, words: str, number: int) -> None:
    """Ana writes in the thread."""
    ts = f"176400005{number}.1"
    send_event(crawl.app, said(words, ts=ts, thread_ts=ROOT, event_id=f"EvTyped{number}"))
    crawl.work()


def every_part() -> dict[str, Any]:
    """A message with one of everything that a reply can hold."""
    act = Act(intent="answer", criterion="ops_capacity", serial=1)
    spans = tuple(Span(text="words", style=style) for style in STYLES)
    text = (*spans, Span(text="a link", url="https://example.org"), Span(person=ANA))
    choices = (Choice(value="a", label="A", text="about A"), Choice(value="b", label="B"))
    parts = (
        Heading(text="Title"),
        Paragraph(text=text),
        Quote(text=text),
        Bullets(items=(text, text)),
        Bullets(items=(text,), numbered=True),
        Note(text=text),
        Divider(),
        Table(header=("Layer", "Who"), rows=(("Application", "You"),)),
        Buttons(
            buttons=(
                Button(label="Plain", act=act),
                Button(label="Primary", act=act, style="primary"),
                Button(label="Danger", act=act, style="danger"),
            )
        ),
        Menu(label="One", choices=choices, act=act),
        Menu(label="Some", choices=choices, act=act, multiple=True, submit="These"),
        Picture(url="https://example.org/points.png", alt="Points", title="Points"),
        Feedback(good="Useful", bad="Not useful"),
    )
    return dict(render(Reply(key="all:1", parts=parts), "conversation", "post"))


def check(
    judges: Path, node: Node, calls: Sequence[tuple[str, Mapping[str, Any]]]
) -> subprocess.CompletedProcess[str]:
    """What the compiler says of these calls."""
    (judges / "sent.ts").write_text(typescript(calls), encoding="utf-8")
    return node("node_modules/typescript/bin/tsc", "--project", "tsconfig.json")


def test_the_record_leaves_nothing_out(record: Record) -> None:
    """Every method that the bot calls to say or show something, and every block it draws."""
    assert record.methods() >= {
        "assistant.threads.setStatus",
        "assistant.threads.setSuggestedPrompts",
        "chat.getPermalink",
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.update",
        "conversations.history",
        "conversations.open",
        "views.open",
        "views.publish",
        ANSWERS,
    }
    assert record.types() >= {
        "actions",
        "button",
        "context",
        "context_actions",
        "divider",
        "feedback_buttons",
        "header",
        "home",
        "image",
        "input",
        "modal",
        "multi_static_select",
        "plain_text",
        "plain_text_input",
        "rich_text",
        "section",
        "static_select",
        "table",
    }


def test_the_conversation_left_no_button_unused(crawled: Crawl) -> None:
    """From the first question to the advice, the human and back."""
    assert set(crawled.used) >= {
        "answer",
        "back",
        "cancel_human",
        "change_answer",
        "claim",
        "compare",
        "confirm",
        "dont_know",
        "feedback",
        "hand_back",
        "human",
        "objection",
        "why",
    }


def test_everything_that_was_sent_is_of_slacks_types(
    record: Record, judges: Path, node: Node
) -> None:
    """Arguments of every call, blocks of every message and answer, every view."""
    done = check(judges, node, record.calls)
    assert done.returncode == 0, done.stdout[:4000] + done.stderr


@pytest.mark.parametrize(
    ("method", "wrong", "told"),
    [
        ("chat.postMessage", {"channel": 5, "text": "hello"}, "number"),
        ("chat.postMessage", {"chanel": CHANNEL, "text": "hello"}, "chanel"),
        (
            "chat.update",
            {
                "channel": CHANNEL,
                "ts": "1.1",
                "blocks": [{"type": "section", "text": {"type": "plain", "text": "hello"}}],
            },
            "mrkdwn",
        ),
        (
            ANSWERS,
            {"blocks": [{"type": "actions", "elements": [{"type": "hologram"}]}]},
            "hologram",
        ),
        (
            "views.open",
            {"trigger_id": "1", "view": {"type": "modal", "blocks": []}},
            "title",
        ),
    ],
    ids=["type of an argument", "its name", "a block", "an element", "a view"],
)
def test_the_judge_says_no(
    judges: Path, node: Node, method: str, wrong: dict[str, Any], told: str
) -> None:
    """Or its yes would be worth nothing."""
    done = check(judges, node, [(method, wrong)])
    assert done.returncode != 0
    assert told in done.stdout
