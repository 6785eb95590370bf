"""The advice itself: the verdict with its reasons, and what to say when there is none."""

from collections.abc import Iterable

from flows.alternatives import branches, what_would_change_it
from flows.conversation import Intent
from flows.footnotes import Footnotes
from flows.questions import human_button, may_call
from flows.replies import change_button, change_menu
from flows.reply import (
    Act,
    Bullets,
    Button,
    Buttons,
    Divider,
    Feedback,
    Heading,
    Paragraph,
    Part,
    Table,
    Text,
)
from flows.view import View, spaced
from knowledge.recommendation import Outcome, Ranked, Reason, Recommendation
from knowledge.schema import Aspect, ModelId, Party, ServiceModel, SourceId

FOR, AGAINST, SETS = 3, 2, 3
"""How many reasons for and against, and sets of conflicting answers, are told."""

_PARTIES = {
    Party.CUSTOMER: ("party.does", "party.none"),
    Party.PROVIDER: ("party.none", "party.does"),
    Party.SHARED: ("party.shares", "party.shares"),
    Party.VARIES: ("party.varies", "party.varies"),
}


def advice(view: View) -> tuple[Part, ...]:
    """The whole card for the outcome at hand."""
    match view.advice.outcome:
        case Outcome.NO_FIT:
            return no_fit(view)
        case Outcome.TOSS_UP:
            return _level(view)
        case _:
            return _verdict(view) if view.advice.model else _level(view)


def no_fit(view: View) -> tuple[Part, ...]:
    """Nothing fits: the smallest sets of answers that clash, each of which can be relaxed."""
    sets = [c for c in view.advice.conflicts if c.kind == "no_fit"][:SETS]
    answers = view.conversation.answers
    parts: list[Part] = [Heading(text=view.label("no_fit.title")), view.paragraph("no_fit.text")]
    for number, conflict in enumerate(sets, 1):
        if len(sets) > 1:
            parts.append(view.paragraph("no_fit.set", n=number))
        parts.append(
            Bullets(items=tuple(view.answer(answers[c]) for c in conflict.criteria if c in answers))
        )
    criteria = dict.fromkeys(c for conflict in sets for c in conflict.criteria if c in answers)
    if criteria:
        parts.append(view.paragraph("no_fit.relax"))
        parts.append(
            Buttons(buttons=tuple(change_button(view, c, "button.relax") for c in criteria))
        )
    notes = Footnotes(view)
    ruled_out = tuple(_ruled_out(view, notes, entry) for entry in view.advice.ranking)
    parts += [view.paragraph("no_fit.why"), Bullets(items=tuple(filter(None, ruled_out)))]
    parts += notes.list()
    return (*parts, *_ask_a_human(view, "no_fit"))


def against(view: View, notes: Footnotes, entry: Ranked, winner: ModelId) -> Text:
    """One reason against a model: its veto, or where it falls behind the winner most."""
    if vetoed := _ruled_out(view, notes, entry):
        return vetoed
    gap = _points(view.advice, winner) - entry.points
    told = [
        view.say("others.behind", model=view.model(entry.model), n=gap)
        if gap
        else view.say("others.level", model=view.model(entry.model))
    ]
    if reason := _widest_gap(view.advice, entry.model, winner):
        if reason.model == winner:
            told.append(view.say("others.winner", winner=view.model(winner)))
        told.append(notes.cite(reason.text, reason.sources))
    return spaced(told)


def _verdict(view: View) -> tuple[Part, ...]:
    """One model: why, why not the others, who does what, and what would change it."""
    model = view.advice.model
    if model is None:
        return ()
    known = view.advisor.knowledge.models[model]
    notes = Footnotes(view)
    title = "advice.title" if view.advice.outcome is Outcome.SETTLED else "advice.title_leaning"
    own = [reason for reason in view.advice.reasons if reason.model == model]
    parts: list[Part] = [
        Heading(text=view.label(title, model=known.name)),
        view.paragraph("advice.verdict", verdict=known.verdict),
        Paragraph(text=_how_firm(view)),
        *_escalation(view),
        *branches(view),
        *_section(view, "advice.for", _cited(notes, _best(own)[:FOR])),
        *_section(view, "advice.against", _drawbacks(view, notes, known, own)),
        *_section(
            view,
            "advice.others",
            [against(view, notes, e, model) for e in view.advice.ranking if e.model != model],
        ),
        Paragraph(
            text=spaced(
                (
                    view.say("advice.unless"),
                    notes.cite(known.choose_it_unless.text, known.choose_it_unless.sources),
                )
            )
        ),
        *_responsibilities(view, model, notes),
        *what_would_change_it(view),
        *notes.list(),
    ]
    return (*parts, *next_steps(view))


def _level(view: View) -> tuple[Part, ...]:
    """Several models level on top: each with its best case, and no hidden tie-break."""
    notes = Footnotes(view)
    leaders = view.advice.leaders
    proved = view.advice.outcome is Outcome.TOSS_UP
    parts: list[Part] = [
        Heading(text=view.label("level.title", models=view.models(leaders))),
        view.paragraph("level.proved" if proved else "level.so_far"),
        *_escalation(view),
        *branches(view),
    ]
    for model in leaders:
        own = [reason for reason in view.advice.reasons if reason.model == model]
        known = view.advisor.knowledge.models[model]
        parts.append(view.paragraph("level.model", model=view.model(model), verdict=known.verdict))
        best = _cited(notes, _best(_apart(own, view.advice, leaders))[:AGAINST])
        worst = _cited(notes, _worst(_apart(own, view.advice, leaders))[:1])
        parts += [Bullets(items=(*best, *worst))] if best or worst else []
    others = [
        against(view, notes, entry, leaders[0])
        for entry in view.advice.ranking
        if entry.model not in leaders
    ]
    parts += [
        *_section(view, "advice.others", others),
        *what_would_change_it(view),
        *notes.list(),
    ]
    return (*parts, *next_steps(view))


def next_steps(view: View) -> tuple[Part, ...]:
    """Change an answer, compare, disagree, talk to a human, and: was this useful?"""
    buttons = [
        Button(
            label=view.label("button.compare"),
            act=Act(intent=Intent.COMPARE, topics=_worth_comparing(view), form="compare"),
        ),
        Button(
            label=view.label("button.object"),
            act=Act(intent=Intent.OBJECTION, form="objection"),
        ),
    ]
    offered = view.advice.escalate or not may_call(view.conversation)
    buttons += [] if offered else [human_button(view)]
    menu = (change_menu(view, view.conversation.answers),) if view.conversation.answers else ()
    return (
        Divider(),
        *menu,
        Buttons(buttons=tuple(buttons)),
        Feedback(good=view.label("feedback.good"), bad=view.label("feedback.bad")),
        view.note("advice.version", version=view.advice.knowledge_version),
    )


def _how_firm(view: View) -> Text:
    """How firm the advice is, with the figures behind the word."""
    advice = view.advice
    word = view.label(f"firm.{advice.firmness.value}")
    told: list[Text] = []
    if advice.runner_up and advice.margin is not None:
        told.append(
            view.say(
                "firm.ahead", word=word, n=advice.margin, runner_up=view.model(advice.runner_up)
            )
        )
    else:
        told.append(view.say("firm.alone", word=word))
    unanswered = [c for c in advice.open if c not in view.conversation.answers]
    if advice.outcome is Outcome.SETTLED and unanswered:
        told.append(view.say("firm.open", n=len(unanswered)))
    leaning = advice.outcome is Outcome.LEADING
    means = "firm.leaning" if leaning else f"firm.{advice.firmness.value}_means"
    return spaced([*told, view.say(means)])


def _responsibilities(view: View, model: ModelId, notes: Footnotes) -> tuple[Part, ...]:
    """Who looks after which layer under the model."""
    knowledge = view.advisor.knowledge
    duties = knowledge.responsibilities[model]
    rows = []
    sources: list[SourceId] = []
    for layer in knowledge.layers:
        if layer.id in duties:
            yours, theirs = _PARTIES[duties[layer.id].party]
            rows.append((layer.name, view.label(yours), view.label(theirs)))
            sources += duties[layer.id].sources
    header = tuple(view.label(f"duties.{column}") for column in ("layer", "you", "provider"))
    title = view.say("duties.title", model=view.model(model))
    return (
        Paragraph(text=(*title, *notes.marks(sources))),
        Table(header=header, rows=tuple(rows)),
    )


def _escalation(view: View) -> tuple[Part, ...]:
    """Why a human should look at this, where one should."""
    reasons = view.advice.escalation_reasons
    return _ask_a_human(view, reasons[0]) if reasons else ()


def _ask_a_human(view: View, reason: str) -> tuple[Part, ...]:
    texts = [alarm.text for alarm in view.advice.alarms if alarm.kind == reason]
    offer = view.paragraph(f"escalate.{reason}")
    because = tuple(Paragraph(text=view.say("escalate.because", text=text)) for text in texts)
    if not may_call(view.conversation):
        return (offer, *because)
    button = human_button(view, reason).model_copy(update={"style": "primary"})
    return (offer, *because, Buttons(buttons=(button,)))


def _ruled_out(view: View, notes: Footnotes, entry: Ranked) -> Text:
    if not entry.vetoes:
        return ()
    veto = entry.vetoes[0]
    told = view.say("others.ruled_out", model=view.model(entry.model))
    return spaced((told, notes.cite(veto.text, veto.sources)))


def _widest_gap(advice: Recommendation, model: ModelId, winner: ModelId) -> Reason | None:
    """The reason by which a model falls behind most, told from its own side where it has one."""
    gaps: dict[str, int] = {}
    told: dict[str, Reason] = {}
    for reason in advice.reasons:
        cause = reason.rule or reason.criterion
        if reason.model == model:
            gaps[cause] = gaps.get(cause, 0) + reason.points
            if reason.points < 0:
                told[cause] = reason
        elif reason.model == winner:
            gaps[cause] = gaps.get(cause, 0) - reason.points
            if reason.points > 0:
                told.setdefault(cause, reason)
    behind = [cause for cause in told if gaps[cause] < 0]
    return told[min(behind, key=lambda cause: gaps[cause])] if behind else None


def _apart(
    own: Iterable[Reason], advice: Recommendation, leaders: tuple[ModelId, ...]
) -> list[Reason]:
    """The reasons that do not speak in the same way for all of the models on top."""
    common: dict[str, dict[ModelId, int]] = {}
    for reason in advice.reasons:
        if reason.model in leaders:
            common.setdefault(reason.rule or reason.criterion, {})[reason.model] = reason.points
    return [
        reason
        for reason in own
        if len({common[reason.rule or reason.criterion].get(m, 0) for m in leaders}) > 1
    ]


def _points(advice: Recommendation, model: ModelId) -> int:
    return next(entry.points for entry in advice.ranking if entry.model == model)


def _best(reasons: Iterable[Reason]) -> list[Reason]:
    return sorted((r for r in reasons if r.points > 0), key=lambda r: -r.points)


def _worst(reasons: Iterable[Reason]) -> list[Reason]:
    return sorted((r for r in reasons if r.points < 0), key=lambda r: r.points)


def _drawbacks(
    view: View, notes: Footnotes, model: ServiceModel, own: Iterable[Reason]
) -> list[Text]:
    """The strongest reasons against the winner; where the answers hold none, its usual limits."""
    told = _cited(notes, _worst(own)[:AGAINST])
    limits = [fact for fact in model.facts if fact.aspect is Aspect.LIMITS]
    return told + [
        spaced((view.say("advice.in_general"), notes.cite(fact.text, fact.sources)))
        for fact in limits[: AGAINST - len(told)]
    ]


def _cited(notes: Footnotes, reasons: Iterable[Reason]) -> list[Text]:
    return [notes.cite(reason.text, reason.sources) for reason in reasons]


def _worth_comparing(view: View) -> tuple[ModelId, ...]:
    first = view.advice.model or next(iter(view.advice.leaders), None)
    return tuple(m for m in (first, view.advice.runner_up) if m)


def _section(view: View, title: str, lines: list[Text]) -> tuple[Part, ...]:
    if not lines:
        return ()
    return (view.paragraph(title), Bullets(items=tuple(lines)))
