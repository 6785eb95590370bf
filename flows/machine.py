"""The state machine: which state a conversation is in after each intent. It has no effects.

Every state decides every intent. Where nothing moves the transition is internal, so that an
explanation in between has nothing to return to. What a move depends on is told by `Facts`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from transitions import Machine

from flows.conversation import Intent, State

LIVE = tuple(state for state in State if state is not State.WITH_HUMAN)
"""All states in which the advisor has the word."""


@dataclass(frozen=True)
class Facts:
    """What the machine may ask about the conversation; guards read these and nothing else.

    `unsure`: something has to be confirmed first. `insisting`: a person wants a certain question
    put. `nothing_fits`, `enough`: the standing is proved, or no question can help. `starting_over`:
    a restart that nobody has to confirm. `given_up`: silence for so long that we stop. `claimed`:
    an expert takes the conversation. `returned`: the expert who had it gives it back, `finished`
    with nothing left to do. `was` is the state to which an interruption returns.
    """

    unsure: bool = False
    insisting: bool = False
    nothing_fits: bool = False
    enough: bool = False
    starting_over: bool = False
    given_up: bool = False
    claimed: bool = False
    returned: bool = False
    finished: bool = False
    was: State | None = None


class Position:
    """Where one conversation stands, in the form that the library wants; lives for one step."""

    state: str
    trigger: Callable[[str], bool]

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @property
    def unsure(self) -> bool:
        """Something has to be confirmed before anything else."""
        return self.facts.unsure

    @property
    def insisting(self) -> bool:
        """A person wants a certain question put, needed or not."""
        return self.facts.insisting

    @property
    def nothing_fits(self) -> bool:
        """Every model is ruled out, whatever is still answered."""
        return self.facts.nothing_fits

    @property
    def enough(self) -> bool:
        """No further question can help."""
        return self.facts.enough

    @property
    def enough_again(self) -> bool:
        """No further question can help, and the answers were reviewed before."""
        return self.facts.enough and self.was_recommended

    @property
    def starting_over(self) -> bool:
        """A restart that needs no confirmation."""
        return self.facts.starting_over

    @property
    def given_up(self) -> bool:
        """Nobody has said anything for so long that the advisor stops waiting."""
        return self.facts.given_up

    @property
    def claimed(self) -> bool:
        """An expert takes the conversation, and may."""
        return self.facts.claimed

    @property
    def kept(self) -> bool:
        """The expert keeps the conversation."""
        return not self.facts.returned

    @property
    def finished(self) -> bool:
        """The expert has dealt with it: the advisor has nothing left to do."""
        return self.facts.finished

    @property
    def was_recommended(self) -> bool:
        """Advice had been given before this."""
        return self.facts.was is State.RECOMMENDED

    @property
    def was_paused(self) -> bool:
        """The team had stopped before the expert came."""
        return self.facts.was is State.PAUSED

    @property
    def was_intake(self) -> bool:
        """Nothing had been asked before the expert came."""
        return self.facts.was is State.INTAKE

    @property
    def was_over(self) -> bool:
        """The conversation was over before the expert came."""
        return self.facts.was in (State.CLOSED, State.ABANDONED)


class Row(NamedTuple):
    """A transition: `dest` None stays where it is; the first row whose guard holds is taken.

    `leads` marks those that go where the answers lead.
    """

    intent: Intent
    sources: tuple[State, ...]
    dest: State | None
    guard: str | None = None
    leads: bool = False


TELLING = (
    Intent.ANSWER,
    Intent.SITUATION,
    Intent.CHANGE_ANSWER,
    Intent.SKIP,
    Intent.DONT_KNOW,
    Intent.BACK,
    Intent.DISMISS,
)
"""Intents that change what is known, so that the standing decides where it goes on."""

BEGINNING = (
    Intent.WHY,
    Intent.STATUS,
    Intent.HELP,
    Intent.GREETING,
    Intent.UNCLEAR,
)
"""Intents that start the questions, or wake them after a rest; otherwise they move nothing."""

PASSING = (
    Intent.ASK,
    Intent.COMPARE,
    Intent.WHAT_IF,
    Intent.OBJECTION,
    Intent.HUMAN,
    Intent.FRUSTRATION,
    Intent.OUT_OF_SCOPE,
    Intent.FEEDBACK,
    Intent.CANCEL_HUMAN,
    Intent.EDITED,
    Intent.DELETED,
)
"""Intents that never move anything: they are answered, and all is as before."""


def _by_standing(intent: Intent, sources: Iterable[State]) -> list[Row]:
    """Go where the answers lead: to a doubt, a question, a dead end, a review, or the next one."""
    ways = (
        (State.CLARIFYING, "unsure"),
        (State.ASKING, "insisting"),
        (State.NO_FIT, "nothing_fits"),
        (State.RECOMMENDED, "enough_again"),
        (State.REVIEWING, "enough"),
        (State.ASKING, None),
    )
    origins = tuple(sources)
    return [Row(intent, origins, dest, guard, leads=True) for dest, guard in ways]


def _without(*states: State) -> tuple[State, ...]:
    return tuple(state for state in LIVE if state not in states)


def _rows() -> tuple[Row, ...]:
    asleep = (State.INTAKE, State.PAUSED, State.ABANDONED)
    over = (State.RECOMMENDED, State.NO_FIT, State.CLOSED, State.ABANDONED)
    rows: list[Row] = []
    for intent in TELLING:
        rows += _by_standing(intent, LIVE)
    for intent in BEGINNING:
        rows += _by_standing(intent, asleep)
        rows.append(Row(intent, _without(*asleep), None))
    rows += [Row(intent, LIVE, None) for intent in PASSING]
    rows += [
        # A yes: to the review, to the advice, or to going on.
        Row(Intent.CONFIRM, (State.REVIEWING,), State.CLARIFYING, "unsure"),
        Row(Intent.CONFIRM, (State.REVIEWING,), State.ASKING, "insisting"),
        Row(Intent.CONFIRM, (State.REVIEWING,), State.NO_FIT, "nothing_fits"),
        Row(Intent.CONFIRM, (State.REVIEWING,), State.RECOMMENDED, "enough"),
        Row(Intent.CONFIRM, (State.REVIEWING,), State.ASKING),
        Row(Intent.CONFIRM, (State.RECOMMENDED,), State.CLOSED),
        *_by_standing(Intent.CONFIRM, _without(State.REVIEWING, State.RECOMMENDED)),
        # Enough of it.
        Row(Intent.STOP, _without(*over), State.PAUSED),
        Row(Intent.STOP, over, State.CLOSED),
        Row(Intent.THANKS, (State.RECOMMENDED,), State.CLOSED),
        Row(Intent.THANKS, _without(State.RECOMMENDED), None),
        Row(Intent.RESTART, LIVE, State.ASKING, "starting_over"),
        Row(Intent.RESTART, LIVE, State.CLARIFYING, "unsure"),
        Row(Intent.RESTART, LIVE, None),
        # Silence.
        Row(Intent.QUIET, _without(*over), State.ABANDONED, "given_up"),
        Row(Intent.QUIET, LIVE, None),
        # A human takes over, and gives back.
        Row(Intent.CLAIM, LIVE, State.WITH_HUMAN, "claimed"),
        Row(Intent.CLAIM, LIVE, None),
        Row(Intent.HAND_BACK, LIVE, None),
        Row(Intent.HAND_BACK, (State.WITH_HUMAN,), None, "kept"),
        Row(Intent.HAND_BACK, (State.WITH_HUMAN,), State.CLOSED, "finished"),
        Row(Intent.HAND_BACK, (State.WITH_HUMAN,), State.CLOSED, "was_over"),
        Row(Intent.HAND_BACK, (State.WITH_HUMAN,), State.RECOMMENDED, "was_recommended"),
        Row(Intent.HAND_BACK, (State.WITH_HUMAN,), State.PAUSED, "was_paused"),
        Row(Intent.HAND_BACK, (State.WITH_HUMAN,), State.INTAKE, "was_intake"),
        *_by_standing(Intent.HAND_BACK, (State.WITH_HUMAN,)),
        *(
            Row(intent, (State.WITH_HUMAN,), None)
            for intent in Intent
            if intent is not Intent.HAND_BACK
        ),
    ]
    return tuple(rows)


TRANSITIONS = _rows()
"""The whole table, in the order in which the rows are tried."""


def step(state: State, intent: Intent, facts: Facts) -> State:
    """The state after `intent` in `state`, given `facts`.

    Raises `transitions.MachineError` if a pair were not in the table; a test shows that all are.
    """
    position = Position(facts)
    machine = _machine()
    machine.add_model(position, initial=state.value)
    try:
        position.trigger(intent.value)
    finally:
        machine.remove_model(position)
    return State(position.state)


@cache
def _machine() -> Machine:
    """The one machine of the process; it keeps no model beyond a step."""
    machine = Machine(
        model=None,
        states=[state.value for state in State],
        initial=State.INTAKE.value,
        auto_transitions=False,
        ignore_invalid_triggers=False,
    )
    for row in TRANSITIONS:
        machine.add_transition(**_as_arguments(row))
    return machine


def _as_arguments(row: Row) -> dict[str, Any]:
    return {
        "trigger": row.intent.value,
        "source": [state.value for state in row.sources],
        "dest": row.dest.value if row.dest else None,
        "conditions": row.guard,
    }


def diagram() -> str:
    """The machine as a Mermaid state diagram.

    Intents that go where the answers lead meet in one choice, `standing`; what moves nothing is
    left out. Guards stand in parentheses.
    """
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in TRANSITIONS:
        for source in row.sources:
            if row.dest is None:
                continue
            if row.leads:
                arrows.setdefault((source.value, "standing"), []).append(_group(row.intent))
                arrows.setdefault(("standing", row.dest.value), []).append(_guard(row) or "else")
            elif row.dest is not source:
                label = " ".join(filter(None, (_group(row.intent), _guard(row))))
                arrows.setdefault((source.value, row.dest.value), []).append(label)
    lines = [
        "stateDiagram-v2",
        f"    [*] --> {State.INTAKE.value}",
        "    state standing <<choice>>",
    ]
    for (source_name, dest_name), labels in arrows.items():
        lines.append(f"    {source_name} --> {dest_name}: {', '.join(dict.fromkeys(labels))}")
    return "\n".join(lines) + "\n"


def _guard(row: Row) -> str:
    return f"({row.guard})" if row.guard else ""


def _group(intent: Intent) -> str:
    """A short name for intents that always move together."""
    if intent in TELLING:
        return "an answer"
    return "a beginning" if intent in BEGINNING else intent.value
