"""Passing a conversation to a human: one ticket, one controller, and both ends of the stretch."""

import itertools

import pytest

from flows.advisor import Advisor
from flows.conversation import Control, Intent, State, TicketState
from flows.handoff import REASONS, TICKET_MOVES, handed_back, new_ticket
from flows.reply import THREAD_LINK, Paragraph, Reply, words
from tests.flows.talk import COLLEAGUE, EXPERT, SECOND_EXPERT, START, TEAM, Talk


@pytest.fixture
def waiting(advisor: Advisor) -> Talk:
    """A team that has answered something, asked a question, and waits for a human."""
    talk = Talk(advisor)
    talk.says("service_count=one lock_in=accept", addressed=True)
    talk.says("compliance=strict", by=COLLEAGUE)
    talk.says("human what do we tell the auditor about our keys?")
    return talk


@pytest.fixture
def taken(waiting: Talk) -> Talk:
    """The same after an expert has taken over."""
    waiting.clicks("I'll take this", by=EXPERT)
    return waiting


def briefing_of(talk: Talk) -> Reply:
    """The briefing as the experts see it now."""
    return next(reply for reply in talk.visible().values() if reply.key == "briefing:1")


def test_the_tickets_machine_is_total_and_every_path_ends() -> None:
    """From every state the moves lead to an end, and an end has no moves."""
    assert TICKET_MOVES.keys() == set(TicketState)
    reached = {TicketState.QUEUED}
    for _ in TicketState:
        reached |= {after for state in reached for after in TICKET_MOVES[state].values()}
    assert reached == set(TicketState)
    ends = {state for state, moves in TICKET_MOVES.items() if not moves}
    assert ends == {TicketState.HANDED_BACK, TicketState.RESOLVED, TicketState.CANCELLED}
    for state in set(TicketState) - ends:
        assert ends & set(
            itertools.chain(
                TICKET_MOVES[state].values(),
                *(TICKET_MOVES[after].values() for after in TICKET_MOVES[state].values()),
            )
        )


def test_a_ticket_makes_no_move_that_it_does_not_have(waiting: Talk) -> None:
    """Handing back what nobody has claimed is refused, loudly: it is a fault of ours."""
    ticket = waiting.conversation.ticket
    assert ticket is not None
    with pytest.raises(ValueError, match="queued"):
        handed_back(waiting.conversation, ticket, at=START, note="", finished=False)


def test_the_briefing_tells_what_an_expert_needs(waiting: Talk) -> None:
    """Why, who, the question, the answers with authors and words, what is open, what decides."""
    told = words(briefing_of(waiting))
    for part in (
        "@ana asks for a human",
        "Also there: @bo",
        "what do we tell the auditor about our keys?",
        "*Number of services:*".strip("*"),
        "(@ana: “service_count=one”)",
        "(@bo: “compliance=strict”)",
        "Still open:",
        "The fact that would move most:",
        waiting.advisor.knowledge.version,
        "[I'll take this]",
    ):
        assert part in told
    links = [
        span.url
        for part in briefing_of(waiting).parts
        if isinstance(part, Paragraph)
        for span in part.text
    ]
    assert THREAD_LINK in links


def test_a_second_wish_makes_no_second_ticket(waiting: Talk) -> None:
    """However often and by whomever: one ticket and one briefing."""
    for who, text in ((TEAM, "human"), (COLLEAGUE, "human please do come")):
        turn = waiting.says(text, by=who)
        assert len(turn.conversation.tickets) == 1
        assert [reply.audience for reply in turn.replies] == ["thread"]


def test_the_briefing_follows_the_answers(waiting: Talk) -> None:
    """Who goes on answering while waiting leaves the expert a full card."""
    waiting.says("growth=rapid")
    assert "Tenfold" in words(briefing_of(waiting))
    assert waiting.conversation.control is Control.PENDING


def test_the_wait_can_be_called_off(waiting: Talk) -> None:
    """Thread and experts see that nobody is needed, and the question is put again."""
    waiting.clicks("I don't need a human any more")
    conversation = waiting.conversation
    assert conversation.control is Control.BOT
    assert conversation.ticket is not None
    assert conversation.ticket.state is TicketState.CANCELLED
    assert conversation.ticket.ended_at is not None
    assert "No longer needed" in words(briefing_of(waiting))
    assert waiting.turn.replies[1].key == f"question:{conversation.serial}"


def test_only_experts_may_claim(waiting: Talk) -> None:
    """Anybody else is told so directly, and nothing changes."""
    before = waiting.conversation
    turn = waiting.clicks("I'll take this", by=COLLEAGUE)
    assert turn.conversation == before
    assert [(reply.audience, reply.to) for reply in turn.replies] == [("direct", COLLEAGUE)]


def test_a_claim_is_told_to_everybody(taken: Talk) -> None:
    """The thread in a new message, the experts in the briefing; the wait's button is gone."""
    thread = [r for r in taken.turn.replies if r.audience == "thread" and not r.replaces]
    assert ["@eve takes over" in words(reply) for reply in thread] == [True]
    assert "@eve has it." in words(briefing_of(taken))
    assert "[Hand back]" in words(briefing_of(taken))
    assert not any("don't need a human" in words(reply) for reply in taken.visible().values())
    assert (taken.state, taken.conversation.control) == (State.WITH_HUMAN, Control.HUMAN)
    assert taken.conversation.resume_state is State.ASKING


def test_who_claims_second_is_told_privately(waiting: Talk) -> None:
    """The same button pressed a moment later: the first one has it."""
    act, _ = waiting.find("I'll take this")
    waiting.presses(act, by=EXPERT)
    before = waiting.conversation
    turn = waiting.presses(act, by=SECOND_EXPERT)
    assert turn.conversation == before
    (reply,) = turn.replies
    assert (reply.audience, reply.to) == ("direct", SECOND_EXPERT)
    assert "@eve was quicker" in words(reply)
    assert "yours" not in words(waiting.presses(act, by=EXPERT).replies[0])


@pytest.mark.parametrize("text", ["hello", "blub", "human", "restart", "growth=rapid", "why"])
def test_the_advisor_is_quiet_while_a_human_has_the_word(taken: Talk, text: str) -> None:
    """What people say to each other gets no answer and changes no answer."""
    before = taken.conversation
    turn = taken.says(text)
    assert turn.replies == ()
    assert turn.conversation == before


def test_addressed_it_still_helps(taken: Talk) -> None:
    """Mentioned, it answers and takes answers, but puts no question."""
    serial = taken.conversation.serial
    assert "So far" in words(taken.says("status", addressed=True).replies[0])
    taken.says("growth=rapid", addressed=True)
    assert taken.conversation.answers["growth"].by == TEAM
    assert taken.conversation.serial == serial
    assert "@eve leads here" in words(taken.says("restart", addressed=True).replies[0])
    assert taken.conversation.answers


def test_an_expert_can_set_an_answer(taken: Talk) -> None:
    """Under their own name, and without being asked back."""
    turn = taken.says("compliance=baseline", by=EXPERT, addressed=True, expert=True)
    answer = taken.conversation.answers["compliance"]
    assert (answer.by, answer.source, answer.options) == (EXPERT, "expert", ("baseline",))
    assert turn.conversation.proposals == ()


def test_buttons_pressed_meanwhile_post_nothing_new(taken: Talk) -> None:
    """The answer is stored and its question edited in place; the thread stays the human's."""
    turn = taken.clicks("Why do you ask?")
    assert [reply.audience for reply in turn.replies] == ["only"]
    turn = taken.clicks("Don't know")
    assert [(r.replaces, r.key.partition(":")[0]) for r in turn.replies] == [
        (True, "question"),
        (True, "briefing"),
    ]


def test_a_hand_back_goes_on_where_it_was(taken: Talk) -> None:
    """The note is read out, the question put again, and both ends of the stretch are recorded."""
    taken.clicks("Hand back", by=EXPERT, form={"note": " No pager. ", "go_on": "go_on"})
    ticket = taken.conversation.ticket
    assert ticket is not None
    assert (ticket.state, ticket.note) == (TicketState.HANDED_BACK, "No pager.")
    assert ticket.claimed_at is not None
    assert ticket.ended_at is not None
    assert (taken.state, taken.conversation.control) == (State.ASKING, Control.BOT)
    assert taken.conversation.resume_state is None
    new = next(r for r in taken.turn.replies if r.audience == "thread" and not r.replaces)
    assert "@eve has handed back" in words(new)
    assert "No pager." in words(new)
    assert "[Don't know]" in words(new)
    assert taken.says("blub").replies


def test_a_settled_case_is_closed(taken: Talk) -> None:
    """An expert who has dealt with it leaves the advisor nothing to ask."""
    taken.clicks("Hand back", by=EXPERT, form={"note": "", "go_on": "finished"})
    assert taken.conversation.ticket is not None
    assert taken.conversation.ticket.state is TicketState.RESOLVED
    assert (taken.state, taken.conversation.control) == (State.CLOSED, Control.BOT)
    assert "Resolved by @eve" in words(briefing_of(taken))


def test_nobody_else_hands_back(taken: Talk) -> None:
    """A member of the team cannot send the human away."""
    before = taken.conversation
    turn = taken.clicks("Hand back", by=TEAM, form={"note": "go"})
    assert turn.conversation == before
    assert [reply.audience for reply in turn.replies] == ["direct"]


def test_a_second_stretch_is_a_second_ticket(taken: Talk) -> None:
    """After a hand-back a human can be asked for again, with a briefing of its own."""
    taken.clicks("Hand back", by=EXPERT, form={"note": ""})
    turn = taken.says("human")
    assert [t.number for t in turn.conversation.tickets] == [1, 2]
    assert {"briefing:2", "human:2"} == {reply.key for reply in turn.replies}


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_its_sentence(advisor: Advisor, reason: str) -> None:
    """Whatever leads to a human, the experts read why."""
    talk = Talk(advisor)
    ticket = new_ticket(talk.conversation, reason=reason, by=TEAM, at=START, question="")
    assert ticket.reason == reason
    assert advisor.wording.say(f"reason.{reason}", person="ana")


def test_an_unknown_reason_is_simply_a_wish(advisor: Advisor) -> None:
    """A button cannot put words into the briefing."""
    talk = Talk(advisor)
    ticket = new_ticket(talk.conversation, reason="<!channel>", by=TEAM, at=START, question="")
    assert ticket.reason == "asked"


def test_an_old_claim_button_is_told_that_it_is_over(taken: Talk) -> None:
    """Pressed after the end it explains itself."""
    act, _ = taken.find("Hand back")
    taken.presses(act, by=EXPERT, form={"note": ""})
    turn = taken.presses(act, by=EXPERT, form={"note": "again"})
    assert "over" in words(turn.replies[0])
    assert turn.intent is Intent.HAND_BACK
    assert len(turn.conversation.tickets) == 1


def test_a_very_long_wish_stays_readable(advisor: Advisor) -> None:
    """Forty thousand characters do not fill the experts' channel."""
    talk = Talk(advisor)
    turn = talk.says("human " + "please look at this " * 2_000, addressed=True)
    assert all(len(words(reply)) < 3_000 for reply in turn.replies)
