"""What goes into a decision and what comes out of it: answers and the recommendation.

These are values only. `knowledge.recommender` makes a `Recommendation`; JSON shapes that others
rely on are written by `Recommendation.contract`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from knowledge.schema import Alarm, CriterionId, Frozen, ModelId, OptionId, SourceId, Weight


class Answers(Frozen):
    """What is known about a case.

    `chosen` holds one option for a criterion, several for one that allows it. What somebody said
    they do not know counts as open and is not asked again; what was skipped is asked again last.
    `weights` replaces the weights of the knowledge base for the criteria it names.
    """

    chosen: Mapping[CriterionId, tuple[OptionId, ...]] = {}
    dont_know: frozenset[CriterionId] = frozenset()
    skipped: tuple[CriterionId, ...] = ()
    weights: Mapping[CriterionId, Weight] = {}


class Outcome(StrEnum):
    """How far a case is decided."""

    SETTLED = "settled"
    LEADING = "leading"
    TOSS_UP = "toss_up"
    NO_FIT = "no_fit"


class Firmness(StrEnum):
    """How much would have to change before the advice does: in words."""

    FIRM = "firm"
    FAIR = "fair"
    CLOSE = "close"


class Reason(Frozen):
    """Why a model gained or lost points.

    `points` are weight times fit (or the points of a joint rule, named in `rule`; `criterion`
    and `option` are then the first of its condition). For a criterion with several options
    chosen, `option` is the one that counted.
    """

    criterion: CriterionId
    option: OptionId
    model: ModelId
    points: int
    text: str
    sources: tuple[SourceId, ...]
    rule: str | None = None


class RuledOut(Frozen):
    """A veto that fired."""

    criterion: CriterionId
    option: OptionId
    text: str
    sources: tuple[SourceId, ...]


class Ranked(Frozen):
    """One model's standing; `vetoes` is empty for a model that is still possible."""

    model: ModelId
    points: int
    vetoes: tuple[RuledOut, ...] = ()


class Change(Frozen):
    """Answers that, given instead of today's, lead to another outcome or model."""

    change: Mapping[CriterionId, OptionId]
    outcome: Outcome
    model: ModelId | None


class Conflict(Frozen):
    """Answers that cannot stand together.

    `contradiction`: they deny each other. `no_fit`: a smallest set of answers that together rule
    every model out.
    """

    kind: str
    criteria: tuple[CriterionId, ...]
    text: str


class Swing(Frozen):
    """How many points an open question can still move between the leader and a challenger.

    The honest answer to "why do you ask?": at best for the leader through `best_option`, at worst
    through `worst_option`; `vetoes_leader` names options that would rule the leader out.
    """

    criterion: CriterionId
    points: int
    leader: ModelId
    challenger: ModelId | None
    best_option: OptionId | None = None
    worst_option: OptionId | None = None
    vetoes_leader: tuple[OptionId, ...] = ()


class Recommendation(Frozen):
    """The outcome for one set of answers.

    `model` is the winner (`settled`) or the one that leads (`leading`); None while the top is
    tied, for a toss-up and when nothing fits. `leaders` are all models on top. `ranking` lists
    possible models by points, then the ruled-out ones. `margin` is the distance in points to the
    runner-up (None without one). `open` are the criteria without a usable answer; `idle` those of
    them that cannot change the result any more. `swings` are the candidates for the next question,
    best first; `at_most` is how many questions can still come. `alarms` are those that rang.
    """

    outcome: Outcome
    model: ModelId | None
    leaders: tuple[ModelId, ...]
    runner_up: ModelId | None
    margin: int | None
    firmness: Firmness
    escalation_reasons: tuple[str, ...]
    ranking: tuple[Ranked, ...]
    reasons: tuple[Reason, ...]
    open: tuple[CriterionId, ...]
    idle: tuple[CriterionId, ...] = ()
    swings: tuple[Swing, ...]
    at_most: int
    would_change: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    alarms: tuple[Alarm, ...] = ()
    knowledge_version: str

    @property
    def escalate(self) -> bool:
        """Whether for these answers alone a human should decide."""
        return bool(self.escalation_reasons)

    @property
    def next_question(self) -> CriterionId | None:
        """The criterion worth asking next, or None when asking on cannot help."""
        return self.swings[0].criterion if self.swings else None

    def contract(self) -> dict[str, Any]:
        """The JSON shape that `servicemodel recommend` writes; its keys never change."""
        return {
            "outcome": self.outcome.value,
            "model": self.model,
            "escalate": self.escalate,
            "escalation_reasons": list(self.escalation_reasons),
            "ranking": [entry.model_dump(mode="json") for entry in self.ranking],
            "reasons": [
                reason.model_dump(mode="json", exclude={"rule"}) for reason in self.reasons
            ],
            "open": list(self.open),
            "next_question": self.next_question,
            "would_change": [change.model_dump(mode="json") for change in self.would_change],
            "conflicts": [conflict.model_dump(mode="json") for conflict in self.conflicts],
            "knowledge_version": self.knowledge_version,
        }
