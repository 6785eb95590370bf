"""What one message wants: the steps by which it is read, in their fixed order.

A command in words, a correction, a supposition, a reply to the question on the table, a question
to the knowledge base, a situation; the first step that finds something decides.
"""

from flows.conversation import NONE_OF_THESE, Intent, Match, Understanding
from flows.reading.facts import Facts, mask
from flows.reading.patterns import Hit
from flows.reading.statements import Statements
from flows.reading.utterance import Command, Utterance
from flows.reading.vocabulary import Vocabulary
from knowledge.schema import DONT_KNOW, CriterionId, TopicId

_SURE = 0.95
_LIKELY = 0.6
_DOUBTFUL = 0.3
_YIELDING = frozenset(
    (
        Intent.HELP,
        Intent.SKIP,
        Intent.WHY,
        Intent.FRUSTRATION,
        Intent.STATUS,
        Intent.OUT_OF_SCOPE,
        Intent.DONT_KNOW,
        Intent.OBJECTION,
        Intent.WHAT_IF,
    )
)
"""Intents that give way to facts said in the same message."""
_ABOUT_US = frozenset(
    (Intent.HELP, Intent.WHY, Intent.STATUS, Intent.OBJECTION, Intent.FRUSTRATION)
)
"""Intents about the dialogue, which a question about a product or a model is not."""
_SOCIAL = frozenset((Intent.THANKS, Intent.GREETING, Intent.CONFIRM))
"""Intents that give way to anything else."""
_DIALOGUE = frozenset(("question", "answer", "option", "bot", "advisor", "button", "questionnaire"))
"""Words of a question that is about the dialogue itself."""
_AMPLE = 3
"""Words beside a command from which on its sentence is about something else, if it states facts."""
_LONE = 2
"""Words of a message that may hold a bare name and no more: worth a question, not an answer."""


class Interpretation:
    """One message on its way to an `Understanding`."""

    def __init__(self, vocabulary: Vocabulary, heard: Utterance, asked: CriterionId | None) -> None:
        self._vocabulary = vocabulary
        self._heard = heard
        self._said = Statements(vocabulary, heard, asked)
        self._asked = self._said.asked

    def outcome(self) -> Understanding:
        """What the message says and wants."""
        for step in (
            self._command,
            self._correction,
            self._supposition,
            self._reply,
            self._question,
            self._told,
            self._aside,
        ):
            found = step()
            if found is not None:
                return found
        return Understanding(intent=Intent.UNCLEAR, confidence=_DOUBTFUL)

    # Commands.

    def _command(self) -> Understanding | None:
        for command in self._heard.commands:
            if not self._gives_way(command):
                found = self._obeyed(command)
                if found is not None:
                    return found
        return None

    def _gives_way(self, command: Command) -> bool:
        """Whether something else in the message matters more than a command."""
        said, intent = self._said, command.intent
        if intent in _SOCIAL or (self._asked and intent is Intent.DONT_KNOW):
            return True
        if not command.whole and (said.facts.sure or said.answered):
            return True
        if intent in _ABOUT_US and self._asks_beside(command):
            return True
        if command.rest > _AMPLE and self._said.stated_at(command.start):
            return True
        return intent in _YIELDING and bool(said.beside(command).sure)

    def _obeyed(self, command: Command) -> Understanding | None:
        """What a command asks for, unless it turns out to be something else."""
        match command.intent:
            case Intent.COMPARE:
                topics = self._vocabulary.topics(self._heard.text.source)
                several = sum(map(self._vocabulary.is_model, topics)) > 1
                return self._intent(command, topics=topics) if several else None
            case Intent.SITUATION:
                return self._invited(command)
        if self._asked and self._said.answers_better(command):
            return None
        if command.intent is Intent.WHAT_IF and (supposed := self._supposition()):
            return supposed
        return self._intent(command, self._said.beside(command))

    def _asks_beside(self, command: Command) -> bool:
        """Whether a question names a product or a model beside the command's words."""
        start, end = self._heard.sentence_at(command.start)
        left = self._heard.questions & mask(start, end) & ~command.used
        words = self._heard.words
        return self._vocabulary.names_topic(words[at] for at in range(start, end) if left >> at & 1)

    def _invited(self, command: Command) -> Understanding | None:
        """A wish for advice, "where should this run?", with whatever facts stand beside it.

        A sentence that names a product or a model asks about that instead.
        """
        start, end = self._heard.sentence_at(command.start)
        named = self._vocabulary.names_topic(self._heard.words[start:end])
        if self._said.answered or (named and not self._said.facts.sure):
            return None
        return self._told() or self._intent(command)

    # Corrections and suppositions.

    def _correction(self) -> Understanding | None:
        cues, clear = self._corrections()
        if not cues:
            return None
        first = min(hit.start for hit in cues)
        named = next((hit for hit in self._said.names if hit.start >= first), None)
        about = named.payload.criterion if named is not None else None
        facts = self._said.facts
        if named is not None and about is not None:
            facts = facts.joined(self._said.about(named.end, about))
        if about is None or (about not in facts.sure and not clear):
            found = [c for c in (*facts.sure, *facts.likely) if c != about]
            about = found[0] if found and (about is None or facts.sure) else about
        if not clear and (about is None or about == self._asked or self._said.answered):
            return None
        words = self._heard.text.quote(first, max(hit.end for hit in cues))
        matched = [Match(kind="intent", id=Intent.CHANGE_ANSWER, words=words)]
        if named is not None and named.payload.criterion == about:
            quote = self._heard.text.quote(named.start, named.end)
            matched.append(Match(kind="criterion", id=about, words=quote))
        return Understanding(
            intent=Intent.CHANGE_ANSWER,
            answers=facts.sure,
            likely=facts.likely,
            confidence=_SURE if clear or facts.sure else _LIKELY,
            matched=(*matched, *self._said.matches(facts)),
            changes=about,
        )

    def _corrections(self) -> tuple[list[Hit[str]], bool]:
        """The words that take something back, and whether they do so clearly.

        Soft ones ("sorry", "actually") count only where a message begins.
        """
        hits = self._vocabulary.lexicon.corrections.find(self._heard.reading)
        words, polite = self._heard.words, self._vocabulary.lexicon.polite
        lead = 0
        while lead < len(words) - 1 and words[lead] in polite:
            lead += 1
        cues = [hit for hit in hits if hit.payload == "clear" or hit.start <= lead]
        return cues, any(hit.payload == "clear" for hit in cues)

    def _supposition(self) -> Understanding | None:
        if not self._heard.supposed or self._said.facts.sure:
            return None
        asks = self._heard.questions or any(
            command.intent is Intent.WHAT_IF for command in self._heard.commands
        )
        facts = self._said.supposed
        found = {**facts.likely, **facts.sure}
        if not asks or not found:
            return None
        return Understanding(
            intent=Intent.WHAT_IF,
            likely=found,
            confidence=_LIKELY,
            matched=self._said.matches(facts),
            changes=next(iter((*facts.sure, *facts.likely))),
        )

    # Replies, questions, situations.

    def _reply(self) -> Understanding | None:
        if self._asked is None:
            return None
        facts = self._said.replied
        value = facts.sure.get(self._asked)
        opened = self._heard.questions and not self._heard.fragment()
        if opened and value in (None, (DONT_KNOW,), (NONE_OF_THESE,)):
            return None
        if value is None and self._asked not in facts.likely:
            return None
        return Understanding(
            intent=Intent.DONT_KNOW if value == (DONT_KNOW,) else Intent.ANSWER,
            answers=facts.sure,
            likely=facts.likely,
            confidence=_SURE if value else _LIKELY,
            matched=self._said.matches(facts),
        )

    def _question(self) -> Understanding | None:
        asking = self._heard.questions & ~self._heard.headings
        if not asking or self._said.facts.sure or not self._vocabulary.ours(self._words(asking)):
            return None
        quote = self._heard.text.quote(*self._span(asking))
        topics = self._topics(asking)
        return Understanding(
            intent=Intent.ASK,
            topics=topics,
            confidence=_SURE if topics else _LIKELY,
            matched=tuple(Match(kind="topic", id=topic, words=quote) for topic in topics),
        )

    def _told(self) -> Understanding | None:
        facts = self._said.facts
        if not facts.sure and not facts.likely:
            return None
        if self._asked is None and len(self._heard.words) <= _LONE and not facts.stated:
            facts = Facts({}, {**facts.likely, **facts.sure}, facts.found)
        asking = self._heard.questions & ~self._invitations()
        asks = asking and self._vocabulary.ours(self._words(asking))
        return Understanding(
            intent=Intent.SITUATION,
            answers=facts.sure,
            likely=facts.likely,
            topics=self._topics(asking) if asks else (),
            confidence=_SURE if facts.sure else _LIKELY,
            matched=self._said.matches(facts),
        )

    def _aside(self) -> Understanding | None:
        for command in self._heard.commands:
            if command.intent in _SOCIAL or command.intent is Intent.DONT_KNOW:
                return self._intent(command)
        if not self._heard.questions:
            return None
        words = self._heard.words
        if self._vocabulary.ours(words):
            return Understanding(intent=Intent.ASK, confidence=_LIKELY)
        about_us = not _DIALOGUE.isdisjoint(words)
        return Understanding(
            intent=Intent.HELP if about_us else Intent.OUT_OF_SCOPE, confidence=_LIKELY
        )

    # What the steps share.

    def _words(self, used: int) -> list[str]:
        return [word for at, word in enumerate(self._heard.words) if used >> at & 1]

    def _span(self, used: int) -> tuple[int, int]:
        """The first of some words, and the one after their last."""
        return (used & -used).bit_length() - 1, used.bit_length()

    def _topics(self, used: int) -> tuple[TopicId, ...]:
        """The topics that some words and all between them are about."""
        text = self._heard.text
        start, end = self._span(used)
        return self._vocabulary.topics(text.source[text.starts[start] : text.ends[end - 1]])

    def _invitations(self) -> int:
        """The words of sentences that wish for advice."""
        found = 0
        for command in self._heard.commands:
            if command.intent is Intent.SITUATION:
                found |= mask(*self._heard.sentence_at(command.start))
        return found

    def _intent(
        self, command: Command, facts: Facts | None = None, topics: tuple[TopicId, ...] = ()
    ) -> Understanding:
        words = self._heard.text.quote(command.start, command.end)
        found = facts or Facts()
        return Understanding(
            intent=command.intent,
            answers=found.sure,
            topics=topics,
            confidence=_SURE if not command.rest else _SURE - 0.1,
            matched=(
                Match(kind="intent", id=command.intent, words=words),
                *self._said.matches(found),
            ),
        )
