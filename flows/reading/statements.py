"""What one message states: about the team, about a criterion named in it, and as a reply."""

from functools import cached_property
from typing import TYPE_CHECKING

from flows.conversation import NO_OPTION, Match
from flows.reading.facts import Fact, Facts, mask
from flows.reading.situation import Situation
from flows.reading.utterance import Command, Utterance
from flows.reading.vocabulary import Vocabulary
from knowledge.schema import CriterionId

if TYPE_CHECKING:
    from flows.reading.lexicon import Says
    from flows.reading.patterns import Hit

_INTRODUCED = (":", "?", "-", "=")
"""Marks between the name of a criterion and what is said about it."""


class Statements:
    """The facts of a message under the light of the question on the table.

    `asked` is the criterion that a short reply would be about. Words that ask or suppose state
    nothing.
    """

    def __init__(self, vocabulary: Vocabulary, heard: Utterance, asked: CriterionId | None) -> None:
        self._vocabulary = vocabulary
        self.heard = heard
        self.asked = asked if asked in vocabulary.knowledge.criteria else None
        self._silent = heard.questions | heard.supposed
        self._situation = self._situated(self._silent)
        self.facts = self._situation.facts(self._introduced(self._situation))
        """What it states whoever asked what."""

    def _situated(self, silent: int, asked: CriterionId | None = None) -> Situation:
        vocabulary = self._vocabulary
        return Situation(self.heard.reading, vocabulary.lexicon, vocabulary.multiple, silent, asked)

    @property
    def names(self) -> "list[Hit[Says]]":
        """Where criteria are named: "my budget answer"."""
        return self._situation.names

    @cached_property
    def replied(self) -> Facts:
        """The message read as a reply to the question on the table."""
        if self.asked is None:
            return self.facts
        words = self.heard.words
        option = self._vocabulary.labelled(self.asked, words)
        if option is not None:
            fact = Fact(self.asked, (option,), 0, len(words), mask(0, len(words)))
            return Facts({self.asked: (option,)}, {}, (fact,))
        silent = 0 if self.heard.fragment() else self._silent
        situation = self._situated(silent, self.asked)
        return situation.reply(self._vocabulary.labels(self.asked), self._introduced(situation))

    @property
    def answered(self) -> bool:
        """Whether it answers the question on the table for sure."""
        return self.asked is not None and self.asked in self.replied.sure

    @cached_property
    def supposed(self) -> Facts:
        """What it would state if what it asks and supposes were so."""
        return self._situated(0).facts()

    def beside(self, command: Command) -> Facts:
        """The facts outside of a command's own words."""
        start, end = self.heard.sentence_at(command.start)
        return self.facts.without(mask(start, end) if command.rest == 0 else command.used)

    def stated_at(self, word: int) -> bool:
        """Whether the sentence of a word states a fact for sure."""
        every = mask(*self.heard.sentence_at(word))
        return any(fact.sure and fact.used & every for fact in self.facts.found)

    def answers_better(self, command: Command) -> bool:
        """Whether a command's words read better as a reply to the question on the table."""
        used = 0
        for fact in self.replied.found:
            if fact.criterion == self.asked:
                used |= fact.used
        return self.answered and used & command.used == command.used

    def about(self, start: int, criterion: CriterionId) -> Facts:
        """What the rest of a clause says about a criterion that was named."""
        return self._narrow(start, self._clause_end(start), criterion)

    def matches(self, facts: Facts) -> tuple[Match, ...]:
        """The words that each answer and each likely one was read from."""
        shown = {**facts.likely, **facts.sure}
        rows = {
            (fact.criterion, self.heard.text.quote(fact.start, fact.end)): fact.start
            for fact in facts.found
            if set(fact.options) & set(shown.get(fact.criterion, ()))
        }
        return tuple(
            Match(kind="criterion", id=criterion, words=words)
            for criterion, words in sorted(rows, key=lambda row: rows[row])
        )

    def _clause_end(self, start: int) -> int:
        clause = self.heard.text.clause
        end = start
        while end < len(clause) and clause[end] == clause[start]:
            end += 1
        return end

    def _narrow(self, start: int, end: int, criterion: CriterionId) -> Facts:
        """Some of the words, read as a reply to a criterion."""
        if start >= end:
            return Facts()
        text = self.heard.text
        heard = self._vocabulary.hear(text.source[text.starts[start] : text.ends[end - 1]])
        if not heard.words:
            return Facts()
        inner = Statements(self._vocabulary, heard, criterion)
        return inner.replied.only(criterion).at(start, end)

    def _introduced(self, situation: Situation) -> list[Fact]:
        """Facts of the form "compliance: none, growth? flat"."""
        text = self.heard.text
        found: list[Fact] = []
        for hit in situation.names:
            at, criterion = hit.end, hit.payload.criterion
            opens = hit.start == 0 or text.clause[hit.start - 1] != text.clause[hit.start]
            if not opens or at >= len(text.words) or text.before[at] not in _INTRODUCED:
                continue
            if self.heard.questions >> at & 1 or criterion == self.asked:
                continue
            end = self._clause_end(at)
            options = self._narrow(at, end, criterion).sure.get(criterion, ())
            if options and options[0] not in NO_OPTION:
                found.append(Fact(criterion, options, hit.start, end, mask(hit.start, end)))
        return found
