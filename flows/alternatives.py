"""Where other answers would lead: open facts branch by branch, and what would change the result."""

from collections.abc import Iterable

from flows.reply import Bullets, Part, Text
from flows.view import View, spaced
from knowledge.recommendation import Change, Outcome, Recommendation
from knowledge.recommender import recommend
from knowledge.schema import CriterionId, OptionId

CHANGES, BRANCHES = 4, 3
"""How many changes and how many open facts are told."""


def branches(view: View) -> tuple[Part, ...]:
    """What nobody could say, and where each answer would lead."""
    advice = view.advice
    if advice.outcome is not Outcome.LEADING:
        return ()
    wanted = [c for c in advice.open if c not in advice.idle][:BRANCHES]
    lines = [line for c in wanted if (line := _branch(view, c))]
    if not lines:
        return (view.paragraph("branch.together", names=view.names(wanted)),)
    return (
        view.paragraph("branch.title"),
        Bullets(items=tuple(lines)),
        view.note("branch.who"),
    )


def _branch(view: View, criterion: CriterionId) -> Text:
    """Where each answer to an open question would lead; empty when all lead the same way."""
    case = view.conversation.case()
    ways: dict[str, list[str]] = {}
    for option in view.advisor.knowledge.criteria[criterion].options:
        chosen = {**case.chosen, criterion: (option,)}
        then = recommend(
            view.advisor.knowledge,
            case.model_copy(
                update={"chosen": chosen, "dont_know": case.dont_know - {criterion}},
            ),
        )
        ways.setdefault(_outcome(view, then), []).append(f"“{view.option(criterion, option)}”")
    if len(ways) == 1:
        return ()
    *others, usual = sorted(ways.items(), key=lambda way: len(way[1]))
    told = [
        view.say("branch.if", options=" / ".join(options), then=then) for then, options in others
    ]
    line = view.say("branch.line", name=view.name(criterion))
    return spaced([line, *told, view.say("branch.otherwise", then=usual[0])])


def _outcome(view: View, then: Recommendation) -> str:
    if then.outcome is Outcome.NO_FIT:
        return view.label("branch.nothing")
    if len(then.leaders) > 1:
        return view.label("branch.level", models=view.models(then.leaders))
    return view.models(then.leaders)


def what_would_change_it(view: View) -> tuple[Part, ...]:
    """Single answers that would lead elsewhere, those that a team can act on first."""
    today = view.conversation.case().chosen
    changes = [
        change for change in view.advice.would_change if all(c in today for c in change.change)
    ]
    lines = [
        view.say("change.line", what=what, then=then)
        for what, then in _merged(view, changes)[:CHANGES]
    ]
    told = tuple(lines) or (view.say("change.none"),)
    return (view.paragraph("change.title"), Bullets(items=told))


def _merged(view: View, changes: Iterable[Change]) -> list[tuple[Text, str]]:
    """Changes of one criterion that lead the same way, told together."""
    merged: dict[tuple[CriterionId, str], list[OptionId]] = {}
    for change in changes:
        then = (
            view.model(change.model)
            if change.model
            else view.label(f"change.{change.outcome.value}")
        )
        for criterion, option in change.change.items():
            merged.setdefault((criterion, then), []).append(option)
    return [
        (
            view.say(
                "change.what",
                name=view.name(criterion),
                options=f" {view.label('change.or')} ".join(
                    f"“{view.option(criterion, option)}”" for option in options
                ),
            ),
            then,
        )
        for (criterion, then), options in merged.items()
    ]
