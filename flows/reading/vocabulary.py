"""What words mean in one knowledge base and one lexicon: topics, labels, names, and our field."""

import re
from collections.abc import Iterable
from itertools import chain

from flows.reading.lexicon import Lexicon
from flows.reading.spelling import Speller
from flows.reading.trie import Trie
from flows.reading.utterance import Utterance
from knowledge.library import Library
from knowledge.schema import CriterionId, Knowledge, OptionId, TopicId, TopicKind

_CORRECTED = 1_500
"""Characters within which spelling is mended; it costs the most of all steps."""
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


class Vocabulary:
    """Made once for a knowledge base and a lexicon; safe to share between threads."""

    def __init__(self, knowledge: Knowledge, library: Library, lexicon: Lexicon) -> None:
        self.knowledge = knowledge
        self.library = library
        self.lexicon = lexicon
        self.multiple = frozenset(c.id for c in knowledge.criteria.values() if c.multiple)
        names = self._topic_words()
        self.speller = Speller(lexicon.own_words | names)
        self._domain = lexicon.domain | names
        self._names = self._single_names()
        self._labels = {c: self._label_trie(c) for c in knowledge.criteria}
        plain = lexicon.tokeniser.plain
        self._whole_labels = {
            criterion.id: {plain(option.label): option.id for option in criterion.options.values()}
            for criterion in knowledge.criteria.values()
        }

    def _topic_words(self) -> frozenset[str]:
        plain = self.lexicon.tokeniser.plain
        topics = self.knowledge.topics.values()
        named = chain.from_iterable((t.name, t.id.replace("_", " "), *t.aliases) for t in topics)
        common = self.lexicon.polite
        words = chain.from_iterable(map(plain, named))
        return frozenset(word for word in words if word not in common)

    def _single_names(self) -> frozenset[str]:
        """Names of products and models that are a single word."""
        plain = self.lexicon.tokeniser.plain
        topics = (t for t in self.knowledge.topics.values() if t.kind is not TopicKind.CONCEPT)
        names = chain.from_iterable((t.id, *t.aliases) for t in topics)
        forms = (plain(name.replace("_", " ")) for name in names)
        return frozenset(form[0] for form in forms if len(form) == 1)

    def _label_trie(self, criterion: CriterionId) -> Trie[OptionId]:
        """The options' own words: their labels, and ids that are no plural ("month" is weeks)."""
        trie: Trie[OptionId] = Trie()
        for option in self.knowledge.criteria[criterion].options.values():
            written = option.id.split("_")
            form = self.lexicon.tokeniser.plain(" ".join(written))
            if form == tuple(written):
                trie.add(("^", *form, "$") if len(form) == 1 else form, option.id)
            label = self.lexicon.tokeniser.plain(option.label)
            trie.add(("^", *label, "$") if len(label) == 1 else label, option.id)
        return trie

    def hear(self, text: str) -> Utterance:
        """A cleaned text, its spelling mended, ready to be read."""
        words = self.lexicon.tokeniser.read(text, self.speller.correct, _CORRECTED)
        return Utterance(words, self.lexicon)

    def topics(self, words: str) -> tuple[TopicId, ...]:
        """The topics that some words are about."""
        head, tail = words[:_CORRECTED], words[_CORRECTED:]
        return self.library.find(_WORD.sub(self._mended, head) + tail)

    def _mended(self, word: re.Match[str]) -> str:
        written = word[0]
        return self.speller.correct(written.lower(), written[0].isupper())

    def names_topic(self, words: Iterable[str]) -> bool:
        """Whether any of the words is the name of a product or a model."""
        return any(word in self._names for word in words)

    def is_model(self, topic: TopicId) -> bool:
        """Whether a topic is one of the service models."""
        return self.knowledge.topics[topic].kind is TopicKind.MODEL

    def ours(self, words: Iterable[str]) -> bool:
        """Whether any of the words belongs to our field."""
        return any(word in self._domain for word in words)

    def labelled(self, criterion: CriterionId, words: tuple[str, ...]) -> OptionId | None:
        """The option whose label these words are, all of them."""
        return self._whole_labels[criterion].get(words)

    def labels(self, criterion: CriterionId) -> Trie[OptionId]:
        """The trie of the options' own words."""
        return self._labels[criterion]
