"""What a move sees, and what it decides: the values that pass between the parts of a turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from flows.advisor import Advisor
from flows.conversation import Conversation, Intent, Message, State, Understanding
from flows.reply import Part, Reply
from flows.view import View
from knowledge.recommendation import Recommendation
from knowledge.recommender import recommend
from knowledge.schema import CriterionId, OptionId, TopicId

RESTING = (State.PAUSED, State.ABANDONED)
"""Where anything that is said wakes the conversation up again."""


@dataclass(frozen=True)
class Heard:
    """What a message asks for, however it came: typed, clicked or by a timer.

    `answers` and `likely` are read from words or carried by a button; `stale` is true for a button
    of a question that is behind us; `clicked` tells a button from words.
    """

    intent: Intent
    criterion: CriterionId | None = None
    answers: Mapping[CriterionId, tuple[OptionId, ...]] = field(default_factory=dict)
    likely: Mapping[CriterionId, tuple[OptionId, ...]] = field(default_factory=dict)
    options: tuple[OptionId, ...] = ()
    topics: tuple[TopicId, ...] = ()
    words: str = ""
    understanding: Understanding | None = None
    clicked: bool = False
    stale: bool = False
    foreign: bool = False
    good: bool | None = None

    def quote(self, criterion: CriterionId) -> str:
        """The words from which the answer to `criterion` was read."""
        if self.understanding is None:
            return ""
        found = [
            match.words
            for match in self.understanding.matched
            if match.kind == "criterion" and match.id == criterion
        ]
        return " … ".join(dict.fromkeys(found))[:120]


class Follow(Enum):
    """What comes after a move's own words.

    `NOTHING`; a short `POINTER` to what is still on the table; or what is `NEXT`: the question,
    the review, the advice, whatever the state stands for, as a new message.
    """

    NOTHING = "nothing"
    POINTER = "pointer"
    NEXT = "next"


@dataclass(frozen=True)
class Move:
    """What an intent does, before the machine has named the new state.

    `conversation` is changed in everything but its state. `parts` are the move's own words;
    `private` sends them to the speaker alone; `noted` are answers to read back before them.
    `beside` are further replies: edits, the briefing, a direct word. `intent` is set where it
    turned out to be another than what was heard. The flags are facts for the machine.
    """

    conversation: Conversation
    parts: tuple[Part, ...] = ()
    follow: Follow = Follow.NOTHING
    intent: Intent | None = None
    private: bool = False
    beside: tuple[Reply, ...] = ()
    noted: tuple[CriterionId, ...] = ()
    insisting: bool = False
    starting_over: bool = False
    given_up: bool = False
    claimed: bool = False
    returned: bool = False
    finished: bool = False


@dataclass(frozen=True)
class Scene:
    """The conversation before the turn, the message and what was heard in it."""

    conversation: Conversation
    message: Message
    heard: Heard
    advisor: Advisor

    @cached_property
    def standing(self) -> Recommendation:
        """The recommendation for the answers before this turn."""
        return recommend(self.advisor.knowledge, self.conversation.case())

    @cached_property
    def view(self) -> View:
        """The eyes through which replies look at the conversation before this turn."""
        return View(self.conversation, self.standing, self.advisor)

    @property
    def in_question(self) -> CriterionId | None:
        """The criterion on the table: asked, or in doubt."""
        return on_table(self.conversation)

    @property
    def guessing(self) -> bool:
        """Whether the advisor has just asked if it read some words right."""
        conversation = self.conversation
        if conversation.state is not State.CLARIFYING or not conversation.proposals:
            return False
        return conversation.proposals[0].because == "likely"

    @property
    def resting(self) -> bool:
        """Whether the conversation sleeps, so that whatever is said wakes it up."""
        return self.conversation.state in RESTING

    @property
    def follow(self) -> Follow:
        """Put the question again where one is on the table, else point to what is."""
        put = (State.ASKING, State.CLARIFYING, State.INTAKE, *RESTING)
        return Follow.NEXT if self.conversation.state in put else Follow.POINTER

    def seen(self, conversation: Conversation) -> View:
        """The view of the conversation as a move has changed it."""
        standing = recommend(self.advisor.knowledge, conversation.case())
        return View(conversation, standing, self.advisor)


def on_table(conversation: Conversation) -> CriterionId | None:
    """The criterion that a short reply would be about."""
    if conversation.state is State.CLARIFYING:
        return conversation.proposals[0].answer.criterion if conversation.proposals else None
    return conversation.asked
