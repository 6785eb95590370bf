"""The shapes of what the advisor knows: frozen, checked, and ignorant of files, Slack and time.

The YAML beside this module is read into these shapes by `knowledge.loader`; a key that is not
declared here is an error there.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ModelId = str
CriterionId = str
OptionId = str
SourceId = str
TopicId = str

MODELS: tuple[ModelId, ...] = (
    "iaas",
    "self_managed_kubernetes",
    "paas",
    "caas",
    "kaas",
    "kpaas",
    "faas",
)
"""The seven service models, in the order in which they are shown. Never a tie-break."""

DONT_KNOW = "dont_know"
"""The answer of somebody who cannot say; it counts as open and is not asked again."""

Points = Annotated[int, Field(ge=-2, le=2)]
Weight = Annotated[int, Field(ge=0, le=3)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
"""One sentence that a person reads, in plain text."""


class Frozen(BaseModel):
    """A value: never changed, no undeclared keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Frozen):
    """Where a claim was read.

    `url` is a web address, or a repository and path for documents that are published as files.
    `reviewed` is the day on which somebody here last held the claim against it.
    """

    id: SourceId
    title: str
    publisher: str
    url: str
    reviewed: date

    @property
    def link(self) -> str | None:
        """The address to open in a browser; None for a page of our own documentation."""
        if self.url.startswith("https://"):
            return self.url
        repository, _, path = self.url.partition(" ")
        if repository.startswith("docs/"):
            return None
        home = f"https://github.com/{repository}"
        return f"{home}/blob/HEAD/{path}" if path else home


class Claim(Frozen):
    """One sentence and the sources that carry it."""

    text: Line
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


class Fit(Claim):
    """How an option favours (above 0) or hinders (below 0) a model, in whole points."""

    points: Points


class Veto(Claim):
    """An option that rules a model out."""

    criterion: CriterionId
    option: OptionId
    model: ModelId


class Option(Frozen):
    """An allowed value of a criterion.

    `label` fits on a button (at most 75 characters); `text` is the sentence that explains it.
    """

    id: OptionId
    label: Annotated[str, Field(min_length=1, max_length=75)]
    text: Line


class Group(StrEnum):
    """The three things that the advisor asks about."""

    SKILLS = "skills"
    SCALE = "scale"
    VENDOR = "vendor"


class Criterion(Frozen):
    """What we ask about.

    `weight` is how much it counts (0 to 3); `multiple` allows several options at once, of which
    the worst one counts; `actionable` says that a team can change the fact itself (hire, learn,
    pay), so that advice on "what would change the answer" names it first.
    """

    id: CriterionId
    group: Group
    name: str
    question: Line
    why: Line
    weight: Weight
    multiple: bool = False
    actionable: bool = False
    options: Mapping[OptionId, Option]


class JointFit(Claim):
    """Points that a combination of answers adds; not multiplied by any weight."""

    points: Annotated[int, Field(ge=-6, le=6)]


Condition = Mapping[CriterionId, tuple[OptionId, ...]]
"""Criterion -> options: true when every criterion is answered with one of its options (for a
criterion with several options chosen: when at least one of the chosen is among them)."""


class JointRule(Frozen):
    """What two or three criteria say together that none of them says alone."""

    id: str
    when: Condition
    points: Mapping[ModelId, JointFit] = {}
    vetoes: Mapping[ModelId, Claim] = {}


class Alarm(Claim):
    """A combination of answers for which a human should decide.

    `contradiction`: the answers cannot all be true or wanted at once. `beyond_knowledge`: they
    can, but the knowledge base does not carry advice for them.
    """

    id: str
    kind: Literal["contradiction", "beyond_knowledge"]
    when: Condition


class Party(StrEnum):
    """Who does the work on a layer."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    SHARED = "shared"
    VARIES = "varies"


class Layer(Frozen):
    """One layer of the stack, from the application down to the building."""

    id: str
    name: str
    text: Line


class Duty(Claim):
    """Who looks after a layer under a model, and what that means."""

    party: Party


class Aspect(StrEnum):
    """What a fact of a topic is about; a question is matched to it."""

    WHAT = "what"
    STATUS = "status"
    RESPONSIBILITY = "responsibility"
    STRENGTHS = "strengths"
    LIMITS = "limits"
    PRICE = "price"
    EXIT = "exit"
    PEOPLE = "people"
    CHOOSE = "choose"
    AVOID = "avoid"


class Fact(Claim):
    """One sentence about a topic, under one aspect."""

    aspect: Aspect


class TopicKind(StrEnum):
    """A service model, a product, or a concept."""

    MODEL = "model"
    PRODUCT = "product"
    CONCEPT = "concept"


class Topic(Frozen):
    """Something that the knowledge base can explain.

    `aliases` are names in lower case by which people call it, `id` and `name` not repeated;
    `summary` answers "what is it?" in one to three sentences; `related` names topics worth
    reading next.
    """

    id: TopicId
    kind: TopicKind
    name: str
    aliases: tuple[str, ...] = ()
    summary: Annotated[str, Field(min_length=1, max_length=700)]
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    facts: tuple[Fact, ...] = ()
    related: tuple[TopicId, ...] = ()


class ServiceModel(Topic):
    """A topic that can be recommended.

    `verdict` completes "We would run this on …" in one sentence; `choose_it_unless` is the rule
    of thumb that starts with "Choose it unless".
    """

    verdict: Line
    choose_it_unless: Claim
    products: tuple[str, ...]


class Knowledge(Frozen):
    """Everything that the advisor knows; made by `knowledge.loader`.

    `fit` is criterion -> option -> model -> points (absent means 0 points). `version` is the day
    of the newest review and a hash of the content, for example `2026-11-23-3f9a1c0b`.
    """

    version: str
    sources: Mapping[SourceId, Source]
    criteria: Mapping[CriterionId, Criterion]
    fit: Mapping[CriterionId, Mapping[OptionId, Mapping[ModelId, Fit]]]
    vetoes: tuple[Veto, ...]
    joint_rules: tuple[JointRule, ...]
    alarms: tuple[Alarm, ...]
    layers: tuple[Layer, ...]
    responsibilities: Mapping[ModelId, Mapping[str, Duty]]
    models: Mapping[ModelId, ServiceModel]
    topics: Mapping[TopicId, Topic]
    """All topics, the seven models among them."""
