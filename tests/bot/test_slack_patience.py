"""Somebody who waits sees that the advisor is at it; somebody who does not wait sees nothing."""

from collections.abc import Callable, Iterator
from threading import Event as Signal

import pytest

from bot.slack.patience import MOMENT, STATUS, Soon
from flows.advisor import Advisor
from tests.bot.edge_kit import CONVERSATION, ROOT, Edge, open_edge, real_advisor, summary
from tests.bot.slack_kit import BEN, CHANNEL, US, command, mention, said, send_event, send_form

METHOD = "assistant.threads.setStatus"


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    """The real knowledge and wording."""
    return real_advisor()


@pytest.fixture
def edge(advisor: Advisor) -> Iterator[Edge]:
    """A Bolt app whose store is a list."""
    with open_edge(advisor) as edge:
        yield edge


def waiting(edge: Edge, events: int, control: str = "bot") -> None:
    """Let the store say how many events of the conversation are not yet handled."""
    edge.inbox.summaries = [summary(1, id=CONVERSATION, waiting=events, control=control)]


def test_a_status_appears_within_a_second_and_goes_with_the_answer(edge: Edge) -> None:
    """Not at once, since most answers are quicker; once, and taken away at the end."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    waiting(edge, 1)
    assert edge.slack.named(METHOD) == []
    assert MOMENT < 1
    for _ in range(3):
        edge.a_moment_passes()
    shown = {"channel_id": CHANNEL, "thread_ts": ROOT}
    assert edge.slack.named(METHOD) == [{**shown, "status": STATUS}]
    waiting(edge, 0)
    edge.a_moment_passes()
    assert edge.slack.named(METHOD)[1:] == [{**shown, "status": ""}]
    assert edge.soon == []


def test_a_quick_answer_shows_no_status(edge: Edge) -> None:
    """It would only flicker."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    waiting(edge, 0)
    edge.a_moment_passes()
    assert edge.slack.named(METHOD) == []


def test_what_is_not_ours_is_not_watched(edge: Edge) -> None:
    """Nor what is said to somebody else, nor a command, which has no thread yet."""
    send_event(edge.app, said("lunch?", thread_ts="1763.1"))
    send_form(edge.app, command(""))
    assert edge.soon == []
    send_event(edge.app, mention(f"<@{US}> hello"))
    edge.soon.clear()
    send_event(edge.app, said("<@U0BEN> what do you think?", ts="9.1", thread_ts=ROOT))
    assert edge.soon == []


def test_beside_a_human_the_advisor_looks_quiet(edge: Edge) -> None:
    """Unless it was addressed."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    edge.soon.clear()
    waiting(edge, 1, control="human")
    send_event(edge.app, said("thank you", event_id="Ev3", ts="9.1", thread_ts=ROOT))
    edge.a_moment_passes()
    assert edge.slack.named(METHOD) == []
    send_event(edge.app, mention(f"<@{US}> and you?", event_id="Ev4", ts="9.2", thread_ts=ROOT))
    edge.a_moment_passes()
    assert len(edge.slack.named(METHOD)) == 1


def test_others_in_the_thread_bring_no_status(edge: Edge) -> None:
    """Only whoever began is looked up."""
    send_event(edge.app, mention(f"<@{US}> hello"))
    edge.soon.clear()
    waiting(edge, 1)
    send_event(edge.app, said("nobody", event_id="Ev3", ts="9.1", thread_ts=ROOT, user=BEN))
    edge.a_moment_passes()
    assert edge.slack.named(METHOD) == []


def test_things_are_done_soon_and_a_failure_stops_nothing() -> None:
    """One after the other, beside whoever asked for them."""
    soon, done = Soon(seconds=0.01), Signal()

    def fail() -> None:
        raise ValueError

    soon.call(fail)
    soon.call(done.set)
    assert done.wait(5)


def test_no_more_than_a_few_are_watched_at_a_time() -> None:
    """A courtesy must not become a burden."""
    soon, held, go = Soon(seconds=0.0, most=1), Signal(), Signal()
    done: list[int] = []

    def hold() -> None:
        held.set()
        go.wait(5)

    soon.call(hold)
    assert held.wait(5)
    last = Signal()
    jobs: list[Callable[[], object]] = [last.set, lambda: done.append(1)]
    for job in jobs:
        soon.call(job)
    go.set()
    assert last.wait(5)
    assert done == []
