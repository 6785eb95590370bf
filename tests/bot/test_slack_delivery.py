"""Posts go out once, and what comes back is told for what it is."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.events import Delivered, Later, Place, Post, PostOutcome, Refused, Unclear
from bot.slack.blocks import CUT
from bot.slack.clients import client, one_workspace
from bot.slack.delays import Delays
from bot.slack.delivery import EVENT_TYPE, NO_EXPERTS, SlackPoster
from bot.slack.limits import problems
from flows.reply import THREAD_LINK, Act, Button, Buttons, Divider, Paragraph, Reply, Span
from tests.bot.slack_kit import ANA, CHANNEL, EVA, EXPERTS, TEAM, Answer, SmallSlack, small_slack

THREAD = "1764000000.000100"


@pytest.fixture
def slack() -> Iterator[SmallSlack]:
    """A small Slack on the loopback interface."""
    with small_slack() as slack:
        yield slack


@pytest.fixture
def poster(slack: SmallSlack) -> SlackPoster:
    """A poster that talks to it."""
    return SlackPoster(one_workspace("xoxb-made-up", slack.url), EXPERTS)


HELLO = Paragraph(text=(Span(text="Hello"),))


def a_reply(**fields: Any) -> Reply:  # noqa: ANN401 - fields of a reply
    """A short reply."""
    given: dict[str, Any] = {"key": "k", "parts": (HELLO,), **fields}
    return Reply(**given)


def a_post(reply: Reply | None = None, **fields: Any) -> Post:  # noqa: ANN401 - fields of a post
    """A reply on its way, into a thread unless told otherwise."""
    given: dict[str, Any] = {
        "id": "0k3:1",
        "workspace": TEAM,
        "conversation": "0k3",
        "place": Place(channel=CHANNEL, thread=THREAD),
        "reply": reply or a_reply(),
        **fields,
    }
    return Post(**given)


def a_root(**fields: Any) -> Post:  # noqa: ANN401 - fields of a post
    """The first message of a conversation that a command began."""
    return a_post(place=Place(channel=CHANNEL), **fields)


def test_a_reply_goes_into_its_thread_once(slack: SmallSlack, poster: SlackPoster) -> None:
    """With its id as metadata, and without previews of links."""
    outcome = poster.post(a_post())
    (sent,) = slack.named("chat.postMessage")
    assert outcome == Delivered(channel=CHANNEL, ts="1700000000.000001")
    assert (sent["channel"], sent["thread_ts"]) == (CHANNEL, THREAD)
    assert sent["metadata"] == {"event_type": EVENT_TYPE, "event_payload": {"id": "0k3:1"}}
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)
    assert problems("chat.postMessage", sent) == []


def test_a_root_has_no_thread(slack: SmallSlack, poster: SlackPoster) -> None:
    """An empty thread would be refused: the argument is left out."""
    poster.post(a_root())
    assert "thread_ts" not in slack.named("chat.postMessage")[0]


def test_a_replacement_edits_the_earlier_message(slack: SmallSlack, poster: SlackPoster) -> None:
    """In the channel where that message is."""
    outcome = poster.post(a_post(edits=Delivered(channel="C9", ts="17.5")))
    (sent,) = slack.named("chat.update")
    assert outcome == Delivered(channel="C9", ts="17.5")
    assert (sent["channel"], sent["ts"]) == ("C9", "17.5")
    assert problems("chat.update", sent) == []


def test_a_reply_for_one_is_ephemeral(slack: SmallSlack, poster: SlackPoster) -> None:
    """In the thread, to that person, and without a time stamp that could be used again."""
    outcome = poster.post(a_post(a_reply(audience="only", to=ANA)))
    (sent,) = slack.named("chat.postEphemeral")
    assert outcome == Delivered(channel=CHANNEL, ts=None)
    assert (sent["user"], sent["thread_ts"]) == (ANA, THREAD)
    assert "metadata" not in sent


def test_a_direct_reply_opens_the_direct_message(slack: SmallSlack, poster: SlackPoster) -> None:
    """Outside the conversation's thread."""
    outcome = poster.post(a_post(a_reply(audience="direct", to=ANA)))
    (sent,) = slack.named("chat.postMessage")
    assert isinstance(outcome, Delivered)
    assert outcome.channel == sent["channel"] == "D0ANA"
    assert "thread_ts" not in sent


def test_experts_are_told_in_their_channel(slack: SmallSlack, poster: SlackPoster) -> None:
    """With the address of the thread that needs them."""
    part = Paragraph(text=(Span(text="the thread", url=THREAD_LINK),))
    here = Delivered(channel=CHANNEL, ts=THREAD)
    poster.post(a_post(a_reply(audience="experts", parts=(part,)), permalink_of=here))
    (sent,) = slack.named("chat.postMessage")
    link = sent["blocks"][0]["elements"][0]["elements"][0]
    assert sent["channel"] == EXPERTS
    assert link["url"] == "https://acme.example/archives/C0HELP/p1764000000000100"


def test_a_link_that_slack_does_not_give_is_left_out(
    slack: SmallSlack, poster: SlackPoster
) -> None:
    """The message matters more than its link."""
    slack.refuse("chat.getPermalink", "message_not_found")
    part = Paragraph(text=(Span(text="the thread", url=THREAD_LINK),))
    outcome = poster.post(
        a_post(a_reply(parts=(part,)), permalink_of=Delivered(channel=CHANNEL, ts=THREAD))
    )
    assert isinstance(outcome, Delivered)


def test_without_an_experts_channel_experts_cannot_be_told(slack: SmallSlack) -> None:
    """The refusal names what is missing, and nothing is sent."""
    poster = SlackPoster(one_workspace("xoxb-made-up", slack.url), None)
    assert poster.post(a_post(a_reply(audience="experts"))) == Refused(error=NO_EXPERTS)
    assert slack.calls == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "17"}),
            Later(seconds=17, error="ratelimited"),
        ),
        (Answer({}, 429, {"Retry-After": "soon"}), Later(seconds=30, error="ratelimited")),
        (Answer({"ok": False, "error": "rate_limited"}), Later(seconds=30, error="rate_limited")),
        (Answer({"ok": False, "error": "invalid_blocks"}), Refused(error="invalid_blocks")),
        (Answer({"ok": False, "error": "is_archived"}), Refused(error="is_archived")),
        (Answer({"ok": False, "error": "internal_error"}), Unclear(error="internal_error")),
        (Answer({"ok": False, "error": "fatal_error"}, 500), Unclear(error="fatal_error")),
        (
            Answer({"ok": False, "error": "service_unavailable"}, 503),
            Unclear(error="service_unavailable"),
        ),
    ],
)
def test_answers_are_told_for_what_they_are(
    slack: SmallSlack, poster: SlackPoster, answer: Answer, outcome: PostOutcome
) -> None:
    """Certainly not posted, later, or perhaps posted; and never repeated here."""
    slack.will("chat.postMessage", answer)
    assert poster.post(a_post()) == outcome
    assert len(slack.calls) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer({}, drop=True),
        Answer({}, 502, raw=b"<html>Bad gateway</html>"),
        Answer({}, raw=b"<html>A proxy's page</html>"),
        Answer({}, raw=b""),
    ],
    ids=["connection lost", "bad gateway", "no JSON", "nothing"],
)
def test_a_lost_answer_is_unclear(slack: SmallSlack, poster: SlackPoster, answer: Answer) -> None:
    """The message may have been posted: whoever asked must look before trying again."""
    slack.will("chat.postMessage", answer)
    assert isinstance(poster.post(a_post()), Unclear)
    assert len(slack.calls) == 1


def test_a_slow_answer_is_unclear(slack: SmallSlack) -> None:
    """A time-out after the request left says nothing about the message."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = client("xoxb-made-up", f"http://127.0.0.1:{silent.getsockname()[1]}/api/")
        slow.timeout = 0.2  # type: ignore[assignment] # seconds may be fractions
        assert isinstance(SlackPoster(lambda _: slow).post(a_post()), Unclear)


def test_no_connection_means_later() -> None:
    """Where nothing listens, nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    poster = SlackPoster(one_workspace("xoxb-made-up", f"http://127.0.0.1:{port}/api/"))
    outcome = poster.post(a_post())
    assert isinstance(outcome, Later)


def test_a_root_names_who_asked(slack: SmallSlack, poster: SlackPoster) -> None:
    """A command leaves no message of the person in the channel."""
    poster.post(a_root(starter=ANA))
    (sent,) = slack.named("chat.postMessage")
    assert sent["blocks"][0]["elements"][0]["elements"][0] == {"type": "user", "user_id": ANA}
    assert sent["text"].startswith(f"<@{ANA}> asked")
    assert problems("chat.postMessage", sent) == []


@pytest.mark.parametrize(
    "error", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action_read_only"]
)
def test_a_root_that_a_channel_does_not_take_goes_to_the_person(
    slack: SmallSlack, poster: SlackPoster, error: str
) -> None:
    """With why, and how to invite the bot; the outcome says where it went."""
    slack.refuse("chat.postMessage", error)
    outcome = poster.post(a_root(starter=ANA))
    first, second = slack.named("chat.postMessage")
    assert isinstance(outcome, Delivered)
    assert outcome.channel == second["channel"] == "D0ANA"
    assert second["blocks"][1:] == first["blocks"][1:]
    assert {"type": "channel", "channel_id": CHANNEL} in second["blocks"][0]["elements"][0][
        "elements"
    ]
    assert ("/invite" in second["text"]) == (error in {"not_in_channel", "channel_not_found"})
    assert problems("chat.postMessage", second) == []


SHUT = {
    "is_archived": "that channel is archived now",
    "not_in_channel": "I am no longer in that channel",
    "restricted_action_read_only_channel": "that channel is read-only now",
    "restricted_action_thread_locked": "our thread there is locked now",
    "restricted_action": "where I may not post any more",
}


@pytest.mark.parametrize("error", SHUT)
def test_a_thread_that_became_shut_goes_on_with_the_starter(
    slack: SmallSlack, poster: SlackPoster, error: str
) -> None:
    """Directly, saying where it came from, with the buttons that lead on."""
    slack.refuse("chat.postMessage", error)
    outcome = poster.post(a_post(starter=ANA))
    first, second = slack.named("chat.postMessage")
    assert isinstance(outcome, Delivered)
    assert outcome.channel == second["channel"] == "D0ANA"
    assert "thread_ts" not in second
    assert second["blocks"][1:] == first["blocks"]
    assert SHUT[error] in second["text"]
    assert {"type": "channel", "channel_id": CHANNEL} in second["blocks"][0]["elements"][0][
        "elements"
    ]
    assert problems("chat.postMessage", second) == []


@pytest.mark.parametrize("error", ["is_archived", "user_not_in_channel"])
def test_what_only_one_should_see_goes_to_them_directly(
    slack: SmallSlack, poster: SlackPoster, error: str
) -> None:
    """As a message that stays: nobody else reads it there."""
    slack.refuse("chat.postEphemeral", error)
    outcome = poster.post(a_post(a_reply(audience="only", to=EVA), starter=ANA))
    (sent,) = slack.named("chat.postMessage")
    assert outcome == Delivered(channel="D0EVA", ts="1700000000.000003")
    assert sent["channel"] == "D0EVA"


@pytest.mark.parametrize(
    "post",
    [
        a_post(starter=ANA, edits=Delivered(channel=CHANNEL, ts="17.5")),
        a_post(starter=ANA, place=Place(channel="D0ANA", thread=THREAD, direct=True)),
        a_post(a_reply(audience="experts"), starter=ANA),
    ],
    ids=["an edit", "in the direct message itself", "for the experts"],
)
def test_some_posts_have_no_other_place(slack: SmallSlack, poster: SlackPoster, post: Post) -> None:
    """They are refused, and the record says why."""
    for method in ("chat.postMessage", "chat.update"):
        slack.refuse(method, "is_archived")
    assert poster.post(post) == Refused(error="is_archived")


def test_an_unclear_try_is_looked_for_where_it_may_have_gone(
    slack: SmallSlack, poster: SlackPoster
) -> None:
    """In the thread first, then with the person."""
    slack.will("conversations.replies", Answer({"ok": True, "messages": []}))
    slack.will("conversations.history", Answer({"ok": True, "messages": [message("0k3:1", "4.0")]}))
    found = poster.find(a_post(starter=ANA, tried=True))
    assert found == Delivered(channel="D0ANA", ts="4.0")


@pytest.mark.parametrize("error", ["msg_too_long", "msg_blocks_too_long"])
def test_what_slack_finds_too_long_is_cut_and_says_so(
    slack: SmallSlack, poster: SlackPoster, error: str
) -> None:
    """Its beginning, a note, and the buttons that lead on."""
    long = Paragraph(text=(Span(text="platform " * 900),))
    lead = Buttons(buttons=(Button(label="Go on", act=Act(intent="confirm")),))
    slack.refuse("chat.postMessage", error)
    assert isinstance(poster.post(a_post(a_reply(parts=(long, lead)))), Delivered)
    _, sent = slack.named("chat.postMessage")
    assert problems("chat.postMessage", sent) == []
    assert [block["type"] for block in sent["blocks"]] == ["section", "context", "actions"]
    assert sent["blocks"][1]["elements"][0]["text"] == CUT
    assert sent["metadata"]["event_payload"] == {"id": "0k3:1"}
    assert len(sent["text"]) <= 1500


def test_somebody_who_waited_for_slack_is_told_once(slack: SmallSlack) -> None:
    """The message comes late, and says for how long; what follows does not repeat it."""
    now = [0.0]
    poster = SlackPoster(one_workspace("xoxb-made-up", slack.url), EXPERTS, Delays(lambda: now[0]))
    for at in (0.0, 30.0):
        now[0] = at
        slack.will("chat.postMessage", Answer({"ok": False, "error": "ratelimited"}, 429))
        assert isinstance(poster.post(a_post()), Later)
    now[0] = 200.0
    assert isinstance(poster.post(a_post()), Delivered)
    poster.post(a_post(id="0k3:2"))
    late, following = slack.named("chat.postMessage")[-2:]
    assert late["text"].startswith("Sorry for the wait: Slack took no messages of mine for 3 min")
    assert problems("chat.postMessage", late) == []
    assert "Sorry" not in following["text"]


def test_a_short_wait_needs_no_words(slack: SmallSlack) -> None:
    """Up to a minute, people are used to it."""
    now = [0.0]
    poster = SlackPoster(one_workspace("xoxb-made-up", slack.url), EXPERTS, Delays(lambda: now[0]))
    slack.will("chat.postMessage", Answer({}, drop=True))
    assert isinstance(poster.post(a_post()), Unclear)
    now[0] = 59.0
    poster.post(a_post())
    assert "Sorry" not in slack.named("chat.postMessage")[-1]["text"]


def test_a_missing_permission_to_write_directly_is_said_in_the_thread(
    slack: SmallSlack, poster: SlackPoster
) -> None:
    """To that person alone; the log names the scope."""
    refused = {"ok": False, "error": "missing_scope", "needed": "im:write", "provided": "x"}
    slack.will("conversations.open", Answer(refused))
    with capture_logs() as logs:
        outcome = poster.post(a_post(a_reply(audience="direct", to=ANA)))
    (sent,) = slack.named("chat.postEphemeral")
    assert outcome == Delivered(channel=CHANNEL, ts=None)
    assert (sent["user"], sent["thread_ts"]) == (ANA, THREAD)
    assert "not allowed to write to people" in sent["text"]
    assert "missing_scope: im:write" in [one.get("error") for one in logs]


def test_the_start_from_home_goes_to_the_direct_message(
    slack: SmallSlack, poster: SlackPoster
) -> None:
    """A place that is a person is their direct message."""
    outcome = poster.post(a_post(place=Place(channel=ANA, direct=True)))
    assert isinstance(outcome, Delivered)
    assert outcome.channel == "D0ANA"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer({"ok": False, "error": "user_disabled"}), Refused(error="user_disabled")),
        (Answer({}, drop=True), None),
    ],
)
def test_trouble_before_posting_is_never_unclear(
    slack: SmallSlack, poster: SlackPoster, answer: Answer, outcome: PostOutcome | None
) -> None:
    """Where only the direct message could not be opened, nothing was posted."""
    slack.will("conversations.open", answer)
    result = poster.post(a_post(a_reply(audience="direct", to=ANA)))
    assert result == outcome if outcome else isinstance(result, Later)
    assert slack.named("chat.postMessage") == []


def message(post_id: str, ts: str) -> dict[str, Any]:
    """A message of ours as Slack lists it."""
    return {
        "ts": ts,
        "text": "…",
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"id": post_id}},
    }


def test_an_earlier_try_is_found_in_its_thread(slack: SmallSlack, poster: SlackPoster) -> None:
    """By its id, on whatever page it is."""
    other = {"ts": "1.0", "metadata": {"event_type": "other", "event_payload": {"id": "0k3:1"}}}
    first = {"messages": [{"ts": "0.5"}, other, message("0k3:2", "2.0")]}
    more = {"response_metadata": {"next_cursor": "next"}}
    slack.will("conversations.replies", Answer({"ok": True, **first, **more}))
    slack.will("conversations.replies", Answer({"ok": True, "messages": [message("0k3:1", "3.0")]}))
    assert poster.find(a_post(tried=True)) == Delivered(channel=CHANNEL, ts="3.0")
    asked = slack.named("conversations.replies")
    assert [call.get("cursor") for call in asked] == [None, "next"]
    assert asked[0]["include_all_metadata"] in {True, "1"}


def test_what_is_not_there_is_not_found(slack: SmallSlack, poster: SlackPoster) -> None:
    """Then it may be posted."""
    assert poster.find(a_post(tried=True)) is None


def test_a_root_is_looked_for_in_the_channel_and_with_the_person(
    slack: SmallSlack, poster: SlackPoster
) -> None:
    """Since it may have gone to either."""
    slack.will("conversations.history", Answer({"ok": True, "messages": []}))
    slack.will("conversations.history", Answer({"ok": True, "messages": [message("0k3:1", "4.0")]}))
    found = poster.find(a_root(starter=ANA, tried=True))
    assert found == Delivered(channel="D0ANA", ts="4.0")


def test_a_root_in_a_channel_that_cannot_be_read_may_be_with_the_person(
    slack: SmallSlack, poster: SlackPoster
) -> None:
    """Where we are not in the channel, its history is closed to us as well."""
    slack.refuse("conversations.history", "not_in_channel")
    slack.will("conversations.history", Answer({"ok": True, "messages": [message("0k3:1", "4.0")]}))
    found = poster.find(a_root(starter=ANA, tried=True))
    assert found == Delivered(channel="D0ANA", ts="4.0")


@pytest.mark.parametrize(
    "post",
    [
        a_post(a_reply(audience="only", to=ANA)),
        a_post(edits=Delivered(channel=CHANNEL, ts="1.0")),
    ],
    ids=["ephemeral", "edit"],
)
def test_some_posts_need_no_looking(slack: SmallSlack, poster: SlackPoster, post: Post) -> None:
    """Ephemeral ones are not kept, and an edit can be repeated unharmed."""
    assert poster.find(post) is None
    assert slack.calls == []


def test_looking_in_vain_is_not_finding_nothing(slack: SmallSlack, poster: SlackPoster) -> None:
    """While Slack cannot say, nothing may be posted again."""
    slack.will("conversations.replies", Answer({}, 503))
    with pytest.raises(ConnectionError):
        poster.find(a_post(tried=True))


def test_a_divider_alone_still_has_a_fallback(slack: SmallSlack, poster: SlackPoster) -> None:
    """Slack wants a text with every message."""
    poster.post(a_post(a_reply(parts=(Divider(),))))
    assert slack.named("chat.postMessage")[0]["text"]
