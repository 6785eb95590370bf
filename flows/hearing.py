"""From a message to what it asks for: words are read, buttons say it themselves."""

from flows.advisor import Advisor
from flows.conversation import Click, Conversation, Intent, Message, State, Understanding
from flows.scene import RESTING, Heard, on_table
from knowledge.schema import DONT_KNOW

NONE_OF_THESE = "none_of_these"
"""What the reader says when somebody finds no option fitting."""

_HARMLESS_WHEN_OLD = frozenset({Intent.WHY, Intent.HUMAN})
"""What a button of an old question may still do."""


def hear(conversation: Conversation, message: Message, advisor: Advisor) -> Heard:
    """What the message asks for."""
    match message.kind:
        case "click" if message.click is not None:
            return _clicked(conversation, message.click, advisor)
        case "timer" | "click":
            return Heard(Intent.QUIET)
        case "edited":
            understanding = advisor.reader.read(message.text, on_table(conversation))
            return _read(Intent.EDITED, understanding, message.text)
        case "deleted":
            return Heard(Intent.DELETED)
        case "text" | _:
            return _typed(conversation, message.text, advisor)


def _clicked(conversation: Conversation, click: Click, advisor: Advisor) -> Heard:
    criteria = advisor.knowledge.criteria
    criterion = click.criterion
    known = criterion is None or (
        criterion in criteria
        and all(o in criteria[criterion].options or o == DONT_KNOW for o in click.options)
    )
    old = click.serial is not None and click.serial != conversation.serial
    return Heard(
        intent=click.intent,
        criterion=criterion if criterion in criteria else None,
        answers={criterion: click.options} if criterion and click.options and known else {},
        options=click.options,
        topics=click.topics,
        words=click.words,
        clicked=True,
        stale=not known or (old and click.intent not in _HARMLESS_WHEN_OLD),
        good=click.good,
    )


def _typed(conversation: Conversation, text: str, advisor: Advisor) -> Heard:
    if not text.strip():
        fresh = conversation.state is State.INTAKE
        return Heard(Intent.GREETING if fresh else Intent.STATUS)
    if verdict := _yes_or_no(conversation, text, advisor):
        return Heard(verdict, words=text)
    understanding = advisor.reader.read(text, on_table(conversation))
    return _read(understanding.intent, understanding, text)


def _read(intent: Intent, understanding: Understanding, text: str) -> Heard:
    return Heard(
        intent=intent,
        criterion=understanding.changes,
        answers=understanding.answers,
        likely=understanding.likely,
        topics=understanding.topics,
        words=text,
        understanding=understanding,
        foreign=understanding.foreign,
    )


def _yes_or_no(conversation: Conversation, text: str, advisor: Advisor) -> Intent | None:
    """A bare yes or no where the advisor put a yes-or-no question of its own.

    Read before anything else: otherwise a "no" to "did you mean…?" could be taken for the option
    "none" of the criterion in doubt.
    """
    word = text.strip().strip("!.,").casefold()
    yes, no = word in advisor.wording.yes, word in advisor.wording.no
    if not (yes or no):
        return None
    if conversation.state is State.CLARIFYING:
        if conversation.restarting and yes:
            return Intent.RESTART
        return Intent.CONFIRM if yes else Intent.DISMISS
    open_question = conversation.asked is not None and conversation.state not in RESTING
    return Intent.CONFIRM if yes and not open_question else None
