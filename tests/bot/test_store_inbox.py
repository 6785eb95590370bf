"""What comes in is kept once, in order, masked, and only if it is ours."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.events import Place
from bot.store import Deciding, Store
from bot.store.inbox import KEEP_KEYS, LONGEST_TEXT, new_id
from flows.conversation import Click, Intent
from tests.bot.store_kit import (
    ANA,
    BEN,
    NOON,
    OTHER_TEAM,
    SECOND,
    TEAM,
    begun,
    clicked,
    said,
    take_event,
    turn,
)


def close(store: Store, deciding: Deciding) -> None:
    """Handle an event without saying anything."""
    store.commit_turn(deciding, turn(begun(deciding)), NOON)


def test_a_redelivered_event_is_kept_once(store: Store) -> None:
    """The same event delivered four times begins one conversation with one event."""
    accepted = [store.accept(said(), NOON) for _ in range(4)]

    assert accepted[0] is not None
    assert accepted[1:] == [None, None, None]
    assert store.backlog().events == 1


def test_a_mention_and_its_message_are_one(store: Store) -> None:
    """Two events with ids of their own that tell of one message count once, in either order."""
    mention = said("@advisor help", "1", keys=("Ev1", "C0HELP:7.7"))
    message = said("@advisor help", "2", keys=("Ev2", "C0HELP:7.7"), starts=False)

    assert store.accept(mention, NOON)
    assert store.accept(message, NOON) is None
    assert store.backlog().events == 1


def test_a_message_before_its_mention_does_not_hide_it(store: Store) -> None:
    """A message outside our threads leaves no trace, so the mention of it still begins one."""
    message = said("@advisor help", "2", keys=("Ev2", "C0HELP:7.7"), starts=False)
    mention = said("@advisor help", "1", keys=("Ev1", "C0HELP:7.7"))

    assert store.accept(message, NOON) is None
    assert store.accept(mention, NOON)


def test_what_is_not_ours_leaves_no_trace(store: Store, on_disk: Callable[[], bytes]) -> None:
    """A message in somebody else's thread is not written anywhere."""
    assert store.accept(said("our secret plans", starts=False), NOON) is None

    assert store.conversations() == ()
    assert b"secret plans" not in on_disk()


def test_a_thread_of_ours_needs_no_mention(store: Store) -> None:
    """Whatever is said in the thread of a conversation belongs to it."""
    first = store.accept(said("help", "1"), NOON)

    assert store.accept(said("and more", "2", starts=False, by=BEN), NOON) == first
    assert store.accept(said("elsewhere", "3", thread="200.2", starts=False), NOON) is None


def test_each_command_begins_a_conversation(store: Store) -> None:
    """Where there is no thread yet there is nothing to find."""
    first = store.accept(said("", "1", thread=None), NOON)
    second = store.accept(said("", "2", thread=None), NOON)

    assert first
    assert second
    assert first != second


def test_workspaces_do_not_meet(store: Store) -> None:
    """The same channel and thread in another workspace is another conversation."""
    ours = store.accept(said(key="1"), NOON)
    theirs = store.accept(said(key="1", workspace=OTHER_TEAM), NOON)

    assert ours
    assert theirs
    assert ours != theirs
    assert [summary.id for summary in store.conversations(TEAM)] == [ours]


def test_a_click_with_a_foreign_id_is_refused(store: Store) -> None:
    """An id from another workspace, or from nowhere, leads nowhere."""
    ours = store.accept(said(), NOON)
    assert ours
    click = Click(intent=Intent.SKIP)

    assert store.accept(clicked(ours, "2", click, workspace=OTHER_TEAM), NOON) is None
    assert store.accept(clicked("nowhere", "3", click), NOON) is None
    assert store.accept(clicked(ours, "4", click), NOON) == ours


def test_a_click_elsewhere_belongs_to_its_conversation(store: Store) -> None:
    """A button in the experts' channel carries the id of the conversation it is about."""
    ours = store.accept(said(), NOON)
    assert ours
    elsewhere = Place(channel="C0EXPERTS", thread="300.3")

    assert store.accept(clicked(ours, "2", Click(intent=Intent.CLAIM), place=elsewhere)) == ours


def test_the_order_is_that_of_acceptance(store: Store) -> None:
    """Events of one conversation are handled as they came, whatever their own times say."""
    for number in range(1, 6):
        store.accept(said(f"word {number}", str(number), at=NOON - number * SECOND), NOON)

    heard = []
    for _ in range(5):
        deciding = take_event(store)
        heard.append(deciding.waiting.event.text)
        close(store, deciding)

    assert heard == [f"word {number}" for number in range(1, 6)]
    assert store.claim(NOON) is None


def test_an_event_comes_back_as_it_was(store: Store) -> None:
    """What the edge said of an event is what the worker gets."""
    click = Click(intent=Intent.ANSWER, criterion="ops_capacity", options=("none",), words="why")
    ours = store.accept(said("hi", "1"), NOON)
    assert ours
    sent = clicked(ours, "2", click, by=BEN, expert=True, to_other=True)
    store.accept(sent, NOON)

    close(store, take_event(store))

    assert take_event(store).waiting.event == sent


@pytest.mark.parametrize("length", [0, 1, LONGEST_TEXT, LONGEST_TEXT + 1, 300_000])
def test_any_length_is_kept_up_to_the_limit(store: Store, length: int) -> None:
    """A long text is cut and never refused; an empty one is an event like any other."""
    store.accept(said("x y " * (length // 4 + 1)), NOON)

    kept = take_event(store).waiting.event.text
    assert kept == ("x y " * (length // 4 + 1))[:LONGEST_TEXT]


def test_characters_that_no_database_takes_are_replaced(store: Store) -> None:
    """A NUL does not stop a message."""
    store.accept(said("before\x00after"), NOON)

    assert take_event(store).waiting.event.text == "before\ufffdafter"


def test_secrets_never_reach_the_disk(store: Store, on_disk: Callable[[], bytes]) -> None:
    """What people type and fill in is masked before the first write."""
    ours = store.accept(said("our password=hunter2x and ana@example.com", "1"), NOON)
    assert ours
    store.accept(clicked(ours, "2", Click(intent=Intent.OBJECTION, words="pwd=hunter2x!")), NOON)

    held = on_disk()
    assert b"hunter2x" not in held
    assert b"ana@example.com" not in held
    assert b"our password=[secret] and [e-mail]" in held
    transcript = store.transcript(ours)
    assert transcript is not None
    assert transcript.turns[0].masked == ("e-mail", "secret")


def test_a_secret_across_the_cut_is_masked_too(store: Store) -> None:
    """No half of a secret survives where a long text ends."""
    head = "x " * (LONGEST_TEXT // 2 - 10)
    store.accept(said(head + "password=0123456789abcdefghijklmnopqrstuvwxyz"), NOON)

    assert take_event(store).waiting.event.text.endswith("password=[secret]")


def test_one_of_many_at_once_wins(open_store: Callable[[], Store]) -> None:
    """Several processes that accept one event at the same moment keep it once."""
    stores = [open_store() for _ in range(3)]
    events = [said(f"number {number}", str(number)) for number in range(20)]

    with ThreadPoolExecutor(6) as pool:
        tried = list(
            pool.map(
                lambda pair: pair[0].accept(pair[1], NOON),
                [(store, event) for event in events for store in stores],
            )
        )

    assert sum(accepted is not None for accepted in tried) == len(events)
    assert len({accepted for accepted in tried if accepted}) == 1
    assert stores[0].backlog().events == len(events)


def test_a_waiting_event_shows_in_the_transcript(store: Store) -> None:
    """What was not handled yet can be read, too."""
    ours = store.accept(said("hello there"), NOON)
    assert ours

    transcript = store.transcript(ours)

    assert transcript is not None
    [line] = transcript.turns
    assert (line.status, line.said, line.by) == ("waiting", "hello there", ANA)


def test_an_accepted_event_outlives_its_process(open_store: Callable[[], Store]) -> None:
    """Once accepted, an event is there for whoever comes next."""
    store = open_store()
    ours = store.accept(said("do not lose me"), NOON)
    store.close()

    assert take_event(open_store()).waiting.event.text == "do not lose me"
    assert ours


def test_keys_are_forgotten_when_nothing_comes_again(store: Store) -> None:
    """Redeliveries are caught for days, and the list of what was seen does not grow for ever."""
    store.accept(said(key="1"), NOON)
    store.accept(said(key="2"), NOON + KEEP_KEYS)

    assert store.tidy(NOON + KEEP_KEYS) == 0
    assert store.accept(said(key="1"), NOON + KEEP_KEYS) is None

    assert store.tidy(NOON + KEEP_KEYS + SECOND) == 2
    assert store.tidy(NOON + KEEP_KEYS + SECOND) == 0
    assert store.accept(said(key="2"), NOON + KEEP_KEYS + SECOND) is None


def test_ids_sort_by_time_and_differ() -> None:
    """Ids are short, sort by the second and do not repeat."""
    earlier = {new_id(NOON) for _ in range(200)}
    later = new_id(NOON + SECOND)

    assert len(earlier) == 200
    assert {len(name) for name in earlier} == {13}
    assert max(earlier) < later
