"""What goes out: in order, at Slack's pace, never twice, and every outcome is noted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.events import Delivered, Later, Place, PostOutcome, Refused, Unclear
from bot.store import Pace, Posted, RootUnderWay, Sending, Store
from bot.store.outbox import LOOK_AFTER, MOST_TRIES
from flows.reply import THREAD_LINK, Paragraph, Reply, Span
from tests.bot.store_kit import (
    ANA,
    NOON,
    OTHER_TEAM,
    SECOND,
    begun,
    commit,
    reply,
    said,
    take_event,
    take_post,
    told,
    turn,
)

POSTED = Delivered(channel="C0HELP", ts="5.5")


def posts(store: Store, conversation: str) -> list[Posted]:
    """All posts of a conversation, as people read them."""
    transcript = store.transcript(conversation)
    assert transcript is not None
    return [post for line in transcript.turns for post in line.posts]


def start(
    store: Store,
    *replies: Reply,
    **changed: Any,  # noqa: ANN401 - any field of an event
) -> tuple[str, Sending]:
    """A conversation whose first turn says these replies."""
    ours = store.accept(said(**changed), NOON)
    assert ours
    return ours, commit(store, take_event(store), *replies)


def test_posts_keep_their_order(store: Store) -> None:
    """The next post is handed out when the one before is settled."""
    _, first = start(store, reply("one"), reply("two"), reply("three"))

    second = store.record(first, POSTED, NOON)
    assert second
    third = store.record(second, Refused(error="msg_too_long"), NOON)
    assert third

    assert [told(s.post.reply) for s in (first, second, third)] == ["one", "two", "three"]
    assert store.record(third, POSTED, NOON) is None
    assert store.claim(NOON) is None


def test_a_post_knows_where_it_goes(store: Store) -> None:
    """All that is needed to send it is in it."""
    ours, sending = start(store, reply("hello"))

    post = sending.post
    assert post.id == f"{ours}:1"
    assert post.place == Place(channel="C0HELP", thread="100.1")
    assert (post.conversation, post.starter, post.tried) == (ours, ANA, False)


def test_the_root_makes_the_thread(store: Store) -> None:
    """A conversation that began without a message lives in the thread of its first post."""
    ours, sending = start(store, reply("root"), reply("second"), thread=None)
    assert sending.post.place.thread is None

    second = store.record(sending, POSTED, NOON)

    assert second
    assert second.post.place == Place(channel="C0HELP", thread="5.5")
    assert store.accept(said("in it", "2", thread="5.5", starts=False), NOON) == ours


@pytest.mark.parametrize("mention", [False, True])
def test_an_answer_to_a_root_that_is_not_noted_yet_is_not_lost(store: Store, mention: bool) -> None:
    """Somebody may answer it before we know where it stands: that has to be sent again."""
    answer = said("quick!", "2", thread="5.5", starts=mention)
    ours, sending = start(store, reply("root"), thread=None)
    with pytest.raises(RootUnderWay):
        store.accept(answer, NOON)
    store.record(sending, Unclear(error="timed out"), NOON)
    with pytest.raises(RootUnderWay):
        store.accept(answer, NOON)

    again = take_post(store, NOON + LOOK_AFTER)
    store.record(again, POSTED, NOON + LOOK_AFTER)

    assert store.accept(answer, NOON) == ours
    assert store.accept(answer, NOON) is None


def test_a_root_under_way_holds_up_nothing_else(store: Store) -> None:
    """Other channels, other workspaces, new mentions, and answers to a root that was refused."""
    _, sending = start(store, reply("root"), thread=None)

    elsewhere = said("psst", "2", channel="C0OTHER", thread="5.5", starts=False)
    assert store.accept(elsewhere, NOON) is None
    theirs = said("psst", "2", workspace=OTHER_TEAM, thread="5.5", starts=False)
    assert store.accept(theirs, NOON) is None
    assert store.accept(said("@advisor", "6.6", thread="6.6"), NOON)
    store.record(sending, Refused(error="is_archived"), NOON)
    assert store.accept(said("psst", "2", thread="5.5", starts=False), NOON) is None


def test_a_root_that_became_a_direct_message_moves_the_conversation(store: Store) -> None:
    """Where the bot may not post in the channel, the conversation goes on where it was heard."""
    ours, sending = start(store, reply("root"), thread=None)

    store.record(sending, Delivered(channel="D0ANA", ts="5.5"), NOON)

    answer = said("fine", "2", channel="D0ANA", thread="5.5", starts=False)
    assert store.accept(answer, NOON) == ours
    deciding = take_event(store)
    assert begun(deciding).direct
    next_post = commit(store, deciding, reply("next"))
    assert next_post.post.place == Place(channel="D0ANA", thread="5.5", direct=True)


def test_a_direct_message_begins_a_thread_of_its_own(store: Store) -> None:
    """A start from the Home tab is addressed to a person, and continues in their channel."""
    ours, sending = start(store, reply("root"), place=Place(channel=ANA, direct=True))

    store.record(sending, Delivered(channel="D0ANA", ts="5.5"), NOON)

    [summary] = store.conversations()
    assert (summary.id, summary.channel, summary.thread) == (ours, "D0ANA", "5.5")
    assert summary.direct


def test_a_thread_that_is_taken_stays_with_whoever_has_it(store: Store) -> None:
    """Somebody who writes below a direct message that is not noted yet has begun another one."""
    ours, sending = start(store, reply("root"), place=Place(channel=ANA, direct=True))
    theirs = store.accept(said("me too", "2", channel="D0ANA", thread="5.5"), NOON)

    store.record(sending, Delivered(channel="D0ANA", ts="5.5"), NOON)

    assert theirs != ours
    assert {s.id: s.thread for s in store.conversations()} == {ours: None, theirs: "5.5"}


def test_only_a_root_moves_the_conversation(store: Store) -> None:
    """A briefing in the experts' channel changes nothing about where the team talks."""
    _, sending = start(store, reply("card", audience="experts"), thread=None)

    store.record(sending, Delivered(channel="C0EXPERTS", ts="9.9"), NOON)

    [summary] = store.conversations()
    assert (summary.channel, summary.thread) == ("C0HELP", None)


def test_a_reply_takes_the_place_of_the_one_before(store: Store) -> None:
    """A later reply under the same key edits the newest message posted under it."""
    _, sending = start(
        store,
        reply("question", "question:1"),
        reply("another", "question:2"),
        reply("answered", "question:1", replaces=True),
        reply("new", "question:1"),
    )
    sent = [sending]
    for ts in ("1.1", "2.2", "1.1"):
        following = store.record(sent[-1], Delivered(channel="C0HELP", ts=ts), NOON)
        assert following
        sent.append(following)

    assert [s.post.edits for s in sent] == [
        None,
        None,
        Delivered(channel="C0HELP", ts="1.1"),
        None,
    ]


@pytest.mark.parametrize("outcome", [Refused(error="gone"), Delivered(channel="C", ts=None)])
def test_what_was_never_posted_cannot_be_replaced(store: Store, outcome: PostOutcome) -> None:
    """Then the reply is posted as a new message."""
    _, sending = start(store, reply("question"), reply("answered", replaces=True))

    second = store.record(sending, outcome, NOON)

    assert second
    assert second.post.edits is None


def test_a_link_to_the_thread_leads_to_its_root(store: Store) -> None:
    """Only a reply that has such a link is given what to link to."""
    link = Paragraph(text=(Span(text="thread", url=THREAD_LINK),))
    briefing = Reply(key="briefing:1", parts=(link,), audience="experts")
    _, sending = start(store, reply("root"), briefing, thread=None)
    assert sending.post.permalink_of is None

    second = store.record(sending, POSTED, NOON)

    assert second
    assert second.post.permalink_of == POSTED


def test_later_waits_as_long_as_was_asked(store: Store) -> None:
    """A rate limit holds the post back and counts as no try."""
    ours, sending = start(store, reply("one"), reply("two"))

    assert store.record(sending, Later(seconds=30, error="ratelimited"), NOON) is None

    assert store.claim(NOON + 29 * SECOND) is None
    again = take_post(store, NOON + 30 * SECOND)
    assert (told(again.post.reply), again.post.tried, again.tries) == ("one", False, 1)
    assert posts(store, ours)[0].error == "ratelimited"


def test_a_rate_limit_holds_for_the_whole_channel(open_store: Callable[[], Store]) -> None:
    """Other conversations in that channel wait too, in every process; other channels don't."""
    store, other = open_store(), open_store()
    _, sending = start(store, reply("one"))
    store.record(sending, Later(seconds=30, error="ratelimited"), NOON)

    other.accept(said("x", "2", thread="200.2"), NOON)
    deciding = take_event(other)
    assert other.commit_turn(deciding, turn(begun(deciding), reply("waits")), NOON) is None
    other.accept(said("x", "3", channel="C0ELSE"), NOON)
    assert commit(other, take_event(other), reply("goes"))

    assert other.claim(NOON + 29 * SECOND) is None
    assert take_post(other, NOON + 30 * SECOND)


def test_events_do_not_wait_for_a_delayed_post(store: Store) -> None:
    """Somebody who writes while a post is held back is heard at once, and answered in order."""
    ours, sending = start(store, reply("one"))
    store.record(sending, Later(seconds=30, error="ratelimited"), NOON)
    store.accept(said("meanwhile", "2"), NOON + SECOND)

    deciding = take_event(store, NOON + SECOND)
    taken = turn(begun(deciding), reply("two"))
    assert store.commit_turn(deciding, taken, NOON + SECOND) is None

    late = NOON + 30 * SECOND
    first = take_post(store, late)
    second = store.record(first, POSTED, late)
    assert second
    assert [told(first.post.reply), told(second.post.reply)] == ["one", "two"]
    assert [post.state for post in posts(store, ours)] == ["done", "trying"]


def test_a_refusal_is_noted_and_the_conversation_goes_on(store: Store) -> None:
    """What Slack will never take is not tried again."""
    ours, sending = start(store, reply("one"))

    assert store.record(sending, Refused(error="is_archived"), NOON) is None

    [post] = posts(store, ours)
    assert (post.state, post.error, post.settled_at) == ("refused", "is_archived", NOON)
    assert store.claim(NOON + 3600 * SECOND) is None


def test_an_unclear_outcome_is_looked_into_after_a_second(store: Store) -> None:
    """It may have been posted: the next to take it is told so, and not too early."""
    _, sending = start(store, reply("one"))

    assert store.record(sending, Unclear(error="timed out"), NOON) is None

    assert store.claim(NOON + LOOK_AFTER * 0.9) is None
    assert take_post(store, NOON + LOOK_AFTER).post.tried


def test_waits_grow_and_end(store: Store) -> None:
    """A post that stays unclear is tried less and less often, then parked; the rest goes on."""
    ours, sending = start(store, reply("one"), reply("two"))
    now, waits = NOON, []
    for _ in range(MOST_TRIES - 1):
        assert store.record(sending, Unclear(error="internal_error"), now) is None
        since = now
        while (claimed := store.claim(now)) is None:
            now += SECOND
        assert isinstance(claimed, Sending)
        sending = claimed
        waits.append(round((now - since) / SECOND))

    second = store.record(sending, Unclear(error="internal_error"), now)

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert second
    assert told(second.post.reply) == "two"
    assert [post.state for post in posts(store, ours)] == ["parked", "trying"]
    assert store.backlog().parked_posts == (f"{ours}:1",)


def test_rate_limits_do_not_count_as_tries(store: Store) -> None:
    """However long Slack is busy, a post is not given up for it."""
    _, sending = start(store, reply("one"))
    now = NOON
    for _ in range(3 * MOST_TRIES):
        store.record(sending, Later(seconds=1, error="ratelimited"), now)
        now += SECOND
        sending = take_post(store, now)

    assert store.record(sending, Unclear(error="timed out"), now) is None
    assert take_post(store, now + LOOK_AFTER).post.tried


def test_what_was_unclear_stays_so_through_a_rate_limit(store: Store) -> None:
    """A certain "not now" says nothing about the try before it."""
    _, sending = start(store, reply("one"))
    store.record(sending, Unclear(error="timed out"), NOON)
    again = take_post(store, NOON + LOOK_AFTER)

    store.record(again, Later(seconds=5, error="ratelimited"), NOON + LOOK_AFTER)

    assert take_post(store, NOON + LOOK_AFTER + 5 * SECOND).post.tried


def test_to_one_person_at_most_once(store: Store) -> None:
    """An ephemeral message cannot be looked for, so after an unclear outcome it is left."""
    ours, sending = start(store, reply("psst", audience="only", to=ANA), reply("two"))

    second = store.record(sending, Unclear(error="timed out"), NOON)

    assert second
    assert told(second.post.reply) == "two"
    assert posts(store, ours)[0].state == "unclear"


def test_to_one_person_at_most_once_after_a_crash(open_store: Callable[[], Store]) -> None:
    """The same when the process died between mark and outcome."""
    dead, living = open_store(), open_store()
    ours, _ = start(dead, reply("psst", audience="only", to=ANA), reply("two"))
    dead.close()
    living.free_the_dead()

    second = take_post(living)

    assert told(second.post.reply) == "two"
    assert not second.post.tried
    assert posts(living, ours)[0].state == "unclear"


def test_a_mark_outlives_its_process(open_store: Callable[[], Store]) -> None:
    """Whoever takes over knows that the post may be out, and looks no sooner than a second on."""
    dead, living = open_store(), open_store()
    start(dead, reply("one"))
    dead.close()

    assert living.free_the_dead() == 1
    assert living.claim(NOON) is None
    assert take_post(living, NOON + LOOK_AFTER).post.tried


def test_looking_takes_time_too(open_store: Callable[[], Store]) -> None:
    """The mark is renewed before a second try, so the wait counts from that one."""
    dead, living = open_store(), open_store()
    _, sending = start(dead, reply("one"))
    dead.record(sending, Unclear(error="timed out"), NOON)
    again = take_post(dead, NOON + LOOK_AFTER)
    dead.mark_again(again, NOON + 5 * SECOND)
    dead.close()
    living.free_the_dead()

    assert living.claim(NOON + 5.5 * SECOND) is None
    assert take_post(living, NOON + 5 * SECOND + LOOK_AFTER).tries == again.tries + 1


def test_an_unmarked_post_is_not_taken_for_tried(store: Store) -> None:
    """A worker that stops hands nothing out; what it leaves is plainly new."""
    store.accept(said(), NOON)
    deciding = take_event(store)

    assert (
        store.commit_turn(deciding, turn(begun(deciding), reply("one")), NOON, more=False) is None
    )

    assert not take_post(store).post.tried


def test_a_burst_then_one_a_second(paced_store: Store) -> None:
    """Slack takes a few messages at once and then one a second, in each channel."""
    store = paced_store
    ours = store.accept(said(), NOON)
    assert ours
    replies = [reply(str(number)) for number in range(5)]
    sending: Sending | None = commit(store, take_event(store), *replies)

    at = []
    now = NOON
    for _ in range(100):
        if sending is None:
            now += timedelta(milliseconds=100)
            claimed = store.claim(now)
            sending = claimed if isinstance(claimed, Sending) else None
            continue
        at.append(round((now - NOON) / SECOND, 1))
        sending = store.record(sending, POSTED, now)

    assert at == [0, 0, 1, 2, 3]


def test_the_pace_is_kept_across_processes(open_store: Callable[..., Store]) -> None:
    """Two processes together are as quick as one; another channel has a pace of its own."""
    stores = [open_store(Pace(seconds=1, burst=1)) for _ in range(2)]
    started = []
    for number, (store, channel) in enumerate(
        [(stores[0], "C1"), (stores[1], "C1"), (stores[1], "C2")]
    ):
        store.accept(said(key=str(number), thread=f"{number}.0", channel=channel), NOON)
        deciding = take_event(store)
        started.append(store.commit_turn(deciding, turn(begun(deciding), reply("x")), NOON))

    assert [sending is not None for sending in started] == [True, False, True]
    assert take_post(stores[0], NOON + SECOND)


def test_a_clock_that_was_set_back_stops_nothing_for_long(paced_store: Store) -> None:
    """A pace that was kept in what is now the future is forgotten."""
    store = paced_store
    _, sending = start(store, reply("one"))
    store.record(sending, POSTED, NOON)
    earlier = NOON - timedelta(hours=1)
    store.accept(said("two", "2"), earlier)

    deciding = take_event(store, earlier)

    assert store.commit_turn(deciding, turn(begun(deciding), reply("two")), earlier)


def test_the_backlog_tells_what_waits_and_since_when(store: Store) -> None:
    """Events and posts that wait, and the oldest of them."""
    assert store.backlog().oldest is None
    _, sending = start(store, reply("one"), reply("two"))
    store.record(sending, Later(seconds=30, error="ratelimited"), NOON)
    store.accept(said("more", "2"), NOON + SECOND)

    backlog = store.backlog()

    assert (backlog.events, backlog.posts, backlog.oldest) == (1, 2, NOON)
    assert backlog.parked_events == backlog.parked_posts == ()
