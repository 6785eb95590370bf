"""A conversation is worked on by one at a time, and whoever lost it writes nothing."""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import pytest

from bot.events import Delivered
from bot.store import Deciding, Fenced, Sending, Store
from bot.store.claims import LEASE
from bot.store.liveness import LeaseOnly, LockFile
from tests.bot.store_kit import NOON, SECOND, begun, commit, reply, said, take_event, turn


def test_one_conversation_is_claimed_once(store: Store) -> None:
    """While somebody works on a conversation nobody else gets any of it."""
    store.accept(said(key="1"), NOON)
    store.accept(said(key="2"), NOON)

    assert isinstance(store.claim(NOON), Deciding)
    assert store.claim(NOON) is None


def test_different_conversations_run_side_by_side(store: Store) -> None:
    """One that is being worked on does not hold up another."""
    store.accept(said(key="1", thread="1.1"), NOON)
    store.accept(said(key="2", thread="2.2"), NOON)

    claimed = {take_event(store).claim.conversation for _ in range(2)}

    assert len(claimed) == 2


def test_whoever_waited_longest_is_next(store: Store) -> None:
    """A chatty conversation goes to the end of the line after each turn."""
    chatty = store.accept(said(key="1", thread="1.1"), NOON)
    store.accept(said(key="2", thread="1.1"), NOON)
    patient = store.accept(said(key="3", thread="2.2"), NOON + SECOND)

    order = []
    for later in range(2, 5):
        deciding = take_event(store, NOON + later * SECOND)
        order.append(deciding.claim.conversation)
        store.commit_turn(deciding, turn(begun(deciding)), NOON + later * SECOND)

    assert order == [chatty, patient, chatty]


def test_a_release_gives_the_work_back(store: Store) -> None:
    """What was claimed and not done is there for the next."""
    store.accept(said(), NOON)

    first = take_event(store)
    store.release(first.claim, NOON)

    assert take_event(store).waiting.seq == first.waiting.seq


def test_a_lease_ends(store: Store) -> None:
    """Where nothing shows that a claimer is dead, time does."""
    store.accept(said(), NOON)
    take_event(store)

    assert store.claim(NOON + LEASE) is None
    assert store.claim(NOON + LEASE + SECOND) is not None


def test_a_lost_claim_writes_nothing(store: Store) -> None:
    """Whoever was paused beyond the lease finds every write refused, also of the same process."""
    ours = store.accept(said(), NOON)
    assert ours
    late = NOON + LEASE + SECOND
    paused = take_event(store)
    current = take_event(store, late)

    with pytest.raises(Fenced):
        store.commit_turn(paused, turn(begun(paused), reply("too late")), late)
    with pytest.raises(Fenced):
        store.fail(paused, "Error", late)
    with pytest.raises(Fenced):
        store.park(paused, reply("sorry"), "Error", late)
    with pytest.raises(Fenced):
        store.release(paused.claim, late)

    sending = commit(store, current, reply("in time"), now=late)
    transcript = store.transcript(ours)
    assert transcript is not None
    assert [post.words for line in transcript.turns for post in line.posts] == ["in time"]
    assert sending.post.id.startswith(ours)


def test_a_lost_claim_records_no_outcome(store: Store) -> None:
    """An outcome that comes after the claim was lost is left to whoever has it now."""
    store.accept(said(), NOON)
    late = NOON + LEASE + SECOND
    sending = commit(store, take_event(store), reply("hello"))
    again = store.claim(late)
    assert isinstance(again, Sending)

    with pytest.raises(Fenced):
        store.record(sending, Delivered(channel="C0HELP", ts="1.0"), late)
    with pytest.raises(Fenced):
        store.mark_again(sending, late)

    assert again.post.tried
    assert store.record(again, Delivered(channel="C0HELP", ts="1.0"), late) is None


def test_each_write_renews_the_lease(store: Store) -> None:
    """Long work in small steps is not taken away."""
    store.accept(said(), NOON)
    half = NOON + LEASE * 0.75
    sending = commit(store, take_event(store), reply("one"), reply("two"), now=half)

    assert store.claim(NOON + LEASE + SECOND) is None
    assert store.record(sending, Delivered(channel="C0HELP", ts="1.0"), half)


def test_the_dead_lose_their_claims_at_once(open_store: Callable[[], Store]) -> None:
    """Another process takes over without waiting for the lease."""
    dead, living = open_store(), open_store()
    dead.accept(said(), NOON)
    take_event(dead)
    assert living.free_the_dead() == 0
    assert living.claim(NOON) is None

    dead.close()

    assert living.free_the_dead() == 1
    assert take_event(living).waiting.event.text == "hello"


def test_the_living_keep_their_claims(open_store: Callable[[], Store]) -> None:
    """Nobody is taken for dead who is not, and one's own claims are never touched."""
    one, other = open_store(), open_store()
    one.accept(said(), NOON)
    deciding = take_event(one)

    assert other.free_the_dead() == 0
    assert one.free_the_dead() == 0
    assert commit(one, deciding, reply("still mine"))


def test_threads_of_two_processes_never_share(open_store: Callable[[], Store]) -> None:
    """Under contention each event is decided once, in order, and nothing is left."""
    stores = [open_store(), open_store()]
    for number in range(60):
        stores[0].accept(said(str(number), str(number), thread=f"{number % 7}.0"), NOON)
    heard: defaultdict[str, list[int]] = defaultdict(list)
    busy: set[str] = set()
    lock = Lock()

    def work(store: Store) -> None:
        while isinstance(deciding := store.claim(NOON), Deciding):
            of = deciding.claim.conversation
            with lock:
                assert of not in busy
                busy.add(of)
                heard[of].append(int(deciding.waiting.event.text))
            with lock:
                busy.remove(of)
            store.commit_turn(deciding, turn(begun(deciding)), NOON)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, stores[number % 2]) for number in range(4)]:
            done.result()
    work(stores[0])

    assert sorted(n for numbers in heard.values() for n in numbers) == list(range(60))
    assert all(numbers == sorted(numbers) for numbers in heard.values())


def test_a_lock_file_shows_life_and_death(tmp_path: Path) -> None:
    """The lock is free once its holder is gone, and the file goes with it."""
    folder = tmp_path / "owners"
    one, other = LockFile(folder), LockFile(folder)
    assert not one.is_dead(other.owner)

    other.close()

    assert one.is_dead(other.owner)
    assert one.is_dead("who-was-never-there")
    assert [path.name for path in folder.iterdir()] == [one.owner]
    one.close()


def test_a_new_owner_tidies_up_after_the_dead(tmp_path: Path) -> None:
    """Files that dead processes left do not pile up."""
    folder = tmp_path / "owners"
    folder.mkdir()
    (folder / "left-behind").touch()

    living = LockFile(folder)

    assert [path.name for path in folder.iterdir()] == [living.owner]
    living.close()


def test_without_locks_nobody_is_known_to_be_dead() -> None:
    """Then the lease alone decides."""
    alone = LeaseOnly()

    assert not alone.is_dead("anybody")
    alone.close()
