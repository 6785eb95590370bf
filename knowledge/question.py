"""What a question wants to know of its topic, and which facts tell it.

Aspects are read from the question's words; among a topic's facts those win that are of an aspect
asked for and share words with the question.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.finding import content_words, words_of
from knowledge.schema import Aspect, Fact, Topic

_WORDS: dict[Aspect, tuple[str, ...]] = {
    Aspect.RESPONSIBILITY: (
        r"who|whose|patch\w*|manag(?:e|es|ing|ement)|responsib\w*|maintain\w*|maintenance",
        r"upgrad\w*|takes? care|looks? after|operat(?:e|es|ing)|hands? (?:on|off)|backups?",
        r"stays? with (?:us|me)|myself|ourselves|administer",
    ),
    Aspect.PEOPLE: (
        r"people|persons?|folks|teams?|engineers?|staff|headcount|admins?|skills?|on ?call",
        r"hire|experts?|need to know|have to know|learn",
    ),
    Aspect.PRICE: (
        r"cost\w*|pric\w+|expensive|cheap\w*|bill\w*|pay\w*|fees?|spend|invoice|money|euros?",
        r"dollars?|budget|support (?:plan|deal|contract|tier)s?|premium",
    ),
    Aspect.EXIT: (
        r"leav(?:e|es|ing)|lock\w*|exit|portab\w*|migrat\w*|mov(?:e|es|ing)|away|escape|switch\w*",
        r"get (?:out|off|away)|stuck|tied|dependen\w*|independen\w*|proprietary",
    ),
    Aspect.STATUS: (
        r"dead|alive|dying|die|future|deprecated|eol|end of life|status|discontinued|happen\w*",
        r"support(?:ed|ing|s)?|versions?|years?|available|maintained|outdated|obsolete|still",
        r"going on|shut ?down|sunset",
    ),
    Aspect.LIMITS: (
        r"limit\w*|max\w*|can (?:i|we|one|it)|cannot|can t|allow\w*|forbid\w*|catch|quotas?",
        r"restrict\w*|how long|enough|not do",
    ),
    Aspect.STRENGTHS: (
        r"advantages?|benefits?|pros|strengths?|good (?:at|about)|point of|strong",
        r"why (?:use|should|do|does)",
    ),
    Aspect.AVOID: (
        r"should (?:i|we)|disadvantages?|cons|drawbacks?|downsides?|outgrow\w*|avoid|regret\w*",
        r"problems?|catch|complain\w*|not use|bad|wrong|hate|overkill",
    ),
    Aspect.CHOOSE: (
        r"should (?:i|we)|when (?:to|should|do|does)|right for|good (?:fit|idea|choice)",
        r"suitable|use cases?|choose|pick|worth|recommend\w*|make sense|for an?",
    ),
    Aspect.WHAT: (r"what (?:is|are|s|does)|explain\w*|tell me|mean(?:s|ing)?|define|definition",),
}
_PATTERNS = {aspect: re.compile(rf"\b(?:{'|'.join(words)})\b") for aspect, words in _WORDS.items()}
_COMPARING = re.compile(
    r"\b(?:vs|versus|against|compare[ds]?|comparison|difference|differences|differ|different"
    r"|better|worse|or|cheaper|than|instead)\b"
)
_OF_AN_ASPECT = 3.0
_LESS_FOR_EACH_LATER_ASPECT = 0.5
_OF_A_WORD = 1.5
_NEAR_THE_BEST = 0.6
_ENDINGS = ("ability", "ation", "able", "ment", "ing", "ies", "es", "ed", "ly", "s")
_SHORTEST_STEM = 3
_LONGEST_STEM = 6


def aspects_of(words: tuple[str, ...]) -> tuple[Aspect, ...]:
    """The aspects that a question's words ask about, in order of importance."""
    text = " ".join(words)
    return tuple(aspect for aspect, pattern in _PATTERNS.items() if pattern.search(text))


def compares(words: tuple[str, ...]) -> bool:
    """Whether a question sets one thing against another."""
    return _COMPARING.search(" ".join(words)) is not None


def stem(word: str) -> str:
    """A word without its ending, roughly: enough to see "patches" in "patching"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    return word[:_LONGEST_STEM].removesuffix("e")


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(words_of(text)))


@dataclass(frozen=True, slots=True)
class Question:
    """The aspects that are asked for, most important first, and the stems of the words."""

    aspects: tuple[Aspect, ...]
    stems: frozenset[str]

    @property
    def specific(self) -> bool:
        """Whether it asks for more than "what is it?"."""
        return any(aspect is not Aspect.WHAT for aspect in self.aspects)

    def shared(self, text: str, without: frozenset[str] = frozenset()) -> int:
        """How many of its words a text has, those of `without` apart."""
        return len((self.stems - without) & _stems(text))

    def best(self, topic: Topic, most: int, naming: Iterable[str] = ()) -> list[Fact]:
        """The facts that answer it, best first; what scores far below the best is left out.

        `naming` are words that do not count, beside those of the topic's name.
        """
        own = frozenset(map(stem, (*words_of(f"{topic.id} {topic.name}"), *naming)))
        scores = [self._score(fact, own) for fact in topic.facts]
        least = max(scores, default=0.0) * _NEAR_THE_BEST
        near = [place for place, score in enumerate(scores) if score > least]
        near.sort(key=lambda place: (-scores[place], place))
        return [topic.facts[place] for place in near[:most]]

    def _score(self, fact: Fact, own: frozenset[str]) -> float:
        score = _OF_A_WORD * self.shared(fact.text, own)
        # "What is it?" is answered by the summary already.
        if fact.aspect in self.aspects and fact.aspect is not Aspect.WHAT:
            later = self.aspects.index(fact.aspect)
            score += _OF_AN_ASPECT - _LESS_FOR_EACH_LATER_ASPECT * later
        return score


def question_of(words: tuple[str, ...], first: tuple[Aspect, ...] = ()) -> Question:
    """A question as its words read, with the aspects known otherwise at the front."""
    read = aspects_of(words)
    if Aspect.PEOPLE in read:
        # "How many people to run EKS" speaks of duties, but asks for people.
        rest = (aspect for aspect in first if aspect is not Aspect.RESPONSIBILITY)
        first = (Aspect.PEOPLE, *rest)
    stems = frozenset(stem(word) for word in content_words(words))
    return Question(tuple(dict.fromkeys((*first, *read))), stems)
