"""Answers that cannot stand together: those that deny each other, and those that leave nothing."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from knowledge.proof import Case
from knowledge.recommendation import Conflict, Outcome
from knowledge.schema import Alarm, Knowledge

MOST = 6
"""How many smallest sets are named; with more, people stop reading."""

WIDEST = 3
"""A single veto or a joint rule involves at most this many criteria."""


def conflicts(knowledge: Knowledge, case: Case, alarms: Sequence[Alarm]) -> tuple[Conflict, ...]:
    """The contradictions that rang, then the smallest sets that together rule every model out."""
    found = [
        Conflict(kind="contradiction", criteria=tuple(alarm.when), text=alarm.text)
        for alarm in alarms
        if alarm.kind == "contradiction"
    ]
    if case.verdict.outcome is Outcome.NO_FIT:
        found += [_no_fit(knowledge, case, columns) for columns in smallest_sets(case)]
    return tuple(found)


def smallest_sets(case: Case) -> tuple[tuple[int, ...], ...]:
    """The smallest sets of answered columns that rule every model out, at most `MOST` of them."""
    unions = [frozenset[int]()]
    for model in range(len(case.table.models)):
        unions = _minimal(union | killer for union in unions for killer in _killers(case, model))
    fewest = min(map(len, unions))
    smallest = sorted(tuple(sorted(union)) for union in unions if len(union) == fewest)
    return tuple(smallest[:MOST])


def _killers(case: Case, model: int) -> list[frozenset[int]]:
    """The smallest sets of answered columns that leave one model no way to survive."""
    rules = 0
    for rule in case.table.rules:
        if rule.vetoes >> model & 1:
            rules |= rule.bit
    involved = [
        place
        for place, value in enumerate(case.values)
        if value is not None
        and (value.vetoes >> model & 1 or case.table.columns[place].rules & rules)
    ]
    found: list[frozenset[int]] = []
    for size in range(len(involved) + 1):
        if found and size > WIDEST:
            break
        for kept in map(frozenset, combinations(involved, size)):
            if not any(killer <= kept for killer in found) and not _survives(case, model, kept):
                found.append(kept)
    return found


def _survives(case: Case, model: int, kept: frozenset[int]) -> bool:
    values = [value if place in kept else None for place, value in enumerate(case.values)]
    return model in Case(case.table, values).possible


def _minimal(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Those that contain no other."""
    kept: list[frozenset[int]] = []
    for candidate in sorted(set(sets), key=lambda members: (len(members), sorted(members))):
        if not any(other <= candidate for other in kept):
            kept.append(candidate)
    return kept


def _no_fit(knowledge: Knowledge, case: Case, columns: Sequence[int]) -> Conflict:
    criteria = tuple(case.table.columns[place].id for place in columns)
    said = []
    for place, criterion in zip(columns, criteria, strict=True):
        value = case.values[place]
        known = knowledge.criteria[criterion]
        labels = [known.options[option].label for option in value.options] if value else []
        said.append(f"{known.name}: {', '.join(labels)}")
    return Conflict(
        kind="no_fit",
        criteria=criteria,
        text=f"{'; '.join(said)}. {'This' if len(said) == 1 else 'Together these'} "
        f"{'rules' if len(said) == 1 else 'rule'} out every model.",
    )
