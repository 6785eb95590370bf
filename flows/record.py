"""Advice written down: as plain text for a terminal, and as a decision record to keep.

Pure text from (knowledge, answers, recommendation); whoever has the record can compute the
advice anew from the answers in it.
"""

import json
from collections.abc import Iterable

from knowledge.recommendation import Answers, Outcome, Ranked, Reason, Recommendation
from knowledge.schema import CriterionId, Knowledge, OptionId

REASONS_FOR = 3
REASONS_AGAINST = 2


def as_text(knowledge: Knowledge, answers: Answers, advice: Recommendation) -> str:
    """The advice in a screenful of plain lines."""
    lines = [headline(knowledge, advice), ""]
    for title, reasons in _for_and_against(advice):
        if reasons:
            lines += [title, *(f"  {reason.points:+d}  {reason.text}" for reason in reasons), ""]
    lines += ["Standing", *(f"  {_standing(knowledge, entry)}" for entry in advice.ranking), ""]
    if advice.conflicts:
        lines += ["In conflict", *(f"  {conflict.text}" for conflict in advice.conflicts), ""]
    changes = _changes(knowledge, advice)
    if changes:
        lines += ["What would change it", *(f"  {change}" for change in changes), ""]
    if advice.next_question:
        lines += [f"Ask next: {knowledge.criteria[advice.next_question].question}", ""]
    if advice.escalate:
        lines += [f"A human should decide: {', '.join(advice.escalation_reasons)}.", ""]
    lines.append(f"Knowledge {advice.knowledge_version}; {len(answers.chosen)} answers.")
    return "\n".join(lines)


def as_record(knowledge: Knowledge, answers: Answers, advice: Recommendation) -> str:
    """A decision record in Markdown: context, decision, consequences, what would change it."""
    parts = [
        f"# Where to run this: {_title(knowledge, advice)}",
        "## Status",
        f"Proposed by Service Model Advisor from knowledge {advice.knowledge_version}.",
        "## Context",
        _list(
            f"**{knowledge.criteria[criterion].name}:** {_labels(knowledge, criterion, options)}"
            for criterion, options in answers.chosen.items()
        )
        or "Nothing is known yet.",
        "## Decision",
        headline(knowledge, advice),
    ]
    for title, reasons in _for_and_against(advice):
        if reasons:
            parts += [f"### {title}", _list(_cited(reason) for reason in reasons)]
    if advice.model:
        duties = knowledge.responsibilities[advice.model]
        rows = [
            f"| {layer.name} | {duties[layer.id].party.value} | {duties[layer.id].text} |"
            for layer in knowledge.layers
        ]
        parts += [
            "## Consequences",
            knowledge.models[advice.model].choose_it_unless.text,
            "\n".join(["| Layer | Who | What that means |", "|---|---|---|", *rows]),
        ]
    rejected = [_standing(knowledge, e) for e in advice.ranking if e.model != advice.model]
    parts += ["## Other models", _list(rejected)]
    if advice.conflicts:
        parts += ["## In conflict", _list(conflict.text for conflict in advice.conflicts)]
    parts += [
        "## What would change it",
        _list(_changes(knowledge, advice)) or "No single answer would.",
        "## Sources",
        _list(
            f"`{source.id}`: {source.title}, {source.publisher} ({source.link or source.url})"
            for source in map(knowledge.sources.__getitem__, _sources(advice))
        ),
        "## To compute it anew",
        "```json\n" + json.dumps(_as_file(answers), indent=2) + "\n```",
    ]
    return "\n\n".join(parts) + "\n"


def headline(knowledge: Knowledge, advice: Recommendation) -> str:
    """The advice in one sentence, with how far it is decided."""
    names = [knowledge.models[model].name for model in advice.leaders]
    match advice.outcome:
        case Outcome.SETTLED if advice.model:
            ahead = f" It is {advice.margin} points ahead." if advice.margin is not None else ""
            verdict = knowledge.models[advice.model].verdict
            return f"{names[0]}, settled and {advice.firmness.value}: {verdict}{ahead}"
        case Outcome.LEADING if advice.model:
            count = len(advice.open)
            return f"{names[0]} leads so far; {count} open questions can still change that."
        case Outcome.NO_FIT:
            return "No service model fits all of these answers."
        case Outcome.TOSS_UP:
            return f"A toss-up between {' and '.join(names)}: the answers favour them equally."
        case _:
            return f"Level so far: {', '.join(names)}. The open questions decide."


def _title(knowledge: Knowledge, advice: Recommendation) -> str:
    if advice.model:
        return knowledge.models[advice.model].name
    return "no model fits" if advice.outcome is Outcome.NO_FIT else "not decided"


def _for_and_against(advice: Recommendation) -> tuple[tuple[str, list[Reason]], ...]:
    own = [reason for reason in advice.reasons if reason.model == advice.model]
    best = sorted((r for r in own if r.points > 0), key=lambda r: -r.points)[:REASONS_FOR]
    worst = sorted((r for r in own if r.points < 0), key=lambda r: r.points)[:REASONS_AGAINST]
    return (("For it", best), ("Against it", worst))


def _standing(knowledge: Knowledge, entry: Ranked) -> str:
    name = knowledge.models[entry.model].name
    if entry.vetoes:
        return f"{name}: ruled out. {entry.vetoes[0].text}"
    return f"{name}: {entry.points} points"


def _changes(knowledge: Knowledge, advice: Recommendation) -> list[str]:
    told = []
    for change in advice.would_change:
        given = " and ".join(
            f"{knowledge.criteria[c].name}: {_labels(knowledge, c, (o,))}"
            for c, o in change.change.items()
        )
        then = (
            knowledge.models[change.model].name
            if change.model
            else change.outcome.value.replace("_", " ")
        )
        told.append(f"{given} → {then}")
    return told


def _labels(knowledge: Knowledge, criterion: CriterionId, options: Iterable[OptionId]) -> str:
    return ", ".join(knowledge.criteria[criterion].options[o].label for o in options)


def _cited(reason: Reason) -> str:
    return f"{reason.text} ({reason.points:+d}; {', '.join(f'`{s}`' for s in reason.sources)})"


def _sources(advice: Recommendation) -> list[str]:
    shown = [r for _, reasons in _for_and_against(advice) for r in reasons]
    ids = [s for reason in shown for s in reason.sources]
    ids += [s for entry in advice.ranking for veto in entry.vetoes[:1] for s in veto.sources]
    return list(dict.fromkeys(ids))


def _as_file(answers: Answers) -> dict[str, object]:
    given: dict[str, object] = {
        c: list(o) if len(o) > 1 else o[0] for c, o in answers.chosen.items()
    }
    given |= dict.fromkeys(sorted(answers.dont_know), "dont_know")
    return {"answers": given, "weights": dict(answers.weights)}


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
