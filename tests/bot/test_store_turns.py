"""A turn is written in one piece, can be read again, and time comes back as events."""

import typing
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pydantic import BaseModel

from bot.store import Standing, Store
from flows.conversation import (
    Answer,
    Click,
    Control,
    Conversation,
    Intent,
    Match,
    Proposal,
    State,
    Step,
    Ticket,
    TicketState,
    Timer,
    Turn,
    Understanding,
)
from knowledge.recommendation import Firmness, Outcome, Ranked, Recommendation, RuledOut, Swing
from tests.bot.store_kit import (
    ANA,
    BEN,
    NOON,
    OTHER_TEAM,
    SECOND,
    TEAM,
    SmallSlack,
    begun,
    clicked,
    commit,
    reply,
    run_dry,
    said,
    take_event,
    turn,
    worker,
)

HOUR = timedelta(hours=1)


def full_conversation(conversation: Conversation) -> Conversation:
    """A conversation in which every field that can hold words holds some."""
    skills = Answer(
        criterion="kubernetes_skills",
        options=("none",),
        by=ANA,
        at=NOON,
        source="text",
        quote="nobody, honestly",
    )
    scale = Answer(
        criterion="scale", options=("small",), by=BEN, at=NOON, source="text", quote="a few"
    )
    return conversation.model_copy(
        update={
            "state": State.CLARIFYING,
            "resume_state": State.ASKING,
            "control": Control.PENDING,
            "answers": {"kubernetes_skills": skills},
            "weights": {"scale": 3},
            "steps": (Step(criterion="kubernetes_skills", before=skills, asked=True),),
            "proposals": (Proposal(answer=scale, because="other_person"),),
            "tickets": (
                Ticket(
                    number=1, state=TicketState.RESOLVED, reason="asked", asked_by=ANA,
                    opened_at=NOON, question="may we stay?", claimed_by="U0EVA",
                    note="they may",
                ),
            ),
        }
    )  # fmt: skip


def standing() -> Recommendation:
    """A recommendation with everything that reviewers see of it."""
    veto = RuledOut(criterion="scale", option="small", text="Too small.", sources=("x",))
    return Recommendation(
        outcome=Outcome.LEADING, model="caas", leaders=("caas",), runner_up="paas", margin=3,
        firmness=Firmness.FAIR, escalation_reasons=(),
        ranking=(
            Ranked(model="caas", points=7), Ranked(model="paas", points=4),
            Ranked(model="iaas", points=-2, vetoes=(veto,)),
        ),
        reasons=(), open=("lock_in",),
        swings=(Swing(criterion="lock_in", points=5, leader="caas", challenger="paas"),),
        at_most=4, would_change=(), conflicts=(), knowledge_version="v1",
    )  # fmt: skip


def test_a_conversation_comes_back_whole(store: Store) -> None:
    """What a turn leaves is what the next one starts from, words and all."""
    store.accept(said(key="1"), NOON)
    store.accept(said(key="2"), NOON)
    first = take_event(store)
    left = full_conversation(begun(first))

    store.commit_turn(first, Turn(conversation=left, intent=Intent.ANSWER), NOON)

    assert take_event(store).conversation() == left


def test_the_first_event_finds_no_conversation_value(store: Store) -> None:
    """The dialogue's own value begins with the first turn."""
    store.accept(said(), NOON)

    assert take_event(store).conversation() is None


def test_a_transcript_tells_each_turn(store: Store) -> None:
    """Who, when, what, and where it led: state, answers, points, posts and their delivery."""
    ours = store.accept(said("we have nobody", "1"), NOON)
    assert ours
    deciding = take_event(store, NOON + SECOND)
    taken = Turn(
        conversation=full_conversation(begun(deciding)),
        intent=Intent.SITUATION,
        replies=(reply("Understood."),),
        understanding=Understanding(
            intent=Intent.SITUATION,
            matched=(Match(kind="criterion", id="kubernetes_skills", words="nobody"),),
        ),
        recommendation=standing(),
    )
    store.commit_turn(deciding, taken, NOON + SECOND)

    transcript = store.transcript(ours)

    assert transcript is not None
    [line] = transcript.turns
    assert (line.by, line.at, line.said, line.status) == (ANA, NOON, "we have nobody", "done")
    assert (line.accepted_at, line.decided_at) == (NOON, NOON + SECOND)
    assert (line.intent, line.state_before, line.state_after) == ("situation", None, "clarifying")
    assert line.control_after == "pending"
    assert line.answers == taken.conversation.answers
    assert line.understanding == taken.understanding
    assert line.standing == Standing(
        outcome=Outcome.LEADING,
        model="caas",
        margin=3,
        firmness=Firmness.FAIR,
        points={"caas": 7, "paas": 4, "iaas": -2},
        ruled_out=("iaas",),
        open=("lock_in",),
        swings={"lock_in": 5},
    )
    [post] = line.posts
    assert (post.words, post.state, post.tries) == ("Understood.", "trying", 1)
    assert (transcript.summary.outcome, transcript.summary.model) == ("leading", "caas")
    assert transcript.summary.turns == 1


def test_a_click_is_told_in_words(store: Store) -> None:
    """A transcript says what a button meant."""
    ours = store.accept(said(key="1"), NOON)
    assert ours
    commit(store, take_event(store), reply("ok"))
    picked = Click(intent=Intent.ANSWER, criterion="ops_capacity", options=("part_time",))
    store.accept(clicked(ours, "2", picked), NOON)
    store.accept(clicked(ours, "3", Click(intent=Intent.OBJECTION, words="too dear")), NOON)
    store.accept(clicked(ours, "4", Click(intent=Intent.FEEDBACK, good=False)), NOON)

    transcript = store.transcript(ours)

    assert transcript is not None
    assert [line.said for line in transcript.turns] == [
        "hello",
        "answer: ops_capacity: part_time",
        "objection “too dear”",
        "feedback: not good",
    ]


def test_transcripts_stay_in_their_workspace(store: Store) -> None:
    """An id alone is not enough where a workspace is named."""
    ours = store.accept(said(), NOON)
    assert ours

    assert store.transcript(ours, TEAM) is not None
    assert store.transcript(ours, OTHER_TEAM) is None
    assert store.transcript("nowhere") is None


def test_lists_are_paged_from_the_newest(store: Store) -> None:
    """The last id of a page is where the next one begins."""
    started = [store.accept(said(key=str(n), thread=f"{n}.0"), NOON + n * SECOND) for n in range(5)]

    page = store.conversations(limit=2)
    following = store.conversations(limit=2, before=page[-1].id)

    assert [summary.id for summary in (*page, *following)] == started[:0:-1]


def test_a_person_finds_what_they_began(store: Store) -> None:
    """A list may be of one person's conversations."""
    store.accept(said(key="1", thread="1.0"), NOON)
    bens = store.accept(said(key="2", thread="2.0", by=BEN), NOON)

    assert [summary.id for summary in store.conversations(TEAM, starter=BEN)] == [bens]


def test_the_same_words_are_kept_once(store: Store) -> None:
    """A quote that goes through many turns does not grow the database with each."""
    for number in range(4):
        store.accept(said("one", str(number)), NOON)
    run_dry(worker(store, SmallSlack()))

    receipt = store.erase(TEAM, ANA, NOON)

    assert (receipt.messages, receipt.quotes) == (4, 1)


WORDLESS = {
    "id", "starter", "knowledge_version", "criterion", "by", "reason", "asked_by", "claimed_by",
    "invited", "noted", "skipped", "asked", "explained", "options",
    # Names of states and kinds.
    "state", "resume_state", "control", "source", "because",
}  # fmt: skip
"""Fields of a conversation that hold ids and names of ours, never what somebody typed."""

SPLIT = {"quote", "question", "note"}
"""Fields whose words go to the table of texts."""


def test_every_field_that_may_hold_words_is_known() -> None:
    """A new field of text must be split from the structure, or be listed as holding no words."""
    fields = set(_text_fields(Conversation))

    assert fields - WORDLESS == SPLIT


def _text_fields(model: type[BaseModel]) -> typing.Iterator[str]:
    for name, field in model.model_fields.items():
        for part in _parts(field.annotation):
            if part is str:
                yield name
            elif isinstance(part, type) and issubclass(part, BaseModel):
                yield from _text_fields(part)


def _parts(annotation: object) -> typing.Iterator[object]:
    arguments = typing.get_args(annotation)
    if not arguments:
        yield annotation
    origin = typing.get_origin(annotation)
    if origin is dict or "Mapping" in str(origin):
        # Keys are ids.
        arguments = arguments[1:]
    for argument in arguments:
        yield from _parts(argument)


def test_structure_holds_no_words(store: Store) -> None:
    """What is stored of a turn besides its texts has none of them in it."""
    ours = store.accept(said("we have nobody", "1"), NOON)
    assert ours
    deciding = take_event(store)
    left = full_conversation(begun(deciding))
    taken = Turn(
        conversation=left,
        intent=Intent.ANSWER,
        understanding=Understanding(
            intent=Intent.ANSWER, matched=(Match(kind="intent", id="answer", words="we have"),)
        ),
    )
    store.commit_turn(deciding, taken, NOON)

    store.erase(TEAM, ANA, NOON)
    store.erase(TEAM, BEN, NOON)
    store.erase(TEAM, "U0EVA", NOON)

    store.accept(said("next", "2"), NOON)
    found = take_event(store).conversation()
    assert found is not None
    assert found.answers["kubernetes_skills"].options == ("none",)
    assert set(_words(found.model_dump())) <= {""}


def _words(data: object) -> typing.Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in SPLIT:
                yield value
            yield from _words(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _words(value)


def wind(store: Store, *timers: Timer, now: datetime = NOON, key: str = "1") -> str:
    """A turn that sets timers."""
    ours = store.accept(said(key=key), now)
    assert ours
    deciding = take_event(store, now)
    store.commit_turn(deciding, turn(begun(deciding), timers=timers), now)
    return ours


def test_a_timer_comes_back_as_an_event(store: Store) -> None:
    """When it is due, and once."""
    ours = wind(store, Timer(name="reminder", after=HOUR))

    assert store.fire_timers(NOON + HOUR - SECOND) == 0
    assert store.fire_timers(NOON + HOUR) == 1
    assert store.fire_timers(NOON + HOUR) == 0

    event = take_event(store, NOON + HOUR).waiting.event
    assert (event.kind, event.timer, event.conversation) == ("timer", "reminder", ours)
    assert (event.at, event.by, event.text) == (NOON + HOUR, ANA, "")


def test_a_timer_is_spent_once_handled(store: Store) -> None:
    """It does not come again by itself, and may be set again by its own turn."""
    wind(store, Timer(name="reminder", after=HOUR))
    store.fire_timers(NOON + HOUR)
    deciding = take_event(store, NOON + HOUR)
    again = turn(begun(deciding), timers=(Timer(name="reminder", after=HOUR),))
    store.commit_turn(deciding, again, NOON + HOUR)

    assert store.fire_timers(NOON + HOUR) == 0
    assert store.fire_timers(NOON + 2 * HOUR) == 1
    deciding = take_event(store, NOON + 2 * HOUR)
    store.commit_turn(deciding, turn(begun(deciding)), NOON + 2 * HOUR)
    assert store.fire_timers(NOON + 100 * HOUR) == 0


def test_a_timer_set_again_starts_over(store: Store) -> None:
    """Each conversation has one timer of a name."""
    wind(store, Timer(name="reminder", after=HOUR))
    wind(store, Timer(name="reminder", after=HOUR), now=NOON + HOUR / 2, key="2")

    assert store.fire_timers(NOON + HOUR) == 0
    assert store.fire_timers(NOON + HOUR * 1.5) == 1


def test_a_cancelled_timer_stays_silent(store: Store) -> None:
    """A timer without a time is taken away; one that was never set does no harm."""
    wind(store, Timer(name="reminder", after=HOUR), Timer(name="other", after=None))
    wind(store, Timer(name="reminder", after=None), key="2")

    assert store.fire_timers(NOON + 100 * HOUR) == 0


@pytest.mark.parametrize("after", [None, HOUR])
def test_a_timer_that_waits_in_the_inbox_can_still_be_stopped(
    store: Store, after: timedelta | None
) -> None:
    """Somebody who wrote just before it was due is not reminded."""
    ours = wind(store, Timer(name="reminder", after=HOUR))
    late = NOON + HOUR
    store.accept(said("here I am", "2"), late)
    store.fire_timers(late)
    deciding = take_event(store, late)
    assert deciding.waiting.event.kind == "text"

    store.commit_turn(
        deciding, turn(begun(deciding), timers=(Timer(name="reminder", after=after),)), late
    )

    assert store.claim(late) is None
    assert store.backlog().events == 0
    transcript = store.transcript(ours)
    assert transcript is not None
    assert len(transcript.turns) == 2


def test_a_stopped_timer_does_not_hold_up_what_follows(store: Store) -> None:
    """Events behind a timer that is void are handled at once."""
    wind(store, Timer(name="reminder", after=HOUR))
    late = NOON + HOUR
    store.accept(said("two", "2"), late)
    store.fire_timers(late)
    store.accept(said("three", "3"), late)
    deciding = take_event(store, late)
    stop = turn(begun(deciding), timers=(Timer(name="reminder", after=None),))
    store.commit_turn(deciding, stop, late)

    assert take_event(store, late).waiting.event.text == "three"


def test_two_processes_fire_a_timer_once(open_store: Callable[[], Store]) -> None:
    """Whoever is first makes the event."""
    one, other = open_store(), open_store()
    wind(one, Timer(name="reminder", after=HOUR))

    assert one.fire_timers(NOON + HOUR) + other.fire_timers(NOON + HOUR) == 1
    assert one.backlog().events == 1


def test_a_turn_is_written_whole_or_not_at_all(store: Store) -> None:
    """When a part of it cannot be written, nothing is, and the event is still there."""
    ours = store.accept(said(), NOON)
    assert ours
    deciding = take_event(store)
    twice = (Timer(name="t", after=timedelta.max),)

    with pytest.raises(OverflowError):
        store.commit_turn(deciding, turn(begun(deciding), reply("x"), timers=twice), NOON)

    transcript = store.transcript(ours)
    assert transcript is not None
    [line] = transcript.turns
    assert (line.status, line.posts) == ("waiting", ())
    assert transcript.summary.turns == 0
