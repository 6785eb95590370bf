"""From answers to a recommendation: the one place where advice is decided.

It knows nothing of dialogues: the same answers, weights and knowledge base give the same advice
everywhere and in whatever order they came.
"""

from collections.abc import Iterator

from knowledge.answers import AnswersError, check_answers, refuse_unknown
from knowledge.asking import candidates
from knowledge.changes import firmness, would_change
from knowledge.conflicts import conflicts
from knowledge.proof import Case
from knowledge.recommendation import (
    Answers,
    Outcome,
    Ranked,
    Reason,
    Recommendation,
    RuledOut,
)
from knowledge.schema import (
    Alarm,
    Claim,
    Condition,
    CriterionId,
    JointRule,
    Knowledge,
    ModelId,
    OptionId,
)
from knowledge.table import table_for

__all__ = ["AnswersError", "case_of", "check_answers", "recommend"]


def case_of(knowledge: Knowledge, answers: Answers) -> Case:
    """The answers as numbers; AnswersError for one that the knowledge base does not know."""
    refuse_unknown(knowledge, answers)
    table = table_for(knowledge, answers.weights)
    return Case(
        table,
        [
            table.value(column.id, answers.chosen[column.id])
            if answers.chosen.get(column.id)
            else None
            for column in table.columns
        ],
    )


def recommend(knowledge: Knowledge, answers: Answers) -> Recommendation:
    """The advice for what is known so far; AnswersError for an unknown criterion or option."""
    case = case_of(knowledge, answers)
    verdict = case.verdict
    models = case.table.models
    asking = candidates(case, answers.dont_know, answers.skipped)
    alarms = tuple(alarm for alarm in knowledge.alarms if _rings(alarm.when, answers))
    model = None if verdict.model is None else models[verdict.model]
    runner_up = next((other for other in case.possible if other not in verdict.leaders[:1]), None)
    margin = None
    if verdict.leaders and runner_up is not None:
        margin = case.margin(verdict.leaders[0], runner_up)
    return Recommendation(
        outcome=verdict.outcome,
        model=model,
        leaders=tuple(models[leader] for leader in verdict.leaders),
        runner_up=None if runner_up is None else models[runner_up],
        margin=margin,
        firmness=firmness(case),
        escalation_reasons=_escalation(
            verdict.outcome, alarms, tied=model is None, done=not asking.swings
        ),
        ranking=_ranking(knowledge, answers, case),
        reasons=_reasons(knowledge, answers, case),
        open=tuple(column.id for column in case.columns),
        idle=asking.idle,
        swings=asking.swings,
        at_most=len(asking.swings),
        would_change=would_change(knowledge, case),
        conflicts=conflicts(knowledge, case, alarms),
        alarms=alarms,
        knowledge_version=knowledge.version,
    )


def _rings(when: Condition, answers: Answers) -> bool:
    return all(
        any(option in options for option in answers.chosen.get(criterion, ()))
        for criterion, options in when.items()
    )


def _escalation(
    outcome: Outcome, alarms: tuple[Alarm, ...], *, tied: bool, done: bool
) -> tuple[str, ...]:
    """Why a human should decide, judged by these answers alone."""
    reasons = []
    if outcome is Outcome.NO_FIT:
        reasons.append("no_fit")
    reasons += [kind for kind in ("contradiction", "beyond_knowledge") if _has(alarms, kind)]
    if outcome is not Outcome.NO_FIT and tied and done:
        reasons.append("toss_up")
    return tuple(reasons)


def _has(alarms: tuple[Alarm, ...], kind: str) -> bool:
    return any(alarm.kind == kind for alarm in alarms)


def _fired(knowledge: Knowledge, case: Case) -> Iterator[JointRule]:
    fired = {rule.bit for rule in case.fired}
    for index, rule in enumerate(knowledge.joint_rules):
        if 1 << index in fired:
            yield rule


def _first_of(rule: JointRule, answers: Answers) -> tuple[CriterionId, OptionId]:
    """The first criterion of a rule's condition, and the chosen option that met it."""
    criterion, options = next(iter(rule.when.items()))
    return criterion, next(one for one in answers.chosen[criterion] if one in options)


def _ranking(knowledge: Knowledge, answers: Answers, case: Case) -> tuple[Ranked, ...]:
    """The models on top first, then the other possible ones by points, then the ruled-out ones."""
    leaders = case.verdict.leaders

    def standing(model: int) -> tuple[bool, bool, bool, int, int]:
        return (
            model not in leaders,
            bool(case.vetoed >> model & 1),
            model not in case.possible,
            -case.scores[model],
            model,
        )

    return tuple(
        Ranked(
            model=case.table.models[model],
            points=case.scores[model],
            vetoes=tuple(_vetoes(knowledge, answers, case, case.table.models[model])),
        )
        for model in sorted(range(len(case.scores)), key=standing)
    )


def _vetoes(
    knowledge: Knowledge, answers: Answers, case: Case, model: ModelId
) -> Iterator[RuledOut]:
    for veto in knowledge.vetoes:
        if veto.model == model and veto.option in answers.chosen.get(veto.criterion, ()):
            yield _ruled_out(veto.criterion, veto.option, veto)
    for rule in _fired(knowledge, case):
        if model in rule.vetoes:
            yield _ruled_out(*_first_of(rule, answers), rule.vetoes[model])


def _ruled_out(criterion: CriterionId, option: OptionId, claim: Claim) -> RuledOut:
    return RuledOut(criterion=criterion, option=option, text=claim.text, sources=claim.sources)


def _reasons(knowledge: Knowledge, answers: Answers, case: Case) -> tuple[Reason, ...]:
    """Every cell that counted, single answers in file order before joint rules."""
    return tuple(_single_reasons(knowledge, case)) + tuple(
        Reason(
            criterion=criterion,
            option=option,
            model=model,
            points=fit.points,
            text=fit.text,
            sources=fit.sources,
            rule=rule.id,
        )
        for rule in _fired(knowledge, case)
        for criterion, option in [_first_of(rule, answers)]
        for model, fit in rule.points.items()
        if fit.points
    )


def _single_reasons(knowledge: Knowledge, case: Case) -> Iterator[Reason]:
    for column, value in zip(case.table.columns, case.values, strict=True):
        if value is None:
            continue
        for index, model in enumerate(case.table.models):
            if value.points[index]:
                option = next(
                    one
                    for one in value.options
                    if column.singles[one].points[index] == value.points[index]
                )
                fit = knowledge.fit[column.id][option][model]
                yield Reason(
                    criterion=column.id,
                    option=option,
                    model=model,
                    points=value.points[index],
                    text=fit.text,
                    sources=fit.sources,
                )
