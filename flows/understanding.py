"""Text -> Understanding: what a message says and wants, and the words that it was read from.

Questions never fill answers; how a message is read is told in `flows.reading.interpretation`.
Pure: the same text reads the same, in time that the length of the text bounds.
"""

from flows.conversation import Intent, Understanding
from flows.reading.interpretation import Interpretation
from flows.reading.lexicon import Lexicon
from flows.reading.tokens import clean
from flows.reading.utterance import Utterance
from flows.reading.vocabulary import Vocabulary
from knowledge.library import Library
from knowledge.schema import CriterionId, Knowledge

_FOREIGN_WORDS = 4
_FOREIGN_SHARE = 0.7


class Reader:
    """Reads messages with one knowledge base and one lexicon; safe to share between threads."""

    def __init__(self, knowledge: Knowledge, library: Library, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._vocabulary = Vocabulary(knowledge, library, lexicon)

    def read(self, text: str, asked: CriterionId | None = None) -> Understanding:
        """What a text says; `asked` is the criterion that a short reply would be about."""
        heard = self._vocabulary.hear(clean(text))
        if not heard.words:
            return Understanding(intent=Intent.UNCLEAR)
        if self._foreign(heard):
            return Understanding(intent=Intent.UNCLEAR, foreign=True)
        return Interpretation(self._vocabulary, heard, asked).outcome()

    def _foreign(self, heard: Utterance) -> bool:
        """Whether a text is in a language that the advisor does not read: cheap and careful."""
        source = heard.text.source
        letters = sum(c.isalpha() for c in source)
        if letters and sum(c.isalpha() and ord(c) > 0x24F for c in source) * 3 > letters:  # noqa: PLR2004 - the end of the Latin blocks
            return True
        tokens = [
            source[start:end].lower()
            for start, end in zip(heard.text.starts, heard.text.ends, strict=True)
        ]
        words = [token for token in tokens if token[0].isalpha()][:200]
        if len(words) < _FOREIGN_WORDS:
            return False
        strange = sum(word in self._lexicon.foreign for word in words)
        common = sum(word in self._lexicon.polite for word in words)
        if strange > 1 and strange > common:
            return True
        if common * 5 >= len(words):
            return False
        unknown = sum(not self._vocabulary.speller.known(word) for word in words)
        return unknown >= len(words) * _FOREIGN_SHARE
