"""Erasing a person's words: everywhere, with a receipt, and the figures stay."""

from collections.abc import Callable

import pytest

from bot.events import Delivered, Later
from bot.store import Fenced, Receipt, Store
from flows.conversation import Click, Intent
from tests.bot.store_kit import (
    ANA,
    BEN,
    NOON,
    OTHER_TEAM,
    SECOND,
    TEAM,
    SmallSlack,
    clicked,
    commit,
    reply,
    run_dry,
    said,
    take_event,
    take_post,
    told,
    worker,
)


def talked(store: Store) -> str:
    """A conversation in which Ana and Ben typed and filled in forms, all handled."""
    ours = store.accept(said("apples from Ana", "1"), NOON)
    assert ours
    store.accept(said("pears from Ben", "2", by=BEN), NOON)
    store.accept(clicked(ours, "3", Click(intent=Intent.OBJECTION, words="plums from Ana")), NOON)
    run_dry(worker(store, SmallSlack()))
    return ours


def test_a_receipt_tells_what_was_erased(store: Store) -> None:
    """How much, place by place; a second time there is nothing left."""
    talked(store)

    assert store.erase(TEAM, ANA, NOON) == Receipt(
        conversations=1, messages=1, forms=1, quotes=2, replies=3, to_come=0
    )
    assert store.erase(TEAM, ANA, NOON) == Receipt(
        conversations=1, messages=0, forms=0, quotes=0, replies=0, to_come=0
    )
    assert store.erase(TEAM, "U0NOBODY", NOON).conversations == 0


def test_words_go_and_figures_stay(store: Store) -> None:
    """The transcript keeps who did what when, and what it led to."""
    ours = talked(store)
    before = store.transcript(ours)

    store.erase(TEAM, ANA, NOON)

    after = store.transcript(ours)
    assert before is not None
    assert after is not None
    assert [line.said for line in after.turns] == ["", "pears from Ben", "objection"]
    assert [line.erased for line in after.turns] == [True, False, True]
    assert [post.words for line in after.turns for post in line.posts] == ["", "", ""]
    kept = ("by", "at", "intent", "state_after", "decided_at", "status")
    for name in kept:
        assert [getattr(x, name) for x in after.turns] == [getattr(x, name) for x in before.turns]
    assert [line.answers["heard"].options for line in after.turns] == [("yes",)] * 3
    assert [post.state for line in after.turns for post in line.posts] == ["done"] * 3


def test_nothing_is_left_on_the_disk(store: Store, on_disk: Callable[[], bytes]) -> None:
    """Neither in the file nor in the log beside it."""
    talked(store)
    assert b"apples from Ana" in on_disk()

    store.erase(TEAM, ANA, NOON)

    assert b"from Ana" not in on_disk()
    assert b"pears from Ben" in on_disk()


def test_other_people_and_workspaces_keep_theirs(store: Store) -> None:
    """One person in one workspace is meant."""
    talked(store)
    theirs = store.accept(said("cherries", "9", workspace=OTHER_TEAM), NOON)
    assert theirs

    store.erase(TEAM, ANA, NOON)

    transcript = store.transcript(theirs)
    assert transcript is not None
    assert transcript.turns[0].said == "cherries"


def test_the_conversation_goes_on(store: Store) -> None:
    """What is known stays known, without the words that it was read from."""
    ours = talked(store)
    store.erase(TEAM, ANA, NOON)

    store.accept(said("more", "4", by=BEN), NOON)
    deciding = take_event(store)

    found = deciding.conversation()
    assert found is not None
    assert deciding.claim.conversation == ours
    assert found.answers["heard"].options == ("yes",)
    assert found.answers["heard"].quote == ""


def test_a_turn_in_hand_writes_nothing_that_was_erased(
    store: Store, on_disk: Callable[[], bytes]
) -> None:
    """Words that were read before the erasure do not come back after it."""
    store.accept(said("apples from Ana"), NOON)
    deciding = take_event(store)

    store.erase(TEAM, ANA, NOON)

    with pytest.raises(Fenced):
        commit(store, deciding, reply("You said: apples from Ana"))
    assert b"apples" not in on_disk()
    assert take_event(store).waiting.gone


def test_an_erased_text_is_handled_as_a_deleted_one(store: Store) -> None:
    """What was not handled yet does not become an empty message."""
    ours = store.accept(said("apples from Ana"), NOON)
    assert ours
    store.erase(TEAM, ANA, NOON)
    slack = SmallSlack()

    run_dry(worker(store, slack))

    assert slack.words == ["You said: deleted"]


def test_what_waits_to_be_posted_is_posted_and_then_erased(store: Store) -> None:
    """Nobody is left without an answer, and the answer does not stay."""
    store.accept(said("apples from Ana"), NOON)
    sending = commit(store, take_event(store), reply("one, apples"), reply("two, apples"))
    assert store.record(sending, Later(seconds=9, error="ratelimited"), NOON) is None

    receipt = store.erase(TEAM, ANA, NOON + SECOND)

    assert (receipt.replies, receipt.to_come) == (0, 2)
    first = take_post(store, NOON + 9 * SECOND)
    second = store.record(first, Delivered(channel="C0HELP", ts="1.1"), NOON + 9 * SECOND)
    assert second
    assert [told(s.post.reply) for s in (first, second)] == ["one, apples", "two, apples"]
    store.record(second, Delivered(channel="C0HELP", ts="1.2"), NOON + 9 * SECOND)
    [summary] = store.conversations()
    transcript = store.transcript(summary.id)
    assert transcript is not None
    assert [post.reply for line in transcript.turns for post in line.posts] == [None, None]
