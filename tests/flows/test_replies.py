"""What is said: the card of the advice in every outcome, the review, why, and the welcome."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.advice import advice
from flows.advisor import Advisor, Typical, load_advisor, measure, read_typical, write_typical
from flows.conversation import Answer, Conversation
from flows.questions import question, reason
from flows.replies import opening, review
from flows.reply import Bullets, Buttons, Heading, Menu, Paragraph, Part, Reply, Table, plain, words
from flows.view import View, shortened
from knowledge.recommendation import Answers, Outcome, Recommendation
from knowledge.recommender import recommend
from knowledge.schema import DONT_KNOW, MODELS, Party
from knowledge.simulation import teams
from tests.flows.talk import START, TEAM


def view_of(advisor: Advisor, answers: Answers, asked: str | None = None) -> View:
    """A view of a conversation with these answers."""
    given = {
        criterion: Answer(criterion=criterion, options=options, by=TEAM, at=START, source="button")
        for criterion, options in (
            *answers.chosen.items(),
            *((c, (DONT_KNOW,)) for c in answers.dont_know),
        )
    }
    conversation = Conversation(
        id="c", starter=TEAM, knowledge_version="v", answers=given, asked=asked, serial=3
    )
    return View(conversation, recommend(advisor.knowledge, conversation.case()), advisor)


def cases(advisor: Advisor, outcome: Outcome, count: int = 12) -> Iterator[View]:
    """Some of a few hundred random teams that end in an outcome."""
    found = 0
    for answers in teams(advisor.knowledge, 400, seed=11):
        if recommend(advisor.knowledge, answers).outcome is outcome:
            found += 1
            yield view_of(advisor, answers)
        if found == count:
            return


def said(parts: tuple[Part, ...]) -> str:
    """All words of some parts."""
    return words(Reply(key="k", parts=parts))


def bullets_after(parts: tuple[Part, ...], title: str) -> list[str]:
    """The lines of the list under a title."""
    for place, part in enumerate(parts):
        if isinstance(part, Paragraph) and plain(part.text) == title:
            following = parts[place + 1]
            assert isinstance(following, Bullets)
            return [plain(item) for item in following.items]
    return []


def test_settled_advice_has_all_its_parts(advisor: Advisor) -> None:
    """Model, firmness, reasons, the others, duties, changes, sources, next steps: in 50 blocks."""
    for view in cases(advisor, Outcome.SETTLED, 40):
        parts = advice(view)
        model = view.advice.model
        assert model is not None
        known = advisor.knowledge.models[model]
        assert isinstance(parts[0], Heading)
        assert known.name in parts[0].text
        assert known.verdict in said(parts)
        assert len(parts) <= 40
        assert 1 <= len(bullets_after(parts, "What speaks for it")) <= 3
        assert len(bullets_after(parts, "What speaks against it")) <= 2
        assert len(bullets_after(parts, "What would change this")) >= 1
        assert sum(isinstance(part, Table) for part in parts) == 1
        assert "Sources: [1]" in said(parts)
        for label in ("[Compare two models]", "[I don't agree]", "[Talk to a human]", "[Useful]"):
            assert label in said(parts)
        assert said(parts).count("[Talk to a human]") == 1


def test_every_other_model_gets_a_reason(advisor: Advisor) -> None:
    """Six lines, each with a model that was not chosen and why: a veto or where it falls behind."""
    for view in cases(advisor, Outcome.SETTLED, 40):
        lines = bullets_after(advice(view), "Why not the others")
        others = [m for m in MODELS if m != view.advice.model]
        assert len(lines) == len(others)
        for model in others:
            (line,) = (line for line in lines if line.startswith(view.model(model)))
            entry = next(e for e in view.advice.ranking if e.model == model)
            if entry.vetoes:
                assert "is ruled out" in line
                assert entry.vetoes[0].text in line
            else:
                assert "behind" in line or "level" in line
                assert "[" in line, f"no source for {line!r}"


def test_reasons_are_the_strongest(advisor: Advisor) -> None:
    """The three with most points for it, and the two with most against it."""
    for view in cases(advisor, Outcome.SETTLED):
        own = [r for r in view.advice.reasons if r.model == view.advice.model]
        best = sorted((r.points for r in own if r.points > 0), reverse=True)[:3]
        texts = bullets_after(advice(view), "What speaks for it")
        shown = [
            next(r.points for r in own if text.startswith(r.text) and r.points > 0)
            for text in texts
        ]
        assert shown == best


def test_duties_are_told_by_layer(advisor: Advisor) -> None:
    """One row a layer, saying what the customer and what the provider does."""
    meanings = {
        Party.CUSTOMER: ("does it", "–"),  # noqa: RUF001 - the dash that the table shows
        Party.PROVIDER: ("–", "does it"),  # noqa: RUF001 - the dash that the table shows
        Party.SHARED: ("shares it", "shares it"),
        Party.VARIES: ("depends", "depends"),
    }
    for view in cases(advisor, Outcome.SETTLED):
        (table,) = (part for part in advice(view) if isinstance(part, Table))
        duties = advisor.knowledge.responsibilities[view.advice.model or ""]
        expected = [
            (layer.name, *meanings[duties[layer.id].party]) for layer in advisor.knowledge.layers
        ]
        assert list(table.rows) == expected


def test_a_toss_up_hides_no_tie_break(advisor: Advisor) -> None:
    """All models on top are named in one breath, each with a case of its own."""
    tossed = list(cases(advisor, Outcome.TOSS_UP, 5))
    assert tossed
    for view in tossed:
        parts = advice(view)
        assert isinstance(parts[0], Heading)
        assert all(view.model(m) in parts[0].text for m in view.advice.leaders)
        assert "I won't pretend there is a winner" in said(parts)
        assert "My advice" not in said(parts)


def test_no_fit_names_the_smallest_sets(advisor: Advisor) -> None:
    """Every set, a button for each answer in them, every veto, and a human."""
    for view in cases(advisor, Outcome.NO_FIT):
        parts = advice(view)
        sets = [c for c in view.advice.conflicts if c.kind == "no_fit"][:3]
        assert sets
        relaxable = {criterion for conflict in sets for criterion in conflict.criteria}
        buttons = [b for part in parts if isinstance(part, Buttons) for b in part.buttons]
        assert {b.act.criterion for b in buttons if b.act.criterion} == relaxable
        assert len(bullets_after(parts, "What rules out each model")) == len(MODELS)
        assert "this is a case for a human" in said(parts)


def test_open_facts_give_conditional_advice(advisor: Advisor) -> None:
    """Every branch that is shown is what the recommender says for that answer."""
    shown = 0
    for answers in teams(advisor.knowledge, 60, seed=5):
        unknown = frozenset(("ops_capacity", "lock_in", "budget"))
        known = {c: o for c, o in answers.chosen.items() if c not in unknown}
        view = view_of(advisor, Answers(chosen=known, dont_know=unknown))
        if view.advice.outcome is not Outcome.LEADING or view.advice.model is None:
            continue
        for line in bullets_after(advice(view), "It depends on what nobody could tell me yet"):
            shown += 1
            criterion = next(c for c in unknown if line.startswith(f"{view.name(c)}:"))
            for option, known_option in advisor.knowledge.criteria[criterion].options.items():
                then = recommend(
                    advisor.knowledge,
                    Answers(
                        chosen={**known, criterion: (option,)}, dont_know=unknown - {criterion}
                    ),
                )
                named = f"“{known_option.label}”"
                told = line.split("otherwise:")
                branch = next((b for b in told[0].split(";") if named in b), told[1])
                leaders = [view.model(m) for m in then.leaders] or ["nothing fits"]
                assert all(leader in branch for leader in leaders)
    assert shown > 5


def test_a_review_shows_authors_and_what_was_not_needed(advisor: Advisor) -> None:
    """Every answer with its author, every spared question by name, one way to the advice."""
    answers = next(iter(teams(advisor.knowledge, 1, seed=2)))
    few = Answers(chosen=dict(list(answers.chosen.items())[:4]))
    told = said(review(view_of(advisor, few)))
    for criterion in few.chosen:
        assert advisor.knowledge.criteria[criterion].name in told
    assert told.count("@ana") == 1
    assert "Not needed (15)" in told
    assert "[Give me the advice]" in told


def test_a_review_names_each_author_where_there_are_several(advisor: Advisor) -> None:
    """With two people in the thread, every answer says whose it is."""
    answers = next(iter(teams(advisor.knowledge, 1, seed=2)))
    view = view_of(advisor, Answers(chosen=dict(list(answers.chosen.items())[:4])))
    first, *others = view.conversation.answers.values()
    given = {a.criterion: a for a in (first.model_copy(update={"by": "ben"}), *others)}
    told = said(
        review(replace(view, conversation=view.conversation.model_copy(update={"answers": given})))
    )
    assert told.count("(@ana)") == 3
    assert told.count("(@ben)") == 1


@pytest.mark.parametrize("count", [0, 3, 8])
def test_why_tells_what_an_answer_can_still_do(advisor: Advisor, count: int) -> None:
    """The points of the live swing, the models it moves between, and the veto it may bring."""
    answers = next(iter(teams(advisor.knowledge, 1, seed=3)))
    known = Answers(chosen=dict(list(answers.chosen.items())[:count]))
    view = view_of(advisor, known)
    for swing in view.advice.swings:
        told = said(reason(view, swing.criterion))
        assert advisor.knowledge.criteria[swing.criterion].why in told
        if swing.points and swing.challenger:
            assert f"can move {swing.points} point" in told
            assert view.model(swing.challenger) in told
        for option in swing.vetoes_leader:
            assert f"“{view.option(swing.criterion, option)}”" in told
    for idle in view.advice.idle:
        assert "can't change the result any more" in said(reason(view, idle))


def test_every_question_can_be_put(advisor: Advisor) -> None:
    """Each criterion shows its question and all of its options, within the limits."""
    for criterion in advisor.knowledge.criteria.values():
        parts = question(view_of(advisor, Answers(), criterion.id))
        told = said(parts)
        assert criterion.question in told
        assert all(option.label in told for option in criterion.options.values())
        menus = [part for part in parts if isinstance(part, Menu)]
        assert all(menu.multiple == criterion.multiple for menu in menus)
        assert all(menu.multiple == bool(menu.submit) for menu in menus)
        assert "[Don't know] [Why do you ask?]" in told


def test_the_welcome_tells_the_measured_figure_or_none(advisor: Advisor) -> None:
    """A figure that was measured on another knowledge base is not told."""
    measured = Typical(knowledge_version="v", cases=1, mean=6.6, p90=11)
    with_figure = replace(advisor, typical=measured)
    assert "about 7 questions, and never more than 19" in said(
        opening(view_of(with_figure, Answers()))
    )
    assert "never more than 19" in said(opening(view_of(advisor, Answers())))
    assert "usually" not in said(opening(view_of(advisor, Answers())))


def test_the_figure_is_fresh(real_advisor: Advisor) -> None:
    """`make docs` has measured this knowledge base, and a small sample agrees."""
    assert real_advisor.typical is not None, "the knowledge has changed: run `make docs`"
    assert abs(measure(real_advisor.knowledge, 200).mean - real_advisor.typical.mean) < 1


def test_figures_are_read_as_written() -> None:
    """What `make docs` writes is what the advisor reads."""
    typical = Typical(knowledge_version="2026-11-23-abc", cases=10, mean=6.5, p90=11)
    assert read_typical(write_typical(typical)) == typical


def test_other_words_keep_the_figure(tmp_path: Path, real_advisor: Advisor) -> None:
    """Changed sentences change no knowledge, so what was measured still holds."""
    (tmp_path / "wording.yaml").write_text("sentences: {thanks: {welcome: Any time.}}")
    worded = load_advisor(tmp_path)
    assert worded.typical == real_advisor.typical
    assert plain(worded.wording.say("thanks.welcome")) == "Any time."


def test_long_words_of_people_stay_on_a_line() -> None:
    """A quote is one line of bounded length."""
    assert shortened("a\nb\t c") == "a b c"
    assert len(shortened("x" * 40_000)) <= 80


def test_a_recommendation_is_never_needed_to_be_complete(advisor: Advisor) -> None:
    """Advice can be worded for any partial answers, without an error."""
    for answers in teams(advisor.knowledge, 40, seed=9):
        for count in (0, 2, 6, 12):
            part = Answers(chosen=dict(list(answers.chosen.items())[:count]))
            view = view_of(advisor, part)
            assert isinstance(view.advice, Recommendation)
            assert said(advice(view)).strip()
