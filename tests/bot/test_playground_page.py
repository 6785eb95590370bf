"""The playground's page from the server's side: who may see what, and what is kept."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.playground.cast import ANA, BEN, CHANNELS, CLOUD_EXPERTS, PEOPLE, PLATFORM_HELP, RAVI
from bot.playground.typed import as_sent, rich_text
from tests.bot.playground_echo import Running, running


@pytest.fixture(scope="module")
def run() -> Iterator[Running]:
    """One playground for all of these."""
    with running() as made:
        yield made


def ask(run: Running, path: str, *, body: object = None, **headers: str) -> tuple[int, bytes]:
    """One request to the playground: its status and body."""
    connection = http.client.HTTPConnection(urlsplit(run.playground.page_url).netloc)
    try:
        sent = None if body is None else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        named = {name.capitalize(): value for name, value in headers.items()}
        connection.request("GET" if body is None else "POST", path, sent, kind | named)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_page_loads_nothing_from_elsewhere(run: Running) -> None:
    """Its policy says so, and none of its files names another place."""
    connection = http.client.HTTPConnection(urlsplit(run.playground.page_url).netloc)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.read().decode()
    connection.close()


def test_every_file_of_the_page_is_served(run: Running) -> None:
    """Also from an installed package: they lie beside the code."""
    folder = Path(__file__).parents[2] / "bot" / "playground" / "page"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 15
    for path in files:
        assert ask(run, f"/{path.relative_to(folder)}")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"origin": "https://evil.example"}],
    ids=["a name that points here", "another page"],
)
def test_others_cannot_reach_it(run: Running, headers: dict[str, str]) -> None:
    """Neither a website under a name of its own, nor a script of another page."""
    path = f"/playground/{ANA}/channels/{PLATFORM_HELP}/say"
    assert ask(run, path, body={"text": "x"}, **headers)[0] == 403


def test_a_person_sees_their_own_places_only(run: Running) -> None:
    """Ana is not among the experts, and nobody can be the bot."""
    start = json.loads(ask(run, f"/playground/{ANA}/start")[1])
    assert CLOUD_EXPERTS not in [channel["id"] for channel in start["channels"]]
    assert ask(run, f"/playground/{ANA}/channels/{CLOUD_EXPERTS}")[0] == 403
    assert ask(run, "/playground/U0ADVISOR/start")[0] == 403
    assert ask(run, "/playground/U0NOBODY/start")[0] == 404


def test_a_message_of_40000_characters_is_taken_and_a_longer_one_refused(run: Running) -> None:
    """As Slack does; an empty one is refused too."""
    path = f"/playground/{RAVI}/channels/{PLATFORM_HELP}/say"
    assert ask(run, path, body={"text": "x" * 40_000})[0] == 200
    assert ask(run, path, body={"text": "x" * 40_001})[0] == 422
    assert ask(run, path, body={"text": ""})[0] == 422


def test_unread_until_one_looks(run: Running) -> None:
    """What others said, not what one said oneself."""
    ask(run, f"/playground/{ANA}/channels/{PLATFORM_HELP}/say", body={"text": "hi"})
    workspace = run.playground.workspace
    assert workspace.has_unread(BEN, PLATFORM_HELP)
    assert not workspace.has_unread(ANA, PLATFORM_HELP)
    ask(run, f"/playground/{BEN}/channels/{PLATFORM_HELP}/read", body={})
    assert not workspace.has_unread(BEN, PLATFORM_HELP)


def test_open_pages_do_not_keep_the_server_from_stopping() -> None:
    """Hanging up ends their streams, also one that begins afterwards."""
    with running() as run:
        stream = http.client.HTTPConnection(urlsplit(run.playground.page_url).netloc)
        stream.request("GET", f"/playground/{ANA}/changes")
        answer = stream.getresponse()
        assert answer.headers.get_content_type() == "text/event-stream"
        assert b"retry" in answer.readline()
        run.playground.hang_up()
        assert b"hello" in answer.read()
        assert ask(run, f"/playground/{ANA}/changes") == (200, b"")
        stream.close()


def test_an_old_permalink_leads_to_its_thread(run: Running) -> None:
    """The page opens where the address says, for whoever one is."""
    connection = http.client.HTTPConnection(urlsplit(run.playground.page_url).netloc)
    connection.request("GET", f"/archives/{PLATFORM_HELP}/p1700000000000100")
    answer = connection.getresponse()
    assert answer.headers["Location"] == f"/#/-/{PLATFORM_HELP}/1700000000.000100"
    connection.close()


def test_a_second_start_keeps_what_was_said(tmp_path: Path) -> None:
    """Messages, threads, edits, reactions, metadata; later messages come after them."""
    path = tmp_path / "kept" / "playground.json"
    with running(snapshot_path=path) as first:
        workspace = first.playground.workspace
        root = workspace.post(PLATFORM_HELP, ANA, "root").ts
        metadata = {"event_type": "outbox", "event_payload": {"id": 1}}
        first.client.chat_postMessage(
            channel=PLATFORM_HELP, thread_ts=root, text="reply", metadata=metadata
        )
        first.client.reactions_add(channel=PLATFORM_HELP, timestamp=root, name="eyes")
        workspace.edit(PLATFORM_HELP, root, text="root, edited")
        workspace.whisper(PLATFORM_HELP, ANA, "U0ADVISOR", "psst")
        before = workspace.everything()
    with running(snapshot_path=path) as second:
        assert second.playground.workspace.everything() == before
        assert second.playground.workspace.post(PLATFORM_HELP, ANA, "later").ts > root
        assert "psst" not in path.read_text(encoding="utf-8")


def test_a_broken_snapshot_is_put_aside(tmp_path: Path) -> None:
    """It starts empty, and what could not be read is still there to look at."""
    path = tmp_path / "playground.json"
    path.write_text("{broken", encoding="utf-8")
    with running(snapshot_path=path) as run:
        assert run.playground.workspace.history(PLATFORM_HELP) == ()
    assert path.with_name("playground.json.broken").read_text(encoding="utf-8") == "{broken"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@advisor hi", "<@U0ADVISOR> hi"),
        ("(@Ana, @ben)", "(<@U00000ANA>, <@U00000BEN>)"),
        ("ana@advisor.example @nobody", "ana@advisor.example @nobody"),
        ("see #platform-help #none", "see <#C0000HELP|platform-help> #none"),
        ("https://x.example/@advisor#a?b=1&c=2.", "<https://x.example/@advisor#a?b=1&amp;c=2>."),
        ("`@advisor` ```#platform-help```", "`@advisor` ```#platform-help```"),
        ("<!channel> & co", "&lt;!channel&gt; &amp; co"),
    ],
)
def test_what_is_typed_is_sent_as_slack_sends_it(typed: str, sent: str) -> None:
    """Mentions, channels and links are marked, everything else is escaped."""
    assert as_sent(typed, PEOPLE, CHANNELS) == sent


def test_rich_text_says_the_same() -> None:
    """Every mark becomes an element of its own, and the words are no longer escaped."""
    (section,) = rich_text("<@U00000ANA> &lt;b&gt; <https://x.example>")["elements"]
    assert [part["type"] for part in section["elements"]] == ["user", "text", "link"]
    assert section["elements"][1]["text"] == " <b> "
