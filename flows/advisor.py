"""Everything that a turn needs besides the conversation: loaded once, shared by all."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import yaml

from flows.conversation import Understanding
from flows.reading.lexicon import load_lexicon
from flows.understanding import Reader
from flows.wording import Wording, load_wording
from knowledge.library import Library
from knowledge.loader import load_knowledge
from knowledge.schema import CriterionId, Frozen, Knowledge
from knowledge.simulation import simulate


class Reads(Protocol):
    """Whoever makes sense of words: `flows.understanding.Reader` in life."""

    def read(self, text: str, asked: CriterionId | None = None) -> Understanding:
        """What a text says; `asked` is the criterion that a short reply would be about."""
        ...


class Typical(Frozen):
    """How many questions it takes, measured over `cases` random teams on one knowledge base."""

    knowledge_version: str
    cases: int
    mean: float
    p90: int

    @property
    def usual(self) -> int:
        """The whole number that people are told."""
        return round(self.mean)


@dataclass(frozen=True)
class Advisor:
    """One version of the knowledge base with all that reads, explains and words it.

    `typical` is None where nobody has measured this version.
    """

    knowledge: Knowledge
    library: Library
    reader: Reads
    wording: Wording
    typical: Typical | None = None


def load_advisor(overlay: Path | None = None) -> Advisor:
    """The advisor of the package, with what an organisation's folder adds or replaces.

    Raises `KnowledgeError`, `LexiconError` or `WordingError`, each naming file and key.
    """
    knowledge = load_knowledge(overlay)
    library = Library(knowledge)
    reader = Reader(knowledge, library, load_lexicon(overlay))
    measured = read_typical(files("flows").joinpath("figures.yaml").read_text(encoding="utf-8"))
    typical = measured if measured.knowledge_version == knowledge.version else None
    return Advisor(knowledge, library, reader, load_wording(overlay), typical)


def read_typical(text: str) -> Typical:
    """The figures as they lie in `figures.yaml`."""
    return Typical.model_validate(yaml.safe_load(text))


def measure(knowledge: Knowledge, cases: int, seed: int = 1) -> Typical:
    """How many questions `cases` random teams are asked until the result is proved."""
    walked = simulate(knowledge, cases, seed, walks=cases)
    return Typical(
        knowledge_version=knowledge.version,
        cases=cases,
        mean=round(walked.mean_questions, 1),
        p90=walked.p90_questions,
    )


def write_typical(typical: Typical) -> str:
    """The text of `figures.yaml`."""
    head = "# Questions until the result is proved, over random teams. Written by `make docs`.\n"
    return head + yaml.safe_dump(typical.model_dump(), sort_keys=False)
