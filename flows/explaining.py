"""Moves that explain and change nothing: questions to the knowledge base, comparing, what-if."""

from flows.conversation import Intent
from flows.questions import human_button, may_call
from flows.replies import LABEL_LENGTH, standing
from flows.reply import (
    Act,
    Bullets,
    Button,
    Buttons,
    Heading,
    Paragraph,
    Part,
    Span,
    Table,
)
from flows.scene import Follow, Move, Scene
from flows.view import View, shortened
from knowledge.finding import short_name
from knowledge.library import Comparison, Explanation
from knowledge.recommender import recommend
from knowledge.schema import ModelId

TEXT_IN_CELL = 300
"""Characters of a cell, so that a comparison stays a table."""

MOST_ROWS, MOST_SOURCES = 14, 8
"""A comparison is read on a phone too."""


def ask(scene: Scene) -> Move:
    """A question to the knowledge base, answered with its sources; the dialogue stays put."""
    library, heard = scene.advisor.library, scene.heard
    known = tuple(t for t in heard.topics if t in scene.advisor.knowledge.topics)
    told = library.explain(known[0]) if heard.clicked and known else library.ask(heard.words, known)
    if not told.found:
        return Move(scene.conversation, _not_found(scene, told), Follow.POINTER)
    explained = tuple(dict.fromkeys((*scene.conversation.explained, *told.topics)))
    conversation = scene.conversation.model_copy(update={"explained": explained})
    return Move(conversation, _explanation(scene.view, told), Follow.POINTER)


def compare(scene: Scene) -> Move:
    """Two topics side by side, and what this team's answers say about them."""
    view = scene.view
    known = scene.advisor.knowledge.topics
    topics = tuple(dict.fromkeys(t for t in scene.heard.topics if t in known))[:2]
    if len(topics) < 2:  # noqa: PLR2004 - it takes two to compare
        act = Act(intent=Intent.COMPARE, topics=topics, form="compare")
        button = Button(label=view.label("button.compare"), act=act)
        parts = (view.paragraph("compare.which"), Buttons(buttons=(button,)))
        return Move(scene.conversation, parts, Follow.POINTER)
    table = _comparison(view, scene.advisor.library.compare(*topics))
    return Move(scene.conversation, table, Follow.POINTER)


def what_if(scene: Scene) -> Move:
    """Where another answer would lead; nothing is stored."""
    criteria = scene.advisor.knowledge.criteria
    said = scene.heard.answers or scene.heard.likely
    changed = {c: o for c, o in said.items() if set(o) <= criteria[c].options.keys()}
    view = scene.view
    if not changed:
        return Move(scene.conversation, (view.paragraph("what_if.unclear"),), Follow.POINTER)
    case = scene.conversation.case()
    then = recommend(
        scene.advisor.knowledge,
        case.model_copy(
            update={
                "chosen": {**case.chosen, **changed},
                "dont_know": case.dont_know - changed.keys(),
            }
        ),
    )
    facts = view.listed([f"{view.name(c)}: {view.options(c, o)}" for c, o in changed.items()])
    same = then.leaders == view.advice.leaders
    told = standing(View(scene.conversation, then, scene.advisor))
    parts = (
        view.paragraph("what_if.same" if same else "what_if.other", facts=facts, told=told),
        view.note("what_if.nothing_stored"),
    )
    return Move(scene.conversation, parts, Follow.POINTER)


def conclusion(view: View) -> tuple[Part, ...]:
    """How the result came about: every model's points."""
    rows = tuple(
        (
            view.model(entry.model),
            str(entry.points),
            shortened(entry.vetoes[0].text, TEXT_IN_CELL)
            if entry.vetoes
            else view.label("points.possible"),
        )
        for entry in view.advice.ranking
    )
    header = tuple(view.label(f"points.{column}") for column in ("model", "points", "standing"))
    return (
        Paragraph(text=standing(view)),
        Table(header=header, rows=rows),
        view.note("points.how"),
    )


def _explanation(view: View, told: Explanation) -> tuple[Part, ...]:
    first, *lines = told.answer.splitlines()
    parts: list[Part] = [Paragraph(text=(Span(text=first),))]
    if lines:
        parts.append(Bullets(items=tuple((Span(text=line),) for line in lines)))
    if told.sources:
        parts.append(view.note("ask.sources", sources=view.sources(told.sources)))
    return tuple(parts)


def _not_found(scene: Scene, told: Explanation) -> tuple[Part, ...]:
    """Nothing on that: said so, with the nearest topics and a human."""
    view = scene.view
    topics = scene.advisor.knowledge.topics
    buttons = [
        Button(
            label=shortened(short_name(topics[topic]), LABEL_LENGTH),
            act=Act(intent=Intent.ASK, topics=(topic,)),
        )
        for topic in told.topics
    ]
    if may_call(scene.conversation):
        buttons.append(human_button(view, "beyond_knowledge"))
    row = (Buttons(buttons=tuple(buttons)),) if buttons else ()
    return (*_explanation(view, told), *row)


def _comparison(view: View, compared: Comparison) -> tuple[Part, ...]:
    topics = view.advisor.knowledge.topics
    first, second = short_name(topics[compared.a]), short_name(topics[compared.b])
    rows = [*_for_this_team(view, compared.a, compared.b), *compared.rows]
    return (
        Heading(text=view.label("compare.title", first=first, second=second)),
        Table(
            header=(view.label("compare.aspect"), first, second),
            rows=tuple(
                tuple(shortened(cell, TEXT_IN_CELL) or view.label("compare.aspect") for cell in row)
                for row in rows[:MOST_ROWS]
            ),
        ),
        view.note("ask.sources", sources=view.sources(compared.sources[:MOST_SOURCES])),
    )


def _for_this_team(view: View, a: ModelId, b: ModelId) -> list[tuple[str, str, str]]:
    """The points of two models for the answers so far, or what rules them out."""
    standing_of = {entry.model: entry for entry in view.advice.ranking}
    if not view.conversation.answers or not {a, b} <= standing_of.keys():
        return []
    cells = [
        view.label("compare.ruled_out", text=entry.vetoes[0].text)
        if entry.vetoes
        else view.label("compare.points", n=entry.points)
        for entry in (standing_of[a], standing_of[b])
    ]
    return [(view.label("compare.for_you"), cells[0], cells[1])]
