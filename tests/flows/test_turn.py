"""Whole turns: every state with every intent, and the promises that hold in all of them."""

from collections.abc import Callable
from copy import copy

import pytest

from flows.advisor import Advisor
from flows.conversation import Click, Control, Conversation, Intent, Message, State, Turn
from flows.forms import click_of
from flows.reply import Button, Buttons, Menu, Reply, Table, words
from flows.turn import take_turn
from knowledge.recommendation import Outcome
from knowledge.recommender import recommend
from knowledge.simulation import teams
from tests.flows.talk import COLLEAGUE, EXPERT, START, TEAM, Talk, offers


def case_with(advisor: Advisor, outcome: Outcome) -> str:
    """A whole case that ends in an outcome, free of contradictions, for the plain reader."""
    for answers in teams(advisor.knowledge, 400, seed=7):
        result = recommend(advisor.knowledge, answers)
        clash = any(conflict.kind == "contradiction" for conflict in result.conflicts)
        if result.outcome is outcome and not clash:
            return " ".join(f"{c}={','.join(o)}" for c, o in answers.chosen.items())
    pytest.fail(f"none of 400 random teams ends in {outcome.value}")


def asking(talk: Talk) -> None:
    """A question is on the table, and there are answers."""
    talk.says("service_count=one lock_in=accept", addressed=True)


def clarifying(talk: Talk) -> None:
    """Two people have said different things."""
    asking(talk)
    talk.says("lock_in=avoid", by=COLLEAGUE)


def reviewing(talk: Talk) -> None:
    """No question can help any more."""
    talk.says(case_with(talk.advisor, Outcome.SETTLED), addressed=True)


def recommended(talk: Talk) -> None:
    """Advice was given."""
    reviewing(talk)
    talk.clicks("Give me the advice")


def no_fit(talk: Talk) -> None:
    """Nothing fits."""
    talk.says(case_with(talk.advisor, Outcome.NO_FIT), addressed=True)


def paused(talk: Talk) -> None:
    """The team has stopped."""
    asking(talk)
    talk.says("stop")


def with_human(talk: Talk) -> None:
    """An expert has taken over."""
    asking(talk)
    talk.says("human")
    talk.clicks("I'll take this", by=EXPERT)


def closed(talk: Talk) -> None:
    """Thanked and done."""
    recommended(talk)
    talk.says("thanks")


def abandoned(talk: Talk) -> None:
    """Silence for weeks."""
    asking(talk)
    talk.waits("abandon")


def intake(talk: Talk) -> None:
    """Nothing was said yet."""


PLACES: dict[State, Callable[[Talk], None]] = {
    State.INTAKE: intake,
    State.ASKING: asking,
    State.CLARIFYING: clarifying,
    State.REVIEWING: reviewing,
    State.RECOMMENDED: recommended,
    State.NO_FIT: no_fit,
    State.PAUSED: paused,
    State.WITH_HUMAN: with_human,
    State.CLOSED: closed,
    State.ABANDONED: abandoned,
}


@pytest.fixture(scope="module")
def played(advisor: Advisor) -> dict[State, Talk]:
    """A conversation in each of the ten states; copied before use."""
    talks = {state: Talk(advisor) for state in PLACES}
    for state, play in PLACES.items():
        play(talks[state])
        assert talks[state].state is state
    return talks


@pytest.fixture(params=State, ids=str)
def talk(request: pytest.FixtureRequest, played: dict[State, Talk]) -> Talk:
    """A conversation in each of the ten states."""
    found = copy(played[request.param])
    found.said, found.turns = list(found.said), list(found.turns)
    return found


NEVER_TYPED = (
    Intent.DISMISS,
    Intent.FEEDBACK,
    Intent.CLAIM,
    Intent.HAND_BACK,
    Intent.CANCEL_HUMAN,
    Intent.QUIET,
    Intent.EDITED,
    Intent.DELETED,
)
"""What only buttons say, or the passing of time."""


def messages(intent: Intent, conversation: Conversation) -> list[Message]:
    """The ways in which an intent can arrive: in words, by a button, by somebody else, in time."""
    at = START.replace(year=2027)
    text = Message(kind="text", by=TEAM, at=at, text=intent.value)
    click = Message(
        kind="click", by=TEAM, at=at, click=Click(intent=intent, serial=conversation.serial)
    )
    filled = Click(
        intent=intent,
        criterion="lock_in",
        options=("limit",),
        topics=("kaas", "kpaas"),
        words="because",
        good=False,
    )
    typed = [
        text,
        text.model_copy(update={"addressed": True}),
        text.model_copy(update={"text": f"{intent.value} lock_in=avoid", "by": COLLEAGUE}),
    ]
    ways = [
        *(typed if intent not in NEVER_TYPED else ()),
        click,
        click.model_copy(update={"click": Click(intent=intent)}),
        click.model_copy(update={"click": filled}),
        click.model_copy(update={"click": filled, "by": EXPERT, "expert": True}),
    ]
    if intent in (Intent.EDITED, Intent.DELETED):
        ways.append(text.model_copy(update={"kind": intent.value, "text": "lock_in=avoid"}))
    if intent is Intent.QUIET:
        ways += [
            Message(kind="timer", by="timer", at=at, timer=timer)
            for timer in ("reminder", "abandon", "unheard of")
        ]
    return ways


@pytest.mark.parametrize("intent", Intent)
def test_every_state_answers_every_intent(talk: Talk, intent: Intent) -> None:
    """No exception, no broken promise, and never silence towards somebody who wrote to us."""
    for message in messages(intent, talk.conversation):
        turn = take_turn(talk.conversation, message, talk.advisor)
        check(talk.conversation, message, turn)
        assert turn == take_turn(talk.conversation, message, talk.advisor)
        if message.kind == "text" and (message.addressed or not _human(talk.conversation)):
            assert turn.replies, f"silence after {message.text!r} in {talk.state}"


def _human(conversation: Conversation) -> bool:
    return conversation.control is Control.HUMAN


def check(before: Conversation, message: Message, turn: Turn) -> None:
    """What holds in every turn, whatever was said."""
    after = turn.conversation
    assert Conversation.model_validate_json(after.model_dump_json()) == after
    assert (after.control is Control.HUMAN) == (after.state is State.WITH_HUMAN)
    open_tickets = [t for t in after.tickets if t.state.value in ("queued", "claimed")]
    assert len(open_tickets) == (after.control is not Control.BOT)
    new = [r for r in turn.replies if r.audience == "thread" and not r.replaces]
    assert len(new) <= 1
    if _human(before) and _human(after) and not message.addressed:
        assert new == []
    numbered = [r.key for r in new if r.key.startswith(("question:", "advice:"))]
    assert [int(key.partition(":")[2]) for key in numbered] == [after.serial] * len(numbered)
    assert bool(numbered) == (after.serial != before.serial)
    for reply in turn.replies:
        check_reply(reply)
    if after.state is State.ASKING:
        assert after.asked is not None
    if after.state is State.REVIEWING:
        assert turn.recommendation is not None
        assert (
            turn.recommendation.outcome is not Outcome.LEADING
            or turn.recommendation.next_question is None
        )


def check_reply(reply: Reply) -> None:
    """A message that any channel can show."""
    assert words(reply).strip()
    assert len(reply.parts) <= 48
    assert (reply.audience in ("only", "direct")) == (reply.to is not None)
    for part in reply.parts:
        match part:
            case Buttons():
                assert 1 <= len(part.buttons) <= 25
                labels = [button.label for button in part.buttons]
                assert len(set(labels)) == len(labels)
                for button in part.buttons:
                    check_button(button)
            case Menu():
                assert 1 <= len(part.choices) <= 100
                assert all(len(choice.text) <= 75 for choice in part.choices)
                assert click_of(part.act, (part.choices[0].value,))
            case Table():
                assert len(part.rows) <= 100
                assert all(cell.strip() for row in (part.header, *part.rows) for cell in row)
                assert all(len(row) == len(part.header) for row in part.rows)
            case _:
                pass


def check_button(button: Button) -> None:
    """A button says what it does, and what it does is known."""
    assert len(button.label) <= 75
    assert click_of(button.act).intent in Intent


def test_everything_that_can_be_pressed_works(talk: Talk) -> None:
    """Each button and menu line of every visible message does something without an error."""
    for reply in talk.visible().values():
        for label, act, chosen in offers(reply):
            message = Message(
                kind="click", by=TEAM, at=START, click=click_of(act, chosen), expert=False
            )
            turn = take_turn(talk.conversation, message, talk.advisor)
            check(talk.conversation, message, turn)
            assert turn.replies, f"[{label}] does nothing in {talk.state}"


def test_a_human_can_be_asked_for_in_every_state(talk: Talk) -> None:
    """In words, anywhere: exactly one ticket, and exactly one briefing while there was none."""
    before = talk.conversation
    turn = talk.says("human", addressed=True)
    briefings = [r for r in turn.replies if r.audience == "experts" and not r.replaces]
    if before.control is Control.BOT:
        assert turn.conversation.control is Control.PENDING
        assert len(briefings) == 1
    else:
        assert turn.conversation.tickets == before.tickets
        assert briefings == []


def test_an_empty_message_gets_an_answer(talk: Talk) -> None:
    """A mention without words is answered wherever the conversation stands."""
    assert talk.says("  ", addressed=True).replies


def test_what_is_said_to_somebody_else_is_left_alone(talk: Talk) -> None:
    """A message that mentions another person changes nothing and gets no answer."""
    before = talk.conversation
    turn = talk.says("lock_in=avoid", to_other=True)
    assert turn.replies == ()
    assert turn.conversation == before


def test_an_old_button_is_told_apart_from_a_new_one(advisor: Advisor) -> None:
    """It changes nothing; the person alone learns what counts and how to change it."""
    talk = Talk(advisor)
    talk.says("hello", addressed=True)
    talk.clicks("Don't know")
    act, _ = talk.find("Nobody: developers only")
    talk.presses(act)
    before = talk.conversation
    for _ in range(2):
        turn = talk.presses(act, by=COLLEAGUE)
        assert turn.conversation == before
        (reply,) = turn.replies
        assert (reply.audience, reply.to) == ("only", COLLEAGUE)
        assert "from @ana" in words(reply)
    talk.clicks("Change: People to operate it")
    assert talk.conversation.asked == "ops_capacity"


def test_a_button_of_yesterdays_knowledge_is_old(advisor: Advisor) -> None:
    """An option that no longer exists is refused politely, not with an error."""
    talk = Talk(advisor)
    talk.says("hello", addressed=True)
    asked = talk.conversation.asked
    click = Click(
        intent=Intent.ANSWER, criterion=asked, options=("gone",), serial=talk.conversation.serial
    )
    message = Message(kind="click", by=TEAM, at=START, click=click)
    turn = take_turn(talk.conversation, message, advisor)
    assert turn.conversation == talk.conversation
    assert [reply.audience for reply in turn.replies] == ["only"]


def test_answers_that_a_new_knowledge_base_does_not_know_are_dropped(advisor: Advisor) -> None:
    """A conversation from before a release goes on with what still has a meaning."""
    talk = Talk(advisor)
    asking(talk)
    stored = talk.conversation.answers["lock_in"]
    strange = stored.model_copy(update={"criterion": "gone"})
    odd = stored.model_copy(update={"options": ("gone",)})
    answers = {**talk.conversation.answers, "gone": strange, "lock_in": odd}
    talk.conversation = talk.conversation.model_copy(update={"answers": answers, "asked": "gone"})
    talk.says("status")
    assert set(talk.conversation.answers) == {"service_count"}
    assert talk.conversation.asked in advisor.knowledge.criteria


def test_every_answer_keeps_its_author(advisor: Advisor) -> None:
    """Several people answer, by button and in words, and each is named in the review."""
    talk = Talk(advisor)
    talk.says("service_count=one", addressed=True)
    asked = talk.conversation.asked
    assert asked is not None
    option = next(iter(advisor.knowledge.criteria[asked].options.values()))
    talk.clicks(option.label, by=COLLEAGUE)
    answers = talk.conversation.answers
    assert answers["service_count"].by == TEAM
    assert (answers[asked].by, answers[asked].source) == (COLLEAGUE, "button")
    assert talk.conversation.invited == (COLLEAGUE,)


def test_two_people_who_disagree_are_both_named(advisor: Advisor) -> None:
    """Neither answer wins by itself; a person settles it, and the author stays the author."""
    talk = Talk(advisor)
    clarifying(talk)
    told = words(talk.turn.replies[-1])
    assert "@ana said “Fine with us”" in told
    assert "@bo says “We must be able to move”" in told
    assert talk.conversation.answers["lock_in"].options == ("accept",)
    talk.clicks("We must be able to move")
    assert talk.conversation.answers["lock_in"].by == COLLEAGUE
    assert talk.state is State.ASKING


@pytest.mark.parametrize("no", ["no", "Nope.", "keep it"])
def test_a_no_to_our_own_question_is_never_an_answer(advisor: Advisor, no: str) -> None:
    """After "do I read you right?" it stores nothing, and certainly not the option "none"."""
    talk = Talk(advisor)
    talk.says("hello", addressed=True)
    talk.says("maybe kubernetes_skills=users")
    assert talk.state is State.CLARIFYING
    talk.says(no)
    assert "kubernetes_skills" not in talk.conversation.answers
    assert talk.conversation.proposals == ()


def test_a_likely_answer_takes_one_click(advisor: Advisor) -> None:
    """What was not clear is asked once, with the words that it was read from."""
    talk = Talk(advisor)
    talk.says("hello", addressed=True)
    told = words(talk.says("maybe kubernetes_skills=users").replies[-1])
    assert "“kubernetes_skills=users”" in told
    talk.clicks("Yes")
    assert talk.conversation.answers["kubernetes_skills"].options == ("users",)


def test_a_reading_that_cannot_matter_is_not_asked(advisor: Advisor) -> None:
    """A doubtful fact is worth a question only where it could change something."""
    talk = Talk(advisor)
    reviewing(talk)
    talk.says("maybe lock_in=accept")
    assert talk.conversation.proposals == ()


def test_further_workloads_are_added_not_swapped(advisor: Advisor) -> None:
    """Where several options may hold at once, another one in words is a proposal to add it."""
    talk = Talk(advisor)
    talk.says("workload_types=stateless_web", addressed=True)
    talk.says("workload_types=batch_jobs")
    talk.clicks("Web apps and APIs; Batch jobs")
    chosen = talk.conversation.answers["workload_types"].options
    assert chosen == ("stateless_web", "batch_jobs")


def test_three_misses_bring_the_buttons_and_a_human(advisor: Advisor) -> None:
    """The first two are said plainly; the third puts the question again."""
    talk = Talk(advisor)
    asking(talk)
    serial = talk.conversation.serial
    first, second = talk.says("blub"), talk.says("blub")
    assert talk.conversation.serial == serial
    assert words(first.replies[0]) != words(second.replies[0])
    third = talk.says("blub")
    assert talk.conversation.serial == serial + 1
    assert "Talk to a human" in words(third.replies[-1])
    assert talk.conversation.misses == 3


def test_an_answer_ends_the_misses(advisor: Advisor) -> None:
    """The counter belongs to one question."""
    talk = Talk(advisor)
    asking(talk)
    talk.says("blub")
    talk.clicks("Don't know")
    assert talk.conversation.misses == 0


def test_a_skipped_question_comes_back_last(advisor: Advisor) -> None:
    """Skipped once it waits; skipped twice it counts as not known, and is never asked again."""
    talk = Talk(advisor)
    asking(talk)
    first = talk.conversation.asked
    assert first is not None
    talk.says("skip")
    assert talk.conversation.skipped == (first,)
    seen = []
    while talk.state is State.ASKING and talk.conversation.asked != first:
        seen.append(talk.conversation.asked)
        talk.clicks("Don't know")
    if talk.state is State.ASKING:
        assert talk.conversation.asked == first
        talk.says("skip")
        assert not talk.conversation.answers[first].known
    assert first not in seen


def test_back_undoes_a_step_and_asks_again(advisor: Advisor) -> None:
    """The answer is gone, its question is on the table, and back again goes further."""
    talk = Talk(advisor)
    talk.says("hello", addressed=True)
    first = talk.conversation.asked
    talk.clicks("Don't know")
    second = talk.conversation.asked
    talk.clicks("Don't know")
    talk.says("back")
    assert talk.conversation.asked == second
    assert second not in talk.conversation.answers
    talk.clicks("Back")
    assert talk.conversation.asked == first
    assert talk.conversation.answers == {}
    assert "beginning" in words(talk.says("back").replies[-1])


def test_leaving_an_answer_as_it_is_leads_back(advisor: Advisor) -> None:
    """Who only wanted to look is where they were before."""
    talk = Talk(advisor)
    recommended(talk)
    talk.says("change_answer lock_in")
    assert talk.conversation.asked == "lock_in"
    talk.clicks("Leave it as it is")
    assert talk.state is State.RECOMMENDED
    assert "the advice above stands" in words(talk.turn.replies[-1])


def test_a_change_after_the_advice_gives_new_advice(advisor: Advisor) -> None:
    """What became of the advice is said first."""
    talk = Talk(advisor)
    recommended(talk)
    before = talk.turn.recommendation
    talk.says("change_answer workload_types")
    talk.clicks("Software that can't be put in containers")
    assert talk.state in (State.RECOMMENDED, State.NO_FIT, State.CLARIFYING, State.ASKING)
    after = talk.turn.recommendation
    assert before is not None
    assert after is not None
    assert before.leaders != after.leaders
    if talk.state is State.RECOMMENDED:
        assert "changes the advice" in words(talk.turn.replies[-1])


def test_starting_over_is_confirmed_and_keeps_nothing(advisor: Advisor) -> None:
    """The run counts on, old buttons stay old, the sheet is empty."""
    talk = Talk(advisor)
    asking(talk)
    serial = talk.conversation.serial
    talk.says("restart")
    assert talk.conversation.answers
    talk.says("yes")
    assert talk.conversation.answers == {}
    assert talk.conversation.run == 2
    assert talk.conversation.serial > serial
    assert talk.state is State.ASKING


def test_coming_back_after_the_end_is_a_new_run(advisor: Advisor) -> None:
    """The answers are copied, and say so."""
    talk = Talk(advisor)
    closed(talk)
    talk.says("change_answer budget=offload")
    assert talk.conversation.run == 2
    assert talk.conversation.answers["lock_in"].source == "copied"
    assert talk.conversation.answers["budget"].source == "text"


def test_a_foreign_language_is_no_miss(advisor: Advisor) -> None:
    """A kind sentence and the buttons."""
    talk = Talk(advisor)
    asking(talk)
    turn = talk.says("HOLA")
    assert talk.conversation.misses == 0
    assert "only read English" in words(turn.replies[-1])
    assert "[Don't know]" in words(turn.replies[-1])


def test_what_if_stores_nothing(advisor: Advisor) -> None:
    """A try changes no answer."""
    talk = Talk(advisor)
    asking(talk)
    before = talk.conversation.answers
    assert "Only tried out" in words(talk.says("what_if lock_in=avoid").replies[-1])
    assert talk.conversation.answers == before


def test_reminders_are_rare_and_kind(advisor: Advisor) -> None:
    """Once after silence, never while a human is asked for, and cancelled when it is over."""
    talk = Talk(advisor)
    asking(talk)
    assert [timer.after is not None for timer in talk.turn.timers] == [True, True]
    assert "No hurry" in words(talk.waits("reminder").replies[-1])
    assert not talk.turn.timers
    talk.says("human")
    assert [timer.after is not None for timer in talk.turn.timers] == [False, False]
    assert talk.waits("reminder").replies == ()


def test_silence_for_weeks_ends_without_a_word(advisor: Advisor) -> None:
    """Nobody is told; whoever comes back goes on."""
    talk = Talk(advisor)
    asking(talk)
    turn = talk.waits("abandon")
    assert (turn.replies, turn.conversation.state) == ((), State.ABANDONED)
    turn = talk.says("hello")
    assert turn.conversation.state is State.ASKING


def test_an_edit_changes_nothing_by_itself(advisor: Advisor) -> None:
    """The person alone is told, with a way to change it; a deletion is silent."""
    talk = Talk(advisor)
    asking(talk)
    before = talk.conversation
    (reply,) = talk.edits("service_count=many lock_in=accept").replies
    assert reply.audience == "only"
    assert "Number of services" in words(reply)
    assert talk.edits("lock_in=accept").replies == ()
    assert talk.deletes().replies == ()
    assert talk.conversation == before


def test_feedback_is_thanked_for_in_private(advisor: Advisor) -> None:
    """The log has the verdict; the thread is left alone."""
    talk = Talk(advisor)
    recommended(talk)
    turn = talk.clicks("Useful")
    assert turn.intent is Intent.FEEDBACK
    assert [reply.audience for reply in turn.replies] == ["only"]


def test_the_first_message_says_what_will_happen(advisor: Advisor) -> None:
    """What it does, how long it takes at most, that a human can be had; and the first question."""
    talk = Talk(advisor)
    told = words(talk.says("", addressed=True).replies[-1])
    assert "never more than 19" in told
    assert "human" in told
    assert advisor.knowledge.criteria[talk.conversation.asked or ""].question in told


def test_the_answered_question_is_edited_in_place(advisor: Advisor) -> None:
    """The buttons give way to what was chosen and by whom."""
    talk = Talk(advisor)
    asking(talk)
    key = f"question:{talk.conversation.serial}"
    edit, new = talk.clicks("Don't know", by=COLLEAGUE).replies
    assert (edit.key, edit.replaces) == (key, True)
    assert "don't know, chosen by @bo" in words(edit)
    assert not any(isinstance(part, Buttons | Menu) for part in edit.parts)
    assert new.key == f"question:{talk.conversation.serial}"


def test_the_same_input_gives_the_same_turn(advisor: Advisor) -> None:
    """Two advisors that never met say the same, to the letter."""
    one, other = Talk(advisor), Talk(advisor)
    for talk in (one, other):
        recommended(talk)
    assert one.transcript() == other.transcript()
