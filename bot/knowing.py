"""The knowledge that the settings name, loaded; what is wrong with it is told to people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import AdvisorError
from flows.advisor import Advisor, load_advisor
from flows.reading.lexicon import LexiconError
from flows.wording import WordingError
from knowledge.loader import KnowledgeError, load_knowledge
from knowledge.schema import Knowledge


class BrokenKnowledge(AdvisorError):
    """{problem}."""


def advisor_in(overlay: Path | None) -> Advisor:
    """The advisor with an organisation's folder laid over it; raises `BrokenKnowledge`."""
    with _told():
        return load_advisor(overlay)


def knowledge_in(overlay: Path | None) -> Knowledge:
    """The knowledge alone, for what needs no words; raises `BrokenKnowledge`."""
    with _told():
        return load_knowledge(overlay)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (KnowledgeError, LexiconError, WordingError) as error:
        raise BrokenKnowledge(problem=str(error).rstrip(".")) from None
