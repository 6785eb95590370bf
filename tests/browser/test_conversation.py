"""Whole conversations on the page, over the same Slack code that serves a real workspace."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from time import monotonic

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import Chat

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_QUESTIONS = 19
START_WITHIN = 60.0
SLOWLY = 15_000
"""Milliseconds; a channel takes one message a second, as in Slack."""

Show = list[str]


class Playing:
    """A running `servicemodel play` and the folder it keeps its database in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run until it answers."""
        self._process = subprocess.Popen(
            [*self._command(), "play", "--no-browser", "--port", str(self.port)],
            cwd=self.folder,
            env=self._environment(),
        )
        end = monotonic() + START_WITHIN
        while not self._answers():
            assert self._process.poll() is None, "the advisor ended at once"
            assert monotonic() < end, "the advisor did not start"
            Event().wait(0.05)

    def stop(self) -> int:
        """Ask it to end, and wait; its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=30)

    def run(self, *arguments: str) -> str:
        """Another command on the same database; what it prints."""
        done = subprocess.run(
            [*self._command(), *arguments],
            cwd=self.folder,
            env=self._environment(),
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}healthz", timeout=1).is_success
        except httpx.HTTPError:
            return False

    @staticmethod
    def _command() -> list[str]:
        return [str(Path(sys.executable).with_name("servicemodel"))]

    @staticmethod
    def _environment() -> dict[str, str]:
        return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


@pytest.fixture(scope="module")
def playing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    """One advisor for all tests of this module."""
    playing = Playing(tmp_path_factory.mktemp("play"))
    playing.start()
    yield playing
    assert playing.stop() in (0, -15)


@pytest.fixture
def chat(window: Page, playing: Playing) -> Chat:
    """The page, in a fresh window."""
    return Chat(window, playing.url)


def newest(chat: Chat, containing: str | re.Pattern[str]) -> None:
    """Wait until the last message of the thread says this."""
    last = chat.thread().get_by_test_id("message").last
    expect(last).to_contain_text(containing, timeout=SLOWLY)


def begin(chat: Chat, words: str, person: str = "Ana") -> None:
    """Start a conversation with a mention, and open its thread."""
    chat.open(person).send(words)
    latest = chat.channel().get_by_test_id("message").last
    expect(latest.get_by_test_id("open-thread")).to_be_visible(timeout=SLOWLY)
    latest.get_by_test_id("open-thread").click()
    expect(chat.thread().get_by_text(re.compile("never more than 19"))).to_be_visible(
        timeout=SLOWLY
    )


ANSWERS = (
    "Web apps and APIs",
    "Nobody: developers only, no one on call",
    "Nobody knows it",
    "Docker basics, a few images",
    "We never want to see the runtime",
    "One public cloud",
    "Any provider, also a specialist",
    "Strong peaks",
    "Fine with us",
    "No, there is none",
    "Nowhere yet",
    "One or two",
    "Several languages",
    "People wait: no cold starts",
    "Only our own code",
    "No special rules",
    "We pay for clear value",
    "Within weeks",
    "Steady growth",
)
ADVICE = "Give me the advice"


def answer_by_clicking(chat: Chat) -> int:
    """Click through the questions until the answers are shown; how many there were."""
    for asked in range(MOST_QUESTIONS + 1):
        last = chat.thread().get_by_test_id("message").last
        expect(last.get_by_role("button").first).to_be_visible(timeout=SLOWLY)
        expect(
            last.get_by_role("button", name="Don't know").or_(last.get_by_text(ADVICE))
        ).to_be_visible()
        if last.get_by_role("button", name=ADVICE).is_visible():
            return asked
        before = chat.thread().get_by_test_id("message").count()
        choose_an_answer(chat)
        expect(chat.thread().get_by_test_id("message")).to_have_count(before + 1, timeout=SLOWLY)
    pytest.fail("it asked more than nineteen questions")


def choose_an_answer(chat: Chat) -> None:
    """Answer the question on the table with the one of `ANSWERS` that it offers."""
    last = chat.thread().get_by_test_id("message").last
    expect(last.get_by_role("button", name="Don't know")).to_be_visible(timeout=SLOWLY)
    for label in ANSWERS:
        button = last.get_by_role("button", name=label, exact=True)
        if button.is_visible():
            button.click()
            return
    last.get_by_role("button", name=re.compile("Choose")).last.click()
    listed = chat.page.get_by_role("listbox")
    expect(listed.get_by_role("option").first).to_be_visible()
    for label in ANSWERS:
        option = listed.get_by_role("option", name=label)
        if option.count():
            option.first.click()
            done = chat.page.get_by_role("button", name="Done", exact=True)
            if done.is_visible():
                done.click()
                last.get_by_role("button", name="That's all", exact=True).click()
            return
    pytest.fail("none of the prepared answers is offered")


def test_from_mention_to_advice_by_clicking(chat: Chat, playing: Playing) -> None:
    """A team clicks its way to a recommendation with everything that belongs to it."""
    begin(chat, "@advisor")
    asked = answer_by_clicking(chat)
    assert asked < MOST_QUESTIONS
    thread = chat.thread()
    newest(chat, "can't change the result")
    chat.click_button(ADVICE)
    newest(chat, "My advice")
    for part in ("What speaks for it", "Why not the others", "Who does what", "What would change"):
        expect(thread.get_by_text(part).last).to_be_visible()
    advice = chat.message("My advice")
    expect(advice.get_by_role("table")).to_contain_text("Application code")
    expect(advice.get_by_role("link").first).to_have_attribute("href", re.compile("^https://"))
    chat.click_button("Useful")
    listed = json.loads(playing.run("logs", "list", "--format", "json"))
    newest_first = next(row for row in listed if row["state"] == "recommended")
    assert newest_first["model"]
    shown = playing.run("logs", "show", newest_first["id"])
    assert "intent confirm; reviewing → recommended" in shown


def test_typing_works_as_well(chat: Chat) -> None:
    """Facts of the first message are read back, and words answer, ask, change and go back."""
    begin(chat, "@advisor we run 12 services on Heroku and nobody here knows kubernetes")
    newest(chat, "12 services")
    for words, answered in (
        ("why", "can move"),
        ("who patches the nodes on EKS?", "EKS"),
        ("back", re.compile("more question")),
        ("skip", re.compile("more question")),
    ):
        chat.send(words)
        newest(chat, answered)
    chat.send("start over")
    newest(chat, re.compile("start over|begin again|from the start", re.IGNORECASE))


def test_what_people_type_is_only_text(chat: Chat) -> None:
    """Markup and pings come out as they were typed."""
    begin(chat, "@advisor we have <!channel> *12* services on `Heroku` <https://x.example|click>")
    assert chat.thread().get_by_role("link", name="click").count() == 0


def test_the_hand_over(chat: Chat) -> None:
    """A human is asked for, claims, speaks while the bot is quiet, and hands back."""
    begin(chat, "@advisor our shop runs on Heroku today")
    chat.click_button("Talk to a human")
    newest(chat, re.compile("asked|human"))
    chat.become("Eva").go_to("cloud-experts")
    briefing = chat.channel().get_by_test_id("message").last
    expect(briefing).to_contain_text("Heroku", timeout=SLOWLY)
    briefing.get_by_role("button", name=re.compile("take|claim", re.IGNORECASE)).click()
    expect(chat.channel().get_by_test_id("message").last).to_contain_text(
        re.compile("hand.*back", re.IGNORECASE), timeout=SLOWLY
    )
    chat.go_to("platform-help").open_thread("our shop runs on Heroku")
    newest(chat, "Eva")
    chat.send("hello, what does your shop need?")
    newest(chat, "what does your shop need?")
    before = chat.thread().get_by_test_id("message").count()
    chat.become("Ben").go_to("platform-help").open_thread("our shop runs on Heroku")
    chat.send("a bit of everything, 4 services")
    newest(chat, "a bit of everything")
    assert chat.thread().get_by_test_id("message").count() == before + 1
    chat.become("Eva").go_to("cloud-experts")
    chat.click_button("Hand back")
    dialog = chat.modal()
    dialog.get_by_role("textbox").first.fill("Talked about the shop; go on with the questions.")
    dialog.get_by_role("button", name=re.compile("hand back|send", re.IGNORECASE)).click()
    chat.go_to("platform-help").open_thread("our shop runs on Heroku")
    expect(chat.thread().get_by_text("Talked about the shop").first).to_be_visible(timeout=SLOWLY)


def test_a_second_start_keeps_the_conversations(
    window: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After a stop and a start the thread is there, and goes on where it was."""
    playing = Playing(tmp_path_factory.mktemp("again"))
    playing.start()
    try:
        chat = Chat(window, playing.url)
        begin(chat, "@advisor")
        playing.stop()
        playing.start()
        chat.open("Ana").open_thread()
        before = chat.thread().get_by_test_id("message").count()
        choose_an_answer(chat)
        expect(chat.thread().get_by_test_id("message")).to_have_count(before + 1, timeout=SLOWLY)
    finally:
        playing.stop()
