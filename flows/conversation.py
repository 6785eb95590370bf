"""The nouns of a dialogue: what was said, what is known so far, and what one turn decided.

Values only: no clock, no Slack, no storage. Times are given by whoever calls.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from pydantic import field_validator

from flows.reply import Reply
from knowledge.recommendation import Answers, Recommendation
from knowledge.schema import (
    DONT_KNOW,
    CriterionId,
    Frozen,
    Knowledge,
    OptionId,
    TopicId,
    Weight,
)

NONE_OF_THESE = "none_of_these"
"""The reply of somebody to whom no option applies; never stored as an answer."""

NO_OPTION = (DONT_KNOW, NONE_OF_THESE)

PersonId = str
"""Whoever speaks, as the channel names them (a Slack user id); never a real name."""


class State(StrEnum):
    """Where a conversation stands. The current question is data, not a state."""

    INTAKE = "intake"
    ASKING = "asking"
    CLARIFYING = "clarifying"
    REVIEWING = "reviewing"
    RECOMMENDED = "recommended"
    NO_FIT = "no_fit"
    PAUSED = "paused"
    WITH_HUMAN = "with_human"
    CLOSED = "closed"
    ABANDONED = "abandoned"


RENAMED_STATES: Mapping[str, State] = {}
"""Names that states had in earlier releases and may still have in a database; a rename adds one."""


class Control(StrEnum):
    """Who may speak: exactly one at any time."""

    BOT = "bot"
    PENDING = "pending"
    HUMAN = "human"


class Intent(StrEnum):
    """What a person wants with a message, typed or clicked."""

    ANSWER = "answer"
    SITUATION = "situation"
    CHANGE_ANSWER = "change_answer"
    SKIP = "skip"
    DONT_KNOW = "dont_know"
    WHY = "why"
    BACK = "back"
    RESTART = "restart"
    STATUS = "status"
    HUMAN = "human"
    HELP = "help"
    ASK = "ask"
    THANKS = "thanks"
    GREETING = "greeting"
    STOP = "stop"
    FRUSTRATION = "frustration"
    OUT_OF_SCOPE = "out_of_scope"
    UNCLEAR = "unclear"
    CONFIRM = "confirm"
    COMPARE = "compare"
    WHAT_IF = "what_if"
    OBJECTION = "objection"
    # Only by button or by the passing of time, never read from text:
    DISMISS = "dismiss"
    FEEDBACK = "feedback"
    CLAIM = "claim"
    HAND_BACK = "hand_back"
    CANCEL_HUMAN = "cancel_human"
    QUIET = "quiet"
    EDITED = "edited"
    DELETED = "deleted"


class Match(Frozen):
    """What was read in a message, and the words that it was read from."""

    kind: Literal["criterion", "intent", "topic"]
    id: str
    words: str


class Understanding(Frozen):
    """What a text says.

    `answers` is sure, `likely` is worth one question. A value is a tuple of option ids, or
    `("dont_know",)`, or `("none_of_these",)`. `changes` is the criterion that a `change_answer`
    is about. `foreign` is true when the text is in a language that the advisor does not read.
    """

    intent: Intent
    answers: Mapping[CriterionId, tuple[OptionId, ...]] = {}
    likely: Mapping[CriterionId, tuple[OptionId, ...]] = {}
    topics: tuple[TopicId, ...] = ()
    confidence: float = 0.0
    matched: tuple[Match, ...] = ()
    changes: CriterionId | None = None
    foreign: bool = False

    def contract(self, knowledge: Knowledge) -> dict[str, Any]:
        """The JSON shape that `servicemodel understand` writes; its keys never change."""

        def told(facts: Mapping[CriterionId, tuple[OptionId, ...]]) -> dict[str, Any]:
            return {
                criterion: list(options)
                if knowledge.criteria[criterion].multiple and options[0] not in NO_OPTION
                else options[0]
                for criterion, options in facts.items()
            }

        return {
            "intent": self.intent.value,
            "answers": told(self.answers),
            "likely": {
                criterion: list(options)
                if len(options) > 1
                else told({criterion: options})[criterion]
                for criterion, options in self.likely.items()
            },
            "topics": list(self.topics),
            "confidence": round(self.confidence, 2),
            "matched": [{match.kind: match.id, "words": match.words} for match in self.matched],
        }


class Click(Frozen):
    """A button, a menu or a form that somebody used.

    `intent` says what for. `criterion` and `options` carry an answer; `serial` is the number of
    the question that the button belonged to, so that an old button is known as old; `words` are
    typed into a form; `topics` are two models to compare; `good` is a verdict on the advice.
    """

    intent: Intent
    criterion: CriterionId | None = None
    options: tuple[OptionId, ...] = ()
    serial: int | None = None
    topics: tuple[TopicId, ...] = ()
    words: str = ""
    good: bool | None = None


class Message(Frozen):
    """One thing that reached the advisor: words, a click, or the passing of time.

    `kind`: `text` is something typed, `edited` and `deleted` tell of an earlier text, `click`
    carries `click`, `timer` names one that is due in `timer`. `addressed` is true when the
    advisor was meant by name (a mention, a command or a direct message); `to_other` when the
    message mentions somebody else and not the advisor.
    """

    kind: Literal["text", "edited", "deleted", "click", "timer"]
    by: PersonId
    at: datetime
    text: str = ""
    click: Click | None = None
    timer: str | None = None
    addressed: bool = False
    to_other: bool = False
    expert: bool = False
    """Whether the person may act as an expert here (the edge knows; the dialogue is told)."""


class Answer(Frozen):
    """A value given for a criterion: by whom, when, how, and the words it was read from."""

    criterion: CriterionId
    options: tuple[OptionId, ...]
    by: PersonId
    at: datetime
    source: Literal["button", "text", "expert", "copied"]
    quote: str = ""

    @property
    def known(self) -> bool:
        """Whether it says something, unlike "don't know"."""
        return self.options != (DONT_KNOW,)


class Proposal(Frozen):
    """An answer that somebody has to confirm before it counts, and why.

    `likely`: the words were not clear enough. `contradicts`: it differs from a stored answer.
    `other_person`: it came from somebody who is neither the starter nor invited.
    """

    answer: Answer
    because: Literal["likely", "contradicts", "other_person"]


class Step(Frozen):
    """One change of an answer, kept so that "back" can undo it."""

    criterion: CriterionId
    before: Answer | None
    asked: bool
    """Whether it answered the question that was on the table."""


class TicketState(StrEnum):
    """The life of a request for a human."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDED_BACK = "handed_back"
    RESOLVED = "resolved"
    CANCELLED = "cancelled"


class Ticket(Frozen):
    """A conversation passed to a human: why, since when, and who has it."""

    number: int
    state: TicketState
    reason: str
    asked_by: PersonId
    opened_at: datetime
    question: str = ""
    claimed_by: PersonId | None = None
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    note: str = ""


class Conversation(Frozen):
    """What one team has told us so far; a new value after each turn.

    `run` counts starts over; `serial` counts questions put, so that the buttons of an old
    question are known as old; `asked` is the criterion on the table; `misses` counts answers in
    a row to it that were not understood; `talk` is the last recommendation shown.
    """

    id: str
    starter: PersonId
    knowledge_version: str
    state: State = State.INTAKE
    resume_state: State | None = None
    control: Control = Control.BOT
    direct: bool = False
    run: int = 1
    invited: tuple[PersonId, ...] = ()
    answers: Mapping[CriterionId, Answer] = {}
    skipped: tuple[CriterionId, ...] = ()
    weights: Mapping[CriterionId, Weight] = {}
    asked: CriterionId | None = None
    serial: int = 0
    misses: int = 0
    steps: tuple[Step, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    explained: tuple[TopicId, ...] = ()
    offered_human: bool = False
    noted: tuple[CriterionId, ...] = ()
    """Answers that were read back in the message that is open, so that its edit keeps them."""
    restarting: bool = False
    """Whether somebody was asked to confirm that they want to start over."""

    @field_validator("state", "resume_state", mode="before")
    @classmethod
    def _known_state(cls, stored: Any) -> Any:  # noqa: ANN401 - whatever a database held
        """Read a state that this release does not know as its new name, or begin again with it.

        The answers are kept either way, so beginning again asks only what is still open.
        """
        if isinstance(stored, str) and stored not in set(State):
            return RENAMED_STATES.get(stored, State.INTAKE)
        return stored

    @property
    def ticket(self) -> Ticket | None:
        """The newest request for a human, if there was one."""
        return self.tickets[-1] if self.tickets else None

    def case(self) -> Answers:
        """What the recommender needs to know of it."""
        return Answers(
            chosen={c: a.options for c, a in self.answers.items() if a.known},
            dont_know=frozenset(c for c, a in self.answers.items() if not a.known),
            skipped=self.skipped,
            weights=self.weights,
        )


class Timer(Frozen):
    """Wake the conversation after a while, unless set again or cancelled (`after` None)."""

    name: str
    after: timedelta | None


class Turn(Frozen):
    """Everything that one message led to.

    `conversation` is the value after it; `recommendation` the standing after it (None while
    nothing is known); `understanding` what was read from a text.
    """

    conversation: Conversation
    intent: Intent
    replies: tuple[Reply, ...] = ()
    understanding: Understanding | None = None
    recommendation: Recommendation | None = None
    timers: tuple[Timer, ...] = ()
