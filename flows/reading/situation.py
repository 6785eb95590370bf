"""What a text says about the team: phrases found, scopes applied, options of a criterion weighed.

A fact is *sure* when a phrase states it outside any negation, wish, past, question or talk of
others; *likely* when a bare name or two competing options leave a doubt. Everything else is
nothing: a wrongly filled answer is worse than a missing one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from flows.reading.facts import NONE_OF_THESE, Fact, Facts, all_options, measured
from flows.reading.lexicon import Lexicon, Says
from flows.reading.mentions import mentioned
from flows.reading.patterns import Hit, Reading
from flows.reading.trie import Trie
from knowledge.schema import DONT_KNOW, CriterionId, OptionId

_REACH = 7
"""Words over which a negation, a wish or a past holds within its part of a sentence."""
_SEVERAL = 3
"""What the plural of a unit stands for where no number is said: "weeks" are some three."""


class Situation:
    """One text read for facts.

    `silent` are words that state nothing (questions, suppositions). With `asked`, the text is a
    reply about that criterion: names need no phrase around them, and looser phrases hold.
    """

    def __init__(
        self,
        reading: Reading,
        lexicon: Lexicon,
        multiple: Collection[CriterionId],
        silent: int = 0,
        asked: CriterionId | None = None,
    ) -> None:
        self.reading = reading
        self.lexicon = lexicon
        self.multiple = multiple
        self.silent = silent
        self.asked = asked
        hits = lexicon.facts.find(reading)
        self.names = [hit for hit in hits if hit.payload.kind == "name"]
        self.hits = [hit for hit in hits if hit.payload.kind != "name" and not hit.used & silent]
        self.scopes = lexicon.scopes.find(reading)

    def facts(self, further: Sequence[Fact] = ()) -> Facts:
        """All facts of the text, resolved; `further` were found in other ways."""
        return self._resolved(self._standing([*self._stated(), *self._named(), *further]))

    def reply(self, labels: Trie[OptionId], further: Sequence[Fact] = ()) -> Facts:
        """The text as a reply to the criterion asked; `labels` are the options' own words."""
        if self.asked is None:
            return self.facts(further)
        found = [*self._stated(), *self._named(), *further]
        found += [
            Fact(self.asked, (hit.payload,), hit.start, hit.end, hit.used, kind="label")
            for hit in labels.find(self.reading)
            if not hit.used & self.silent
        ]
        found += self._leading(self._loose(self.asked), found)
        replies = self.lexicon.replies.find(self.reading)
        weak: list[Fact] = []
        for hit in replies:
            if hit.payload in (DONT_KNOW, NONE_OF_THESE):
                found.append(
                    Fact(self.asked, (hit.payload,), hit.start, hit.end, hit.used, kind="refusal")
                )
            else:
                answers = self.lexicon.sheet.yes_no.get(self.asked, {})
                option = next((o for word, o in answers.items() if word == hit.payload), None)
                if option is not None:
                    weak.append(
                        Fact(self.asked, (option,), hit.start, hit.end, hit.used, kind="weak")
                    )
        facts = self._resolved(self._standing(found))
        if weak and self.asked not in facts.sure and self.asked not in facts.likely:
            first = min(weak, key=lambda fact: fact.start)
            facts = facts.joined(Facts({self.asked: first.options}, {}, (first,)))
        return facts

    def _stated(self) -> list[Fact]:
        """What phrases say; when asked, a hint is enough."""
        return [
            fact
            for hit in self.hits
            for fact in self._said(hit)
            if hit.payload.kind in ("fact", "hint", "measure")
        ]

    def _loose(self, asked: CriterionId) -> list[Fact]:
        trie = self.lexicon.short.get(asked)
        hits = trie.find(self.reading) if trie is not None else []
        return [fact for hit in hits if not hit.used & self.silent for fact in self._said(hit)]

    def _leading(self, loose: Sequence[Fact], stated: Sequence[Fact]) -> list[Fact]:
        """Loose readings that no statement about something else comes before in their clause.

        Whoever replies to the question says so first; words that end a sentence about another
        thing ("docker images for all of it") are no reply.
        """
        clause = self.reading.text.clause
        others = [fact for fact in stated if fact.sure and fact.criterion != self.asked]
        return [
            fact
            for fact in loose
            if not any(
                other.start < fact.start and clause[other.start] == clause[fact.start]
                for other in others
            )
        ]

    def _said(self, hit: Hit[Says]) -> list[Fact]:
        says = hit.payload
        if says.kind == "measure":
            measure = self.lexicon.sheet.measures[says.criterion]
            count = _SEVERAL if self._plural(hit) else 1.0
            options = measured(measure, hit.captures, self.lexicon, count)
            sure = len(options) == 1
        else:
            options = (says.option,)
            sure = says.kind == "fact" or says.criterion == self.asked
        if not options:
            return []
        return [Fact(says.criterion, options, hit.start, hit.end, hit.used, sure, says.kind)]

    def _plural(self, hit: Hit[Says]) -> bool:
        """Whether a unit was written in the plural: "weeks" are several, "a week" is one."""
        text = self.reading.text
        return any(
            capture.number is None and text.source[text.ends[capture.end - 1] - 1] in "sS"
            for capture in hit.captures
        )

    def _named(self) -> list[Fact]:
        """What names say that are known to be in use."""
        return mentioned(self.reading, self.lexicon, self.hits, self.silent, self.asked)

    # Scopes: what counts must stand outside of negation, wish, past and talk of others.

    def _standing(self, found: Sequence[Fact]) -> list[Fact]:
        """The facts that no longer phrase swallows, no scope voids and no rival outweighs."""
        voids = [
            Fact(hit.payload.criterion, (), hit.start, hit.end, hit.used)
            for hit in self.hits
            if hit.payload.kind == "void"
        ]
        wider = _by_word([*found, *voids])
        whole = [
            fact
            for fact in found
            if not any(
                fact.within(other) and self._swallows(other, fact)
                for other in wider[next(_places(fact.used))]
            )
        ]
        kept = [fact for fact in whole if not self._voided(fact, whole)]
        beside = _by_word(kept)
        return [
            fact
            for fact in kept
            if not any(
                other.criterion == fact.criterion
                and other.options != fact.options
                and (other.sure, other.used.bit_count()) > (fact.sure, fact.used.bit_count())
                for at in _places(fact.used)
                for other in beside[at]
            )
        ]

    def _swallows(self, longer: Fact, shorter: Fact) -> bool:
        """Whether a longer phrase leaves a shorter one inside it no meaning of its own.

        A name in use keeps its own ("a single Django app"), and so does a reply to the question
        asked.
        """
        if longer.criterion != shorter.criterion:
            told = longer.options and shorter.sure and shorter.key
            return shorter.criterion != self.asked and not told
        return not (longer.key and shorter.key) or longer.key == shorter.key

    def _voided(self, fact: Fact, found: Sequence[Fact]) -> bool:
        """Whether a scope takes a fact back."""
        held = fact.kind == "name" or fact.criterion in self.lexicon.sheet.today
        sentence = self.reading.text.sentence
        for cue in self.scopes:
            if cue.end > fact.start or cue.used & fact.used:
                continue
            if sentence[cue.start] != sentence[fact.start]:
                continue
            if cue.payload == "other":
                return True
            if cue.payload == "negation":
                if fact.kind == "measure" and cue.end != fact.start:
                    continue
            elif (
                cue.payload not in ("past", "wish")
                or self._now(cue, fact)
                or (cue.payload == "wish" and not held)
            ):
                continue
            if self._reaches(cue, fact) and not self._spent(cue, fact, found):
                return True
        return False

    def _reaches(self, cue: Hit[str], fact: Fact) -> bool:
        """Whether a cue holds as far as a fact: the same part of the sentence, or its list."""
        text = self.reading.text
        if text.scope[cue.end - 1] == text.scope[fact.start]:
            return fact.start - cue.end <= _REACH
        if cue.payload != "negation" or fact.end - cue.end > _REACH:
            return False
        if any(text.before[at] not in ("", ",") for at in range(cue.end, fact.start + 1)):
            return False
        # "no A, B or C": the list goes on after the comma until its "or".
        return bool({"or", "nor"} & set(self.reading.words[cue.end : fact.end + 2]))

    def _spent(self, cue: Hit[str], fact: Fact, found: Sequence[Fact]) -> bool:
        """Whether the cue belongs to another fact's phrase, with no list going on from there."""
        for other in found:
            if other.used & cue.used and not other.used & fact.used:
                between = self.reading.words[other.end : fact.start]
                return not between or not set(between) <= {"or", "nor"}
        return False

    def _now(self, cue: Hit[str], fact: Fact) -> bool:
        """Whether something between the cue and the fact speaks of today."""
        return any(
            other.payload == "now" and cue.end <= other.start and other.end <= fact.end
            for other in self.scopes
        )

    # One value a criterion.

    def _resolved(self, found: Sequence[Fact]) -> Facts:
        """The only option, the stronger of several, or none but likely ones."""
        sure: dict[CriterionId, tuple[OptionId, ...]] = {}
        likely: dict[CriterionId, tuple[OptionId, ...]] = {}
        for criterion in dict.fromkeys(fact.criterion for fact in found):
            facts = [fact for fact in found if fact.criterion == criterion]
            certain = self._options(criterion, [fact for fact in facts if fact.sure])
            if criterion in self.multiple:
                extra = {o for fact in facts for o in fact.options} - set(certain)
                if certain:
                    sure[criterion] = certain
                if extra:
                    likely[criterion] = tuple(sorted(extra))
            elif len(certain) == 1:
                sure[criterion] = certain
            else:
                likely[criterion] = certain or all_options(facts)
        return Facts(sure, likely, tuple(found))

    def _options(self, criterion: CriterionId, facts: Sequence[Fact]) -> tuple[OptionId, ...]:
        """The options that sure facts leave after the stronger ones have had their way."""
        mention = self.lexicon.sheet.mentions.get(criterion)
        named = {fact.key for fact in facts if fact.kind in ("name", "shy")}
        options = all_options(facts)
        if mention is not None and mention.counted and len(named) > 1:
            one, several = mention.counted
            options = tuple(several if option == one else option for option in options)
        options = tuple(dict.fromkeys(options))
        if len(options) > 1:
            options = tuple(o for o in options if o not in (DONT_KNOW, NONE_OF_THESE))
        if len(options) > 1 and criterion not in self.multiple:
            for order in self.lexicon.sheet.stronger.get(criterion, ()):
                if set(options) <= set(order):
                    return (next(option for option in order if option in options),)
        return options


def _places(used: int) -> Iterator[int]:
    """The words of a bit mask, first to last."""
    while used:
        yield (used & -used).bit_length() - 1
        used &= used - 1


def _by_word(facts: Iterable[Fact]) -> Mapping[int, list[Fact]]:
    """The facts that use each word."""
    found: dict[int, list[Fact]] = {}
    for fact in facts:
        for at in _places(fact.used):
            found.setdefault(at, []).append(fact)
    return found
