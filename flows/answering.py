"""What becomes of an answer: stored with its author, put up for confirmation, or taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from flows.conversation import Answer, Control, Conversation, Intent, Proposal, State, Step
from flows.hearing import NONE_OF_THESE
from flows.scene import Scene
from knowledge.schema import DONT_KNOW, CriterionId, Knowledge, OptionId


@dataclass(frozen=True)
class Taken:
    """What one message said: `stored` now counts, `known` was known already, `doubts` wait.

    `unfit` are criteria for which a person finds none of the options right.
    """

    conversation: Conversation
    stored: tuple[CriterionId, ...] = ()
    known: tuple[CriterionId, ...] = ()
    doubts: tuple[Proposal, ...] = ()
    unfit: tuple[CriterionId, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the message held no answer at all."""
        return not (self.stored or self.known or self.doubts or self.unfit)


def take(scene: Scene) -> Taken:
    """Store what was said for sure, and propose what has to be confirmed."""
    conversation, heard = scene.conversation, scene.heard
    if scene.guessing and scene.in_question not in {**heard.answers, **heard.likely}:
        conversation = without_guesses(conversation)
    stored: list[CriterionId] = []
    known: list[CriterionId] = []
    doubts: list[Proposal] = []
    unfit: list[CriterionId] = []
    for criterion, options in heard.answers.items():
        before = conversation.answers.get(criterion)
        answer = _widened(scene, before, answer_of(scene, criterion, options))
        if options == (NONE_OF_THESE,):
            unfit.append(criterion)
        elif before is not None and before.options == answer.options:
            known.append(criterion)
            if criterion == conversation.asked:
                conversation = conversation.model_copy(update={"asked": None})
        elif before is None or not before.known or _decided(scene, criterion, before):
            conversation = with_answer(conversation, answer)
            stored.append(criterion)
        else:
            doubts.append(Proposal(answer=answer, because="contradicts"))
    for criterion, options in heard.likely.items():
        before = conversation.answers.get(criterion)
        if criterion in heard.answers or (before is not None and before.options == options):
            continue
        if _worth_asking(scene, criterion):
            answer = answer_of(scene, criterion, options)
            doubts.append(Proposal(answer=answer, because="likely"))
    return Taken(
        _with_proposals(conversation, doubts),
        tuple(stored),
        tuple(known),
        tuple(doubts),
        tuple(unfit),
    )


def answer_of(scene: Scene, criterion: CriterionId, options: tuple[OptionId, ...]) -> Answer:
    """An answer by whoever speaks."""
    return Answer(
        criterion=criterion,
        options=options,
        by=scene.message.by,
        at=scene.message.at,
        source=_source(scene),
        quote=scene.heard.quote(criterion),
    )


def with_answer(conversation: Conversation, answer: Answer) -> Conversation:
    """Store an answer, remember what was there before, and clear doubts about it."""
    criterion = answer.criterion
    asked = conversation.asked == criterion
    step = Step(criterion=criterion, before=conversation.answers.get(criterion), asked=asked)
    return conversation.model_copy(
        update={
            "answers": {**conversation.answers, criterion: answer},
            "skipped": tuple(c for c in conversation.skipped if c != criterion),
            "steps": (*conversation.steps, step),
            "proposals": without(conversation.proposals, criterion),
            "invited": _joined(conversation, answer.by),
            "asked": None if asked else conversation.asked,
            "misses": 0 if asked else conversation.misses,
        }
    )


def skipped(conversation: Conversation, criterion: CriterionId) -> Conversation:
    """Leave a question for the end; one that was answered keeps its answer."""
    answered = criterion in conversation.answers
    step = Step(criterion=criterion, before=conversation.answers.get(criterion), asked=True)
    later = tuple(c for c in conversation.skipped if c != criterion)
    return conversation.model_copy(
        update={
            "skipped": later if answered else (*later, criterion),
            "steps": conversation.steps if answered else (*conversation.steps, step),
            "asked": None,
            "misses": 0,
        }
    )


def undone(conversation: Conversation) -> Conversation | None:
    """Take the last step back and ask that question again; None at the beginning."""
    if not conversation.steps:
        return None
    *earlier, last = conversation.steps
    answers = {c: a for c, a in conversation.answers.items() if c != last.criterion}
    if last.before is not None:
        answers[last.criterion] = last.before
    return conversation.model_copy(
        update={
            "answers": answers,
            "skipped": tuple(c for c in conversation.skipped if c != last.criterion),
            "steps": tuple(earlier),
            "asked": last.criterion,
            "misses": 0,
        }
    )


def without(proposals: Iterable[Proposal], criterion: CriterionId) -> tuple[Proposal, ...]:
    """The proposals about other criteria."""
    return tuple(p for p in proposals if p.answer.criterion != criterion)


def without_guesses(conversation: Conversation) -> Conversation:
    """The conversation without readings in doubt: a guess is offered once, never insisted on."""
    kept = tuple(p for p in conversation.proposals if p.because != "likely")
    return conversation.model_copy(update={"proposals": kept})


def reopened(
    conversation: Conversation, before: Conversation, knowledge: Knowledge
) -> Conversation:
    """A new run with the answers of the one that was over, on today's knowledge."""
    answers = {
        criterion: answer.model_copy(update={"source": "copied"})
        if before.answers.get(criterion) is answer
        else answer
        for criterion, answer in conversation.answers.items()
    }
    return conversation.model_copy(
        update={
            "run": conversation.run + 1,
            "knowledge_version": knowledge.version,
            "answers": answers,
        }
    )


def emptied(conversation: Conversation, knowledge: Knowledge) -> Conversation:
    """A new run from an empty sheet; the number of questions put runs on."""
    return Conversation(
        id=conversation.id,
        starter=conversation.starter,
        knowledge_version=knowledge.version,
        state=conversation.state,
        resume_state=conversation.resume_state,
        control=conversation.control,
        direct=conversation.direct,
        run=conversation.run + 1,
        invited=conversation.invited,
        serial=conversation.serial,
        tickets=conversation.tickets,
    )


def fitted(conversation: Conversation, knowledge: Knowledge) -> Conversation:
    """The conversation without what this knowledge base no longer has a word for."""
    criteria = knowledge.criteria

    def holds(answer: Answer) -> bool:
        options = criteria[answer.criterion].options if answer.criterion in criteria else {}
        return all(o in options or (o == DONT_KNOW and options) for o in answer.options)

    answers = {c: a for c, a in conversation.answers.items() if holds(a)}
    proposals = tuple(p for p in conversation.proposals if holds(p.answer))
    steps = tuple(
        step
        for step in conversation.steps
        if step.criterion in criteria and (step.before is None or holds(step.before))
    )
    return conversation.model_copy(
        update={
            "answers": answers,
            "proposals": proposals,
            "steps": steps,
            "skipped": tuple(c for c in conversation.skipped if c in criteria),
            "weights": {c: w for c, w in conversation.weights.items() if c in criteria},
            "asked": conversation.asked if conversation.asked in criteria else None,
        }
    )


def _decided(scene: Scene, criterion: CriterionId, before: Answer) -> bool:
    """Whether a different answer may take the place of the stored one without asking back.

    It may where the question itself was on the table, by a button, by the expert who has taken
    over, or where the author of the stored answer says outright that it is to be changed.
    """
    conversation, heard = scene.conversation, scene.heard
    in_doubt = any(p.answer.criterion == criterion for p in conversation.proposals)
    by_expert = _source(scene) == "expert"
    if heard.clicked or by_expert or criterion == conversation.asked or in_doubt:
        return True
    own = before.by == scene.message.by
    return own and heard.intent is Intent.CHANGE_ANSWER and criterion == heard.criterion


def _widened(scene: Scene, before: Answer | None, answer: Answer) -> Answer:
    """Where several options may hold at once, a further one in words is added, not swapped."""
    criterion = scene.advisor.knowledge.criteria[answer.criterion]
    swapped = scene.heard.clicked or scene.heard.intent is Intent.CHANGE_ANSWER
    at_hand = answer.criterion == scene.conversation.asked
    if before is None or not before.known or not criterion.multiple or swapped or at_hand:
        return answer
    if not set(answer.options) <= criterion.options.keys():
        return answer
    both = tuple(o for o in criterion.options if o in (*before.options, *answer.options))
    return answer.model_copy(update={"options": both})


def _worth_asking(scene: Scene, criterion: CriterionId) -> bool:
    """Whether a doubtful answer is worth a question: only where it could still matter."""
    conversation = scene.conversation
    if criterion == conversation.asked or conversation.state is State.CLARIFYING:
        return True
    return criterion in scene.standing.open and criterion not in scene.standing.idle


def _with_proposals(conversation: Conversation, doubts: Iterable[Proposal]) -> Conversation:
    proposals = conversation.proposals
    for doubt in doubts:
        proposals = (*without(proposals, doubt.answer.criterion), doubt)
    return conversation.model_copy(update={"proposals": proposals})


def _source(scene: Scene) -> Literal["button", "text", "expert"]:
    if scene.message.expert and scene.conversation.control is Control.HUMAN:
        return "expert"
    return "button" if scene.heard.clicked else "text"


def _joined(conversation: Conversation, person: str) -> tuple[str, ...]:
    if person == conversation.starter or person in conversation.invited:
        return conversation.invited
    return (*conversation.invited, person)
