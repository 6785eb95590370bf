"""One turn: from a conversation and a message to the next conversation and what is said.

Pure: the same input gives the same turn. A move decides what changes, the machine which state
follows, and this module what is put next.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from flows import calling, explaining, moves, talking
from flows.advice import advice, next_steps, no_fit
from flows.advisor import Advisor
from flows.answering import fitted, reopened
from flows.behind import behind
from flows.conversation import (
    Control,
    Conversation,
    Intent,
    Message,
    State,
    Timer,
    Turn,
)
from flows.doubts import doubt
from flows.handoff import briefing, open_ticket
from flows.hearing import hear
from flows.machine import Facts, step
from flows.questions import question
from flows.replies import (
    opening,
    paused,
    pointer,
    read_back,
    review,
)
from flows.reply import Part, Reply
from flows.scene import Follow, Move, Scene
from flows.view import View, contradictions
from knowledge.recommendation import Outcome, Recommendation
from knowledge.recommender import recommend

REMIND_AFTER = timedelta(days=1)
"""A kind word after so long without one."""

GIVE_UP_AFTER = timedelta(days=14)
"""Then the conversation rests until somebody writes again."""

MOVES: Mapping[Intent, Callable[[Scene], Move]] = {
    Intent.ANSWER: moves.answer,
    Intent.SITUATION: moves.answer,
    Intent.CHANGE_ANSWER: moves.change_answer,
    Intent.SKIP: moves.skip,
    Intent.DONT_KNOW: moves.dont_know,
    Intent.WHY: talking.why,
    Intent.BACK: moves.back,
    Intent.RESTART: moves.restart,
    Intent.STATUS: talking.tell_status,
    Intent.HUMAN: calling.human,
    Intent.HELP: talking.give_help,
    Intent.ASK: explaining.ask,
    Intent.THANKS: talking.thanks,
    Intent.GREETING: talking.greeting,
    Intent.STOP: moves.stop,
    Intent.FRUSTRATION: talking.frustration,
    Intent.OUT_OF_SCOPE: talking.out_of_scope,
    Intent.UNCLEAR: talking.unclear,
    Intent.CONFIRM: moves.confirm,
    Intent.COMPARE: explaining.compare,
    Intent.WHAT_IF: explaining.what_if,
    Intent.OBJECTION: talking.objection,
    Intent.DISMISS: moves.dismiss,
    Intent.FEEDBACK: talking.feedback,
    Intent.CLAIM: calling.claim,
    Intent.HAND_BACK: calling.hand_back,
    Intent.CANCEL_HUMAN: calling.cancel,
    Intent.QUIET: moves.quiet,
    Intent.EDITED: moves.edited,
    Intent.DELETED: moves.deleted,
}
"""What each intent does."""

_OVER = (State.CLOSED, State.ABANDONED)
_PUTS: Mapping[State, Callable[[View], tuple[Part, ...]]] = {
    State.ASKING: question,
    State.CLARIFYING: doubt,
    State.REVIEWING: review,
    State.NO_FIT: no_fit,
    State.PAUSED: paused,
}
"""What a state puts; the others only point to what can be done."""

_STEERING = (
    Intent.RESTART,
    Intent.STOP,
    Intent.BACK,
    Intent.SKIP,
    Intent.CONFIRM,
    Intent.DISMISS,
)
"""What nobody may do with the questions while a human has the word."""

_WAITING = (State.ASKING, State.CLARIFYING, State.REVIEWING)
_NUMBERED = (*_WAITING, State.NO_FIT, State.RECOMMENDED)


def take_turn(conversation: Conversation, message: Message, advisor: Advisor) -> Turn:
    """Decide what `message` changes in `conversation`, and what is said in answer."""
    conversation = fitted(conversation, advisor.knowledge)
    heard = hear(conversation, message, advisor)
    scene = Scene(conversation, message, heard, advisor)
    if _not_for_us(scene):
        return Turn(
            conversation=conversation,
            intent=heard.intent,
            understanding=heard.understanding,
            recommendation=_known(conversation, scene.standing),
        )
    return _concluded(scene, _move(scene))


def _not_for_us(scene: Scene) -> bool:
    """Said to somebody else, or said while a human has the word: kept for the log, not answered."""
    message, control = scene.message, scene.conversation.control
    if message.kind in ("edited", "deleted"):
        return control is Control.HUMAN
    if message.kind == "timer":
        return control is not Control.BOT
    talk = message.kind == "text" and not message.addressed
    return talk and (message.to_other or control is Control.HUMAN)


def _move(scene: Scene) -> Move:
    """What the message does."""
    heard, control = scene.heard, scene.conversation.control
    if heard.stale:
        return moves.stale(scene)
    steering = heard.intent in _STEERING or (
        heard.intent is Intent.CHANGE_ANSWER and not heard.answers
    )
    if control is Control.HUMAN and steering:
        return calling.beside(scene)
    return MOVES[heard.intent](scene)


def _concluded(scene: Scene, move: Move) -> Turn:
    """The turn for a move: the new state, and what is said."""
    before, knowledge = scene.conversation, scene.advisor.knowledge
    intent = move.intent or scene.heard.intent
    after = move.conversation
    standing = scene.standing
    if after.case() != before.case():
        standing = recommend(knowledge, after.case())
    after = _with_question(after, standing, move)
    facts = _facts(scene, move, after, standing)
    state = before.state if scene.heard.stale else step(before.state, intent, facts)
    after = _settled(scene, after, state, standing, move)
    view = View(after, standing, scene.advisor)
    return Turn(
        conversation=after,
        intent=intent,
        replies=_replies(scene, move, view),
        understanding=scene.heard.understanding,
        recommendation=_known(after, standing),
        timers=_timers(scene.message, after),
    )


def _with_question(after: Conversation, standing: Recommendation, move: Move) -> Conversation:
    """Drop the question on the table when it can no longer matter and nobody insists on it."""
    asked = after.asked
    wanted = (
        asked is None
        or move.insisting
        or asked in after.answers
        or any(swing.criterion == asked for swing in standing.swings)
    )
    return after if wanted else after.model_copy(update={"asked": None})


def _facts(scene: Scene, move: Move, after: Conversation, standing: Recommendation) -> Facts:
    """What the machine wants to know."""
    before = scene.conversation
    now = contradictions(standing)
    clash = set(now) - set(contradictions(scene.standing))
    return Facts(
        unsure=bool(after.proposals or after.restarting or clash),
        insisting=move.insisting or (after.asked is not None and after.asked in after.answers),
        nothing_fits=standing.outcome is Outcome.NO_FIT,
        enough=standing.outcome is not Outcome.LEADING or standing.next_question is None,
        starting_over=move.starting_over,
        given_up=move.given_up,
        claimed=move.claimed,
        returned=move.returned,
        finished=move.finished,
        was=before.resume_state or before.state,
    )


def _settled(
    scene: Scene,
    after: Conversation,
    state: State,
    standing: Recommendation,
    move: Move,
) -> Conversation:
    """The conversation in its new state, with the question that is put and its number."""
    before, putting = scene.conversation, move.follow is Follow.NEXT
    asked, resume = after.asked, after.resume_state
    if state in (State.ASKING, State.CLARIFYING):
        changing = state is State.CLARIFYING or (asked is not None and asked in after.answers)
        advised = State.RECOMMENDED in (before.state, before.resume_state)
        resume = State.RECOMMENDED if changing and advised else None
        if state is State.ASKING and putting and asked is None:
            asked = standing.next_question
    elif state in (State.REVIEWING, State.RECOMMENDED, State.NO_FIT):
        asked = resume = None
    numbered = putting and after.control is not Control.HUMAN and state in _NUMBERED
    reopens = before.state in _OVER and state not in _OVER and state is not State.WITH_HUMAN
    if reopens and after.run == before.run:
        after = reopened(after, before, scene.advisor.knowledge)
    return after.model_copy(
        update={
            "state": state,
            "asked": asked,
            "resume_state": resume,
            "restarting": after.restarting and state is State.CLARIFYING,
            "serial": after.serial + 1 if numbered else after.serial,
            "noted": move.noted if numbered else before.noted,
        }
    )


def _replies(scene: Scene, move: Move, view: View) -> tuple[Reply, ...]:
    """What is said: the old question put behind us, one new message, and what goes beside."""
    before, after = scene.conversation, view.conversation
    replies: list[Reply] = []
    if after.serial != before.serial or _answered(before, after):
        replies += behind(scene, after)
    parts, key = move.parts, "note"
    quiet = after.control is Control.HUMAN and not move.claimed
    if after.state is not State.REVIEWING:  # the review shows all answers anyway
        parts = (*read_back(view, move.noted), *parts)
    if move.follow is Follow.NEXT and not quiet:
        parts = (*_welcome(scene, view), *parts, *_put(scene, view))
        if after.serial != before.serial:
            name = "advice" if after.state is State.RECOMMENDED else "question"
            key = f"{name}:{after.serial}"
    elif move.follow is Follow.POINTER and not quiet:
        parts = (*parts, *pointer(view))
    if quiet and not (parts or replies or move.beside):
        parts = calling.beside(scene).parts
    if parts:
        private = move.private or (quiet and scene.heard.clicked)
        replies.append(
            Reply(key="word", parts=parts, audience="only", to=scene.message.by)
            if private
            else Reply(key=key, parts=parts)
        )
    replies += move.beside
    ticket = open_ticket(after)
    if ticket and open_ticket(before) and before.answers != after.answers:
        replies.append(briefing(view, ticket, replaces=True))
    return tuple(replies)


def _put(scene: Scene, view: View) -> tuple[Part, ...]:
    """What the new state stands for."""
    state = view.conversation.state
    return _advised(scene, view) if state is State.RECOMMENDED else _PUTS.get(state, pointer)(view)


def _advised(scene: Scene, view: View) -> tuple[Part, ...]:
    """The advice; where there was one already, what has become of it."""
    before = scene.conversation
    if State.RECOMMENDED not in (before.state, before.resume_state):
        return advice(view)
    if scene.standing == view.advice:
        return (view.paragraph("advice.stands"), *next_steps(view))
    old, new = scene.standing.leaders, view.advice.leaders
    if old == new:
        return (view.paragraph("advice.same", models=view.models(new)), *advice(view))
    changed = view.paragraph("advice.changed", old=_named(view, old), new=_named(view, new))
    return (changed, *advice(view))


def _named(view: View, models: tuple[str, ...]) -> str:
    return view.models(models) if models else view.label("advice.none")


def _welcome(scene: Scene, view: View) -> tuple[Part, ...]:
    """The welcome, in the first message that puts a question."""
    first = scene.conversation.serial == 0 and view.conversation.serial == 1
    puts = view.conversation.state in (State.ASKING, State.CLARIFYING)
    return opening(view) if first and puts else ()


def _answered(before: Conversation, after: Conversation) -> bool:
    """Whether the question on the table was answered, though nothing new is put."""
    asked = before.asked
    return asked is not None and before.answers.get(asked) is not after.answers.get(asked)


def _known(conversation: Conversation, standing: Recommendation) -> Recommendation | None:
    return standing if conversation.answers else None


def _timers(message: Message, after: Conversation) -> tuple[Timer, ...]:
    """Wake us after silence, as long as it is the team's turn."""
    waits = after.control is Control.BOT and after.state in _WAITING
    rests = after.control is Control.BOT and after.state in (*_WAITING, State.INTAKE, State.PAUSED)
    give_up = Timer(name="abandon", after=GIVE_UP_AFTER if rests else None)
    if message.kind == "timer":
        return ()
    return (Timer(name="reminder", after=REMIND_AFTER if waits else None), give_up)
