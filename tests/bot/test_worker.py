"""Nothing lost, nothing twice, in order: what the worker promises whatever goes wrong."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event as Flag

import pytest
from structlog.testing import capture_logs

from bot.events import Delivered, Later, Post, PostOutcome, Refused, Unclear
from bot.store import Store
from bot.store.outbox import LOOK_AFTER
from bot.worker import MOST_CLAIMS, MOST_FAILURES, Worker
from flows.advisor import Advisor
from flows.conversation import Conversation, Intent, Message, State, Timer, Turn
from flows.reply import Buttons, Reply
from tests.bot.store_kit import (
    ANA,
    BEN,
    NOON,
    SECOND,
    Crash,
    SmallSlack,
    advisor,
    echo,
    reply,
    run_dry,
    said,
    saying,
    take_event,
    turn,
    worker,
)

OpenStore = Callable[[], Store]
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0
"""Seconds after which a test that waits for threads or processes gives up."""


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for a condition, but not for ever."""
    end, pause = time.monotonic() + PATIENCE, Flag()
    while not holds():
        assert time.monotonic() < end, f"still waiting for {what}"
        pause.wait(0.01)


@pytest.fixture
def slack() -> SmallSlack:
    """A Slack without faults."""
    return SmallSlack()


@contextmanager
def at_work(at: Worker) -> Iterator[Worker]:
    """A worker in threads, stopped in the end."""
    at.start()
    yield at
    assert at.stop(PATIENCE)


def test_what_was_said_is_answered(store: Store, slack: SmallSlack) -> None:
    """One piece of work: an event, its turn and its posts."""
    ours = store.accept(said("hello"), NOON)
    assert ours
    hands = worker(store, slack)

    assert hands.run_once(NOON)
    assert not hands.run_once(NOON)

    assert slack.words == ["You said: hello"]
    transcript = store.transcript(ours)
    assert transcript is not None
    [line] = transcript.turns
    assert (line.status, line.posts[0].state, line.posts[0].ts) == ("done", "done", "1.0")


def test_the_dialogue_is_told_all_of_it(store: Store, slack: SmallSlack) -> None:
    """A new conversation knows its starter and its knowledge; a message knows its author."""
    seen: list[tuple[Conversation, Message]] = []

    def look(conversation: Conversation, message: Message, _advisor: Advisor) -> Turn:
        seen.append((conversation, message))
        return turn(conversation.model_copy(update={"state": State.ASKING}))

    ours = store.accept(said("one", "1", addressed=True), NOON)
    store.accept(said("two", "2", by=BEN, expert=True, to_other=True), NOON)
    run_dry(worker(store, slack, look))

    (first, one), (second, two) = seen
    assert (first.id, first.starter, first.knowledge_version) == (ours, ANA, "2026-11-23-test")
    assert one == Message(kind="text", by=ANA, at=NOON, text="one", addressed=True)
    assert second.state == State.ASKING
    assert two == Message(kind="text", by=BEN, at=NOON, text="two", expert=True, to_other=True)


def test_answers_come_in_order(store: Store, slack: SmallSlack) -> None:
    """Whatever order the times are in, the first to be accepted is the first to be answered."""
    for number in range(5):
        store.accept(said(str(number), str(number)), NOON)

    run_dry(worker(store, slack))

    assert slack.words == [f"You said: {number}" for number in range(5)]


# What can go wrong while posting.


def test_a_crash_after_posting_does_not_post_twice(
    open_store: OpenStore, slack: SmallSlack
) -> None:
    """The next process finds the message and notes it."""
    dead, living = open_store(), open_store()
    ours = dead.accept(said("hello"), NOON)
    assert ours
    slack.faults = [slack.crash_after]
    with pytest.raises(Crash):
        worker(dead, slack).run_once(NOON)
    dead.close()

    run_dry(worker(living, slack), NOON)
    run_dry(worker(living, slack), NOON + LOOK_AFTER)

    assert slack.ids == [f"{ours}:1"]
    assert slack.looked_for == [f"{ours}:1"]
    transcript = living.transcript(ours)
    assert transcript is not None
    assert transcript.turns[0].posts[0].ts == "1.0"


def test_a_crash_before_posting_loses_nothing(open_store: OpenStore, slack: SmallSlack) -> None:
    """The next process looks, finds nothing, and posts."""
    dead, living = open_store(), open_store()
    dead.accept(said("hello"), NOON)
    slack.faults = [slack.crash_before]
    with pytest.raises(Crash):
        worker(dead, slack).run_once(NOON)
    dead.close()

    run_dry(worker(living, slack), NOON)
    run_dry(worker(living, slack), NOON + LOOK_AFTER)

    assert slack.words == ["You said: hello"]
    assert len(slack.looked_for) == 1


def test_a_crash_while_deciding_decides_again(open_store: OpenStore, slack: SmallSlack) -> None:
    """An event whose turn was not written is taken by the next process."""
    dead, living = open_store(), open_store()
    dead.accept(said("hello"), NOON)

    def die(*_: object) -> Turn:
        raise Crash

    with pytest.raises(Crash):
        worker(dead, slack, die).run_once(NOON)
    dead.close()

    run_dry(worker(living, slack), NOON)

    assert slack.words == ["You said: hello"]


def test_an_answer_that_got_lost_is_looked_for(store: Store, slack: SmallSlack) -> None:
    """After an unclear outcome the message is found and not repeated; the next one follows."""
    ours = store.accept(said("one", "1"), NOON)
    slack.faults = [slack.taken_but_unclear]
    hands = worker(store, slack)
    run_dry(hands, NOON)
    store.accept(said("two", "2"), NOON)

    run_dry(hands, NOON + LOOK_AFTER)

    assert slack.ids == [f"{ours}:1", f"{ours}:2"]


def test_a_message_that_never_arrived_is_posted_again(store: Store, slack: SmallSlack) -> None:
    """An unclear outcome that was a failure costs a second and no message."""
    store.accept(said("one"), NOON)
    slack.faults = [lambda _: Unclear(error="timed out")]
    hands = worker(store, slack)

    run_dry(hands, NOON)
    assert slack.words == []
    run_dry(hands, NOON + LOOK_AFTER)

    assert slack.words == ["You said: one"]


def test_an_edit_is_repeated_without_looking(store: Store, slack: SmallSlack) -> None:
    """To change a message twice does no harm, and there is no second message to find."""
    store.accept(said(), NOON)
    hands = worker(store, slack, saying(reply("?", "q"), reply("!", "q", replaces=True)))
    slack.faults = [slack.keep, slack.taken_but_unclear]

    run_dry(hands, NOON)
    run_dry(hands, NOON + LOOK_AFTER)

    assert slack.words == ["?", "!", "!"]
    assert slack.looked_for == []
    assert slack.posted[2].edits == Delivered(channel="C0HELP", ts="1.0")


def test_to_one_person_it_is_said_at_most_once(store: Store, slack: SmallSlack) -> None:
    """What cannot be looked for is not repeated."""
    store.accept(said(), NOON)
    slack.faults = [lambda _: Unclear(error="timed out")]
    hands = worker(store, slack, saying(reply("psst", audience="only", to=ANA), reply("all")))

    run_dry(hands, NOON)
    run_dry(hands, NOON + 3600 * SECOND)

    assert slack.words == ["all"]
    assert slack.looked_for == []


def test_where_slack_cannot_say_nothing_is_posted(store: Store) -> None:
    """A look-up that fails is repeated; posting blindly might double."""

    class Mute(SmallSlack):
        deaf = True

        def find(self, post: Post) -> Delivered | None:
            if self.deaf:
                raise ConnectionError
            return super().find(post)

    slack = Mute()
    slack.faults = [slack.taken_but_unclear]
    store.accept(said("one"), NOON)
    hands = worker(store, slack)
    for seconds in range(60):
        run_dry(hands, NOON + seconds * SECOND)
    assert slack.words == ["You said: one"]

    slack.deaf = False
    run_dry(hands, NOON + 70 * SECOND)

    assert slack.words == ["You said: one"]
    assert store.backlog().posts == 0


def test_later_is_later(store: Store, slack: SmallSlack) -> None:
    """A rate limit is honoured, then the message goes out; it is not looked for."""
    store.accept(said("one"), NOON)
    slack.faults = [lambda _: Later(seconds=30, error="ratelimited")]
    hands = worker(store, slack)

    run_dry(hands, NOON + 29 * SECOND)
    assert slack.words == []
    run_dry(hands, NOON + 60 * SECOND)

    assert slack.words == ["You said: one"]
    assert slack.looked_for == []


def test_a_refusal_does_not_stop_a_conversation(store: Store, slack: SmallSlack) -> None:
    """The next message is answered as if nothing had happened."""
    store.accept(said("one", "1"), NOON)
    store.accept(said("two", "2"), NOON)
    slack.faults = [lambda _: Refused(error="msg_blocks_too_long")]

    run_dry(worker(store, slack))

    assert slack.words == ["You said: two"]


def test_a_poster_that_breaks_its_promise_is_survived(store: Store, slack: SmallSlack) -> None:
    """An exception says nothing about whether the message went out."""

    def break_down(post: Post) -> PostOutcome:
        slack.keep(post)
        raise RuntimeError

    store.accept(said("one"), NOON)
    slack.faults = [break_down]
    hands = worker(store, slack)

    with capture_logs() as logs:
        run_dry(hands, NOON)
        run_dry(hands, NOON + LOOK_AFTER)

    assert slack.words == ["You said: one"]
    assert "poster_failed" in [log["event"] for log in logs]


def test_whoever_was_paused_before_posting_does_not_post(store: Store, slack: SmallSlack) -> None:
    """After a long pause another may have taken over: the message is looked for instead."""
    times = [NOON, NOON, NOON, NOON, NOON, NOON + timedelta(minutes=5)]
    hands = Worker(
        store,
        slack,
        advisor(),
        take_turn=echo,
        clock=lambda: times.pop(0) if len(times) > 1 else times[0],
    )
    store.accept(said("one"), NOON)

    while len(times) > 1:
        hands.run_once()
    assert slack.words == []
    run_dry(hands, NOON + timedelta(minutes=10))

    assert slack.words == ["You said: one"]
    assert len(slack.looked_for) == 1


# What can go wrong while deciding.


def fussy(conversation: Conversation, message: Message, advisor: Advisor) -> Turn:
    """A dialogue that cannot stand one word."""
    if "poison" in message.text:
        problem = f"cannot read {message.text}"
        raise ValueError(problem)
    return echo(conversation, message, advisor)


def test_a_poison_event_is_parked_with_an_apology(store: Store, slack: SmallSlack) -> None:
    """After its attempts it is put aside; the person gets a reference; the conversation goes on."""
    ours = store.accept(said("fine", "1"), NOON)
    assert ours
    store.accept(said("poison", "2"), NOON)
    store.accept(said("fine again", "3"), NOON)

    run_dry(worker(store, slack, fussy))

    first, apology, last = slack.posted
    reference = f"{ours}/2"
    assert reference in str(apology.reply)
    assert [told_by(post.reply) for post in (first, last)] == [
        "You said: fine",
        "You said: fine again",
    ]
    [buttons] = [part for part in apology.reply.parts if isinstance(part, Buttons)]
    assert buttons.buttons[0].act.intent == Intent.HUMAN
    assert store.backlog().parked_events == (reference,)
    transcript = store.transcript(ours)
    assert transcript is not None
    parked = transcript.turns[1]
    assert (parked.status, parked.error, parked.said) == ("parked", "ValueError", "poison")


def told_by(said_back: Reply) -> str:
    """The words of an echo."""
    return str(said_back.parts[0].model_dump()["text"][0]["text"])


def test_a_poison_first_event_leaves_a_conversation_that_can_begin(
    store: Store, slack: SmallSlack
) -> None:
    """The next message begins it as the first would have."""
    store.accept(said("poison", "1"), NOON)
    store.accept(said("hello", "2"), NOON)

    run_dry(worker(store, slack, fussy))

    assert len(slack.posted) == 2
    assert told_by(slack.posted[1].reply) == "You said: hello"


def test_a_passing_fault_is_tried_again(store: Store, slack: SmallSlack) -> None:
    """What fails less often than the limit is answered, and nobody is told."""
    faults = [ValueError()] * (MOST_FAILURES - 1)

    def shaky(conversation: Conversation, message: Message, advisor: Advisor) -> Turn:
        if faults:
            raise faults.pop()
        return echo(conversation, message, advisor)

    store.accept(said("hello"), NOON)
    run_dry(worker(store, slack, shaky))

    assert slack.words == ["You said: hello"]
    assert store.backlog().parked_events == ()


def test_logs_hold_no_words(store: Store, slack: SmallSlack) -> None:
    """Where it failed and what kind of failure it was; not what somebody typed."""
    store.accept(said("poison of mine"), NOON)

    with capture_logs() as logs:
        run_dry(worker(store, slack, fussy))

    failed = [log for log in logs if log["event"] == "turn_failed"]
    assert [log["tries"] for log in failed] == list(range(1, MOST_FAILURES + 1))
    assert failed[0]["error"] == "ValueError"
    assert "test_worker.py" in failed[0]["where"]
    assert "poison" not in str(logs)


def test_an_event_that_kills_its_process_is_parked_too(
    open_store: OpenStore, slack: SmallSlack
) -> None:
    """It may be somebody else's kill, so it takes more of them."""
    first = open_store()
    first.accept(said("hello"), NOON)
    for _ in range(MOST_CLAIMS):
        dying = open_store()
        dying.free_the_dead()
        assert take_event(dying)
        dying.close()

    run_dry(worker(first, slack), NOON)

    assert len(first.backlog().parked_events) == 1
    assert "Sorry" in str(slack.posted[0].reply)


def test_an_unreadable_conversation_gets_an_apology(store: Store, slack: SmallSlack) -> None:
    """A stored value that this release cannot read stops neither the worker nor the thread."""
    ours = store.accept(said("one", "1"), NOON)
    run_dry(worker(store, slack))
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE conversations SET structure = '{}'")
    store.accept(said("two", "2"), NOON)

    run_dry(worker(store, slack))

    assert store.backlog().parked_events == (f"{ours}/2",)


def test_a_renamed_state_is_no_dead_end(store: Store, slack: SmallSlack) -> None:
    """After a deploy that renamed a state the conversation goes on."""
    store.accept(said("one", "1"), NOON)
    run_dry(worker(store, slack))
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE conversations SET structure = replace(structure, 'asking', 'quizzing')"
        )
    store.accept(said("two", "2"), NOON)

    run_dry(worker(store, slack))

    assert slack.words == ["You said: one", "You said: two"]


# The passing of time.


def test_timers_become_turns(store: Store, slack: SmallSlack) -> None:
    """A reminder that was set is said when it is due, without anybody calling."""

    def patient(conversation: Conversation, message: Message, _advisor: Advisor) -> Turn:
        if message.timer:
            return turn(conversation, reply(f"due: {message.timer}"))
        return turn(conversation, timers=(Timer(name="reminder", after=timedelta(hours=1)),))

    store.accept(said(), NOON)
    hands = worker(store, slack, patient)
    run_dry(hands, NOON)

    run_dry(hands, NOON + timedelta(minutes=59))
    assert slack.words == []
    run_dry(hands, NOON + timedelta(minutes=60))
    run_dry(hands, NOON + timedelta(minutes=120))

    assert slack.words == ["due: reminder"]


def test_timers_fire_also_when_there_is_always_something_to_do(
    store: Store, slack: SmallSlack
) -> None:
    """Many messages do not keep a reminder from its time."""
    store.accept(said("set", "set"), NOON)
    reminder = saying(timers=(Timer(name="reminder", after=SECOND),))
    run_dry(worker(store, slack, reminder), NOON)
    for number in range(5):
        store.accept(said("more", str(number), thread=f"{number}.0"), NOON)
    hands = worker(store, slack, saying(reply("x")))

    hands.run_once(NOON + SECOND)

    assert store.backlog().events == 5


# Threads and processes.


def test_threads_answer_as_soon_as_they_are_woken(store: Store, slack: SmallSlack) -> None:
    """Everything that is accepted is answered, in order in each thread of talk."""
    with at_work(Worker(store, slack, advisor(), take_turn=echo)) as hands:
        for number in range(40):
            store.accept(said(str(number), str(number), thread=f"{number % 5}.0"))
            hands.wake()
        until(lambda: len(slack.posted) == 40, "40 posts")

    for thread in range(5):
        words = [
            int(told_by(post.reply).split(": ")[1])
            for post in slack.posted
            if post.place.thread == f"{thread}.0"
        ]
        assert words == sorted(words)
    assert store.backlog().posts == 0


def test_without_a_call_they_look_by_themselves(store: Store, slack: SmallSlack) -> None:
    """What another process accepted is found by looking now and then."""
    with at_work(Worker(store, slack, advisor(), take_turn=echo)):
        store.accept(said("nobody called"))
        until(lambda: bool(slack.posted), "a post")

    assert slack.words == ["You said: nobody called"]


def test_stopping_finishes_what_is_in_hand(store: Store, slack: SmallSlack) -> None:
    """A turn in hand is decided, posted and noted; nothing new is begun."""
    begun_to, may_end = Flag(), Flag()

    def slow(conversation: Conversation, message: Message, advisor: Advisor) -> Turn:
        begun_to.set()
        may_end.wait(PATIENCE)
        return echo(conversation, message, advisor)

    ours = store.accept(said("in hand", "1"))
    store.accept(said("for the next", "2"))
    hands = Worker(store, slack, advisor(), take_turn=slow, threads=1)
    hands.start()
    assert begun_to.wait(PATIENCE)
    assert not hands.stop(within=0)
    may_end.set()
    assert hands.stop(PATIENCE)

    backlog = store.backlog()
    assert (backlog.events, backlog.posts) == (1, 1)
    assert ours
    transcript = store.transcript(ours)
    assert transcript is not None
    assert [line.status for line in transcript.turns] == ["done", "waiting"]
    hands.start()
    hands.wake()
    until(lambda: len(slack.posted) == 2, "the rest")
    assert hands.stop(PATIENCE)
    assert slack.words == ["You said: in hand", "You said: for the next"]
    assert slack.looked_for == []


def test_a_worker_outlives_a_broken_store(store: Store, slack: SmallSlack) -> None:
    """Whatever a piece of work raises, the thread goes on with the next."""
    broken = Flag()

    class Once(SmallSlack):
        def post(self, post: Post) -> PostOutcome:
            if not broken.is_set():
                broken.set()
                with store.engine.begin() as connection:
                    connection.exec_driver_sql("ALTER TABLE outbox RENAME TO mislaid")
            return super().post(post)

    slack = Once()
    with capture_logs() as logs, at_work(Worker(store, slack, advisor(), take_turn=echo)):
        store.accept(said("one"))
        until(lambda: "worker_failed" in [log["event"] for log in logs], "a failure")
        with store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE mislaid RENAME TO outbox")
        until(lambda: store.backlog().posts == 0, "the outcome")

    assert slack.words == ["You said: one"]


def test_processes_that_are_killed_lose_and_double_nothing(
    database_url: str, open_store: OpenStore, tmp_path: Path
) -> None:
    """Two processes on one database; each is killed at some moment and another takes its place."""
    store, posts = open_store(), tmp_path / "posts"
    posts.touch()
    running = [_process(database_url, posts) for _ in range(2)]
    conversations: dict[str, int] = {}
    try:
        for number in range(60):
            ours = store.accept(said(str(number), str(number), thread=f"{number % 6}.0"))
            assert ours
            conversations[ours] = conversations.get(ours, 0) + 1
            if number in {15, 30, 45}:
                until(partial(_posted, posts, number - 14), "some posts")
                victim = running.pop(0)
                victim.kill()
                victim.communicate()
                running.append(_process(database_url, posts))
        until(lambda: _quiet(store), "all to be posted")
    finally:
        for process in running:
            process.communicate("")

    lines = _lines(posts)
    assert sorted(lines) == sorted(
        f"{ours}:{number}"
        for ours, count in conversations.items()
        for number in range(1, count + 1)
    )
    for ours, count in conversations.items():
        mine = [line for line in lines if line.startswith(ours)]
        assert mine == [f"{ours}:{number}" for number in range(1, count + 1)]


def _process(url: str, posts: Path) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("worker_process.py")
    process = subprocess.Popen(
        [sys.executable, str(script), url, str(posts)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _posted(posts: Path, least: int) -> bool:
    return len(_lines(posts)) >= least


def _lines(posts: Path) -> list[str]:
    return posts.read_text().split()


def _quiet(store: Store) -> bool:
    backlog = store.backlog()
    return backlog.events == backlog.posts == 0
