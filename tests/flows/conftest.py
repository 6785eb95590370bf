"""What the tests of the dialogue share: the real advisor, and one with a predictable reader."""

from pathlib import Path

import pytest

from flows.advisor import Advisor, load_advisor
from flows.conversation import Intent, Match, Understanding
from flows.wording import load_wording
from knowledge.library import Library
from knowledge.loader import load_knowledge
from knowledge.schema import CriterionId, Knowledge


class PlainReader:
    """Reads `criterion=option`, the name of an intent, `maybe criterion=option`, and no more.

    With it a test says exactly what was understood, so that it is about the dialogue alone.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._criteria = knowledge.criteria

    def read(self, text: str, asked: CriterionId | None = None) -> Understanding:
        """What a text says in this small language."""
        words = text.split()
        if text == "HOLA":
            return Understanding(intent=Intent.UNCLEAR, foreign=True)
        facts = {
            criterion: tuple(options.split(","))
            for criterion, _, options in (word.partition("=") for word in words)
            if options
        }
        matched = tuple(
            Match(kind="criterion", id=word.partition("=")[0], words=word)
            for word in words
            if "=" in word
        )
        if words and words[0] in set(Intent):
            rest = words[1] if len(words) > 1 else ""
            changes = rest.partition("=")[0] if rest.partition("=")[0] in self._criteria else None
            return Understanding(
                intent=Intent(words[0]), answers=facts, matched=matched, changes=changes
            )
        if words and words[0] == "maybe":
            return Understanding(intent=Intent.SITUATION, likely=facts, matched=matched)
        if facts:
            return Understanding(intent=Intent.SITUATION, answers=facts, matched=matched)
        if asked and (text in self._criteria[asked].options or text == "none_of_these"):
            match = Match(kind="criterion", id=asked, words=text)
            return Understanding(intent=Intent.ANSWER, answers={asked: (text,)}, matched=(match,))
        return Understanding(intent=Intent.UNCLEAR)


@pytest.fixture(scope="session")
def real_advisor() -> Advisor:
    """The advisor as it ships."""
    return load_advisor()


@pytest.fixture(scope="session")
def advisor() -> Advisor:
    """An advisor with the shipped knowledge and wording, and the plain reader."""
    knowledge = load_knowledge()
    return Advisor(knowledge, Library(knowledge), PlainReader(knowledge), load_wording())


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parents[2]
