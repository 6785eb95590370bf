"""One message split for reading: its sentences, what in it asks or supposes, and its commands."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from flows.conversation import Intent
from flows.reading.facts import mask
from flows.reading.lexicon import Calls, Lexicon
from flows.reading.numbers import numbers
from flows.reading.patterns import Hit, Reading
from flows.reading.tokens import Text

_SLACK = 3
"""Further words that a command of several words may come with."""
_TAG = 3
_STATING = frozenset(
    "be do have can could will would shall should may might must was did had not no want need like"
    " get got go let think guess say said see i we it they there this that these those our he"
    " she team everyone everybody people".split()
)
"""Words that make a statement of what they begin: "that is what we have"."""
_US = frozenset(("we", "i", "our", "us", "me", "it", "they", "team", "everything", "nobody"))
_FRAGMENT = 4
"""Words of a sentence that can be no whole question: "Heroku?"."""


@dataclass(frozen=True, slots=True)
class Command:
    """An intent read from a sentence: the words it used, and how many others stood beside it.

    One that is not `whole` fills a clause of its sentence and leaves others.
    """

    intent: Intent
    start: int
    end: int
    used: int
    rest: int
    whole: bool = True


class Utterance:
    """A message under several lights; each is worked out when it is first asked for."""

    def __init__(self, text: Text, lexicon: Lexicon) -> None:
        self.text = text
        self.words = text.words
        self.lexicon = lexicon
        self.reading = Reading(
            text, text.words, text.clause, numbers(text.words), lexicon.classes.find(text)
        )

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The first word of each sentence and the one after its last."""
        sentence = self.text.sentence
        starts = [
            at for at in range(len(self.words)) if at == 0 or sentence[at] != sentence[at - 1]
        ]
        return tuple(zip(starts, [*starts[1:], len(self.words)], strict=True))

    def sentence_at(self, word: int) -> tuple[int, int]:
        """The first word of a word's sentence and the one after its last."""
        return self.sentences[self.text.sentence[word]]

    def asked(self, start: int) -> bool:
        """Whether the sentence of a word ends with a question mark."""
        return self.text.asked[self.text.sentence[start]]

    def _bits(self, words: Container[str]) -> int:
        """Where any of these words stand."""
        return sum(1 << at for at, word in enumerate(self.words) if word in words)

    @cached_property
    def _polite(self) -> int:
        return self._bits(self.lexicon.polite)

    @cached_property
    def _stating(self) -> int:
        return self._bits(_STATING)

    @cached_property
    def _us(self) -> int:
        return self._bits(_US)

    def content(self, used: int) -> int:
        """How many of these words say more than politeness."""
        return (used & ~self._polite).bit_count()

    @cached_property
    def questions(self) -> int:
        """The words that ask: questions and requests to be told something."""
        found = 0
        for start, end in self.sentences:
            opening = min(self._openings(start, end), default=None)
            if opening is not None:
                found |= mask(start if self._impersonal(start, opening) else opening, end)
            elif self.asked(start):
                found |= self._unopened(start, end)
        return found

    @cached_property
    def headings(self) -> int:
        """The words of sentences that only name what comes next: "Docker? None of us has."."""
        found = 0
        for (start, end), (after, _) in pairwise(self.sentences):
            brief = end - start <= _FRAGMENT and self.asked(start) and not self.asked(after)
            if brief and not list(self._openings(start, end)):
                found |= mask(start, end)
        return found

    def _openings(self, start: int, end: int) -> Iterator[int]:
        """Where in a sentence a question begins: at a clause, or after "so, please"."""
        clause, scope = self.text.clause, self.text.scope
        leading = self._polite & ~self._stating
        for hit in self._question_hits[self.text.sentence[start]]:
            at = hit.start
            if at >= end or hit.payload == "tag":
                continue
            if at == start:
                yield at
                continue
            apart = clause[at] != clause[at - 1] or scope[at] != scope[at - 1]
            brief = at - start <= _FRAGMENT and self._impersonal(start, at)
            led = not mask(start, at) & ~leading
            if led or (apart and (brief or self.asked(start))):
                yield at

    def _impersonal(self, start: int, end: int) -> bool:
        """Whether words speak of nobody here: "cold starts on Lambda, how bad are they?"."""
        return not mask(start, end) & self._us

    def _unopened(self, start: int, end: int) -> int:
        """What a sentence asks that has a question mark and no word that opens a question."""
        clause = self.text.clause
        last = next(at for at in range(start, end) if clause[at] == clause[end - 1])
        if last > start and end - last <= _TAG:
            hits = self._question_hits[self.text.sentence[start]]
            if any(hit.payload == "tag" and hit.start >= last for hit in hits):
                return mask(last, end)
        return mask(start, end)

    @cached_property
    def _question_hits(self) -> "list[list[Hit[str]]]":
        """For each sentence what may open a question or end one."""
        found: list[list[Hit[str]]] = [[] for _ in self.sentences]
        for hit in self.lexicon.questions.find(self.reading):
            found[self.text.sentence[hit.start]].append(hit)
        return found

    @cached_property
    def supposed(self) -> int:
        """The words of sentences that suppose: "if we had three admins, ..."."""
        found = 0
        for hit in self.lexicon.scopes.find(self.reading):
            if hit.payload == "if":
                sentence = self.text.sentence[hit.start]
                start, end = self.sentences[sentence]
                leads = hit.start - start <= _FRAGMENT
                found |= mask(start if leads else hit.start, end)
        return found

    def fragment(self) -> bool:
        """Whether the message is a few words with a question mark: a guess, not a question."""
        return (
            len(self.sentences) == 1
            and len(self.words) <= _FRAGMENT
            and self.asked(0)
            and not list(self._openings(0, len(self.words)))
        )

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """What the sentences ask of the advisor, best read first; one of a kind for each."""
        grouped: dict[tuple[int, Intent], list[Hit[Calls]]] = {}
        for hit in self.lexicon.commands.find(self.reading):
            key = self.text.sentence[hit.start], hit.payload.intent
            grouped.setdefault(key, []).append(hit)
        found: list[Command] = []
        for (sentence, intent), hits in grouped.items():
            used = 0
            for hit in hits:
                used |= hit.used
            rest = self._rest(mask(*self.sentences[sentence]), used)
            whole = rest <= self._slack(used) or any(hit.payload.anywhere for hit in hits)
            clauses = {self.text.clause[hit.start]: hit.start for hit in hits}
            if whole or any(not self._rest(self._clause_at(at), used) for at in clauses.values()):
                first = hits[0]
                found.append(Command(intent, first.start, first.end, used, rest, whole=whole))
        return tuple(sorted(found, key=lambda c: (not c.whole, c.rest, -c.used.bit_count())))

    def _rest(self, every: int, used: int) -> int:
        """How many words that matter a command leaves of a sentence or a clause."""
        left = every & ~used
        return self.content(left) if self.content(used & every) else left.bit_count()

    def _slack(self, used: int) -> int:
        """How many such words may stand beside a command: the more it says, the more."""
        own = self.content(used)
        if own > 1:
            return min(_SLACK, own)
        return int(own == 1 and used.bit_count() >= _SLACK)

    def _clause_at(self, word: int) -> int:
        """The words of the clause in which a word stands."""
        clause = self.text.clause
        start = end = word
        while start > 0 and clause[start - 1] == clause[word]:
            start -= 1
        while end < len(clause) and clause[end] == clause[word]:
            end += 1
        return mask(start, end)
