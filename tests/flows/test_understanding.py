"""What people type is read well, explainably, in bounded time, and never too boldly."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from benchmarks.evaluate_utterances import Tally, judge_prose, score_file, tally
from benchmarks.utterance_scores import Scored
from flows.advisor import load_advisor
from flows.conversation import Intent

ROOT = Path(__file__).resolve().parents[2]
ADVISOR = load_advisor()
read = ADVISOR.reader.read


def options(facts: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Facts with their options as text, which fails more readably."""
    return {criterion: "+".join(chosen) for criterion, chosen in facts.items()}


# Floors on labelled sentences.

FLOORS = (
    ("facts right", ("facts right", "facts wrong"), 0.98),
    ("facts right", ("facts right", "facts missed"), 0.93),
    ("answers right", ("answers",), 0.97),
    ("intents right", ("intents",), 0.97),
    ("topic first", ("questions",), 0.95),
    ("kind of message", ("messages",), 0.97),
)
CEILINGS = (
    ("answers wrong", ("answers",), 0.01),
    ("intents wrong", ("intents",), 0.02),
    ("facts from none", ("factless",), 0.01),
)


def shortfalls(counted: Tally, slack: float = 0.0) -> list[str]:
    """What misses its floor or breaks its ceiling by more than `slack`."""
    low = [
        f"{part} of {whole}: {share:.3f} < {floor}"
        for part, whole, floor in FLOORS
        if (share := counted.share(part, whole)) is not None and share < floor - slack
    ]
    high = [
        f"{part} of {whole}: {share:.3f} > {ceiling}"
        for part, whole, ceiling in CEILINGS
        if (share := counted.share(part, whole)) is not None and share > ceiling + slack / 3
    ]
    return low + high


def seen(scored: list[Scored]) -> list[Scored]:
    """Without those that nobody tunes on."""
    return [one for one in scored if not one.unseen]


@pytest.mark.parametrize("name", ["own.yaml", "voices.yaml"])
def test_our_own_sentences_are_read_well(name: str) -> None:
    """The seen ones of each file stay above their floors."""
    scored = seen(score_file(ROOT / "tests" / "utterances" / name, read))
    assert len(scored) > 100
    assert not shortfalls(tally(scored)), [fault for one in scored for fault in one.faults]


def test_the_shared_sentences_are_read_well(shared: Path) -> None:
    """The development set stays above the same floors."""
    scored = score_file(shared / "evaluation" / "utterances-dev.yaml", read)
    assert not shortfalls(tally(scored)), [fault for one in scored for fault in one.faults]


def test_one_typing_error_in_each_message_costs_little(shared: Path) -> None:
    """Floors with a typing error in every message, short ones included."""
    scored = score_file(shared / "evaluation" / "utterances-dev.yaml", read, errors=True)
    assert not shortfalls(tally(scored), slack=0.12)


def test_prose_alone_never_leads_to_an_unacceptable_model_for_certain(shared: Path) -> None:
    """A first message may be too little; it must not mislead."""
    text = (shared / "evaluation" / "scenarios-dev.yaml").read_text("utf-8")
    judged = [judge_prose(case, ADVISOR.knowledge, read) for case in yaml.safe_load(text)]
    assert [one.id for one in judged if one.wrong_model] == []
    assert sum(one.right for one in judged) >= 0.7 * len(judged)


# Facts are filled from statements about the team today, and from nothing else.

SCOPES = [
    ("We run on Heroku.", {"current_platform": "heroku_like"}),
    ("We don't run on Heroku.", {}),
    ("We never used Heroku.", {}),
    ("We moved off Heroku to EKS last year.", {"current_platform": "managed_kubernetes"}),
    ("We want to move to EKS.", {}),
    ("We looked at Nomad once.", {}),
    ("If we ran on Heroku, would that be cheaper?", {}),
    ("Does Heroku scale?", {}),
    ("A friend of mine runs everything on Heroku.", {}),
    ("Heroku? never.", {}),
    (
        "ISO 27001 certified, but no Kubernetes skills yet.",
        {"compliance": "baseline", "kubernetes_skills": "none"},
    ),
    ("We have 7 services.", {"service_count": "few"}),
    ("We have 7 coffee machines.", {}),
    ("twenty thousand users", {}),
    ("The support is 24/7 they say.", {}),
]


@pytest.mark.parametrize(("text", "stated"), SCOPES, ids=[text for text, _ in SCOPES])
def test_negation_past_wish_and_others_have_their_scope(
    text: str, stated: Mapping[str, str]
) -> None:
    """Only what holds for the team today is a fact."""
    told = options(read(text).answers)
    extra = {c: o for c, o in told.items() if c not in stated}
    assert {c: told.get(c) for c in stated} == dict(stated)
    assert set(extra) <= {"cloud_footprint"}, extra


QUESTIONS = [
    "what is KPaaS?",
    "is Fargate Kubernetes?",
    "can we run 40 services on Heroku?",
    "how do I move from Docker Swarm to GKE?",
    "would GDPR be a problem on AWS?",
    "should we hire two admins?",
    "does Cloud Foundry need a platform team",
    "who patches the nodes on EKS",
    "why not Lambda?",
    "cold starts on Lambda, how bad are they?",
    "tell me about GPU nodes on AKS",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_questions_fill_no_answers(text: str) -> None:
    """A product in a question says nothing about the team."""
    assert read(text).answers == {}


@pytest.mark.parametrize("asked", sorted(ADVISOR.knowledge.criteria))
def test_questions_fill_no_answers_when_something_was_asked(asked: str) -> None:
    """Nor does a question in place of a reply."""
    for text in ("what is KPaaS?", "what do you mean by that?", "which one would you choose?"):
        assert asked not in read(text, asked).answers, text


# Replies.


@pytest.mark.parametrize("asked", sorted(ADVISOR.knowledge.criteria))
def test_the_words_on_a_button_are_a_reply(asked: str) -> None:
    """Whoever types a label or an id means that option."""
    for option in ADVISOR.knowledge.criteria[asked].options.values():
        for words in (option.label, option.label.lower(), option.id.replace("_", " ")):
            told = read(words, asked)
            assert told.answers.get(asked) == (option.id,), (words, told)


@pytest.mark.parametrize("asked", sorted(ADVISOR.knowledge.criteria))
@pytest.mark.parametrize(
    "words", ["don't know", "no idea", "hm not sure", "dunno", "hard to say", "I'd have to ask"]
)
def test_not_knowing_is_a_reply_to_anything(asked: str, words: str) -> None:
    """It is an answer of its own, never an option."""
    told = read(words, asked)
    assert (told.intent, told.answers[asked]) == (Intent.DONT_KNOW, ("dont_know",))


@pytest.mark.parametrize("asked", sorted(ADVISOR.knowledge.criteria))
@pytest.mark.parametrize("words", ["none of these", "none of those fit", "nothing on the list"])
def test_that_nothing_fits_is_a_reply_to_anything(asked: str, words: str) -> None:
    """So is finding nothing that fits."""
    assert read(words, asked).answers[asked] == ("none_of_these",)


REPLIES = [
    ("service_count", "five", "few"),
    ("service_count", "30ish", "many"),
    ("service_count", "over a hundred", "fleet"),
    ("ops_capacity", "half a person", "part_time"),
    ("ops_capacity", "2", "small_team"),
    ("time_to_market", "weeks", "weeks"),
    ("time_to_market", "a month", "weeks"),
    ("time_to_market", "months", "months"),
    ("time_to_market", "10 days", "weeks"),
    ("latency", "sub 10ms", "strict"),
    ("growth", "no", "stable"),
    ("growth", "yes, slowly", "growing"),
    ("lock_in", "absolutely not", "avoid"),
    ("lock_in", "couldn't care less", "accept"),
    ("shared_platform", "yes, and we have to", "mandated"),
    ("cloud_footprint", "aws + azure", "multi_cloud"),
    ("workload_types", "our own postgres plus an api", "stateful+stateless_web"),
]


@pytest.mark.parametrize(("asked", "words", "option"), REPLIES)
def test_short_replies(asked: str, words: str, option: str) -> None:
    """Numbers, durations, yes and no, and a few words mean an option when asked."""
    told = read(words, asked).answers
    assert set(told.get(asked, ())) == set(option.split("+"))


# What else people want.


@pytest.mark.parametrize(
    "text",
    [
        "where should this run?",
        "where should we run our shop?",
        "which platform fits us?",
        "what should we use for our web shop?",
        "help us decide where to host our app",
        "we need to decide where to run an application",
    ],
)
def test_a_wish_for_advice_begins_the_dialogue(text: str) -> None:
    """The invitation to start is no question to the knowledge base."""
    told = read(text)
    assert told.intent is Intent.SITUATION
    assert (told.answers, told.topics) == ({}, ())


def test_the_end_of_another_statement_is_no_reply() -> None:
    """The question on the table is answered first, or not at all."""
    told = read("we have docker images for all of it", "control_need")
    assert options(told.answers) == {"container_skills": "fluent"}


def test_a_wish_for_advice_keeps_the_facts_beside_it() -> None:
    """What was said along with it counts."""
    told = read("We are on Docker Swarm with 12 services. Where should we go?")
    assert told.intent is Intent.SITUATION
    assert options(told.answers) == {"current_platform": "docker_swarm", "service_count": "many"}


def test_a_change_names_its_criterion_and_its_option() -> None:
    """A correction says what about, and to what."""
    told = read("actually we have 30 services")
    assert (told.intent, told.changes) == (Intent.CHANGE_ANSWER, "service_count")
    assert told.answers == {"service_count": ("many",)}
    assert {match.kind for match in told.matched} == {"intent", "criterion"}


def test_every_fact_carries_the_words_that_it_was_read_from() -> None:
    """The words are quoted as they were typed."""
    text = "4 devs on Heroku, nobody knows k8s and money is tight"
    told = read(text)
    where = {match.id: match.words for match in told.matched if match.kind == "criterion"}
    assert set(told.answers) <= set(where)
    assert where["current_platform"] == "on Heroku"
    for words in where.values():
        assert words in text


def test_what_if_states_nothing_but_says_what_about() -> None:
    """A supposition is offered, never filled in."""
    told = read("what if we hired two admins?")
    assert (told.intent, told.answers) == (Intent.WHAT_IF, {})
    assert told.changes in told.likely


def test_the_words_of_a_command_inside_a_statement_command_nothing() -> None:
    """Users who chat are no wish to chat with somebody."""
    assert read("users chat with it, so it must answer fast").intent is not Intent.HUMAN
